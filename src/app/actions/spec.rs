//! What a row of the table of actions is, and how it is written.

use std::borrow::Cow;

use super::id::ActionId;
use crate::app::{
    effect::Effect,
    model::App,
    screens::{Scope, Screen},
    state::{Key, Tone},
};

/// Why something cannot be done here and now, in words.
pub type Unavailable = Cow<'static, str>;

/// Whether something can be done here and now.
pub type Available = Result<(), Unavailable>;

/// One thing a person can do. Keymap, footer, palette and help are read from these rows.
#[derive(Clone, Copy, Debug)]
pub struct ActionSpec {
    pub id: ActionId,
    pub scope: Scope,
    pub keys: &'static [Key],
    /// Its name, unless another one applies now.
    pub label: &'static str,
    /// What it does, likewise.
    pub doc: &'static str,
    instead: Option<Instead>,
    rank: Rank,
    available: fn(&App) -> Available,
    run: Run,
}

/// What an action is called, and does, while this holds.
#[derive(Clone, Copy, Debug)]
struct Instead {
    holds: fn(&App) -> bool,
    label: &'static str,
    doc: &'static str,
}

#[derive(Clone, Copy, Debug)]
enum Rank {
    Never,
    Always(u8),
    By(fn(&App) -> Option<u8>),
}

#[derive(Clone, Copy, Debug)]
enum Run {
    Change(fn(&mut App)),
    Effects(fn(&mut App) -> Vec<Effect>),
    GoTo(Screen),
}

/// A row that is always available, does nothing, and is not in the footer.
pub(super) const fn row(id: ActionId, keys: &'static [Key], label: &'static str) -> ActionSpec {
    ActionSpec {
        id,
        scope: Scope::Everywhere,
        keys,
        label,
        doc: "",
        instead: None,
        rank: Rank::Never,
        available: |_| Ok(()),
        run: Run::Change(|_| {}),
    }
}

/// The rows of a scope.
pub(super) const fn in_scope<const N: usize>(scope: Scope, mut rows: [ActionSpec; N]) -> [ActionSpec; N] {
    let mut nth = 0;
    while nth < N {
        rows[nth].scope = scope;
        nth += 1;
    }
    rows
}

impl ActionSpec {
    /// What it does, in one sentence for the help.
    pub(super) const fn doc(self, doc: &'static str) -> Self {
        Self { doc, ..self }
    }

    /// When it can be done; otherwise the reason why not.
    pub(super) const fn when(self, available: fn(&App) -> Available) -> Self {
        Self { available, ..self }
    }

    /// Its place in the footer, the smallest first.
    pub(super) const fn rank(self, rank: u8) -> Self {
        Self { rank: Rank::Always(rank), ..self }
    }

    /// The same where it depends; `None` keeps it out.
    pub(super) const fn rank_by(self, rank: fn(&App) -> Option<u8>) -> Self {
        Self { rank: Rank::By(rank), ..self }
    }

    /// What it is called and does while `holds` does.
    pub(super) const fn instead(
        self,
        holds: fn(&App) -> bool,
        label: &'static str,
        doc: &'static str,
    ) -> Self {
        Self { instead: Some(Instead { holds, label, doc }), ..self }
    }

    /// What it does, where that stays on the screen.
    pub(super) const fn change(self, change: fn(&mut App)) -> Self {
        Self { run: Run::Change(change), ..self }
    }

    /// What it does, where something outside is to be done too.
    pub(super) const fn run(self, run: fn(&mut App) -> Vec<Effect>) -> Self {
        Self { run: Run::Effects(run), ..self }
    }

    /// It goes to this screen.
    pub(super) const fn goes_to(self, screen: Screen) -> Self {
        Self { run: Run::GoTo(screen), ..self }
    }

    /// What it is called now.
    pub fn label_now(&self, app: &App) -> &'static str {
        self.now(app).map_or(self.label, |instead| instead.label)
    }

    /// What it does now, in one sentence.
    pub fn doc_now(&self, app: &App) -> &'static str {
        self.now(app).map_or(self.doc, |instead| instead.doc)
    }

    fn now(&self, app: &App) -> Option<Instead> {
        self.instead.filter(|instead| (instead.holds)(app))
    }

    /// Its place in the footer now; `None` keeps it out.
    pub fn rank_now(&self, app: &App) -> Option<u8> {
        match self.rank {
            Rank::Never => None,
            Rank::Always(rank) => Some(rank),
            Rank::By(rank) => rank(app),
        }
    }

    /// Whether it can be done now.
    ///
    /// # Errors
    ///
    /// Why it cannot.
    pub fn available(&self, app: &App) -> Available {
        (self.available)(app)
    }

    /// Does it. Whether it can be done is asked before.
    pub(in crate::app) fn perform(&self, app: &mut App) -> Vec<Effect> {
        match self.run {
            Run::Change(change) => {
                change(app);
                Vec::new()
            }
            Run::Effects(run) => run(app),
            Run::GoTo(screen) => {
                if app.screen == screen {
                    app.say(Tone::Note, format!("this is {}", screen.spec().title));
                }
                app.go_to(screen)
            }
        }
    }
}
