//! The editor of many lines over the form or the feed, and the person's own editor.

use ratatui::layout::Rect;

use crate::{
    app::{
        effect::{EditTarget, Effect},
        layout,
        model::App,
        screens::Screen,
        state::{Code, Edit, Editor, Focus, Key, Overlay, TextInput, Tone},
    },
    config::Secret,
};

impl App {
    /// The field of the form that is being edited; `None` on other screens, where a message is written.
    pub fn edited_field(&self) -> Option<&Edit> {
        self.form.edit.as_ref().filter(|_| self.screen == Screen::Config)
    }

    /// Whether what is being written is a secret that is not shown.
    pub fn hides_written(&self) -> bool {
        self.edited_field().is_some() && self.form.hides_edit()
    }

    /// Whether what is being written may have many lines.
    pub(in crate::app) fn takes_lines(&self) -> bool {
        let is_message = self.screen == Screen::Feed && self.focus == Focus::Send;
        is_message || (self.edited_field().is_some() && self.form.takes_lines())
    }

    /// Goes on with what is being written in the editor of many lines.
    pub(in crate::app) fn open_editor(&mut self) {
        self.overlay = Some(Overlay::Editor(Editor::default()));
        self.lay_out_editor();
    }

    /// Lets the editor look at the text, and at the body of the screen that it covers.
    fn with_editor<T>(&mut self, work: impl FnOnce(&mut Editor, &TextInput, Rect) -> T) -> Option<T> {
        let body = layout::areas(self.size, self).body;
        let Some(Overlay::Editor(mut editor)) =
            self.overlay.take_if(|overlay| matches!(overlay, Overlay::Editor(_)))
        else {
            return None;
        };
        let done = self.screen_text().map(|input| work(&mut editor, input, body));
        self.overlay = Some(Overlay::Editor(editor));
        done
    }

    /// The text under an open editor, or the size of the screen, has changed.
    pub(in crate::app) fn lay_out_editor(&mut self) {
        self.with_editor(|editor, input, body| editor.lay_out(input.text(), body));
        self.show_cursor();
    }

    /// Brings the row of the cursor into sight.
    fn show_cursor(&mut self) {
        self.with_editor(|editor, input, body| {
            let height = editor.areas(body).text.height;
            editor.show(input.cursor(), height);
        });
    }

    /// Edits by one key.
    pub(in crate::app) fn press_in_editor(&mut self, key: Key) -> Vec<Effect> {
        let height = self.with_editor(|editor, _, body| editor.areas(body).text.height).unwrap_or(0);
        let page = i64::from(height.saturating_sub(1).max(1));
        let by = match (key.code, key.ctrl, key.alt) {
            (Code::Up, false, false) | (Code::Char('p'), true, false) => Some(-1),
            (Code::Down, false, false) | (Code::Char('n'), true, false) => Some(1),
            (Code::PageUp, ..) => Some(-page),
            (Code::PageDown, ..) => Some(page),
            _ => None,
        };
        if let Some(by) = by {
            self.move_in_editor(by);
            return Vec::new();
        }
        let Some(input) = self.text_mut() else { return Vec::new() };
        let before = input.text().len();
        let is_known = input.press_in_lines(key);
        // A key either moves or changes the length of the text.
        let has_changed = input.text().len() != before;
        if let Some(Overlay::Editor(editor)) = &mut self.overlay {
            editor.forget_goal();
            editor.leaving &= !is_known;
        }
        if has_changed {
            self.lay_out_editor();
            return self.wrote();
        }
        self.show_cursor();
        Vec::new()
    }

    /// Moves the cursor by rows, by a key or the wheel, so that it stays in sight.
    pub(in crate::app) fn move_in_editor(&mut self, by: i64) {
        let to = self.with_editor(|editor, input, _| editor.move_by_rows(input.text(), input.cursor(), by));
        if let (Some(to), Some(input)) = (to, self.text_mut()) {
            input.move_to(to);
        }
        self.show_cursor();
    }

    /// Takes the text as the value of its field, or sends it.
    pub(in crate::app) fn take_written(&mut self) -> Vec<Effect> {
        self.overlay = None;
        if self.edited_field().is_some() { self.take_edit() } else { self.send_line() }
    }

    /// Leaves the editor. The text of the send line stays; that of a field is dropped, and where
    /// it was changed only when that was asked for twice.
    pub(in crate::app) fn leave_editor(&mut self) -> Vec<Effect> {
        let is_field = self.edited_field().is_some();
        if let Some(Overlay::Editor(editor)) = &mut self.overlay
            && is_field
            && !editor.leaving
            && self.form.edit_changes()
        {
            editor.leaving = true;
            self.say(Tone::Note, "the text has changed: ctrl+s keeps it, esc again discards it");
            return Vec::new();
        }
        self.overlay = None;
        if is_field { self.leave_edit() } else { Vec::new() }
    }

    /// Hands what is being written to the person's own editor.
    pub(in crate::app) fn edit_outside(&mut self) -> Vec<Effect> {
        self.open_outside(EditTarget::Here)
    }

    /// Opens the selected field in the person's own editor, and takes what comes back as its value.
    pub(in crate::app) fn edit_field_outside(&mut self) -> Vec<Effect> {
        drop(self.begin_edit());
        self.overlay = None;
        self.open_outside(EditTarget::Taken)
    }

    fn open_outside(&mut self, back: EditTarget) -> Vec<Effect> {
        let Some(text) = self.screen_text().map(TextInput::text) else { return Vec::new() };
        let effect = Effect::EditOutside { text: Secret::new(text.to_owned()), ending: ending(text), back };
        vec![effect]
    }

    /// Takes in what the person's own editor has left.
    pub(in crate::app) fn edited_outside(&mut self, text: &str, back: EditTarget) -> Vec<Effect> {
        let left_out = match self.text_mut() {
            Some(input) => input.replace(text),
            None => return Vec::new(),
        };
        debug_assert_eq!(left_out, 0, "a text that is too long is not handed back");
        match back {
            EditTarget::Taken => return self.take_edit(),
            EditTarget::Here if text.contains('\n') && self.overlay.is_none() => self.open_editor(),
            EditTarget::Here => self.lay_out_editor(),
        }
        self.wrote()
    }
}

/// How a file with the text is called, so that an editor knows what it is.
fn ending(text: &str) -> &'static str {
    let text = text.trim_start();
    match text.as_bytes().first() {
        Some(b'{' | b'[') => "json",
        Some(b'-') if text.starts_with("-----BEGIN") => "pem",
        _ => "txt",
    }
}
