//! Asks the person's own engine for its lint. It runs only when it is asked for, without a shell, in a process group of
//! its own, which ends with the time that it has, or with the program.

use std::{
    ffi::{OsStr, OsString},
    io,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    process::{Child, Command},
    runtime::{self, Runtime},
    time::timeout,
};

use crate::{
    config::{Origin, Problem, Severity},
    signals::Signals,
};

use super::check::Read;

/// How long an engine has for one file.
const LONGEST: Duration = Duration::from_secs(10);
/// What is read of either of its outputs.
const MAX_OUTPUT: u64 = 1 << 20;
/// Most problems that are taken over for one file.
const MAX_PROBLEMS: usize = 1_000;

/// Engines by the names of their programs, in the order in which they are looked for: the words before `lint`, and
/// the name for people.
const KNOWN: [(&str, &[&str], &str); 4] = [
    ("rpk", &["connect"], "Redpanda Connect"),
    ("redpanda-connect", &[], "Redpanda Connect"),
    ("benthos", &[], "Benthos"),
    ("bento", &[], "Bento"),
];

/// An engine that can be asked.
pub(super) struct Engine {
    program: PathBuf,
    /// The words before `lint`.
    words: &'static [&'static str],
    /// Its name and version.
    pub title: String,
    runtime: Runtime,
    signals: Signals,
    is_interrupted: bool,
    longest: Duration,
}

/// What came of asking.
pub(super) enum Asked {
    Told(Vec<Problem>),
    /// Why there is no verdict.
    Failed(Box<Problem>),
    Interrupted,
}

/// What a run has left.
struct Ran {
    status: ExitStatus,
    /// Both outputs, standard error first.
    text: String,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("it does not run: {0}")]
    Start(#[source] io::Error),
    #[error("it gave no answer within {} s and was stopped", .0.as_secs_f32())]
    Time(Duration),
    #[error("it was interrupted")]
    Interrupted,
    #[error("its output cannot be read: {0}")]
    Output(#[source] io::Error),
}

impl Engine {
    /// Finds the engine that is named, or the first known one on PATH, and asks for its version.
    ///
    /// # Errors
    ///
    /// In words: there is none, or it does not run.
    pub fn find(named: Option<&Path>, environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let path = environment("PATH").unwrap_or_default();
        let program = match named {
            None => KNOWN.iter().find_map(|(name, ..)| on_path(name.as_ref(), &path)).ok_or(
                "no engine was asked: neither rpk, redpanda-connect, benthos nor bento is on PATH; name one with \
                 --engine=PROGRAM",
            )?,
            Some(named) if named.components().count() > 1 => named.to_owned(),
            Some(named) => on_path(named.as_os_str(), &path).unwrap_or_else(|| named.to_owned()),
        };
        let file = program.file_stem().and_then(OsStr::to_str).unwrap_or_default().to_owned();
        let known = KNOWN.iter().find(|(name, ..)| *name == file);
        let (words, name) = known.map_or((&[][..], file.as_str()), |(_, words, name)| (*words, *name));
        let no_runtime = |error: io::Error| format!("no engine was asked: {error}");
        let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(no_runtime)?;
        let signals = {
            let _within = runtime.enter();
            Signals::new().map_err(no_runtime)?
        };
        let mut engine = Self {
            program,
            words,
            title: name.to_owned(),
            runtime,
            signals,
            is_interrupted: false,
            longest: LONGEST,
        };
        match engine.run(&["--version".into()], None) {
            Ok(ran) => engine.title = titled(name, &ran.text),
            Err(failure) => {
                return Err(format!("no engine was asked: {}: {failure}", engine.program.display()));
            }
        }
        Ok(engine)
    }

    /// Whether a signal has asked the program to end.
    pub fn is_interrupted(&self) -> bool {
        self.is_interrupted
    }

    /// Its verdict on a file.
    pub fn lint(&mut self, read: &Read, text: &str) -> Asked {
        let path = if read.is_stdin { "/dev/stdin".into() } else { literal(&read.path) };
        let input = read.is_stdin.then_some(text);
        match self.run(&["lint".into(), path], input) {
            Ok(ran) => match problems(&ran, &read.path) {
                Ok(problems) => Asked::Told(problems),
                Err(message) => self.failed(&read.path, &message),
            },
            Err(Failure::Interrupted) => {
                self.is_interrupted = true;
                Asked::Interrupted
            }
            Err(failure) => self.failed(&read.path, &failure.to_string()),
        }
    }

    fn failed(&self, path: &Path, message: &str) -> Asked {
        let message = format!("{} gave no verdict: {message}", self.title);
        Asked::Failed(Box::new(Problem::error("engine-failed", "", at(path, 0, 0), message)))
    }

    fn run(&mut self, args: &[OsString], input: Option<&str>) -> Result<Ran, Failure> {
        let mut command = Command::new(&self.program);
        command.args(self.words).args(args).kill_on_drop(true);
        command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        #[cfg(unix)]
        command.process_group(0);
        let Self { runtime, signals, longest, .. } = self;
        runtime.block_on(async {
            let mut group = Group(command.spawn().map_err(Failure::Start)?);
            tokio::select! {
                biased;
                _ = signals.next() => Err(Failure::Interrupted),
                ran = timeout(*longest, group.ran(input)) => {
                    ran.unwrap_or(Err(Failure::Time(*longest)))
                }
            }
        })
    }
}

/// A program and all that it has started; ends with this.
struct Group(Child);

impl Group {
    async fn ran(&mut self, input: Option<&str>) -> Result<Ran, Failure> {
        let (stdin, out, err) = (self.0.stdin.take(), self.0.stdout.take(), self.0.stderr.take());
        let feed = async {
            if let (Some(mut stdin), Some(input)) = (stdin, input) {
                // It may have read enough.
                drop(stdin.write_all(input.as_bytes()).await);
            }
        };
        let (out, err, ()) = tokio::join!(first_of(out), first_of(err), feed);
        let text = format!("{}\n{}", err.map_err(Failure::Output)?, out.map_err(Failure::Output)?);
        let status = self.0.wait().await.map_err(Failure::Output)?;
        Ok(Ran { status, text })
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(id) =
            self.0.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw)
        {
            // It may be gone.
            let _ = rustix::process::kill_process_group(id, rustix::process::Signal::KILL);
        }
    }
}

/// The beginning of an output; what follows is read and forgotten.
async fn first_of(output: Option<impl AsyncRead + Unpin>) -> io::Result<String> {
    let Some(mut output) = output else { return Ok(String::new()) };
    let mut first = Vec::new();
    (&mut output).take(MAX_OUTPUT).read_to_end(&mut first).await?;
    tokio::io::copy(&mut output, &mut tokio::io::sink()).await?;
    Ok(String::from_utf8_lossy(&first).into_owned())
}

/// A program in one of the absolute folders of PATH.
fn on_path(name: &OsStr, path: &str) -> Option<PathBuf> {
    let file = Path::new(name).with_extension(std::env::consts::EXE_EXTENSION);
    let folders = std::env::split_paths(path).filter(|folder| folder.is_absolute());
    folders.map(|folder| folder.join(&file)).find(|program| is_program(program))
}

fn is_program(path: &Path) -> bool {
    #[cfg(unix)]
    let may_run = rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok();
    #[cfg(not(unix))]
    let may_run = true;
    may_run && path.is_file()
}

/// The name with the version that `--version` has printed.
fn titled(name: &str, printed: &str) -> String {
    let version = printed.lines().find_map(|line| line.trim().strip_prefix("Version:"));
    let version = version.unwrap_or_default().trim().trim_start_matches('v');
    let is_version = !version.is_empty()
        && version.len() <= 40
        && version.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-+".contains(&byte));
    if is_version { format!("{name} {version}") } else { name.to_owned() }
}

/// A path as an argument that the engine takes for this path alone: it expands patterns itself.
fn literal(path: &Path) -> OsString {
    let Some(text) = path.to_str() else { return path.into() };
    let mut literal = String::new();
    if text.starts_with('-') {
        literal.push_str("./");
    }
    for c in text.chars() {
        if cfg!(unix) && "*?[\\".contains(c) {
            literal.push('\\');
        }
        literal.push(c);
    }
    literal.into()
}

/// The problems in the output: lines of `file(line,column) text`, of which each may go on below.
fn problems(ran: &Ran, path: &Path) -> Result<Vec<Problem>, String> {
    let mut found: Vec<(u32, u32, String)> = Vec::new();
    let mut before = None;
    for line in ran.text.lines().map(without_colours).filter(|line| !line.trim().is_empty()) {
        match located(&line) {
            Some(_) if found.len() == MAX_PROBLEMS => break,
            Some((row, column, text)) => found.push((row, column, text.to_owned())),
            None => match found.last_mut() {
                Some((_, _, text)) => text.extend([" ", line.trim()]),
                None => before = before.or(Some(line.trim().to_owned())),
            },
        }
    }
    if found.is_empty() && !ran.status.success() {
        let said = before
            .map_or_else(String::new, |line| format!(": {}", line.chars().take(200).collect::<String>()));
        return Err(format!("it ended with {}{said}", ran.status));
    }
    let problem = |(line, column, text): (u32, u32, String)| {
        let is_warning = ran.status.success() || text.ends_with("is deprecated");
        let severity = if is_warning { Severity::Warning } else { Severity::Error };
        Problem { severity, ..Problem::error("engine-lint", "", at(path, line, column), text) }
    };
    Ok(found.into_iter().map(problem).collect())
}

fn at(path: &Path, line: u32, column: u32) -> Origin {
    Origin::File { path: path.to_owned(), line, column }
}

/// Line, column and text of `file(3,1) text`.
fn located(line: &str) -> Option<(u32, u32, &str)> {
    line.match_indices('(').find_map(|(open, _)| {
        let (place, text) = line[open + 1..].split_once(") ")?;
        let (row, column) = place.split_once(',')?;
        Some((row.parse().ok()?, column.parse().ok()?, text))
    })
}

/// The line without the sequences that colour it.
fn without_colours(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.find('m').map_or(part, |end| &part[end + 1..]));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_an_engine_has_its_place_and_its_text() {
        let line = without_colours("\u{1b}[33mfeed (1).yaml(12,1) field foo not recognised\u{1b}[0m");
        assert_eq!(located(&line), Some((12, 1, "field foo not recognised")));
        assert_eq!(located("Incorrect Usage: flag provided (but, not) defined"), None);
    }

    #[cfg(unix)]
    #[test]
    fn an_engine_that_does_not_answer_is_stopped() {
        let environment = |name: &str| (name == "PATH").then(|| "/usr/bin:/bin".to_owned());
        let mut engine = Engine::find(Some("sleep".as_ref()), &environment).expect("it is on every unix");
        engine.longest = Duration::ZERO;
        let failure = engine.run(&["1000".into()], None).map(|ran| ran.text).expect_err("there is no time");
        assert_eq!(failure.to_string(), "it gave no answer within 0 s and was stopped");
    }

    #[test]
    fn a_path_is_no_pattern_and_no_flag() {
        assert_eq!(literal("a b.yaml".as_ref()), "a b.yaml");
        assert_eq!(literal("-c.yaml".as_ref()), "./-c.yaml");
        #[cfg(unix)]
        assert_eq!(literal("[1]*.yaml".as_ref()), "\\[1]\\*.yaml");
    }

    #[test]
    fn the_title_has_a_version_only_if_it_looks_like_one() {
        assert_eq!(titled("Bento", "Version: v1.20.0\nDate: x"), "Bento 1.20.0");
        assert_eq!(titled("Bento", "Version: \u{1b}[31m"), "Bento");
        assert_eq!(titled("x", "hello"), "x");
    }
}
