//! The arguments of the commands about what a person keeps: profiles, preferences, paths.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::session::SessionArgs;

#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct PreferencesArgs {
    #[command(flatten)]
    pub wanted: PreferencesWanted,
    /// Check this file [default: config.toml in the config folder]
    #[arg(value_name = "FILE", requires = "check")]
    pub file: Option<PathBuf>,
}

/// What `sockeye profiles` does.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum ProfilesCommand {
    /// Print the names of all profiles with their addresses and environments
    List,
    /// Print the values of a profile with masked secrets
    Show {
        /// The profile, and an environment: feed, feed@staging
        #[arg(value_name = "NAME[@ENV]")]
        name: String,
    },
    /// Print where two profiles, or two environments of one, differ
    Compare {
        /// The one
        #[arg(value_name = "NAME[@ENV]")]
        one: String,
        /// The other
        #[arg(value_name = "NAME[@ENV]")]
        other: String,
    },
    /// Keep the values of a config file and of flags under a name; a secret only as ${VAR}, @FILE, env:NAME or cmd:COMMAND
    Save(Box<SaveProfileArgs>),
    /// Delete a profile
    Delete {
        /// The profile
        name: String,
    },
}

#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct SaveProfileArgs {
    /// The name: letters, digits, dots, - and _
    pub name: String,
    #[command(flatten)]
    pub session: SessionArgs,
}

/// What `sockeye preferences` is asked for.
#[derive(Args, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[group(required = true, multiple = false)]
pub struct PreferencesWanted {
    /// Print each problem of the file with its line and column, what is allowed, and what was probably meant
    #[arg(long)]
    pub check: bool,
    /// Print a file with every setting, explained and commented out
    #[arg(long)]
    pub template: bool,
    /// Print the actions whose keys can be changed, with the keys that they have
    #[arg(long)]
    pub actions: bool,
}

#[derive(Args, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PathsArgs {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
