//! Filters: a valid one is consistent, and an invalid one has the column of the error.

use super::controls_terminal;
use crate::filter::Filter;

/// Takes a line with the filter, then a payload.
///
/// # Panics
///
/// A filter contradicts itself.
pub fn filter(input: &[u8]) {
    let at = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let (text, payload) = (String::from_utf8_lossy(&input[..at]), input.get(at + 1..).unwrap_or_default());
    let filter = match Filter::parse(&text) {
        Ok(read) => read,
        Err(error) => {
            assert!((1..=text.chars().count() + 1).contains(&error.column), "{error}");
            let message = error.to_string();
            let own = |c| text.contains(c);
            assert!(!message.contains(|c| controls_terminal(c) && !own(c)), "{message:?}");
            assert!(!message.contains('\n'), "{message:?}");
            return;
        }
    };
    let found = filter.matches(payload);
    assert_eq!(filter.is_empty(), text.trim().is_empty());
    assert_eq!(filter.clone().matches(payload), found);
    let again = Filter::parse(&text).expect("it was parsed before");
    assert_eq!(again.matches(payload), found);
    assert!(Filter::parse("").is_ok_and(|all| all.matches(payload)));
    let twice = Filter::parse(&format!("{text} {text}")).expect("each of the two is valid");
    assert_eq!(twice.matches(payload), found, "{text}");
    if !text.is_empty() && !text.starts_with('!') && !text.contains(char::is_whitespace) {
        let other = Filter::parse(&format!("!{text}")).expect("one term can be excluded");
        assert_eq!(other.matches(payload), !found, "{text}");
    }
}
