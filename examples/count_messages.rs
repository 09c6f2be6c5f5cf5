//! Counts the messages of a feed with the engine of Sockeye as a library.
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
    let url = args.next().ok_or("usage: count_messages URL [SECONDS]")?;
    let seconds = args.next().map_or(Ok(10), |text| text.parse())?;

    // All fields have their defaults, except that the first failure or loss ends the session.
    let mut settings = Settings::new(Endpoint::parse(&url)?);
    settings.options.no_retry = true;

    // The session runs in its own task: `events` receives its events, `handle` takes commands.
    let (handle, mut events) = engine::start(settings, AckMode::default(), Network::new(), fastrand::u64(..));
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        // Fails if the session has already ended.
        let _ = handle.send(Command::Stop);
    });

    let mut out = io::stdout().lock();
    let (mut messages, mut bytes) = (0, 0);
    // If the events are not received, the engine stops reading the socket: no queue grows.
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
