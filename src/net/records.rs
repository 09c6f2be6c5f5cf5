//! The records of TLS as they come from a server, as far as they can be read without its keys
//! (RFC 5246, sections 6.2 and 7.4); pure over bytes.

/// The most bytes of a handshake that are kept.
const LARGEST_GREETING: usize = 256 << 10;

const CHANGE_CIPHER_SPEC: u8 = 20;
const HANDSHAKE: u8 = 22;

#[cfg(any(test, all(unix, feature = "renegotiation")))]
const CERTIFICATE: u8 = 11;
#[cfg(any(test, all(unix, feature = "renegotiation")))]
const CERTIFICATE_REQUEST: u8 = 13;

/// Follows the records of one connection.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// What has come of the head of a record: its type, version and length.
    head: Vec<u8>,
    /// The type of the record under way.
    kind: u8,
    /// How much of it is to come, in bytes.
    left: usize,
    /// The messages of the handshake before its encryption began.
    greeting: Vec<u8>,
    /// Whether the server has switched to encryption.
    switched: bool,
    /// Encrypted records of handshake messages.
    sealed: u32,
    /// Whether nothing more is of interest.
    done: bool,
}

impl Records {
    /// Takes what was read.
    pub(super) fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && !self.done {
            if self.left > 0 {
                let (body, rest) = bytes.split_at(self.left.min(bytes.len()));
                if self.kind == HANDSHAKE && !self.switched && self.greeting.len() < LARGEST_GREETING {
                    self.greeting.extend_from_slice(body);
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
            CHANGE_CIPHER_SPEC => self.switched = true,
            HANDSHAKE if self.switched => self.sealed = self.sealed.saturating_add(1),
            _ => {}
        }
    }

    /// Stops following; TLS 1.3 has no renegotiation, and hides what it has.
    pub(super) fn stop(&mut self) {
        *self = Self { done: true, ..Self::default() };
    }

    /// How often the server of a TLS 1.2 connection has begun a handshake again. The first sealed
    /// record of a handshake is its `Finished`; each later one is a `HelloRequest`, unless this side
    /// takes part in another handshake.
    pub(super) fn asks_again(&self) -> bool {
        self.sealed > 1
    }

    /// Whether the server asked for a client certificate, in the clear.
    #[cfg(any(test, all(unix, feature = "renegotiation")))]
    pub(super) fn asks_for_certificate(&self) -> bool {
        messages(&self.greeting).any(|(kind, _)| kind == CERTIFICATE_REQUEST)
    }

    /// The certificates served in the clear, in DER: those of TLS 1.2 (RFC 5246, section 7.4.2).
    #[cfg(any(test, all(unix, feature = "renegotiation")))]
    pub(super) fn chain(&self) -> Vec<Vec<u8>> {
        let Some((_, body)) = messages(&self.greeting).find(|(kind, _)| *kind == CERTIFICATE) else {
            return Vec::new();
        };
        let mut chain = Vec::new();
        let mut rest = sized(body).map_or(&[][..], |(list, _)| list);
        while let Some((certificate, more)) = sized(rest) {
            chain.push(certificate.to_vec());
            rest = more;
        }
        chain
    }
}

/// The whole messages of a handshake: their types and their bodies.
#[cfg(any(test, all(unix, feature = "renegotiation")))]
fn messages(mut bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    std::iter::from_fn(move || {
        let (kind, rest) = bytes.split_first()?;
        let (body, rest) = sized(rest)?;
        bytes = rest;
        Some((*kind, body))
    })
}

/// What stands behind a length of three bytes, and what follows it.
#[cfg(any(test, all(unix, feature = "renegotiation")))]
fn sized(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<3>()?;
    let length = usize::try_from(u32::from_be_bytes([0, length[0], length[1], length[2]])).ok()?;
    rest.split_at_checked(length)
}

/// Whether these bytes begin a record of TLS or SSL 3 (RFC 8446, section 5.1).
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

    fn greeting() -> Vec<u8> {
        let certificates = [&size(b"leaf")[..], b"leaf", &size(b"issuer"), b"issuer"].concat();
        let certificate = message(CERTIFICATE, &[&size(&certificates)[..], &certificates].concat());
        [message(2, b"hello"), certificate, message(CERTIFICATE_REQUEST, b"any"), message(14, b"")].concat()
    }

    fn finished() -> Vec<u8> {
        [record(CHANGE_CIPHER_SPEC, &[1]), record(HANDSHAKE, &[7; 40])].concat()
    }

    #[test]
    fn the_chain_is_read_wherever_the_records_are_cut() {
        let greeting = greeting();
        for cut in 1..greeting.len() {
            let (one, other) = greeting.split_at(cut);
            let wire = [record(HANDSHAKE, one), record(HANDSHAKE, other), finished()].concat();
            for step in [1, 3, wire.len()] {
                let mut records = Records::default();
                wire.chunks(step).for_each(|part| records.push(part));
                assert_eq!(records.chain(), [b"leaf".to_vec(), b"issuer".to_vec()]);
                assert!(records.asks_for_certificate());
                assert!(!records.asks_again());
            }
        }
    }

    #[test]
    fn a_handshake_record_behind_the_finished_one_asks_for_another_handshake() {
        let mut records = Records::default();
        records.push(&[record(HANDSHAKE, &greeting()), finished(), record(23, b"data")].concat());
        assert!(!records.asks_again());
        records.push(&record(HANDSHAKE, &[9; 28]));
        assert!(records.asks_again());
    }

    #[test]
    fn nothing_is_asked_once_it_no_longer_listens() {
        let mut records = Records::default();
        records.push(&finished());
        records.stop();
        records.push(&record(HANDSHAKE, &[9; 28]));
        assert!(!records.asks_again());
    }

    #[test]
    fn a_chain_that_breaks_off_or_lies_about_its_size_ends_there() {
        let mut records = Records::default();
        records.push(&record(HANDSHAKE, &message(CERTIFICATE, &[0, 0, 9, 0, 0, 200, 1])));
        assert_eq!(records.chain(), Vec::<Vec<u8>>::new());
        records.push(&vec![22; 1 << 20]);
        assert!(records.greeting.len() <= LARGEST_GREETING + (1 << 16));
    }
}
