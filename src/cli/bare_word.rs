//! Refuses a word in place of the address that can be none, and says what was probably meant.

use std::{fs::File, io::Read as _, path::Path};

use clap::{Command, CommandFactory as _, Error, error::ErrorKind};

use super::args::CommandLine;
use crate::config::complete_address;

/// What the names of files end in, and no host does.
const ENDINGS: [&str; 5] = ["yaml", "yml", "json", "sqlite", "har"];

/// The first bytes of a capture: <https://www.sqlite.org/fileformat.html>.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// The error about a word that is neither an address nor anything that an address could be made of.
pub(super) fn refusal(word: &str) -> Option<Error> {
    if word.contains("://") {
        return None;
    }
    let path = Path::new(word);
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if path.is_file() {
        let how = if is_capture(path) { "open" } else { "-c" };
        return Some(error(format!("'{word}' is a file, and not an address\n\n  tip: sockeye {how} {word}")));
    }
    if ENDINGS.contains(&ending) {
        return Some(error(format!("there is no file '{word}'")));
    }
    if complete_address(word).is_some() || word.contains([':', '/']) {
        return None;
    }
    let tip = match nearest(word) {
        Some(name) => format!("a similar command exists: '{name}'"),
        None => "'sockeye help' lists the commands".to_owned(),
    };
    Some(error(format!(
        "there is no command '{word}'\n\n  tip: {tip}\n  tip: an address looks like wss://feed.example/ticks"
    )))
}

fn error(message: String) -> Error {
    CommandLine::command().error(ErrorKind::InvalidSubcommand, message)
}

/// The command that was probably meant: the nearest in letters, or one that begins so.
fn nearest(word: &str) -> Option<String> {
    let command = CommandLine::command();
    let names = || command.get_subcommands().map(Command::get_name);
    let distance = |name: &str| strsim::osa_distance(&word.to_lowercase(), name);
    let near = names().map(|name| (distance(name), name)).min();
    let near = near.filter(|(distance, name)| *distance <= name.len().min(word.len()).div_ceil(3));
    let begun = || names().find(|name| word.len() >= 2 && name.starts_with(word));
    near.map(|(_, name)| name).or_else(begun).map(str::to_owned)
}

fn is_capture(path: &Path) -> bool {
    let mut head = [0; SQLITE.len()];
    File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok() && head == SQLITE
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{SQLITE, nearest, refusal};

    #[test]
    fn a_mistyped_command_leads_to_the_nearest() {
        let table = [
            ("tial", Some("tail")),
            ("opn", Some("open")),
            ("Demo", Some("demo")),
            ("completi", Some("completions")),
            ("prob", Some("probe")),
            ("xyzzy", None),
        ];
        for (word, expected) in table {
            assert_eq!(nearest(word).as_deref(), expected, "{word}");
        }
    }

    #[test]
    fn what_can_be_an_address_is_left_to_be_read_as_one() {
        for word in ["ws://h", "feed.example/ticks", "localhost", "localhost:9000", "http://h", "h:1/x"] {
            assert!(refusal(word).is_none(), "{word}");
        }
        let text = |word: &str| refusal(word).expect("it is refused").render().to_string();
        assert!(text("xyzzy").contains("there is no command 'xyzzy'"), "{}", text("xyzzy"));
        assert!(text("gone.yaml").contains("there is no file 'gone.yaml'"));
    }

    #[test]
    fn a_file_is_named_with_the_command_that_reads_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let (config, capture) = (folder.path().join("feed.yaml"), folder.path().join("old"));
        fs::write(&config, "url: ws://h").expect("a file");
        fs::write(&capture, SQLITE).expect("a file");
        let tip = |path: &std::path::Path| refusal(&path.display().to_string()).expect("refused").to_string();
        assert!(tip(&config).contains("tip: sockeye -c "), "{}", tip(&config));
        assert!(tip(&capture).contains("tip: sockeye open "), "{}", tip(&capture));
    }
}
