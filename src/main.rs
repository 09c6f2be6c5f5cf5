//! Reads the arguments, chooses a shell, and maps the outcome to an exit code.

use std::{
    env,
    error::Error as _,
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
};

use sockeye::{
    cli::{self, ColorChoice, DemoArgs, Exit, Invocation, Keep, Loaded, OnScreen, SessionArgs},
    config::Problem,
    files::check_stdout,
    headless::{
        config, lint,
        probe::{self, Style},
        serve, tail,
    },
    logging,
    net::Network,
    serve::{Demo, DemoOptions, PATHS},
    session::Timestamp,
    tui::{self, Begin, Opening, OwnLog, TuiError},
};
use tokio::runtime::{self, Runtime};

fn main() -> ExitCode {
    let args: Vec<_> = env::args_os().collect();
    let invocation = match cli::parse(args.clone()) {
        Ok(invocation) => invocation,
        Err(error) => {
            // Also --help and --version.
            let exit = u8::try_from(error.exit_code()).unwrap_or(2);
            let printed = match cli::mistake(&error, &args) {
                Some(text) => io::stderr().write_all(text.as_bytes()),
                None => shown(&error, exit == 0),
            };
            return match printed {
                Err(unwritten) if exit == 0 => ExitCode::from(written(Err(unwritten)).code()),
                _ => ExitCode::from(exit),
            };
        }
    };
    // A name may be no text; what it holds is nobody's business.
    let names = env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
    for warning in cli::unknown_variables(names) {
        say(&warning);
    }
    let (_log, own) = log(&invocation);
    ExitCode::from(chosen(invocation, &own).code())
}

/// Prints what clap has to say: help and the version on standard output, what is wrong on standard error.
fn shown(error: &clap::Error, is_asked_for: bool) -> io::Result<()> {
    if !is_asked_for {
        drop(error.print());
        return Ok(());
    }
    check_stdout()?;
    error.print()
}

/// Begins the program's own log: as it is asked for, and for the screen at info in any case. What keeps it
/// from being written is told where it can be read.
fn log(invocation: &Invocation) -> (Option<logging::Log>, OwnLog) {
    let asked = variable(logging::VARIABLE).filter(|asked| !asked.is_empty());
    let has_screen = matches!(invocation, Invocation::Screen(_) | Invocation::Demo(_) | Invocation::Open(_));
    if asked.as_deref() == Some("off") || (asked.is_none() && !has_screen) {
        return (None, OwnLog::default());
    }
    match logging::start(asked.as_deref().unwrap_or("info")) {
        Ok(log) => (Some(log), OwnLog { folder: logging::folder(), fault: None }),
        Err(error) => {
            if !has_screen || asked.is_some() {
                say(&error.to_string());
            }
            (None, OwnLog { folder: None, fault: Some(error.to_string()) })
        }
    }
}

fn chosen(invocation: Invocation, log: &OwnLog) -> Exit {
    match invocation {
        Invocation::Tail(args) => with_settings(&args.session, |loaded| {
            within(|| tail::run(&args, loaded.settings, Network::new(), fastrand::u64(..)))
        }),
        Invocation::Probe(args) => with_settings(&args.session, |loaded| {
            let style = Style { colours: is_coloured(args.common.color), columns: columns() };
            within(|| probe::run(&args, loaded.settings, Network::new(), style, wall_clock))
        }),
        Invocation::Serve(args) => within(|| serve::run(&args, fastrand::u64(..))),
        Invocation::Screen(args) if names_nothing(&args.session) => {
            let options = || options(&args.screen, &args.session, log);
            on_the_screen(async || on_terminal(Begin::Start(args.session.options), options()).await)
        }
        Invocation::Screen(args) => {
            on_the_screen(async || screen(&args.screen, &args.session, None, log).await)
        }
        Invocation::Open(args) => on_the_screen(async || {
            let options = tui::Options {
                color: args.common.color,
                display: args.display,
                keep: Keep::Nowhere,
                log: log.clone(),
                ..tui::Options::default()
            };
            on_terminal(Begin::Capture(args.capture.clone()), options).await
        }),
        Invocation::Demo(args) => on_the_screen(async || demo(&args, log).await),
        Invocation::Lint(args) => {
            written(check_stdout().and_then(|()| lint::run(&args, &variable, &mut io::stdout().lock())))
        }
        Invocation::Config(args) => written(
            check_stdout()
                .and_then(|()| config::run(&args, &variable, &mut io::stdout().lock(), &mut io::stderr())),
        ),
        Invocation::Completions { shell } => printed(&cli::completions(shell)),
        Invocation::Man => cli::manual().map_or_else(|error| written(Err(error)), |page| printed(&page)),
    }
}

/// Prints what a command has made.
fn printed(text: &[u8]) -> Exit {
    let mut out = io::stdout().lock();
    written(check_stdout().and_then(|()| out.write_all(text)).and_then(|()| out.flush()).map(|()| Exit::Done))
}

/// The outcome of a command that only writes. A reader that left has seen what it wanted.
fn written(outcome: io::Result<Exit>) -> Exit {
    match outcome {
        Ok(exit) => exit,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(error) => {
            say(&format!("cannot write to standard output: {error}"));
            Exit::Unwritten
        }
    }
}

/// Whether nothing says what to look at, so that the screen asks.
fn names_nothing(args: &SessionArgs) -> bool {
    args.file.is_none()
        && args.given.is_empty()
        && args.headers.is_empty()
        && variable("SOCKEYE_URL").is_none()
}

/// Runs a shell that has what its arguments say, or tells every problem of them.
fn with_settings(args: &SessionArgs, shell: impl FnOnce(Loaded) -> Exit) -> Exit {
    settings(args).map_or_else(|exit| exit, shell)
}

fn settings(args: &SessionArgs) -> Result<Loaded, Exit> {
    let tell = |problems: &[Problem]| problems.iter().for_each(|problem| say(&problem.to_string()));
    match cli::load(args, &variable) {
        Ok(loaded) => {
            tell(&loaded.warnings);
            Ok(loaded)
        }
        Err(error) => {
            tell(&error.problems);
            Err(Exit::Usage)
        }
    }
}

/// Runs a shell on this thread. A session and its reader take turns, which costs less than to
/// wake one another across threads.
fn within<F: Future<Output = Exit>>(shell: impl FnOnce() -> F) -> Exit {
    let runtime = match runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return no_runtime(&error),
    };
    let exit = runtime.block_on(async { shell().await });
    leave(runtime);
    exit
}

/// A lookup of a name may still be under way on a thread of its own; nobody waits for it.
fn leave(runtime: Runtime) {
    runtime.shutdown_background();
}

fn no_runtime(error: &io::Error) -> Exit {
    say(&format!("the system gives no event queue: {error}"));
    Exit::Other
}

/// Runs a shell that draws, if there is something to draw on.
fn on_the_screen(shell: impl AsyncFnOnce() -> Exit) -> Exit {
    if !io::stdout().is_terminal() {
        say("the screen needs a terminal on stdout; `sockeye tail` writes the same feed as lines");
        return Exit::Usage;
    }
    if variable("TERM").is_some_and(|term| term == "dumb") {
        say("the screen needs more than TERM=dumb can show; `sockeye tail` writes the same feed as lines");
        return Exit::Usage;
    }
    // Two threads: reading the socket and drawing the screen do not wait for each other.
    let runtime = match runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return no_runtime(&error),
    };
    let exit = runtime.block_on(shell());
    leave(runtime);
    exit
}

/// The screen on a feed server of its own.
async fn demo(args: &DemoArgs, log: &OwnLog) -> Exit {
    let asked = args.path.as_deref().unwrap_or("/ticks").trim_start_matches('/');
    let paths = || PATHS.iter().map(|spec| spec.path);
    let Some(path) = paths().find(|path| path.trim_start_matches('/') == asked) else {
        say(&format!("the demo has no path /{asked}; it has {}", paths().collect::<Vec<_>>().join(", ")));
        return Exit::Usage;
    };
    let demo = match Demo::start(DemoOptions::default()) {
        Ok(demo) => demo,
        Err(error) => {
            say(&format!("the demo server cannot start: {error}"));
            return Exit::Other;
        }
    };
    let url = if args.secure { demo.secure_url(path) } else { demo.url(path) };
    let mut session = args.session.0.clone();
    session.given.insert(0, ("url".to_owned(), url));
    let exit = screen(&args.screen, &session, Some("demo"), log).await;
    let others: Vec<_> = paths().filter(|other| *other != path).collect();
    say(&format!("more to look at with sockeye demo PATH: {}", others.join(", ")));
    exit
}

/// `name` outranks what the session would be called.
async fn screen(args: &OnScreen, session: &SessionArgs, name: Option<&str>, log: &OwnLog) -> Exit {
    let loaded = match settings(session) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    let name = name.map(str::to_owned).or(loaded.name).unwrap_or_default();
    let opening = Opening { settings: loaded.settings, values: loaded.values, name };
    on_terminal(Begin::Session(Box::new(opening)), options(args, session, log)).await
}

fn options(args: &OnScreen, session: &SessionArgs, log: &OwnLog) -> tui::Options {
    tui::Options {
        color: args.common.color,
        display: args.display,
        keep: args.keep(),
        ack_mode: args.ack_mode.0.clone(),
        log: log.clone(),
        profile: session.file.clone(),
    }
}

async fn on_terminal(begin: Begin, options: tui::Options) -> Exit {
    match tui::run(begin, options).await {
        Ok(exit_summary) => {
            say(&exit_summary.to_string());
            let exit = if exit_summary.interrupted { Exit::Interrupted } else { Exit::Done };
            exit.or_unwritten(exit_summary.is_unwritten())
        }
        Err(error) => {
            let source = error.source().map_or(String::new(), |source| format!(": {source}"));
            say(&format!("{error}{source}"));
            match error {
                TuiError::Capture(fault) if fault.is_refusal() => Exit::Usage,
                TuiError::Capture(_) => Exit::Unwritten,
                TuiError::Terminal(_) | TuiError::Signals(_) | TuiError::Panicked => Exit::Other,
            }
        }
    }
}

/// By the flag, else by the terminal and its environment (<https://no-color.org>).
fn is_coloured(choice: ColorChoice) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            let plain = variable("NO_COLOR").is_some_and(|value| !value.is_empty())
                || variable("TERM").is_some_and(|term| term == "dumb");
            !plain && io::stdout().is_terminal()
        }
    }
}

/// The width of the terminal, or of a page that stands in no terminal.
fn columns() -> usize {
    let size = io::stdout().is_terminal().then(crossterm::terminal::size).and_then(Result::ok);
    size.map_or(Style::COLUMNS, |(columns, _)| usize::from(columns))
}

fn wall_clock() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_microsecond())
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok()
}

fn say(text: &str) {
    for line in sockeye::payload::printable_lines(text).lines() {
        drop(writeln!(io::stderr(), "sockeye: {line}"));
    }
}
