//! What can be done anywhere.

use super::{
    id::ActionId,
    spec::{ActionSpec, in_scope, row},
};
use crate::app::{effect::Effect, screens::Scope, state::key::Key};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Everywhere,
    [
        row(ActionId::QuitAtOnce, &[Key::ctrl('c')], "quit at once")
            .doc("Leave from anywhere")
            .run(|_| vec![Effect::Quit]),
        row(ActionId::Suspend, &[Key::ctrl('z')], "suspend")
            .doc("Give the terminal back to the shell; fg comes back")
            .run(|_| vec![Effect::Suspend]),
    ],
);
