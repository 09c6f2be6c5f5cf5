//! Carrying out what the app asks for.

use crate::{
    app::{Effect, Outcome},
    config::Settings,
    engine::Handle,
};

use super::clipboard::Clipboard;

/// What the loop itself must do.
pub(super) enum Then {
    GoOn,
    Tell(Outcome),
    Restart,
    Dial(Box<Settings>),
    Quit,
}

/// Carries out one effect without waiting.
pub(super) fn carry_out(effect: Effect, handle: Option<&Handle>, clipboard: &mut Clipboard) -> Then {
    match effect {
        Effect::Engine(command) => match handle.map(|handle| handle.ask(command)) {
            Some(Ok(())) => Then::GoOn,
            Some(Err(error)) => Then::Tell(Outcome::Failed(error.to_string())),
            None => Then::Tell(Outcome::Failed("there is no session".to_owned())),
        },
        Effect::Copy(text) => Then::Tell(match clipboard.copy(&text, &|name| std::env::var(name).ok()) {
            Ok(way) => Outcome::Copied { bytes: text.len(), way: way.words() },
            Err(error) => Outcome::Failed(format!("not copied: {error}")),
        }),
        Effect::Dial(settings) => Then::Dial(settings),
        Effect::Restart => Then::Restart,
        Effect::Quit => Then::Quit,
    }
}
