//! Parses the arguments, runs the command, and maps the outcome to an exit code.

use std::{
    env,
    error::Error as _,
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
};

use sockeye::{
    archive::{self, ImportError},
    cli::{
        self, CaptureTarget, ColorChoice, CompareArgs, DemoArgs, Exit, Invocation, LoadError, Loaded,
        MessageTypeArgs, OnScreen, Passphrases, SessionArgs, Source,
    },
    files::check_stdout,
    headless::{
        bundle, check, compare, config, export, lint, paths,
        probe::{self, Style},
        profiles, run as script, send, serve, sql, tail,
    },
    logging,
    net::Network,
    payload::take_binary_messages_for,
    preferences,
    serve::{Demo, DemoOptions, PATHS},
    session::Timestamp,
    tui::{self, Begin, Opening, OwnLog, TuiError},
};
use tokio::runtime;

fn main() -> ExitCode {
    let args: Vec<_> = env::args_os().collect();
    let invocation = match cli::parse(args.clone()) {
        Ok(invocation) => invocation,
        Err(error) => {
            // Includes --help and --version.
            let exit = u8::try_from(error.exit_code()).unwrap_or(2);
            let printed = match cli::redacted_error(&error, &args) {
                Some(text) => io::stderr().write_all(text.as_bytes()),
                None => print_clap(&error, exit == 0),
            };
            return match printed {
                Err(unwritten) if exit == 0 => ExitCode::from(exit_of_output(Err(unwritten)).code()),
                _ => ExitCode::from(exit),
            };
        }
    };
    // Reads only the names, since values may be secrets. A name may be invalid UTF-8.
    let names = env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
    for warning in cli::unknown_variables(names) {
        print_error(&warning);
    }
    match invocation.message_type().map_or(Ok(None), MessageTypeArgs::load) {
        Ok(message) => message.map_or((), take_binary_messages_for),
        Err(error) => {
            print_error(&error);
            return ExitCode::from(Exit::Usage.code());
        }
    }
    let (_log, own) = start_log(&invocation);
    ExitCode::from(run_command(invocation, &own).code())
}

/// Prints help and the version to standard output, and errors to standard error.
fn print_clap(error: &clap::Error, is_requested: bool) -> io::Result<()> {
    if !is_requested {
        drop(error.print());
        return Ok(());
    }
    check_stdout()?;
    error.print()
}

/// Starts the program's own log at the requested level; for the screen the default is info. An error is printed, or
/// shown on the screen.
fn start_log(invocation: &Invocation) -> (Option<logging::Log>, OwnLog) {
    let requested = variable(logging::VARIABLE).filter(|requested| !requested.is_empty());
    let has_screen = matches!(invocation, Invocation::Screen(_) | Invocation::Demo(_) | Invocation::Open(_));
    if requested.as_deref() == Some("off") || (requested.is_none() && !has_screen) {
        return (None, OwnLog::default());
    }
    match logging::start(requested.as_deref().unwrap_or("info")) {
        Ok(log) => (Some(log), OwnLog { folder: logging::folder(), fault: None }),
        Err(error) => {
            if !has_screen || requested.is_some() {
                print_error(&error.to_string());
            }
            (None, OwnLog { folder: None, fault: Some(error.to_string()) })
        }
    }
}

/// Compares two captures, or two live feeds.
fn compare_sides(args: &CompareArgs, log: &OwnLog) -> Exit {
    match args.sources() {
        [Source::Capture(a), Source::Capture(b)] if has_screen_beside(args) => {
            run_single_threaded(async || {
                told(tui::show_captures_side_by_side(args, [a, b], &beside_options(log)).await)
            })
        }
        [Source::Capture(a), Source::Capture(b)] => {
            run_single_threaded(async || compare::run_on_captures(args, [a, b]).await)
        }
        [Source::Session(a), Source::Session(b)] => with_settings(&a, |a| {
            with_settings(&b, |b| {
                let networks = (Network::new(), Network::new());
                if has_screen_beside(args) {
                    let options = beside_options(log);
                    return run_single_threaded(async || {
                        let shown =
                            tui::run_side_by_side(args, (a, b), networks, fastrand::u64(..), &options);
                        told(Box::pin(shown).await)
                    });
                }
                run_single_threaded(async || {
                    Box::pin(compare::run(args, (a, b), networks, fastrand::u64(..))).await
                })
            })
        }),
        _ => {
            print_error("a capture is compared with a capture, and a live feed with a live one");
            Exit::Usage
        }
    }
}

/// Whether two feeds are shown, and not only reported.
fn has_screen_beside(args: &CompareArgs) -> bool {
    let is_dumb = variable("TERM").is_some_and(|term| term == "dumb");
    !args.report && !args.json && !is_dumb && io::stdout().is_terminal() && io::stdin().is_terminal()
}

fn beside_options(log: &OwnLog) -> tui::Options {
    tui::Options { log: log.clone(), preferences: preferences::load(None), ..tui::Options::default() }
}

/// The exit code of the screen; what failed is printed.
fn told(left: Result<Exit, TuiError>) -> Exit {
    left.unwrap_or_else(|error| {
        let source = error.source().map_or(String::new(), |source| format!(": {source}"));
        print_error(&format!("{error}{source}"));
        Exit::Other
    })
}

fn run_command(invocation: Invocation, log: &OwnLog) -> Exit {
    match invocation {
        Invocation::Tail(args) => match load(&args.session) {
            Ok(loaded) => run_single_threaded(async || {
                tail::run(&args, loaded, Network::new(), fastrand::u64(..)).await
            }),
            Err(error) => tail::refuse(&args, &error),
        },
        Invocation::Send(args) => with_settings(&args.session.session, |loaded| {
            run_single_threaded(async || {
                send::run(&args, loaded, Network::new(), fastrand::u64(..), &variable).await
            })
        }),
        Invocation::Run(args) => with_settings(&args.session, |loaded| {
            run_single_threaded(async || {
                script::run(&args, loaded, Network::new(), fastrand::u64(..), &variable).await
            })
        }),
        Invocation::Check(args) => match args.source() {
            Source::Capture(path) => run_single_threaded(async || check::run_on_capture(&args, &path).await),
            Source::Session(session) => with_settings(&session, |loaded| {
                run_single_threaded(async || {
                    check::run(&args, loaded, Network::new(), fastrand::u64(..)).await
                })
            }),
        },
        Invocation::Compare(args) => compare_sides(&args, log),
        Invocation::Probe(args) => with_settings(&args.session, |loaded| {
            let style = Style { colours: is_coloured(args.common.color), columns: columns() };
            run_single_threaded(async || probe::run(&args, loaded, Network::new(), style, wall_clock).await)
        }),
        Invocation::Serve(args) => run_single_threaded(async || serve::run(&args, fastrand::u64(..)).await),
        Invocation::Screen(args) if has_no_address(&args.session) => {
            let options = || options(&args.screen, &args.session, log);
            run_on_screen(async || on_terminal(Begin::Start(args.session.options), options()).await)
        }
        Invocation::Screen(args) => {
            run_on_screen(async || Box::pin(screen(&args.screen, &args.session, None, log)).await)
        }
        Invocation::Open(args) => run_on_screen(async || {
            let capture = match archive::open(&args.capture).await {
                Ok(capture) => capture,
                Err(error) => {
                    print_error(&error.to_string());
                    return if matches!(error, ImportError::Capture(_)) {
                        Exit::Unwritten
                    } else {
                        Exit::Usage
                    };
                }
            };
            let options = tui::Options {
                color: args.common.color,
                display: args.display,
                keep: CaptureTarget::Off,
                log: log.clone(),
                preferences: preferences::load(None),
                ..tui::Options::default()
            };
            on_terminal(Begin::Capture(capture.path.clone()), options).await
        }),
        Invocation::Demo(args) => run_on_screen(async || Box::pin(demo(&args, log)).await),
        Invocation::Export(args) => run_single_threaded(async || export::run(&args).await),
        Invocation::Bundle(args) => run_single_threaded(async || bundle::run(&args).await),
        Invocation::Sql(args) => sql::run(&args),
        Invocation::Lint(args) => exit_of_output(
            check_stdout().and_then(|()| lint::run(&args, &variable, &mut io::stdout().lock())),
        ),
        Invocation::Config(args) => exit_of_output(
            check_stdout()
                .and_then(|()| config::run(&args, &variable, &mut io::stdout().lock(), &mut io::stderr())),
        ),
        Invocation::Preferences(args) => {
            exit_of_output(check_stdout().and_then(|()| preferences::run(&args, &mut io::stdout().lock())))
        }
        Invocation::Profiles(command) => {
            exit_of_output(check_stdout().and_then(|()| {
                profiles::run(&command, &variable, &mut io::stdout().lock(), &mut io::stderr())
            }))
        }
        Invocation::Paths(args) => {
            exit_of_output(check_stdout().and_then(|()| paths::run(&args, &mut io::stdout().lock())))
        }
        Invocation::Completions { shell } => print_output(&cli::completions(shell)),
        Invocation::Man => {
            cli::manual().map_or_else(|error| exit_of_output(Err(error)), |page| print_output(&page))
        }
    }
}

/// Prints the output of a command.
fn print_output(text: &[u8]) -> Exit {
    let mut out = io::stdout().lock();
    exit_of_output(
        check_stdout().and_then(|()| out.write_all(text)).and_then(|()| out.flush()).map(|()| Exit::Done),
    )
}

/// The exit of a command that only writes. A closed pipe is not an error.
fn exit_of_output(outcome: io::Result<Exit>) -> Exit {
    match outcome {
        Ok(exit) => exit,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(error) => {
            print_error(&format!("cannot write to standard output: {error}"));
            Exit::Unwritten
        }
    }
}

/// Whether no address is set, so that the start screen is opened.
fn has_no_address(args: &SessionArgs) -> bool {
    args.file.is_none()
        && args.profile.is_none()
        && args.fields.is_empty()
        && args.headers.is_empty()
        && variable("SOCKEYE_URL").is_none()
}

/// Runs a command with its settings.
fn with_settings(args: &SessionArgs, shell: impl FnOnce(Loaded) -> Exit) -> Exit {
    load(args).map_or(Exit::Usage, shell)
}

/// Loads the settings of a session without a screen, and asks for the passphrases of client keys.
fn load(args: &SessionArgs) -> Result<Loaded, LoadError> {
    let mut terminal = tui::passphrase::Terminal::default();
    let ask = &mut |question: &_| terminal.ask(question);
    let loaded = cli::load_asking(args, &variable, Passphrases::Ask(ask));
    // The terminal is taken only as long as it is asked on.
    drop(terminal);
    with_problems_told(loaded)
}

/// Prints all problems of the arguments of a session.
fn with_problems_told(loaded: Result<Loaded, LoadError>) -> Result<Loaded, LoadError> {
    let problems = loaded.as_ref().map_or_else(|error| &error.problems, |loaded| &loaded.warnings);
    for problem in problems {
        print_error(&problem.to_string());
    }
    loaded
}

/// Runs a command on this thread. The session and its reader take turns, which costs less than waking each other
/// across threads.
fn run_single_threaded(shell: impl AsyncFnOnce() -> Exit) -> Exit {
    run(&mut runtime::Builder::new_current_thread(), shell)
}

fn run(runtime: &mut runtime::Builder, shell: impl AsyncFnOnce() -> Exit) -> Exit {
    let runtime = match runtime.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            print_error(&format!("the asynchronous runtime could not be started: {error}"));
            return Exit::Other;
        }
    };
    let exit = runtime.block_on(shell());
    // Does not wait for a lookup on a blocking thread.
    runtime.shutdown_background();
    exit
}

/// Runs the screen if there is a terminal.
fn run_on_screen(shell: impl AsyncFnOnce() -> Exit) -> Exit {
    if !io::stdout().is_terminal() {
        print_error("the screen needs a terminal on stdout; `sockeye tail` writes the same feed as lines");
        return Exit::Usage;
    }
    if variable("TERM").is_some_and(|term| term == "dumb") {
        print_error("the screen does not support TERM=dumb; `sockeye tail` writes the same feed as lines");
        return Exit::Usage;
    }
    // Two threads, so that reading the socket and drawing the screen do not wait for each other.
    run(runtime::Builder::new_multi_thread().worker_threads(2), shell)
}

/// Runs the screen on the demo server.
async fn demo(args: &DemoArgs, log: &OwnLog) -> Exit {
    let requested = args.path.as_deref().unwrap_or("/ticks").trim_start_matches('/');
    let paths = || PATHS.iter().map(|spec| spec.path);
    let Some(path) = paths().find(|path| path.trim_start_matches('/') == requested) else {
        print_error(&format!(
            "the demo has no path /{requested}; it has {}",
            paths().collect::<Vec<_>>().join(", ")
        ));
        return Exit::Usage;
    };
    let demo = match Demo::start(DemoOptions::default()) {
        Ok(demo) => demo,
        Err(error) => {
            print_error(&format!("the demo server cannot start: {error}"));
            return Exit::Other;
        }
    };
    let url = if args.secure { demo.secure_url(path) } else { demo.url(path) };
    let mut session = args.session.0.clone();
    session.fields.insert(0, ("url".to_owned(), url));
    let exit = Box::pin(screen(&args.screen, &session, Some("demo"), log)).await;
    let others: Vec<_> = paths().filter(|other| *other != path).collect();
    print_error(&format!("other feeds for sockeye demo PATH: {}", others.join(", ")));
    exit
}

/// Runs the screen on a session. `name` is that of the demo.
async fn screen(args: &OnScreen, session: &SessionArgs, name: Option<&str>, log: &OwnLog) -> Exit {
    if session.fields.is_empty() && session.headers.is_empty() {
        let collected = cli::collect_values(session, &variable);
        if let Some(file) = collected.several() {
            let begin = Begin::Choice(Box::new(file.clone()), session.options);
            return on_terminal(begin, options(args, session, log)).await;
        }
    }
    // The screen asks for a passphrase itself.
    let loaded = cli::load_asking(session, &variable, Passphrases::Later);
    let Ok(loaded) = with_problems_told(loaded) else { return Exit::Usage };
    let is_demo = name.is_some();
    let name = name.map(str::to_owned).or(loaded.name).unwrap_or_default();
    let Loaded { settings, values, opened, .. } = loaded;
    let opening = Opening { settings, values, name, opened, is_demo };
    on_terminal(Begin::Session(Box::new(opening)), options(args, session, log)).await
}

fn options(args: &OnScreen, session: &SessionArgs, log: &OwnLog) -> tui::Options {
    tui::Options {
        color: args.common.color,
        display: args.display,
        keep: args.capture_target(),
        compress: args.compress,
        ack_mode: args.ack_mode.0.clone(),
        log: log.clone(),
        metrics: args.metrics.metrics,
        profile: session.file.clone(),
        preferences: preferences::load(None),
    }
}

async fn on_terminal(begin: Begin, options: tui::Options) -> Exit {
    match Box::pin(tui::run(begin, options)).await {
        Ok(exit_summary) => {
            print_error(&exit_summary.to_string());
            let exit = if exit_summary.interrupted { Exit::Interrupted } else { Exit::Done };
            exit.or_unwritten(exit_summary.is_unwritten())
        }
        Err(error) => {
            let source = error.source().map_or(String::new(), |source| format!(": {source}"));
            print_error(&format!("{error}{source}"));
            match error {
                TuiError::Capture(fault) if fault.is_refusal() => Exit::Usage,
                TuiError::Capture(_) => Exit::Unwritten,
                TuiError::Terminal(_) | TuiError::Signals(_) | TuiError::Metrics(_) | TuiError::Panicked => {
                    Exit::Other
                }
            }
        }
    }
}

/// Whether to use colours: by the flag, or else by the terminal and the environment (<https://no-color.org>).
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

/// The width of the terminal, or the default width of a page without one.
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

fn print_error(text: &str) {
    for line in sockeye::payload::printable_lines(text).lines() {
        drop(writeln!(io::stderr(), "sockeye: {line}"));
    }
}
