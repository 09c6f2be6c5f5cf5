//! From words to an [`Invocation`].

use std::{ffi::OsString, path::PathBuf, time::Duration};

use clap::{ArgMatches, Error, error::ErrorKind, parser::ValueSource};

use crate::{
    ack::AckMode,
    config::{Dialect, FIELDS, SessionOptions},
};

use super::ack_mode::ack_mode;
use super::flags::{self, Short};
use super::{
    ColorChoice, Common, ConfigArgs, DemoArgs, Display, Format, Invocation, Keep, LintArgs, OpenArgs,
    ProbeArgs, ScreenArgs, ServeArgs, ServeMode, SessionArgs, TailArgs, Theme,
};

/// Reads the command line; the first argument is the program's name.
///
/// # Errors
///
/// clap's: also for `--help` and `--version`. The caller prints it (`error.print()`) and
/// ends with `error.exit_code()`: 0 for help and version, 2 for wrong usage.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Invocation, Error> {
    let matches = flags::command().try_get_matches_from(args)?;
    Ok(match matches.subcommand() {
        Some(("demo", matches)) => Invocation::Demo(DemoArgs {
            screen: screen(matches)?,
            path: text(matches, "path"),
            secure: matches.get_flag("secure"),
        }),
        Some(("open", matches)) => Invocation::Open(OpenArgs {
            common: common(matches),
            display: display(matches),
            capture: matches.get_one("capture").cloned().unwrap_or_default(),
        }),
        Some(("tail", matches)) => Invocation::Tail(tail(matches)?),
        Some(("probe", matches)) => Invocation::Probe(probe(matches)?),
        Some(("lint", matches)) => {
            let files = matches.get_many::<PathBuf>("files").into_iter().flatten().cloned().collect();
            Invocation::Lint(LintArgs { common: common(matches), dialect: dialect(matches), files })
        }
        Some(("config", matches)) => Invocation::Config(ConfigArgs {
            common: common(matches),
            session: session(matches)?,
            example: matches.get_flag("example"),
        }),
        Some(("serve", matches)) => Invocation::Serve(serve(matches)),
        _ => Invocation::Screen(screen(&matches)?),
    })
}

fn screen(matches: &ArgMatches) -> Result<ScreenArgs, Error> {
    let keep = match matches.get_one::<PathBuf>("capture") {
        Some(path) => Keep::At(path.clone()),
        None if matches.get_flag("no-capture") => Keep::Nowhere,
        None => Keep::InState,
    };
    Ok(ScreenArgs {
        common: common(matches),
        display: display(matches),
        session: session(matches)?,
        keep,
        ack_mode: answers(matches)?,
    })
}

fn display(matches: &ArgMatches) -> Display {
    let theme = match text(matches, "theme").as_deref() {
        Some("dark") => Theme::Dark,
        Some("light") => Theme::Light,
        Some("16") => Theme::Sixteen,
        Some("plain") => Theme::Plain,
        _ => Theme::Auto,
    };
    Display { theme, ascii: matches.get_flag("ascii"), no_mouse: matches.get_flag("no-mouse") }
}

fn tail(matches: &ArgMatches) -> Result<TailArgs, Error> {
    Ok(TailArgs {
        common: common(matches),
        session: session(matches)?,
        format: match text(matches, "format").as_deref() {
            Some("raw") => Format::Raw,
            Some("pretty") => Format::Pretty,
            _ => Format::Json,
        },
        events: matches.get_flag("events"),
        count: matches.get_one("count").copied(),
        limit: matches.get_one("for").copied(),
        output: matches.get_one("output").cloned(),
        force: matches.get_flag("force"),
        filter: text(matches, "filter"),
        capture: matches.get_one("capture").cloned(),
        ack_mode: answers(matches)?,
        dead_letters: matches.get_one("dead-letters").cloned(),
    })
}

fn probe(matches: &ArgMatches) -> Result<ProbeArgs, Error> {
    Ok(ProbeArgs {
        common: common(matches),
        session: session(matches)?,
        json: matches.get_flag("json"),
        wait: matches.get_one("for").copied().unwrap_or(Duration::from_secs(5)),
        open: !matches.get_flag("no-open"),
        all_addresses: matches.get_flag("all-addresses"),
    })
}

fn serve(matches: &ArgMatches) -> ServeArgs {
    let kind =
        if text(matches, "what").as_deref() == Some("echo") { ServeMode::Echo } else { ServeMode::Demo };
    ServeArgs {
        common: common(matches),
        kind,
        port: matches.get_one("port").copied().unwrap_or(0),
        rate: matches.get_one("rate").copied(),
    }
}

fn common(matches: &ArgMatches) -> Common {
    let color = match text(matches, "color").as_deref() {
        Some("always") => ColorChoice::Always,
        Some("never") => ColorChoice::Never,
        _ => ColorChoice::Auto,
    };
    Common { color }
}

fn text(matches: &ArgMatches, id: &str) -> Option<String> {
    matches.get_one::<String>(id).cloned()
}

fn session(matches: &ArgMatches) -> Result<SessionArgs, Error> {
    let mut given = Ordered(Vec::new());
    let mut headers = Ordered(Vec::new());
    for field in FIELDS.iter().filter(|field| field.is_scalar()) {
        for (at, text) in each(matches, &field.flag()) {
            given.add(at, [(field.path.to_owned(), text)]);
        }
    }
    // The address may stand by itself; the demo has one of its own.
    if matches.try_contains_id("address").is_ok() {
        for (at, text) in each(matches, "address") {
            given.add(at, [("url".to_owned(), text)]);
        }
    }
    for (at, pair) in each(matches, "set") {
        let (path, text) = pair.split_once('=').ok_or_else(|| {
            wrong("--set takes PATH=VALUE, such as --set headers.Origin=https://example.com")
        })?;
        given.add(at, [(path.trim().to_owned(), text.to_owned())]);
    }
    for short in flags::SHORTS {
        match short.short {
            Short::Header(name) => {
                for (at, text) in each(matches, short.id) {
                    headers.add(at, [(name.to_owned(), text)]);
                }
            }
            Short::Fields(fields) => {
                for (at, text) in each(matches, short.id) {
                    let text = |value: Option<&str>| value.map_or(text.clone(), str::to_owned);
                    given.add(at, fields.iter().map(|(path, value)| ((*path).to_owned(), text(*value))));
                }
            }
        }
    }
    for (at, text) in each(matches, "user") {
        let (name, password) = text
            .split_once(':')
            .ok_or_else(|| wrong("-u takes NAME:PASSWORD, the password also as @FILE or env:NAME"))?;
        let pairs = [("enabled", "true"), ("username", name), ("password", password)];
        given.add(at, pairs.map(|(leaf, text)| (format!("basic_auth.{leaf}"), text.to_owned())));
    }
    for (at, text) in each(matches, "header") {
        headers.add(at, [header(&text)?]);
    }
    Ok(SessionArgs {
        file: matches.get_one("config").cloned(),
        input: text(matches, "input"),
        given: given.sorted(),
        headers: headers.sorted(),
        options: SessionOptions {
            dialect: dialect(matches),
            deflate: matches.get_flag("deflate"),
            no_retry: matches.get_flag("no-retry"),
            only: None,
        },
    })
}

fn dialect(matches: &ArgMatches) -> Dialect {
    text(matches, "as").and_then(|word| Dialect::of(&word)).unwrap_or_default()
}

/// `Name: value`, or `@FILE` for a file of such lines.
fn header(text: &str) -> Result<(String, String), Error> {
    if text.starts_with('@') {
        return Ok((text.to_owned(), String::new()));
    }
    let (name, value) = text
        .split_once(':')
        .ok_or_else(|| wrong("-H takes 'NAME: VALUE', or @FILE for a file of such lines"))?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

/// The texts given for an argument on the command line, with their places.
fn each(matches: &ArgMatches, id: &str) -> Vec<(usize, String)> {
    if !matches!(matches.try_contains_id(id), Ok(true))
        || matches.value_source(id) != Some(ValueSource::CommandLine)
    {
        return Vec::new();
    }
    if let Ok(Some(texts)) = matches.try_get_many::<String>(id) {
        let places = matches.indices_of(id).into_iter().flatten();
        return places.zip(texts.cloned()).collect();
    }
    // A switch has no text.
    let on = matches.try_get_one::<bool>(id).is_ok_and(|flag| flag == Some(&true));
    matches.index_of(id).filter(|_| on).map(|at| (at, "true".to_owned())).into_iter().collect()
}

/// Pairs with their places on the command line.
struct Ordered(Vec<(usize, (String, String))>);

impl Ordered {
    fn add(&mut self, at: usize, pairs: impl IntoIterator<Item = (String, String)>) {
        self.0.extend(pairs.into_iter().map(|pair| (at, pair)));
    }

    fn sorted(mut self) -> Vec<(String, String)> {
        self.0.sort_by_key(|(at, _)| *at);
        self.0.into_iter().map(|(_, pair)| pair).collect()
    }
}

/// How messages are to be answered.
fn answers(matches: &ArgMatches) -> Result<AckMode, Error> {
    ack_mode(matches).map_err(|message| wrong(&message))
}

fn wrong(message: &str) -> Error {
    flags::command().error(ErrorKind::ValueValidation, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Result<Invocation, Error> {
        parse(
            std::iter::once("sockeye")
                .chain(line.split(' ').filter(|word| !word.is_empty()))
                .map(OsString::from),
        )
    }

    fn session_of(line: &str) -> SessionArgs {
        match words(line).expect("the line is right") {
            Invocation::Screen(args) => args.session,
            Invocation::Demo(args) => args.screen.session,
            Invocation::Tail(args) => args.session,
            Invocation::Probe(args) => args.session,
            other => panic!("no session: {other:?}"),
        }
    }

    fn given(line: &str) -> Vec<(String, String)> {
        session_of(line).given
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn the_commands_agree_with_each_other() {
        flags::command().debug_assert();
    }

    #[test]
    fn without_arguments_it_is_the_screen() {
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
    fn flags_keep_the_order_in_which_they_were_given() {
        assert_eq!(
            given("--set tls.enabled=false ws://a --tls-enabled --max-retries -1 --auto-replay-nacks=false"),
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
    fn a_bool_flag_takes_no_word_that_is_not_its_own() {
        assert_eq!(given("--tls-enabled ws://a"), pairs(&[("tls.enabled", "true"), ("url", "ws://a")]));
    }

    #[test]
    fn flags_that_fingers_know_set_the_fields_they_stand_for() {
        let tls = ("tls.enabled", "true");
        assert_eq!(given("-k"), pairs(&[tls, ("tls.skip_cert_verify", "true")]));
        assert_eq!(given("--cacert ca.pem"), pairs(&[tls, ("tls.root_cas_file", "ca.pem")]));
        assert_eq!(given("-x http://p:1"), pairs(&[("proxy_url", "http://p:1")]));
        assert_eq!(
            given("--cert c --key k --pass env:P"),
            pairs(&[
                tls,
                ("tls.client_certs.0.cert_file", "c"),
                tls,
                ("tls.client_certs.0.key_file", "k"),
                ("tls.client_certs.0.password", "env:P"),
            ])
        );
        assert_eq!(
            given("-u ann:a:b"),
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
        assert_eq!((tail.format, tail.events, tail.count), (Format::Raw, true, Some(3)));
        assert_eq!((tail.limit, tail.common.color), (Some(Duration::from_millis(1500)), ColorChoice::Never));
        let Ok(Invocation::Probe(probe)) = words("probe ws://a --json --no-open") else {
            panic!("it is a probe")
        };
        assert_eq!((probe.json, probe.open, probe.wait), (true, false, Duration::from_secs(5)));
    }

    #[test]
    fn help_ends_well_and_wrong_usage_does_not() {
        for line in ["--help", "-h", "--version", "tail --help", "serve --help"] {
            assert_eq!(words(line).expect_err("it is no command").exit_code(), 0, "{line}");
        }
        for line in
            ["tail --count 0", "-u ann", "-H x", "--set x", "lint", "serve", "ws://a ws://b", "--input x"]
        {
            assert_eq!(words(line).expect_err("it is wrong").exit_code(), 2, "{line}");
        }
    }

    #[test]
    fn short_help_keeps_advanced_fields_back() {
        let text = |line| words(line).expect_err("help is no command").to_string();
        assert!(!text("-h").contains("--oauth-consumer-key") && text("-h").contains("--auto-replay-nacks"));
        let long = text("--help");
        assert!(
            long.contains("--tls-root-cas-file") && long.contains(" 65  the retries are used up"),
            "{long}"
        );
    }

    #[test]
    fn dead_letters_that_mean_different_things_elsewhere_stay_free() {
        for letter in ["-s", "-o", "-n", "-w", "-p", "-m"] {
            assert!(words(&format!("{letter} x ws://a")).is_err(), "{letter}");
        }
    }

    #[test]
    fn arguments_show_no_secret_in_debug() {
        let shown =
            format!("{:?}", words("ws://h?token=hunter2 -u ann:hunter2 -H K:hunter2").expect("it is right"));
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
