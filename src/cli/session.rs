//! The arguments of a session: a file, flags made from the field catalogue, and flags known from other tools.

use std::{fmt, path::PathBuf};

use clap::{
    Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches, ValueHint, parser::ValueSource,
};

use super::{
    arg::valued,
    flatten::flattened,
    help,
    shortcuts::{SET, SHORTCUTS, Setting, Shortcut},
};
use crate::config::{Dialect, Field, FieldId, Kind, SessionOptions, all_fields, complete_address};

/// The sources of the fields of a session, in increasing precedence.
///
/// `fields` and the values of `headers` may contain secrets; `Debug` shows neither.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SessionArgs {
    /// `-c FILE`
    pub file: Option<PathBuf>,
    /// `--profile NAME`
    pub profile: Option<String>,
    /// `--env NAME`: an environment of the profile.
    pub environment: Option<String>,
    /// `--input PATH`: the websocket input of a pipeline config, by the engine's path.
    pub input: Option<String>,
    /// Paths and texts of fields in the order of the command line: from flags, `--set` and the short flags.
    pub fields: Vec<(String, String)>,
    /// `-H 'Name: value'`, in the order of the command line. `-H @file` is the name `@file` without a value.
    pub headers: Vec<(String, String)>,
    /// `--as`, `--deflate`, `--no-retry`, `--read-only`
    pub options: SessionOptions,
}

impl fmt::Debug for SessionArgs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names =
            |pairs: &[(String, String)]| pairs.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        f.debug_struct("SessionArgs")
            .field("file", &self.file)
            .field("profile", &self.profile)
            .field("environment", &self.environment)
            .field("input", &self.input)
            .field("fields", &names(&self.fields))
            .field("headers", &names(&self.headers))
            .field("options", &self.options)
            .finish()
    }
}

/// The arguments of a session without an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DemoSession(pub SessionArgs);

/// The arguments of a session, and messages to send on it. The first of the words is the address, unless `--url` or
/// `--config` gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpokenSession {
    pub session: SessionArgs,
    pub messages: Vec<String>,
}

// A session has a hundred arguments, and most commands have a session: each is made only for the command that is given.
flattened!(SessionArgs, defer(|command| add_session(command, Some(address()))), session);
flattened!(SpokenSession, defer(|command| add_session(command, Some(words()))), spoken_session);
flattened!(DemoSession, defer(|command| add_session(command, None)), |matches| session(matches).map(Self));

fn defer(add: fn(Command) -> Command) -> impl Fn(Command) -> Command {
    move |command| command.defer(add)
}

// The flags of a session other than fields and headers. As documentation, this would be the text of each command's help.
#[derive(Args)]
#[command(next_help_heading = "Session")]
struct SessionFlags {
    /// Read fields from a config file with fields, an input or a whole pipeline
    #[arg(short, long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Use the connection that is kept under this name; it outranks the config file (`sockeye profiles`)
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// The environment of the profile, such as staging
    #[arg(long, value_name = "NAME", requires = "profile")]
    env: Option<String>,
    /// The websocket input of the config, by its path or label
    #[arg(long, value_name = "PATH", requires = "config")]
    input: Option<String>,
    /// Whose behaviour to follow: the documentation of the fields (standard), or a pipeline exactly
    /// [default: that of the profile, or standard]
    #[arg(long = "as", value_name = "WORD")]
    dialect: Option<Dialect>,
    /// Offer permessage-deflate, which the pipeline does not do
    #[arg(long)]
    deflate: bool,
    /// End at the first failure or loss with its exit code
    #[arg(long)]
    no_retry: bool,
    /// Send nothing but the opening messages of the config, pongs and closes
    #[arg(long)]
    read_only: bool,
}

/// The address, an argument without a flag.
fn address() -> Arg {
    Arg::new("address")
        .value_name("URL")
        .value_hint(ValueHint::Url)
        .conflicts_with("url")
        .help("The address of the feed: ws://host/path or wss://host/path")
}

/// The address and messages.
fn words() -> Arg {
    Arg::new("words").value_name("URL|MESSAGE").num_args(0..).action(ArgAction::Append).help(
        "The address, unless --url or --config gives it, then the messages [default: the lines of stdin]",
    )
}

fn spoken_session(matches: &ArgMatches) -> Result<SpokenSession, Error> {
    let mut session = session(matches)?;
    let words = matches.get_many::<String>("words").into_iter().flatten().cloned();
    let mut messages: Vec<_> = words.collect();
    let has_address = session.file.is_some()
        || session.profile.is_some()
        || session.fields.iter().any(|(path, _)| path == "url");
    if !has_address && !messages.is_empty() {
        let mut address = vec![("url".to_owned(), messages.remove(0))];
        if session.options.dialect == Dialect::Standard {
            complete_addresses(&mut address);
        }
        session.fields.splice(0..0, address);
    }
    Ok(SpokenSession { session, messages })
}

/// Adds all arguments of a session; without an address there is no `--url` either.
fn add_session(command: Command, address: Option<Arg>) -> Command {
    let has_address = address.is_some();
    let fields = all_fields().filter(|field| field.is_scalar() && (has_address || field.id != FieldId::Url));
    let own = command.get_after_long_help().cloned();
    SessionFlags::augment_args(command.next_help_heading(None::<&str>).args(address))
        .arg(SET.arg())
        .next_help_heading("Shortcuts")
        .args(SHORTCUTS.iter().map(Shortcut::arg))
        .args(fields.map(flag))
        .after_long_help(own.unwrap_or_else(|| help::after().into()))
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
        _ if matches!(
            field.id,
            FieldId::TimeoutLookup | FieldId::TimeoutTcp | FieldId::TimeoutTls | FieldId::TimeoutUpgrade
        ) =>
        {
            "TIME"
        }
        _ => "TEXT",
    };
    let default = field.default_text().filter(|default| !default.is_empty());
    let help = [
        field.doc.trim_end_matches('.').to_owned(),
        default.map(|default| format!(" [default: {default}]")).unwrap_or_default(),
        if field.is_ours() && !field.example.is_empty() {
            format!(". Example: {}", field.example)
        } else {
            String::new()
        },
        if field.secret { " (also as @FILE, env:NAME or cmd:COMMAND)".to_owned() } else { String::new() },
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
        Some("beyond") => "Beyond the pipeline, which has none of these",
        _ => "Fields",
    }
}

fn session(matches: &ArgMatches) -> Result<SessionArgs, Error> {
    let SessionFlags { config, profile, env, input, dialect, deflate, no_retry, read_only } =
        SessionFlags::from_arg_matches(matches)?;
    let (mut fields, headers) = settings(matches)?;
    let asked = dialect;
    let dialect = asked.unwrap_or_default();
    if dialect == Dialect::Standard {
        complete_addresses(&mut fields);
    }
    let options =
        SessionOptions { dialect, asked, deflate, no_retry, read_only, ..SessionOptions::default() };
    Ok(SessionArgs { file: config, profile, environment: env, input, fields, headers, options })
}

type Pairs = Vec<(String, String)>;

/// An address without a scheme is completed as on the start screen: `feed.example/ticks`.
fn complete_addresses(fields: &mut Pairs) {
    for (_, url) in fields.iter_mut().filter(|(path, _)| path == "url") {
        if let Some(address) = complete_address(url) {
            *url = address;
        }
    }
}

/// The fields and headers that are set, in the order of the command line.
fn settings(matches: &ArgMatches) -> Result<(Pairs, Pairs), Error> {
    let mut settings = Vec::new();
    let flags = all_fields().filter(|field| field.is_scalar()).map(|field| (field.flag(), field.path));
    for (id, path) in flags.chain([("address".to_owned(), "url")]) {
        let texts = values_of(matches, &id).into_iter();
        settings.extend(texts.map(|(at, text)| (at, Setting::Field(path.to_owned(), text))));
    }
    for shortcut in std::iter::once(&SET).chain(SHORTCUTS) {
        for (at, text) in values_of(matches, shortcut.id) {
            settings.extend(shortcut.settings(&text)?.into_iter().map(|setting| (at, setting)));
        }
    }
    settings.sort_by_key(|(at, _)| *at);
    let (mut fields, mut headers) = (Vec::new(), Vec::new());
    for (_, setting) in settings {
        match setting {
            Setting::Field(path, text) => fields.push((path, text)),
            Setting::Entry(list, text) => {
                let nth = fields.iter().filter(|(path, _)| is_entry_of(list, path)).count();
                fields.push((format!("{list}.{nth}"), text));
            }
            Setting::Header(name, value) => headers.push((name, value)),
        }
    }
    Ok((fields, headers))
}

fn is_entry_of(list: &str, path: &str) -> bool {
    path.strip_prefix(list).is_some_and(|rest| rest.starts_with('.'))
}

/// The values of an argument on the command line with their positions; none if the command has no such argument.
fn values_of(matches: &ArgMatches, id: &str) -> Vec<(usize, String)> {
    match matches.try_get_raw(id) {
        Ok(Some(texts)) if matches.value_source(id) == Some(ValueSource::CommandLine) => {
            let places = matches.indices_of(id).into_iter().flatten();
            places.zip(texts.map(|text| text.to_string_lossy().into_owned())).collect()
        }
        _ => Vec::new(),
    }
}
