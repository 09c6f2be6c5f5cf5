//! From keys to actions: what a key means now, and which keys are worth a place in the footer.

use super::{
    action_id::ActionId,
    actions::{ActionSpec, actions},
    effect::Effect,
    model::App,
    state::{Key, Tone},
};

/// A key and what it does, as the footer shows it.
#[derive(Clone, Copy, Debug)]
pub struct Hint {
    pub key: Key,
    pub action: &'static ActionSpec,
}

/// What a key means now.
pub(super) fn meaning(app: &App, key: Key) -> Option<&'static ActionSpec> {
    app.scopes().iter().find_map(|scope| {
        actions().find(|action| action.scope == *scope && app.keys_of(action).contains(&key))
    })
}

/// The keys that matter here and now and that work, at most `most`.
pub fn hints(app: &App, most: usize) -> Vec<Hint> {
    let is_writing = app.text().is_some();
    let mut ranked: Vec<(u8, Hint)> = actions()
        .filter(|action| app.scopes().contains(&action.scope) && action.available(app).is_ok())
        .filter_map(|action| {
            let key = app.keys_of(action).iter().find(|key| !(is_writing && key.typed().is_some()))?;
            // An inner scope may have taken the key for itself.
            let is_meant = meaning(app, *key).is_some_and(|meant| meant.id == action.id);
            Some((action.rank_now(app).filter(|_| is_meant)?, Hint { key: *key, action }))
        })
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().take(most).map(|(_, hint)| hint).collect()
}

impl App {
    /// The keys of an action: those it was given, or those of the table.
    pub fn keys_of(&self, action: &ActionSpec) -> &[Key] {
        self.bindings.of(action.id).unwrap_or(action.keys)
    }

    /// The first key of an action, as it is written; empty where it has none.
    pub fn key_of(&self, id: ActionId) -> String {
        let action = actions().find(|action| action.id == id);
        action.and_then(|action| self.keys_of(action).first()).map_or_else(String::new, ToString::to_string)
    }

    /// Does an action, or says why it cannot be done now.
    pub(super) fn perform(&mut self, action: &ActionSpec) -> Vec<Effect> {
        match action.available(self) {
            Ok(()) => {
                self.shows_tips &= leaves_tips(action.id);
                action.perform(self)
            }
            Err(reason) => {
                self.say(Tone::Note, format!("{}: {reason}", action.label_now(self)));
                Vec::new()
            }
        }
    }
}

/// Whether what there is to try in the demo stays in sight: nothing was tried by it.
const fn leaves_tips(id: ActionId) -> bool {
    use ActionId::{Down, First, HalfPageDown, HalfPageUp, Help, Newest, PageDown, PageUp, Palette, Up};
    matches!(id, Down | Up | HalfPageDown | HalfPageUp | PageDown | PageUp | First | Newest | Help | Palette)
        || matches!(id, ActionId::CloseHelp | ActionId::ClosePalette)
}
