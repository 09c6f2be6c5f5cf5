//! Follows the TLS records of a server as far as they are readable without the keys (RFC 5246, sections 6.2 and
//! 7.4). Pure.

/// The most bytes of a handshake that are kept.
const LARGEST_HANDSHAKE: usize = 256 << 10;

const CHANGE_CIPHER_SPEC: u8 = 20;
const HANDSHAKE: u8 = 22;

#[cfg(any(test, all(unix, feature = "renegotiation")))]
const CERTIFICATE: u8 = 11;
#[cfg(any(test, all(unix, feature = "renegotiation")))]
const CERTIFICATE_REQUEST: u8 = 13;

/// Follows the records of one connection.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// The received part of the head of a record: its type, version and length.
    head: Vec<u8>,
    /// The type of the current record.
    kind: u8,
    /// The number of its bytes still to receive.
    left: usize,
    /// The messages of the handshake before encryption.
    handshake: Vec<u8>,
    /// Whether the server has switched to encryption.
    is_encrypted: bool,
    /// The number of encrypted records with handshake messages.
    encrypted_handshakes: u32,
    stopped: bool,
}

impl Records {
    /// Adds received bytes.
    pub(super) fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && !self.stopped {
            if self.left > 0 {
                let (body, rest) = bytes.split_at(self.left.min(bytes.len()));
                if self.kind == HANDSHAKE && !self.is_encrypted && self.handshake.len() < LARGEST_HANDSHAKE {
                    self.handshake.extend_from_slice(body);
                }
                self.left -= body.len();
                bytes = rest;
                continue;
            }
            let (part, rest) = bytes.split_at((5 - self.head.len()).min(bytes.len()));
            self.head.extend_from_slice(part);
            bytes = rest;
            if let [kind, _, _, high, low] = self.head[..] {
                self.head.clear();
                self.begin(kind, usize::from(u16::from_be_bytes([high, low])));
            }
        }
    }

    fn begin(&mut self, kind: u8, length: usize) {
        (self.kind, self.left) = (kind, length);
        match kind {
            CHANGE_CIPHER_SPEC => self.is_encrypted = true,
            HANDSHAKE if self.is_encrypted => {
                self.encrypted_handshakes = self.encrypted_handshakes.saturating_add(1);
            }
            _ => {}
        }
    }

    /// Stops following. TLS 1.3 has no renegotiation, and encrypts its handshake.
    pub(super) fn stop(&mut self) {
        *self = Self { stopped: true, ..Self::default() };
    }

    /// Whether the server of a TLS 1.2 connection has requested renegotiation. The first encrypted handshake
    /// record is its `Finished`; each later one is a `HelloRequest`, unless this side takes part in a
    /// renegotiation.
    pub(super) fn requests_renegotiation(&self) -> bool {
        self.encrypted_handshakes > 1
    }

    /// Whether the server requested a client certificate before encryption.
    #[cfg(any(test, all(unix, feature = "renegotiation")))]
    pub(super) fn requests_certificate(&self) -> bool {
        messages(&self.handshake).any(|(kind, _)| kind == CERTIFICATE_REQUEST)
    }

    /// The certificates sent before encryption, in DER, as in TLS 1.2 (RFC 5246, section 7.4.2).
    #[cfg(any(test, all(unix, feature = "renegotiation")))]
    pub(super) fn chain(&self) -> Vec<Vec<u8>> {
        let Some((_, body)) = messages(&self.handshake).find(|(kind, _)| *kind == CERTIFICATE) else {
            return Vec::new();
        };
        let mut chain = Vec::new();
        let mut rest = split_sized(body).map_or(&[][..], |(list, _)| list);
        while let Some((certificate, more)) = split_sized(rest) {
            chain.push(certificate.to_vec());
            rest = more;
        }
        chain
    }
}

/// The complete messages of a handshake: their types and bodies.
#[cfg(any(test, all(unix, feature = "renegotiation")))]
fn messages(mut bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    std::iter::from_fn(move || {
        let (kind, rest) = bytes.split_first()?;
        let (body, rest) = split_sized(rest)?;
        bytes = rest;
        Some((*kind, body))
    })
}

/// Splits off a value that follows its length of three bytes.
#[cfg(any(test, all(unix, feature = "renegotiation")))]
fn split_sized(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<3>()?;
    let length = usize::try_from(u32::from_be_bytes([0, length[0], length[1], length[2]])).ok()?;
    rest.split_at_checked(length)
}

/// Whether these bytes begin a TLS or SSL 3 record (RFC 8446, section 5.1).
pub(super) fn begins_like_tls(bytes: &[u8]) -> bool {
    match bytes {
        [kind] | [kind, 3, ..] => (0x14..=0x18).contains(kind),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u16::try_from(body.len()).expect("a short record").to_be_bytes();
        [&[kind, 3, 3][..], &length, body].concat()
    }

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        [&[kind][..], &size(body), body].concat()
    }

    fn size(body: &[u8]) -> [u8; 3] {
        let [_, length @ ..] = u32::try_from(body.len()).expect("a short body").to_be_bytes();
        length
    }

    fn handshake() -> Vec<u8> {
        let certificates = [&size(b"leaf")[..], b"leaf", &size(b"issuer"), b"issuer"].concat();
        let certificate = message(CERTIFICATE, &[&size(&certificates)[..], &certificates].concat());
        [message(2, b"hello"), certificate, message(CERTIFICATE_REQUEST, b"any"), message(14, b"")].concat()
    }

    fn finished() -> Vec<u8> {
        [record(CHANGE_CIPHER_SPEC, &[1]), record(HANDSHAKE, &[7; 40])].concat()
    }

    #[test]
    fn the_chain_is_read_wherever_the_records_are_cut() {
        let handshake = handshake();
        for cut in 1..handshake.len() {
            let (one, other) = handshake.split_at(cut);
            let wire = [record(HANDSHAKE, one), record(HANDSHAKE, other), finished()].concat();
            for step in [1, 3, wire.len()] {
                let mut records = Records::default();
                wire.chunks(step).for_each(|part| records.push(part));
                assert_eq!(records.chain(), [b"leaf".to_vec(), b"issuer".to_vec()]);
                assert!(records.requests_certificate());
                assert!(!records.requests_renegotiation());
            }
        }
    }

    #[test]
    fn a_handshake_record_after_finished_is_a_request_for_renegotiation() {
        let mut records = Records::default();
        records.push(&[record(HANDSHAKE, &handshake()), finished(), record(23, b"data")].concat());
        assert!(!records.requests_renegotiation());
        records.push(&record(HANDSHAKE, &[9; 28]));
        assert!(records.requests_renegotiation());
    }

    #[test]
    fn no_request_is_detected_after_stop() {
        let mut records = Records::default();
        records.push(&finished());
        records.stop();
        records.push(&record(HANDSHAKE, &[9; 28]));
        assert!(!records.requests_renegotiation());
    }

    #[test]
    fn a_chain_with_a_wrong_length_ends_there() {
        let mut records = Records::default();
        records.push(&record(HANDSHAKE, &message(CERTIFICATE, &[0, 0, 9, 0, 0, 200, 1])));
        assert_eq!(records.chain(), Vec::<Vec<u8>>::new());
        records.push(&vec![22; 1 << 20]);
        assert!(records.handshake.len() <= LARGEST_HANDSHAKE + (1 << 16));
    }
}
