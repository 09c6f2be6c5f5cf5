//! When connections stood, for how long, and how soon the next one did.

use std::time::Duration;

use crate::session::{ConnectionId, Lost, MessageId, Timestamp};

/// The most connections that are listed; the numbers count all of them.
pub const LISTED: usize = 10_000;

/// One connection, opened or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifetime {
    pub connection: ConnectionId,
    pub began: Timestamp,
    pub opened: Option<Timestamp>,
    pub ended: Option<Timestamp>,
    /// How it ended, in a sentence.
    pub end: Option<String>,
    /// Whether this side ended it.
    pub is_ours: bool,
    pub messages: u64,
    /// The first message on it.
    pub first: Option<MessageId>,
}

/// A lifetime that many servers and proxies set as their limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usual {
    pub after: Duration,
    /// Who does it: `nginx proxy_read_timeout, AWS ALB idle timeout`.
    pub who: &'static str,
}

const fn usual(seconds: u64, who: &'static str) -> Usual {
    Usual { after: Duration::from_secs(seconds), who }
}

/// Limits that are defaults somewhere, by their length. They are read from the documentation of each.
pub const USUAL: [Usual; 10] = [
    usual(30, "Google Cloud load balancers (backend timeout), which count for the whole connection"),
    usual(55, "Heroku, without data (H15)"),
    usual(60, "nginx (proxy_read_timeout) and AWS load balancers (idle timeout), without data"),
    usual(100, "Cloudflare, without data"),
    usual(240, "Azure load balancers, without data"),
    usual(350, "AWS network load balancers, without data"),
    usual(600, "AWS API Gateway, without data"),
    usual(3_600, "Cloud Run, which ends each request then"),
    usual(7_200, "AWS API Gateway, which ends each connection then"),
    usual(86_400, "Binance, which ends each connection then"),
];

/// Bins of the histogram of lifetimes: eighths of an octave from a second to three days.
pub const BINS: usize = 144;

/// The bin of a lifetime. Shorter and longer ones are in the first and the last.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a duration has at most 64 octaves"
)]
pub fn bin_of(lifetime: Duration) -> usize {
    ((lifetime.as_secs_f64().max(1.0).log2() * 8.0) as usize).min(BINS - 1)
}

impl Usual {
    /// The limit that a lifetime is at: within 2 % and a second.
    #[must_use]
    pub fn of(lifetime: Duration) -> Option<&'static Self> {
        USUAL.iter().find(|usual| {
            let reach = (usual.after / 50).min(Duration::from_secs(30)) + Duration::from_secs(1);
            lifetime.abs_diff(usual.after) <= reach
        })
    }
}

/// The connections of a session.
#[derive(Clone, Debug, Default)]
pub struct Life {
    list: Vec<Lifetime>,
    /// Connections that are not listed.
    pub beyond: u64,
    began: Option<Timestamp>,
    last: Option<Timestamp>,
    opened: Option<Timestamp>,
    up: Duration,
    lost: Option<Timestamp>,
    has_ended: bool,
    /// The times from a loss to the next open connection.
    pub reconnects: super::Spread,
    /// Connections that the other side, or the network, ended.
    pub losses: u64,
    pub failures: u64,
}

impl Life {
    /// Something happened at this time.
    pub fn seen(&mut self, at: Timestamp) {
        self.began.get_or_insert(at);
        self.last = Some(at);
    }

    /// It is this late now, and the session goes on.
    pub fn passes(&mut self, now: Timestamp) {
        if self.began.is_some() && !self.has_ended {
            self.last = Some(now);
        }
    }

    pub fn connecting(&mut self, connection: ConnectionId, at: Timestamp) {
        if self.list.len() >= LISTED {
            self.beyond += 1;
            return;
        }
        self.list.push(Lifetime {
            connection,
            began: at,
            opened: None,
            ended: None,
            end: None,
            is_ours: false,
            messages: 0,
            first: None,
        });
    }

    pub fn opened(&mut self, connection: ConnectionId, at: Timestamp) {
        self.opened = Some(at);
        if let Some(lost) = self.lost.take() {
            self.reconnects.add(at.since(lost), 1);
        }
        if let Some(one) = self.of(connection) {
            one.opened = Some(at);
        }
    }

    pub fn came(&mut self, connection: ConnectionId, first: MessageId, count: u64) {
        if let Some(one) = self.of(connection) {
            one.messages += count;
            one.first.get_or_insert(first);
        }
    }

    pub fn lost(&mut self, connection: ConnectionId, lost: &Lost, at: Timestamp) {
        self.close(at);
        self.losses += u64::from(!lost.is_ours());
        self.lost = Some(at);
        if let Some(one) = self.of(connection) {
            one.ended = Some(at);
            one.end = Some(lost.message.clone());
            one.is_ours = lost.is_ours();
        }
    }

    pub fn failed(&mut self, connection: ConnectionId, why: &str, at: Timestamp) {
        self.failures += 1;
        if let Some(one) = self.of(connection) {
            one.ended = Some(at);
            one.end = Some(why.to_owned());
        }
    }

    /// The session has ended.
    pub fn end(&mut self, at: Timestamp) {
        self.close(at);
        self.has_ended = true;
    }

    #[must_use]
    pub const fn has_ended(&self) -> bool {
        self.has_ended
    }

    fn close(&mut self, at: Timestamp) {
        if let Some(opened) = self.opened.take() {
            self.up += at.since(opened);
        }
    }

    fn of(&mut self, connection: ConnectionId) -> Option<&mut Lifetime> {
        self.list.last_mut().filter(|one| one.connection == connection)
    }

    #[must_use]
    pub fn list(&self) -> &[Lifetime] {
        &self.list
    }

    /// The share of the time in which a connection stood, from 0 to 1.
    #[must_use]
    pub fn share_up(&self) -> Option<f64> {
        let (began, last) = (self.began?, self.last?);
        let open = self.opened.map_or(Duration::ZERO, |opened| last.since(opened));
        let all = last.since(began).as_secs_f64();
        (all > 0.0).then(|| ((self.up + open).as_secs_f64() / all).min(1.0))
    }

    /// How long the connections stood that the other side ended.
    pub fn lifetimes(&self) -> impl Iterator<Item = Duration> {
        let ended = self.list.iter().filter(|one| !one.is_ours);
        ended.filter_map(|one| Some(one.ended?.since(one.opened?)))
    }

    /// How many of these lie in each bin.
    #[must_use]
    pub fn histogram(&self) -> Vec<u64> {
        let mut bins = vec![0; BINS];
        for lifetime in self.lifetimes() {
            if let Some(count) = bins.get_mut(bin_of(lifetime)) {
                *count += 1;
            }
        }
        bins
    }

    /// The usual limits that more than half of the lifetimes are at, if there are at least two.
    #[must_use]
    pub fn suspect(&self) -> Option<&'static Usual> {
        let all: Vec<_> = self.lifetimes().map(Usual::of).collect();
        let most = all
            .iter()
            .flatten()
            .max_by_key(|one| all.iter().filter(|other| *other == &Some(**one)).count())?;
        let count = all.iter().filter(|other| *other == &Some(*most)).count();
        (count >= 2 && count * 2 > all.len()).then_some(*most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::LossKind;

    fn second(second: i64) -> Timestamp {
        Timestamp(second * 1_000_000)
    }

    fn lost() -> Lost {
        Lost {
            kind: LossKind::Ended,
            open_for: Duration::ZERO,
            messages: 0,
            message: "the server ended the connection".to_owned(),
        }
    }

    /// Connections from a second to a second.
    fn life(spans: &[(i64, i64)]) -> Life {
        let mut life = Life::default();
        for (connection, (from, to)) in (1..).map(ConnectionId).zip(spans) {
            life.seen(second(*from));
            life.connecting(connection, second(*from));
            life.opened(connection, second(*from));
            life.seen(second(*to));
            life.lost(connection, &lost(), second(*to));
        }
        life
    }

    #[test]
    fn the_share_of_time_up_counts_open_connections() {
        let life = life(&[(0, 30), (40, 100)]);
        assert_eq!(life.share_up(), Some(0.9));
        assert_eq!(life.reconnects.longest(), Some(Duration::from_secs(10)));
    }

    #[test]
    fn lifetimes_at_a_usual_limit_name_it() {
        let suspect = |spans: &[(i64, i64)]| life(spans).suspect().map(|usual| usual.after.as_secs());
        assert_eq!(suspect(&[(0, 60), (61, 121), (200, 261)]), Some(60));
        assert_eq!(suspect(&[(0, 60)]), None, "one may be chance");
        assert_eq!(suspect(&[(0, 17), (20, 80), (90, 150), (160, 170), (180, 185)]), None);
    }

    #[test]
    fn the_bins_of_lifetimes_tell_55_from_60_seconds() {
        let bins = life(&[(0, 60), (61, 121), (200, 255), (300, 300)]).histogram();
        let used: Vec<_> = bins.iter().enumerate().filter(|(_, count)| **count > 0).collect();
        assert_eq!(used, [(0, &1), (46, &1), (47, &2)]);
        assert_eq!(bin_of(Duration::from_hours(9_999)), BINS - 1);
    }

    #[test]
    fn a_connection_that_this_side_ended_says_nothing_of_the_servers_limits() {
        let mut life = life(&[(0, 60)]);
        let left = Lost { kind: LossKind::Left, ..lost() };
        life.connecting(ConnectionId(2), second(61));
        life.opened(ConnectionId(2), second(61));
        life.lost(ConnectionId(2), &left, second(121));
        assert_eq!((life.lifetimes().count(), life.losses), (1, 1));
    }
}
