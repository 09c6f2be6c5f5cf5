//! The formats of the file into which a capture is exported: each has a row here.

use std::{fmt, path::Path};

use super::{Document, Exporter, Format, Out, csv::Columns, har::Har, markdown::Markdown};

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

/// The ending of a name that no format has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownEnding {
    Other,
    /// Its crate, without Arrow, brings nine others and takes half a minute to build.
    Parquet,
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contents {
    /// The messages, one after the other.
    Lines(Format),
    Csv,
    Har,
    Markdown,
    /// A file for each message, in a new folder.
    Folder,
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
        word: "csv",
        doc: "Comma-separated values, a record a message, with formulas disarmed",
        extensions: &["csv"],
        contents: Contents::Csv,
    },
    FileFormat {
        word: "har",
        doc: "HTTP Archive with each connection attempt and its messages, for browsers and proxies",
        extensions: &["har"],
        contents: Contents::Har,
    },
    FileFormat {
        word: "markdown",
        doc: "The story of each connection and a table of its messages, for a ticket",
        extensions: &["md", "markdown"],
        contents: Contents::Markdown,
    },
    FileFormat {
        word: "folder",
        doc: "A new folder with a file for each payload",
        extensions: &[],
        contents: Contents::Folder,
    },
    FileFormat {
        word: "sqlite",
        doc: "A database with a row for each message, which any sqlite3 reads",
        extensions: &["sqlite", "sqlite3", "db"],
        contents: Contents::Tables,
    },
];

impl Contents {
    /// What writes it into one file, if it is one; `lines` writes messages one after the other.
    #[must_use]
    pub fn document<O: Out>(self, lines: Exporter) -> Option<Box<dyn Document<O>>> {
        match self {
            Self::Lines(format) => Some(Box::new(Exporter { format, ..lines })),
            Self::Csv => Some(Columns::default().document()),
            Self::Har => Some(Box::new(Har::default())),
            Self::Markdown => Some(Box::new(Markdown::default())),
            Self::Folder | Self::Tables => None,
        }
    }
}

impl FileFormat {
    /// The format with this word.
    #[must_use]
    pub fn named(word: &str) -> Option<&'static Self> {
        FILE_FORMATS.iter().find(|format| format.word == word)
    }

    /// Whether it is one file that is written from its beginning to its end.
    #[must_use]
    pub const fn is_one_file(&self) -> bool {
        !matches!(self.contents, Contents::Folder | Contents::Tables)
    }

    /// Whether it is messages one after the other.
    #[must_use]
    pub const fn is_lines(&self) -> bool {
        matches!(self.contents, Contents::Lines(_))
    }

    /// The format that the ending of a file's name asks for; a name that ends in `/` asks for a folder.
    ///
    /// # Errors
    ///
    /// No format has this ending.
    pub fn of_file(path: &Path) -> Result<&'static Self, UnknownEnding> {
        if path.as_os_str().as_encoded_bytes().ends_with(b"/")
            && let Some(folder) = Self::named("folder")
        {
            return Ok(folder);
        }
        let extension =
            path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
        let has = |format: &&Self| {
            extension.as_ref().is_some_and(|extension| format.extensions.contains(&extension.as_str()))
        };
        let unknown = match extension.as_deref() {
            Some("parquet") => UnknownEnding::Parquet,
            _ => UnknownEnding::Other,
        };
        FILE_FORMATS.iter().find(has).ok_or(unknown)
    }
}

impl fmt::Display for UnknownEnding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::Parquet {
            return f.write_str(
                "Parquet is not written, since even the leanest crate for it takes half a minute to build; write .jsonl, which duckdb \
                 makes Parquet of: COPY (FROM 'feed.jsonl') TO 'feed.parquet'",
            );
        }
        let endings: Vec<_> = FILE_FORMATS.iter().filter_map(|format| format.extensions.first()).collect();
        write!(f, "the ending of its name chooses the format, and is one of")?;
        endings.iter().try_for_each(|ending| write!(f, " .{ending}"))?;
        f.write_str(" or, for a folder with a file for each payload, /")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_chooses_the_format_of_its_ending_and_an_unknown_one_none() {
        let word = |name: &str| FileFormat::of_file(Path::new(name)).ok().map(|format| format.word);
        let names = ["a.jsonl", "b.RAW", "c.db", "d.parquet", "sqlite", "e.har", "f.md", "g/", "g.d/"];
        assert_eq!(
            names.map(word),
            [
                Some("jsonl"),
                Some("raw"),
                Some("sqlite"),
                None,
                None,
                Some("har"),
                Some("markdown"),
                Some("folder"),
                Some("folder")
            ]
        );
    }
}
