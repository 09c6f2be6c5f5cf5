//! The words of the command line: commands, and flags made from the field catalogue.

use std::path::PathBuf;

use clap::{Arg, ArgAction, Command, builder::ValueParser, value_parser};

use crate::{
    config::{Dialect, FIELDS, Field, FieldId, Kind},
    payload::duration,
};

use super::{
    Exit,
    ack_mode::with_ack_mode,
    arg::{choice, switch, valued},
};

/// What a flag that fingers know stands for.
pub(super) enum Short {
    /// A request header of this name.
    Header(&'static str),
    /// Fields, with a fixed text or with the one given.
    Fields(&'static [(&'static str, Option<&'static str>)]),
}

/// A flag that fingers know.
pub(super) struct Known {
    pub id: &'static str,
    letter: Option<char>,
    value: Option<&'static str>,
    help: &'static str,
    pub short: Short,
}

const ON: (&str, Option<&str>) = ("tls.enabled", Some("true"));

/// Flags with the meaning they have in curl, websocat and wscat. Letters that mean different
/// things there (`-s -o -n -w -p -m`) stay free.
pub(super) const SHORTS: &[Known] = &[
    Known {
        id: "proxy",
        letter: Some('x'),
        value: Some("URL"),
        help: "Connect through this proxy (proxy_url)",
        short: Short::Fields(&[("proxy_url", None)]),
    },
    Known {
        id: "insecure",
        letter: Some('k'),
        value: None,
        help: "Accept any certificate (tls.enabled, tls.skip_cert_verify)",
        short: Short::Fields(&[ON, ("tls.skip_cert_verify", Some("true"))]),
    },
    Known {
        id: "cacert",
        letter: None,
        value: Some("FILE"),
        help: "Trust the authorities in this PEM file only (tls.enabled, tls.root_cas_file)",
        short: Short::Fields(&[ON, ("tls.root_cas_file", None)]),
    },
    Known {
        id: "cert",
        letter: None,
        value: Some("FILE"),
        help: "Present this certificate (tls.enabled, tls.client_certs.0.cert_file)",
        short: Short::Fields(&[ON, ("tls.client_certs.0.cert_file", None)]),
    },
    Known {
        id: "key",
        letter: None,
        value: Some("FILE"),
        help: "The private key of --cert (tls.client_certs.0.key_file)",
        short: Short::Fields(&[ON, ("tls.client_certs.0.key_file", None)]),
    },
    Known {
        id: "pass",
        letter: None,
        value: Some("SECRET"),
        help: "The password of --key, also as @FILE or env:NAME",
        short: Short::Fields(&[("tls.client_certs.0.password", None)]),
    },
    Known {
        id: "subprotocol",
        letter: None,
        value: Some("NAMES"),
        help: "Offer these subprotocols (Sec-WebSocket-Protocol)",
        short: Short::Header("Sec-WebSocket-Protocol"),
    },
    Known {
        id: "origin",
        letter: None,
        value: Some("ORIGIN"),
        help: "Send this Origin header",
        short: Short::Header("Origin"),
    },
    Known {
        id: "user-agent",
        letter: Some('A'),
        value: Some("NAME"),
        help: "Send this User-Agent header",
        short: Short::Header("User-Agent"),
    },
];

/// The whole command line.
pub(super) fn command() -> Command {
    let root = Command::new("sockeye")
        .bin_name("sockeye")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Inspect and debug websocket feeds")
        .long_about(
            "Inspect and debug websocket feeds, built around the websocket input of Bento and Redpanda \
             Connect.\n\nWithout a command it opens the screen on an address or a config file. `sockeye demo` \
             needs neither.",
        )
        .args_conflicts_with_subcommands(true)
        .subcommand_negates_reqs(true)
        .after_help("Exit codes, and more fields with --help.")
        .after_long_help(after_help());
    with_session(with_ack_mode(with_display(with_keep(root)), true), true)
        .subcommand(with_session(with_ack_mode(with_display(with_keep(demo())), true), false))
        .subcommand(with_display(open()))
        .subcommand(with_session(with_ack_mode(tail(), false), true))
        .subcommand(with_session(probe(), true))
        .subcommand(lint())
        .subcommand(with_session(config(), true))
        .subcommand(serve())
}

fn demo() -> Command {
    let path = Arg::new("path").value_name("PATH");
    Command::new("demo")
        .about("The screen on a built-in feed server with faults to look at")
        .arg(path.help("What to look at: /ticks, /unauthorized, /drop, … (`serve demo` lists all)"))
        .arg(switch("secure").help("Over TLS, with a certificate for another name"))
}

fn open() -> Command {
    let capture =
        Arg::new("capture").value_name("CAPTURE").required(true).value_parser(value_parser!(PathBuf));
    Command::new("open")
        .about("The screen on a capture, as it was seen, also one whose writer was killed")
        .arg(capture.help("A capture: the screen says on leaving where it lies"))
        .arg(color())
}

/// Adds whether and where the screen captures.
fn with_keep(command: Command) -> Command {
    command
        .next_help_heading("Screen")
        .arg(
            valued("capture", "FILE")
                .value_parser(value_parser!(PathBuf))
                .help("Capture the session into this file instead of one in the state folder"),
        )
        .arg(switch("no-capture").conflicts_with("capture").help("Capture nothing"))
}

/// Adds how the screen looks.
fn with_display(command: Command) -> Command {
    command
        .next_help_heading("Screen")
        .arg(
            choice("theme", &["auto", "dark", "light", "16", "plain"])
                .default_value("auto")
                .help("Which colours"),
        )
        .arg(switch("ascii").help("Draw with ASCII only"))
        .arg(switch("no-mouse").help("Leave the mouse to the terminal"))
}

fn tail() -> Command {
    let seconds = ValueParser::new(duration);
    Command::new("tail")
        .about("Write messages to stdout, one a line, and everything else to stderr")
        .arg(
            choice("format", &["json", "raw", "pretty"])
                .default_value("json")
                .help("What is written for a message"),
        )
        .arg(switch("events").help("Write every event of the session as a JSON line, not messages only"))
        .arg(
            valued("count", "N")
                .value_parser(value_parser!(u64).range(1..))
                .help("End after this many messages"),
        )
        .arg(valued("for", "TIME").value_parser(seconds).help("End after this long: 500ms, 30s, 5m, 1h"))
        .arg(
            valued("output", "FILE")
                .value_parser(value_parser!(PathBuf))
                .help("Write to this new file instead of stdout; only you can read it"),
        )
        .arg(switch("force").requires("output").help("Replace the file of --output if it is there"))
        .arg(valued("filter", "TEXT").help("Only messages with these words; !word excludes, /regex/ matches"))
        .arg(
            valued("capture", "FILE")
                .value_parser(value_parser!(PathBuf))
                .help("Capture the whole session into this file as well"),
        )
}

fn probe() -> Command {
    Command::new("probe")
        .about("Connect once and print each stage with its time, its evidence and what failed")
        .arg(switch("json").help("Print JSON for machines"))
        .arg(
            valued("for", "TIME")
                .value_parser(ValueParser::new(duration))
                .default_value("5s")
                .help("How long to wait for a first message"),
        )
        .arg(switch("no-open").help("Do not send the opening messages"))
        .arg(switch("all-addresses").help(
            "Try every address of the host, each by itself; ends with the code of the first that fails",
        ))
}

fn lint() -> Command {
    let files = Arg::new("files").value_name("FILE").num_args(1..).required(true);
    Command::new("lint")
        .about("Check config files: every problem with its line and what would fix it")
        .arg(
            files
                .value_parser(value_parser!(PathBuf))
                .help("Fields, an input or a whole pipeline, as YAML or JSON"),
        )
        .arg(dialect())
        .arg(color())
        .after_long_help(after_help())
}

fn config() -> Command {
    Command::new("config")
        .about("Print the effective config as pipeline YAML, each value with its origin, secrets hidden")
        .arg(switch("example").help("Print a commented sample of every field instead"))
}

fn serve() -> Command {
    Command::new("serve")
        .about("Run a websocket server on loopback")
        .arg(
            Arg::new("what")
                .required(true)
                .value_parser(["demo", "echo"])
                .help("A feed with faults, or an echo"),
        )
        .arg(
            valued("port", "PORT")
                .value_parser(value_parser!(u16))
                .default_value("0")
                .help("Port; 0 lets the system choose"),
        )
        .arg(valued("rate", "N").value_parser(value_parser!(u32)).help("Messages a second of the tick feed"))
        .arg(color())
}

/// Adds what every command on a session takes.
fn with_session(command: Command, address: bool) -> Command {
    let mut command = command.next_help_heading("Session");
    if address {
        let url = Arg::new("address").value_name("URL").conflicts_with("url").help_heading(None::<&str>);
        command = command.arg(url.help("Where to connect: ws://host/path or wss://host/path"));
    }
    command = command
        .arg(
            valued("config", "FILE")
                .short('c')
                .value_parser(value_parser!(PathBuf))
                .help("Read fields from a config: fields, an input or a whole pipeline"),
        )
        .arg(
            valued("input", "PATH")
                .requires("config")
                .help("Which websocket input of the config: its path or label"),
        )
        .arg(
            valued("set", "PATH=VALUE")
                .action(ArgAction::Append)
                .help("Set any field: tls.root_cas_file=ca.pem, open_messages.0=hello"),
        )
        .arg(dialect())
        .arg(switch("deflate").help("Offer permessage-deflate, which the pipeline does not"))
        .arg(switch("no-retry").help("End at the first failure or loss, with its exit code"))
        .arg(color())
        .next_help_heading("Shortcuts")
        .arg(
            valued("header", "NAME: VALUE")
                .short('H')
                .action(ArgAction::Append)
                .help("Add a request header; @FILE reads such lines from a file"),
        )
        .arg(
            valued("user", "NAME:PASSWORD")
                .short('u')
                .help("Basic authentication; the password also as @FILE or env:NAME"),
        );
    for known in SHORTS {
        let arg = match known.value {
            Some(name) => valued(known.id, name),
            None => switch(known.id),
        };
        let arg = known.letter.into_iter().fold(arg, Arg::short);
        command = command.arg(arg.help(known.help));
    }
    for field in FIELDS.iter().filter(|field| field.is_scalar() && (address || field.id != FieldId::Url)) {
        command = command.arg(flag(field));
    }
    command.after_long_help(after_help())
}

/// The flag of a field.
fn flag(field: &'static Field) -> Arg {
    let name = match field.kind {
        Kind::Bool => "BOOL",
        Kind::Int => "N",
        Kind::Path => "FILE",
        Kind::Url { .. } => "URL",
        Kind::Choice(_) => "WORD",
        _ if field.secret => "SECRET",
        _ => "TEXT",
    };
    let default = field.default_text().filter(|default| !default.is_empty());
    let help = [
        field.doc.trim_end_matches('.').to_owned(),
        default.map(|default| format!(" [default: {default}]")).unwrap_or_default(),
        if field.secret { " (also as @FILE or env:NAME)".to_owned() } else { String::new() },
    ];
    let mut arg = valued(&field.flag(), name)
        .action(ArgAction::Append)
        .allow_hyphen_values(field.kind == Kind::Int)
        .help(help.concat())
        .help_heading(heading(field))
        .hide_short_help(field.advanced);
    if field.kind == Kind::Bool {
        arg = arg.num_args(0..=1).require_equals(true).default_missing_value("true");
    }
    if field.id == FieldId::ConnectionMaxRetries {
        arg = arg.visible_alias("max-retries");
    }
    arg
}

fn heading(field: &Field) -> &'static str {
    match field.path.split_once('.').map(|(group, _)| group) {
        Some("tls") => "TLS",
        Some("oauth") => "OAuth 1",
        Some("basic_auth") => "Basic authentication",
        Some("jwt") => "JWT",
        _ => "Fields",
    }
}

fn dialect() -> Arg {
    choice("as", &Dialect::WORDS)
        .default_value(Dialect::Standard.word())
        .help("Whose behaviour to follow: what the fields promise, or what a pipeline does to the letter")
}

fn color() -> Arg {
    choice("color", &["auto", "always", "never"]).default_value("auto").help("When to use colours")
}

/// The table of exit codes, and where values come from.
fn after_help() -> String {
    let codes: Vec<_> =
        Exit::ALL.iter().map(|(_, code, meaning)| format!("  {code:>3}  {meaning}")).collect();
    format!(
        "Values:\n  Each field can stand in the file, in a variable (SOCKEYE_TLS_ROOT_CAS_FILE) and in a \
         flag;\n  a flag outranks a variable, a variable the file.\n\nLog:\n  The screen keeps one at info in ~/.local/state/sockeye/log; SOCKEYE_LOG=debug says more, \
         off nothing;\n  other commands keep one when it is set.\n\nExit codes:\n{}",
        codes.join("\n")
    )
}
