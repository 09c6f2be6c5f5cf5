//! A question with one line for its answer: a path, a number, an address.

use super::{step::Step, text_input::TextInput};

/// What the answer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The path of a new file for the profile.
    WriteProfile,
    /// The name under which the profile is kept.
    KeepProfile,
    /// The passphrase of a client key.
    Passphrase,
    /// The path of a new file for the selected payload.
    Save,
    /// The path of a new file for the marked messages.
    SaveMarked,
    /// The path of a new file for what is shown.
    Export,
    /// The path of a new archive for the evidence of the session.
    Pack,
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
    /// What is read of messages over time: paths of a sequence, a time, a kind.
    Paths,
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
    /// The path of a new file for the shapes that have come.
    SaveShapes,
    /// The path of a set of shapes to compare with; empty to compare with none.
    CompareShapes,
    /// Whether a capture is really to be deleted.
    Delete,
}

/// Something to choose from: what it writes, how that is written, and what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    pub text: &'static str,
    pub syntax: &'static str,
    pub doc: &'static str,
}

const fn choice(text: &'static str, syntax: &'static str, doc: &'static str) -> Choice {
    Choice { text, syntax, doc }
}

const ACK_MODES: &[Choice] = &[
    choice("auto", "auto", "ack each message at once"),
    choice("manual 64", "manual N", "answer yourself; at most N are unacknowledged"),
    choice("reject ", "reject EXPR", "nack what a filter matches: reject btc"),
    choice("reject all", "reject all", "nack each message"),
    choice("reject 30%", "reject P%", "nack P percent of the deliveries at random"),
    choice("reject first 3", "reject first N", "nack the first N attempts of each message"),
    choice("reject every 5", "reject every N", "nack every Nth delivery"),
    choice("slow 200ms", "slow TIME", "ack after a time; 100ms..1s is at random"),
];

const COLOURS: &[Choice] = &[
    choice("red ", "red FILTER", "such as red /error/i"),
    choice("yellow ", "yellow FILTER", "such as yellow size:>10k"),
    choice("green ", "green FILTER", "such as green type:ping|pong"),
    choice("blue ", "blue FILTER", "such as blue .price > 100"),
    choice("grey ", "grey FILTER", "such as grey heartbeat"),
];

const PATHS: &[Choice] = &[
    choice("sequence .", "sequence PATH", "a number that rises by one; or .seq per .product"),
    choice("time .", "time PATH", "when it happened: s, ms, µs or ns since 1970, or RFC 3339"),
    choice("kind .", "kind PATH", "what messages are counted by, such as .type"),
    choice("sequence off", "sequence off", "read none; time off and kind off likewise"),
    choice("sequence auto", "sequence auto", "let the first messages propose; time and kind likewise"),
];

/// An open question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    pub purpose: Purpose,
    pub input: TextInput,
    /// The choice that was written into the line, as long as it stands there unchanged.
    pub chosen: Option<usize>,
    /// Why the last answer does not do.
    pub refusal: Option<String>,
}

impl Purpose {
    /// The question, as the line says it.
    pub const fn question(self) -> &'static str {
        match self {
            Self::WriteProfile => "write the profile to a new file",
            Self::KeepProfile => "save the profile under a name; secrets stay where they are",
            Self::Passphrase => "passphrase of the client key; it is kept for this session only",
            Self::Save => "save to a new file",
            Self::SaveMarked => {
                "write the marked to .jsonl .raw .csv .har .md; FILE --redact .key,/expr/ hides values"
            }
            Self::Export => {
                "write all shown to .jsonl .raw .csv .har .md .db; FILE --redact .key,/expr/ hides values"
            }
            Self::Pack => "pack the evidence into a new .zip; FILE --redact .key,/expr/ hides values",
            Self::SaveChain => "save the received certificates to a new PEM file",
            Self::SaveRoot => {
                "is it the one of the server's owner? enter saves it here, trusts it and reconnects"
            }
            Self::AckMode => "ack mode: ↓ ↑ or write it; delay:20ms in-flight:4 threads:2 may follow",
            Self::DeadLetters => "export the nacked messages with their attempts to a new file",
            Self::Colour => "colour the rows that a filter matches: ↓ ↑ choose the colour",
            Self::Column => "a path whose values become a column; tab completes",
            Self::Paths => "read a sequence, a time or a kind: ↓ ↑ choose, tab completes a path",
            Self::Bookmark => "a note to this row; it may be empty",
            Self::KeepMessage => "the name under which this message is kept",
            Self::Close => "close the connection with a code and a reason",
            Self::NameFilter => {
                "name the filter: F lists those with names, and @name in a filter stands for one"
            }
            Self::RenameFilter(_) => "another name for the filter",
            Self::SaveShapes => "save the shapes that have come to a new file",
            Self::CompareShapes => {
                "compare the shapes with those of a file that s or check --save-shapes wrote; empty ends it"
            }
            Self::Delete => "delete the capture? y and enter delete it",
        }
    }

    /// What there is to choose from, as a beginning of the answer.
    pub const fn choices(self) -> &'static [Choice] {
        match self {
            Self::AckMode => ACK_MODES,
            Self::Colour => COLOURS,
            Self::Paths => PATHS,
            _ => &[],
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
                | Self::Paths
                | Self::Bookmark
                | Self::KeepMessage
                | Self::KeepProfile
                | Self::Passphrase
                | Self::Close
                | Self::Delete
        )
    }

    /// Whether the answer is shown as dots.
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::Passphrase)
    }

    /// Whether an empty line is an answer.
    pub const fn may_be_empty(self) -> bool {
        matches!(self, Self::Bookmark | Self::CompareShapes)
    }

    /// Whether tab can write more of the answer.
    pub const fn can_be_completed(self) -> bool {
        self.is_path() || matches!(self, Self::Column | Self::Paths)
    }
}

impl Prompt {
    /// A question with a suggestion in its line.
    pub fn new(purpose: Purpose, suggestion: &str) -> Self {
        let mut input = TextInput::default();
        // A path of JSON is gone on with.
        if purpose == Purpose::Column {
            input.replace(suggestion);
        } else {
            input.suggest(suggestion);
        }
        let chosen = purpose.choices().iter().position(|choice| choice.text == suggestion);
        Self { purpose, input, chosen, refusal: None }
    }

    /// Writes the next or the previous choice into the line.
    pub fn choose(&mut self, step: Step) {
        let choices = self.purpose.choices();
        let last = choices.len().saturating_sub(1);
        let nth = self.chosen.map_or(0, |chosen| step.from(chosen, last));
        if let Some(choice) = choices.get(nth) {
            self.chosen = Some(nth);
            self.refusal = None;
            self.input.replace(choice.text);
        }
    }
}
