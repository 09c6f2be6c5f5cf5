//! The paths of the demo server: one row each, for the server, its index page and the README.

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
    /// What there is to see, in a few words.
    pub shows: &'static str,
    pub(super) does: Does,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Does {
    Feed(fn(&DemoOptions) -> Plan),
    Flood,
    Echo,
    /// 401, unless the right name and password come.
    Refuse,
    /// 301 to `/ticks`.
    Move,
}

const fn row(path: &'static str, shows: &'static str, does: Does) -> PathSpec {
    PathSpec { path, shows, does }
}

/// All paths, the best to begin with first.
#[rustfmt::skip]
pub static PATHS: &[PathSpec] = &[
    row("/ticks", "market ticks as JSON text; answers a subscription", Does::Feed(ticks)),
    row("/echo", "whatever is sent comes back", Does::Echo),
    row("/unauthorized", "401 with a body; lets basic auth demo:salmon in", Does::Refuse),
    row("/drop", "ticks, then the connection is dropped without a close frame", Does::Feed(dropping)),
    row("/close", "ticks, then a polite close with 1012", Does::Feed(closing)),
    row("/ping", "a ping every second and hardly a message", Does::Feed(pinging)),
    row("/binary", "ticks in binary frames of 32 bytes", Does::Feed(binary)),
    row("/slow", "one message a minute, the first after a minute", Does::Feed(slow)),
    row("/flood", "ticks as fast as they are read", Does::Flood),
    row("/moved", "301 to /ticks", Does::Move),
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
