//! Carrying out what the app asks for.

use crate::{
    app::{Effect, Outcome},
    engine::Handle,
};

use super::terminal::Screen;

/// The most bytes that go to a terminal's clipboard; many terminals take no more.
const CLIPBOARD: usize = 74_994;

/// What the loop itself must do.
pub(super) enum Then {
    GoOn,
    Tell(Outcome),
    Restart,
    Quit,
}

/// Carries out one effect without waiting.
pub(super) fn carry_out(effect: Effect, handle: &Handle) -> Then {
    match effect {
        Effect::Engine(command) => match handle.ask(command) {
            Ok(()) => Then::GoOn,
            Err(error) => Then::Tell(Outcome::Failed(error.to_string())),
        },
        Effect::Copy(text) if text.len() > CLIPBOARD => Then::Tell(Outcome::Failed(format!(
            "not copied: {} bytes are more than the clipboard of a terminal takes ({CLIPBOARD})",
            text.len()
        ))),
        Effect::Copy(text) => Then::Tell(match Screen::copy(&text) {
            Ok(()) => Outcome::Copied(text.len()),
            Err(error) => Outcome::Failed(format!("not copied: {error}")),
        }),
        Effect::Restart => Then::Restart,
        Effect::Quit => Then::Quit,
    }
}
