//! What stands in a file around a byte that should not be there, spelled out.

use std::path::Path;

use crate::config::schema::{Dialect, Origin, Problem};

use super::{
    caret::pointed_at,
    source::{Source, printable},
};

/// A problem with one byte of a file: its place, and the bytes around it unless a secret may be among them.
#[must_use]
pub fn byte_problem(path: &Path, bytes: &[u8], at: usize, code: &'static str, message: String) -> Problem {
    let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |end| end + 1);
    let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
    let line = memchr::memchr_iter(b'\n', &bytes[..start]).count() + 1;
    let column = String::from_utf8_lossy(&bytes[start..at]).chars().count() + 1;
    let short = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let origin = Origin::File { path: path.to_owned(), line: short(line), column: short(column) };
    let text = String::from_utf8_lossy(bytes);
    let source = Source::new(path, &text, Dialect::Standard, &|_| None);
    let shown = source.masked_line(short(line)).map(|shown| {
        let own = String::from_utf8_lossy(&bytes[start..end]);
        let is_whole = shown.trim_end() == own.trim_end();
        if is_whole { pointed_at(&bytes[start..end], at - start) } else { printable(&shown) }
    });
    Problem { line: shown, ..Problem::error(code, "", origin, message) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_of_a_secret_are_not_shown() {
        let problem = |bytes: &[u8], at| byte_problem(Path::new("a"), bytes, at, "not-utf8", String::new());
        let shown = problem(b"basic_auth:\n  password: hunt\xffer2\n", 28);
        assert_eq!(shown.origin.to_string(), "a:2:17");
        let line = shown.line.unwrap_or_default();
        assert!(line.contains("password:") && !line.contains("hunt"), "{line}");
        let shown = problem(b"# te\xffxt\n", 4);
        assert_eq!(shown.line.as_deref(), Some("# te\\xffxt\n    ^^^^"));
    }
}
