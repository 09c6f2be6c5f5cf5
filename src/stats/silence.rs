//! Data that stopped: longer than its usual gap, and whether the line still lives.
//!
//! The usual gap is learned from the first messages. What is known of the line, the surest first:
//!
//! | Seen during the silence | The line |
//! |---|---|
//! | a ping of ours stays unanswered, its bytes are acknowledged | lives, and the server's program hangs |
//! | a ping of ours stays unanswered | is dead |
//! | what was sent, or keep-alive probes, are not acknowledged again and again | is dead |
//! | a ping or pong came | lives |
//! | TCP acknowledgements came | lives, of the program nothing is known |
//! | none of these | may be either |

use std::time::Duration;

use crate::session::{ConnectionId, TcpLine, Timestamp};

use super::{Spread, habit::Habit};

/// Gaps that are seen before a silence is told.
const LEARNED: u64 = 20;
/// A silence is this much longer than the gap that 99 of 100 do not exceed.
const FACTOR: u32 = 5;
/// No shorter silence is told.
const LEAST: Duration = Duration::from_secs(2);
/// A ping that is not answered for this long says that the line is dead.
const PATIENCE: Duration = Duration::from_secs(5);
/// So many retransmissions or keep-alive probes in a row without an answer are no chance.
const TRIES: u8 = 2;
/// An acknowledgement so soon after the last message belongs to that.
const SAME: Duration = Duration::from_millis(500);
/// The most silences that are listed; all are counted.
const LISTED: usize = 1_000;

/// What is known of the line during a silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// A ping or pong came at this time.
    Lives { heard: Timestamp },
    /// A ping of ours of this time is not answered.
    Dead { asked: Timestamp },
    /// A ping of ours of this time is not answered, though TCP has acknowledged it.
    Hangs { asked: Timestamp },
    /// What was sent is not acknowledged, again and again.
    Cut,
    /// An acknowledgement of TCP came at this time; neither side has sent a ping.
    Acknowledged { at: Timestamp },
    /// Neither side has sent a ping, and TCP tells nothing either.
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
    /// What the system knew of the line last, where it tells.
    pub tcp: Option<TcpLine>,
}

/// The silences of a session.
#[derive(Clone, Debug, Default)]
pub struct Silences {
    gaps: Spread,
    habit: Habit,
    last: Option<Timestamp>,
    connection: Option<ConnectionId>,
    heard: Option<Timestamp>,
    /// Our first ping that nothing has answered.
    asked: Option<Timestamp>,
    /// What the system knew of the line, and when.
    tcp: Option<(Timestamp, TcpLine)>,
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
        self.tcp = None;
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
        let is_silence = self.current.is_some();
        self.end(at);
        if let Some(last) = self.last.replace(at)
            && self.habit.learns(is_silence)
        {
            self.gaps.add(at.since(last), 1);
        }
        (self.asked, self.tcp) = (None, None);
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

    /// The system told what it knows of the line.
    pub fn looked(&mut self, at: Timestamp, tcp: TcpLine) {
        self.tick(at);
        self.tcp = Some((at, tcp));
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
            self.current =
                Some(Silence { connection, since, until: None, usual, line: Line::Unknown, tcp: None });
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
        let since = silence.since.plus(SAME);
        let tcp = self.tcp.filter(|(at, _)| *at > silence.since);
        let acknowledged = tcp.and_then(|(at, tcp)| before(at, tcp.last_ack)).filter(|at| *at > since);
        let is_cut = tcp.is_some_and(|(_, tcp)| tcp.retransmits.max(tcp.probes) >= TRIES);
        silence.tcp = tcp.map(|(_, tcp)| tcp);
        silence.line = match (self.asked, self.heard) {
            (Some(asked), _) if now.since(asked) >= PATIENCE => match acknowledged {
                Some(at) if at > asked && !is_cut => Line::Hangs { asked },
                _ => Line::Dead { asked },
            },
            _ if is_cut => Line::Cut,
            (_, Some(heard)) if heard > silence.since => Line::Lives { heard },
            _ => acknowledged.map_or(Line::Unknown, |at| Line::Acknowledged { at }),
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

/// A time before another.
fn before(at: Timestamp, by: Duration) -> Option<Timestamp> {
    at.0.checked_sub(i64::try_from(by.as_micros()).ok()?).map(Timestamp)
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
    fn each_silence_is_told_and_not_only_the_first() {
        let mut silences = stopped();
        for nth in 1..=4 {
            let start = 30 + nth * 60;
            (0..=30).for_each(|at| silences.came(second(start + at)));
            assert_eq!(silences.count, nth.unsigned_abs(), "{:?}", silences.limit());
        }
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

    fn tcp(last_ack: u64, retransmits: u8, probes: u8) -> TcpLine {
        let (last_ack, round_trip) = (Duration::from_secs(last_ack), Duration::from_millis(20));
        TcpLine { unacknowledged: 0, retransmits, probes, last_ack, round_trip }
    }

    #[test]
    fn without_pings_tcp_tells_a_line_that_lives_from_a_dead_one() {
        let line = |looks: &[(i64, TcpLine)]| {
            let mut silences = stopped();
            for (at, tcp) in looks {
                silences.looked(second(*at), *tcp);
            }
            silences.tick(second(70));
            silences.current().map(|silence| silence.line)
        };
        assert_eq!(line(&[(33, tcp(3, 0, 0))]), Some(Line::Unknown), "the last message brought it");
        assert_eq!(line(&[(60, tcp(15, 0, 0))]), Some(Line::Acknowledged { at: second(45) }));
        assert_eq!(line(&[(60, tcp(30, 0, 1))]), Some(Line::Unknown), "one probe may be on its way");
        assert_eq!(line(&[(60, tcp(30, 0, 2))]), Some(Line::Cut));
        assert_eq!(line(&[(60, tcp(30, 3, 0))]), Some(Line::Cut));
    }

    #[test]
    fn a_ping_that_is_acknowledged_and_not_answered_says_that_the_program_hangs() {
        let line = |last_ack: u64, retransmits: u8| {
            let mut silences = stopped();
            silences.asked(second(35));
            silences.looked(second(36), tcp(last_ack, retransmits, 0));
            silences.tick(second(41));
            silences.current().map(|silence| silence.line)
        };
        assert_eq!(line(0, 0), Some(Line::Hangs { asked: second(35) }));
        assert_eq!(line(6, 3), Some(Line::Dead { asked: second(35) }));
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
