//! The part of a payload that an expression looks at: reading a few members costs less than reading all.

use crate::payload::document::{Lexer, Token};

use super::extent::{Piece, pieces};

/// How deep a payload that is asked may be nested.
const DEEPEST: usize = 256;

/// What of a payload is given to jaq.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// Nothing: it is not JSON as RFC 8259 has it, which jaq takes more widely, or nested too deep for its stack.
    Nothing,
    Whole,
    /// An object with the members that are looked at.
    Members(Vec<u8>),
}

/// The members that an expression looks at; `None` if it may look at all of the payload.
///
/// What stands before the first `|` sees the payload, and it must consist of paths that begin with a name, of literals
/// and of operators.
pub(super) fn members(source: &str) -> Option<Vec<String>> {
    let mut depth = 0_usize;
    let end = pieces(source).find_map(|(at, piece)| {
        match piece {
            Piece::Sign('(' | '[' | '{') => depth += 1,
            Piece::Sign(')' | ']' | '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        (piece == Piece::Sign('|') && depth == 0).then_some(at)
    });
    let first = &source[..end.unwrap_or(source.len())];
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut names = Vec::new();
    for (at, piece) in pieces(first) {
        match piece {
            Piece::Text(text) if !text.contains("\\(") => {}
            Piece::Sign('.') => {
                let rest = &first[at + 1..];
                let name = &rest[..rest.find(|letter| !is_letter(letter)).unwrap_or(rest.len())];
                let is_digit = first[..at].ends_with(|letter: char| letter.is_ascii_digit());
                let continues =
                    first[..at].ends_with(|letter: char| is_letter(letter) || "]?".contains(letter));
                if name.starts_with(|first: char| first.is_ascii_digit()) && is_digit {
                    continue;
                }
                if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
                    return None;
                }
                if !continues {
                    names.push(name.to_owned());
                }
            }
            // An index of a path; anything else in brackets makes an array.
            Piece::Sign('[') if first[..at].ends_with(is_letter) => {}
            Piece::Word("and" | "or" | "true" | "false" | "null")
            | Piece::Sign(']' | '(' | ')' | '=' | '!' | '<' | '>' | '+' | '-' | '*' | '/' | '%' | '?') => {}
            _ => return None,
        }
    }
    (!names.is_empty()).then_some(names)
}

/// What of a payload is needed for these members.
pub(super) fn project(payload: &[u8], members: Option<&[String]>) -> Read {
    let mut lexer = Lexer::default();
    let mut kept = members.filter(|_| payload.trim_ascii_start().first() == Some(&b'{')).map(|_| vec![b'{']);
    // Where the member begins that is being read, if it is looked at.
    let mut member = None;
    loop {
        let depth = lexer.position().depth;
        let lexeme = match lexer.token(payload) {
            Ok(Some(lexeme)) if lexer.position().depth <= DEEPEST => lexeme,
            Ok(None) => break,
            _ => return Read::Nothing,
        };
        if depth != 1 || kept.is_none() {
            continue;
        }
        match lexeme.token {
            Token::Name => {
                let name = &payload[lexeme.start + 1..lexeme.end - 1];
                if name.contains(&b'\\') {
                    kept = None;
                    continue;
                }
                let is_wanted = members.unwrap_or_default().iter().any(|member| member.as_bytes() == name);
                member = is_wanted.then_some(lexeme.start);
            }
            Token::Comma | Token::Close => {
                if let (Some(start), Some(kept)) = (member.take(), &mut kept) {
                    if kept.len() > 1 {
                        kept.push(b',');
                    }
                    kept.extend_from_slice(&payload[start..lexeme.start]);
                }
            }
            _ => {}
        }
    }
    kept.map_or(Read::Whole, |mut kept| {
        kept.push(b'}');
        Read::Members(kept)
    })
}

#[cfg(test)]
mod tests {
    use super::{Read, members, project};

    #[test]
    fn an_expression_that_begins_with_names_looks_at_these_members_only() {
        let names = |source| members(source).map(|names| names.join(" "));
        for (source, expected) in [
            (".s", Some("s")),
            (".a.b[0].c == 1.5 and (.d? | length) > 1", None),
            (".a.b[0].c == 1.5 or .d >= -2", Some("a d")),
            (".seq | . % 7 == 0", Some("seq")),
            (r#".s + .t | test("x|y")"#, Some("s t")),
            (".", None),
            (". | length", None),
            ("..", None),
            (".[0]", None),
            (".a and has(\"b\")", None),
            (".a as $x | .b", None),
            ("[.a]", None),
            (".a == \"\\(.b)\"", None),
            (".a[.b]", Some("a b")),
            (".a // .b | . > 1", Some("a b")),
        ] {
            assert_eq!(names(source).as_deref(), expected, "{source}");
        }
    }

    #[test]
    fn only_members_that_are_looked_at_are_kept_as_they_are() {
        let payload = br#" {"a": 1e400 ,"b":{"a":[2]},"c":[{}],"a":{"x":1}} "#;
        let names = ["a".to_owned(), "c".to_owned()];
        let kept = br#"{"a": 1e400 ,"c":[{}],"a":{"x":1}}"#;
        assert_eq!(project(payload, Some(&names)), Read::Members(kept.to_vec()));
        assert_eq!(project(payload, None), Read::Whole);
        assert_eq!(project(b"[1]", Some(&names)), Read::Whole);
        assert_eq!(project(br#"{"\u0061":1}"#, Some(&names)), Read::Whole);
        assert_eq!(project(br#"{"b":1}"#, Some(&names)), Read::Members(b"{}".to_vec()));
        assert_eq!(project(b"{\"a\":1", Some(&names)), Read::Nothing);
    }
}
