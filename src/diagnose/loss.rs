//! What the end of an open connection means.

use std::time::Duration;

use crate::{
    config::{Dialect, MessageType, Settings},
    session::{CloseFrame, Finding, FindingCode, LossKind, Lost, RetryIn, Severity, Side, limit_in_words},
};

use super::{
    finding_builder::{FindingBuilder, advice, cut, escaped, set},
    opened::{as_text, as_the_other_type, opening},
    tls::{ASKS_AGAIN, NO_CERTIFICATE, allow_another_handshake},
};

/// A connection that ends without a message within this time was ended for how it began.
const RIGHT_AFTER: Duration = Duration::from_secs(5);

/// Where the pipelines do worse than we do to a server that accepts and drops.
const AT_ONCE: &str = "Bento, and Redpanda Connect before 4.110, reconnect at once after a loss; here it takes 100 ms (--as bento: none)";

/// The largest limit that is offered as a fix, in bytes.
const LARGEST_LIMIT: u64 = 1 << 30;

/// Well-known idle limits, in seconds, and whose they are.
const IDLE_LIMITS: [(u64, &str); 3] = [
    (60, "60 s is the idle limit of nginx (proxy_read_timeout) and of AWS application load balancers"),
    (100, "100 s is the idle limit of Cloudflare"),
    (350, "350 s is the idle limit of AWS network load balancers"),
];

/// What the end of an open connection means. That we left it ourselves means nothing.
#[must_use]
pub fn lost(settings: &Settings, lost: &Lost) -> Vec<Finding> {
    let finding = match &lost.kind {
        LossKind::Left | LossKind::Closed { by: Side::Us, .. } => return Vec::new(),
        LossKind::Closed { by: Side::Server, frame } => closed(settings, lost, frame),
        LossKind::Ended => dropped(lost),
        LossKind::Io { error } => finding(
            FindingCode::ConnectionFailed,
            lost,
            "The operating system reported an error on the open connection.",
        )
        .seen([format!("error: {error}")])
        .seen(idle(lost))
        .advise("look at firewalls and proxies in between; the session reconnects by itself")
        .done(),
        LossKind::RenegotiationAsked => finding(FindingCode::TlsRenegotiation, lost, ASKS_AGAIN)
            .severity(Severity::Error)
            .fix([allow_another_handshake()])
            .advise(NO_CERTIFICATE)
            .done(),
        LossKind::Violation { rule, last } => violation(lost, rule, last),
        LossKind::TooLarge { size, limit } => too_large(lost, *size, *limit),
    };
    let at_once = lost.messages == 0 && lost.open_for < RIGHT_AFTER && is_of_the_server(&lost.kind);
    let first = at_once.then(|| {
        let mut finding = closed_after_open(settings, seen(lost));
        let is_standard = settings.options.dialect == Dialect::Standard;
        finding.evidence.extend(is_standard.then(|| AT_ONCE.to_owned()));
        Finding { severity: Severity::Warning, ..finding }
    });
    // The code says more than the moment.
    let first = open_type(settings, lost).or(first);
    first.into_iter().chain([finding]).collect()
}

/// One connection after the other is lost before it brings a message.
#[must_use]
pub fn flapping(settings: &Settings, retry: &RetryIn) -> Finding {
    let cause = format!(
        "{} connections in a row were lost before any message came. The server, or something in between, accepts \
         them and then does not want them.",
        retry.without_message
    );
    let pause = settings.options.dialect.behavior().redial;
    FindingBuilder::new(FindingCode::Flapping, cause)
        .severity(Severity::Warning)
        .seen([format!("the pause grows from {} to 10 s at most", limit_in_words(pause)), "a pipeline connects again at the same pause each time: Bento, and Redpanda Connect before 4.110, at once"
                .to_owned()])
        .advise("look at how the connections end: the finding about the loss names the cause")
        .done()
}

/// The server closed with a code that speaks of the type of a message, before it sent any.
fn open_type(settings: &Settings, lost: &Lost) -> Option<Finding> {
    let LossKind::Closed { by: Side::Server, frame } = &lost.kind else { return None };
    let code = frame.code.filter(|code| matches!(code, 1003 | 1007))?;
    let fix = as_the_other_type(settings).filter(|_| lost.messages == 0 && lost.open_for < RIGHT_AFTER)?;
    let is_text = settings.open_messages.iter().all(|message| {
        let text = message.expose().trim_start();
        text.starts_with(['{', '[', '"']) || !text.contains(|c: char| c.is_control())
    });
    let cause = match settings.open_message_type {
        MessageType::Binary if is_text => {
            "The opening message is text but was sent as binary, as open_message_type says by default; the server \
             does not take that."
        }
        MessageType::Binary => "The opening message was sent as binary, and the server does not take that.",
        MessageType::Text => "The opening message was sent as text, and the server does not take that.",
    };
    let finding = FindingBuilder::new(FindingCode::OpenType, cause)
        .seen([opening(settings), format!("the server closed with {code}")])
        .fix([fix])
        .done();
    Some(finding)
}

/// Whether the end may be an answer to how the connection was opened.
fn is_of_the_server(kind: &LossKind) -> bool {
    let close_of_its_own = [Some(1001), Some(1011), Some(1012), Some(1013), Some(1014)];
    match kind {
        LossKind::Closed { by: Side::Server, frame } => !close_of_its_own.contains(&frame.code),
        LossKind::Ended | LossKind::Io { .. } => true,
        _ => false,
    }
}

/// The server ended the connection before it said anything.
pub(super) fn closed_after_open(settings: &Settings, seen: Vec<String>) -> Finding {
    let cause = if settings.open_messages.is_empty() {
        "The server took the connection and ended it before any message; it may have waited for \
         a subscription or credentials."
    } else {
        "The server ended the connection right after the opening message; it may not understand it, \
         or not as this type."
    };
    let none = settings.open_messages.is_empty();
    FindingBuilder::new(FindingCode::ClosedAfterOpen, cause)
        .seen([opening(settings)])
        .seen(seen)
        .fix(as_text(settings))
        .fix([if none {
            advice("set open_message to the subscription the server expects")
        } else {
            advice("check open_message against the server's documentation")
        }])
        .done()
}

fn finding(code: FindingCode, lost: &Lost, cause: impl Into<String>) -> FindingBuilder {
    FindingBuilder::new(code, cause).severity(Severity::Warning).seen(seen(lost))
}

fn seen(lost: &Lost) -> Vec<String> {
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
    let quiet = (!matches!(lost.kind, LossKind::TooLarge { .. }))
        .then(|| "the pipeline would log: nothing; it reconnects without a word".to_owned());
    [Some(open), reason, quiet].into_iter().flatten().collect()
}

fn idle(lost: &Lost) -> Option<String> {
    let seconds = lost.open_for.as_secs_f64().round();
    IDLE_LIMITS
        .iter()
        .find(|(limit, _)| {
            Duration::from_secs(*limit).abs_diff(Duration::from_secs_f64(seconds)) <= Duration::from_secs(2)
        })
        .map(|(_, whose)| (*whose).to_owned())
}

fn dropped(lost: &Lost) -> Finding {
    finding(
        FindingCode::ClosedAbnormally,
        lost,
        "The connection ended without a close frame: the server, or something in between, dropped it.",
    )
    .seen(idle(lost))
    .advise("look for an idle limit or a restart of proxies and load balancers in between")
    .done()
}

fn violation(lost: &Lost, rule: &str, raw: &[u8]) -> Finding {
    let bytes = (!raw.is_empty()).then(|| format!("bytes there: {}", escaped(raw)));
    let cause = if raw.starts_with(b"HTTP/1.") {
        "The server wrote an HTTP answer into the open websocket instead of a frame. Servers of socket.io do so \
         when they refuse a client after the upgrade: the answer says why."
    } else {
        "The server sent a frame that RFC 6455 does not allow."
    };
    finding(FindingCode::ProtocolError, lost, cause)
        .severity(Severity::Error)
        .seen([format!("rule: {rule}")])
        .seen(bytes)
        .advise("fix the server, or the proxy in between that changes its frames")
        .done()
}

fn too_large(lost: &Lost, size: u64, limit: u64) -> Finding {
    let whose = if limit < LARGEST_LIMIT {
        "max_message_size allows"
    } else {
        "the pipeline would read on, and Sockeye stops at"
    };
    let cause = format!("A message of {size} bytes or more came; {whose} {limit}.");
    let fix =
        size.max(limit.saturating_add(1)).checked_next_power_of_two().filter(|room| *room <= LARGEST_LIMIT);
    let fix = match fix {
        Some(room) => {
            set(format!("allow messages of {room} bytes"), &[("max_message_size", &room.to_string())])
        }
        None => advice("let the server send smaller messages"),
    };
    finding(FindingCode::MessageTooLarge, lost, cause)
        .severity(Severity::Error)
        .seen([
            "Redpanda Connect would log: Closing connection: received a message exceeding max_message_size"
                .to_owned(),
            "Bento has no limit and would have read on".to_owned(),
        ])
        .fix([fix])
        .done()
}

/// What a close code means: number, finding, cause, what to do (RFC 6455, section 7.4, and the
/// IANA registry).
#[rustfmt::skip]
const CLOSES: [(u16, FindingCode, &str, &str); 13] = [
    (1000, FindingCode::CloseNormal, "The server has said all it had to say. The pipeline connects again all the same.",
        "nothing to do: the session reconnects by itself"),
    (1001, FindingCode::CloseGoingAway, "The server shuts down, or drops connections to free resources.",
        "nothing to do: the session reconnects by itself"),
    (1002, FindingCode::CloseProtocol, "The server says that this side broke the websocket protocol.",
        "look at the last frames sent, and for a proxy that changes them"),
    (1003, FindingCode::CloseUnsupported, "The server does not take this kind of message: text where it wants binary, or the other way round.",
        "send messages of the other kind"),
    (1007, FindingCode::CloseInvalidData, "The server could not read a message of ours as what it claims to be.",
        "check that what is sent as text is valid UTF-8 and makes sense to the server"),
    (1008, FindingCode::ClosePolicy, "The server refuses to go on: a rule of its own, often about credentials or limits.",
        "check credentials, the subscription and the server's limits"),
    (1009, FindingCode::CloseTooBig, "A message of ours was larger than the server takes.",
        "send less at once: split the opening message"),
    (1010, FindingCode::CloseExtension, "The close says that a websocket extension was expected and not agreed on.",
        "let the server do without the extension"),
    (1011, FindingCode::CloseServerError, "The server met something it did not expect.",
        "look at the server's log; the session reconnects by itself"),
    (1012, FindingCode::CloseRestart, "The server restarts and will be back.",
        "nothing to do: the session reconnects by itself"),
    (1013, FindingCode::CloseTryLater, "The server is overloaded and asks to come back later.",
        "wait, and look for other clients that load it"),
    (1014, FindingCode::CloseBadGateway, "A gateway got an invalid answer from the server behind it.",
        "look at the server behind the gateway"),
    (1005, FindingCode::CloseNoCode, "The server closed politely but did not say why.",
        "look at the server's log"),
];

/// A close frame of the server, by its code.
fn closed(settings: &Settings, lost: &Lost, frame: &CloseFrame) -> Finding {
    // 1005 stands for a frame without a code and may not be on the wire (section 7.4.1).
    let number = match frame.code {
        None => Some(1005),
        Some(1005) => None,
        code => code,
    };
    if let Some((number, code, cause, fix)) = CLOSES.iter().find(|(known, ..)| Some(*known) == number) {
        let severity = if *number == 1000 { Severity::Note } else { Severity::Warning };
        let other_type = matches!(number, 1003 | 1007).then(|| as_the_other_type(settings)).flatten();
        return finding(*code, lost, *cause).severity(severity).fix(other_type).advise(*fix).done();
    }
    let number = frame.code.unwrap_or_default();
    if (3000..=4999).contains(&number) {
        let cause = "The server closed with a code of its own; its documentation says what it means.";
        return finding(FindingCode::CloseApp, lost, cause)
            .titled(format!("closed with a code of the application ({number})"))
            .advise(format!("look {number} up in the server's documentation"))
            .done();
    }
    let cause = "The code of the close frame has no agreed meaning, or may not be sent at all.";
    finding(FindingCode::CloseUnknown, lost, cause)
        .titled(format!("closed with an unknown code ({number})"))
        .advise("look at the server's log")
        .done()
}
