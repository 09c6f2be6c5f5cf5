//! Counts the messages of a feed: the engine of Sockeye in a program of your own.
//!
//! ```sh
//! cargo run -- serve demo
//! cargo run --example count_messages -- ws://127.0.0.1:PORT/ticks 5
//! ```

use std::{
    env,
    error::Error,
    io::{self, Write as _},
    time::Duration,
};

use sockeye::{
    ack::AckMode,
    config::{Endpoint, Settings},
    engine,
    net::Network,
    session::{Command, EventKind},
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let url = args.next().ok_or("what is wanted: URL [SECONDS]")?;
    let seconds = args.next().map_or(Ok(10), |text| text.parse())?;

    // Every field of the input has its default; this one is ours: the first failure or loss ends the session.
    let mut settings = Settings::new(Endpoint::parse(&url)?);
    settings.options.no_retry = true;

    // The session runs in a task of its own. What happens comes out of `events`; `handle` is where it is asked.
    let (handle, mut events) = engine::start(settings, AckMode::default(), Network::new(), fastrand::u64(..));
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        // It may have ended before, and then there is nothing to stop.
        let _ = handle.send(Command::Stop);
    });

    let mut out = io::stdout().lock();
    let (mut messages, mut bytes) = (0, 0);
    // Not reading is what makes the engine stop reading the socket: no queue grows.
    while let Some(batch) = events.recv().await {
        for event in batch {
            match event.kind {
                EventKind::Opened(opened) => writeln!(out, "open after {:.1?}", opened.took)?,
                EventKind::Messages(batch) => {
                    messages += batch.len();
                    bytes += batch.payload_bytes();
                }
                EventKind::Finding(finding) => writeln!(out, "{}: {}", finding.title, finding.cause)?,
                _ => {}
            }
        }
    }
    writeln!(out, "{messages} messages, {bytes} bytes")?;
    Ok(())
}
