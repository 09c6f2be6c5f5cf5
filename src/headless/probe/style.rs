//! Colours for a page of text, or none.

/// Whether escape sequences may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    pub colours: bool,
}

impl Style {
    fn dressed(self, sgr: &str, text: &str) -> String {
        if self.colours { format!("\u{1b}[{sgr}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.dressed("1", text)
    }

    pub(super) fn dim(self, text: &str) -> String {
        self.dressed("2", text)
    }

    pub(super) fn good(self, text: &str) -> String {
        self.dressed("32", text)
    }

    pub(super) fn odd(self, text: &str) -> String {
        self.dressed("33", text)
    }

    pub(super) fn bad(self, text: &str) -> String {
        self.dressed("31", text)
    }
}
