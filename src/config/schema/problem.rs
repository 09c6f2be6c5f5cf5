//! Problems of a configuration, and their text.

use std::fmt;

use super::{FieldId, Mend, Origin, Values};

/// A problem of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Stable, in kebab case: `unknown-field`.
    pub code: &'static str,
    /// The path of the field, with indices and names; empty if the problem is about the whole.
    pub path: String,
    pub origin: Origin,
    pub severity: Severity,
    /// Lower case, without a full stop and without secrets.
    pub message: String,
    /// A fix.
    pub advice: Option<String>,
    /// The offending line of the file, secrets masked. A second line, if there is one, has a caret below the place.
    pub line: Option<String>,
    /// The error that the pipeline, which starts in spite of the problem, logs with every connection.
    pub logged: Option<String>,
    /// A mend of the text at its place that is safe without asking.
    pub mend: Option<Mend>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The configuration works, but perhaps not as intended.
    Warning,
    /// The configuration is not used.
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
            logged: None,
            mend: None,
        }
    }

    /// A warning about the value at `path`.
    #[must_use]
    pub fn warning(
        code: &'static str,
        path: impl Into<String>,
        origin: Origin,
        message: impl Into<String>,
    ) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, path, origin, message) }
    }

    /// Adds a fix.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// Adds the error that the pipeline logs with every connection.
    pub(in crate::config) fn logs(mut self, error: impl Into<String>) -> Self {
        self.logged = Some(error.into());
        self
    }

    /// Adds a mend that is safe.
    pub(in crate::config) fn mended_by(self, mend: Option<Mend>) -> Self {
        Self { mend, ..self }
    }

    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl Values {
    /// An error about a scalar field.
    pub(in crate::config) fn error(
        &self,
        id: FieldId,
        code: &'static str,
        message: impl Into<String>,
    ) -> Problem {
        let origin = self.of(id).map_or(Origin::Default, |value| value.origin.clone());
        Problem::error(code, id.path(), origin, message)
    }

    /// A warning about a scalar field.
    pub(in crate::config) fn warning(
        &self,
        id: FieldId,
        code: &'static str,
        message: impl Into<String>,
    ) -> Problem {
        Problem { severity: Severity::Warning, ..self.error(id, code, message) }
    }
}

/// Like a compiler: place, field and message; the line; the advice. The alternate form (`{:#}`) omits the place.
impl Problem {
    /// Its line, what is wrong and what mends it, for a place that has one line.
    #[must_use]
    pub fn in_one_line(&self) -> String {
        let line = match self.origin {
            Origin::File { line, .. } if line > 0 => format!("line {line}: "),
            _ => String::new(),
        };
        let path = if self.path.is_empty() { String::new() } else { format!("{}: ", clean(&self.path)) };
        let advice = self.advice.as_ref().map(|advice| format!("; {}", advice.replace('\n', " ")));
        format!("{line}{path}{}{}", clean(&self.message), clean(&advice.unwrap_or_default()))
    }
}

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
            let (line, caret) = line.split_once('\n').unwrap_or((line, ""));
            write!(f, "\n  {number:>4} | {}", clean(line))?;
            if !caret.is_empty() {
                write!(f, "\n       | {caret}")?;
            }
        }
        if let Some(advice) = &self.advice {
            let lines: Vec<_> = advice.split('\n').map(clean).collect();
            write!(f, "\n  help: {}", lines.join("\n"))?;
        }
        Ok(())
    }
}

/// A text from a file or an argument without characters that control a terminal.
fn clean(text: &str) -> String {
    text.chars().map(|c| if is_invisible(c) { '\u{fffd}' } else { c }).collect()
}

/// Whether a character is a control character, has no width, or changes the direction of writing.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}')
        || matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..)
}
