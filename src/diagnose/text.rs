//! What messages themselves show to be wrong.

use crate::session::{Finding, Message, Severity};

use super::draft::Draft;

/// The first text message of a connection that is not UTF-8.
#[must_use]
pub fn invalid_utf8(message: &Message<'_>) -> Finding {
    let at = std::str::from_utf8(message.payload).err().map_or(0, |error| error.valid_up_to());
    let bytes: Vec<_> = message.payload[at..].iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let cause = format!(
        "Message {} was sent as text but holds bytes that are not UTF-8; RFC 6455, section 8.1, has a client \
         fail the connection then. The pipeline does not check, so neither does this: the payload is kept as it came.",
        message.id
    );
    Draft::new("invalid-utf8", cause)
        .severity(Severity::Warning)
        .seen([format!("at byte {at} of {}: {}", message.payload.len(), bytes.join(" "))])
        .advise("let the server send binary messages, or encode its text as UTF-8")
        .done()
}
