//! What the lint has to say, and how a person reads it.

use std::fmt;

use super::Origin;

/// One thing that is wrong with a configuration, or odd about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Stable, in kebab case: `unknown-field`.
    pub code: &'static str,
    /// The field it is about, with indices and names; empty when it is about the whole.
    pub path: String,
    pub origin: Origin,
    pub severity: Severity,
    /// What is wrong, lower case, without a full stop. Holds no secret.
    pub message: String,
    /// What would fix it.
    pub advice: Option<String>,
    /// The offending line of the file, secrets masked.
    pub line: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It works, perhaps not as meant.
    Warning,
    /// Nothing is tried with it.
    Error,
}

impl Problem {
    /// An error about the value at `path`.
    #[must_use]
    pub fn error(
        code: &'static str,
        path: impl Into<String>,
        origin: Origin,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            path: path.into(),
            origin,
            severity: Severity::Error,
            message: message.into(),
            advice: None,
            line: None,
        }
    }

    /// The same as a warning.
    #[must_use]
    pub fn warning(
        code: &'static str,
        path: impl Into<String>,
        origin: Origin,
        message: impl Into<String>,
    ) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, path, origin, message) }
    }

    /// With what would fix it.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// Whether nothing may be tried with it.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// As a compiler would: place, field and text; the line; the advice. The alternate form (`{:#}`)
/// leaves the place out.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.origin {
            Origin::File { .. } | Origin::Environment(_) | Origin::Flag if !f.alternate() => {
                write!(f, "{}: ", self.origin)?;
            }
            _ => {}
        }
        if self.severity == Severity::Warning {
            f.write_str("warning: ")?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", clean(&self.path))?;
        }
        f.write_str(&clean(&self.message))?;
        if let (Some(line), Origin::File { line: number, .. }) = (&self.line, &self.origin) {
            write!(f, "\n  {number:>4} | {}", clean(line))?;
        }
        if let Some(advice) = &self.advice {
            let lines: Vec<_> = advice.split('\n').map(clean).collect();
            write!(f, "\n  help: {}", lines.join("\n"))?;
        }
        Ok(())
    }
}

/// A text from a file or an argument as it may reach a terminal: nothing in it steers.
fn clean(text: &str) -> String {
    text.chars().map(|c| if is_unseen(c) { '\u{fffd}' } else { c }).collect()
}

/// Controls, characters of no width and those that turn the direction of writing.
#[must_use]
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}')
        || matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..)
}
