//! Findings about the content of messages.

use crate::{
    config::{Dialect, MAX_MESSAGE_SIZE, Settings},
    payload::hex,
    session::{Finding, FindingCode, Message, MessageId},
};

use super::finding::set;

/// A message of `size` bytes that a pipeline with default settings would not read; `None` if all of them read it.
#[must_use]
pub fn over_a_limit(settings: &Settings, id: MessageId, size: u64) -> Option<Finding> {
    if settings.options.dialect != Dialect::Standard || settings.max_message_size != MAX_MESSAGE_SIZE {
        return None;
    }
    let is_exceeded = |dialect: &&Dialect| dialect.behavior().max_message.is_some_and(|limit| size > limit);
    let stricter = Dialect::ALL.iter().find(is_exceeded)?.behavior();
    let cause = format!(
        "Message {id} has {size} bytes. {} ends the connection with 1009 above {} bytes unless max_message_size is \
         set; its earlier versions and Bento have no limit.",
        stricter.name,
        stricter.max_message.unwrap_or_default(),
    );
    let room = size.checked_next_power_of_two().unwrap_or(size).to_string();
    let finding = Finding::new(FindingCode::MessageOverPipelineLimit, cause).fix([set(
        format!("allow messages of {room} bytes in the pipeline too"),
        &[("max_message_size", &room)],
    )]);
    Some(finding)
}

/// A text message that is not UTF-8; reported once a connection.
#[must_use]
pub fn invalid_utf8(message: &Message<'_>) -> Finding {
    let at = std::str::from_utf8(message.payload).err().map_or(0, |error| error.valid_up_to());
    let bytes = &message.payload[at..message.payload.len().min(at + 4)];
    let cause = format!(
        "Message {} was sent as text but contains bytes that are not UTF-8. RFC 6455, section 8.1, requires a client \
         to fail the connection. The pipeline does not check this, so Sockeye keeps the payload unchanged.",
        message.id
    );
    Finding::new(FindingCode::InvalidUtf8, cause)
        .evidence([format!("at byte {at} of {}: {}", message.payload.len(), hex::spaced(bytes))])
        .cure()
}
