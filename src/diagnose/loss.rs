//! Findings about the loss of an open connection.

use std::time::Duration;

use crate::{
    config::{Dialect, MessageType, Settings},
    payload::limit_in_words,
    session::{Finding, FindingCode, LossKind, Lost, RetryIn, Severity, Side},
};

use super::{
    closes::{self, RIGHT_AFTER, Told},
    conversation::Conversation,
    finding::{LARGEST_LIMIT, advice, escaped, set},
    heartbeat_losses,
    lost_connection::{builder, evidence},
    opened::{send_as_other_type, send_as_text, sent_opening},
    protocol::{self, Explained},
    reasons::Topic,
    tls::{RENEGOTIATION_OFF, SET_CLIENT_CERT, allow_renegotiation},
};

/// Evidence that the pipelines treat a server that accepts and drops connections worse than Sockeye does.
const RECONNECTS_AT_ONCE: &str = "Bento, and Redpanda Connect before 4.110, reconnect at once after a loss; Sockeye waits 100 ms (with --as bento: 0)";

/// Well-known idle limits, in seconds, and the servers that have them.
const IDLE_LIMITS: [(u64, &str); 3] = [
    (60, "60 s is the idle limit of nginx (proxy_read_timeout) and of AWS application load balancers"),
    (100, "100 s is the idle limit of Cloudflare"),
    (350, "350 s is the idle limit of AWS network load balancers"),
];

/// The findings about the loss of an open connection; none where this side closed it.
#[must_use]
pub fn lost(settings: &Settings, lost: &Lost, conversation: &Conversation) -> Vec<Finding> {
    let told = closes::told(settings, lost, conversation);
    if may_be_about_heartbeats(told.as_ref())
        && let Some(finding) = heartbeat_losses::of_loss(settings, lost, conversation)
    {
        return vec![finding];
    }
    let finding = match &lost.kind {
        LossKind::Left | LossKind::Closed { by: Side::Us, .. } => return Vec::new(),
        LossKind::Closed { by: Side::Server, frame } => {
            closes::closed(settings, lost, frame, conversation, told.as_ref())
        }
        LossKind::Ended => dropped(lost, conversation, told.as_ref()),
        LossKind::Io { error } => {
            let cause = "The operating system reported an error on the open connection.";
            builder(FindingCode::ConnectionFailed, lost, conversation, cause)
                .evidence([format!("error: {error}")])
                .evidence(idle(lost))
                .cure()
        }
        LossKind::RenegotiationAsked => {
            builder(FindingCode::TlsRenegotiation, lost, conversation, RENEGOTIATION_OFF)
                .fix([allow_renegotiation()])
                .advise(SET_CLIENT_CERT)
        }
        LossKind::Violation { rule, last } => violation(lost, conversation, rule, last),
        LossKind::TooLarge { size, limit } => too_large(lost, conversation, *size, *limit),
    };
    let at_once = lost.messages == 0 && lost.open_for < RIGHT_AFTER && may_answer_opening(&lost.kind);
    // What the server says itself is better than a guess.
    let first = (at_once && told.is_none()).then(|| {
        let is_standard = settings.options.dialect == Dialect::Standard;
        closed_after_open(settings, evidence(lost, conversation))
            .severity(Severity::Warning)
            .evidence(is_standard.then_some(RECONNECTS_AT_ONCE))
    });
    let may_be_type = match &told {
        None | Some(Told::UnknownReason | Told::Reason(Topic::Request)) => true,
        Some(Told::Code(meaning)) => meaning.topic == Topic::Request,
        _ => false,
    };
    // The close code is more specific than the time of the close.
    let first = open_type(settings, lost).filter(|_| may_be_type).or(first);
    first.into_iter().chain([finding]).collect()
}

/// Whether a heartbeat can be the cause, as far as the server's own words go.
fn may_be_about_heartbeats(told: Option<&Told>) -> bool {
    match told {
        None => true,
        Some(Told::Code(meaning)) => meaning.topic.is_about_life(),
        Some(Told::Reason(topic)) => topic.is_about_life(),
        Some(Told::Message(_) | Told::UnknownReason | Told::UnknownMessage) => false,
    }
}

/// Several connections in a row were lost before a message was received.
#[must_use]
pub fn flapping(settings: &Settings, retry: &RetryIn) -> Finding {
    let cause = format!(
        "{} connections in a row were lost before any message was received. The server, or something in between, \
         accepts and then drops them.",
        retry.without_message
    );
    let pause = settings.options.dialect.behavior().reconnect_delay;
    Finding::new(FindingCode::Flapping, cause)
        .evidence([
            format!("the pause grows from {} to 10 s at most", limit_in_words(pause)),
            "a pipeline reconnects after the same pause each time: Bento, and Redpanda Connect before 4.110, at once"
                .to_owned(),
        ])
        .cure()
}

/// The server closed with a code about the type of a message, before it sent any.
fn open_type(settings: &Settings, lost: &Lost) -> Option<Finding> {
    let LossKind::Closed { by: Side::Server, frame } = &lost.kind else { return None };
    let code = frame.code.filter(|code| matches!(code, 1003 | 1007))?;
    let fix = send_as_other_type(settings).filter(|_| lost.messages == 0 && lost.open_for < RIGHT_AFTER)?;
    let is_text = settings.open_messages.iter().all(|message| {
        let text = message.expose().trim_start();
        text.starts_with(['{', '[', '"']) || !text.contains(|c: char| c.is_control())
    });
    let cause = match settings.open_message_type {
        MessageType::Binary if is_text => {
            "The opening message is text but was sent as binary, the default of open_message_type. The server does \
             not accept binary."
        }
        MessageType::Binary => "The opening message was sent as binary, which the server does not accept.",
        MessageType::Text => "The opening message was sent as text, which the server does not accept.",
    };
    let finding = Finding::new(FindingCode::OpenType, cause)
        .evidence([sent_opening(settings), format!("the server closed with {code}")])
        .fix([fix]);
    Some(finding)
}

/// Whether the loss may be a reaction to the opening.
fn may_answer_opening(kind: &LossKind) -> bool {
    let close_of_its_own = [Some(1001), Some(1011), Some(1012), Some(1013), Some(1014)];
    match kind {
        LossKind::Closed { by: Side::Server, frame } => !close_of_its_own.contains(&frame.code),
        LossKind::Ended | LossKind::Io { .. } => true,
        _ => false,
    }
}

/// The server ended the connection before it sent a message.
pub(super) fn closed_after_open(settings: &Settings, evidence: Vec<String>) -> Finding {
    let none = settings.open_messages.is_empty();
    let cause = if none {
        "The server accepted the connection and ended it before any message; it may expect a subscription or \
         credentials."
    } else {
        "The server ended the connection right after the opening message; it may not understand the message or \
         not accept its type."
    };
    Finding::new(FindingCode::ClosedAfterOpen, cause)
        .evidence([sent_opening(settings)])
        .evidence(evidence)
        .fix(send_as_text(settings))
        .advise(if none {
            "set open_message to the subscription the server expects"
        } else {
            "check open_message against the server's documentation"
        })
}

fn idle(lost: &Lost) -> Option<String> {
    let seconds = (lost.open_for + Duration::from_millis(500)).as_secs();
    let limit = IDLE_LIMITS.iter().find(|(limit, _)| limit.abs_diff(seconds) <= 2);
    limit.map(|(_, whose)| (*whose).to_owned())
}

fn dropped(lost: &Lost, conversation: &Conversation, told: Option<&Told>) -> Finding {
    if let Some(told) = told {
        return closes::explained(FindingCode::ClosedAbnormally, None, lost, conversation, told);
    }
    builder(
        FindingCode::ClosedAbnormally,
        lost,
        conversation,
        "The connection ended without a close frame: the server, or something in between, dropped it.",
    )
    .evidence(idle(lost))
    .cure()
}

fn violation(lost: &Lost, conversation: &Conversation, rule: &str, raw: &[u8]) -> Finding {
    let Explained { cause, evidence: seen, advice } = protocol::explained(lost, rule, raw);
    builder(FindingCode::ProtocolError, lost, conversation, cause)
        .evidence([format!("rule: {rule}")])
        .evidence((!raw.is_empty()).then(|| format!("bytes: {}", escaped(raw))))
        .evidence(seen)
        .advise(advice)
}

fn too_large(lost: &Lost, conversation: &Conversation, size: u64, limit: u64) -> Finding {
    let which = if limit < LARGEST_LIMIT {
        "max_message_size allows"
    } else {
        "the pipeline has no limit, but Sockeye stops at"
    };
    let cause = format!("A message has {size} bytes or more; {which} {limit}.");
    let fix =
        size.max(limit.saturating_add(1)).checked_next_power_of_two().filter(|room| *room <= LARGEST_LIMIT);
    let fix = match fix {
        Some(room) => {
            set(format!("allow messages of {room} bytes"), &[("max_message_size", &room.to_string())])
        }
        None => advice("make the server send smaller messages"),
    };
    builder(FindingCode::MessageTooLarge, lost, conversation, cause)
        .evidence([
            "Redpanda Connect would log: Closing connection: received a message exceeding max_message_size"
                .to_owned(),
            "Bento has no limit and would have read the message".to_owned(),
        ])
        .fix([fix])
}
