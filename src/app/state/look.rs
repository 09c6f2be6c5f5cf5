//! How things are drawn: colours, and the style of times.

/// Which colours the terminal takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// 24 bits on a dark ground.
    #[default]
    Dark,
    /// 24 bits on a light ground.
    Light,
    Sixteen,
    /// No colours: bold, dim and reversed only.
    Plain,
}

/// How the time of a row is shown.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantArray,
)]
#[strum(serialize_all = "kebab-case")]
pub enum TimeStyle {
    /// On the local clock.
    #[default]
    Clock,
    /// Since the first connection.
    Session,
    /// Since the connection opened.
    Connection,
    /// Before or after the selected row.
    Selected,
    /// Before now; of an old capture, before its last row.
    Age,
}

/// Where the newest row stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowOrder {
    #[default]
    NewestLast,
    NewestFirst,
}

impl RowOrder {
    /// The other one.
    #[must_use]
    pub const fn turned(self) -> Self {
        match self {
            Self::NewestLast => Self::NewestFirst,
            Self::NewestFirst => Self::NewestLast,
        }
    }

    /// So many lines down the screen, as rows onward in time.
    pub const fn onward(self, lines: i64) -> i64 {
        match self {
            Self::NewestLast => lines,
            Self::NewestFirst => -lines,
        }
    }

    /// Where on the screen that is, in a word.
    pub const fn place(self, onward: i64) -> &'static str {
        if self.onward(onward) > 0 { "below" } else { "above" }
    }
}

impl TimeStyle {
    /// What it is called.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Clock => "on the clock",
            Self::Session => "since the session began",
            Self::Connection => "since the connection opened",
            Self::Age => "as an age",
            Self::Selected => "from the selected row",
        }
    }

    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Clock => Self::Session,
            Self::Session => Self::Selected,
            Self::Selected => Self::Connection,
            Self::Connection => Self::Age,
            Self::Age => Self::Clock,
        }
    }
}
