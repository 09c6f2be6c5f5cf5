//! A script: a step a line, carried out one after the other on one connection.
//!
//! ```text
//!   # a comment
//!   send TEXT                     a text message; --json, --hex, --base64 and --file say how it is written, --binary and
//!                                 --text in which frame it goes
//!   wait [TIME] [FILTER]          goes on with the first message that matches; later ones are kept for the next step
//!   expect [TIME] [FILTER]        the same, but the very next message must match
//!   ping [TEXT]                   sends a ping and waits for its pong
//!   pong [TEXT]                   sends a pong that answers no ping
//!   sleep TIME
//!   close [CODE [REASON]]         closes, and waits for the end of the connection
//! ```

use std::time::Duration;

use bytes::Bytes;

use crate::{
    filter::Filter,
    payload::parse_duration,
    session::{CloseFrame, Kind},
};

use super::{Fault, Form, Message, Prepared};

/// The steps of a script.
#[derive(Clone, Debug, Default)]
pub struct Script {
    pub steps: Vec<Step>,
}

/// One step, with the line it stands on, counted from 1.
#[derive(Clone, Debug)]
pub struct Step {
    pub line: usize,
    pub kind: StepKind,
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// The column at which the message begins, and the message.
    Send(usize, Prepared),
    /// `None` waits as long as the script says for all its steps.
    Wait {
        limit: Option<Duration>,
        filter: Filter,
    },
    Expect {
        limit: Option<Duration>,
        filter: Filter,
    },
    Ping(Bytes),
    Pong(Bytes),
    Sleep(Duration),
    Close(CloseFrame),
}

impl StepKind {
    /// The word that the step begins with.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Send(..) => "send",
            Self::Wait { .. } => "wait",
            Self::Expect { .. } => "expect",
            Self::Ping(_) => "ping",
            Self::Pong(_) => "pong",
            Self::Sleep(_) => "sleep",
            Self::Close(_) => "close",
        }
    }
}

impl Script {
    /// Reads a script.
    ///
    /// # Errors
    ///
    /// Every line that is no step, with its place.
    pub fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        let (mut steps, mut faults) = (Vec::new(), Vec::new());
        for (line, written) in (1..).zip(text.lines()) {
            match step(written) {
                Ok(Some(kind)) => steps.push(Step { line, kind }),
                Ok(None) => {}
                Err(fault) => faults.push(fault.within(line, 1)),
            }
        }
        if faults.is_empty() { Ok(Self { steps }) } else { Err(faults) }
    }
}

/// One line; `None` for an empty one and for a comment.
fn step(line: &str) -> Result<Option<StepKind>, Fault> {
    let written = line.trim_start();
    let from = line.len() - written.len();
    if written.is_empty() || written.starts_with('#') {
        return Ok(None);
    }
    let (word, rest) = first_word(written);
    let at = line.len() - rest.len();
    let rest = rest.trim_end();
    let here = |message: String| Fault::at(line, at, message);
    Ok(Some(match word {
        "send" => {
            let (column, message) = message(line, rest, at)?;
            StepKind::Send(column, message)
        }
        "wait" => {
            let (limit, filter) = waited(line, rest, at)?;
            StepKind::Wait { limit, filter }
        }
        "expect" => {
            let (limit, filter) = waited(line, rest, at)?;
            StepKind::Expect { limit, filter }
        }
        "ping" => StepKind::Ping(rest.to_owned().into()),
        "pong" => StepKind::Pong(rest.to_owned().into()),
        "sleep" => StepKind::Sleep(parse_duration(rest).map_err(here)?),
        "close" => StepKind::Close(close(rest).map_err(here)?),
        _ => {
            let message = format!(
                "there is no step {word:?}; there are send, wait, expect, ping, pong, sleep and close"
            );
            return Err(Fault::at(line, from, message));
        }
    }))
}

/// A word and what follows it, without the blanks between.
fn first_word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
    (word, rest.trim_start())
}

/// A code and a reason, both of which may be missing: then it is a normal close.
pub(super) fn close(text: &str) -> Result<CloseFrame, String> {
    let (code, reason) = first_word(text);
    if code.is_empty() {
        return Ok(CloseFrame { code: Some(1000), reason: String::new() });
    }
    let code = code.parse().map_err(|_| format!("{code:?} is no close code; write a number such as 1000"))?;
    Ok(CloseFrame { code: Some(code), reason: reason.to_owned() })
}

/// The message of a step, with how it is written in front, and the column where it begins.
fn message(line: &str, text: &str, at: usize) -> Result<(usize, Prepared), Fault> {
    let mut message = Message::default();
    let mut rest = text;
    while rest.starts_with("--") {
        let (flag, behind) = first_word(rest);
        let flag_at = at + text.len() - rest.len();
        match flag {
            "--text" => message.kind = Some(Kind::Text),
            "--binary" => message.kind = Some(Kind::Binary),
            "--" => {}
            _ => {
                let unknown = || {
                    let known = "--text, --binary, --json, --hex, --base64 and --file";
                    Fault::at(
                        line,
                        flag_at,
                        format!("there is no {flag}; there are {known}, and -- before text"),
                    )
                };
                message.form = flag[2..].parse().map_err(|_| unknown())?;
            }
        }
        rest = behind;
        if flag == "--" {
            break;
        }
    }
    rest.clone_into(&mut message.text);
    let place = at + text.len() - rest.len();
    if message.form == Form::File && rest.is_empty() {
        return Err(Fault::at(line, place, "--file wants the path of a file"));
    }
    let column = line[..place].chars().count() + 1;
    let prepared = message.prepare().map_err(|fault| fault.within(1, column))?;
    Ok((column, prepared))
}

fn waited(line: &str, text: &str, at: usize) -> Result<(Option<Duration>, Filter), Fault> {
    let (first, behind) = first_word(text);
    // A number without a unit is looked for.
    let limit = first.ends_with(|last: char| last.is_ascii_alphabetic()).then(|| parse_duration(first).ok());
    let limit = limit.flatten();
    let written = if limit.is_some() { behind } else { text };
    let place = at + text.len() - written.len();
    let filter = Filter::parse(written).map_err(|error| {
        let fault = Fault { place: Some((1, error.column)), message: error.message };
        fault.within(1, line[..place].chars().count() + 1)
    })?;
    Ok((limit, filter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_a_step() {
        let text = "# hello\n\n  send {\"a\": 1}\nsend --binary --hex 01\nwait 5s .a == 1\nwait\nexpect 12 tick\n\
                    ping\nping there?\npong\nsleep 200ms\nclose\nclose 4000 good bye\n";
        let script = Script::parse(text).expect("each line is a step");
        let told: Vec<_> = script
            .steps
            .iter()
            .map(|step| {
                let rest = match &step.kind {
                    StepKind::Wait { limit, filter } | StepKind::Expect { limit, filter } => {
                        format!("{limit:?} {filter}")
                    }
                    StepKind::Ping(payload) | StepKind::Pong(payload) => format!("{payload:?}"),
                    StepKind::Sleep(time) => format!("{time:?}"),
                    StepKind::Close(frame) => format!("{:?} {}", frame.code, frame.reason),
                    StepKind::Send(..) => String::new(),
                };
                format!("{} {} {rest}", step.line, step.kind.word()).trim_end().to_owned()
            })
            .collect();
        assert_eq!(
            told,
            [
                "3 send",
                "4 send",
                "5 wait Some(5s) .a == 1",
                "6 wait None",
                r#"7 expect None "12" and "tick""#,
                "8 ping b\"\"",
                "9 ping b\"there?\"",
                "10 pong b\"\"",
                "11 sleep 200ms",
                "12 close Some(1000)",
                "13 close Some(4000) good bye",
            ]
        );
    }

    #[test]
    fn every_fault_has_its_line_and_column() {
        let text = "send ok\n  sned x\nwait 1s .a ==\nsend --hx 00\nsend a {{nov}}\nsleep soon\nclose bye\n\
                    send --file\n";
        let faults = Script::parse(text).expect_err("most lines are no steps");
        let places: Vec<_> = faults.iter().filter_map(|fault| fault.place).collect();
        assert_eq!(places, [(2, 3), (3, 14), (4, 6), (5, 8), (6, 7), (7, 7), (8, 12)], "{faults:?}");
    }
}
