//! Parses the command line into an [`Invocation`].

use std::{ffi::OsString, iter::successors};

use clap::{ArgMatches, Command, CommandFactory as _, Error, FromArgMatches as _, Subcommand as _};

use super::{Invocation, args::CommandLine, bare_word};
use crate::config::Dialect;

/// Parses the command line; the first argument is the program's name.
///
/// # Errors
///
/// Those of clap, also for `--help` and `--version`. The caller prints the error (`error.print()`) and exits with
/// `error.exit_code()`: 0 for help and version, 2 for invalid usage.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Invocation, Error> {
    let args: Vec<_> = args.into_iter().collect();
    let first = args.get(1).and_then(|first| first.to_str()).map(str::to_owned);
    if first.as_deref().is_some_and(Invocation::has_subcommand) {
        // Without the arguments of the screen, which take long to make.
        let mut root = Invocation::augment_subcommands(Command::new("sockeye").bin_name("sockeye"));
        let matches = root.try_get_matches_from_mut(args)?;
        return Invocation::from_arg_matches(&matches)
            .map_err(|error| with_usage(error, &mut root, &matches));
    }
    let mut root = CommandLine::command();
    let matches = root.try_get_matches_from_mut(args).map_err(|error| of_command(error, first))?;
    let CommandLine { command, screen } =
        CommandLine::from_arg_matches(&matches).map_err(|error| error.format(&mut root))?;
    if let Some(command) = command {
        return Ok(command);
    }
    let word = matches.get_one::<String>("address").map(String::as_str);
    // A pipeline is followed in how it reads an address, too.
    match word.filter(|_| screen.session.options.dialect == Dialect::Standard).and_then(bare_word::refusal) {
        Some(refusal) => Err(refusal),
        None => Ok(Invocation::Screen(screen)),
    }
}

/// An error about a value, with the usage of the command that was given.
fn with_usage(error: Error, root: &mut Command, matches: &ArgMatches) -> Error {
    let mut names = successors(matches.subcommand(), |(_, below)| below.subcommand());
    match names.try_fold(root, |command, (name, _)| command.find_subcommand_mut(name)) {
        Some(command) => error.format(command),
        None => error,
    }
}

/// The error about a command that is none, if that is why the words behind it are odd: `tial ws://feed.example`.
fn of_command(error: Error, first: Option<String>) -> Error {
    let is_known = |word: &str| word == "help" || Invocation::has_subcommand(word);
    let word = first.filter(|word| error.use_stderr() && !word.starts_with('-') && !is_known(word));
    word.and_then(|word| bare_word::refusal(&word)).unwrap_or(error)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        cli::{ColorChoice, DemoArgs, ScreenArgs, SessionArgs},
        export::Format,
    };

    fn words(line: &str) -> Result<Invocation, Error> {
        parse(
            std::iter::once("sockeye")
                .chain(line.split(' ').filter(|word| !word.is_empty()))
                .map(OsString::from),
        )
    }

    fn session_of(line: &str) -> SessionArgs {
        match words(line).expect("the line is valid") {
            Invocation::Screen(args) => args.session,
            Invocation::Demo(args) => args.session.0,
            Invocation::Tail(args) => args.session,
            Invocation::Probe(args) => args.session,
            other => panic!("no session: {other:?}"),
        }
    }

    fn fields(line: &str) -> Vec<(String, String)> {
        session_of(line).fields
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn the_commands_are_consistent() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn without_arguments_the_screen_is_opened() {
        assert_eq!(words("").expect("nothing is fine"), Invocation::Screen(ScreenArgs::default()));
    }

    #[test]
    fn the_demo_takes_a_path_and_has_its_own_address() {
        let demo = |path: Option<&str>, secure| {
            let path = path.map(str::to_owned);
            Invocation::Demo(DemoArgs { path, secure, ..DemoArgs::default() })
        };
        assert_eq!(words("demo").expect("nothing is needed"), demo(None, false));
        assert_eq!(words("demo drop --secure").expect("both are known"), demo(Some("drop"), true));
    }

    #[test]
    fn the_first_word_of_send_is_the_address_unless_that_is_given_otherwise() {
        let send = |line: &str| match words(line).expect("it is valid") {
            Invocation::Send(args) => (args.session.session.fields, args.session.messages),
            other => panic!("{other:?}"),
        };
        let url = pairs(&[("url", "ws://a")]);
        assert_eq!(send("send ws://a one two"), (url.clone(), vec!["one".to_owned(), "two".to_owned()]));
        assert_eq!(send("send one --url ws://a"), (url, vec!["one".to_owned()]));
        assert_eq!(send("send -c feed.yaml one"), (Vec::new(), vec!["one".to_owned()]));
    }

    #[test]
    fn flags_keep_their_order() {
        assert_eq!(
            fields("--set tls.enabled=false ws://a --tls-enabled --max-retries -1 --auto-replay-nacks=false"),
            pairs(&[
                ("tls.enabled", "false"),
                ("url", "ws://a"),
                ("tls.enabled", "true"),
                ("connection.max_retries", "-1"),
                ("auto_replay_nacks", "false"),
            ])
        );
    }

    #[test]
    fn a_bool_flag_does_not_take_the_next_word() {
        assert_eq!(fields("--tls-enabled ws://a"), pairs(&[("tls.enabled", "true"), ("url", "ws://a")]));
    }

    #[test]
    fn flags_of_curl_set_the_corresponding_fields() {
        let tls = ("tls.enabled", "true");
        assert_eq!(fields("-k"), pairs(&[tls, ("tls.skip_cert_verify", "true")]));
        assert_eq!(fields("--cacert ca.pem"), pairs(&[tls, ("tls.root_cas_file", "ca.pem")]));
        assert_eq!(fields("-x http://p:1"), pairs(&[("proxy_url", "http://p:1")]));
        assert_eq!(
            fields("--cert c --key k --pass env:P"),
            pairs(&[
                tls,
                ("tls.client_certs.0.cert_file", "c"),
                tls,
                ("tls.client_certs.0.key_file", "k"),
                ("tls.client_certs.0.password", "env:P"),
            ])
        );
        assert_eq!(
            fields("-u ann:a:b"),
            pairs(&[
                ("basic_auth.enabled", "true"),
                ("basic_auth.username", "ann"),
                ("basic_auth.password", "a:b")
            ])
        );
    }

    #[test]
    fn headers_keep_their_order_and_their_names() {
        let headers = session_of("--origin https://o -H X-Key:1 -A me -H @file --subprotocol a,b").headers;
        assert_eq!(
            headers,
            pairs(&[
                ("Origin", "https://o"),
                ("X-Key", "1"),
                ("User-Agent", "me"),
                ("@file", ""),
                ("Sec-WebSocket-Protocol", "a,b"),
            ])
        );
    }

    #[test]
    fn tail_and_probe_take_their_own_flags() {
        let Ok(Invocation::Tail(tail)) = words(
            "tail ws://a --format raw --events --count 3 --for 1.5s --output f --filter x --color never",
        ) else {
            panic!("it is a tail")
        };
        assert_eq!((tail.out.format, tail.out.events, tail.count), (Format::Raw, true, Some(3)));
        assert_eq!(
            (tail.limit, tail.out.common.color),
            (Some(Duration::from_millis(1500)), ColorChoice::Never)
        );
        let Ok(Invocation::Probe(probe)) = words("probe ws://a --json --no-open") else {
            panic!("it is a probe")
        };
        assert_eq!((probe.json, probe.open, probe.wait), (true, false, None));
    }

    #[test]
    fn a_value_that_is_refused_is_told_with_the_usage_of_its_command() {
        let told = |line: &str| words(line).expect_err("it is invalid").to_string();
        assert!(told("tail -u ann").contains("-u needs NAME:PASSWORD"), "{}", told("tail -u ann"));
        assert!(
            told("tail -u ann").contains("Usage: sockeye tail [OPTIONS] [URL]"),
            "{}",
            told("tail -u ann")
        );
        let saving = told("profiles save x -u ann");
        assert!(saving.contains("Usage: sockeye profiles save [OPTIONS] <NAME> [URL]"), "{saving}");
        assert!(told("help tai").contains("'tai'"), "{}", told("help tai"));
        assert!(told("-u ann").contains("Usage: sockeye [OPTIONS] [URL]"), "{}", told("-u ann"));
    }

    #[test]
    fn help_succeeds_and_invalid_usage_fails() {
        for line in ["--help", "-h", "--version", "tail --help", "serve --help"] {
            assert_eq!(words(line).expect_err("it is not a command").exit_code(), 0, "{line}");
        }
        for line in
            ["tail --count 0", "-u ann", "-H x", "--set x", "lint", "serve", "ws://a ws://b", "--input x"]
        {
            assert_eq!(words(line).expect_err("it is invalid").exit_code(), 2, "{line}");
        }
    }

    #[test]
    fn short_help_omits_advanced_fields() {
        let text = |line| words(line).expect_err("help is not a command").to_string();
        assert!(!text("-h").contains("--oauth-consumer-key") && text("-h").contains("--auto-replay-nacks"));
        let long = text("--help");
        assert!(
            long.contains("--tls-root-cas-file") && long.contains(" 65  the retries are used up"),
            "{long}"
        );
    }

    #[test]
    fn letters_with_other_meanings_elsewhere_are_not_used() {
        for letter in ["-s", "-o", "-n", "-w", "-p", "-m"] {
            assert!(words(&format!("{letter} x ws://a")).is_err(), "{letter}");
        }
    }

    #[test]
    fn the_debug_output_of_arguments_shows_no_secret() {
        let shown =
            format!("{:?}", words("ws://h?token=hunter2 -u ann:hunter2 -H K:hunter2").expect("it is valid"));
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn an_address_without_a_scheme_is_completed_unless_a_pipeline_is_followed() {
        assert_eq!(fields("tail feed.example/ticks"), pairs(&[("url", "wss://feed.example/ticks")]));
        assert_eq!(fields("localhost:9000"), pairs(&[("url", "ws://localhost:9000")]));
        for line in ["tail --as connect feed.example/ticks", "tail nonsense", "tail http://feed.example"] {
            assert_eq!(
                fields(line).last().map(|(_, url)| url.as_str()),
                line.split(' ').next_back(),
                "{line}"
            );
        }
    }
}
