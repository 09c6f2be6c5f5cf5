//! Values at a few chosen paths of a JSON text, found in one pass over its beginning.

use std::{fmt, ops::Range};

use super::{
    lexer::{Lexer, Token, closing},
    path::{Step, Trail},
};

/// Bytes of a text that are read for its values: each row in sight is read whenever the screen is drawn.
pub const READ: usize = 16 << 10;

/// A path as jq writes it: `.price`, `.data[0].s`, `."odd name"`. `[]` is the first element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberPath {
    text: String,
    steps: Vec<Wanted>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    /// As it stands between its quotes.
    Member(String),
    Element(u64),
}

/// What was found at a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Found {
    /// The text is not JSON, or has nothing there.
    #[default]
    Missing,
    /// It may stand further in than is read.
    Unread,
    /// Where the value stands; of a long one, the beginning.
    At(Range<usize>),
}

impl fmt::Display for MemberPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl MemberPath {
    /// # Errors
    ///
    /// What would be a path, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let refusal = || format!("{text:?} is no path: write .price, .data[0].s or .\"odd name\"");
        let mut steps = Vec::new();
        let mut rest = text;
        if !text.starts_with('.') {
            return Err(refusal());
        }
        while !rest.is_empty() {
            let (step, behind) = first_step(rest, steps.is_empty()).ok_or_else(refusal)?;
            steps.push(step);
            rest = behind;
        }
        Ok(Self { text: text.to_owned(), steps })
    }

    fn is_at(&self, steps: &[Step], text: &[u8]) -> bool {
        let is_same = |(wanted, step): (&Wanted, &Step)| match (wanted, step) {
            (Wanted::Member(name), Step::Member(own)) => {
                text.get(own.start + 1..own.end.saturating_sub(1)).is_some_and(|own| own == name.as_bytes())
            }
            (Wanted::Element(nth), Step::Element(own)) => nth == own,
            _ => false,
        };
        self.steps.len() == steps.len() && self.steps.iter().zip(steps).all(is_same)
    }
}

/// A step and what stands behind it.
fn first_step(text: &str, is_first: bool) -> Option<(Wanted, &str)> {
    let inner = text.strip_prefix('.').unwrap_or(text);
    if let Some(index) = inner.strip_prefix('[').filter(|_| is_first || inner.len() == text.len()) {
        let (number, behind) = index.split_once(']')?;
        let nth = if number.is_empty() { 0 } else { number.parse().ok()? };
        return Some((Wanted::Element(nth), behind));
    }
    let name = text.strip_prefix('.')?;
    if let Some(quoted) = name.strip_prefix('"') {
        let end = quoted.find('"').filter(|end| !quoted[..*end].contains('\\'))?;
        return Some((Wanted::Member(quoted[..end].to_owned()), &quoted[end + 1..]));
    }
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let end = name.find(|letter| !is_letter(letter)).unwrap_or(name.len());
    let starts_well = !name.starts_with(|first: char| first.is_ascii_digit());
    (end > 0 && starts_well).then(|| (Wanted::Member(name[..end].to_owned()), &name[end..]))
}

/// The values at these paths: the first of each. `is_whole` says whether the text is all of the payload.
#[must_use]
pub fn values(text: &[u8], is_whole: bool, paths: &[&MemberPath]) -> Vec<Found> {
    let mut found = vec![Found::Missing; paths.len()];
    if !matches!(text.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return found;
    }
    let read = &text[..text.len().min(READ)];
    let (mut lexer, mut trail) = (Lexer::default(), Trail::default());
    let mut left = paths.len();
    while left > 0 {
        let depth = lexer.position().depth;
        let lexeme = match lexer.token(read) {
            Ok(Some(lexeme)) => lexeme,
            Ok(None) => break,
            Err(_) => {
                if !is_whole || read.len() < text.len() {
                    found
                        .iter_mut()
                        .filter(|own| **own == Found::Missing)
                        .for_each(|own| *own = Found::Unread);
                }
                break;
            }
        };
        trail.pass(&lexeme, depth);
        let end = match lexeme.token {
            Token::Text | Token::Number | Token::Literal | Token::Empty => lexeme.end,
            Token::Open => closing(read, lexeme.start).0,
            Token::Name | Token::Colon | Token::Comma | Token::Close => continue,
        };
        for (path, own) in paths.iter().zip(&mut found) {
            if *own == Found::Missing && path.is_at(trail.steps(depth), read) {
                *own = Found::At(lexeme.start..end);
                left -= 1;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Found, MemberPath, READ, values};

    fn at(text: &str, path: &str) -> String {
        let path = MemberPath::parse(path).expect("a path");
        match values(text.as_bytes(), true, &[&path]).remove(0) {
            Found::At(place) => text[place].to_owned(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn values_are_found_at_their_paths_as_they_were_sent() {
        let text = r#"{"s":"BTC","p":1e400,"data":[{"x":1},{"x":[2, 3]}],"odd name":null}"#;
        for (path, value) in [
            (".s", "\"BTC\""),
            (".p", "1e400"),
            (".data[].x", "1"),
            (".data[1].x", "[2, 3]"),
            (".data[1]", "{\"x\":[2, 3]}"),
            (".\"odd name\"", "null"),
            (".x", "Missing"),
            (".s.x", "Missing"),
        ] {
            assert_eq!(at(text, path), value, "{path}");
        }
        assert_eq!(at("[[1,2],3]", ".[0][1]"), "2");
        assert_eq!(at("not {\"s\":1}", ".s"), "Missing");
    }

    #[test]
    fn what_stands_far_in_is_said_to_be_unread() {
        let text = format!("{{\"a\":1,\"b\":\"{}\",\"c\":2}}", "x".repeat(READ));
        assert_eq!((at(&text, ".a"), at(&text, ".c")), ("1".to_owned(), "Unread".to_owned()));
    }

    #[test]
    fn what_is_no_path_says_what_would_be_one() {
        for text in ["price", ".", "", ".a b", ".a..b", ".[x]", ".1", ".a | .b"] {
            let refusal = MemberPath::parse(text).expect_err(text);
            assert!(refusal.contains("is no path: write .price"), "{refusal}");
        }
    }
}
