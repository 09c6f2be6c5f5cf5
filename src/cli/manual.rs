//! Shell completions and the manual page.

use std::{collections::HashSet, io};

use clap::{Arg, Command, CommandFactory as _, builder::PossibleValue};
use clap_complete::Shell;
use clap_mangen::{
    Man,
    roff::{Roff, bold, roman},
};

use super::{Exit, args::CommandLine, help};

/// The name and the description of each command.
#[must_use]
pub fn commands() -> Vec<(String, String)> {
    let about = |command: &Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    let commands = CommandLine::command();
    commands.get_subcommands().map(|command| (command.get_name().to_owned(), about(command))).collect()
}

/// A shell script that completes the command line.
#[must_use]
pub fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut CommandLine::command(), "sockeye", &mut script);
    script
}

const EXAMPLES: &[(&str, &str)] = &[
    ("sockeye demo", "Open the screen on a built-in feed server"),
    (
        "sockeye preferences --template > ~/.config/sockeye/config.toml",
        "Begin a file of preferences: theme, keys, columns, captures, ack mode",
    ),
    ("sockeye -c pipeline.yaml", "Open the screen on the websocket input of a pipeline"),
    ("sockeye probe wss://feed.example/ticks", "Find out why a feed does not connect, stage by stage"),
    ("sockeye lint --engine configs 'streams/**/*.yaml'", "Check configs, by your own engine as well"),
    ("sockeye lint --fix --diff pipeline.yaml", "Print the mends that are safe as a diff"),
    ("sockeye tail wss://feed.example/ticks --count 10 | jq .json.price", "Print the price in ten messages"),
    (
        "sockeye check wss://feed.example/ticks --expect 'count>=10 within 30s' --max-gap 5s --no-seq-gap .seq",
        "Hold a feed to expectations, and end with 67 if one does not hold",
    ),
    (
        "sockeye compare wss://a.example/ticks wss://b.example/ticks --by .id --for 1m",
        "Find out which of two feeds is first, and what is missing or differs",
    ),
    (
        "sockeye send wss://feed.example/rpc '{\"id\":{{seq}},\"method\":\"ping\"}' --wait '.id == 1'",
        "Send a request and wait for its answer",
    ),
];

/// The manual page of the whole program, as roff.
///
/// Each option is described once: a command lists its own options, and names the groups that it shares with
/// `sockeye URL`.
///
/// # Errors
///
/// Never, since writing into memory does not fail.
pub fn manual() -> io::Result<Vec<u8>> {
    let mut root = CommandLine::command()
        .disable_help_subcommand(true)
        .override_usage("sockeye [OPTIONS] [URL]\nsockeye COMMAND [OPTIONS]");
    // Makes the arguments of sessions, too.
    root.build();
    let root = root.mut_args(page_arg).mut_subcommands(|command| command.mut_args(page_arg));
    let mut page = Vec::new();
    let man = Man::new(root.clone());
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    let mut commands = Roff::new();
    heading(&mut commands, "Commands");
    commands.to_writer(&mut page)?;
    for command in root.get_subcommands() {
        command_section(command, &root, &mut page)?;
    }
    man.render_options_section(&mut page)?;
    let mut rest = Roff::new();
    for (title, text) in help::SECTIONS {
        heading(&mut rest, title);
        rest.text([roman(text)]);
    }
    heading(&mut rest, "Exit status");
    for (_, code, meaning) in Exit::ALL {
        entry(&mut rest, &code.to_string(), meaning);
    }
    heading(&mut rest, "Examples");
    for (line, meaning) in EXAMPLES {
        entry(&mut rest, line, meaning);
    }
    rest.to_writer(&mut page)?;
    Ok(page)
}

/// Prepares an argument for the page: hidden ones are shown, and values without help are listed in one line.
fn page_arg(mut arg: Arg) -> Arg {
    let mut help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let values = if arg.get_action().takes_values() { arg.get_possible_values() } else { Vec::new() };
    if !values.is_empty() && values.iter().all(|value| value.get_help().is_none()) {
        let words: Vec<_> = values.iter().map(PossibleValue::get_name).collect();
        help = format!("{help} [possible values: {}]", words.join(", "));
        arg = arg.hide_possible_values(true);
    }
    for alias in arg.get_visible_aliases().unwrap_or_default() {
        help = format!("{help} [alias: --{alias}]");
    }
    arg.hide_short_help(false).help(help)
}

fn heading(roff: &mut Roff, title: &str) {
    roff.control("SH", [title.to_uppercase().as_str()]);
}

fn entry(roff: &mut Roff, term: &str, meaning: &str) {
    roff.control("TP", []).text([bold(term)]).text([roman(meaning)]);
}

/// Writes the section of a command: its usage, its description and its options.
fn command_section(command: &Command, root: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    let usage = command.clone().render_usage().to_string();
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let args = command.get_arguments().filter(|arg| arg.get_id() != "help");
    let (shared, own): (Vec<_>, Vec<_>) =
        args.partition(|arg| root.get_arguments().any(|other| is_same(arg, other)));
    let mut roff = Roff::new();
    roff.control("SS", [usage.trim_start_matches("Usage: ")]).text([roman(about + ".")]);
    if let Some(shared_options) = shared_options(&shared, command, root) {
        roff.control("PP", []).text([roman(shared_options)]);
    }
    roff.to_writer(page)?;
    if own.is_empty() {
        return Ok(());
    }
    let own = own.into_iter().map(|arg| arg.clone().help_heading(None::<&str>));
    let mut options = Vec::new();
    Man::new(Command::new("").disable_help_flag(true).args(own)).render_options_section(&mut options)?;
    // The options follow the usage without a title of their own.
    let title = b".SH OPTIONS\n";
    page.extend(options.split_inclusive(|byte| *byte == b'\n').filter(|line| line != title).flatten());
    Ok(())
}

/// Whether two arguments are the same, with their heading and help.
fn is_same(arg: &Arg, other: &Arg) -> bool {
    let help = |arg: &Arg| arg.get_help().map(ToString::to_string);
    arg.get_id() == other.get_id()
        && arg.get_help_heading() == other.get_help_heading()
        && help(arg) == help(other)
}

/// A sentence about the options that a command shares with `sockeye URL`: single ones, and those of a heading.
fn shared_options(shared: &[&Arg], command: &Command, root: &Command) -> Option<String> {
    let (grouped, single): (Vec<&Arg>, Vec<&Arg>) =
        shared.iter().partition(|arg| arg.get_help_heading().is_some());
    let mut headings: Vec<_> = grouped.iter().filter_map(|arg| arg.get_help_heading()).collect();
    let mut seen = HashSet::new();
    headings.retain(|heading| seen.insert(*heading));
    let is_missing = |arg: &&Arg| {
        let is_near = arg.get_help_heading().is_some_and(|heading| headings.contains(&heading));
        is_near && command.get_arguments().all(|own| own.get_long() != arg.get_long())
    };
    let missing = longs(root.get_arguments().filter(is_missing));
    let mut shared = longs(single.into_iter());
    if let Some((last, others)) = headings.split_last() {
        let and = if others.is_empty() { "" } else { " and " };
        shared.push(format!("the options below under {}{and}{last}", others.join(", ")));
    }
    let but = if missing.is_empty() { String::new() } else { format!(", but not {}", missing.join(", ")) };
    (!shared.is_empty()).then(|| format!("Also takes {}{but}.", shared.join(" and ")))
}

fn longs<'a>(args: impl Iterator<Item = &'a Arg>) -> Vec<String> {
    args.filter_map(Arg::get_long).map(|long| format!("--{long}")).collect()
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;
    use crate::config::{FIELDS, Field};

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).expect("it is text")
    }

    /// The page without the escapes in words and flags.
    fn page() -> String {
        text(manual().expect("memory takes it")).replace("\\-", "-").replace("\\*(Aq", "'")
    }

    #[test]
    fn every_shell_completes_every_command_and_the_flag_of_every_field() {
        for shell in Shell::value_variants() {
            let script = text(completions(*shell));
            let flags = FIELDS.iter().filter(|field| field.is_scalar()).map(Field::flag);
            let commands = CommandLine::command();
            let commands = commands.get_subcommands().map(|command| command.get_name().to_owned());
            for word in flags.chain(commands) {
                assert!(script.contains(&word), "{shell} does not complete {word}");
            }
        }
    }

    #[test]
    fn the_page_has_every_command_every_flag_and_every_exit_code() {
        let page = page();
        for field in FIELDS.iter().filter(|field| field.is_scalar()) {
            assert!(page.contains(&format!("--{}\\fR", field.flag())), "{}", field.path);
        }
        for command in CommandLine::command().get_subcommands() {
            assert!(page.contains(&format!(".SS \"sockeye {}", command.get_name())), "{command}");
        }
        for (_, code, meaning) in Exit::ALL {
            assert!(page.contains(&format!("\\fB{code}\\fR\n{meaning}")), "{code} {meaning}");
        }
    }

    #[test]
    fn a_command_lists_its_own_options_and_names_those_it_shares() {
        let page = page();
        let tail = page.split(".SS ").find(|part| part.starts_with("\"sockeye tail")).expect("it is there");
        assert!(tail.contains("--dead-letters") && !tail.contains("\\fB--tls-enabled"), "{tail}");
        assert!(
            tail.contains("Also takes --color and the options below under Payloads, Output, Session"),
            "{tail}"
        );
    }
}
