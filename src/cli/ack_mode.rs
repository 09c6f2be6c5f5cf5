//! The flags that say how messages are answered, and the ack mode they make.

use clap::{ArgMatches, Command, value_parser};

use crate::ack::{AckMode, RejectRule};

use super::arg::{choice, valued};

/// The flags of each ack mode; any of them asks for it.
const OF: [(&str, &[&str]); 3] = [
    ("manual", &["max-in-flight"]),
    ("reject", &["reject", "reject-percent", "reject-first", "reject-every"]),
    ("slow", &["delay", "workers"]),
];

/// Adds the flags; without a screen nobody could answer by hand.
pub(super) fn with_ack_mode(command: Command, has_screen: bool) -> Command {
    let words: &'static [&'static str] =
        if has_screen { &["auto", "manual", "reject", "slow"] } else { &["auto", "reject", "slow"] };
    let number =
        |id: &'static str| valued(id, "N").value_parser(value_parser!(i64)).allow_negative_numbers(true);
    let command = command
        .next_help_heading("Output")
        .arg(
            choice("ack", words)
                .help("How messages are answered, as the pipeline's output would [default: auto]"),
        )
        .arg(
            valued("reject", "TEXT")
                .help("Reject the messages with these words; !word excludes, /regex/ matches"),
        )
        .arg(
            valued("reject-percent", "P")
                .value_parser(value_parser!(f64))
                .allow_negative_numbers(true)
                .help("Reject so many of a hundred deliveries, by chance"),
        )
        .arg(number("reject-first").help("Reject the first N attempts of each message"))
        .arg(number("reject-every").help("Reject every Nth delivery"))
        .arg(valued("delay", "TIME").help("Acknowledge after this long: 200ms, or 100ms..1s by chance"))
        .arg(number("workers").help("Messages that a slow output works on at the same time [default: 1]"));
    if has_screen {
        return command
            .arg(number("max-in-flight").help("Messages that may be unacknowledged by hand [default: 64]"));
    }
    command
}

/// The ack mode that the flags ask for.
pub(super) fn ack_mode(matches: &ArgMatches) -> Result<AckMode, String> {
    let is_given = |flag: &str| matches!(matches.try_contains_id(flag), Ok(true));
    let mut asked: Option<(&str, String)> =
        matches.get_one::<String>("ack").map(|name| (name.as_str(), format!("--ack {name}")));
    let all = OF.iter().flat_map(|(name, flags)| flags.iter().map(move |flag| (*name, *flag)));
    for (name, flag) in all.filter(|(_, flag)| is_given(flag)) {
        match &asked {
            Some((other, by)) if *other != name => {
                return Err(format!("--{flag} belongs to the ack mode {name}, and {by} asks for {other}"));
            }
            Some(_) => {}
            None => asked = Some((name, format!("--{flag}"))),
        }
    }
    let number = |flag: &str| matches.try_get_one::<i64>(flag).ok().flatten().copied();
    let made = match asked.map_or("auto", |(name, _)| name) {
        "manual" => number("max-in-flight").map_or_else(|| AckMode::parse("manual"), AckMode::manual),
        "reject" => return rejects(matches).map(AckMode::Reject),
        "slow" => match matches.get_one::<String>("delay") {
            Some(delay) => AckMode::slow_for(delay, number("workers").unwrap_or(1)),
            None => return Err("the ack mode slow needs --delay TIME, such as --delay 200ms".to_owned()),
        },
        _ => Ok(AckMode::Auto),
    };
    made.map_err(|error| error.to_string())
}

fn rejects(matches: &ArgMatches) -> Result<RejectRule, String> {
    let number = |flag: &str| matches.get_one::<i64>(flag).copied();
    let behavior = [
        ("--reject", matches.get_one::<String>("reject").map(|text| RejectRule::matching(text))),
        (
            "--reject-percent",
            matches.get_one::<f64>("reject-percent").map(|share| RejectRule::percent(*share)),
        ),
        ("--reject-first", number("reject-first").map(RejectRule::first)),
        ("--reject-every", number("reject-every").map(RejectRule::every)),
    ];
    let mut given = behavior.into_iter().filter_map(|(flag, way)| Some((flag, way?)));
    match (given.next(), given.next()) {
        (None, _) => Ok(RejectRule::All),
        (Some((_, way)), None) => way.map_err(|error| error.to_string()),
        (Some((one, _)), Some((other, _))) => {
            Err(format!("{one} and {other} are two ways to reject; give one of them"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Result<String, String> {
        let command = with_ack_mode(Command::new("it"), true);
        let words = std::iter::once("it").chain(line.split(' ').filter(|word| !word.is_empty()));
        let matches = command.try_get_matches_from(words).map_err(|error| error.to_string())?;
        ack_mode(&matches).map(|ack_mode| ack_mode.to_string())
    }

    #[test]
    fn a_flag_of_an_ack_mode_asks_for_it() {
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
            assert_eq!(of(line).as_deref(), Ok(expected), "{line}");
        }
    }

    #[test]
    fn what_does_not_go_together_says_why() {
        for (line, message) in [
            ("--ack slow", "the ack mode slow needs --delay TIME"),
            ("--workers 2", "the ack mode slow needs --delay TIME"),
            (
                "--ack slow --reject x",
                "--reject belongs to the ack mode reject, and --ack slow asks for slow",
            ),
            ("--reject x --delay 1s", "--delay belongs to the ack mode slow, and --reject asks for reject"),
            ("--reject x --reject-every 2", "--reject and --reject-every are two ways to reject"),
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
            let refusal = of(line).expect_err(line);
            assert!(refusal.contains(message), "{line}: {refusal}");
        }
    }
}
