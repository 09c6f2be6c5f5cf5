//! Where the program keeps its own files.

use std::path::PathBuf;

use etcetera::BaseStrategy as _;

/// A folder or file of the program itself. Whatever else it reads or writes, somebody names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Place {
    /// How a person wants the screen; only they write it.
    Preferences,
    Filters,
    Profiles,
    Columns,
    Captures,
    Recent,
    Sent,
    Log,
    Editing,
}

impl Place {
    /// What stands there, in words.
    #[must_use]
    pub const fn doc(self) -> &'static str {
        match self {
            Self::Preferences => "how you want the screen; only you write it",
            Self::Filters => "filters with names",
            Self::Profiles => "connections with names, a file each",
            Self::Columns => "the columns that were chosen on the screen",
            Self::Captures => "a capture for each session on the screen",
            Self::Recent => "the profiles that were opened last",
            Self::Sent => "the messages that were sent from the screen, and those with names",
            Self::Log => "the log of the program itself",
            Self::Editing => "a folder for each text while it is in your own editor, gone afterwards",
        }
    }

    /// Where it is; `None` where there is no home folder. The variables `XDG_CONFIG_HOME`, `XDG_STATE_HOME` and `TMPDIR`
    /// move it.
    #[must_use]
    pub fn path(self) -> Option<PathBuf> {
        if self == Self::Editing {
            return Some(std::env::temp_dir());
        }
        let base = etcetera::choose_base_strategy().ok()?;
        let config = base.config_dir().join("sockeye");
        let state = base.state_dir().unwrap_or_else(|| base.data_dir()).join("sockeye");
        Some(match self {
            Self::Preferences => config.join("config.toml"),
            Self::Filters => config.join("filters.json"),
            Self::Profiles => config.join("profiles"),
            Self::Columns => state.join("columns.json"),
            Self::Captures => state.join("captures"),
            Self::Recent => state.join("recent.json"),
            Self::Sent => state.join("sent.json"),
            Self::Log => state.join("log"),
            Self::Editing => return None,
        })
    }
}
