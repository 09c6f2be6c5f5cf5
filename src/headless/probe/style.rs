//! The style of a page of text: colours, or none, and its width.

/// What the output can display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether escape sequences may be written.
    pub colours: bool,
    /// How wide a line may be.
    pub columns: usize,
}

impl Style {
    /// The width of a page that no terminal shows.
    pub const COLUMNS: usize = 100;

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
