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
    /// The line of the log's search.
    Search,
    Prompt,
    Palette,
    /// The list of decoders.
    Decoders,
    /// The list of colour rules.
    Colours,
    /// The list of columns.
    Columns,
    /// The list of bookmarks.
    Bookmarks,
    /// The list of filters with names.
    Filters,
    /// The diff of a profile that is written.
    Rewriting,
    /// The list of the inputs of a file.
    Inputs,
    Help,
    Everywhere,
}

impl Scope {
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
            Self::Log => "on the log",
            Self::Prompt => "in a question",
            Self::Palette => "in the palette",
            Self::Decoders => "in the list of decoders",
            Self::Filters => "in the list of filters",
            Self::Colours => "in the colour rules",
            Self::Columns => "in the list of columns",
            Self::Bookmarks => "in the list of bookmarks",
            Self::Rewriting => "in the diff of the profile",
            Self::Inputs => "in the list of inputs",
            Self::Help => "in the help",
        }
    }
}
