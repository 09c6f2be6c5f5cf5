//! Every action by its name: the box that is opened by `:`.

use crate::{session::MessageId, stats::Paths};

use super::{
    actions::{ActionSpec, actions},
    effect::Effect,
    model::App,
    screens::{Scope, time_of},
    state::{Overlay, Palette, Step, Tone},
};

impl App {
    /// The actions of the screen under the palette that fit what is written, the best first.
    pub fn palette_fits(&self, palette: &Palette) -> Vec<&'static ActionSpec> {
        let wanted = palette.input.text().trim().to_lowercase();
        if Self::order_usage(&wanted).is_some() || Paths::default().ordered(&wanted).is_some() {
            // What is written is an order, which `enter` carries out.
            return Vec::new();
        }
        let here = self.screen_scopes();
        let offered = |action: &&ActionSpec| here.contains(&action.scope) || action.scope == Scope::Screens;
        let mut fits: Vec<_> = actions()
            .filter(offered)
            .filter_map(|action| {
                let fit = fit(&wanted, action, action.label_now(self))?;
                // What can be done now stands before what cannot.
                Some(((action.available(self).is_err(), fit), action))
            })
            .collect();
        fits.sort_by_key(|(fit, _)| *fit);
        fits.into_iter().map(|(_, action)| action).collect()
    }

    /// Where a number or a time that was written leads, in words.
    pub fn place_meant(written: &str) -> Option<String> {
        if let Some(number) = number_of(written) {
            return Some(format!("enter goes to message {number}"));
        }
        if Paths::default().ordered(written).is_some() {
            return Some("enter reads this path over time: 5 shows what it tells".to_owned());
        }
        let first = written.split_whitespace().next().filter(|word| word.len() > 2);
        if first.is_some_and(|word| ["sequence", "time", "kind"].iter().any(|order| order.starts_with(word)))
        {
            let usage =
                "sequence .seq per .product, time .ts or kind .type: read this path over time; off or auto";
            return Some(usage.to_owned());
        }
        time_of(written).map(|_| format!("enter goes to the first row from {} on", written.trim()))
    }

    /// Moves among the actions that fit.
    pub(super) fn choose_in_palette(&mut self, step: Step) {
        let Some(Overlay::Palette(palette)) = &self.overlay else { return };
        let last = self.palette_fits(palette).len().saturating_sub(1);
        if let Some(Overlay::Palette(palette)) = &mut self.overlay {
            palette.chosen = step.from(palette.chosen, last);
        }
    }

    /// Does what is chosen, or goes to the message with the number, or to the time, that was written.
    pub(super) fn do_chosen(&mut self) -> Vec<Effect> {
        let Some(Overlay::Palette(palette)) = self.overlay.take() else { return Vec::new() };
        if let Some(number) = number_of(palette.input.text()) {
            return self.go_to_message(MessageId(number));
        }
        if let Some(time) = time_of(palette.input.text()) {
            return self.go_to_time(time);
        }
        if let Some(rule) = palette.input.text().trim().strip_prefix("colour ") {
            return self.colour_by(rule);
        }
        if let Some(paths) = palette.input.text().trim().strip_prefix("columns ") {
            return self.add_columns(paths);
        }
        if let Some(effects) = self.order_paths(palette.input.text()) {
            return effects;
        }
        if let Some(effects) = self.order(palette.input.text()) {
            return effects;
        }
        let Some(action) = self.palette_fits(&palette).get(palette.chosen).copied() else {
            self.say(Tone::Note, format!("no action matches {}", palette.input.text()));
            return Vec::new();
        };
        self.perform(action)
    }
}

/// The number of a message: `1204`, `#1,204`.
fn number_of(written: &str) -> Option<u64> {
    written.trim().trim_start_matches('#').replace(',', "").parse().ok()
}

/// How well an action fits: by the beginning of its name, by a part of it, by its letters in order, by its words.
fn fit(wanted: &str, action: &ActionSpec, called: &str) -> Option<u8> {
    let name = called.to_lowercase();
    let mut letters = name.chars();
    if name.starts_with(wanted) {
        Some(0)
    } else if name.contains(wanted) {
        Some(1)
    } else if wanted.chars().filter(|c| *c != ' ').all(|c| letters.any(|own| own == c)) {
        Some(2)
    } else if action.doc.to_lowercase().contains(wanted) {
        Some(3)
    } else {
        None
    }
}
