//! The engines to compare with, and how either side is run: bounded in time, with nothing left behind.

use std::{
    env,
    io::{Read, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// An engine that Sockeye can be asked to speak for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Engine {
    /// Benthos 4.77.0
    V77,
    /// Benthos 4.78.0
    V78,
    /// Benthos 4.80.0
    V80,
}

pub const ALL: [Engine; 3] = [Engine::V77, Engine::V78, Engine::V80];

impl Engine {
    /// How `--as` calls it.
    pub fn flavor(self) -> &'static str {
        match self {
            Self::V77 => "benthos",
            Self::V78 => "connect-4.106",
            Self::V80 => "connect",
        }
    }

    pub fn version(self) -> &'static str {
        match self {
            Self::V77 => "4.77.0",
            Self::V78 => "4.78.0",
            Self::V80 => "4.80.0",
        }
    }

    /// How the tables of the tests call it.
    pub fn short(self) -> &'static str {
        match self {
            Self::V77 => "77",
            Self::V78 => "78",
            Self::V80 => "80",
        }
    }

    fn program(self) -> &'static str {
        match self {
            Self::V77 => "engine-77",
            Self::V78 => "engine-78",
            Self::V80 => "engine-80",
        }
    }
}

/// The folder of the built engines.
#[derive(Clone, Debug)]
pub struct Engines(PathBuf);

impl Engines {
    /// Builds what is not built yet. It is None where Go is not installed.
    ///
    /// # Errors
    /// The last words of the build if it fails.
    pub fn build() -> Result<Option<Self>, String> {
        if go().is_none() {
            return Ok(None);
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/engine/build");
        let built =
            Command::new(&script).output().map_err(|error| format!("{}: {error}", script.display()))?;
        if !built.status.success() {
            return Err(format!("the engines do not build:\n{}", String::from_utf8_lossy(&built.stderr)));
        }
        Ok(Some(Self(String::from_utf8_lossy(&built.stdout).trim().into())))
    }

    pub fn program(&self, engine: Engine) -> PathBuf {
        self.0.join(engine.program())
    }
}

/// The version of Go, such as `go1.26.8`.
pub fn go() -> Option<String> {
    let told = Command::new("go").args(["env", "GOVERSION"]).output().ok()?;
    told.status.success().then(|| String::from_utf8_lossy(&told.stdout).trim().to_owned())
}

/// The environment both sides run in: nothing of this machine's that could change what they do.
pub fn clean(program: &Path, env: &[(String, String)]) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("TZ", "UTC").env("HOME", env!("CARGO_TARGET_TMPDIR"));
    command.envs(env.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What became of a run.
#[derive(Clone, Debug, Default)]
pub struct Ran {
    pub out: String,
    pub err: String,
    pub code: Option<i32>,
    /// It ended before it was told to.
    pub by_itself: bool,
}

/// How long a process may take to end once it is told to.
const GRACE: Duration = Duration::from_secs(4);

/// How often a process is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// Runs it until it ends or `enough` says so, then interrupts it, then kills it.
///
/// # Errors
/// A sentence if it does not start.
pub fn run(command: Command, enough: impl FnMut(&str) -> bool) -> Result<Ran, String> {
    run_for(command, GRACE, enough)
}

/// The same with another time between the interruption and the kill.
pub fn run_for(
    mut command: Command,
    grace: Duration,
    mut enough: impl FnMut(&str) -> bool,
) -> Result<Ran, String> {
    let mut child = command.spawn().map_err(|error| format!("{command:?}: {error}"))?;
    let out = collect(child.stdout.take());
    let err = collect(child.stderr.take());
    let (mut out, mut err) = (Collected::of(out), Collected::of(err));
    let mut by_itself = true;
    let mut killed_at = None;
    let code = loop {
        out.take();
        err.take();
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            break status.code();
        }
        match killed_at {
            None if enough(&out.text) => {
                by_itself = false;
                killed_at = Some(Instant::now() + grace);
                interrupt(&child);
            }
            Some(at) if Instant::now() > at => child.kill().map_err(|error| error.to_string())?,
            _ => {}
        }
        thread::park_timeout(LOOK);
    };
    Ok(Ran { out: out.rest(), err: err.rest(), code, by_itself })
}

fn interrupt(child: &Child) {
    let id = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw);
    let id = id.expect("a running process has a number");
    // It may have ended meanwhile.
    _ = rustix::process::kill_process(id, rustix::process::Signal::INT);
}

/// The output of a process so far.
struct Collected {
    from: mpsc::Receiver<Vec<u8>>,
    bytes: Vec<u8>,
    text: String,
}

impl Collected {
    fn of(from: mpsc::Receiver<Vec<u8>>) -> Self {
        Self { from, bytes: Vec::new(), text: String::new() }
    }

    fn take(&mut self) {
        let before = self.bytes.len();
        self.bytes.extend(self.from.try_iter().flatten());
        if self.bytes.len() > before {
            self.text = String::from_utf8_lossy(&self.bytes).into_owned();
        }
    }

    fn rest(mut self) -> String {
        // The reader ends with the process, whose children are none.
        self.bytes.extend(self.from.iter().flatten());
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

fn collect(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let mut pipe = pipe.expect("it is piped");
    let (to, from) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(size @ 1..) = pipe.read(&mut buffer) {
            if to.send(buffer[..size].to_vec()).is_err() {
                break;
            }
        }
    });
    from
}

/// A file of this content in a folder of its own, which lives as long as it.
///
/// # Errors
/// A sentence if it cannot be written.
pub fn file_of(content: &[u8]) -> Result<tempfile::NamedTempFile, String> {
    let mut file = tempfile::Builder::new().suffix(".yaml").tempfile().map_err(|error| error.to_string())?;
    file.write_all(content).map_err(|error| error.to_string())?;
    Ok(file)
}
