//! The panes of the feed: which of them gets the keys, and how the detail shows a message.

/// Who gets the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    #[default]
    Feed,
    Detail,
    Send,
    Filter,
    /// The line of what is coloured on the feed.
    Highlight,
    /// The line of what is looked for in the detail.
    Find,
}

impl Focus {
    /// Whether it is a line at the bottom that is written into.
    pub const fn is_line(self) -> bool {
        matches!(self, Self::Send | Self::Filter | Self::Highlight | Self::Find)
    }

    /// Whether the detail has the keys, or the line that looks through it.
    pub const fn is_detail(self) -> bool {
        matches!(self, Self::Detail | Self::Find)
    }
}

/// How the detail shows a payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum DetailMode {
    #[default]
    Pretty,
    /// Pretty, with brackets closed from the second level on.
    Tree,
    Raw,
    Hex,
    /// As the decoder of this name reads it, whatever the payload was taken for.
    As(&'static str),
}

impl DetailMode {
    pub const fn word(self) -> &'static str {
        match self {
            Self::As(name) => name,
            _ => self.into_str(),
        }
    }

    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Pretty => Self::Tree,
            Self::Tree => Self::Raw,
            Self::Raw => Self::Hex,
            Self::Hex | Self::As(_) => Self::Pretty,
        }
    }
}
