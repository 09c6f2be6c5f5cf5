//! Carrying out what the app asks for.

use crate::{
    app::{Effect, Outcome},
    engine::Handle,
};

use super::clipboard::Clipboard;

/// What the loop itself must do.
pub(super) enum Then {
    GoOn,
    Tell(Outcome),
    Restart,
    Quit,
}

/// Carries out one effect without waiting.
pub(super) fn carry_out(effect: Effect, handle: &Handle, clipboard: &mut Clipboard) -> Then {
    match effect {
        Effect::Engine(command) => match handle.ask(command) {
            Ok(()) => Then::GoOn,
            Err(error) => Then::Tell(Outcome::Failed(error.to_string())),
        },
        Effect::Copy(text) => Then::Tell(match clipboard.copy(&text, &|name| std::env::var(name).ok()) {
            Ok(way) => Outcome::Copied { bytes: text.len(), way: way.words() },
            Err(error) => Outcome::Failed(format!("not copied: {error}")),
        }),
        Effect::Restart => Then::Restart,
        Effect::Quit => Then::Quit,
    }
}
