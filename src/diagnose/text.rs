//! What messages themselves show to be wrong.

use crate::{
    config::{Dialect, MAX_MESSAGE_SIZE, Settings},
    payload::hex,
    session::{Finding, FindingCode, Message, MessageId, Severity},
};

use super::finding_builder::{FindingBuilder, set};

/// The first message of a session that a pipeline with its defaults would not have read, by its size in bytes;
/// `None` when each of them reads it.
#[must_use]
pub fn over_a_limit(settings: &Settings, id: MessageId, size: u64) -> Option<Finding> {
    if settings.options.dialect != Dialect::Standard || settings.max_message_size != MAX_MESSAGE_SIZE {
        return None;
    }
    let of = |dialect: &Dialect| dialect.behavior().max_message.is_some_and(|limit| size > limit);
    let stricter = Dialect::ALL.into_iter().find(of)?.behavior();
    let cause = format!(
        "Message {id} has {size} bytes. {} ends the connection with 1009 beyond {} unless max_message_size is set; the \
         earlier engines and Bento have no limit.",
        stricter.name,
        stricter.max_message.unwrap_or_default(),
    );
    let room = size.checked_next_power_of_two().unwrap_or(size).to_string();
    let finding = FindingBuilder::new(FindingCode::MessageOverPipelineLimit, cause)
        .severity(Severity::Warning)
        .fix([set(
            format!("allow messages of {room} bytes in the pipeline too"),
            &[("max_message_size", &room)],
        )])
        .done();
    Some(finding)
}

/// The first text message of a connection that is not UTF-8.
#[must_use]
pub fn invalid_utf8(message: &Message<'_>) -> Finding {
    let at = std::str::from_utf8(message.payload).err().map_or(0, |error| error.valid_up_to());
    let bytes = &message.payload[at..message.payload.len().min(at + 4)];
    let cause = format!(
        "Message {} was sent as text but holds bytes that are not UTF-8; RFC 6455, section 8.1, has a client \
         fail the connection then. The pipeline does not check, so neither does this: the payload is kept as it came.",
        message.id
    );
    FindingBuilder::new(FindingCode::InvalidUtf8, cause)
        .severity(Severity::Warning)
        .seen([format!("at byte {at} of {}: {}", message.payload.len(), hex::spaced(bytes))])
        .advise("let the server send binary messages, or encode its text as UTF-8")
        .done()
}
