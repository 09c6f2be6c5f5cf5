//! The one line that is left when the screen is gone.

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{
    app::App,
    payload::{counted, printable, size, span_of},
    store::{Progress, State},
};

/// What the session was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExitSummary {
    /// `None` when it is called after its host, which the address says.
    pub name: Option<String>,
    /// Masked.
    pub url: String,
    /// Data messages received.
    pub messages: u64,
    pub connections: u32,
    pub lasting: Duration,
    /// Why it ended, when the server or the network had the last word.
    pub problem: Option<String>,
    /// Whether a signal ended it.
    pub interrupted: bool,
    /// Where the capture is, its size, and why it is not whole, when it is not.
    pub capture: Option<(PathBuf, u64, Option<String>)>,
    /// Why nothing was captured, when something was to be.
    pub refused: Option<String>,
}

impl ExitSummary {
    pub(super) fn of(
        app: &App,
        lasting: Duration,
        interrupted: bool,
        kept: Option<(PathBuf, Progress)>,
        refused: Option<String>,
    ) -> Self {
        let current = &app.current;
        let problem =
            match (current.failed.as_ref().and_then(|failed| failed.failure.as_ref()), &current.last_loss) {
                (Some(failure), _) => {
                    Some(format!("the last failed at {}: {}", failure.stage, failure.message))
                }
                (None, Some(lost)) => Some(format!("the last loss: {}", lost.message)),
                (None, None) => None,
            };
        Self {
            name: app.profile.is_named().then(|| app.profile.name.clone()),
            url: app.profile.url.clone(),
            messages: current.counts.messages,
            connections: current.connection.0,
            lasting,
            problem,
            interrupted,
            capture: kept.map(|(path, progress)| {
                let message = match progress.state {
                    State::Failed(message) => Some(message),
                    State::Opening | State::Recording | State::Compressing(_) | State::Closed => None,
                };
                (path, progress.bytes, message)
            }),
            refused,
        }
    }

    /// Whether the session, or a part of it, is missing from the disk.
    pub fn is_unwritten(&self) -> bool {
        self.refused.is_some() || matches!(&self.capture, Some((_, _, Some(_))))
    }
}

impl fmt::Display for ExitSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.name {
            write!(f, "{}: ", printable(name))?;
        }
        let messages = counted(self.messages, "message");
        let connections = counted(self.connections.into(), "connection");
        write!(f, "{}: {messages} in {}, {connections}", printable(&self.url), span_of(self.lasting))?;
        if let Some(problem) = &self.problem {
            write!(f, "; {}", printable(problem))?;
        }
        if let Some(message) = &self.refused {
            write!(f, "\nnothing was captured: {}", printable(message))?;
        }
        match &self.capture {
            Some((path, bytes, None)) => {
                let path = quoted(path);
                write!(f, "\ncaptured {}; to see it again: sockeye open {path}", size(*bytes))
            }
            // Why not, what to do, and where it is.
            Some((_, _, Some(message))) => write!(f, "\nthe capture is not whole: {}", printable(message)),
            None => Ok(()),
        }
    }
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@%:,=~".contains(c);
    if text.chars().all(plain) {
        text
    } else {
        printable(&format!("'{}'", text.replace('\'', r"'\''"))).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::ExitSummary;

    #[test]
    fn the_farewell_counts_what_came() {
        let exit_summary = ExitSummary {
            name: Some("ticks\u{1b}".to_owned()),
            url: "ws://h/expire".to_owned(),
            messages: 1_204,
            connections: 1,
            lasting: Duration::from_secs(61),
            problem: Some("last closed by the server: 4401 token expired".to_owned()),
            interrupted: false,
            capture: None,
            refused: None,
        };
        assert_eq!(
            exit_summary.to_string(),
            "ticks␛: ws://h/expire: 1,204 messages in 00:01:01, 1 connection; last closed by the server: 4401 token expired"
        );
        let captured =
            ExitSummary { capture: Some(("/a b/x.sqlite".into(), 2_048, None)), ..exit_summary.clone() };
        let last = captured.to_string();
        let last = last.lines().last().expect("a line");
        assert_eq!(last, "captured 2.0 kB; to see it again: sockeye open '/a b/x.sqlite'");
        assert!(!exit_summary.is_unwritten() && !captured.is_unwritten());
        let full = Some(("/x.sqlite".into(), 2_048, Some("the disk is full".to_owned())));
        assert!(ExitSummary { capture: full, ..exit_summary.clone() }.is_unwritten());
        let refused = ExitSummary { refused: Some("there is no home".to_owned()), ..exit_summary.clone() };
        assert!(refused.is_unwritten());
        assert!(refused.to_string().ends_with("\nnothing was captured: there is no home"), "{refused}");
        let unnamed = ExitSummary { name: None, problem: None, ..exit_summary };
        assert_eq!(unnamed.to_string(), "ws://h/expire: 1,204 messages in 00:01:01, 1 connection");
    }
}
