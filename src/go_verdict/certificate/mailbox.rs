//! An address of mail: `local@domain`, the local part quoted or not (`crypto/x509/verify.go`, `parseRFC2821Mailbox`).

use std::fmt;

use crate::go_verdict::certificate::domain::is_domain;

/// The parts before and behind the `@`; the domain is in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mailbox {
    pub local: String,
    pub domain: String,
}

impl fmt::Display for Mailbox {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}@{}", self.local, self.domain)
    }
}

impl Mailbox {
    /// `None` if Go does not take the text for an address of mail.
    pub fn parse(address: &str) -> Option<Self> {
        let (local, rest) = match address.strip_prefix('"') {
            Some(quoted) => quoted_local(quoted)?,
            None => plain_local(address)?,
        };
        let domain = rest.strip_prefix('@').filter(|domain| is_domain(domain.as_bytes()))?;
        Some(Self { local, domain: domain.to_ascii_lowercase() })
    }
}

fn quoted_local(text: &str) -> Option<(String, &str)> {
    let mut local = String::new();
    let mut characters = text.chars();
    loop {
        match characters.next()? {
            '"' => return Some((local, characters.as_str())),
            '\\' => local.push(
                characters
                    .next()
                    .filter(|next| matches!(next, '\x01'..='\x09' | '\x0b' | '\x0c' | '\x0e'..='\x7f'))?,
            ),
            plain @ ('\x01'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='!' | '#'..='[' | ']'..='\x7f') => {
                local.push(plain);
            }
            _ => return None,
        }
    }
}

fn plain_local(text: &str) -> Option<(String, &str)> {
    let mut local = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let escaped = rest.strip_prefix('\\');
        if escaped.is_none() && !is_atom(first) {
            break;
        }
        // What follows a backslash may be anything.
        let mut characters = escaped.unwrap_or(rest).chars();
        local.push(characters.next()?);
        rest = characters.as_str();
    }
    let is_dotted_well = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
    (!local.is_empty() && is_dotted_well).then_some((local, rest))
}

fn is_atom(character: char) -> bool {
    character.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(character)
}

#[cfg(test)]
mod tests {
    use super::Mailbox;

    fn parsed(address: &str) -> Option<String> {
        Mailbox::parse(address).map(|mailbox| mailbox.to_string())
    }

    #[test]
    fn only_the_domain_is_in_lower_case() {
        assert_eq!(parsed("Joe@Feed.TEST").as_deref(), Some("Joe@feed.test"));
        assert_eq!(parsed(r#""a b\""@feed"#).as_deref(), Some("a b\"@feed"));
        assert_eq!(parsed(r"a\@b@feed").as_deref(), Some("a@b@feed"));
    }

    #[test]
    fn dots_stand_between_other_characters() {
        for address in [
            "",
            "@feed",
            "joe",
            ".joe@feed",
            "joe.@feed",
            "j..oe@feed",
            "joe@.feed",
            "joe@feed.",
            "\"joe@feed",
        ] {
            assert_eq!(parsed(address), None, "{address}");
        }
    }
}
