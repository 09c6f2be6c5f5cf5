//! What a payload seems to hold, decided from a few of its bytes.

use super::Shown;

/// How much of a payload is looked at to tell text from other things.
const FRONT: usize = 4096;

/// A guess, good enough to choose a view. Only reading it all can prove that it is JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Content {
    Empty,
    Text,
    /// Text in the brackets of an object or an array.
    Json,
    Gzip,
    Zlib,
    Zstd,
    Binary,
}

impl Content {
    /// Looks at the first and the last 4 KiB, no more.
    #[must_use]
    pub fn of(payload: &[u8]) -> Self {
        let front = &payload[..payload.len().min(FRONT)];
        let back = &payload[payload.len() - front.len()..];
        match *payload {
            [] => Self::Empty,
            _ if is_text(front, front.len() < payload.len()) => {
                let ends = (front.trim_ascii_start().first(), back.trim_ascii_end().last());
                match ends {
                    (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')) => Self::Json,
                    _ => Self::Text,
                }
            }
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            // The first two bytes, as a number, are a multiple of 31 (RFC 1950, section 2.2).
            [0x78, second, ..] if (0x7800 + u16::from(second)).is_multiple_of(31) => Self::Zlib,
            _ => Self::Binary,
        }
    }

    /// One word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Text => "text",
            Self::Json => "json",
            Self::Gzip => "gzip",
            Self::Zlib => "zlib",
            Self::Zstd => "zstd",
            Self::Binary => "binary",
        }
    }

    /// How to show it on one line.
    #[must_use]
    pub const fn shown(self) -> Shown {
        match self {
            Self::Empty | Self::Text | Self::Json => Shown::Text,
            Self::Gzip | Self::Zlib | Self::Zstd | Self::Binary => Shown::Hex,
        }
    }
}

/// Whether these bytes are UTF-8 and free of control characters that no text has.
fn is_text(front: &[u8], more: bool) -> bool {
    let control = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b);
    let utf8 = match str::from_utf8(front) {
        Ok(_) => true,
        Err(error) => more && error.error_len().is_none(),
    };
    utf8 && !front.iter().any(control)
}

#[cfg(test)]
mod tests {
    use super::Content;

    #[test]
    fn a_payload_is_known_by_its_ends() {
        let cases: [(&[u8], Content); 12] = [
            (b"", Content::Empty),
            (b"hello", Content::Text),
            (b"x^2 is not zlib", Content::Text),
            (b" {\"a\": 1}\n", Content::Json),
            (b"[1]", Content::Json),
            (b"{ not closed", Content::Text),
            (b"42", Content::Text),
            (b"\x1f\x8b\x08\x00", Content::Gzip),
            (b"\x78\x9c\x03\x00", Content::Zlib),
            (b"\x28\xb5\x2f\xfd\x00", Content::Zstd),
            (b"\x00\x01\x02", Content::Binary),
            (b"caf\xe9", Content::Binary),
        ];
        for (payload, content) in cases {
            assert_eq!(Content::of(payload), content, "{payload:?}");
        }
    }

    #[test]
    fn a_character_cut_at_the_end_of_the_front_is_still_text() {
        let long = format!("a{}", "é".repeat(4000));
        assert_eq!(Content::of(long.as_bytes()), Content::Text);
    }
}
