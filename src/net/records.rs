//! Follows the TLS records of a server as far as they are readable without the keys (RFC 5246, sections 6.2 and
//! 7.4). Pure.

const CHANGE_CIPHER_SPEC: u8 = 20;
const HANDSHAKE: u8 = 22;

/// Follows the records of one connection.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// The received part of the head of a record: its type, version and length.
    head: Vec<u8>,
    /// The number of its bytes still to receive.
    left: usize,
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
        self.left = length;
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

    fn finished() -> Vec<u8> {
        [record(CHANGE_CIPHER_SPEC, &[1]), record(HANDSHAKE, &[7; 40])].concat()
    }

    #[test]
    fn a_handshake_record_after_finished_is_a_request_for_renegotiation() {
        let mut records = Records::default();
        records.push(&[record(HANDSHAKE, b"\x02\0\0\0"), finished(), record(23, b"data")].concat());
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
}
