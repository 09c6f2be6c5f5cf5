//! Keeps known secrets out of texts that a peer wrote, or that we wrote for it.

use memchr::memmem;

use super::Secret;

/// What stands where a secret was, wherever one is left out.
pub const MASK: &str = "•••";

/// Secrets to look for, the longest first, so that no piece of one is left standing.
#[derive(Clone, Debug, Default)]
pub struct Masks(Vec<Secret>);

impl FromIterator<Secret> for Masks {
    /// Empty ones are left out: they stand everywhere.
    fn from_iter<I: IntoIterator<Item = Secret>>(secrets: I) -> Self {
        let mut secrets: Vec<_> = secrets.into_iter().filter(|secret| !secret.is_empty()).collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.expose().len()));
        Self(secrets)
    }
}

impl Masks {
    /// In bytes: a value shorter than this could be any word of a text and is not searched for.
    pub const SHORTEST: usize = 4;

    /// The text with every secret replaced.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret.expose(), MASK))
    }

    /// The bytes with every secret replaced.
    #[must_use]
    pub fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        self.0.iter().fold(bytes.to_vec(), |bytes, secret| replace(&bytes, secret.expose().as_bytes()))
    }
}

fn replace(bytes: &[u8], secret: &[u8]) -> Vec<u8> {
    let mut masked = Vec::with_capacity(bytes.len());
    let mut rest = 0;
    for at in memmem::find_iter(bytes, secret) {
        masked.extend_from_slice(&bytes[rest..at]);
        masked.extend_from_slice(MASK.as_bytes());
        rest = at + secret.len();
    }
    masked.extend_from_slice(&bytes[rest..]);
    masked
}

#[cfg(test)]
mod tests {
    use super::{Masks, Secret};

    #[test]
    fn no_piece_of_a_longer_secret_is_left_standing() {
        let masks: Masks = ["hunter", "hunter2", ""].map(Secret::new).into_iter().collect();
        assert_eq!(masks.text("hunter2 and hunter"), "••• and •••");
        assert_eq!(masks.bytes(b"\xffhunter2"), b"\xff\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2");
    }
}
