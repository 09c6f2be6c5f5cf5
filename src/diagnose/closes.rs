//! Findings about the server's close frame: its reason first, then what the protocol makes of its code, then the
//! code.

use std::time::Duration;

use crate::{
    config::Settings,
    session::{CloseFrame, Finding, FindingCode, LossKind, Lost, Severity, Side},
};

use super::{
    conversation::Conversation,
    finding::advice,
    lost_connection::builder,
    opened::send_as_other_type,
    protocols::{self, Meaning},
    reasons::Topic,
    signs::Seen,
    table,
};

/// A close within this time answers what was sent at the opening, or that nothing was.
pub(super) const RIGHT_AFTER: Duration = Duration::from_secs(5);

/// Reasons that say nothing.
const EMPTY_WORDS: [&str; 11] = [
    "",
    "ok",
    "bye",
    "goodbye",
    "normal",
    "normal closure",
    "close",
    "closed",
    "done",
    "finished",
    "end of stream",
];

/// The finding of each close code (RFC 6455, section 7.4, and the IANA registry). 1005 stands for a frame without one.
const CLOSES: [(u16, FindingCode); 13] = [
    (1000, FindingCode::CloseNormal),
    (1001, FindingCode::CloseGoingAway),
    (1002, FindingCode::CloseProtocol),
    (1003, FindingCode::CloseUnsupported),
    (1005, FindingCode::CloseNoCode),
    (1007, FindingCode::CloseInvalidData),
    (1008, FindingCode::ClosePolicy),
    (1009, FindingCode::CloseTooBig),
    (1010, FindingCode::CloseExtension),
    (1011, FindingCode::CloseServerError),
    (1012, FindingCode::CloseRestart),
    (1013, FindingCode::CloseTryLater),
    (1014, FindingCode::CloseBadGateway),
];

/// What the server said about the end: in the reason of its close, or in a message shortly before.
pub(super) enum Told {
    /// The protocol is known, and defines the code.
    Code(Meaning),
    Reason(Topic),
    Message(Topic),
    /// A reason that no table knows, right after the opening.
    UnknownReason,
    /// An error message that no table knows, before a close without a word.
    UnknownMessage,
}

/// What the server said about this end, if it said anything.
pub(super) fn told(settings: &Settings, lost: &Lost, conversation: &Conversation) -> Option<Told> {
    let (code, reason) = match &lost.kind {
        LossKind::Closed { by: Side::Server, frame } => (frame.code, frame.reason.as_str()),
        LossKind::Ended => (None, ""),
        _ => return None,
    };
    let is_right_after = lost.open_for < RIGHT_AFTER;
    // What has expired right after the opening is what was sent with it.
    let topic = |text: &str| match Topic::of(text) {
        Some(Topic::Age) if is_right_after && text.to_ascii_lowercase().contains("expire") => {
            Some(Topic::Credentials)
        }
        topic => topic,
    };
    let by_reason = topic(reason);
    let seen = Seen { settings, conversation, reason };
    // Where the reason is about something else, it is the better witness.
    let by_code = code.and_then(|code| protocols::meaning(code, lost.open_for, &seen)).filter(|meaning| {
        by_reason.is_none_or(|topic| {
            topic == meaning.topic || topic.is_about_life() && meaning.topic.is_about_life()
        })
    });
    let error = conversation.last_errors(lost.open_for).next();
    let speaks = !EMPTY_WORDS.contains(&reason.trim_matches(['.', '!', ' ']).to_ascii_lowercase().as_str());
    let is_silent = matches!(code, None | Some(1000 | 1001 | 1005 | 1008 | 1011));
    by_code
        .map(Told::Code)
        .or(by_reason.map(Told::Reason))
        .or_else(|| error.and_then(topic).map(Told::Message))
        .or((speaks && is_right_after).then_some(Told::UnknownReason))
        .or((error.is_some() && is_silent).then_some(Told::UnknownMessage))
}

/// The finding of this code, with what the server said about it.
pub(super) fn explained(
    code: FindingCode,
    number: Option<u16>,
    lost: &Lost,
    conversation: &Conversation,
    told: &Told,
) -> Finding {
    let number = number.map_or_else(String::new, |number| format!(" ({number})"));
    let (topic, cause) = match told {
        Told::Code(Meaning { protocol, topic, says }) => {
            (Some(*topic), format!("{}; {protocol} closes with this code and means: {says}.", topic.cause()))
        }
        Told::Reason(topic) => (Some(*topic), format!("{}: the reason of the close says so.", topic.cause())),
        Told::Message(topic) => {
            (Some(*topic), format!("{}: its last message before the end says so.", topic.cause()))
        }
        Told::UnknownReason => {
            (None, "The server closed soon after the opening and says why in its reason.".to_owned())
        }
        Told::UnknownMessage => (
            None,
            "The server sent an error message and then ended the connection: the message says why."
                .to_owned(),
        ),
    };
    // What the server says of a close is worth more than a note, also with 1000.
    let finding = builder(code, lost, conversation, cause).severity(Severity::Warning);
    match topic {
        Some(topic) => {
            let pings = topic.is_about_life().then(|| conversation.about_pings(lost.open_for));
            finding.title(format!("{}{number}", topic.title())).evidence(pings).fix(topic.fixes())
        }
        None => finding
            .title(format!("closed with an explanation{number}"))
            .advise("mend what it names: the opening message, the credentials or url; the pipeline reconnects and is closed again")
            .advise("look the words up in the server's documentation"),
    }
}

/// The finding about the server's close frame.
pub(super) fn closed(
    settings: &Settings,
    lost: &Lost,
    frame: &CloseFrame,
    conversation: &Conversation,
    told: Option<&Told>,
) -> Finding {
    // 1005 stands for a frame without a code and may not be on the wire (section 7.4.1).
    let number = match frame.code {
        None => Some(1005),
        Some(1005) => None,
        code => code,
    };
    let registered = CLOSES.iter().find(|(known, _)| Some(*known) == number).map(|(_, code)| *code);
    if let Some(told) = told {
        let code = registered.unwrap_or_else(|| code_of(frame));
        return explained(code, number, lost, conversation, told);
    }
    if let Some(code) = registered {
        let other_type = matches!(number, Some(1003 | 1007)).then(|| send_as_other_type(settings)).flatten();
        return builder(code, lost, conversation, table::spec(code).meaning).fix(other_type).cure();
    }
    of_application(lost, frame, conversation)
}

/// Whether a code belongs to applications and libraries.
fn code_of(frame: &CloseFrame) -> FindingCode {
    let is_of_application = frame.code.is_some_and(|code| (3000..=4999).contains(&code));
    if is_of_application { FindingCode::CloseApp } else { FindingCode::CloseUnknown }
}

/// Codes of the IANA registry, and those made like the statuses of HTTP, with what they are about.
const BY_CONVENTION: [(u16, Topic, &str); 12] = [
    (3000, Topic::Credentials, "is registered as “unauthorized”"),
    (3003, Topic::Credentials, "is registered as “forbidden”"),
    (3008, Topic::Idle, "is registered as “timeout”"),
    (4400, Topic::Request, "is usually made like the 400 of HTTP, a bad request"),
    (4401, Topic::Credentials, "is usually made like the 401 of HTTP, unauthorized"),
    (4403, Topic::Credentials, "is usually made like the 403 of HTTP, forbidden"),
    (4404, Topic::Subscription, "is usually made like the 404 of HTTP, not found"),
    (4408, Topic::Idle, "is usually made like the 408 of HTTP, a timeout"),
    (4413, Topic::Size, "is usually made like the 413 of HTTP, too large"),
    (4429, Topic::Rate, "is usually made like the 429 of HTTP, too many requests"),
    (4500, Topic::Internal, "is usually made like the 500 of HTTP, an internal error"),
    (4503, Topic::Internal, "is usually made like the 503 of HTTP, unavailable"),
];

/// A code without a sign of its protocol.
fn of_application(lost: &Lost, frame: &CloseFrame, conversation: &Conversation) -> Finding {
    let number = frame.code.unwrap_or_default();
    let code = code_of(frame);
    if code == FindingCode::CloseUnknown {
        let cause = "The code of the close frame has no registered meaning, or must not be sent.";
        return builder(code, lost, conversation, cause)
            .title(format!("closed with an unknown code ({number})"))
            .cure();
    }
    let others = protocols::may_mean(number);
    let convention = BY_CONVENTION.iter().find(|(known, ..)| *known == number);
    let cause = match convention {
        Some((_, topic, as_what)) => format!("{}: {number} {as_what}.", topic.cause()),
        None => {
            "The server closed with an application-specific code, which its documentation defines.".to_owned()
        }
    };
    builder(code, lost, conversation, cause)
        .title(format!("closed with a code of the application ({number})"))
        .evidence(others)
        .fix(convention.into_iter().flat_map(|(_, topic, _)| topic.fixes()))
        .fix(convention.is_none().then(|| advice(format!("look {number} up in the server's documentation"))))
}
