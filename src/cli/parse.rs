//! From words to an [`Invocation`].

use std::ffi::OsString;

use super::{Invocation, ScreenArgs, SessionArgs};

/// Reads the command line; the first argument is the program's name.
///
/// # Errors
///
/// clap's: also for `--help` and `--version`. The caller prints it (`error.print()`) and
/// ends with `error.exit_code()`: 0 for help and version, 2 for wrong usage.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Invocation, clap::Error> {
    let matches = clap::Command::new("sockeye").arg(clap::Arg::new("url")).try_get_matches_from(args)?;
    let given =
        matches.get_one::<String>("url").map(|url| ("url".to_owned(), url.clone())).into_iter().collect();
    Ok(Invocation::Screen(ScreenArgs {
        session: SessionArgs { given, ..SessionArgs::default() },
        ..ScreenArgs::default()
    }))
}
