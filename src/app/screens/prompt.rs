//! A question over a screen, and what becomes of its answer.

use crate::{
    app::{
        effect::{Effect, PathPrefix, StatsOrder},
        model::App,
        state::{Overlay, Prompt, Purpose, Step, Tone},
    },
    filter::complete,
};

impl App {
    /// Opens a question with a suggestion.
    pub(in crate::app) fn ask(&mut self, purpose: Purpose, suggestion: &str) {
        self.overlay = Some(Overlay::Prompt(Prompt::new(purpose, suggestion)));
    }

    /// Opens it once more with an answer that does not do, and why.
    pub(in crate::app) fn ask_again(&mut self, purpose: Purpose, answer: &str, refusal: String) {
        let mut prompt = Prompt { refusal: Some(refusal), ..Prompt::new(purpose, answer) };
        // It is mended, not written anew.
        prompt.input.replace(answer);
        self.overlay = Some(Overlay::Prompt(prompt));
    }

    /// Writes the next or the previous choice of the open question into its line.
    pub(in crate::app) fn choose_answer(&mut self, step: Step) {
        if let Some(Overlay::Prompt(prompt)) = &mut self.overlay {
            prompt.choose(step);
        }
    }

    /// Completes a path of JSON from those that were seen, or asks which files the path being written may go on with.
    pub(in crate::app) fn complete_answer(&mut self) -> Vec<Effect> {
        match &mut self.overlay {
            Some(Overlay::Prompt(prompt)) if matches!(prompt.purpose, Purpose::Column | Purpose::Paths) => {
                let (written, _) = prompt.input.split();
                let from = written.rfind(' ').map_or(0, |blank| blank + 1);
                let found =
                    complete(&written[from..], written.len() - from, self.words.iter().map(String::as_str));
                if let Some(next) = found.next(&written[from..]) {
                    let text = format!("{}{next}", &written[..from]);
                    prompt.input.replace(&text);
                } else {
                    self.say(Tone::Note, "no path in the rows at hand begins like this");
                }
                Vec::new()
            }
            Some(Overlay::Prompt(prompt)) => {
                let typed = prompt.input.text().to_owned();
                vec![Effect::Complete(PathPrefix { typed, is_field: false, is_pem: false })]
            }
            _ => Vec::new(),
        }
    }

    /// Takes the line of the open question as its answer.
    pub(in crate::app) fn answer(&mut self) -> Vec<Effect> {
        let Some(Overlay::Prompt(prompt)) = self.overlay.take() else { return Vec::new() };
        let text = prompt.input.text();
        match prompt.purpose {
            Purpose::WriteProfile => self.write_profile(text.into()),
            Purpose::KeepProfile => self.keep_profile(text),
            Purpose::Passphrase => self.unlock_with(text),
            Purpose::Save => self.save_to(text.into()),
            Purpose::SaveMarked => self.save_marked_to(text),
            Purpose::Pack => self.pack_to(text),
            Purpose::AckMode => self.answer_as(text),
            Purpose::DeadLetters => self.dead_letters_to(text),
            Purpose::SaveChain => self.save_chain_to(text.into()),
            Purpose::SaveRoot => self.save_root_to(text.into()),
            Purpose::Colour => self.colour_by(text),
            Purpose::Column => self.add_columns(text),
            Purpose::Paths => self.answer_paths(text),
            Purpose::Bookmark => self.bookmark_with(text),
            Purpose::NameFilter => self.name_filter(text),
            Purpose::RenameFilter(nth) => self.rename_filter(nth, text),
            Purpose::SaveShapes => vec![Effect::Stats(StatsOrder::SaveShapes(text.into()))],
            Purpose::CompareShapes => self.compare_shapes_with(text.trim()),
            Purpose::Delete => self.delete_if(text),
            Purpose::Export => self.export_to(text),
            Purpose::Close => self.close_with(text),
            Purpose::KeepMessage => self.keep_named(text),
        }
    }
}
