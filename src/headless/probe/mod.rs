//! `sockeye probe`: makes one connection, and reports its stages and findings.

mod evidence;
mod json;
mod page;
mod report;
mod sheet;
mod style;
mod waterfall;

use std::{
    io::{self, Write as _},
    path::Path,
    time::Duration,
};

use report::Report;
use tokio::time::{Instant, sleep_until};

use crate::{
    ack::AckMode,
    cli::{Exit, Loaded, ProbeArgs},
    config::{AddressChoice, Settings, Values},
    diagnose,
    engine::{self, Events, Handle},
    files::write_new,
    net::Connect,
    schema::escape_invisible,
    session::{Command, EventKind, Stage, Timestamp},
};

use super::{
    progress::Progress,
    renewal::Renewal,
    signals::Watch,
    sink::{Sink, SinkError},
};
pub use style::Style;

/// How long a first message is waited for where no time is given.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a connection is watched after its first message: a server that rejects a client
/// often closes right behind it.
const GLANCE: Duration = Duration::from_millis(100);

/// Connects once, waits for a first message, closes, and prints what it saw; with `--all-addresses`
/// once for each address. `now` is the time of the wall clock.
pub async fn run<D: Connect + Clone>(
    args: &ProbeArgs,
    Loaded { mut settings, values, .. }: Loaded,
    network: D,
    style: Style,
    now: fn() -> Timestamp,
) -> Exit {
    settings.options.no_retry = true;
    if !args.open {
        settings.open_messages.clear();
    }
    let mut sink = match Sink::stdout() {
        Ok(sink) => sink,
        Err(error) => return complain(&error.to_string(), error.exit()),
    };
    let asked = (settings, values);
    let looked = if args.all_addresses {
        all(args, asked, &network).await
    } else {
        one(args, asked, network).await.map(|(report, _)| vec![report])
    };
    let reports = match looked {
        Ok(reports) => reports,
        Err(message) => return complain(&message, Exit::Other),
    };
    let saved = args.save_root.as_deref().map(|path| save_root(path, &reports));
    let exits: Vec<_> = reports.iter().map(Report::exit).collect();
    let exit = exits.iter().find(|exit| **exit != Exit::Done).copied().unwrap_or(Exit::Done);
    let out = &mut sink.buffer;
    for (nth, (report, exit)) in reports.iter().zip(&exits).enumerate() {
        if args.json {
            let from = out.len();
            json::write(out, report, *exit);
            if sink.is_terminal {
                escape_invisible(out, from);
            }
            continue;
        }
        if nth > 0 {
            out.push(b'\n');
        }
        page::write(out, report, *exit, now(), style);
    }
    if args.all_addresses && !args.json {
        page::write_addresses(out, &reports, &exits, style);
    }
    let written = match sink.flush() {
        Ok(()) | Err(SinkError::Gone) => exit,
        Err(error) => complain(&error.to_string(), exit.or_unwritten(true)),
    };
    match saved {
        None => written,
        Some(Ok(message)) => complain(&message, written),
        Some(Err(message)) => complain(&message, written.or_unwritten(true)),
    }
}

/// Writes the certificate that a fix would save to a new file; what is said of it, or why there is none.
fn save_root(path: &Path, reports: &[Report]) -> Result<String, String> {
    let mut fixes = reports.iter().flat_map(|report| &report.findings).flat_map(|finding| &finding.fixes);
    let Some(file) = fixes.find_map(|fix| fix.file.as_ref()) else {
        return Err("--save-root: the server sent no certificate that need only be trusted".to_owned());
    };
    let written = write_new(path, |mut new| new.write_all(file.pem.as_bytes()));
    written.map_err(|error| format!("--save-root {}: {error}", path.display()))?;
    let facts = file.facts.join(", ");
    Ok(format!("wrote {}; ask the server's owner whether it is theirs: {facts}", path.display()))
}

/// What a connection is made with.
type Asked = (Settings, Values);

/// One connection, and what it was made with: its secrets may have been given anew.
async fn one<D: Connect>(
    args: &ProbeArgs,
    (mut settings, values): Asked,
    network: D,
) -> Result<(Report, Asked), String> {
    let mut renewal = Renewal::new(values, &mut settings);
    let mut report = Report::of(settings.shown_url());
    let (handle, events) = engine::start(settings, AckMode::default(), network, 0);
    let watch = Watch::start(handle.clone(), None, Progress::default(), None)
        .map_err(|error| format!("cannot watch for signals: {error}"))?;
    follow(&mut report, &handle, events, args.wait, &mut renewal).await;
    report.interrupted = watch.interrupted();
    if report.is_silent() {
        report.put(diagnose::silent(renewal.settings(), args.wait.unwrap_or(PATIENCE)));
    }
    Ok((report, renewal.into_parts()))
}

/// A connection to the first address of the host, then one to each other that the first lookup gave.
async fn all<D: Connect + Clone>(
    args: &ProbeArgs,
    mut asked: Asked,
    network: &D,
) -> Result<Vec<Report>, String> {
    asked.0.options.address = Some(AddressChoice::First);
    let (report, mut asked) = one(args, asked, network.clone()).await?;
    let others = report.addresses().into_iter().skip(1);
    let mut reports = vec![report];
    for address in others {
        if reports.iter().any(|report| report.interrupted) {
            break;
        }
        asked.0.options.address = Some(AddressChoice::This(address));
        let (report, again) = one(args, asked, network.clone()).await?;
        reports.push(report);
        asked = again;
    }
    Ok(reports)
}

fn complain(message: &str, exit: Exit) -> Exit {
    super::narrator::Narrator::new(io::stderr()).say(message);
    exit
}

/// Takes events for as long as `wait`, but to a loss or a failure at most; then asks for the end and waits for it.
/// Without a `wait` a first message and a moment more are enough.
async fn follow(
    report: &mut Report,
    handle: &Handle,
    mut events: Events,
    wait: Option<Duration>,
    renewal: &mut Renewal,
) {
    let mut asked = false;
    let mut heard = false;
    let mut until: Option<Instant> = None;
    // The time counts from the request, so that a server that closes after the same time is not waited for.
    let mut requested = None;
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
                    if let EventKind::StageStarted(Stage::Upgrade) = event.kind {
                        requested = Some(event.at);
                    }
                }
                if report.opened.is_some() && until.is_none() {
                    let now = Timestamp(jiff::Timestamp::now().as_microsecond());
                    let passed = requested.map(|requested| now.since(requested));
                    let left = wait.unwrap_or(PATIENCE).saturating_sub(passed.unwrap_or_default());
                    // A time beyond the range of the clock is never reached.
                    until = Instant::now().checked_add(left);
                }
                if report.first.is_some() && !heard && wait.is_none() {
                    heard = true;
                    until = Some(Instant::now() + GLANCE);
                }
                if let Some(told) = renewal.take(&batch, handle).await {
                    complain(&told, Exit::Done);
                    *report = report.of_next();
                }
                report.is_settled()
            }
            () = patience => true,
        };
        if over && !asked {
            asked = true;
            // A session that cannot be asked has ended.
            let _ = handle.send(Command::Stop);
        }
    }
}
