//! What the system knows of a TCP connection: what waits for an acknowledgement, and when the last one came.
//!
//! Linux tells it by `sock_diag(7)`, which needs no unsafe code where `getsockopt(TCP_INFO)` would: a question over a
//! netlink socket, and an answer that ends with the same `tcp_info`.

use std::{
    io::IoSliceMut,
    net::{IpAddr, SocketAddr},
    os::fd::BorrowedFd,
    time::Duration,
};

use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, getpeername, getsockname, netlink, recv,
    sendto, socket_with,
};

use crate::session::TcpLine;

/// Bytes of the header of a netlink message.
const HEAD: usize = 16;
/// Bytes of the answer before its attributes: `struct inet_diag_msg`.
const ANSWER: usize = 72;
/// `SOCK_DIAG_BY_FAMILY`
const BY_FAMILY: u16 = 20;
/// `NLM_F_REQUEST`
const REQUEST: u16 = 1;
/// `IPPROTO_TCP`
const TCP: u8 = 6;
/// The attribute that holds the `tcp_info`: `INET_DIAG_INFO`.
const INFO: u16 = 2;

/// Asks the system; `None` where it does not tell, as in some containers, or where this is no TCP.
pub(super) fn read(socket: BorrowedFd<'_>) -> Option<TcpLine> {
    let ours = SocketAddr::try_from(getsockname(socket).ok()?).ok()?;
    let theirs = SocketAddr::try_from(getpeername(socket).ok()??).ok()?;
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let diag =
        socket_with(AddressFamily::NETLINK, SocketType::DGRAM, flags, Some(netlink::SOCK_DIAG)).ok()?;
    let system = netlink::SocketAddrNetlink::new(0, 0);
    sendto(&diag, &question(ours, theirs), SendFlags::empty(), &system).ok()?;
    let mut answer = [0; 1024];
    // The answer is there when the question was taken.
    let (_, length) = recv(&diag, &mut IoSliceMut::new(&mut answer)[..], RecvFlags::DONTWAIT).ok()?;
    line(answer.get(..length)?)
}

/// The question for one connection: `struct inet_diag_req_v2` behind its header.
fn question(ours: SocketAddr, theirs: SocketAddr) -> Vec<u8> {
    let family = if ours.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let mut body = vec![u8::try_from(family.as_raw()).unwrap_or_default(), TCP, 1 << (INFO - 1), 0];
    // In whichever state it is.
    body.extend(u32::MAX.to_ne_bytes());
    body.extend(ours.port().to_be_bytes());
    body.extend(theirs.port().to_be_bytes());
    for address in [ours.ip(), theirs.ip()] {
        match address {
            IpAddr::V4(address) => body.extend([&address.octets()[..], &[0; 12]].concat()),
            IpAddr::V6(address) => body.extend(address.octets()),
        }
    }
    // On any interface, and without a cookie.
    body.extend(0_u32.to_ne_bytes());
    body.extend([0xff; 8]);
    let length = u32::try_from(HEAD + body.len()).unwrap_or_default();
    let mut question = length.to_ne_bytes().to_vec();
    question.extend(BY_FAMILY.to_ne_bytes());
    question.extend(REQUEST.to_ne_bytes());
    question.extend([0; 8]);
    question.extend(body);
    question
}

/// Reads the answer; `None` if it is an error, or says less than this.
fn line(answer: &[u8]) -> Option<TcpLine> {
    if u16_at(answer, 4)? != BY_FAMILY {
        return None;
    }
    let body = answer.get(HEAD..)?;
    let unacknowledged = u64::from(u32_at(body, 60)?);
    let info = attribute(body.get(ANSWER..)?, INFO)?;
    let millis = |at| Some(Duration::from_millis(u64::from(u32_at(info, at)?)));
    Some(TcpLine {
        unacknowledged,
        retransmits: *info.get(2)?,
        probes: *info.get(3)?,
        last_ack: millis(56)?,
        round_trip: Duration::from_micros(u64::from(u32_at(info, 68)?)),
    })
}

/// The value of an attribute; each begins at a multiple of four.
fn attribute(mut attributes: &[u8], wanted: u16) -> Option<&[u8]> {
    loop {
        let (length, kind) = (usize::from(u16_at(attributes, 0)?), u16_at(attributes, 2)?);
        if kind == wanted {
            return attributes.get(4..length);
        }
        attributes = attributes.get(length.next_multiple_of(4).max(4)..)?;
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::{TcpListener, TcpStream},
        os::fd::AsFd as _,
    };

    use super::*;

    #[test]
    fn a_connection_whose_peer_has_answered_waits_for_nothing() {
        for address in ["127.0.0.1:0", "[::1]:0"] {
            // A machine without IPv6 has nothing to ask about.
            let Ok(listener) = TcpListener::bind(address) else { continue };
            let mut ours =
                TcpStream::connect(listener.local_addr().expect("it is bound")).expect("it connects");
            let (mut theirs, _) = listener.accept().expect("it comes");
            ours.write_all(b"ping").expect("it is written");
            theirs.read_exact(&mut [0; 4]).expect("it is read");
            theirs.write_all(b"pong").expect("it is written");
            ours.read_exact(&mut [0; 4]).expect("it is read");
            // Some containers have no sock_diag.
            let Some(line) = read(ours.as_fd()) else { continue };
            assert_eq!((line.unacknowledged, line.retransmits, line.probes), (0, 0, 0), "{address}");
            assert!(line.last_ack < Duration::from_mins(1), "{line:?}");
        }
    }

    #[test]
    fn an_answer_that_is_an_error_or_is_cut_says_nothing() {
        assert_eq!(line(&[0; 200]), None);
        let mut answer = vec![0; HEAD + ANSWER];
        answer[4..6].copy_from_slice(&BY_FAMILY.to_ne_bytes());
        assert_eq!(line(&answer), None);
        answer.extend([0; 40]);
        assert_eq!(line(&answer), None, "an attribute without a length ends");
    }
}
