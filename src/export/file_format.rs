//! The formats of the file into which a capture is exported: each has a row here.

use std::path::Path;

use super::Format;

/// A format of a whole file.
#[derive(Debug, PartialEq, Eq)]
pub struct FileFormat {
    /// Its word on the command line.
    pub word: &'static str,
    pub doc: &'static str,
    /// The endings of names that choose it.
    pub extensions: &'static [&'static str],
    pub contents: Contents,
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contents {
    /// The messages, one after the other.
    Lines(Format),
    /// Tables of an SQLite database, which cannot be written to a pipe.
    Tables,
}

pub static FILE_FORMATS: &[FileFormat] = &[
    FileFormat {
        word: "jsonl",
        doc: "JSON Lines: an object a message, as `tail` writes it",
        extensions: &["jsonl", "ndjson"],
        contents: Contents::Lines(Format::JsonLines),
    },
    FileFormat {
        word: "raw",
        doc: "The payloads, each with a line break",
        extensions: &["raw", "txt"],
        contents: Contents::Lines(Format::Raw),
    },
    FileFormat {
        word: "sqlite",
        doc: "A database with a row for each message, which any sqlite3 reads",
        extensions: &["sqlite", "sqlite3", "db"],
        contents: Contents::Tables,
    },
];

impl FileFormat {
    /// The format with this word.
    #[must_use]
    pub fn named(word: &str) -> Option<&'static Self> {
        FILE_FORMATS.iter().find(|format| format.word == word)
    }

    /// The format that the name of a file asks for, if any.
    #[must_use]
    pub fn of_file(path: &Path) -> Option<&'static Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        FILE_FORMATS.iter().find(|format| format.extensions.contains(&extension.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_chooses_the_format_of_its_ending_and_an_unknown_one_none() {
        let word = |name: &str| FileFormat::of_file(Path::new(name)).map(|format| format.word);
        let names = ["a.jsonl", "b.RAW", "c.db", "d.parquet", "sqlite"];
        assert_eq!(names.map(word), [Some("jsonl"), Some("raw"), Some("sqlite"), None, None]);
    }
}
