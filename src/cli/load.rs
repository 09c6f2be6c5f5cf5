//! Makes settings from the config file, the environment and the flags, in increasing precedence.

use std::path::Path;

use super::{
    SessionArgs,
    load_error::LoadError,
    passphrase::Passphrases,
    read_files::{read, read_config, read_text},
};
use crate::config::{
    ConfigFile, Dialect, Field, FieldId, FieldValue, MASK, OpenedFile, Origin, Pipes, Problem, Secret,
    SessionOptions, Settings, UnixAddress, Values, all_fields, check_files, hide_secrets, interpolate, lint,
    shown_path,
};
use crate::profiles::{DIALECT, Folder, is_reference, output_of};

/// The settings of a session, loaded from its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    pub settings: Settings,
    pub values: Values,
    pub warnings: Vec<Problem>,
    /// The stem of the file, or the host.
    pub name: Option<String>,
    /// The file, for writing changes back into it.
    pub opened: Option<OpenedFile>,
}

/// Loads the settings of a session. `environment` returns the value of a variable.
///
/// # Errors
///
/// All problems of the file, the variables and the flags.
pub fn load(args: &SessionArgs, environment: &dyn Fn(&str) -> Option<String>) -> Result<Loaded, LoadError> {
    load_asking(args, environment, Passphrases::Ask(&mut |_| None))
}

/// Loads the settings of a session; `passphrases` says what becomes of encrypted keys that do not open.
///
/// # Errors
///
/// As for [`load`].
pub fn load_asking(
    args: &SessionArgs,
    environment: &dyn Fn(&str) -> Option<String>,
    passphrases: Passphrases<'_>,
) -> Result<Loaded, LoadError> {
    let CollectedValues { mut values, mut problems, file, start, opened } = collect_values(args, environment);
    let mut found = passphrases.fill_in(&mut values, &problems, &|values| validate(values, &problems));
    if let (Some(file), Some(start)) = (&file, start) {
        for problem in found.iter_mut().filter(|problem| problem.origin == Origin::Default) {
            problem.origin = start.clone();
        }
        file.add_lines(&mut found);
    }
    problems.extend(found);
    hide_secrets(&mut problems, &values);
    sort(&mut problems);
    if problems.iter().any(Problem::is_error) {
        let is_pipeline = values.options.dialect.is_pipeline();
        problems.sort_by_key(|problem| (!problem.is_error(), is_pipeline.then(|| start_order(problem))));
        return Err(LoadError { problems, values: Box::new(values) });
    }
    let settings = match Settings::from_values(&values) {
        Ok(settings) => settings,
        Err(problems) => return Err(LoadError { problems, values: Box::new(values) }),
    };
    let stem =
        args.file.as_ref().and_then(|path| path.file_stem()).map(|stem| stem.to_string_lossy().into_owned());
    let stem = args.profile.clone().or(stem);
    let name = Some(stem.unwrap_or_else(|| settings.url.host.clone()));
    Ok(Loaded { settings, values, warnings: problems, name, opened })
}

/// The problems that the lint and a check of the files find in values. `reading` are the problems from reading them,
/// which hide problems that follow from them.
#[must_use]
pub fn validate(values: &Values, reading: &[Problem]) -> Vec<Problem> {
    let mut found = lint(values);
    // An address that could not be read, or has a misspelt name, is not reported as missing too.
    let hides_missing_url = |problem: &Problem| {
        let about_url = problem.path == "url" || problem.advice.as_deref() == Some("did you mean 'url'?");
        let about_all =
            problem.path.is_empty() && !["variable-not-set", "misplaced-field"].contains(&problem.code);
        problem.is_error() && (about_url || about_all)
    };
    if reading.iter().any(hides_missing_url) {
        found.retain(|problem| problem.code != "url-required");
    }
    if reading.iter().any(|problem| problem.code == "max-retries-empty") {
        found.retain(|problem| problem.code != "max-retries-zero");
    }
    // A value that is empty because of a missing variable has no other problem.
    let is_unset = |problem: &Problem| {
        let same = |other: &Problem| other.code == "variable-not-set" && line_of(other) == line_of(problem);
        line_of(problem).is_some() && reading.iter().any(same)
    };
    found.retain(|problem| !is_unset(problem));
    found.extend(check_files(values, jiff::Timestamp::now().as_second(), &read));
    found
}

/// All values with their origins, and the problems from reading them, before the lint.
#[derive(Debug, Default)]
pub struct CollectedValues {
    pub values: Values,
    pub problems: Vec<Problem>,
    /// The file, which quotes the lines of problems.
    pub file: Option<ConfigFile>,
    /// The start of the input in the file: the place of missing fields.
    pub start: Option<Origin>,
    /// The file, for writing changes back into it.
    pub opened: Option<OpenedFile>,
}

/// Collects the values of the file, the environment and the flags without checking them.
#[must_use]
pub fn collect_values(args: &SessionArgs, environment: &dyn Fn(&str) -> Option<String>) -> CollectedValues {
    let mut all = CollectedValues::default();
    let profile = args.profile.as_ref().map(|name| all.profile(name, args.environment.as_deref()));
    let (dialect, entries) = profile.unwrap_or_default();
    let own = args.options;
    let options = SessionOptions { dialect: own.asked.or(dialect).unwrap_or(own.dialect), ..own };
    if let Some(path) = &args.file {
        all.read(path, args, options.dialect, environment);
    }
    for (path, text, origin) in &entries {
        all.take(path, text, origin, environment);
    }
    // As curl does.
    if let Some(path) = environment(KEYLOG).filter(|path| !path.is_empty()) {
        let origin = Origin::Environment(KEYLOG.to_owned());
        all.values.set(FieldId::Keylog.path(), path, origin);
    }
    for field in all_fields().filter(|field| field.is_scalar()) {
        let name = field.variable();
        if let Some(text) = environment(&name).filter(|text| !text.is_empty()) {
            all.values.set(field.path, text, Origin::Environment(name));
        }
    }
    for (path, text) in &args.fields {
        all.flag(path, text, environment);
    }
    for (name, text) in &args.headers {
        match name.strip_prefix('@') {
            Some(file) => all.headers(file),
            None => all.values.set(format!("headers.{name}"), text, Origin::Flag),
        }
    }
    all.values.fill_in_headers(environment);
    resolve_exclusions(&mut all.values);
    all.split_unix_address(args.file.as_deref());
    all.values.options = options;
    all
}

/// The variable of browsers and curl for the file of TLS keys.
const KEYLOG: &str = "SSLKEYLOGFILE";

/// The values with the commands for their secrets run once more, and the paths of those that changed; `None` if none
/// did. A command that fails changes nothing.
#[must_use]
pub fn refreshed(values: &Values) -> Option<(Values, Vec<String>)> {
    let mut renewed = values.clone();
    let mut changed = Vec::new();
    for (path, command) in values.commands() {
        match output_of(command) {
            Ok(text) if values.get(path).is_some_and(|value| value.text != text) => {
                renewed.renew(path, text);
                changed.push(path.to_owned());
            }
            Ok(_) => {}
            Err(fault) => tracing::warn!(%fault, path, "a secret could not be renewed"),
        }
    }
    (!changed.is_empty()).then_some((renewed, changed))
}

/// Keeps the one with the higher origin of two fields that exclude each other.
fn resolve_exclusions(values: &mut Values) {
    let pairs =
        [(FieldId::OpenMessage, FieldId::OpenMessages), (FieldId::TlsRootCas, FieldId::TlsRootCasFile)];
    for (one, other) in pairs {
        for (kept, excluded) in [(one, other), (other, one)] {
            if let Some(origin) = values.highest(kept).cloned() {
                values.unset_below(excluded.path(), &origin);
            }
        }
    }
}

fn opened(path: &Path, text: &str, file: &ConfigFile, input: String, dialect: Dialect) -> OpenedFile {
    OpenedFile {
        path: path.to_owned(),
        input,
        inputs: file.inputs.iter().map(|input| (input.path.clone(), input.label.clone())).collect(),
        base: Secret::new(text),
        first: Secret::new(text),
        dialect,
    }
}

impl CollectedValues {
    /// The file, if it has several inputs and none was named.
    #[must_use]
    pub fn several(&self) -> Option<&OpenedFile> {
        self.opened.as_ref().filter(|opened| opened.input.is_empty())
    }

    fn read(
        &mut self,
        path: &Path,
        args: &SessionArgs,
        dialect: Dialect,
        environment: &dyn Fn(&str) -> Option<String>,
    ) {
        let text = match read_config(path) {
            Ok(text) => text,
            Err(problem) => return self.problems.push(*problem),
        };
        let file = ConfigFile::read_as(path, &text, dialect, environment);
        self.problems.extend(file.problems.iter().cloned());
        let unread = file.inputs.is_empty() && file.problems.iter().any(Problem::is_error);
        match file.input(args.input.as_deref()) {
            Ok(input) => {
                self.values = input.values.clone();
                self.start = Some(file.start_of(input));
                self.problems.extend(input.problems.iter().cloned());
                self.opened = Some(opened(path, &text, &file, input.path.clone(), dialect));
            }
            Err(_) if unread => {}
            Err(problem) => {
                if args.input.is_none() && file.inputs.len() > 1 {
                    self.opened = Some(opened(path, &text, &file, String::new(), dialect));
                }
                self.problems.push(*problem);
            }
        }
        self.file = Some(file);
    }

    /// Reads a profile: whose behaviour it follows, and its values.
    fn profile(&mut self, name: &str, of: Option<&str>) -> (Option<Dialect>, Vec<(String, String, Origin)>) {
        let folder = Folder::of_home();
        let found = folder.and_then(|folder| Ok((folder.file(name)?, folder.entries(name, of)?)));
        let (path, entries) = match found {
            Ok(found) => found,
            Err(fault) => {
                let problem = Problem::error("profile", "", Origin::Flag, fault.to_string());
                self.problems.push(problem);
                return (None, Vec::new());
            }
        };
        let (mut dialect, mut values) = (None, Vec::new());
        for entry in entries {
            let origin = Origin::File { path: path.clone(), line: entry.line, column: 1 };
            if entry.path != DIALECT {
                values.push((entry.path, entry.text, origin));
                continue;
            }
            dialect = entry.text.parse().ok();
            if dialect.is_none() {
                let words: Vec<_> = Dialect::ALL.iter().map(|known| known.word()).collect();
                let message = format!("'{}' is not one of {}", entry.text, words.join(", "));
                self.problems.push(Problem::error("profile", DIALECT, origin, message));
            }
        }
        (dialect, values)
    }

    /// Puts the option and the address in place of an address that names a unix socket. In a config file it stays one that
    /// no pipeline dials.
    fn split_unix_address(&mut self, file: Option<&Path>) {
        let Some(given) = self.values.of(FieldId::Url) else { return };
        let origin = given.origin.clone();
        let is_of_file = matches!(&origin, Origin::File { path, .. } if Some(path.as_path()) == file);
        let Some(Ok(UnixAddress { socket, url })) = UnixAddress::parse(&given.text).filter(|_| !is_of_file)
        else {
            return;
        };
        let other = self.values.of(FieldId::UnixSocket).map(|other| other.text.clone());
        self.values.set(FieldId::Url.path(), url, origin.clone());
        self.values.set(FieldId::UnixSocket.path(), socket.clone(), origin.clone());
        if other.is_some_and(|other| other != socket) {
            let message = "url names another unix socket";
            let problem = Problem::error("option-unread", FieldId::UnixSocket.path(), origin, message);
            self.problems.push(problem.advise("keep one of the two"));
        }
    }

    /// Sets a value of a profile, in which `${VAR}` is replaced, and a secret can be a reference.
    fn take(
        &mut self,
        path: &str,
        text: &str,
        origin: &Origin,
        environment: &dyn Fn(&str) -> Option<String>,
    ) {
        if is_reference(text) && Field::at(path).is_some_and(|field| field.secret) {
            return self.referred(path, text, origin, environment);
        }
        let found = interpolate(text, Pipes::Text, environment);
        for unset in &found.unset {
            let message = format!("the environment variable {} is not set", unset.name);
            self.problems.push(Problem::warning("variable-not-set", path, origin.clone(), message));
        }
        let expression = (found.text != text).then(|| text.to_owned());
        self.values.put(path.to_owned(), FieldValue { text: found.text, origin: origin.clone(), expression });
    }

    /// Sets a field from the command line; a secret can also be `@FILE`, `env:NAME` or `cmd:COMMAND`.
    fn flag(&mut self, path: &str, text: &str, environment: &dyn Fn(&str) -> Option<String>) {
        if is_reference(text) && Field::at(path).is_some_and(|field| field.secret) {
            self.referred(path, text, &Origin::Flag, environment);
        } else {
            self.values.set(path, text, Origin::Flag);
        }
    }

    /// Sets a secret that stands elsewhere, and notes where.
    fn referred(
        &mut self,
        path: &str,
        reference: &str,
        origin: &Origin,
        environment: &dyn Fn(&str) -> Option<String>,
    ) {
        let given = |text: String| FieldValue { text, origin: origin.clone(), expression: None };
        let found = match reference.split_once(':') {
            Some(("env", name)) => environment(name)
                // Kept as an expression, so that the value itself is never written to a file.
                .map(|text| FieldValue { expression: Some(format!("${{{name}}}")), ..given(text) })
                .ok_or_else(|| {
                    let name = if is_variable(name) { name } else { MASK };
                    format!("the environment variable {name} is not set")
                }),
            Some(("cmd", command)) => {
                // In a pipeline's file it is a variable, since no pipeline runs commands.
                let leaf = path.rsplit('.').next().unwrap_or(path);
                let name: String = leaf.chars().map(letter).collect();
                let expression = Some(format!("${{{name}}}"));
                output_of(command)
                    .map(|text| FieldValue { expression, ..given(text) })
                    .map_err(|fault| fault.to_string())
            }
            _ => {
                let file = reference.trim_start_matches('@');
                read_text(file)
                    .map(|text| {
                        let line = text.strip_suffix('\n').map(|line| line.trim_end_matches('\r'));
                        given(line.map_or(text.clone(), str::to_owned))
                    })
                    .map_err(|error| format!("cannot read \"{}\": {error}", shown_path(file)))
            }
        };
        match found {
            Ok(value) => {
                self.values.put(path.to_owned(), value);
                self.values.note_reference(path, reference);
            }
            Err(message) => {
                self.problems.push(Problem::error("secret-not-found", path, origin.clone(), message));
            }
        }
    }

    /// Reads headers from a file of `Name: value` lines; empty lines and those that begin with `#` are skipped.
    fn headers(&mut self, file: &str) {
        let wrong = |message: String| Problem::error("headers-unreadable", "headers", Origin::Flag, message);
        let text = match read_text(file) {
            Ok(text) => text,
            Err(error) => return self.problems.push(wrong(format!("cannot read \"{file}\": {error}"))),
        };
        for (index, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            match line.split_once(':') {
                Some((name, value)) => {
                    self.values.set(format!("headers.{}", name.trim()), value.trim(), Origin::Flag);
                }
                None => self.problems.push(
                    wrong(format!("line {} of \"{file}\" is not a header", index + 1))
                        .advise("write NAME: VALUE"),
                ),
            }
        }
    }
}

/// A character of the name of a variable.
fn letter(c: char) -> char {
    if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }
}

/// Whether a text looks like the name of an environment variable.
fn is_variable(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

fn line_of(problem: &Problem) -> Option<u32> {
    match problem.origin {
        Origin::File { line, .. } => Some(line),
        _ => None,
    }
}

/// Sorts by place in the file; problems elsewhere come last.
fn sort(problems: &mut [Problem]) {
    problems.sort_by_key(|problem| match problem.origin {
        Origin::File { line, column, .. } => (0, line, column),
        _ => (1, 0, 0),
    });
}

/// The order in which a pipeline comes to its errors. It reads all fields, then builds the `tls` block: roots, client
/// certificates, and last the scheme (`Config.GetNonToggled` and `checkTLSScheme` of Benthos). Then it connects.
fn start_order(problem: &Problem) -> (u8, usize) {
    let entry = problem.path.strip_prefix("tls.client_certs.").and_then(|path| path.split('.').next());
    match problem.path.as_str() {
        "tls.root_cas" | "tls.root_cas_file" => (1, 0),
        "tls.enabled" if problem.code == "tls-on-ws" => (3, 0),
        _ if problem.logged.is_some() => (4, 0),
        _ => entry.map_or((0, 0), |entry| (2, entry.parse().unwrap_or_default())),
    }
}
