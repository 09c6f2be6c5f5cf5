//! What can be done anywhere.

use super::{
    id::ActionId,
    spec::{ActionSpec, in_scope, row},
};
use crate::app::{effect::Effect, screens::Scope, state::Key};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Everywhere,
    [
        row(ActionId::QuitAtOnce, &[Key::ctrl('c')], "quit at once")
            .doc("Quit without waiting for the server")
            .run(|_| vec![Effect::Quit]),
        row(ActionId::Suspend, &[Key::ctrl('z')], "suspend")
            .doc("Suspend the program; fg in the shell continues it")
            .run(|_| vec![Effect::Suspend]),
    ],
);
