//! What the end of an open connection means.

use std::time::Duration;

use crate::{
    config::{MessageType, Settings},
    session::{CloseFrame, Finding, Fix, LossKind, Lost, Severity, Side},
};

use super::{
    draft::{Draft, advice, cut, set},
    opened::{as_the_other_type, opening},
    tls::escaped,
};

/// A connection that ends without a message within this time was ended for how it began.
const RIGHT_AFTER: Duration = Duration::from_secs(5);

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
        LossKind::Io { error } => {
            draft("connection-failed", lost, "The operating system reported an error on the open connection.")
                .seen([format!("error: {error}")])
                .seen(idle(lost))
                .advise("look at firewalls and proxies in between; the session dials again by itself")
                .done()
        }
        LossKind::Violation { rule, last } => violation(lost, rule, last),
        LossKind::TooLarge { size, limit } => too_large(lost, *size, *limit),
    };
    let at_once = lost.messages == 0 && lost.open_for < RIGHT_AFTER && is_of_the_server(&lost.kind);
    let first = at_once.then(|| closed_after_open(settings, seen(lost)));
    first.into_iter().chain([finding]).collect()
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
        "The server took the connection and ended it before any message; it may have waited for a subscription or credentials."
    } else {
        "The server ended the connection right after the opening message; it may not understand it, or not as this type."
    };
    let none = settings.open_messages.is_empty();
    Draft::new("closed-after-open", cause)
        .seen([opening(settings)])
        .seen(seen)
        .fix(as_the_other_type(settings))
        .fix([if none {
            advice("set open_message to the subscription the server expects")
        } else {
            advice("check open_message against the server's documentation")
        }])
        .done()
}

fn draft(code: &'static str, lost: &Lost, cause: impl Into<String>) -> Draft {
    Draft::new(code, cause).severity(Severity::Warning).seen(seen(lost))
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
    let quiet = "the pipeline would log: nothing; it throws code and reason away and dials again";
    [Some(open), reason, Some(quiet.to_owned())].into_iter().flatten().collect()
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
    draft(
        "closed-abnormally",
        lost,
        "The connection ended without a close frame: the server, or something in between, dropped it.",
    )
    .seen(idle(lost))
    .advise("look for an idle limit or a restart of proxies and load balancers in between")
    .done()
}

fn violation(lost: &Lost, rule: &str, last: &[u8]) -> Finding {
    let bytes = (!last.is_empty()).then(|| format!("bytes there: {}", escaped(last)));
    draft("protocol-error", lost, "The server sent a frame that RFC 6455 does not allow.")
        .severity(Severity::Error)
        .seen([format!("rule: {rule}")])
        .seen(bytes)
        .advise("mend the server, or the proxy in between that changes its frames")
        .done()
}

fn too_large(lost: &Lost, size: u64, limit: u64) -> Finding {
    let cause = format!("A message of {size} bytes or more came; max_message_size allows {limit}.");
    let mend =
        size.max(limit.saturating_add(1)).checked_next_power_of_two().filter(|room| *room <= LARGEST_LIMIT);
    let fix = match mend {
        Some(room) => {
            set(format!("allow messages of {room} bytes"), &[("max_message_size", &room.to_string())])
        }
        None => advice("let the server send smaller messages"),
    };
    draft("message-too-large", lost, cause)
        .severity(Severity::Error)
        .seen(["where the pipeline has max_message_size it would log: Closing connection: received a message exceeding max_message_size".to_owned()])
        .fix([fix])
        .done()
}

/// A close frame of the server, by its code (RFC 6455, section 7.4, and the IANA registry).
fn closed(settings: &Settings, lost: &Lost, frame: &CloseFrame) -> Finding {
    let other_type = as_the_other_type(settings).or_else(|| as_binary(settings));
    let (code, severity, cause, fixes): (_, _, &str, Vec<Fix>) = match frame.code {
        None => (
            "close-no-code",
            Severity::Warning,
            "The server closed politely but did not say why.",
            vec![advice("look at the server's log")],
        ),
        Some(1000) => (
            "close-normal",
            Severity::Note,
            "The server has said all it had to say. The pipeline dials again all the same.",
            Vec::new(),
        ),
        Some(1001) => (
            "close-going-away",
            Severity::Warning,
            "The server shuts down, or drops connections to free resources.",
            vec![advice("nothing to do: the session dials again by itself")],
        ),
        Some(1002) => (
            "close-protocol",
            Severity::Warning,
            "The server says that this side broke the websocket protocol.",
            vec![advice("look at the last frames sent, and for a proxy that changes them")],
        ),
        Some(1003) => (
            "close-unsupported",
            Severity::Warning,
            "The server does not take this kind of message: text where it wants binary, or the other way round.",
            other_type.into_iter().chain([advice("send the other kind")]).collect(),
        ),
        Some(1007) => (
            "close-invalid-data",
            Severity::Warning,
            "The server could not read a message of ours as what it claims to be.",
            other_type
                .into_iter()
                .chain([advice("check that what is sent is valid UTF-8 and valid for the server")])
                .collect(),
        ),
        Some(1008) => (
            "close-policy",
            Severity::Warning,
            "The server refuses to go on: a rule of its own, often about credentials or limits.",
            vec![advice("check credentials, the subscription and the server's limits")],
        ),
        Some(1009) => (
            "close-too-big",
            Severity::Warning,
            "A message of ours was larger than the server takes.",
            vec![advice("send less at once: split the opening message")],
        ),
        Some(1010) => (
            "close-extension",
            Severity::Warning,
            "The close says that a websocket extension was expected and not agreed on.",
            vec![advice("let the server do without the extension")],
        ),
        Some(1011) => (
            "close-server-error",
            Severity::Warning,
            "The server met something it did not expect.",
            vec![advice("look at the server's log; the session dials again by itself")],
        ),
        Some(1012) => (
            "close-restart",
            Severity::Warning,
            "The server restarts and will be back.",
            vec![advice("nothing to do: the session dials again by itself")],
        ),
        Some(1013) => (
            "close-try-later",
            Severity::Warning,
            "The server is overloaded and asks to come back later.",
            vec![advice("wait, and look for other clients that load it")],
        ),
        Some(1014) => (
            "close-bad-gateway",
            Severity::Warning,
            "A gateway got an invalid answer from the server behind it.",
            vec![advice("look at the server behind the gateway")],
        ),
        Some(3000..=4999) => (
            "close-app",
            Severity::Warning,
            "The server closed with a code of its own; its documentation says what it means.",
            vec![advice("look the code up in the server's documentation")],
        ),
        Some(_) => (
            "close-unknown",
            Severity::Warning,
            "The code of the close frame has no agreed meaning, or may not be sent at all.",
            vec![advice("look at the server's log")],
        ),
    };
    let draft = draft(code, lost, cause).severity(severity).fix(fixes);
    match (code, frame.code) {
        ("close-app", Some(number)) => {
            draft.titled(format!("closed with a code of the application ({number})"))
        }
        ("close-unknown", Some(number)) => draft.titled(format!("closed with an unknown code ({number})")),
        _ => draft,
    }
    .done()
}

fn as_binary(settings: &Settings) -> Option<Fix> {
    (!settings.open_messages.is_empty() && settings.open_message_type == MessageType::Text)
        .then(|| set("send the opening message as binary", &[("open_message_type", "binary")]))
}
