//! Renders the reference page: Markdown tables of commands, fields, keys, findings and exit codes.

mod findings;

use std::fmt::Write;

use crate::{
    app::actions,
    cli::{self, Exit},
    config::{DefaultValue, FIELDS, Field, Kind, OPTIONS, PROBLEM_CODES, Relevance},
    diagnose::FINDINGS,
};

pub use findings::findings_page;

/// The whole page. A test compares it with `assets/reference.md`.
#[must_use]
pub fn page() -> String {
    let sections = [
        ("Commands", COMMANDS_INTRO, commands()),
        ("Fields", FIELDS_INTRO, fields()),
        ("Options beyond the pipeline", OPTIONS_INTRO, options()),
        ("Keys", KEYS_INTRO, keys()),
        ("Problems", PROBLEMS_INTRO, problems()),
        ("Findings", FINDINGS_INTRO, findings()),
        ("Exit codes", EXITS_INTRO, exit_codes()),
    ];
    let sections = sections.map(|(title, intro, table)| format!("\n## {title}\n\n{intro}\n\n{table}"));
    let head = "# Reference\n\nGenerated from the tables of the code; `tests/reference.rs` checks that it is current.\n";
    head.to_owned() + &sections.concat()
}

fn commands() -> String {
    let rows = cli::commands().into_iter().map(|(name, about)| [format!("`sockeye {name}`"), about]);
    table(&["command", "description"], rows)
}

fn fields() -> String {
    table(&["field", "type", "default", "description"], FIELDS.iter().map(field))
}

fn options() -> String {
    let rows = OPTIONS.iter().map(|option| {
        let [path, kind, default, doc] = field(option);
        [path, format!("`--{}`", option.flag()), kind, default, doc]
    });
    table(&["option", "flag", "type", "default", "description"], rows)
}

fn keys() -> String {
    let rows = actions().map(|action| {
        let keys: Vec<String> = action.keys.iter().map(|key| format!("`{key}`")).collect();
        [action.scope.place().to_owned(), keys.join(" "), action.label.to_owned(), action.doc.to_owned()]
    });
    table(&["where", "key", "name", "description"], rows)
}

fn problems() -> String {
    let rows = PROBLEM_CODES.iter().map(|row| [format!("`{}`", row.code), row.meaning.to_owned()]);
    table(&["code", "meaning"], rows)
}

fn findings() -> String {
    let rows = FINDINGS.iter().map(|finding| {
        let rest = [finding.at, finding.title, finding.meaning].map(str::to_owned);
        let [at, title, meaning] = rest;
        [format!("[`{0}`](findings.md#{0})", finding.code), at, title, meaning]
    });
    table(&["code", "where", "title", "meaning"], rows)
}

/// The table of exit codes, which the README contains too.
#[must_use]
pub fn exit_codes() -> String {
    let rows = Exit::ALL.iter().map(|(_, code, meaning)| [code.to_string(), (*meaning).to_owned()]);
    table(&["code", "meaning"], rows)
}

const COMMANDS_INTRO: &str = "`sockeye` without a command opens the screen, on an address or a config file if one is given. \
    `--help` after a command lists its arguments, `sockeye man` those of all commands.";
const FIELDS_INTRO: &str = "Each scalar field is also a flag (`--tls-root-cas-file`) and an environment variable \
    (`SOCKEYE_TLS_ROOT_CAS_FILE`); all can be set with `--set PATH=VALUE`. Values of fields marked *secret* are \
    always masked. Setting a field marked *not yet* is an error: Sockeye does not support it so far.";
const OPTIONS_INTRO: &str = "No engine has these: they are never written into a pipeline's YAML, and the finding `beyond-pipeline` \
    says which of them make a difference. `-4` and `-6` set `beyond.ip_version`.";
const KEYS_INTRO: &str = "`?` shows the keys that work at the moment, and why others do not.";
const PROBLEMS_INTRO: &str = "A problem is what `sockeye lint` says of a config. The codes are stable; `--format json`, `sarif` \
    and `github` contain them. `lint --fix` mends names and choices with one near spelling (`unknown-field`, \
    `unknown-key`, `wrong-choice`, `jwt-method`), numbers and bools in quotes (`wrong-type`), and secrets without them \
    (`secret-not-text`); it changes nothing else.";
const FINDINGS_INTRO: &str = "A finding has a title, a cause, evidence and fixes. The codes are stable; `probe --json` and \
    `tail --events` contain them. [findings.md](findings.md) tells what shows and what mends each, and has the tables \
    of refusals, close codes, reasons and heartbeats.";
const EXITS_INTRO: &str = "The codes are curl's where curl has one.";

fn table(heads: &[&str], rows: impl IntoIterator<Item = impl AsRef<[String]>>) -> String {
    let escaped = |cell: &String| cell.replace('|', "\\|");
    let rows = rows.into_iter().map(|row| row.as_ref().iter().map(escaped).collect::<Vec<_>>().join(" | "));
    let lines = [heads.join(" | "), vec!["---"; heads.len()].join(" | ")].into_iter().chain(rows);
    lines.fold(String::new(), |page, line| page + "| " + &line + " |\n")
}

fn field(field: &Field) -> [String; 4] {
    let mut doc = field.doc.to_owned();
    if let Relevance::EnabledBy(switch) = field.relevance {
        // Writing to a String does not fail.
        let _ = write!(doc, " Only while `{}` is on.", switch.path());
    }
    if !field.example.is_empty() {
        let _ = write!(doc, " Example: `{}`.", field.example);
    }
    let marks = [
        (field.secret, "secret"),
        (field.engines.bento && !field.engines.benthos, "Bento only"),
        (field.engines.benthos && !field.engines.bento, "Redpanda Connect only"),
    ];
    for (_, mark) in marks.iter().filter(|(holds, _)| *holds) {
        let _ = write!(doc, " *{mark}*");
    }
    [format!("`{}`", field.path), kind(field.kind), default(field.default), doc]
}

fn kind(kind: Kind) -> String {
    match kind {
        Kind::Text => "text".to_owned(),
        Kind::Url { schemes } => format!("URL ({})", schemes.join(", ")),
        Kind::Bool => "bool".to_owned(),
        Kind::Int => "whole number".to_owned(),
        Kind::Choice(words) => words.join(" or "),
        Kind::Path => "file".to_owned(),
        Kind::TextMap | Kind::AnyMap => "map".to_owned(),
        Kind::TextList | Kind::ObjectList => "list".to_owned(),
        Kind::Group => "group".to_owned(),
    }
}

fn default(default: DefaultValue) -> String {
    match default {
        DefaultValue::Absent => "none".to_owned(),
        DefaultValue::Required => "required".to_owned(),
        DefaultValue::Bool(value) => format!("`{value}`"),
        DefaultValue::Int(value) => format!("`{value}`"),
        DefaultValue::Text(text) => format!("`\"{text}\"`"),
        DefaultValue::Empty => "empty".to_owned(),
        DefaultValue::Children => String::new(),
    }
}
