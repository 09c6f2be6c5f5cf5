//! Go's error for a key that it does not read (`x509.ParsePKCS8PrivateKey`, `encoding/asn1`).

use super::blocks::blocks;

/// The error of the pipeline's token library for a file that holds no private key; `None` where it is not known.
#[must_use]
pub fn refused_by_go(text: &[u8]) -> Option<String> {
    let first = blocks(text).ok().and_then(|blocks| blocks.into_iter().next());
    let Some(block) = first else {
        return Some("invalid key: Key must be a PEM encoded PKCS1 or PKCS8 key".to_owned());
    };
    // Version and content of a key (RFC 5208, section 5).
    let der = block.contents();
    let (sequence, size) = match Header::read(der) {
        Ok(read) => read,
        Err(error) => return Some(error.to_owned()),
    };
    if !(sequence.is_universal(16) && sequence.is_compound) {
        return Some(sequence.mismatch(16, "pkcs8", size));
    }
    match Header::read(&der[size..size + sequence.length]) {
        Err(error) => Some(error.to_owned()),
        Ok((version, size)) => (!version.is_universal(2)).then(|| version.mismatch(2, "int", size)),
    }
}

/// Tag and length of a DER value (X.690, section 8.1).
#[derive(Clone, Copy, Debug)]
struct Header {
    class: u8,
    tag: u8,
    length: usize,
    is_compound: bool,
}

impl Header {
    /// The header at the start and its own size. The value is complete.
    fn read(der: &[u8]) -> Result<(Self, usize), &'static str> {
        const TRUNCATED: &str = "asn1: syntax error: truncated tag or length";
        let [first, length, ..] = *der else { return Err(TRUNCATED) };
        let (length, size) = if length < 0x80 {
            (usize::from(length), 2)
        } else {
            let digits = usize::from(length & 0x7f);
            let digits = der.get(2..2 + digits).filter(|digits| digits.len() <= 4).ok_or(TRUNCATED)?;
            let length = digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit));
            (length, 2 + digits.len())
        };
        if der.len() - size < length {
            return Err("asn1: syntax error: data truncated");
        }
        let header = Self { class: first >> 6, tag: first & 0x1f, length, is_compound: first & 0x20 != 0 };
        Ok((header, size))
    }

    fn is_universal(self, tag: u8) -> bool {
        self.class == 0 && self.tag == tag
    }

    fn mismatch(self, expected: u8, name: &str, size: usize) -> String {
        let Self { class, tag, length, is_compound } = self;
        format!(
            "asn1: structure error: tags don't match ({expected} vs {{class:{class} tag:{tag} length:{length} \
             isCompound:{is_compound}}}) {{optional:false explicit:false application:false private:false \
             defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false}} {name} @{size}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_a_key_is_refused_as_by_go() {
        for (text, start, end) in [
            (&b"rubbish"[..], "invalid key: Key must be", "PKCS8 key"),
            (
                include_bytes!("../../tests/keys/rsa-public.pem"),
                "asn1: structure error: tags don't match (2 vs {class:0 tag:16 length:13 isCompound:true}) {optional",
                "omitEmpty:false} int @2",
            ),
            (
                include_bytes!("../../tests/keys/rsa-cert.pem"),
                "asn1: structure error: tags don't match (2 vs {class:0 tag:16 length:487 isCompound:true})",
                " int @4",
            ),
            (
                include_bytes!("../../tests/keys/rsa-aes-128-cbc.pem"),
                "asn1: structure error: tags don't match (16 vs {class:0 tag:8 length:89 isCompound:false})",
                " pkcs8 @2",
            ),
            (
                b"-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n",
                "asn1: syntax error: truncated tag",
                "or length",
            ),
        ] {
            let error = refused_by_go(text).expect("it is known");
            assert!(error.starts_with(start) && error.ends_with(end), "{error}");
        }
        assert_eq!(refused_by_go(include_bytes!("../../tests/keys/rsa-pkcs8.pem")), None);
    }
}
