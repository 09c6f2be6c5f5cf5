//! Findings about messages that come late, and about a connection that begins otherwise than the one before.

use crate::{
    payload::duration_in_words,
    session::{Finding, FindingCode, Noticed},
    stats::{Late, Role, Stats},
};

/// So many parts of the time in which this side does not read are none of its doing.
const LITTLE: u32 = 10;

/// Even the freshest messages are old when they come: what that can be, and what it cannot.
pub(super) fn lag(stats: &Stats) -> Option<Noticed> {
    let late = stats.lates.current()?;
    let (path, _) = stats.paths.time.as_ref()?;
    let [lasted, first, last, usual] =
        [late.lasted(), late.first, late.last, late.usual].map(duration_in_words);
    let cause = if late.grows() {
        format!(
            "For {lasted} even the freshest message of each second comes ever later after its {path}: {first} at first, \
             {last} by now, usually {usual}."
        )
    } else {
        format!(
            "For {lasted} even the freshest message of each second comes {last} after its {path}, usually {usual}."
        )
    };
    let finding = Finding::new(FindingCode::Lag, cause);
    let finding = if late.grows() { finding.title("messages come ever later") } else { finding };
    let finding = finding.evidence([here(late), network(late), clock(stats)]);
    let is_slow_here = late.paused * LITTLE >= late.lasted();
    let finding = if is_slow_here {
        finding.advise("let the output take more messages at a time or answer sooner (4), or return to the ack mode auto")
    } else {
        finding.advise("ask the server, or the source behind it, why it is late; r reconnects, which reads its clock anew")
    };
    Some(Noticed { since: late.since, finding })
}

/// Whether it is this side that does not keep up.
fn here(late: &Late) -> String {
    let (paused, lasted) = (duration_in_words(late.paused), duration_in_words(late.lasted()));
    if late.paused * LITTLE >= late.lasted() {
        format!("here: the socket was not read for {paused} of {lasted}, so messages wait before this side")
    } else {
        "here: the socket was read all the time, so they were this old when they came".to_owned()
    }
}

fn network(late: &Late) -> String {
    match late.round_trip {
        Some(time) if time * 4 < late.last => {
            format!(
                "network: a ping was answered within {}, so it is not the network",
                duration_in_words(time)
            )
        }
        Some(time) => format!("network: a ping took {}, so it may be the network", duration_in_words(time)),
        None => "network: not known; “:ping every 5s” measures it".to_owned(),
    }
}

fn clock(stats: &Stats) -> String {
    const SET: &str = "one that was set meanwhile looks like lag until the next connection";
    match stats.lag.offset {
        Some(offset) if offset.is_certain() => {
            let by = duration_in_words(std::time::Duration::from_micros(offset.micros().unsigned_abs()));
            let way = if offset.micros() < 0 { "behind" } else { "ahead" };
            let uncertain = duration_in_words(offset.uncertain());
            format!(
                "clock: the server's was {by} {way} by its Date, to {uncertain}, which is corrected; {SET}"
            )
        }
        Some(offset) => {
            format!(
                "clock: the server's was right to {} by its Date; {SET}",
                duration_in_words(offset.uncertain())
            )
        }
        None => format!("clock: the server's is not known, but was as wrong before; {SET}"),
    }
}

/// The connection did not begin as the one before: no acknowledgement or no snapshot came, or a refusal.
pub(super) fn other_beginning(stats: &Stats) -> Option<Noticed> {
    let now = stats.beginnings.list().next_back()?;
    let before = stats.beginnings.before(now.connection)?;
    let lacks = |role| now.is_over() && before.has(role) && !now.has(role);
    let what = if now.has(Role::Refusal) && !before.has(Role::Refusal) {
        "the server refuses something that it did not refuse before"
    } else if lacks(Role::Snapshot) {
        "no snapshot came, so that what was missed is not made up for"
    } else if lacks(Role::Acknowledgement) {
        "no subscription was acknowledged"
    } else {
        return None;
    };
    let cause = format!(
        "Connection {} began otherwise than connection {}: {what}.",
        now.connection, before.connection
    );
    let evidence = [format!("now: {now}"), format!("before: {before}")];
    let finding = Finding::new(FindingCode::OtherBeginning, cause).evidence(evidence).cure();
    Some(Noticed { since: now.at, finding })
}
