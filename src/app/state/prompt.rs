//! A question with one line for its answer: a path, a number, an address.

use super::text_input::TextInput;

/// What the answer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The path of a new file for the profile.
    WriteProfile,
    /// The path of a new file for the selected payload, or for the marked messages.
    Save,
    /// The path of a new file for what is shown.
    Export,
    /// The path of a new file for the certificates that a connection was served.
    SaveChain,
    /// The path of a new file for a certificate of the server, which is trusted then.
    SaveRoot,
    /// How messages are answered.
    AckMode,
    /// The path of a new file for the messages that were rejected.
    DeadLetters,
    /// A colour rule: a colour and a filter.
    Colour,
    /// A path of JSON that becomes a column of the feed.
    Column,
    /// A note to the selected row.
    Bookmark,
    /// The name under which a message is kept.
    KeepMessage,
    /// The code and the reason that the connection is closed with.
    Close,
    /// The name of the filter that is written.
    NameFilter,
    /// Another name for the filter at this place of their list.
    RenameFilter(usize),
    /// Whether a capture is really to be deleted.
    Delete,
}

/// An open question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    pub purpose: Purpose,
    pub input: TextInput,
    /// Why the last answer does not do.
    pub refusal: Option<String>,
}

impl Purpose {
    /// The question, as the line says it.
    pub const fn question(self) -> &'static str {
        match self {
            Self::WriteProfile => "write the profile to a new file",
            Self::Save => "save to a new file",
            Self::Export => "export the shown messages to a new file: .jsonl .raw .csv .har .md",
            Self::SaveChain => "save the received certificates to a new PEM file",
            Self::SaveRoot => {
                "is it the one of the server's owner? enter saves it here, trusts it and reconnects"
            }
            Self::AckMode => "auto · manual · reject EXPR / 9% / first 2 · delay:9ms in-flight:4 threads:2",
            Self::DeadLetters => "export the nacked messages with their attempts to a new file",
            Self::Colour => "colour the rows that a filter matches: red|yellow|green|blue|grey FILTER",
            Self::Column => "a path whose values become a column; tab completes",
            Self::Bookmark => "a note to this row; it may be empty",
            Self::KeepMessage => "the name under which this message is kept",
            Self::Close => "close the connection with a code and a reason",
            Self::NameFilter => {
                "name the filter: F lists those with names, and @name in a filter stands for one"
            }
            Self::RenameFilter(_) => "another name for the filter",
            Self::Delete => "delete the capture? y and enter delete it",
        }
    }

    /// Whether the answer is the path of a file, so that it can be completed.
    pub const fn is_path(self) -> bool {
        !matches!(
            self,
            Self::AckMode
                | Self::Colour
                | Self::NameFilter
                | Self::RenameFilter(_)
                | Self::Column
                | Self::Bookmark
                | Self::KeepMessage
                | Self::Close
                | Self::Delete
        )
    }

    /// Whether tab can write more of the answer.
    pub const fn can_be_completed(self) -> bool {
        self.is_path() || matches!(self, Self::Column)
    }
}

impl Prompt {
    /// A question with a suggestion in its line.
    pub fn new(purpose: Purpose, suggestion: &str) -> Self {
        let mut input = TextInput::default();
        input.insert(suggestion);
        Self { purpose, input, refusal: None }
    }
}
