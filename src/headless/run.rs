//! `sockeye run`: carries out a script, and writes each step's outcome as a line of JSON.

use std::{
    io,
    path::Path,
    time::{Duration, Instant},
};

use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    cli::{Exit, Loaded, RunArgs},
    net::Connect,
    payload::milliseconds,
    schema::{VERSION, write_value},
    send::{Fault, Script, Step, StepKind},
    session::Outgoing,
};

use super::{
    narrator::Narrator,
    sink::{Sink, SinkError},
    talk::{Halt, Talk, read},
    unread::Found,
};

/// What became of a step, as a line.
#[derive(Debug, Default, Serialize)]
struct Outcome {
    v: u32,
    line: usize,
    step: &'static str,
    ok: bool,
    took_ms: f64,
    /// Bytes that were sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    round_trip_ms: Option<f64>,
    /// Messages that were passed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    skipped: Option<u64>,
    /// The message that was found, as `tail` writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Carries out a script.
pub async fn run<D: Connect>(
    args: &RunArgs,
    loaded: Loaded,
    network: D,
    seed: u64,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Exit {
    let started = script(&args.script).and_then(|script| {
        let sink = Sink::stdout().map_err(|error| (error.exit(), vec![error.to_string()]))?;
        let talk = Talk::start(
            loaded,
            &args.kept,
            (network, seed),
            sink.progress(),
            environment,
            Box::new(|_| Ok(())),
        );
        let talk = talk.map_err(|(exit, message)| (exit, vec![message]))?;
        Ok((script, sink, talk))
    });
    match started {
        Ok((script, sink, talk)) => play(&script, args.timeout, talk, sink).await,
        Err((exit, messages)) => {
            let mut narrator = Narrator::new(io::stderr());
            for message in &messages {
                narrator.say(message);
            }
            exit
        }
    }
}

/// Reads a script, with all that is wrong in it.
fn script(path: &Path) -> Result<Script, (Exit, Vec<String>)> {
    let name = path.display();
    let text = read(path).map_err(|error| (Exit::Usage, vec![format!("cannot read {name}: {error}")]))?;
    let text = String::from_utf8(text).map_err(|_| (Exit::Usage, vec![format!("{name} is not UTF-8")]))?;
    Script::parse(&text).map_err(|faults| {
        let faults = faults.into_iter().map(|fault| {
            let (line, column) = fault.place.unwrap_or((1, 1));
            format!("{name}({line},{column}): {}", fault.message)
        });
        (Exit::Usage, faults.collect())
    })
}

async fn play(script: &Script, timeout: Duration, mut talk: Talk<'_>, mut sink: Sink) -> Exit {
    if let Err(halt) = talk.open().await {
        return talk.finish(Some(&halt)).await;
    }
    for step in &script.steps {
        let began = Instant::now();
        let done = carry_out(step, timeout, &mut talk).await;
        let took_ms = milliseconds(began.elapsed());
        let base =
            Outcome { v: VERSION, line: step.line, step: step.kind.word(), took_ms, ..Outcome::default() };
        let (outcome, halt) = match done {
            Ok(done) => (Outcome { ok: true, ..filled(base, done) }, None),
            Err(halt) => {
                let found = match &halt {
                    Halt::Unexpected(found) => Done::Found((**found).clone()),
                    _ => Done::Nothing,
                };
                let error = Some(halt.to_string());
                (Outcome { error, ..filled(base, found) }, Some(halt))
            }
        };
        if let Err(error) = write(&outcome, &mut sink) {
            if !matches!(error, SinkError::Gone) {
                talk.narrator.say(&error.to_string());
            }
            let exit = talk.finish(halt.as_ref()).await;
            return exit.or_unwritten(!matches!(error, SinkError::Gone));
        }
        if let Some(halt) = halt {
            talk.narrator.say(&format!("line {}: {}: {halt}", step.line, step.kind.word()));
            return talk.finish(Some(&halt)).await;
        }
    }
    talk.finish(None).await
}

/// What a step has brought.
enum Done {
    Nothing,
    Sent(usize),
    RoundTrip(Duration),
    Found(Found),
}

async fn carry_out(step: &Step, timeout: Duration, talk: &mut Talk<'_>) -> Result<Done, Halt> {
    match &step.kind {
        StepKind::Send(column, message) => match talk.send(message).await {
            Err(Halt::Fault(fault)) => {
                let column = fault.place.map_or(*column, |(_, inner)| column + inner - 1);
                Err(Halt::Fault(Fault { place: Some((1, column)), ..fault }))
            }
            sent => sent.map(Done::Sent),
        },
        StepKind::Wait { limit, filter } => {
            talk.wait(filter, false, limit.unwrap_or(timeout)).await.map(Done::Found)
        }
        StepKind::Expect { limit, filter } => {
            talk.wait(filter, true, limit.unwrap_or(timeout)).await.map(Done::Found)
        }
        StepKind::Ping(payload) => talk.ping(payload.clone(), timeout).await.map(Done::RoundTrip),
        StepKind::Pong(payload) => talk.put(Outgoing::Pong(payload.clone())).await.map(|()| Done::Nothing),
        StepKind::Sleep(time) => talk.listen(*time).await.map(|()| Done::Nothing),
        StepKind::Close(frame) => talk.close(frame.clone()).await.map(|()| Done::Nothing),
    }
}

fn filled(outcome: Outcome, done: Done) -> Outcome {
    match done {
        Done::Nothing => outcome,
        Done::Sent(size) => Outcome { size: Some(size), ..outcome },
        Done::RoundTrip(time) => Outcome { round_trip_ms: Some(milliseconds(time)), ..outcome },
        Done::Found(Found { line, skipped, .. }) => {
            let message = RawValue::from_string(line).ok();
            Outcome { message, skipped: Some(skipped).filter(|skipped| *skipped > 0), ..outcome }
        }
    }
}

fn write(outcome: &Outcome, sink: &mut Sink) -> Result<(), SinkError> {
    use crate::export::Out as _;
    write_value(sink.buffer(), outcome);
    sink.buffer().push(b'\n');
    sink.flush()
}
