//! Frames, messages and their deliveries.

use crate::{
    payload::size,
    session::{CloseFrame, Delivery, DeliveryUpdate, Direction, Sent, Verdict},
};

/// `1001 going away`: code and reason of a close frame as it was sent.
pub fn close(frame: &CloseFrame) -> String {
    match (frame.code, frame.reason.as_str()) {
        (None, _) => "without a code".to_owned(),
        (Some(code), "") => code.to_string(),
        (Some(code), reason) => format!("{code} {reason}"),
    }
}

/// `received a close frame: 1001 going away`
pub fn close_frame(direction: Direction, frame: &CloseFrame) -> String {
    let did = match direction {
        Direction::In => "received",
        Direction::Out => "sent",
    };
    format!("{did} a close frame: {}", close(frame))
}

/// `sent a text message of 24 B`
pub fn sent(sent: &Sent) -> String {
    let kind = if sent.opening { "opening message" } else { "message" };
    format!("sent a {} {kind} of {}", sent.kind.word(), size(sent.payload.len() as u64))
}

/// `acked`, `nacked · attempt 2`; attempt 0 is none yet.
pub fn delivery(delivery: Delivery) -> String {
    let verdict = match delivery.verdict {
        Verdict::Pending if delivery.attempt == 0 => "read, not delivered yet",
        Verdict::Acked => "acked",
        Verdict::Pending => "delivered",
        Verdict::Nacked => "nacked",
        Verdict::Dropped => "dropped",
        Verdict::Lost => "lost at the end",
    };
    match delivery.attempt {
        0 | 1 => verdict.to_owned(),
        attempt => format!("{verdict} · attempt {attempt}"),
    }
}

/// An answer that replaces an earlier one.
pub fn recalled(update: &DeliveryUpdate) -> String {
    let DeliveryUpdate { id, delivery, .. } = update;
    let attempt = delivery.attempt;
    match delivery.verdict {
        Verdict::Dropped => format!("message {id} was nacked after all and dropped (attempt {attempt})"),
        Verdict::Nacked | Verdict::Lost => {
            format!("message {id} was nacked after all and waits for redelivery (attempt {attempt})")
        }
        Verdict::Acked | Verdict::Pending => {
            format!("the nack of message {id} was undone (attempt {attempt})")
        }
    }
}
