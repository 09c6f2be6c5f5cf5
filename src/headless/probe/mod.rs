//! `sockeye probe`: one dial, its ladder, and what it means.

mod json;
mod page;
mod report;
mod style;
mod wrap;

use std::{io, time::Duration};

use tokio::time::{Instant, sleep_until};

use crate::{
    cli::{Exit, ProbeArgs},
    config::Settings,
    diagnose,
    engine::{self, Events, Handle},
    net::Dial,
    session::{Command, Timestamp},
};

use super::{
    outcome::exit_of,
    signals::Watch,
    sink::{Sink, SinkError},
};
use report::Report;
pub use style::Style;

/// How long a connection is still looked at after its first message: a server that throws a
/// client out does so right behind it.
const GLANCE: Duration = Duration::from_millis(100);

/// Dials once, waits for a first message, closes, and prints what it saw. `now` is the time of
/// the wall clock.
pub async fn run<D: Dial>(
    args: &ProbeArgs,
    mut settings: Settings,
    dial: D,
    style: Style,
    now: fn() -> Timestamp,
) -> Exit {
    settings.max_retries = Some(0);
    if !args.open {
        settings.open_messages.clear();
    }
    let mut report = Report::new(settings.url.shown());
    let (handle, events) = engine::start(settings.clone(), dial, 0);
    let watch = match Watch::start(handle.clone(), None) {
        Ok(watch) => watch,
        Err(error) => return complain(&format!("cannot watch for signals: {error}")),
    };
    follow(&mut report, &handle, events, args.wait).await;
    report.interrupted = watch.interrupted();
    if report.is_silent() {
        report.put(diagnose::silent(&settings, args.wait));
    }
    let exit = exit_of(&report.outcome());
    let mut sink = Sink::stdout();
    if args.json {
        json::write(&mut sink.buffer, &report, exit);
    } else {
        page::write(&mut sink.buffer, &report, exit, now(), style);
    }
    match sink.flush() {
        Ok(()) | Err(SinkError::Gone) => exit,
        Err(error) => complain(&error.to_string()),
    }
}

fn complain(says: &str) -> Exit {
    super::narrator::Narrator::new(io::stderr()).say(says);
    Exit::Other
}

/// Takes events until a first message and a moment more, silence for as long as `wait`, a loss or
/// a failure; then asks for the end and waits for it.
async fn follow(report: &mut Report, handle: &Handle, mut events: Events, wait: Duration) {
    let mut asked = false;
    let mut heard = false;
    let mut until: Option<Instant> = None;
    loop {
        let patience = async {
            match until {
                Some(until) if !asked => sleep_until(until).await,
                _ => std::future::pending().await,
            }
        };
        let over = tokio::select! {
            biased;
            batch = events.recv() => {
                let Some(batch) = batch else { return };
                for event in &batch {
                    report.take(event);
                }
                if report.opened.is_some() && until.is_none() {
                    // A time beyond the end of the clock never comes.
                    until = Instant::now().checked_add(wait);
                }
                if report.first.is_some() && !heard {
                    heard = true;
                    until = Some(Instant::now() + GLANCE);
                }
                report.is_settled()
            }
            () = patience => true,
        };
        if over && !asked {
            asked = true;
            // A session that cannot be asked has ended.
            let _ = handle.ask(Command::Stop);
        }
    }
}
