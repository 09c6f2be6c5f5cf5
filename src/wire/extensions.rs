//! Parses the header `Sec-WebSocket-Extensions` (RFC 6455, section 9.1; RFC 7692, section 7.1).

/// One extension with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension<'a> {
    pub name: &'a str,
    /// The parameters in order, values without their quotes.
    pub parameters: Vec<(&'a str, Option<String>)>,
    /// The whole extension as it was written.
    pub text: &'a str,
}

impl Extension<'_> {
    /// The only extension that is supported.
    pub const DEFLATE: &'static str = "permessage-deflate";

    /// Whether there is a parameter of exactly this name, with any value.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.parameters.iter().any(|(own, _)| *own == name)
    }

    /// What is wrong with the parameters of the server's permessage-deflate, as text.
    #[must_use]
    pub fn deflate_fault(&self) -> Option<String> {
        let mut seen = Vec::new();
        for (name, value) in &self.parameters {
            let name = name.to_ascii_lowercase();
            if seen.contains(&name) {
                return Some(format!("{name} is named twice"));
            }
            match (name.as_str(), value.as_deref()) {
                ("server_no_context_takeover" | "client_no_context_takeover", None) => {}
                ("server_max_window_bits" | "client_max_window_bits", Some(bits)) if is_window(bits) => {}
                ("server_max_window_bits" | "client_max_window_bits", _) => {
                    return Some(format!("{name} should be a number from 8 to 15"));
                }
                ("server_no_context_takeover" | "client_no_context_takeover", Some(_)) => {
                    return Some(format!("{name} takes no value"));
                }
                _ => return Some(format!("\"{name}\" is not a parameter of permessage-deflate")),
            }
            seen.push(name);
        }
        None
    }
}

/// A window size, without leading zeros (RFC 7692, section 7.1.2).
fn is_window(bits: &str) -> bool {
    matches!(bits, "8" | "9" | "10" | "11" | "12" | "13" | "14" | "15")
}

/// The extensions in one value of the header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExtensionList<'a> {
    pub extensions: Vec<Extension<'a>>,
    /// Whether the value breaks the grammar. The extensions before that point are kept, as in the Go library.
    pub malformed: bool,
}

/// Parses one value of the header, up to the first error.
#[must_use]
pub fn extensions(value: &str) -> ExtensionList<'_> {
    let mut list = ExtensionList::default();
    let mut rest = Rest { text: value, malformed: false };
    loop {
        rest.skip_blank();
        let start = rest.text;
        let Some((name, parameters)) = rest.extension() else {
            list.malformed = true;
            return list;
        };
        let text = start[..start.len() - rest.text.len()].trim_end();
        list.extensions.push(Extension { name, parameters, text });
        if !rest.skip(',') {
            list.malformed |= rest.malformed;
            return list;
        }
    }
}

/// Whether this is an HTTP token (RFC 9110, section 5.6.2).
#[must_use]
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token_byte)
}

const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}

/// The text that is not parsed yet.
struct Rest<'a> {
    text: &'a str,
    /// Whether the parsed part breaks the grammar.
    malformed: bool,
}

type Parameters<'a> = Vec<(&'a str, Option<String>)>;

impl<'a> Rest<'a> {
    fn skip_blank(&mut self) {
        self.text = self.text.trim_start_matches([' ', '\t']);
    }

    fn skip(&mut self, letter: char) -> bool {
        let rest = self.text.strip_prefix(letter);
        self.text = rest.unwrap_or(self.text);
        rest.is_some()
    }

    fn token(&mut self) -> Option<&'a str> {
        let end = self.text.bytes().position(|byte| !is_token_byte(byte)).unwrap_or(self.text.len());
        let (token, rest) = self.text.split_at(end);
        self.text = rest;
        (!token.is_empty()).then_some(token)
    }

    /// One extension, up to the next comma or the end; `None` if it cannot be parsed.
    fn extension(&mut self) -> Option<(&'a str, Parameters<'a>)> {
        let name = self.token()?;
        let mut parameters = Vec::new();
        self.skip_blank();
        while self.skip(';') {
            self.skip_blank();
            let name = self.token()?;
            self.skip_blank();
            let value = self.skip('=').then(|| self.value());
            self.skip_blank();
            parameters.push((name, value));
        }
        (self.text.is_empty() || self.text.starts_with(',')).then_some((name, parameters))
    }

    /// The value after an equals sign; a quoted value must be a token too.
    fn value(&mut self) -> String {
        self.skip_blank();
        let value = if self.skip('"') { self.quoted() } else { self.token().unwrap_or_default().to_owned() };
        self.malformed |= !is_token(&value);
        value
    }

    /// The rest of a quoted string; empty if the closing quote is missing.
    fn quoted(&mut self) -> String {
        let mut value = String::new();
        let mut letters = self.text.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.text = &self.text[at + 1..];
                    return value;
                }
                '\\' => value.extend(letters.next().map(|(_, escaped)| escaped)),
                letter => value.push(letter),
            }
        }
        self.text = "";
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{Extension, extensions};

    fn names(value: &str) -> (Vec<&str>, bool) {
        let list = extensions(value);
        (list.extensions.iter().map(|extension| extension.name).collect(), list.malformed)
    }

    #[test]
    fn extensions_are_parsed_with_their_parameters() {
        let value = "a;x=1 , b ; y = \"q\\u\" ;z,c";
        let read = extensions(value).extensions;
        let parameters = vec![("y", Some("qu".to_owned())), ("z", None)];
        let second = Extension { name: "b", parameters, text: "b ; y = \"q\\u\" ;z" };
        assert_eq!((read.len(), &read[1]), (3, &second));
        assert_eq!(names(value), (vec!["a", "b", "c"], false));
    }

    #[test]
    fn extensions_before_a_grammar_error_are_kept() {
        assert_eq!(names(""), (vec![], true));
        assert_eq!(names("a, x y, b"), (vec!["a"], true));
        assert_eq!(names("a,, b"), (vec!["a"], true));
        assert_eq!(names("a; =1"), (vec![], true));
        assert_eq!(names("a; x=, b"), (vec!["a", "b"], true));
        assert_eq!(names("a; x=\"b c\", d"), (vec!["a", "d"], true));
        assert_eq!(names("a; x=\"b, c"), (vec!["a"], true));
        assert_eq!(names("a; x=\"b\" c"), (vec![], true));
    }

    #[test]
    fn wrong_parameters_are_reported() {
        let fault = |parameters: &str| {
            let value = format!("permessage-deflate; {parameters}");
            extensions(&value).extensions[0].deflate_fault().unwrap_or_default()
        };
        assert_eq!(fault("client_max_window_bits=\"12\"; server_no_context_takeover"), "");
        assert_eq!(
            fault("server_max_window_bits=16"),
            "server_max_window_bits should be a number from 8 to 15"
        );
        assert_eq!(fault("client_max_window_bits"), "client_max_window_bits should be a number from 8 to 15");
        assert_eq!(
            fault("server_max_window_bits=08"),
            "server_max_window_bits should be a number from 8 to 15"
        );
        assert_eq!(fault("server_no_context_takeover=1"), "server_no_context_takeover takes no value");
        assert_eq!(fault("level=9"), "\"level\" is not a parameter of permessage-deflate");
        let twice = "server_no_context_takeover; server_no_context_takeover";
        assert_eq!(fault(twice), "server_no_context_takeover is named twice");
    }
}
