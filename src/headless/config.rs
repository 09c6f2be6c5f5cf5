//! `sockeye config`: the effective config as pipeline YAML, and a sample of every field.

use std::io;

use crate::{
    cli::{ConfigArgs, Exit, LoadError, load},
    config::{
        Engines, FIELDS, Field, FieldId, Kind, MASK, Matters, Origin, Preset, Values, escape, is_unseen,
    },
    payload::printable_lines,
};

/// Writes the config to `out`, or what is wrong with it to `problems`.
///
/// # Errors
///
/// Those of writing.
pub fn run(
    args: &ConfigArgs,
    environment: &dyn Fn(&str) -> Option<String>,
    out: &mut dyn io::Write,
    problems: &mut dyn io::Write,
) -> io::Result<Exit> {
    if args.example {
        out.write_all(example().as_bytes())?;
        return Ok(Exit::Done);
    }
    match load(&args.session, environment) {
        Ok(loaded) => {
            out.write_all(effective(&loaded.values).as_bytes())?;
            for warning in &loaded.warnings {
                writeln!(problems, "{}", printable_lines(&warning.to_string()))?;
            }
            Ok(Exit::Done)
        }
        Err(LoadError { problems: found }) => {
            for problem in &found {
                writeln!(problems, "{}", printable_lines(&problem.to_string()))?;
            }
            Ok(Exit::Usage)
        }
    }
}

/// A line of YAML before its comment is put in its column.
struct Line {
    text: String,
    origin: Option<String>,
}

/// The values and the defaults that take part, as `input: websocket:`, each with its origin.
#[must_use]
pub fn effective(values: &Values) -> String {
    let mut lines = vec![plain("input:"), plain("  websocket:")];
    for field in FIELDS.iter().filter(|field| !field.path.contains('.')) {
        lines.extend(rows(values, field, 4));
    }
    let width = lines.iter().filter(|line| line.origin.is_some()).map(|line| line.text.chars().count());
    let width = width.filter(|width| *width <= 60).max().unwrap_or_default();
    let whole = |line: Line| match line.origin {
        Some(origin) => format!("{:width$}  # {origin}\n", line.text),
        None => line.text + "\n",
    };
    lines.into_iter().map(whole).collect::<Vec<_>>().concat()
}

fn plain(text: &str) -> Line {
    Line { text: text.to_owned(), origin: None }
}

/// The lines of a field and of all that is within it.
fn rows(values: &Values, field: &Field, indent: usize) -> Vec<Line> {
    let name = field.path.rsplit('.').next().unwrap_or(field.path);
    let within = match field.kind {
        Kind::Group => {
            let prefix = format!("{}.", field.path);
            let children = FIELDS
                .iter()
                .filter(|child| child.path.strip_prefix(&prefix).is_some_and(|rest| !rest.contains('.')));
            children.flat_map(|child| rows(values, child, indent + 2)).collect()
        }
        Kind::TextMap | Kind::AnyMap => {
            let entries = values.entries(field.id).into_iter();
            entries
                .map(|(key, _)| {
                    entry(values, &format!("{}.{key}", field.path), &format!("{}: ", text(key)), indent + 2)
                })
                .collect()
        }
        Kind::TextList => {
            let entries = values.entries(field.id).into_iter();
            entries
                .map(|(key, _)| entry(values, &format!("{}.{key}", field.path), "- ", indent + 2))
                .collect()
        }
        Kind::ObjectList => objects(values, field, indent + 2),
        _ => return scalar(values, field, name, indent).into_iter().collect(),
    };
    if within.is_empty() {
        return within;
    }
    let mut lines = vec![plain(&format!("{:indent$}{name}:", ""))];
    lines.extend(within);
    lines
}

/// A list of objects: the first line of each with its dash.
fn objects(values: &Values, field: &Field, indent: usize) -> Vec<Line> {
    let mut last = None;
    let mut lines = Vec::new();
    for (key, _) in values.entries(field.id) {
        let (index, leaf) = key.split_once('.').unwrap_or((key, ""));
        let dash = if last == Some(index) { "  " } else { "- " };
        last = Some(index);
        lines.push(entry(values, &format!("{}.{key}", field.path), &format!("{dash}{leaf}: "), indent));
    }
    lines
}

fn entry(values: &Values, path: &str, lead: &str, indent: usize) -> Line {
    let text = value(values, path, Kind::Text);
    let origin = values.get(path).map(|given| told(&given.origin));
    Line { text: format!("{:indent$}{lead}{text}", ""), origin }
}

fn scalar(values: &Values, field: &Field, name: &str, indent: usize) -> Option<Line> {
    if let Some(given) = values.of(field.id) {
        let text = value(values, field.path, field.kind);
        return Some(Line {
            text: format!("{:indent$}{name}: {text}", ""),
            origin: Some(told(&given.origin)),
        });
    }
    let takes_part = match field.matters {
        Matters::Always => true,
        Matters::While(switch) => values.text_of(switch) == "true",
    };
    if !field.acts || !takes_part || field.engines != Engines::ALL {
        return None;
    }
    field.preset_text()?;
    Some(Line {
        text: format!("{:indent$}{name}: {}", "", preset(field)),
        origin: Some(told(&Origin::Default)),
    })
}

/// The default of a field as YAML.
fn preset(field: &Field) -> String {
    let preset = field.preset_text().unwrap_or_default();
    if matches!(field.kind, Kind::Bool | Kind::Int) { preset } else { text(&preset) }
}

/// An origin for a comment; what is odd in a path must not end the line.
fn told(origin: &Origin) -> String {
    let told = match origin {
        Origin::File { path, line, .. } => format!("{}:{line}", path.display()),
        other => other.to_string(),
    };
    told.chars().map(|c| if is_unseen(c) { '\u{fffd}' } else { c }).collect()
}

/// A value as YAML, secrets hidden.
fn value(values: &Values, path: &str, kind: Kind) -> String {
    let shown = values.shown(path).unwrap_or_default();
    if shown == MASK {
        return shown;
    }
    let is_expression = values.get(path).is_some_and(|given| given.expression.is_some());
    let bare = matches!(kind, Kind::Bool | Kind::Int);
    match is_expression {
        true if bare || is_plain(&shown) => shown,
        true => quoted(&shown),
        false if bare => shown,
        false => text(&escape(&shown)),
    }
}

/// A text as a YAML scalar that reads back as this text.
fn text(text: &str) -> String {
    let resolves = serde_yaml::from_str::<serde_yaml::Value>(text).is_ok_and(|value| !value.is_string());
    let old_bool = ["y", "n", "yes", "no", "on", "off"].contains(&text.to_ascii_lowercase().as_str());
    if is_plain(text) && !resolves && !old_bool { text.to_owned() } else { quoted(text) }
}

/// Whether a text can stand without quotes in a block: no sign that YAML reads as its own.
fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text.starts_with(|c: char| c.is_ascii_alphanumeric() || "/.$(_".contains(c))
        && text.chars().all(|c| c.is_ascii_graphic() || c == ' ')
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(['"', '\'', '`', '\\'])
}

/// A double-quoted scalar; characters that do not show are escaped.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if is_unseen(c) => quoted.extend(format!("\\U{:08X}", u32::from(c)).chars()),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A sample of every field: what it does, and its default or, in a comment, an example.
#[must_use]
pub fn example() -> String {
    let mut sample = String::from(
        "# Every field of the websocket input. Lines that are commented out show a field that has no\n\
         # default, or that only some engines know; all others show the default.\n\
         #\n\
         # ${NAME:default} takes its value from the environment; without it, the default.\ninput:\n  websocket:\n",
    );
    for field in FIELDS.iter().filter(|field| !field.path.contains("[]")) {
        if field.path == "connection.max_retries" {
            continue;
        }
        sample.push_str(&described(field));
    }
    sample
}

fn described(field: &Field) -> String {
    let depth = 4 + 2 * field.path.matches('.').count();
    let name = field.path.rsplit('.').next().unwrap_or(field.path);
    let mut comments = wrap(field.doc, 92 - depth);
    match field.engines {
        Engines { bento: true, benthos: false, .. } => comments.push("Only Bento knows it.".to_owned()),
        Engines { bento: false, .. } => {
            comments.push("Only Redpanda Connect knows it, from 4.106 on.".to_owned());
        }
        Engines { .. } => {}
    }
    if !field.acts {
        comments.push("Sockeye does not act on it yet.".to_owned());
    }
    let commented = commented(field.id);
    comments.extend(commented.into_iter().flatten().map(|line| (*line).to_owned()));
    let mut lines: Vec<_> = comments.iter().map(|line| format!("{:depth$}# {line}", "")).collect();
    let value = match field.preset {
        Preset::Required => Some("wss://stream.example.com/feed".to_owned()),
        Preset::Empty if field.kind == Kind::AnyMap => Some("{}".to_owned()),
        Preset::Children => Some(String::new()),
        _ if commented.is_some() => None,
        _ => Some(preset(field)),
    };
    lines.extend(value.map(|value| format!("{:depth$}{name}: {value}", "").trim_end().to_owned()));
    format!("\n{}\n", lines.join("\n"))
}

/// The example of a field that has no default, or that not every engine knows.
fn commented(id: FieldId) -> Option<&'static [&'static str]> {
    Some(match id {
        FieldId::ProxyUrl => &["proxy_url: http://proxy.example.com:3128"],
        FieldId::Headers => &["headers:", "  X-Api-Key: ${API_KEY:}"],
        FieldId::OpenMessage => &["open_message: '{\"op\":\"subscribe\",\"channel\":\"ticks\"}'"],
        FieldId::OpenMessages => &[
            "open_messages:",
            "  - '{\"op\":\"auth\",\"key\":\"${API_KEY:}\"}'",
            "  - '{\"op\":\"subscribe\",\"channel\":\"ticks\"}'",
        ],
        FieldId::MaxMessageSize => &["max_message_size: 33554432"],
        FieldId::TlsClientCerts => &[
            "client_certs:",
            "  - cert_file: ./client.pem",
            "    key_file: ./client.key",
            "    password: ${KEY_PASSWORD:}",
            "  - cert: ${CERT_PEM:}",
            "    key: ${KEY_PEM:}",
        ],
        FieldId::Connection => &["connection:", "  max_retries: 3"],
        _ => return None,
    })
}

/// Words in lines of at most `width` characters.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
