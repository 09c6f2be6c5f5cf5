//! Keys as a person presses them, and how they are written.

use std::fmt;

/// One key press. Shift is part of the character, or of [`Code::BackTab`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub code: Code,
    pub ctrl: bool,
    pub alt: bool,
}

/// What is printed on the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::Display, strum::EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum Code {
    #[strum(to_string = "{0}")]
    Char(char),
    Enter,
    Esc,
    Tab,
    #[strum(serialize = "shift-tab", to_string = "shift+tab")]
    BackTab,
    Backspace,
    Delete,
    #[strum(serialize = "left", to_string = "←")]
    Left,
    #[strum(serialize = "right", to_string = "→")]
    Right,
    #[strum(serialize = "up", to_string = "↑")]
    Up,
    #[strum(serialize = "down", to_string = "↓")]
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    #[strum(to_string = "F{0}")]
    F(u8),
}

impl Key {
    pub const ENTER: Self = Self::of(Code::Enter);
    pub const ESC: Self = Self::of(Code::Esc);
    pub const TAB: Self = Self::of(Code::Tab);
    pub const BACK_TAB: Self = Self::of(Code::BackTab);
    pub const BACKSPACE: Self = Self::of(Code::Backspace);
    pub const DELETE: Self = Self::of(Code::Delete);
    pub const UP: Self = Self::of(Code::Up);
    pub const DOWN: Self = Self::of(Code::Down);
    pub const PAGE_UP: Self = Self::of(Code::PageUp);
    pub const PAGE_DOWN: Self = Self::of(Code::PageDown);
    pub const HOME: Self = Self::of(Code::Home);
    pub const END: Self = Self::of(Code::End);

    /// A key without ctrl or alt.
    pub const fn of(code: Code) -> Self {
        Self { code, ctrl: false, alt: false }
    }

    /// A character as typed.
    pub const fn char(char: char) -> Self {
        Self::of(Code::Char(char))
    }

    /// A function key.
    pub const fn f(n: u8) -> Self {
        Self::of(Code::F(n))
    }

    /// A character with ctrl held.
    pub const fn ctrl(char: char) -> Self {
        Self { code: Code::Char(char), ctrl: true, alt: false }
    }

    /// A character with alt held.
    pub const fn alt(char: char) -> Self {
        Self { code: Code::Char(char), ctrl: false, alt: true }
    }

    /// The character this key writes into a text field, if it writes one.
    pub const fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(char) if !self.ctrl && !self.alt => Some(char),
            _ => None,
        }
    }
}

/// As help and footer write it: `j`, `ctrl+c`, `enter`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("ctrl+")?;
        }
        if self.alt {
            f.write_str("alt+")?;
        }
        match self.code {
            Code::Char(' ') => f.write_str("space"),
            code => write!(f, "{code}"),
        }
    }
}

/// Reads keys written as text: `ja<ctrl-c><enter>`. A `<` that opens no known name is itself.
pub fn keys(text: &str) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let named = rest.strip_prefix('<').and_then(|inner| {
            let (name, after) = inner.split_once('>')?;
            Some((named(name)?, after))
        });
        let (key, after) = named.unwrap_or((Key::char(first), &rest[first.len_utf8()..]));
        keys.push(key);
        rest = after;
    }
    keys
}

fn named(name: &str) -> Option<Key> {
    if let Some(rest) = name.strip_prefix("ctrl-") {
        return Some(Key { ctrl: true, ..named(rest)? });
    }
    if let Some(rest) = name.strip_prefix("alt-") {
        return Some(Key { alt: true, ..named(rest)? });
    }
    if name == "space" {
        return Some(Key::char(' '));
    }
    if let Ok(code) = name.parse() {
        return Some(Key::of(code));
    }
    if let Some(n) = name.strip_prefix('F').and_then(|n| n.parse().ok()) {
        return Some(Key::of(Code::F(n)));
    }
    let mut chars = name.chars();
    let only = chars.next()?;
    chars.next().is_none().then_some(Key::char(only))
}

#[cfg(test)]
mod tests {
    use super::{Code, Key, keys};

    #[test]
    fn keys_are_read_as_they_are_written() {
        let read = keys("j<ctrl-c><enter><shift-tab><F5><");
        let expected = [
            Key::char('j'),
            Key::ctrl('c'),
            Key::of(Code::Enter),
            Key::of(Code::BackTab),
            Key::of(Code::F(5)),
            Key::char('<'),
        ];
        assert_eq!(read, expected);
    }

    #[test]
    fn help_writes_keys_with_a_plus() {
        let written: Vec<_> = keys("q<ctrl-d><shift-tab><space>").iter().map(ToString::to_string).collect();
        assert_eq!(written, ["q", "ctrl+d", "shift+tab", "space"]);
    }
}
