//! One line of text being written: a cursor between graphemes and the keys of readline.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::key::{Code, Key};

/// The text and where the next character goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextInput {
    text: String,
    /// Byte offset, always between two graphemes.
    cursor: usize,
    /// Whether the whole text is selected: what is written next takes its place.
    is_selected: bool,
}

impl TextInput {
    /// The most bytes it holds; what is beyond is not taken.
    pub const LIMIT: usize = 1 << 20;

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The text before and behind the cursor.
    pub fn split(&self) -> (&str, &str) {
        self.text.split_at(self.cursor)
    }

    /// The byte of the text that the cursor stands before.
    pub const fn cursor(&self) -> usize {
        self.cursor
    }

    /// Empties the line and returns what it held.
    pub fn take(&mut self) -> String {
        self.cursor = 0;
        self.is_selected = false;
        std::mem::take(&mut self.text)
    }

    /// Moves the cursor behind so many characters, as a person counts them.
    pub fn move_to_grapheme(&mut self, nth: usize) {
        self.cursor = self.text.grapheme_indices(true).nth(nth).map_or(self.text.len(), |(at, _)| at);
    }

    /// Puts another text in its place, the cursor behind it; how many bytes were left out.
    pub fn replace(&mut self, text: &str) -> usize {
        self.take();
        self.insert(text)
    }

    /// Puts a suggestion in its place, selected: the first key replaces it, and one that moves the cursor keeps it.
    pub fn suggest(&mut self, text: &str) {
        self.replace(text);
        self.is_selected = !self.is_empty();
    }

    /// Whether the whole text is selected.
    pub const fn is_selected(&self) -> bool {
        self.is_selected
    }

    /// Moves the cursor to this byte, or to the next place between two characters.
    pub fn move_to(&mut self, at: usize) {
        self.cursor = self.bound_at_or_after(at.min(self.text.len()));
    }

    /// Writes `text` at the cursor, as much of it as there is room for, and says how many bytes
    /// were left out.
    pub fn insert(&mut self, text: &str) -> usize {
        if self.is_selected {
            self.take();
        }
        let room = text.floor_char_boundary(Self::LIMIT.saturating_sub(self.text.len()));
        self.text.insert_str(self.cursor, &text[..room]);
        self.cursor += room;
        // The new text may have joined its neighbours into one grapheme.
        self.cursor = self.bound_at_or_after(self.cursor);
        text.len() - room
    }

    /// Edits by one key; false when the key means nothing here.
    pub fn press(&mut self, key: Key) -> bool {
        if self.is_selected && matches!(key.code, Code::Backspace | Code::Delete) {
            self.take();
            return true;
        }
        if let Some(char) = key.typed() {
            self.insert(char.encode_utf8(&mut [0; 4]));
            return true;
        }
        self.is_selected = false;
        match (key.code, key.ctrl, key.alt) {
            (Code::Left, false, false) | (Code::Char('b'), true, _) => self.cursor = self.left(),
            (Code::Right, false, false) | (Code::Char('f'), true, _) => self.cursor = self.right(),
            (Code::Left, ..) | (Code::Char('b'), _, true) => self.cursor = self.word_left(),
            (Code::Right, ..) | (Code::Char('f'), _, true) => self.cursor = self.word_right(),
            (Code::Home, ..) | (Code::Char('a'), true, _) => self.cursor = 0,
            (Code::End, ..) | (Code::Char('e'), true, _) => self.cursor = self.text.len(),
            (Code::Backspace, false, false) | (Code::Char('h'), true, _) => {
                self.cut(self.left(), self.cursor);
            }
            (Code::Delete, ..) | (Code::Char('d'), true, _) => self.cut(self.cursor, self.right()),
            (Code::Backspace, ..) | (Code::Char('w'), true, _) => self.cut(self.word_left(), self.cursor),
            (Code::Char('d'), _, true) => self.cut(self.cursor, self.word_right()),
            (Code::Char('u'), true, _) => self.cut(0, self.cursor),
            (Code::Char('k'), true, _) => self.cut(self.cursor, self.text.len()),
            _ => return false,
        }
        true
    }

    /// The same where the text has many lines: they end and begin where a line does.
    pub fn press_in_lines(&mut self, key: Key) -> bool {
        match (key.code, key.ctrl, key.alt) {
            (Code::Enter, false, _) => drop(self.insert("\n")),
            (Code::Tab, false, false) => drop(self.insert("\t")),
            (Code::Home, true, _) => self.cursor = 0,
            (Code::End, true, _) => self.cursor = self.text.len(),
            (Code::Home, ..) | (Code::Char('a'), true, _) => self.cursor = self.line_start(self.cursor),
            (Code::End, ..) | (Code::Char('e'), true, _) => self.cursor = self.line_end(),
            (Code::Char('u'), true, _) => self.cut(self.line_start(self.cursor), self.cursor),
            // At the end of a line, its end is what goes.
            (Code::Char('k'), true, _) if self.line_end() == self.cursor => {
                self.cut(self.cursor, self.right());
            }
            (Code::Char('k'), true, _) => self.cut(self.cursor, self.line_end()),
            _ => return self.press(key),
        }
        true
    }

    /// Where the line begins that a byte is in.
    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |before| before + 1)
    }

    fn line_end(&self) -> usize {
        self.text[self.cursor..].find('\n').map_or(self.text.len(), |ahead| self.cursor + ahead)
    }

    fn cut(&mut self, from: usize, to: usize) {
        self.text.replace_range(from..to, "");
        self.cursor = self.bound_at_or_after(from);
    }

    fn left(&self) -> usize {
        self.text[..self.cursor].grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn right(&self) -> usize {
        let next = self.text[self.cursor..].graphemes(true).next();
        self.cursor + next.map_or(0, str::len)
    }

    fn word_left(&self) -> usize {
        self.text[..self.cursor].unicode_word_indices().next_back().map_or(0, |(at, _)| at)
    }

    fn word_right(&self) -> usize {
        let next = self.text[self.cursor..].unicode_word_indices().next();
        next.map_or(self.text.len(), |(at, word)| self.cursor + at + word.len())
    }

    fn bound_at_or_after(&self, at: usize) -> usize {
        let at = self.text.ceil_char_boundary(at);
        let mut cursor = GraphemeCursor::new(at, self.text.len(), true);
        match cursor.is_boundary(&self.text, 0) {
            Ok(true) => at,
            // The whole text is at hand, so that there is always an answer.
            _ => cursor.next_boundary(&self.text, 0).ok().flatten().unwrap_or(self.text.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TextInput;
    use crate::app::state::key::keys;

    fn after(script: &str) -> (String, String) {
        let mut input = TextInput::default();
        for key in keys(script) {
            input.press(key);
        }
        let (before, behind) = input.split();
        (before.to_owned(), behind.to_owned())
    }

    #[test]
    fn readline_keys_edit_the_line() {
        assert_eq!(after("one two<ctrl-w>2"), ("one 2".into(), String::new()));
        assert_eq!(after("one two<alt-b><ctrl-k>"), ("one ".into(), String::new()));
        assert_eq!(after("abc<ctrl-a><delete>x"), ("x".into(), "bc".into()));
        assert_eq!(after("abc<left><left><ctrl-u>"), (String::new(), "bc".into()));
    }

    #[test]
    fn a_suggestion_is_replaced_by_the_first_key_and_kept_by_one_that_moves() {
        let after = |script: &str| {
            let mut input = TextInput::default();
            input.suggest("feed.jsonl");
            for key in keys(script) {
                input.press(key);
            }
            input.take()
        };
        assert_eq!(after("a.har"), "a.har");
        assert_eq!(after("<end>2"), "feed.jsonl2");
        assert_eq!(after("<left><backspace>"), "feed.jsol");
        assert_eq!(after("<backspace>"), "");
        assert_eq!(after("<home>my-"), "my-feed.jsonl");
    }

    #[test]
    fn where_there_are_lines_the_same_keys_keep_to_their_line() {
        let after = |script: &str| {
            let mut input = TextInput::default();
            for key in keys(script) {
                input.press_in_lines(key);
            }
            let (before, behind) = input.split();
            (before.to_owned(), behind.to_owned())
        };
        assert_eq!(after("one<enter>two<home>x"), ("one\nx".into(), "two".into()));
        assert_eq!(after("one<enter>two<ctrl-u>2"), ("one\n2".into(), String::new()));
        assert_eq!(after("ab<enter>cd<home><left><ctrl-k>"), ("ab".into(), "cd".into()));
        assert_eq!(after("ab<enter>cd<home><left><home><ctrl-k>"), (String::new(), "\ncd".into()));
        assert_eq!(after("ab<enter>cd<home><backspace>"), ("ab".into(), "cd".into()));
    }

    #[test]
    fn a_family_is_one_step_of_the_cursor() {
        let mut input = TextInput::default();
        input.insert("a👨‍👩‍👧b");
        for key in keys("<left><backspace>") {
            input.press(key);
        }
        assert_eq!(input.text(), "ab");
    }

    #[test]
    fn a_paste_beyond_the_limit_is_cut_at_a_character() {
        let mut input = TextInput::default();
        assert_eq!(input.insert(&"ä".repeat(TextInput::LIMIT)), TextInput::LIMIT);
        assert_eq!(input.text().len(), TextInput::LIMIT);
    }
}
