//! Filters: one that is read means the same however it is asked, and one that is not says where.

use super::steers;
use crate::filter::Filter;

/// A line with the filter, then a payload.
///
/// # Panics
///
/// A filter contradicts itself.
pub fn filter(input: &[u8]) {
    let at = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let (text, payload) = (String::from_utf8_lossy(&input[..at]), input.get(at + 1..).unwrap_or_default());
    let read = match Filter::parse(&text) {
        Ok(read) => read,
        Err(error) => {
            assert!((1..=text.chars().count() + 1).contains(&error.column), "{error}");
            let told = error.to_string();
            let own = |c| text.contains(c);
            assert!(!told.contains(|c| steers(c) && !own(c)), "{told:?}");
            assert!(!told.contains('\n'), "{told:?}");
            return;
        }
    };
    let found = read.matches(payload);
    assert_eq!(read.is_empty(), text.trim().is_empty());
    assert_eq!(read.clone().matches(payload), found);
    let again = Filter::parse(&text).expect("it was read before");
    assert_eq!(again.matches(payload), found);
    assert!(Filter::parse("").is_ok_and(|all| all.matches(payload)));
    let twice = Filter::parse(&format!("{text} {text}")).expect("each of the two can be read");
    assert_eq!(twice.matches(payload), found, "{text}");
    if !text.is_empty() && !text.starts_with('!') && !text.contains(char::is_whitespace) {
        let other = Filter::parse(&format!("!{text}")).expect("one term can be excluded");
        assert_eq!(other.matches(payload), !found, "{text}");
    }
}
