//! Findings about the loss of an open connection.

use std::time::Duration;

use crate::{
    config::{Dialect, MessageType, Settings},
    payload::limit_in_words,
    session::{CloseFrame, Finding, FindingCode, LossKind, Lost, PIPELINE_LOG, RetryIn, Severity, Side},
};

use super::{
    finding::{LARGEST_LIMIT, advice, cut, escaped, set},
    opened::{send_as_other_type, send_as_text, sent_opening},
    protocol::{self, Explained},
    tls::{RENEGOTIATION_OFF, SET_CLIENT_CERT, allow_renegotiation},
};

/// A connection that ends within this time without a message was probably ended because of its opening.
const RIGHT_AFTER: Duration = Duration::from_secs(5);

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
pub fn lost(settings: &Settings, lost: &Lost) -> Vec<Finding> {
    let finding = match &lost.kind {
        LossKind::Left | LossKind::Closed { by: Side::Us, .. } => return Vec::new(),
        LossKind::Closed { by: Side::Server, frame } => closed(settings, lost, frame),
        LossKind::Ended => dropped(lost),
        LossKind::Io { error } => {
            let cause = "The operating system reported an error on the open connection.";
            builder(FindingCode::ConnectionFailed, lost, cause)
                .evidence([format!("error: {error}")])
                .evidence(idle(lost))
                .advise("check firewalls and proxies in between; the session reconnects by itself")
        }
        LossKind::RenegotiationAsked => builder(FindingCode::TlsRenegotiation, lost, RENEGOTIATION_OFF)
            .severity(Severity::Error)
            .fix([allow_renegotiation()])
            .advise(SET_CLIENT_CERT),
        LossKind::Violation { rule, last } => violation(lost, rule, last),
        LossKind::TooLarge { size, limit } => too_large(lost, *size, *limit),
    };
    let at_once = lost.messages == 0 && lost.open_for < RIGHT_AFTER && may_answer_opening(&lost.kind);
    let first = at_once.then(|| {
        let is_standard = settings.options.dialect == Dialect::Standard;
        closed_after_open(settings, evidence(lost))
            .severity(Severity::Warning)
            .evidence(is_standard.then_some(RECONNECTS_AT_ONCE))
    });
    // The close code is more specific than the time of the close.
    let first = open_type(settings, lost).or(first);
    first.into_iter().chain([finding]).collect()
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
    Finding::warning(FindingCode::Flapping, cause)
        .evidence([
            format!("the pause grows from {} to 10 s at most", limit_in_words(pause)),
            "a pipeline reconnects after the same pause each time: Bento, and Redpanda Connect before 4.110, at once"
                .to_owned(),
        ])
        .advise("check how the connections end: the finding about the loss names the cause")
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

fn builder(code: FindingCode, lost: &Lost, cause: impl Into<String>) -> Finding {
    Finding::warning(code, cause).evidence(evidence(lost))
}

fn evidence(lost: &Lost) -> Vec<String> {
    let messages = if lost.messages == 1 { "message" } else { "messages" };
    let open = format!(
        "open for {}.{} s, {} {messages} received",
        lost.open_for.as_secs(),
        lost.open_for.subsec_millis() / 100,
        lost.messages
    );
    let reason = match &lost.kind {
        LossKind::Closed { frame, .. } if !frame.reason.is_empty() => {
            Some(format!("reason: {}", cut(&frame.reason, 130)))
        }
        _ => None,
    };
    let pipeline_log = (!matches!(lost.kind, LossKind::TooLarge { .. }))
        .then(|| format!("{PIPELINE_LOG}nothing; it reconnects silently"));
    [Some(open), reason, pipeline_log].into_iter().flatten().collect()
}

fn idle(lost: &Lost) -> Option<String> {
    let seconds = (lost.open_for + Duration::from_millis(500)).as_secs();
    let limit = IDLE_LIMITS.iter().find(|(limit, _)| limit.abs_diff(seconds) <= 2);
    limit.map(|(_, whose)| (*whose).to_owned())
}

fn dropped(lost: &Lost) -> Finding {
    builder(
        FindingCode::ClosedAbnormally,
        lost,
        "The connection ended without a close frame: the server, or something in between, dropped it.",
    )
    .evidence(idle(lost))
    .advise("check proxies and load balancers in between for an idle limit or a restart")
}

fn violation(lost: &Lost, rule: &str, raw: &[u8]) -> Finding {
    let Explained { cause, evidence, advice } = protocol::explained(lost, rule, raw);
    builder(FindingCode::ProtocolError, lost, cause)
        .severity(Severity::Error)
        .evidence([format!("rule: {rule}")])
        .evidence((!raw.is_empty()).then(|| format!("bytes: {}", escaped(raw))))
        .evidence(evidence)
        .advise(advice)
}

fn too_large(lost: &Lost, size: u64, limit: u64) -> Finding {
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
    builder(FindingCode::MessageTooLarge, lost, cause)
        .severity(Severity::Error)
        .evidence([
            "Redpanda Connect would log: Closing connection: received a message exceeding max_message_size"
                .to_owned(),
            "Bento has no limit and would have read the message".to_owned(),
        ])
        .fix([fix])
}

/// Number, finding, cause and fix of each close code (RFC 6455, section 7.4, and the IANA registry).
#[rustfmt::skip]
const CLOSES: [(u16, FindingCode, &str, &str); 13] = [
    (1000, FindingCode::CloseNormal, "The server has sent all it had to send. The pipeline reconnects anyway.",
        "nothing to do: the session reconnects by itself"),
    (1001, FindingCode::CloseGoingAway, "The server is shutting down, or drops connections to free resources.",
        "nothing to do: the session reconnects by itself"),
    (1002, FindingCode::CloseProtocol, "The server reports that the client broke the websocket protocol.",
        "check the last frames that were sent, and whether a proxy changes them"),
    (1003, FindingCode::CloseUnsupported, "The server does not accept this type of message: text where it expects binary, or the reverse.",
        "send messages of the other type"),
    (1007, FindingCode::CloseInvalidData, "A message from the client does not match its type, such as text that is not UTF-8.",
        "check that text messages are valid UTF-8 and in a format that the server understands"),
    (1008, FindingCode::ClosePolicy, "The server refuses to continue because of its own rules, often about credentials or limits.",
        "check credentials, the subscription and the server's limits"),
    (1009, FindingCode::CloseTooBig, "A message from the client was larger than the server accepts.",
        "send smaller messages: split the opening message"),
    (1010, FindingCode::CloseExtension, "The close frame says that a websocket extension was expected but not negotiated.",
        "configure the server to work without the extension"),
    (1011, FindingCode::CloseServerError, "The server met an unexpected condition.",
        "check the server's log; the session reconnects by itself"),
    (1012, FindingCode::CloseRestart, "The server is restarting.",
        "nothing to do: the session reconnects by itself"),
    (1013, FindingCode::CloseTryLater, "The server is overloaded and asks the client to connect again later.",
        "wait, and check whether other clients overload it"),
    (1014, FindingCode::CloseBadGateway, "A gateway received an invalid response from the server behind it.",
        "check the server behind the gateway"),
    (1005, FindingCode::CloseNoCode, "The server closed with a close frame that gives no reason.",
        "check the server's log"),
];

fn closed(settings: &Settings, lost: &Lost, frame: &CloseFrame) -> Finding {
    // 1005 stands for a frame without a code and may not be on the wire (section 7.4.1).
    let number = match frame.code {
        None => Some(1005),
        Some(1005) => None,
        code => code,
    };
    if let Some((number, code, cause, fix)) = CLOSES.iter().find(|(known, ..)| Some(*known) == number) {
        let severity = if *number == 1000 { Severity::Note } else { Severity::Warning };
        let other_type = matches!(number, 1003 | 1007).then(|| send_as_other_type(settings)).flatten();
        return builder(*code, lost, *cause).severity(severity).fix(other_type).advise(*fix);
    }
    let number = frame.code.unwrap_or_default();
    if (3000..=4999).contains(&number) {
        let cause = "The server closed with an application-specific code, which its documentation defines.";
        return builder(FindingCode::CloseApp, lost, cause)
            .title(format!("closed with a code of the application ({number})"))
            .advise(format!("look {number} up in the server's documentation"));
    }
    let cause = "The code of the close frame has no registered meaning, or must not be sent.";
    builder(FindingCode::CloseUnknown, lost, cause)
        .title(format!("closed with an unknown code ({number})"))
        .advise("check the server's log")
}
