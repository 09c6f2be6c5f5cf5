//! What every finding about a lost connection begins with.

use crate::session::{Finding, FindingCode, LossKind, Lost, PIPELINE_LOG};

use super::{conversation::Conversation, finding::cut};

/// A finding with the evidence of the loss.
pub(super) fn builder(
    code: FindingCode,
    lost: &Lost,
    conversation: &Conversation,
    cause: impl Into<String>,
) -> Finding {
    Finding::new(code, cause).evidence(evidence(lost, conversation))
}

/// How long the connection was open, what was said last, and what the pipeline would log.
pub(super) fn evidence(lost: &Lost, conversation: &Conversation) -> Vec<String> {
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
    let errors = conversation.last_errors(lost.open_for).map(|text| format!("said before: {text}"));
    let pipeline_log = (!matches!(lost.kind, LossKind::TooLarge { .. }))
        .then(|| format!("{PIPELINE_LOG}nothing; it reconnects silently"));
    std::iter::once(open).chain(reason).chain(errors).chain(pipeline_log).collect()
}
