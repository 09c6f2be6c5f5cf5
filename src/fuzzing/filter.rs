//! Filters: a valid one is consistent, and an invalid one has the column of the error.

use super::controls_terminal;
use crate::filter::{Candidate, Filter, FrameKind};

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
    let payload = &Candidate::received(FrameKind::Text, payload);
    let found = filter.matches(payload);
    assert_eq!(filter.is_empty(), text.trim().is_empty());
    assert_eq!(filter.clone().matches(payload), found);
    let again = Filter::parse(&text).expect("it was parsed before");
    assert_eq!(again.matches(payload), found);
    assert!(Filter::parse("").is_ok_and(|all| all.matches(payload)));
    let written = Filter::parse(&filter.to_string()).expect("it is written as it is read");
    assert_eq!(written.matches(payload), found, "{text} is written {filter}");
    let grouped = Filter::parse(&format!("!({filter})"));
    assert!(filter.is_empty() || grouped.is_ok_and(|other| other.matches(payload) != found), "{text}");
}
