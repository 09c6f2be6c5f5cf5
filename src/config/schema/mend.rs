//! Mends of problems that are safe to make without asking: the text around the place says the same as before, in the
//! words that the pipeline takes.

/// What is written in place of the word at the place of a problem.
///
/// | code | what stands there | what is written |
/// |---|---|---|
/// | `unknown-field`, `unknown-key` | a name that is near one other name, which is not there yet | that name |
/// | `component` | a component that is near one other component, and the only one in its slot | that component |
/// | `wrong-choice` | a choice in another case | the choice as the engine takes it |
/// | `jwt-method` | a method in another case, or with a hyphen | the method as the engine takes it |
/// | `wrong-type` | a number, or `true` or `false`, in quotes | the same without quotes |
/// | `secret-not-text` | a secret that YAML reads as a number, a bool or a date | the same in quotes |
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mend {
    /// A word becomes another one, in the same quotes.
    Word { old: String, new: &'static str },
    /// The text of this length in bytes is put in quotes.
    Quote { length: usize },
    /// The quotes around the text of this length in bytes are taken off.
    Unquote { length: usize },
    /// The mend is that of a place this many bytes further on.
    Ahead { bytes: usize, mend: Box<Self> },
}

impl Mend {
    /// The text with the mend at this offset. `None` if the text there is not what the mend is for.
    #[must_use]
    pub fn apply(&self, text: &str, at: usize) -> Option<String> {
        let here = text.get(at..)?;
        let (old, new) = match self {
            Self::Ahead { bytes, mend } => return mend.apply(text, at + bytes),
            Self::Word { old, new } => {
                let start = at + usize::from(here.starts_with(['"', '\'']));
                let rest = text.get(start..)?.strip_prefix(old.as_str())?;
                let is_whole = !rest.starts_with(|c: char| c.is_alphanumeric() || "_-.\\".contains(c));
                return is_whole.then(|| [&text[..start], new, rest].concat());
            }
            Self::Quote { length } => {
                let old = here.get(..*length).filter(|old| !old.contains(['\'', '\n', '\r']))?;
                (old, format!("'{old}'"))
            }
            Self::Unquote { length } => {
                let quote = here.chars().next().filter(|quote| "'\"".contains(*quote))?;
                let old = here.get(..*length + 2).filter(|old| old.ends_with(quote))?;
                (old, old[1..=*length].to_owned())
            }
        };
        Some([&text[..at], &new, &text[at + old.len()..]].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::Mend;

    #[test]
    fn only_the_word_itself_changes() {
        let word = Mend::Word { old: "urll".to_owned(), new: "url" };
        assert_eq!(word.apply("a: 1\n'urll': x # c\n", 5).as_deref(), Some("a: 1\n'url': x # c\n"));
        assert_eq!(Mend::Quote { length: 3 }.apply("p: 0x1 # c", 3).as_deref(), Some("p: '0x1' # c"));
        assert_eq!(Mend::Unquote { length: 2 }.apply("n: \"12\"\r\n", 3).as_deref(), Some("n: 12\r\n"));
        let ahead = Mend::Ahead { bytes: 5, mend: Box::new(word) };
        assert_eq!(ahead.apply("a: 1\nurll: x", 0).as_deref(), Some("a: 1\nurl: x"));
    }

    #[test]
    fn what_stands_there_is_left_alone_if_it_is_something_else() {
        assert_eq!(Mend::Word { old: "text".to_owned(), new: "x" }.apply("t: ${text}", 3), None);
        assert_eq!(Mend::Word { old: "text".to_owned(), new: "x" }.apply("t: texts", 3), None);
        assert_eq!(Mend::Unquote { length: 2 }.apply("n: 12 ", 3), None);
        assert_eq!(Mend::Unquote { length: 2 }.apply("n: \"1\\x\"", 3), None);
        assert_eq!(Mend::Quote { length: 9 }.apply("n: 12", 3), None);
        assert_eq!(Mend::Quote { length: 3 }.apply("n: a'b", 3), None);
    }
}
