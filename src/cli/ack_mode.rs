//! The flags of the ack mode.

use clap::{ArgMatches, Command, value_parser};

use crate::ack::{AckMode, RejectRule};

use super::arg::{choice, valued};

/// The flags of each ack mode; each of them selects it.
const MODE_FLAGS: [(&str, &[&str]); 3] = [
    ("manual", &["max-in-flight"]),
    ("reject", &["reject", "reject-percent", "reject-first", "reject-every"]),
    ("slow", &["delay", "workers"]),
];

/// Adds the flags. The mode `manual` needs a screen.
pub(super) fn add_ack_mode(command: Command, has_screen: bool) -> Command {
    let words: &'static [&'static str] =
        if has_screen { &["auto", "manual", "reject", "slow"] } else { &["auto", "reject", "slow"] };
    let number =
        |id: &'static str| valued(id, "N").value_parser(value_parser!(i64)).allow_negative_numbers(true);
    let command = command
        .next_help_heading("Output")
        .arg(
            choice("ack", words)
                .help("How to acknowledge messages, in place of the pipeline's output [default: auto]"),
        )
        .arg(valued("reject", "TEXT").help("Nack messages with these words; !word excludes, /regex/ matches"))
        .arg(
            valued("reject-percent", "P")
                .value_parser(value_parser!(f64))
                .allow_negative_numbers(true)
                .help("Nack P percent of the deliveries at random"),
        )
        .arg(number("reject-first").help("Nack the first N attempts of each message"))
        .arg(number("reject-every").help("Nack every Nth delivery"))
        .arg(valued("delay", "TIME").help("Ack after this time: 200ms, or 100ms..1s at random"))
        .arg(number("workers").help("Messages that a slow output processes at the same time [default: 1]"));
    if has_screen {
        return command.arg(
            number("max-in-flight").help("The most unacknowledged messages with --ack manual [default: 64]"),
        );
    }
    command
}

/// The ack mode that the flags select.
pub(super) fn ack_mode(matches: &ArgMatches) -> Result<AckMode, String> {
    let is_given = |flag: &str| matches!(matches.try_contains_id(flag), Ok(true));
    let mut requested: Option<(&str, String)> =
        matches.get_one::<String>("ack").map(|name| (name.as_str(), format!("--ack {name}")));
    let all = MODE_FLAGS.iter().flat_map(|(name, flags)| flags.iter().map(move |flag| (*name, *flag)));
    for (name, flag) in all.filter(|(_, flag)| is_given(flag)) {
        match &requested {
            Some((other, by)) if *other != name => {
                return Err(format!("--{flag} selects the ack mode {name}, but {by} selects {other}"));
            }
            Some(_) => {}
            None => requested = Some((name, format!("--{flag}"))),
        }
    }
    let number = |flag: &str| matches.try_get_one::<i64>(flag).ok().flatten().copied();
    let ack_mode = match requested.map_or("auto", |(name, _)| name) {
        "manual" => number("max-in-flight").map_or_else(|| AckMode::parse("manual"), AckMode::manual),
        "reject" => return rejects(matches).map(AckMode::Reject),
        "slow" => match matches.get_one::<String>("delay") {
            Some(delay) => AckMode::slow_for(delay, number("workers").unwrap_or(1)),
            None => return Err("the ack mode slow needs --delay TIME, such as --delay 200ms".to_owned()),
        },
        _ => Ok(AckMode::Auto),
    };
    ack_mode.map_err(|error| error.to_string())
}

fn rejects(matches: &ArgMatches) -> Result<RejectRule, String> {
    let number = |flag: &str| matches.get_one::<i64>(flag).copied();
    let options = [
        ("--reject", matches.get_one::<String>("reject").map(|text| RejectRule::matching(text))),
        (
            "--reject-percent",
            matches.get_one::<f64>("reject-percent").map(|share| RejectRule::percent(*share)),
        ),
        ("--reject-first", number("reject-first").map(RejectRule::first)),
        ("--reject-every", number("reject-every").map(RejectRule::every)),
    ];
    let mut given = options.into_iter().filter_map(|(flag, rejects)| Some((flag, rejects?)));
    match (given.next(), given.next()) {
        (None, _) => Ok(RejectRule::All),
        (Some((_, rejects)), None) => rejects.map_err(|error| error.to_string()),
        (Some((one, _)), Some((other, _))) => {
            Err(format!("{one} and {other} exclude each other; use one of them"))
        }
    }
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
            ("--max-in-flight 3", "manual 3"),
            ("--ack reject", "reject all"),
            ("--reject BTC", "reject BTC"),
            ("--reject-percent 30", "reject 30%"),
            ("--ack reject --reject-first 2", "reject first 2"),
            ("--reject-every 5", "reject every 5"),
            ("--delay 100ms..1s --workers 4", "slow 100ms..1s x4"),
        ] {
            assert_eq!(parsed(line).as_deref(), Ok(expected), "{line}");
        }
    }

    #[test]
    fn flags_that_exclude_each_other_are_refused_with_the_reason() {
        for (line, message) in [
            ("--ack slow", "the ack mode slow needs --delay TIME"),
            ("--workers 2", "the ack mode slow needs --delay TIME"),
            ("--ack slow --reject x", "--reject selects the ack mode reject, but --ack slow selects slow"),
            ("--reject x --delay 1s", "--delay selects the ack mode slow, but --reject selects reject"),
            ("--reject x --reject-every 2", "--reject and --reject-every exclude each other"),
            ("--reject-percent 101", "the share must be between 0 and 100 percent, not 101"),
            ("--reject-percent -1", "the share must be between 0 and 100 percent, not -1"),
            (
                "--max-in-flight -3",
                "the number of unacknowledged messages must be between 1 and 10000, not -3",
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
