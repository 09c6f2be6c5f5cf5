//! `sockeye serve`: a server on loopback until it is interrupted.

use std::io::{self, Write as _};

use crate::{
    cli::{Exit, ServeArgs, ServeMode},
    files::check_stdout,
    serve::{Demo, DemoOptions, Echo},
};

use super::{narrator::Narrator, signals};

/// Writes its address to stdout, and serves until a signal arrives.
pub async fn run(args: &ServeArgs, seed: u64) -> Exit {
    let mut narrator = Narrator::new(io::stderr());
    // Without the address on stdout nobody finds the server.
    if let Err(error) = check_stdout() {
        narrator.say(&format!("cannot write to standard output: {error}"));
        return Exit::Unwritten;
    }
    match serve(args, seed).await {
        Ok(()) => Exit::Interrupted,
        Err(error) => {
            narrator.say(&format!("cannot serve on port {}: {error}", args.port));
            Exit::Other
        }
    }
}

async fn serve(args: &ServeArgs, seed: u64) -> io::Result<()> {
    match args.kind {
        ServeMode::Demo => {
            let rate = args.rate.unwrap_or(DemoOptions::default().rate);
            let demo = Demo::start(DemoOptions { port: args.port, rate, seed, ..DemoOptions::default() })?;
            tell(&demo.lines());
            until_a_signal(demo.run()).await
        }
        ServeMode::Echo => {
            let echo = Echo::start(args.port)?;
            tell(&echo.lines());
            until_a_signal(echo.run()).await
        }
    }
}

/// It serves even if nobody reads the lines.
fn tell(lines: &[String]) {
    let mut out = io::stdout().lock();
    for line in lines {
        drop(writeln!(out, "{line}"));
    }
    drop(out.flush());
}

async fn until_a_signal(server: impl Future<Output = ()>) -> io::Result<()> {
    tokio::select! {
        signal = signals::ended() => signal,
        () = server => Err(io::Error::other("the server has ended")),
    }
}
