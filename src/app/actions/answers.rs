//! When a message can be acked or nacked, and when its nack can be undone.

use super::{
    availability::the_session_runs,
    spec::{Available, Unavailable},
};
use crate::{
    app::model::App,
    payload::thousands,
    session::{Delivery, MessageId, Verdict},
};

const NOT_DELIVERED: &str = "is read and not delivered yet";

/// A message and its last delivery, or why there is none.
pub(super) type Asked = Result<(MessageId, Delivery), Unavailable>;

pub(super) fn can_be_nacked(app: &App, asked: Asked) -> Available {
    the_session_runs(app)?;
    let (id, delivery) = asked?;
    match delivery.verdict {
        Verdict::Dropped | Verdict::Lost => no(id, "was dropped"),
        Verdict::Nacked => no(id, "is already nacked and waits for redelivery"),
        Verdict::Pending if delivery.attempt == 0 => no(id, NOT_DELIVERED),
        Verdict::Acked | Verdict::Pending => Ok(()),
    }
}

pub(super) fn can_be_acked(app: &App, asked: Asked) -> Available {
    the_session_runs(app)?;
    let (id, delivery) = asked?;
    match delivery.verdict {
        Verdict::Dropped | Verdict::Lost => no(id, "was dropped"),
        Verdict::Acked if app.deliveries.is_auto() => no(id, "is acked: the ack mode is auto"),
        Verdict::Acked => no(id, "is already acked"),
        Verdict::Nacked => no(id, "waits for redelivery"),
        Verdict::Pending if delivery.attempt == 0 => no(id, NOT_DELIVERED),
        Verdict::Pending => Ok(()),
    }
}

pub(super) fn nack_can_be_undone(app: &App, asked: Asked) -> Available {
    the_session_runs(app)?;
    let (id, delivery) = asked?;
    match delivery.verdict {
        Verdict::Nacked => Ok(()),
        Verdict::Dropped | Verdict::Lost => no(id, "was dropped"),
        _ if delivery.attempt > 1 => no(id, "has already been redelivered"),
        _ => no(id, "was not nacked"),
    }
}

fn no(id: MessageId, why: &str) -> Available {
    Err(format!("message {} {why}", thousands(id.0)).into())
}
