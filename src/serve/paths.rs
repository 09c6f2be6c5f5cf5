//! The paths of the demo server: one row each, for the server and its index page.

use std::time::Duration;

use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::{
    DemoOptions,
    feed::{Ending, Plan, Shape},
};

/// A path of the demo server.
#[derive(Clone, Copy, Debug)]
pub struct PathSpec {
    pub path: &'static str,
    /// What the path serves, in a few words.
    pub description: &'static str,
    pub(super) behavior: Behavior,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Behavior {
    Feed(fn(&DemoOptions) -> Plan),
    /// Known faults, one after the other.
    Faults,
    Flood,
    Echo,
    /// 401 without the right user name and password, otherwise a feed.
    Refuse,
    /// 301 to `/ticks`.
    Move,
}

const fn row(path: &'static str, description: &'static str, behavior: Behavior) -> PathSpec {
    PathSpec { path, description, behavior }
}

/// All paths, the best one to start with first.
#[rustfmt::skip]
pub static PATHS: &[PathSpec] = &[
    row("/ticks", "market ticks as JSON text; answers a subscription", Behavior::Feed(ticks)),
    row("/echo", "sends every message back", Behavior::Echo),
    row("/unauthorized", "401 with a body; accepts basic auth demo:salmon", Behavior::Refuse),
    row("/faults", "missing numbers, lag, silences, changed messages, a loss, another beginning: see 5", Behavior::Faults),
    row("/drop", "ticks, then the connection is dropped without a close frame", Behavior::Feed(dropping)),
    row("/close", "ticks, then a close frame with 1012", Behavior::Feed(closing)),
    row("/ping", "a ping every second, a message every 15 seconds", Behavior::Feed(pinging)),
    row("/binary", "ticks in binary frames of 32 bytes", Behavior::Feed(binary)),
    row("/hang", "ticks, then the server's program hangs on a line that lives: “:ping every 2s” tells it from a dead one", Behavior::Feed(hanging)),
    row("/slow", "one message a minute, the first after a minute", Behavior::Feed(slow)),
    row("/flood", "ticks as fast as the client reads", Behavior::Flood),
    row("/moved", "301 to /ticks", Behavior::Move),
];

/// The row of a request path; `/` is `/ticks`.
pub(super) fn find(path: &str) -> Option<&'static PathSpec> {
    let path = if path == "/" { "/ticks" } else { path };
    PATHS.iter().find(|spec| spec.path == path)
}

fn ticks(options: &DemoOptions) -> Plan {
    Plan::ticks(options.rate)
}

fn dropping(options: &DemoOptions) -> Plan {
    Plan { end: Some((options.drop_after, Ending::Drop)), ..Plan::ticks(options.rate) }
}

fn closing(options: &DemoOptions) -> Plan {
    let ending = Ending::Close(CloseCode::Restart, "restarting");
    Plan { end: Some((options.close_after, ending)), ..Plan::ticks(options.rate) }
}

fn hanging(_: &DemoOptions) -> Plan {
    // Long enough to learn what gap is usual.
    Plan { end: Some((Duration::from_secs(8), Ending::Hang)), ..Plan::every(Duration::from_millis(200)) }
}

fn pinging(_: &DemoOptions) -> Plan {
    Plan { ping: Duration::from_secs(1), ..Plan::every(Duration::from_secs(15)) }
}

fn binary(options: &DemoOptions) -> Plan {
    Plan { shape: Shape::Binary, ..Plan::ticks(options.rate) }
}

fn slow(_: &DemoOptions) -> Plan {
    let minute = Duration::from_mins(1);
    Plan { first: minute, ..Plan::every(minute) }
}
