//! Asks for a passphrase on the terminal, which shows nothing of what is typed.

use std::{
    io::{self, IsTerminal as _, Write as _},
    thread,
};

use crossterm::{
    event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, read},
    terminal::{disable_raw_mode, enable_raw_mode},
};
use tokio::{
    runtime::{self, Runtime},
    sync::oneshot,
};

use crate::{
    cli::{Exit, Question},
    config::Secret,
    payload::printable,
    signals::Signals,
};

/// The longest passphrase that is taken, in bytes, as of OpenSSL's `PEM_BUFSIZE`.
const LONGEST: usize = 1024;

/// The terminal, on which questions are asked. It is taken with the first one, and given back when this is dropped.
#[derive(Default)]
pub struct Terminal(Option<Taken>);

struct Taken {
    // Given back first, while signals are still heard.
    _raw: Raw,
    signals: Signals,
    runtime: Runtime,
}

impl Terminal {
    /// The answer of a person; `None` without a terminal, or if they want to give none. A key that interrupts, and a
    /// signal, end the program.
    #[must_use]
    pub fn ask(&mut self, question: &Question) -> Option<Secret> {
        match self.answer(question) {
            Ok(Answer::Given(text)) => Some(text).filter(|text| !text.is_empty()),
            Ok(Answer::Interrupted) => {
                self.0 = None;
                std::process::exit(Exit::Interrupted.code().into())
            }
            Err(error) => {
                tracing::debug!(%error, "there is no terminal to ask on");
                None
            }
        }
    }

    fn answer(&mut self, question: &Question) -> io::Result<Answer> {
        let mut told = io::stderr();
        if !told.is_terminal() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let Taken { signals, runtime, .. } = match &mut self.0 {
            Some(taken) => taken,
            none => none.insert(Taken::take()?),
        };
        let key = printable(&question.key);
        if question.is_again {
            write!(told, "sockeye: that does not open {key}\r\n")?;
        }
        write!(told, "passphrase of {key}: ")?;
        told.flush()?;
        let (sender, typed) = oneshot::channel();
        // A thread of its own, which ends with the program if no key is pressed any more.
        thread::spawn(move || drop(sender.send(typed_line())));
        let answer = runtime.block_on(async {
            tokio::select! {
                typed = typed => typed.map_err(io::Error::other)?,
                _ = signals.next() => Ok(Answer::Interrupted),
            }
        });
        told.write_all(b"\r\n")?;
        answer
    }
}

impl Taken {
    fn take() -> io::Result<Self> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let signals = {
            let _inside = runtime.enter();
            Signals::new()?
        };
        Ok(Self { _raw: Raw::begin()?, signals, runtime })
    }
}

enum Answer {
    Given(Secret),
    Interrupted,
}

/// The terminal as it gives single keys and shows none. It becomes as it was when this is dropped.
struct Raw;

impl Raw {
    fn begin() -> io::Result<Self> {
        enable_raw_mode().map(|()| Self)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        if let Err(error) = disable_raw_mode() {
            tracing::warn!(%error, "the terminal could not be given back");
        }
    }
}

fn typed_line() -> io::Result<Answer> {
    let mut text = String::with_capacity(LONGEST);
    loop {
        match read()? {
            Event::Key(key) if key.kind != KeyEventKind::Release => match press(&mut text, key) {
                Pressed::More => {}
                Pressed::Done => return Ok(Answer::Given(Secret::new(text))),
                Pressed::Interrupt => return Ok(Answer::Interrupted),
            },
            _ => {}
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pressed {
    More,
    Done,
    Interrupt,
}

/// What a key does to the text, as terminals do it: ctrl+u empties it, ctrl+c interrupts, ctrl+d ends.
fn press(text: &mut String, key: KeyEvent) -> Pressed {
    let is_ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Enter => return Pressed::Done,
        KeyCode::Char('c' | '\\') if is_ctrl => return Pressed::Interrupt,
        // Terminals send enter as ctrl+j or ctrl+m, and ctrl+d ends an input.
        KeyCode::Char('d' | 'j' | 'm') if is_ctrl => return Pressed::Done,
        KeyCode::Char('u') if is_ctrl => text.clear(),
        KeyCode::Backspace => drop(text.pop()),
        KeyCode::Char('h') if is_ctrl => drop(text.pop()),
        KeyCode::Char(c) if !is_ctrl && text.len() + c.len_utf8() <= LONGEST => text.push(c),
        _ => {}
    }
    Pressed::More
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_typed_as_on_a_terminal() {
        let mut text = String::new();
        let mut type_keys = |keys: &[(KeyCode, KeyModifiers)]| {
            let pressed =
                keys.iter().map(|(code, with)| press(&mut text, KeyEvent::new(*code, *with))).last();
            (text.clone(), pressed)
        };
        let plain = |c| (KeyCode::Char(c), KeyModifiers::NONE);
        let ctrl = |c| (KeyCode::Char(c), KeyModifiers::CONTROL);
        let backspace = (KeyCode::Backspace, KeyModifiers::NONE);
        let all = [plain('x'), ctrl('u'), plain('a'), plain('é'), plain('B'), backspace, ctrl('w')];
        assert_eq!(type_keys(&all), ("aé".to_owned(), Some(Pressed::More)));
        assert_eq!(type_keys(&[ctrl('c')]).1, Some(Pressed::Interrupt));
        assert_eq!(type_keys(&[(KeyCode::Enter, KeyModifiers::NONE)]).1, Some(Pressed::Done));
        let long = vec![plain('é'); LONGEST];
        assert_eq!(type_keys(&long).0.len(), LONGEST - 1, "é has two bytes, and \"aé\" three");
    }
}
