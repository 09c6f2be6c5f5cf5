//! Reports the state of a session in words on stderr, beside the data that `tail` writes.
//!
//! A server that is down, or drops every connection, must not fill a screen. Each kind of problem is reported in
//! full once, and then with its count the 2nd, 4th, 8th, … time. A connection that lasted resets the counts. On a
//! terminal the line with the count is written again in place each time, until something else is written.

use std::{io::Write, time::Duration};

use crate::{
    describe,
    payload::{duration_in_words, thousands},
    session::{
        ConnectionId, End, Ended, Event, EventKind, Failure, Finding, Lost, Opened, Pause, RetryIn, Stage,
        Timestamp,
    },
};

use super::{
    repeats::{Mention, Repeats, Times},
    status_lines::StatusLines,
};

/// A connection that was open for this long resets the counts.
const LASTING: Duration = Duration::from_secs(10);

/// Reports events in words.
pub struct Narrator<W> {
    lines: StatusLines<W>,
    repeats: Repeats,
    /// Whether the last problem was reported: only then is the retry after it reported too.
    awake: bool,
    hinted: bool,
    /// Whether the current connection uses a proxy.
    proxied: bool,
    /// How many messages were written, if not all that were received.
    pub written: Option<u64>,
    /// How many connections have been open.
    opened: u32,
    /// When the stage under way began.
    stage_began: Timestamp,
    /// When the event that is reported happened.
    at: Timestamp,
    /// The last problem: its kind, and what was said of it.
    problem: Option<(String, String)>,
}

impl<W: Write> Narrator<W> {
    /// Writes to `err`. A failure to write there does not end the session.
    pub fn new(err: W) -> Self {
        Self {
            lines: StatusLines { err, width: None, is_on_count: false },
            repeats: Repeats::default(),
            awake: true,
            hinted: false,
            proxied: false,
            written: None,
            opened: 0,
            stage_began: Timestamp::default(),
            at: Timestamp::default(),
            problem: None,
        }
    }

    /// Writes to a terminal of this many cells, where the line of a count can be written again.
    #[must_use]
    pub fn on_terminal(mut self, width: Option<usize>) -> Self {
        self.lines.width = width;
        self
    }

    /// Writes one line.
    pub fn say(&mut self, text: &str) {
        self.lines.say(text);
    }

    /// Writes how far something is; on a terminal over the line that said so before, and elsewhere once.
    pub fn count(&mut self, text: &str) {
        if self.lines.width.is_some() || !self.lines.is_on_count {
            self.lines.count(text);
            self.lines.is_on_count = true;
        }
    }

    /// Reports one event, if it is worth it.
    pub fn take(&mut self, event: &Event) {
        self.at = event.at;
        // Messages are written to the same terminal, perhaps.
        self.lines.is_on_count &= !matches!(event.kind, EventKind::Messages(_));
        match &event.kind {
            EventKind::StageStarted(stage) => {
                self.stage_began = event.at;
                self.proxied = *stage == Stage::Proxy || (self.proxied && *stage != Stage::Lookup);
            }
            EventKind::Connecting { url } if event.connection.0 <= 1 => {
                self.say(&describe::connecting(event.connection, url));
            }
            EventKind::Answered(answered) => {
                let message = describe::answered(answered);
                if matches!(self.repeats.next(message.clone(), self.at), Mention::InFull) {
                    self.say(&message);
                }
            }
            EventKind::Opened(opened) => self.opened(event.connection, opened),
            EventKind::Lost(lost) => self.lost(event.connection, lost),
            EventKind::Failed(failure) => self.failed(event.connection, failure),
            EventKind::RetryIn(retry) => self.retry(retry),
            EventKind::Finding(finding) => self.finding(finding),
            EventKind::ReadingPaused { why: why @ Pause::Events, read_ahead } => {
                self.paused(*why, *read_ahead);
            }
            EventKind::Refused { command, message } => self.say(&describe::refused(command, message)),
            EventKind::Ended(ended) => self.ended(ended, event.at),
            _ => (),
        }
    }

    /// Reports a problem in full once, and then with its count.
    fn trouble(&mut self, kind: String, message: &str) -> Mention {
        let mention = self.repeats.next(kind.clone(), self.at);
        self.awake = match mention {
            Mention::InFull => true,
            Mention::Counted(_) => self.lines.width.is_none(),
            Mention::NotAtAll(_) => false,
        };
        match mention {
            Mention::InFull => self.say(message),
            Mention::Counted(times) => self.lines.count(&often(times, message)),
            Mention::NotAtAll(times) if self.lines.width.is_some() => {
                self.lines.count(&often(times, message));
            }
            Mention::NotAtAll(_) => (),
        }
        self.problem = Some((kind, message.to_owned()));
        mention
    }

    fn opened(&mut self, connection: ConnectionId, opened: &Opened) {
        self.opened += 1;
        let mention = self.repeats.next("opened".to_owned(), self.at);
        let is_told = if self.lines.width.is_some() {
            mention == Mention::InFull
        } else {
            !matches!(mention, Mention::NotAtAll(_))
        };
        if is_told {
            let through = if self.proxied { " through the proxy" } else { "" };
            self.say(&format!("{}{through}", describe::opened(connection, opened)));
        }
    }

    fn lost(&mut self, connection: ConnectionId, lost: &Lost) {
        if lost.is_ours() {
            return;
        }
        if lost.open_for >= LASTING {
            self.repeats.forget();
        }
        self.trouble(format!("lost {:?}", lost.kind), &describe::lost(connection, lost));
    }

    fn failed(&mut self, connection: ConnectionId, failure: &Failure) {
        let kind = format!("failed {} {:?}", failure.stage, failure.kind);
        if self.trouble(kind, &describe::failed(connection, failure)) == Mention::InFull {
            for cause in &failure.sources {
                self.lines.below("from", cause);
            }
        }
    }

    fn retry(&mut self, retry: &RetryIn) {
        if !self.awake {
            return;
        }
        let exempt = if (retry.failures, retry.left) == (0, Some(0)) { self.exempt() } else { "" };
        self.say(&format!("{}{exempt}", describe::retry(retry)));
        if retry.left.is_none() && retry.failures > 0 && !self.hinted {
            self.hinted = true;
            self.say("it goes on trying; --no-retry or --max-retries N makes it give up");
        }
    }

    /// Explains once why a connection follows although no retry is allowed.
    fn exempt(&mut self) -> &'static str {
        match self.repeats.next("exempt".to_owned(), self.at) {
            Mention::InFull => {
                " (a lost connection is opened again even with max_retries 0; a connection that fails then ends it)"
            }
            Mention::Counted(_) | Mention::NotAtAll(_) => "",
        }
    }

    fn finding(&mut self, finding: &Finding) {
        let kind = format!("finding {} {}", finding.code, finding.title);
        if self.repeats.next(kind, self.at) == Mention::InFull {
            self.say(&describe::finding(finding));
            for (label, text) in describe::finding_lines(finding) {
                self.lines.below(label, &text);
            }
        }
    }

    fn paused(&mut self, why: Pause, read_ahead: u64) {
        if matches!(self.repeats.next("paused".to_owned(), self.at), Mention::InFull) {
            self.say(&format!("{}; pings wait meanwhile", describe::paused(why, read_ahead)));
        }
    }

    /// How often the last problem has happened in all, where counts were left out.
    fn total(&mut self) {
        let Some((kind, message)) = self.problem.take() else { return };
        let Some(times) = self.repeats.of(&kind).filter(|times| times.count > 2) else { return };
        let last = duration_in_words(self.at.since(times.last));
        self.lines.count(&format!("{}, the last {last} before the end", often(times, &message)));
    }

    fn ended(&mut self, ended: &Ended, at: Timestamp) {
        self.total();
        let end = describe::end(ended);
        let more = match (&ended.why, ended.during) {
            (End::RetriesExhausted { retries: 1.., last }, _) => {
                format!(", the last {}", describe::failed_in_short(last))
            }
            (End::Stopped, Some(_)) => format!(", after {}", duration_in_words(at.since(self.stage_began))),
            _ => String::new(),
        };
        let never = if ended.why == End::Stopped && self.opened == 0 { "; it never opened" } else { "" };
        let total = describe::total(ended.messages, ended.connections);
        let written = match self.written {
            Some(written) if written != ended.messages => format!(", {} of them written", thousands(written)),
            _ => String::new(),
        };
        self.say(&format!("{end}{more}{never}; {total}{written}"));
    }
}

/// `47 times like this in 12.0 s: connection 47 failed at tcp: refused`
fn often(times: Times, message: &str) -> String {
    let within = duration_in_words(times.last.since(times.first));
    format!("{} times like this in {within}: {message}", thousands(times.count))
}

#[cfg(test)]
mod tests;
