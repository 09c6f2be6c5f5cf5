//! Where a key may mean something.

/// Where an action's keys mean it, in the order of the help. Inner scopes are asked first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::VariantArray)]
pub enum Scope {
    Start,
    /// The main region of the feed and its detail.
    Feed,
    /// The detail of a message, while it has the keys.
    Detail,
    Config,
    Connections,
    Delivery,
    Stats,
    Log,
    /// Every screen of a session, while no text is being written.
    Screens,
    Send,
    /// The line of the feed's filter.
    Filter,
    /// The line of what is coloured on the feed.
    Highlight,
    /// The line of what is looked for in the detail.
    Find,
    /// A field of the form whose text is being edited.
    Edit,
    /// The editor of many lines, of a field or of the send line.
    Editor,
    /// The line of the search on the log and on the form.
    Search,
    Prompt,
    Palette,
    /// The list of decoders.
    Decoders,
    /// The forms of a message in the list of forms to copy in.
    CopyMessage,
    /// Those of a connection.
    CopyConnection,
    /// That list itself.
    CopyAs,
    /// The list of colour rules.
    Colours,
    /// The list of columns.
    Columns,
    /// The list of bookmarks.
    Bookmarks,
    /// The list of messages with names.
    SavedMessages,
    /// The list of requests without an answer.
    Unanswered,
    /// The list of filters with names.
    Filters,
    /// The diff of a profile that is written.
    Rewriting,
    /// The list of the inputs of a file.
    Inputs,
    /// The list of profiles.
    Profiles,
    /// Two profiles side by side.
    ComparedProfiles,
    /// The settings as the engine uses them.
    Effective,
    /// The question whether to leave.
    Leaving,
    Help,
    Everywhere,
}

impl Scope {
    /// Whether printing keys write a text there.
    pub const fn writes(self) -> bool {
        matches!(
            self,
            Self::Start
                | Self::Send
                | Self::Filter
                | Self::Highlight
                | Self::Find
                | Self::Edit
                | Self::Editor
                | Self::Search
                | Self::Prompt
                | Self::Palette
                | Self::Everywhere
        )
    }

    /// Whether a key can reach both at a time.
    pub const fn meets(self, other: Self) -> bool {
        const fn is_screen(scope: Scope) -> bool {
            use Scope::{Config, Connections, Delivery, Detail, Feed, Log, Stats};
            matches!(scope, Feed | Detail | Config | Connections | Delivery | Stats | Log)
        }
        match (self, other) {
            (Self::Everywhere, _)
            | (_, Self::Everywhere)
            | (Self::Feed, Self::Detail)
            | (Self::Detail, Self::Feed) => true,
            (Self::Screens, scope) | (scope, Self::Screens) => {
                is_screen(scope) || matches!(scope, Self::Screens)
            }
            _ => self as u8 == other as u8,
        }
    }

    /// Where that is, in words.
    pub const fn place(self) -> &'static str {
        match self {
            Self::Everywhere => "anywhere",
            Self::Screens => "on every screen",
            Self::Start => "on the start screen",
            Self::Feed => "on the feed",
            Self::Detail => "in the detail",
            Self::Send => "on the send line",
            Self::Filter => "in the filter",
            Self::Highlight => "in the highlight",
            Self::Find => "in the search of a payload",
            Self::Edit => "in a field",
            Self::Editor => "in the editor",
            Self::Search => "in the search",
            Self::Config => "in the config",
            Self::Connections => "on the connections",
            Self::Delivery => "on the delivery",
            Self::Stats => "on the stats",
            Self::Log => "on the log",
            Self::Prompt => "in a question",
            Self::Palette => "in the palette",
            Self::Decoders => "in the list of decoders",
            Self::CopyMessage | Self::CopyConnection | Self::CopyAs => "in copy as",
            Self::Filters => "in the list of filters",
            Self::Colours => "in the colour rules",
            Self::Columns => "in the list of columns",
            Self::SavedMessages => "in the list of messages",
            Self::Unanswered => "in the list of requests",
            Self::Bookmarks => "in the list of bookmarks",
            Self::Rewriting => "in the diff of the profile",
            Self::Inputs => "in the list of inputs",
            Self::Profiles => "in the list of profiles",
            Self::ComparedProfiles => "in the comparison of profiles",
            Self::Effective => "in the effective settings",
            Self::Leaving => "in the question whether to quit",
            Self::Help => "in the help",
        }
    }
}
