//! Values at a few chosen paths of a JSON text, found in one pass.

use std::{borrow::Cow, fmt, ops::Range};

use super::{
    lexer::{Fault, Lexer, Token, closing},
    path::{LEVELS, Step, Trail},
};

/// Bytes of a text that are read for its values: each row in sight is read whenever the screen is drawn.
pub const READ: usize = 16 << 10;

/// A path as jq writes it: `.price`, `.data[0].s`, `."odd name"`. `[]` is the first element where one value is looked
/// for, and every element where all are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberPath {
    text: String,
    steps: Vec<Wanted>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    Member(String),
    Element(u64),
    /// `[]`
    EachElement,
}

/// How many of the values that a path leads to are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Many {
    First,
    All,
}

/// A name or a value of a JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    pub place: Range<usize>,
    pub kind: SpotKind,
    /// The first of the paths that lead here.
    pub path: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpotKind {
    Name,
    Text,
    /// A number, `true`, `false` or `null`.
    Scalar,
    /// An object or an array, with all that is in it. What is in it follows as spots of their own.
    Bracket,
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
        if steps.len() > LEVELS {
            return Err(format!("a path has at most {LEVELS} steps"));
        }
        Ok(Self { text: text.to_owned(), steps })
    }

    fn is_at(&self, steps: &[Step], text: &[u8], many: Many) -> bool {
        let is_same = |(wanted, step): (&Wanted, &Step)| match (wanted, step) {
            (Wanted::Member(name), Step::Member(own)) => *name_of(text, own) == **name,
            (Wanted::Element(nth), Step::Element(own)) => nth == own,
            (Wanted::EachElement, Step::Element(own)) => many == Many::All || *own == 0,
            _ => false,
        };
        self.steps.len() == steps.len() && self.steps.iter().zip(steps).all(is_same)
    }
}

/// A name without its quotes; `\u0061` in it is an `a`.
fn name_of<'t>(text: &'t [u8], place: &Range<usize>) -> Cow<'t, str> {
    let quoted = text.get(place.clone()).unwrap_or_default();
    if quoted.contains(&b'\\')
        && let Ok(name) = serde_json::from_slice::<String>(quoted)
    {
        return name.into();
    }
    String::from_utf8_lossy(quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default())
}

/// A step and what stands behind it.
fn first_step(text: &str, is_first: bool) -> Option<(Wanted, &str)> {
    let inner = text.strip_prefix('.').unwrap_or(text);
    if let Some(index) = inner.strip_prefix('[').filter(|_| is_first || inner.len() == text.len()) {
        let (number, behind) = index.split_once(']')?;
        let wanted =
            if number.is_empty() { Wanted::EachElement } else { Wanted::Element(number.parse().ok()?) };
        return Some((wanted, behind));
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

/// The values at these paths in the beginning of a text: the first of each. `is_whole` says whether the text is all of
/// the payload.
#[must_use]
pub fn values(text: &[u8], is_whole: bool, paths: &[&MemberPath]) -> Vec<Found> {
    values_within(READ, text, is_whole, paths)
}

/// The same for a whole text.
#[must_use]
pub fn all_values(text: &[u8], paths: &[&MemberPath]) -> Vec<Found> {
    values_within(text.len(), text, true, paths)
}

/// Passes the names and values of a text, or of several one after the other, such as JSON Lines.
///
/// # Errors
///
/// Where the text stops being JSON; what stands before that has been passed.
pub fn each_spot(text: &[u8], paths: &[&MemberPath], each: &mut dyn FnMut(Spot)) -> Result<(), Fault> {
    let (mut lexer, mut trail) = (Lexer::default(), Trail::default());
    loop {
        let depth = lexer.position().depth;
        let is_behind_all = depth == 0 && !lexer.is_at_value();
        let lexeme = match lexer.token(text) {
            Ok(Some(lexeme)) => lexeme,
            Ok(None) => return Ok(()),
            // Behind a whole value another may stand.
            Err(_) if is_behind_all => {
                lexer = Lexer::beginning_at(lexer.position().at);
                trail = Trail::default();
                continue;
            }
            Err(fault) => return Err(fault),
        };
        trail.pass(&lexeme, depth);
        let mut end = lexeme.end;
        let kind = match lexeme.token {
            Token::Name => SpotKind::Name,
            Token::Text => SpotKind::Text,
            Token::Number | Token::Literal => SpotKind::Scalar,
            Token::Open | Token::Empty => SpotKind::Bracket,
            Token::Colon | Token::Comma | Token::Close => continue,
        };
        let leads = |path: &&MemberPath| path.is_at(trail.steps(depth), text, Many::All);
        // Where a name stands, the steps lead to its value.
        let path = if kind == SpotKind::Name { None } else { paths.iter().position(leads) };
        if lexeme.token == Token::Open && path.is_some() {
            end = closing(text, lexeme.start).0;
        }
        each(Spot { place: lexeme.start..end, kind, path });
    }
}

fn values_within(most: usize, text: &[u8], is_whole: bool, paths: &[&MemberPath]) -> Vec<Found> {
    let mut found = vec![Found::Missing; paths.len()];
    if !matches!(text.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return found;
    }
    let read = &text[..text.len().min(most)];
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
            if *own == Found::Missing && path.is_at(trail.steps(depth), read, Many::First) {
                *own = Found::At(lexeme.start..end);
                left -= 1;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Found, MemberPath, READ, all_values, each_spot, values};

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

    /// What stands at a path, all of it, and whether the text is JSON to its end.
    fn all_at(text: &str, path: &str) -> (Vec<String>, bool) {
        let path = MemberPath::parse(path).expect("a path");
        let mut found = Vec::new();
        let read = each_spot(text.as_bytes(), &[&path], &mut |spot| {
            found.extend(spot.path.map(|_| text[spot.place].to_owned()));
        });
        (found, read.is_ok())
    }

    #[test]
    fn every_value_that_a_path_leads_to_is_passed() {
        for (text, path, values) in [
            (r#"{"a":1,"b":{"a":2},"a":[3]}"#, ".a", &["1", "[3]"][..]),
            (r#"[{"t":"x"},{"t":{"u":1}},{"s":2}]"#, ".[].t", &["\"x\"", "{\"u\":1}"]),
            (r#"{"\u0074oken":"x"}"#, ".token", &["\"x\""]),
            ("{\"a\":1}\n{\"a\":2} {\"a\":{}}", ".a", &["1", "2", "{}"]),
            (r#"{"d":[[1],[2,3]]}"#, ".d[][0]", &["1", "2"]),
            (r#"{"d":[[1],[2,3]]}"#, ".d[1]", &["[2,3]"]),
        ] {
            assert_eq!(
                all_at(text, path),
                (values.iter().map(ToString::to_string).collect(), true),
                "{text}"
            );
        }
        assert_eq!(all_at(r#"{"a":1,"b"#, ".a"), (vec!["1".to_owned()], false));
        for text in ["hello", "12:30 {\"a\":1}", ""] {
            assert_eq!(all_at(text, ".a"), (Vec::new(), false), "{text}");
        }
    }

    #[test]
    fn a_value_far_in_is_found_where_the_whole_text_is_read() {
        let text = format!("{{\"b\":\"{}\",\"c\":2}}", "x".repeat(READ));
        let path = MemberPath::parse(".c").expect("a path");
        assert!(matches!(&all_values(text.as_bytes(), &[&path])[..], [Found::At(_)]));
    }

    #[test]
    fn what_is_no_path_says_what_would_be_one() {
        for text in ["price", ".", "", ".a b", ".a..b", ".[x]", ".1", ".a | .b"] {
            let refusal = MemberPath::parse(text).expect_err(text);
            assert!(refusal.contains("is no path: write .price"), "{refusal}");
        }
    }
}
