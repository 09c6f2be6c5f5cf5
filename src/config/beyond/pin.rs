//! The keys that a server may have, as curl writes them.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256};

/// The SHA-256 of a public key with its algorithm, in DER (`SubjectPublicKeyInfo`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin([u8; 32]);

impl Pin {
    /// The pin of a key in DER.
    #[must_use]
    pub fn of(key: &[u8]) -> Self {
        Self(Sha256::digest(key).into())
    }

    /// `sha256//` and Base64.
    #[must_use]
    pub fn written(self) -> String {
        format!("sha256//{}", BASE64_STANDARD.encode(self.0))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let wanted = || format!("'{text}' is not a pin: write sha256// and 44 characters of Base64");
        let encoded = text.strip_prefix("sha256//").ok_or_else(wanted)?;
        let bytes = BASE64_STANDARD.decode(encoded).map_err(|_| wanted())?;
        bytes.try_into().map(Self).map_err(|_| wanted())
    }
}

/// The pins of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pins(Vec<Pin>);

impl Pins {
    /// Reads pins that are separated by semicolons, as in curl's `--pinnedpubkey`.
    ///
    /// # Errors
    ///
    /// A sentence about the text that is no pin.
    pub fn parse(text: &str) -> Result<Self, String> {
        text.split(';').map(|pin| Pin::parse(pin.trim())).collect::<Result<_, _>>().map(Self)
    }

    /// Whether a server may have this key.
    #[must_use]
    pub fn allow(&self, key: Pin) -> bool {
        self.0.is_empty() || self.0.contains(&key)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As they were written.
    #[must_use]
    pub fn written(&self) -> String {
        self.0.iter().map(|pin| pin.written()).collect::<Vec<_>>().join(";")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_are_read_as_curl_writes_them() {
        let (one, other) = (Pin::of(b"one"), Pin::of(b"other"));
        let pins = Pins::parse(&format!("{}; {}", one.written(), other.written())).expect("they are pins");
        assert!(pins.allow(one) && pins.allow(other) && !pins.allow(Pin::of(b"third")));
        assert!(Pins::default().allow(one), "without a pin every key is allowed");
        assert!(Pins::parse("sha256//short").is_err() && Pins::parse("key.pem").is_err());
    }
}
