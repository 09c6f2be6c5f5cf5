//! Masks secrets in errors about the command line.

use std::ffi::OsString;

use clap::{Error, error::ErrorKind};

use crate::config::{MASK, Redactor, is_address, is_word, mask_urls};

/// The text of an error with possible secrets masked; `None` if there are none, and for help.
///
/// A misplaced word may be a secret if it follows a flag (`--set oauth.consumer_secret abc`), or if it is neither a
/// plain word nor an address (`-u name password`).
#[must_use]
pub fn redacted_error(error: &Error, args: &[OsString]) -> Option<String> {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return None;
    }
    let text = error.render().to_string();
    let words: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
    let is_hidden = |nth: usize| {
        let follows_a_flag = nth > 0 && words[nth - 1].starts_with('-');
        follows_a_flag || !(is_word(&words[nth]) || is_address(&words[nth]))
    };
    let hidden = (1..words.len()).filter(|nth| !words[*nth].starts_with('-') && is_hidden(*nth));
    let mut shown = hidden.fold(text.clone(), |text, nth| {
        let mask = |text: String, before: &str| {
            text.replace(&format!("{before} '{}'", words[nth]), &format!("{before} '{MASK}'"))
        };
        mask(mask(text, "unexpected argument"), "there is no command")
    });
    shown = Redactor::default().text(&mask_urls(&shown)).into_owned();
    (shown != text).then_some(shown)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::redacted_error;
    use crate::cli::parse;

    fn error_of(line: &str) -> String {
        let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let error = parse(args.clone()).expect_err("the line is invalid");
        redacted_error(&error, &args).unwrap_or_else(|| error.render().to_string())
    }

    #[test]
    fn a_word_after_a_flag_is_masked() {
        let masked = "unexpected argument '•••' found";
        assert!(error_of("sockeye tail ws://h/ --jwt-enabled s3cr3t").contains(masked));
        assert!(error_of("sockeye --color auto -u ann:x s3cr3t").contains("there is no command '•••'"));
        assert!(error_of("sockeye tial").contains("there is no command 'tial'"));
        assert!(error_of("sockeye tial ws://h/ --count 3").contains("a similar command exists: 'tail'"));
        assert!(error_of("sockeye tail ws://h/ prices").contains("unexpected argument 'prices' found"));
        assert!(!error_of("sockeye tail --set a.b c ws://h/?token=s3cr3t").contains("s3cr3t"));
        assert!(error_of("sockeye tail --count x").contains("invalid value 'x'"));
    }
}
