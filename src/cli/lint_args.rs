//! The arguments of `lint`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::shown_args::Common;
use crate::config::Dialect;

#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct LintArgs {
    /// Files with fields, an input or a whole pipeline, as YAML or JSON; folders, whose pipelines are found; patterns such
    /// as 'configs/**/*.yaml'; - for stdin
    #[arg(value_name = "PATH", required = true)]
    pub files: Vec<PathBuf>,
    /// Whose behaviour to follow: the documentation of the fields (standard), or a pipeline exactly
    #[arg(long = "as", value_name = "WORD", default_value = Dialect::Standard.word())]
    pub dialect: Dialect,
    /// Skip named files that hold no pipeline, as in folders: for hooks that name every YAML file
    #[arg(long)]
    pub skip_others: bool,
    /// How problems are written
    #[arg(long, value_name = "WORD", default_value = "text")]
    pub format: LintFormat,
    /// What ends with code 2 beside errors
    #[arg(long, value_name = "WORD")]
    pub deny: Option<Deny>,
    /// Also ask your own engine, which judges the whole pipeline: this program, or the first of `rpk connect`,
    /// redpanda-connect, benthos and bento on PATH
    #[arg(long, value_name = "PROGRAM", num_args = 0..=1, require_equals = true)]
    pub engine: Option<Option<PathBuf>>,
    #[command(flatten)]
    pub mending: Mending,
    #[command(flatten)]
    pub common: Common,
}

/// What `sockeye lint` mends itself.
#[derive(Args, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mending {
    /// Make the mends that are safe, and print them as a diff: names and choices with one near spelling, quotes that are
    /// missing or too many; the rest is reported
    #[arg(long, conflicts_with = "format")]
    pub fix: bool,
    /// With --fix: print the diff, and write nothing
    #[arg(long, requires = "fix")]
    pub diff: bool,
}

/// How `sockeye lint` writes problems.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LintFormat {
    /// Lines for people
    #[default]
    Text,
    /// An array of files with their problems
    Json,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

/// What is refused beside errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    Warnings,
}
