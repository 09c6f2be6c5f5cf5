//! Data that stopped: longer than its usual gap, and whether the line still lives.
//!
//! The usual gap is learned from the first messages. A line lives if a ping or pong came during the silence; it is dead
//! if a ping of ours stays unanswered; without either nothing is known of it.

use std::time::Duration;

use crate::session::{ConnectionId, Timestamp};

use super::Spread;

/// Gaps that are seen before a silence is told.
const LEARNED: u64 = 20;
/// A silence is this much longer than the gap that 99 of 100 do not exceed.
const FACTOR: u32 = 5;
/// No shorter silence is told.
const LEAST: Duration = Duration::from_secs(2);
/// A ping that is not answered for this long says that the line is dead.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most silences that are listed; all are counted.
const LISTED: usize = 1_000;

/// What is known of the line during a silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// A ping or pong came at this time.
    Lives { heard: Timestamp },
    /// A ping of ours of this time is not answered.
    Dead { asked: Timestamp },
    /// Neither side has sent a ping.
    Unknown,
}

/// A time without messages on an open connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence {
    pub connection: ConnectionId,
    /// When the last message had come.
    pub since: Timestamp,
    /// When a message came again or the connection ended; `None` while it lasts.
    pub until: Option<Timestamp>,
    /// What 99 of 100 gaps before had not exceeded.
    pub usual: Duration,
    pub line: Line,
}

/// The silences of a session.
#[derive(Clone, Debug, Default)]
pub struct Silences {
    gaps: Spread,
    last: Option<Timestamp>,
    connection: Option<ConnectionId>,
    heard: Option<Timestamp>,
    /// Our first ping that nothing has answered.
    asked: Option<Timestamp>,
    current: Option<Silence>,
    /// This side does not read the socket.
    is_held: bool,
    listed: Vec<Silence>,
    pub count: u64,
}

impl Silences {
    /// A connection opened.
    pub fn opened(&mut self, connection: ConnectionId) {
        (self.connection, self.last, self.heard, self.asked) = (Some(connection), None, None, None);
        self.is_held = false;
    }

    /// The connection ended.
    pub fn ended(&mut self, at: Timestamp) {
        self.end(at);
        self.connection = None;
    }

    /// Messages came together.
    pub fn came(&mut self, at: Timestamp) {
        self.tick(at);
        self.end(at);
        if let Some(last) = self.last.replace(at) {
            self.gaps.add(at.since(last), 1);
        }
        self.asked = None;
    }

    /// This side stops to read the socket: what does not come says nothing of the server.
    pub fn held(&mut self, at: Timestamp) {
        self.end(at);
        self.is_held = true;
    }

    /// The socket is read again.
    pub fn resumed(&mut self, at: Timestamp) {
        self.is_held = false;
        self.last = self.last.map(|_| at);
    }

    /// A ping or pong came.
    pub fn heard(&mut self, at: Timestamp) {
        self.tick(at);
        (self.heard, self.asked) = (Some(at), None);
        self.note_line(at);
    }

    /// A ping of ours went out.
    pub fn asked(&mut self, at: Timestamp) {
        self.asked.get_or_insert(at);
    }

    /// The gap beyond which a silence is told; `None` before enough gaps were seen.
    #[must_use]
    pub fn limit(&self) -> Option<Duration> {
        let usual = self.usual()?;
        Some((usual * FACTOR).max(LEAST))
    }

    /// What 99 of 100 gaps have not exceeded.
    #[must_use]
    pub fn usual(&self) -> Option<Duration> {
        (self.gaps.count() >= LEARNED).then(|| self.gaps.quantile(0.99)).flatten()
    }

    /// When [`Silences::tick`] may have something to tell next.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        self.connection.filter(|_| !self.is_held)?;
        match self.current {
            None => Some(self.last?.plus(self.limit()?)),
            Some(silence) if !matches!(silence.line, Line::Dead { .. }) => {
                self.asked.map(|asked| asked.plus(PATIENCE))
            }
            Some(_) => None,
        }
    }

    /// It is this late now. Returns the silence if it has just become one, or something new is known of the line.
    pub fn tick(&mut self, now: Timestamp) -> Option<Silence> {
        let due = self.due().filter(|due| *due <= now)?;
        if self.current.is_none() {
            let (since, connection) = (self.last?, self.connection?);
            let usual = self.usual()?;
            self.count += 1;
            self.current = Some(Silence { connection, since, until: None, usual, line: Line::Unknown });
        }
        self.note_line(due.max(now));
        self.current
    }

    /// The silence that lasts.
    #[must_use]
    pub const fn current(&self) -> Option<&Silence> {
        self.current.as_ref()
    }

    /// Those that are over, the first ones.
    #[must_use]
    pub fn over(&self) -> &[Silence] {
        &self.listed
    }

    fn note_line(&mut self, now: Timestamp) {
        let Some(silence) = &mut self.current else { return };
        silence.line = match (self.asked, self.heard) {
            (Some(asked), _) if now.since(asked) >= PATIENCE => Line::Dead { asked },
            (_, Some(heard)) if heard > silence.since => Line::Lives { heard },
            _ => Line::Unknown,
        };
    }

    fn end(&mut self, at: Timestamp) {
        if let Some(silence) = self.current.take()
            && self.listed.len() < LISTED
        {
            self.listed.push(Silence { until: Some(at), ..silence });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp(second * 1_000_000)
    }

    /// A feed of a message a second that stopped at 30 s.
    fn stopped() -> Silences {
        let mut silences = Silences::default();
        silences.opened(ConnectionId(1));
        (0..=30).for_each(|at| silences.came(second(at)));
        silences
    }

    #[test]
    fn a_silence_is_several_times_the_usual_gap() {
        let mut silences = stopped();
        assert_eq!(silences.tick(second(34)), None);
        let silence = silences.tick(second(36)).expect("five seconds and more");
        assert_eq!((silence.since, silence.line), (second(30), Line::Unknown));
        assert_eq!(silences.tick(second(40)), None, "it is told once");
        silences.came(second(50));
        assert_eq!(silences.over().first().and_then(|silence| silence.until), Some(second(50)));
    }

    #[test]
    fn a_pong_during_the_silence_says_that_the_line_lives() {
        let mut silences = stopped();
        silences.tick(second(36));
        silences.heard(second(37));
        let line = silences.current().map(|silence| silence.line);
        assert_eq!(line, Some(Line::Lives { heard: second(37) }));
    }

    #[test]
    fn a_ping_that_nothing_answers_says_that_the_line_is_dead() {
        let mut silences = stopped();
        silences.asked(second(31));
        let line = silences.tick(second(37)).map(|silence| silence.line);
        assert_eq!(line, Some(Line::Dead { asked: second(31) }));
    }

    #[test]
    fn a_pause_between_two_connections_is_none() {
        let mut silences = stopped();
        silences.ended(second(31));
        assert_eq!(silences.tick(second(90)), None);
        silences.opened(ConnectionId(2));
        silences.came(second(100));
        assert_eq!(silences.count, 0);
    }

    #[test]
    fn a_socket_that_this_side_does_not_read_is_not_silent() {
        let mut silences = stopped();
        silences.held(second(31));
        assert_eq!(silences.tick(second(60)), None);
        silences.resumed(second(61));
        assert_eq!(silences.tick(second(65)), None, "it counts from there");
        silences.came(second(65));
        assert_eq!(silences.count, 0);
    }

    #[test]
    fn a_message_that_comes_late_tells_the_silence_before_it() {
        let mut silences = stopped();
        silences.came(second(60));
        assert_eq!((silences.count, silences.over().len()), (1, 1));
    }
}
