//! Keys as a person presses them, and how they are written.

use std::{fmt, str::FromStr};

use unicode_width::UnicodeWidthChar as _;

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
    pub const LEFT: Self = Self::of(Code::Left);
    pub const RIGHT: Self = Self::of(Code::Right);
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

/// Reads one key as help and footer write it: `j`, `ctrl+c`, `F5`, `shift+tab`; arrows also as `up`.
///
/// # Errors
///
/// No terminal sends such a key, and why, or how it is written.
impl FromStr for Key {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        for (prefix, is_ctrl) in [("ctrl+", true), ("alt+", false)] {
            let Some(rest) = text.strip_prefix(prefix).filter(|rest| !rest.is_empty()) else { continue };
            let key: Self = rest.parse()?;
            return match (is_ctrl, key.code) {
                (true, Code::Char('i' | 'm' | 'h' | '[' | 'j')) => {
                    Err("a terminal sends the same for it as for tab, enter, backspace or esc")
                }
                (true, Code::Char(char)) if !char.is_ascii_lowercase() => {
                    Err("with ctrl go the letters a to z")
                }
                (true, _) => Ok(Self { ctrl: true, ..key }),
                (false, _) => Ok(Self { alt: true, ..key }),
            };
        }
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(char), None) if char.is_control() || char.width().unwrap_or(0) == 0 => {
                Err("it prints nothing")
            }
            (Some(_), None) => named(text).ok_or(NO_KEY),
            _ if text.contains('{') => Err(NO_KEY),
            _ if text.starts_with("shift+") && text != "shift+tab" => {
                Err("write what shift makes of it, as in G")
            }
            _ => match named(text).ok_or(NO_KEY)? {
                Self { code: Code::F(n), .. } if !(1..=24).contains(&n) => Err(NO_KEY),
                key => Ok(key),
            },
        }
    }
}

const NO_KEY: &str = "it is no key";

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
    fn a_key_is_read_as_help_writes_it() {
        for text in
            ["j", "G", "+", "ctrl+c", "ctrl+d", "alt+e", "F5", "enter", "shift+tab", "space", "↑", "pageup"]
        {
            let key: Key = text.parse().expect(text);
            assert_eq!(key.to_string(), text);
        }
        assert_eq!("up".parse(), Ok(Key::UP));
        for (text, part) in [
            ("hyper+x", "no key"),
            ("F99", "no key"),
            ("{0}", "no key"),
            ("", "no key"),
            ("\u{7}", "prints nothing"),
            ("\u{200b}", "prints nothing"),
            ("ctrl+i", "the same"),
            ("ctrl+G", "letters"),
            ("shift+g", "shift makes"),
        ] {
            let error = text.parse::<Key>().expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn help_writes_keys_with_a_plus() {
        let written: Vec<_> = keys("q<ctrl-d><shift-tab><space>").iter().map(ToString::to_string).collect();
        assert_eq!(written, ["q", "ctrl+d", "shift+tab", "space"]);
    }
}
