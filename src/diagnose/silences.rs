//! Findings about data that stops: all of it, or one kind.

use std::fmt::Write as _;

use crate::{
    payload::{counted, duration_in_words, limit_in_words, thousands},
    session::{Finding, FindingCode, Noticed, Severity, TcpLine},
    stats::{KindSilence, Line, Silence, Stats},
};

use super::finding::advice;

/// The most kinds that are told at a time.
const KINDS: usize = 3;

/// The data has stopped; what is known of the line decides what that means.
pub(super) fn silence(silence: &Silence) -> Noticed {
    let after = |at| duration_in_words(crate::session::Timestamp::since(at, silence.since));
    let of = |cause: String| {
        let cause = format!("No message has come for much longer than usual, and {cause}");
        Finding::new(FindingCode::Silence, cause)
    };
    let lives = |finding: Finding| finding.title("the data has stopped on a line that lives");
    let dead = |finding: Finding| {
        finding
            .severity(Severity::Error)
            .title("the data has stopped and the line is dead")
            .advise("reconnect (r); check NATs and firewalls in between, which forget idle connections")
    };
    let again = "subscribe again (i), or ask whether the source of the feed rests; r reconnects";
    let ask = "ask the line: “:ping every 5s” sends pings, and their answers tell";
    let finding = match silence.line {
        Line::Lives { heard } => lives(of(format!(
            "the line lives: a ping or pong came {} after the last message. The server has nothing to send, or has \
             forgotten the subscription.",
            after(heard)
        )))
        .advise(again),
        Line::Hangs { asked } => of(format!(
            "a ping that was sent {} after the last message is not answered, though its bytes are acknowledged: the \
             server's machine lives, and its program, or a proxy before it, hangs.",
            after(asked)
        ))
        .severity(Severity::Error)
        .title("the data has stopped and the server's program hangs")
        .advise("reconnect (r); look at the load of the server, or of the proxy before it"),
        Line::Dead { asked } => dead(of(format!(
            "a ping that was sent {} after the last message is not answered: the line is dead, though nobody has closed \
             it.",
            after(asked)
        ))),
        Line::Cut => dead(of(
            "what this side sends is not acknowledged, again and again: the line is dead, though nobody has closed it."
                .to_owned(),
        )),
        Line::Acknowledged { at } => lives(of(format!(
            "the line lives: an acknowledgement of TCP came {} after the last message. Whether the server's program still \
             has the connection is not known, since neither side has sent a ping.",
            after(at)
        )))
        .fix([advice(ask), advice(again)]),
        Line::Unknown => of("whether the line still lives is not known: neither side has sent a ping.".to_owned())
            .title("the data has stopped")
            .fix([advice(ask), advice("reconnect (r)")]),
    };
    let usual = format!("99 of 100 gaps before were at most {}", limit_in_words(silence.usual));
    Noticed { since: silence.since, finding: finding.evidence([usual, tcp_in_words(silence.tcp)]) }
}

/// What the system knows of the line.
fn tcp_in_words(tcp: Option<TcpLine>) -> String {
    let Some(tcp) = tcp else { return "TCP: the system has told nothing of the line".to_owned() };
    let waits = match tcp.unacknowledged {
        0 => "nothing waits for an acknowledgement".to_owned(),
        bytes => format!("{} wait for an acknowledgement", counted(bytes, "byte")),
    };
    let mut text = format!("TCP: {waits}");
    for (count, what) in [(tcp.retransmits, "sent again"), (tcp.probes, "asked by keep-alive")] {
        if count > 0 {
            let _ = write!(text, ", {what} {count} times without an answer");
        }
    }
    format!(
        "{text}; the last one came {} before, the round trip was {}",
        duration_in_words(tcp.last_ack),
        duration_in_words(tcp.round_trip)
    )
}

/// Kinds that stay away while others come.
pub(super) fn kinds(stats: &Stats) -> Vec<Noticed> {
    let Some((path, _)) = &stats.paths.kind else { return Vec::new() };
    let told = |silence: KindSilence| {
        let lasted = stats.kinds.last().since(silence.since);
        let cause = format!(
            "No message whose {path} is {} has come for {}, while {} others came; 99 of 100 gaps between them were at most \
             {}.",
            silence.written,
            duration_in_words(lasted),
            thousands(silence.others),
            limit_in_words(silence.usual)
        );
        let last = format!("the last one was message {}", thousands(silence.message.0));
        let finding = Finding::new(FindingCode::KindSilence, cause).evidence([last]).cure();
        Noticed { since: silence.since, finding }
    };
    // While all is silent, that is told.
    let silent = if stats.silences.current().is_some() { Vec::new() } else { stats.kinds.silent() };
    silent.into_iter().take(KINDS).map(told).collect()
}
