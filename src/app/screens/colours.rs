//! The list of colour rules: added, chosen, removed.

use crate::app::{
    effect::Effect,
    model::App,
    state::{ColourRule, Overlay, Purpose, RULES, Step, Tone},
};

impl App {
    /// Shows the rules; while there is none, asks for the first.
    pub(in crate::app) fn show_colours(&mut self) {
        if self.colours.iter().len() == 0 {
            return self.ask(Purpose::Colour, "");
        }
        self.overlay = Some(Overlay::Colours(0));
    }

    /// Adds the rule that was written, or says why it is none.
    pub(in crate::app) fn colour_by(&mut self, text: &str) -> Vec<Effect> {
        match ColourRule::parse(text) {
            Ok(rule) => {
                let rule = ColourRule { filter: rule.filter.in_zone(self.zone.clone()), ..rule };
                if !self.colours.add(rule) {
                    self.say(Tone::Bad, format!("no more than {RULES} colour rules can be set"));
                    return Vec::new();
                }
                self.say(Tone::Done, format!("coloured: {}; c lists the rules", text.trim()));
            }
            Err(refusal) => self.ask_again(Purpose::Colour, text, refusal),
        }
        Vec::new()
    }

    pub(in crate::app) fn choose_colour(&mut self, step: Step) {
        let last = self.colours.iter().len().saturating_sub(1);
        if let Some(Overlay::Colours(chosen)) = &mut self.overlay {
            *chosen = step.from(*chosen, last);
        }
    }

    /// Removes the chosen rule; the list closes with the last.
    pub(in crate::app) fn remove_colour(&mut self) {
        let Some(Overlay::Colours(chosen)) = self.overlay else { return };
        self.colours.remove(chosen);
        let left = self.colours.iter().len();
        self.overlay = left.checked_sub(1).map(|last| Overlay::Colours(chosen.min(last)));
    }
}
