//! What goes into the app and what comes out: inputs, effects, and how these went.

use std::path::PathBuf;

use bytes::Bytes;
use ratatui::layout::{Position, Size};

use crate::{
    ack::AckMode,
    config::{FileSummary, OpenedFile, Problem, Secret, SessionOptions, Settings, Values},
    payload::document::Document,
    send::{History, KeptMessage, Message},
    session::{Command, Event, Outgoing, Seq, Stored, StoredEvent, Timestamp},
    stats::Paths,
};

use super::state::{
    CaptureNews, ComparedProfiles, Contents, FilterChange, KeptColumns, KeptFilter, KeptProfile, Key,
    Landmarked, Offer, Purpose, Ranges, Rewriting, Saving, ScanRequest, StatsNews,
};

/// What the screen is fed.
#[derive(Clone, Debug)]
pub enum Input {
    Key(Key),
    Paste(String),
    Click(Position),
    /// The wheel, by so many lines, down or (below zero) up.
    Wheel {
        at: Position,
        lines: i64,
    },
    Resized(Size),
    Events(Vec<Event>),
    Outcome(Outcome),
    /// A piece of an old capture.
    StoredEvent(Vec<StoredEvent>),
    Tick(Timestamp),
}

/// What the shell is to do.
#[derive(Clone, Debug)]
pub enum Effect {
    Engine(Command),
    /// Fill the variables of a message in, and send it.
    Send(Box<Utterance>),
    /// Put the frame of a message on the wire.
    Put(Box<Framed>),
    /// Keep a message over sessions.
    KeepMessage(KeptMessage),
    /// Forget the kept message of this name.
    ForgetMessage(String),
    /// Answer messages so, in the session that runs and in those to come.
    Answer(AckMode),
    /// Connect with these settings: in the session that runs, or in a new one.
    Connection(Box<Settings>),
    /// Read these places of the capture.
    Load(Ranges),
    /// Read the whole payload of the message at this place.
    LoadWhole(Seq),
    /// Write a bookmark at this place into the capture, or remove it.
    Bookmark {
        seq: Seq,
        /// `None` removes it.
        note: Option<String>,
    },
    /// Lay the rest of a large payload out.
    LayOut {
        generation: u64,
        document: Box<Document>,
    },
    /// Look through the capture for what a filter lets through.
    Scan(ScanRequest),
    /// The results of the scan for what is shown, or for what is coloured, are no longer needed.
    StopScan(Landmarked),
    /// Show an old capture: its last session, or the one so many before it.
    OpenCapture {
        path: PathBuf,
        back: usize,
    },
    /// Hear the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Give the terminal back to the shell that started this, until it continues.
    Suspend,
    /// Look at the captures and profiles there are.
    ListRecent,
    /// Change the filters that are kept.
    ChangeFilters(FilterChange),
    /// Keep the columns that were chosen, or forget them.
    KeepColumns(Option<Box<KeptColumns>>),
    /// What whoever folds the feed is to do.
    Stats(StatsOrder),
    /// Ring the bell and tell the desktop.
    Notify(String),
    /// Delete a capture.
    DeleteCapture(PathBuf),
    /// Connect to the built-in feed server.
    StartDemo,
    /// Read a config file.
    OpenProfile(PathBuf),
    /// Read YAML that was pasted.
    ReadYaml(Secret),
    /// Work out what an expression that was typed stands for.
    Interpolate {
        path: String,
        expression: String,
    },
    /// Look at the files that these values name.
    CheckFiles(Box<Values>),
    /// Find the files that a path may go on with.
    Complete(PathPrefix),
    /// Give the terminal to the person's own editor with this text in a private file.
    EditOutside {
        text: Secret,
        /// What the name of the file ends in.
        ending: &'static str,
        back: EditTarget,
    },
    /// Write a profile to a new file.
    WriteProfile {
        path: PathBuf,
        text: Secret,
        /// Its address, masked.
        url: String,
    },
    /// Do something with the profiles that are kept under names.
    Profiles(ProfileOrder),
    /// Run the commands for the secrets of these values once more.
    Refresh(Box<Values>),
    /// Find out what writing these values back into the file would change.
    PreviewRewrite {
        file: Box<OpenedFile>,
        values: Box<Values>,
        /// The paths of conflicts of which the file keeps its own.
        theirs: Vec<String>,
    },
    /// Write the file, if it still holds `current`.
    Rewrite {
        path: PathBuf,
        current: Secret,
        new: Secret,
    },
    /// Read an input of the file.
    ReadInput {
        file: Box<OpenedFile>,
        input: String,
        options: SessionOptions,
    },
    /// Write to a new file.
    Save {
        path: PathBuf,
        /// What is asked again when it cannot be written.
        purpose: Purpose,
        contents: Contents,
    },
    /// Write the new file under way no further; nothing of it stays.
    StopSaving,
    Copy(String),
    /// A new session with the same settings, after one that has ended.
    Restart,
    Quit,
}

impl Effect {
    /// A document that is to be laid out further, and its generation.
    pub(super) fn laying_out((generation, document): (u64, Document)) -> Self {
        Self::LayOut { generation, document: Box::new(document) }
    }
}

/// What is done with the profiles that are kept under names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProfileOrder {
    List,
    /// Open the one of this name: `NAME`, or `NAME@ENVIRONMENT`.
    Open(String),
    /// Keep these values under a name.
    Keep {
        name: String,
        values: Box<Values>,
    },
    /// Set one beside another, or beside these values.
    Compare {
        one: Option<String>,
        other: String,
        values: Box<Values>,
    },
}

/// What whoever folds the feed is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatsOrder {
    /// Say more while the screen is looked at.
    Watch(bool),
    /// Read these paths from now on, and what was captured before again.
    Choose(Box<Paths>),
    /// Fold a session of an old capture: the last one, or the one so many before.
    Read { path: PathBuf, back: usize, paths: Box<Paths> },
    /// Leave an old capture as far as it is read.
    Stop,
    /// Write the shapes that have come to a new file.
    SaveShapes(PathBuf),
    /// Compare them with those of a file, or with none.
    CompareShapes(Option<PathBuf>),
}

/// A message that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Utterance {
    pub message: Message,
    pub by: By,
    /// The payload of the message that was received last.
    pub last: Option<Bytes>,
}

/// A message and the frame that was made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framed {
    pub message: Message,
    pub by: By,
    pub frame: Outgoing,
}

/// Who sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Line,
    Repeat,
    Reply,
}

/// The path of a file as far as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPrefix {
    pub typed: String,
    /// Whether the value of a field is typed: what reads it knows no `~`.
    pub is_field: bool,
    /// Whether the file is to hold certificates or keys.
    pub is_pem: bool,
}

/// Files that a path may go on with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed {
    /// The path as it was when they were looked for.
    pub typed: String,
    /// Whole paths, those of folders with a slash behind them.
    pub names: Vec<String>,
}

/// What becomes of a text that an editor has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditTarget {
    /// It goes where it was being written.
    Here,
    /// It is the value of the field.
    Taken,
}

/// How an effect went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// So many bytes went to a clipboard; `way` says to which.
    Copied {
        bytes: usize,
        way: &'static str,
    },
    /// So many bytes are more than a clipboard takes, and went to this new file.
    CopiedToFile {
        bytes: usize,
        path: String,
    },
    /// It could not be done, and why.
    Failed(String),
    /// What was read of the capture, in order.
    Loaded(Vec<Stored>),
    /// A payload, whole; `None` when it is not there.
    Whole {
        seq: Seq,
        bytes: Option<Bytes>,
    },
    /// What of a large payload has been laid out.
    LaidOut {
        generation: u64,
        document: Box<Document>,
    },
    /// What a scan has found in these places, which lie beside others that it has looked at: where each run of matches
    /// begins, and how many it has.
    Filtered {
        generation: u64,
        from: Seq,
        upto: Seq,
        matches: Vec<(Seq, u64)>,
        /// Connections, losses and findings among them.
        landmarks: Vec<Seq>,
    },
    /// A scan has come to its end, or to that of what is committed: this is the last place that it has looked at.
    ScanOver {
        generation: u64,
        upto: Seq,
    },
    /// So many messages or certificates went to a new file. The path is as it was given.
    Saved {
        purpose: Purpose,
        path: String,
        count: u64,
        bytes: u64,
        /// What was taken out of payloads, in sentences.
        removed: Vec<String>,
    },
    /// How far a new file is.
    Saving(Saving),
    /// It was stopped as asked, and nothing of it is there.
    SavingStopped {
        path: String,
    },
    /// The file was not written; the question is asked again.
    NotSaved {
        purpose: Purpose,
        path: String,
        message: String,
    },
    Capture(CaptureNews),
    /// What an old capture that is opened has.
    Bookmarks(Vec<(Seq, String)>),
    /// A bookmark is not in the capture, and why.
    BookmarkNotKept(String),
    /// What an expression stands for, and the variables in it that are not set.
    Interpolated {
        path: String,
        expression: String,
        text: Secret,
        unset: Vec<String>,
    },
    /// What is wrong with the files that the values name, and what they hold.
    FilesChecked {
        problems: Vec<Problem>,
        file_summaries: Vec<FileSummary>,
    },
    Completed(Completed),
    /// What the person's own editor has left.
    EditedOutside {
        text: Secret,
        back: EditTarget,
    },
    /// It has left nothing that can be taken, and why.
    NotEdited {
        message: String,
        back: EditTarget,
    },
    /// What the feed does over time.
    Stats(Box<StatsNews>),
    /// The captures and profiles there are.
    Recent(Vec<Offer>),
    /// A profile that was opened or pasted: its values, its name, and what reading it brought up.
    Profile {
        values: Box<Values>,
        name: String,
        problems: Vec<Problem>,
        file: Option<Box<OpenedFile>>,
    },
    /// A profile that was opened has several inputs.
    ChooseInput(Box<OpenedFile>),
    /// What writing the profile back would change.
    RewritePreview(Box<Rewriting>),
    /// The file of the profile was written.
    Rewritten(Secret),
    /// It was changed meanwhile, so that it has to be looked at once more.
    RewriteStale,
    /// An input of the file was read; without a file, why not.
    InputRead {
        file: Option<Box<OpenedFile>>,
        values: Box<Values>,
        problems: Vec<Problem>,
    },
    /// A message could not be made, and why.
    NotSent {
        by: By,
        message: String,
    },
    /// The file that a message names was read.
    FileRead(Box<Framed>),
    /// The engine has taken the frame of a message.
    HandedOver {
        message: Message,
        by: By,
    },
    /// The messages that were kept.
    Messages(History),
    /// The filters that are kept.
    NamedFilters(Vec<KeptFilter>),
    /// Commands have given other secrets: the values with them, and their paths.
    Refreshed {
        values: Box<Values>,
        changed: Vec<String>,
    },
    /// The profiles there are.
    Profiles(Vec<KeptProfile>),
    /// Two profiles side by side.
    ProfilesCompared(Box<ComparedProfiles>),
    /// The profile was kept under a name, in place of another or not, and what of it is not in the file.
    ProfileKept {
        name: String,
        was_there: bool,
        notes: Vec<String>,
    },
    /// The profile went to a new file.
    Written {
        path: String,
    },
}
