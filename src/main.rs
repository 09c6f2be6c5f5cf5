//! Reads the arguments, chooses a shell, and maps the outcome to an exit code.

use std::{
    env,
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
};

use sockeye::{
    cli::{self, ColorChoice, Exit, Invocation, Loaded, SessionArgs},
    headless::{
        config, lint,
        probe::{self, Style},
        serve, tail,
    },
    logging,
    net::Network,
    session::Timestamp,
};
use tokio::runtime::{self, Runtime};

fn main() -> ExitCode {
    let invocation = match cli::parse(env::args_os()) {
        Ok(invocation) => invocation,
        Err(error) => {
            // Also --help and --version; a closed pipe is no reason to complain.
            drop(error.print());
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let _log = variable(logging::VARIABLE)
        .and_then(|asked| logging::start(&asked).map_err(|error| say(&error.to_string())).ok());
    ExitCode::from(chosen(invocation).code())
}

fn chosen(invocation: Invocation) -> Exit {
    match invocation {
        Invocation::Tail(args) => with_settings(&args.session, |loaded| {
            within(|| tail::run(&args, loaded.settings, Network::new(), fastrand::u64(..)))
        }),
        Invocation::Probe(args) => with_settings(&args.session, |loaded| {
            let style = Style { colours: is_coloured(args.common.color) };
            within(|| probe::run(&args, loaded.settings, Network::new(), style, wall_clock))
        }),
        Invocation::Serve(args) => within(|| serve::run(&args, fastrand::u64(..))),
        Invocation::Screen(_) | Invocation::Demo(_) => on_the_screen(),
        Invocation::Lint(args) => written(lint::run(&args, &variable, &mut io::stdout().lock())),
        Invocation::Config(args) => {
            written(config::run(&args, &variable, &mut io::stdout().lock(), &mut io::stderr()))
        }
    }
}

/// The outcome of a command that only writes. A reader that left has seen what it wanted.
fn written(outcome: io::Result<Exit>) -> Exit {
    match outcome {
        Ok(exit) => exit,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(error) => {
            say(&format!("cannot write to standard output: {error}"));
            Exit::Other
        }
    }
}

/// Runs a shell that has what its arguments say, or tells every problem of them.
fn with_settings(args: &SessionArgs, shell: impl FnOnce(Loaded) -> Exit) -> Exit {
    match cli::load(args, &variable) {
        Ok(loaded) => {
            loaded.warnings.iter().for_each(|problem| say(&problem.to_string()));
            shell(loaded)
        }
        Err(error) => {
            error.problems.iter().for_each(|problem| say(&problem.to_string()));
            Exit::Usage
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

fn on_the_screen() -> Exit {
    if !io::stdout().is_terminal() {
        say("the screen needs a terminal on stdout; `sockeye tail` writes the same feed as lines");
        return Exit::Usage;
    }
    say("the screen is not there yet; `sockeye tail` shows the feed as lines");
    Exit::Usage
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
