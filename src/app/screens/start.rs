//! The start screen: recent profiles, old captures, an address to paste, the demo.

use ratatui::layout::Position;

use super::{PLAIN, Scope, Screen, ScreenSpec};
use crate::{
    app::{
        effect::Effect,
        layout,
        model::App,
        state::{Form, Offer, Start, Tone, first_shown},
    },
    config::{Problem, Secret, SessionOptions, Settings, Values, import, is_yaml},
};

/// Lines above the list: title, explanation, the line for an address, and blank ones.
pub const HEAD: u16 = 6;

pub(super) const SPEC: ScreenSpec = ScreenSpec {
    title: "Start",
    scopes: |_| &[Scope::Start, Scope::Everywhere],
    text: |app| Some(&app.start.input),
    text_mut: |app| Some(&mut app.start.input),
    wrote: |app| {
        app.start.fault = None;
        Vec::new()
    },
    go: |app, step| app.start.go(step),
    click: App::click_start,
    ..PLAIN
};

impl App {
    fn click_start(&mut self, at: Position) {
        let body = layout::areas(self.size, self).body;
        let height = usize::from(body.height.saturating_sub(HEAD)).max(1);
        let top = first_shown(self.start.chosen, height);
        if let Some(line) = at.y.checked_sub(body.y + HEAD) {
            let nth = top + usize::from(line);
            if nth < self.start.offers.len() {
                self.start.chosen = nth;
            }
        }
    }

    /// Opens the line, or what is chosen when there is none.
    pub(in crate::app) fn begin(&mut self) -> Vec<Effect> {
        let text = self.start.input.text().to_owned();
        if text.trim().is_empty() {
            return match self.start.offer() {
                Some(Offer::Demo) => {
                    self.shows_tips = true;
                    vec![Effect::StartDemo]
                }
                Some(Offer::Profile { path, .. }) => vec![Effect::OpenProfile(path.clone())],
                Some(Offer::Capture { path, .. }) => {
                    vec![Effect::OpenCapture { path: path.clone(), back: 0 }]
                }
                None => Vec::new(),
            };
        }
        if is_yaml(&text) {
            return vec![Effect::ReadYaml(Secret::new(text))];
        }
        match import(&text) {
            Ok(imported) => {
                let mut told = imported.notes;
                if !imported.left_out.is_empty() {
                    told.push(format!("not carried over: {}", imported.left_out.join(" ")));
                }
                let effects = self.take_profile(imported.values, String::new(), &[]);
                if !told.is_empty() {
                    self.say(Tone::Bad, told.join("; "));
                }
                effects
            }
            Err(message) => {
                self.start.fault = Some(message);
                Vec::new()
            }
        }
    }

    /// Begins with these values; what is wrong with them is fixed on the form.
    pub(in crate::app) fn take_profile(
        &mut self,
        mut values: Values,
        name: String,
        problems: &[Problem],
    ) -> Vec<Effect> {
        if values.iter().next().is_none()
            && let Some(problem) = problems.iter().find(|problem| problem.is_error())
        {
            self.start.fault = Some(format!("{problem:#}"));
            self.say(Tone::Bad, format!("{problem}"));
            return Vec::new();
        }
        // How the session is conducted was said on the command line, and holds for every profile; so does --as, without
        // which a profile says whom to follow.
        let own = self.form.values.options;
        values.options = SessionOptions { dialect: own.asked.unwrap_or(values.options.dialect), ..own };
        self.form = Form::new(values);
        self.profile.name = name;
        let first = problems.iter().find(|problem| problem.is_error());
        match (Settings::from_values(&self.form.values), first) {
            (Ok(settings), None) => {
                self.start = Start::default();
                self.profile.take_on(&settings);
                if self.profile.name.is_empty() {
                    self.profile.name.clone_from(&settings.url.host);
                }
                self.screen = Screen::Feed;
                self.connect(settings)
            }
            (settings, first) => {
                let problem = settings.err().and_then(|all| all.into_iter().find(Problem::is_error));
                let problem = problem.or_else(|| first.cloned());
                let path = problem.as_ref().map_or("url".to_owned(), |problem| problem.path.clone());
                if let Some(problem) = problem {
                    self.say(Tone::Bad, problem.in_one_line());
                }
                drop(self.edit_field(&path));
                self.changed_form()
            }
        }
    }

    /// Deletes the chosen capture, if the answer says so.
    pub(in crate::app) fn delete_if(&mut self, answer: &str) -> Vec<Effect> {
        match self.start.offer() {
            Some(Offer::Capture { path, .. }) if answer.trim().eq_ignore_ascii_case("y") => {
                vec![Effect::DeleteCapture(path.clone())]
            }
            _ => {
                self.say(Tone::Note, "nothing was deleted");
                Vec::new()
            }
        }
    }
}
