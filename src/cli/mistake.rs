//! What is wrong with a command line, without the secret that may stand at the wrong place in it.

use std::ffi::OsString;

use clap::{Error, error::ErrorKind};

use crate::config::{MASK, Redactor, is_address, is_word, mask_urls};

/// The text of an error where it would show what may be a secret; `None` where it shows none, and for help.
///
/// A word behind a flag that takes none may be the value that was meant for it: `--set oauth.consumer_secret abc`;
/// so may one that is neither a word nor an address: `-u name password`.
#[must_use]
pub fn mistake(error: &Error, args: &[OsString]) -> Option<String> {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return None;
    }
    let text = error.render().to_string();
    let words: Vec<_> = args.iter().map(|arg| arg.to_string_lossy()).collect();
    let is_hidden = |nth: usize| {
        let behind_a_flag = nth > 0 && words[nth - 1].starts_with('-');
        behind_a_flag || !(is_word(&words[nth]) || is_address(&words[nth]))
    };
    let hidden = (1..words.len()).filter(|nth| !words[*nth].starts_with('-') && is_hidden(*nth));
    let mut shown = hidden.fold(text.clone(), |text, nth| {
        let told = format!("unexpected argument '{}'", words[nth]);
        text.replace(&told, &format!("unexpected argument '{MASK}'"))
    });
    shown = Redactor::default().text(&mask_urls(&shown)).into_owned();
    (shown != text).then_some(shown)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::mistake;
    use crate::cli::parse;

    fn told(line: &str) -> String {
        let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let error = parse(args.clone()).expect_err("it is wrong");
        mistake(&error, &args).unwrap_or_else(|| error.render().to_string())
    }

    #[test]
    fn a_word_behind_a_flag_is_not_repeated() {
        assert!(
            told("sockeye tail ws://h/ --jwt-enabled s3cr3t").contains("unexpected argument '•••' found")
        );
        assert!(told("sockeye tail ws://h/ prices").contains("unexpected argument 'prices' found"));
        assert!(!told("sockeye tail --set a.b c ws://h/?token=s3cr3t").contains("s3cr3t"));
        assert!(told("sockeye tail --count x").contains("invalid value 'x'"));
    }
}
