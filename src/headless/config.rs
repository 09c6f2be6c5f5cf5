//! `sockeye config`: the effective config as pipeline YAML, and a sample of every field.

use std::{io, path::Path};

use crate::{
    archive::profile_of,
    cli::{ConfigArgs, Exit, LoadError, load},
    config::{
        DefaultValue, Engines, FIELDS, Field, FieldId, FieldValue, Imported, Kind, MASK, Problem, Secrets,
        Values, YamlLine, YamlWriter, default_yaml, is_credential_header, mask_urls, with_variables,
    },
    payload::{printable, printable_lines, wrap},
};

/// Writes the config to `out`, or what is wrong with it to `problems`.
///
/// # Errors
///
/// Those of writing to `out`.
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
    if args.diff || args.write {
        return super::rewriting::run(args, environment, out, problems);
    }
    if let Some(entry) = &args.from_har {
        return from_har(entry, args.include_secrets, out, problems);
    }
    // A failure to write a problem does not keep the config from being written.
    let mut tell = |problem: &Problem| drop(writeln!(problems, "{}", printable_lines(&problem.to_string())));
    match load(&args.session, environment) {
        Ok(loaded) => {
            if let Some(tool) = args.command {
                out.write_all(tool.command(&loaded.settings).as_bytes())?;
                return Ok(Exit::Done);
            }
            if args.pipeline {
                out.write_all(pipeline(&loaded.values, environment).as_bytes())?;
                return Ok(Exit::Done);
            }
            out.write_all(effective(&loaded.values).as_bytes())?;
            for line in loaded.values.shape.lines() {
                writeln!(out, "# {}", printable(&line))?;
            }
            for warning in &loaded.warnings {
                tell(warning);
            }
            Ok(Exit::Done)
        }
        Err(LoadError { problems: found, .. }) => {
            for problem in &found {
                tell(problem);
            }
            Ok(Exit::Usage)
        }
    }
}

/// Writes the connection of an entry of a HAR, `FILE` or `FILE#N`.
fn from_har(
    entry: &str,
    include_secrets: bool,
    out: &mut dyn io::Write,
    problems: &mut dyn io::Write,
) -> io::Result<Exit> {
    let numbered = entry.rsplit_once('#').and_then(|(file, nth)| Some((file, nth.parse().ok()?)));
    // A file may have such a name.
    let (file, nth) = numbered.filter(|_| !Path::new(entry).exists()).unwrap_or((entry, 1));
    let mut tell = |text: &str| drop(writeln!(problems, "sockeye: {}", printable_lines(text)));
    let Imported { mut values, left_out, notes } = match profile_of(Path::new(file), nth) {
        Ok(imported) => imported,
        Err(error) => {
            tell(&error.to_string());
            return Ok(Exit::Usage);
        }
    };
    if !include_secrets {
        for name in hide(&mut values) {
            tell(&format!(
                "{name} is a secret: a variable of the environment stands for it; --include-secrets prints it"
            ));
        }
    }
    for told in left_out.iter().chain(&notes) {
        tell(told);
    }
    let written = YamlWriter { values: &values, with_defaults: false, secrets: Secrets::Typed };
    out.write_all(written.text().as_bytes())?;
    Ok(Exit::Done)
}

/// Puts variables in the place of credentials, and gives what they were in.
fn hide(values: &mut Values) -> Vec<String> {
    let mut hidden = Vec::new();
    let given: Vec<_> = values.iter().map(|(path, value)| (path.to_owned(), value.clone())).collect();
    for (path, value) in given {
        let header = path.strip_prefix("headers.").filter(|name| is_credential_header(name));
        if let Some(name) = header {
            let variable: String = name
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' })
                .collect();
            let expression = Some(format!("${{{variable}}}"));
            hidden.push(format!("the header {name}"));
            values.put(path, FieldValue { expression, ..value });
        } else if path == "url" && mask_urls(&value.text).contains(MASK) {
            hidden.push("a part of the address".to_owned());
            let text = mask_urls(&value.text).replace(MASK, "${CREDENTIAL}");
            values.put(path, FieldValue { expression: Some(text.clone()), text, ..value });
        }
    }
    hidden
}

/// The effective values and defaults, as `input: websocket:`, each with its origin.
#[must_use]
pub fn effective(values: &Values) -> String {
    let lines = YamlWriter { values, with_defaults: true, secrets: Secrets::Masked }.lines();
    let width = lines.iter().filter(|line| line.origin.is_some()).map(|line| line.text.chars().count());
    let width = width.filter(|width| *width <= 60).max().unwrap_or_default();
    let whole = |line: YamlLine| match line.origin {
        Some(origin) => format!("{:width$}  # {origin}\n", line.text),
        None => line.text + "\n",
    };
    lines.into_iter().map(whole).collect::<Vec<_>>().concat()
}

/// A pipeline that runs, with what is set and no secret in it, that prints what arrives.
fn pipeline(values: &Values, environment: &dyn Fn(&str) -> Option<String>) -> String {
    let values = with_variables(values, environment);
    let input = YamlWriter { values: &values, with_defaults: false, secrets: Secrets::Typed }.text();
    format!("{input}\noutput:\n  stdout: {{}}\n")
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
    let commented = commented(field.id);
    comments.extend(commented.into_iter().flatten().map(|line| (*line).to_owned()));
    let mut lines: Vec<_> = comments.iter().map(|line| format!("{:depth$}# {line}", "")).collect();
    let value = match field.default {
        DefaultValue::Required => Some("wss://stream.example.com/feed".to_owned()),
        DefaultValue::Empty if field.kind == Kind::AnyMap => Some("{}".to_owned()),
        DefaultValue::Children => Some(String::new()),
        _ if commented.is_some() => None,
        _ => Some(default_yaml(field)),
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
