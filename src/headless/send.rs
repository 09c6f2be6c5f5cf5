//! `sockeye send`: sends messages, prints what arrives, and waits for an answer.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader},
    sync::mpsc,
};

use crate::{
    cli::{Exit, Loaded, SendArgs, WrittenAs},
    config::MAX_FILE,
    files::{is_same_file, local_zone},
    filter::Filter,
    net::Connect,
    send::{Form, Message, Prepared},
    session::Kind,
};

use super::{
    narrator::Narrator,
    printer,
    sink::SinkError,
    talk::{Halt, Talk},
};

/// Sends the messages of the arguments, or the lines of stdin.
pub async fn run<D: Connect>(
    args: &SendArgs,
    loaded: Loaded,
    network: D,
    seed: u64,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Exit {
    match start(args, loaded, (network, seed), environment) {
        Ok((talk, messages, wait)) => send(args, talk, messages, wait).await,
        Err((exit, message)) => {
            Narrator::new(io::stderr()).say(&message);
            exit
        }
    }
}

type Started<'a> = (Talk<'a>, Vec<Prepared>, Option<Filter>);

/// Checks all arguments before anything is tried.
fn start<'a, D: Connect>(
    args: &SendArgs,
    loaded: Loaded,
    network: (D, u64),
    environment: &'a dyn Fn(&str) -> Option<String>,
) -> Result<Started<'a>, (Exit, String)> {
    let wait = args.wait.as_deref().map(Filter::parse).transpose();
    let wait = wait.map_err(|error| (Exit::Usage, error.to_string()))?;
    let wait = wait.map(|filter| filter.in_zone(local_zone()));
    if let (Some(output), Some(capture)) = (&args.out.output, &args.out.kept.capture)
        && is_same_file(output, capture)
    {
        let message = "--output and --capture name the same file; give each its own";
        return Err((Exit::Usage, format!("{message}: {}", output.display())));
    }
    let messages = messages(args).map_err(|message| (Exit::Usage, message))?;
    let (mut printer, mut sink) = printer::open(&args.out)?;
    let progress = sink.progress();
    let listener = Box::new(move |event: &_| {
        printer.take(event, &mut sink).and_then(|()| sink.flush()).map_err(|error| match error {
            SinkError::Gone => String::new(),
            error => error.to_string(),
        })
    });
    let talk = Talk::start(loaded, &args.out.kept, network, progress, environment, listener)?;
    for (nth, message) in messages.iter().enumerate().filter(|(_, message)| !message.answers()) {
        talk.frame(message).map_err(|fault| (Exit::Usage, format!("message {}: {fault}", nth + 1)))?;
    }
    Ok((talk, messages, wait))
}

/// The messages of the arguments, then those of the files.
fn messages(args: &SendArgs) -> Result<Vec<Prepared>, String> {
    let mut messages = Vec::new();
    for (nth, text) in args.session.messages.iter().enumerate() {
        messages.push(prepared(args.written, text).map_err(|fault| format!("message {}: {fault}", nth + 1))?);
    }
    let kind = args.written.text.then_some(Kind::Text);
    messages.extend(args.file.iter().map(|path| {
        Message { text: path.to_string_lossy().into_owned(), form: Form::File, kind }.verbatim()
    }));
    Ok(messages)
}

fn prepared(written: WrittenAs, text: &str) -> Result<Prepared, crate::send::Fault> {
    let form = match written {
        WrittenAs { json: true, .. } => Form::Json,
        WrittenAs { hex: true, .. } => Form::Hex,
        WrittenAs { base64: true, .. } => Form::Base64,
        _ => Form::Text,
    };
    let kind = match written {
        WrittenAs { text: true, .. } => Some(Kind::Text),
        WrittenAs { binary: true, .. } => Some(Kind::Binary),
        _ => None,
    };
    let message = Message { text: text.to_owned(), form, kind };
    if written.verbatim { Ok(message.verbatim()) } else { message.prepare() }
}

async fn send(args: &SendArgs, mut talk: Talk<'_>, messages: Vec<Prepared>, wait: Option<Filter>) -> Exit {
    let outcome = converse(args, &mut talk, &messages, wait.as_ref()).await;
    if let Err(halt) = &outcome
        && *halt != Halt::Over
    {
        let message = match halt {
            Halt::Late(why) => {
                let waited = crate::payload::duration_as_typed(args.timeout);
                format!("no answer to --wait {} within {waited}: {why}", wait.unwrap_or_default())
            }
            halt => halt.to_string(),
        };
        talk.narrator.say(&message);
    }
    talk.finish(outcome.err().as_ref()).await
}

async fn converse(
    args: &SendArgs,
    talk: &mut Talk<'_>,
    messages: &[Prepared],
    wait: Option<&Filter>,
) -> Result<(), Halt> {
    talk.open().await?;
    for message in messages {
        talk.send(message).await?;
    }
    if messages.is_empty() {
        send_lines(args.written, talk).await?;
    }
    if let Some(filter) = wait {
        talk.wait(filter, false, args.timeout).await?;
    }
    talk.listen(args.listen.unwrap_or(Duration::ZERO)).await
}

/// Sends each line of stdin as it comes.
async fn send_lines(written: WrittenAs, talk: &mut Talk<'_>) -> Result<(), Halt> {
    let mut lines = stdin();
    let mut nth = 0;
    loop {
        let line = tokio::select! {
            line = lines.recv() => line,
            heard = talk.hear() => match heard {
                Some(()) => continue,
                None => return Err(Halt::Over),
            },
        };
        let Some(line) = line else { return Ok(()) };
        nth += 1;
        let message = line.and_then(|line| prepared(written, &line).map_err(|fault| fault.to_string()));
        let sent = match message {
            Ok(message) => talk.send(&message).await,
            Err(message) => Err(Halt::Fault(crate::send::Fault { place: None, message })),
        };
        if let Err(Halt::Fault(fault)) = sent {
            let message = format!("line {nth} of stdin: {fault}");
            return Err(Halt::Fault(crate::send::Fault { place: None, message }));
        }
        sent?;
    }
}

/// The lines of stdin without their ends, as they come.
fn stdin() -> mpsc::Receiver<Result<String, String>> {
    let (sender, lines) = mpsc::channel(16);
    drop(tokio::spawn(async move {
        let mut stdin = BufReader::new(tokio::io::stdin());
        loop {
            let mut line = Vec::new();
            let read = (&mut stdin).take(MAX_FILE).read_until(b'\n', &mut line).await;
            let line = match read {
                Ok(0) => return,
                Ok(_) => String::from_utf8(line).map_err(|_| {
                    "it is not UTF-8; --file FILE sends what a file holds, and --hex takes hex digits"
                        .to_owned()
                }),
                Err(error) => Err(format!("it cannot be read: {error}")),
            };
            let line = line.map(|line| line.trim_end_matches(['\n', '\r']).to_owned());
            if sender.send(line).await.is_err() {
                return;
            }
        }
    }));
    lines
}
