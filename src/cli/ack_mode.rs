//! The flags of the ack mode.

use clap::{ArgMatches, Command, value_parser};

use crate::ack::{AckMode, AckModeError, Answers, Delay, RejectRule};

use super::arg::{choice, valued};

/// The flags of a rule; each of them selects the ack mode `reject`.
const RULES: [&str; 4] = ["reject", "reject-percent", "reject-first", "reject-every"];

/// Adds the flags. The mode `manual` needs a screen.
pub(super) fn add_ack_mode(command: Command, has_screen: bool) -> Command {
    let words: &'static [&'static str] =
        if has_screen { &["auto", "manual", "reject", "slow"] } else { &["auto", "reject", "slow"] };
    let number =
        |id: &'static str| valued(id, "N").value_parser(value_parser!(i64)).allow_negative_numbers(true);
    command
        .next_help_heading("Output")
        .arg(
            choice("ack", words)
                .help("How to acknowledge messages, in place of the pipeline's output [default: auto]"),
        )
        .arg(
            valued("reject", "TEXT").help(
                "Nack messages that match: words, \"a phrase\", /regex/, size:>1k, .price > 5, !not, or",
            ),
        )
        .arg(
            valued("reject-percent", "P")
                .value_parser(value_parser!(f64))
                .allow_negative_numbers(true)
                .help("Nack P percent of the deliveries at random"),
        )
        .arg(number("reject-first").help("Nack the first N attempts of each message"))
        .arg(number("reject-every").help("Nack every Nth delivery"))
        .arg(valued("delay", "TIME").help("Answer after this time: 200ms, or 100ms..1s at random"))
        .arg(
            number("max-in-flight").alias("workers").help(
                "Messages that the output takes at a time [default: as in the pipeline, or 1; manual 64]",
            ),
        )
        .arg(
            number("threads")
                .help("Threads with processors before the output, 0 for none [default: as in the pipeline]"),
        )
}

/// Whether any of the flags is given.
pub(super) fn has_ack_mode(matches: &ArgMatches) -> bool {
    let others = ["ack", "delay", "max-in-flight", "threads"];
    RULES.into_iter().chain(others).any(|flag| matches!(matches.try_contains_id(flag), Ok(true)))
}

/// The ack mode that the flags select.
pub(super) fn ack_mode(matches: &ArgMatches) -> Result<AckMode, String> {
    let is_given = |flag: &str| matches!(matches.try_contains_id(flag), Ok(true));
    let named = matches.get_one::<String>("ack").map(String::as_str);
    let rule = RULES.into_iter().find(|flag| is_given(flag));
    if let (Some(name @ ("auto" | "manual" | "slow")), Some(flag)) = (named, rule) {
        return Err(format!("--{flag} selects the ack mode reject, but --ack {name} selects {name}"));
    }
    if named == Some("slow") && !is_given("delay") {
        return Err("the ack mode slow needs --delay TIME, such as --delay 200ms".to_owned());
    }
    chosen(named, rule.is_some(), matches).map_err(|error| error.to_string())
}

fn chosen(named: Option<&str>, has_rule: bool, matches: &ArgMatches) -> Result<AckMode, AckModeError> {
    let mut mode = AckMode::of(match named {
        Some("manual") => Answers::Manual,
        name if name == Some("reject") || has_rule => Answers::Reject(rejects(matches)?),
        _ => Answers::Auto,
    });
    if let Some(delay) = matches.get_one::<String>("delay") {
        mode = mode.delayed(Delay::parse(delay)?)?;
    }
    if let Some(number) = matches.get_one::<i64>("max-in-flight") {
        mode = mode.in_flight(*number)?;
    }
    if let Some(number) = matches.get_one::<i64>("threads") {
        mode = mode.threads(*number)?;
    }
    Ok(mode)
}

/// The rule of the flags; of several, each is a condition.
fn rejects(matches: &ArgMatches) -> Result<RejectRule, AckModeError> {
    let number = |flag: &str| matches.get_one::<i64>(flag).copied();
    let mut rule = RejectRule::default();
    if let Some(expression) = matches.get_one::<String>("reject") {
        rule = rule.matching(expression)?;
    }
    if let Some(share) = matches.get_one::<f64>("reject-percent") {
        rule = rule.percent(*share)?;
    }
    if let Some(attempts) = number("reject-first") {
        rule = rule.first(attempts)?;
    }
    if let Some(nth) = number("reject-every") {
        rule = rule.every(nth)?;
    }
    Ok(rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<String, String> {
        let command = add_ack_mode(Command::new("it"), true);
        let words = std::iter::once("it").chain(line.split(' ').filter(|word| !word.is_empty()));
        let matches = command.try_get_matches_from(words).map_err(|error| error.to_string())?;
        ack_mode(&matches).map(|ack_mode| ack_mode.to_string())
    }

    #[test]
    fn a_flag_of_an_ack_mode_selects_it() {
        for (line, expected) in [
            ("", "auto"),
            ("--ack manual", "manual 64"),
            ("--ack manual --max-in-flight 3", "manual 3"),
            ("--max-in-flight 3", "auto in-flight:3"),
            ("--ack reject", "reject all"),
            ("--reject BTC", "reject BTC"),
            ("--reject-percent 30", "reject 30%"),
            ("--ack reject --reject-first 2", "reject first 2"),
            ("--reject-every 5", "reject every 5"),
            ("--delay 100ms..1s --max-in-flight 4", "slow 100ms..1s in-flight:4"),
            ("--delay 1s --workers 2", "slow 1s in-flight:2"),
            (
                "--reject-first 1 --delay 60ms --max-in-flight 2 --threads 1",
                "reject first 1 delay:60ms in-flight:2 threads:1",
            ),
            ("--reject BTC --reject-first 2", "reject first 2 and BTC"),
            ("--threads -1", "auto threads:-1"),
        ] {
            assert_eq!(parsed(line).as_deref(), Ok(expected), "{line}");
        }
    }

    #[test]
    fn flags_that_exclude_each_other_are_refused_with_the_reason() {
        for (line, message) in [
            ("--ack slow", "the ack mode slow needs --delay TIME"),
            ("--ack slow --reject x", "--reject selects the ack mode reject, but --ack slow selects slow"),
            ("--ack manual --reject-first 1", "--reject-first selects the ack mode reject, but --ack manual"),
            ("--ack manual --delay 1s", "manual leaves the answers to you, so it takes no delay"),
            ("--reject-percent 101", "the share must be between 0 and 100 percent, not 101"),
            ("--reject-percent -1", "the share must be between 0 and 100 percent, not -1"),
            ("--max-in-flight -3", "the number of messages in flight must be between 1 and 10000, not -3"),
            ("--max-in-flight 0", "the number of messages in flight must be between 1 and 10000, not 0"),
            (
                "--threads 1025",
                "the number of threads must be between 0 and 1024, or -1 for one on each core",
            ),
            ("--reject /x", "the filter cannot be read at column"),
            ("--delay 2h", "a delay is at most 1h"),
            ("--delay soon", "write a time such as"),
            ("--reject-every 0", "every needs a number of at least 1, not 0"),
        ] {
            let error = parsed(line).expect_err(line);
            assert!(error.contains(message), "{line}: {error}");
        }
    }
}
