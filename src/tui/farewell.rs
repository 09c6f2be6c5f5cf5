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
pub struct Farewell {
    /// `None` when it is called after its host, which the address says.
    pub name: Option<String>,
    /// Masked.
    pub url: String,
    /// Data messages received.
    pub messages: u64,
    pub dials: u32,
    pub lasting: Duration,
    /// Why it ended, when the server or the network had the last word.
    pub trouble: Option<String>,
    /// Whether a signal ended it.
    pub interrupted: bool,
    /// Where the capture is, its size, and why it is not whole, when it is not.
    pub capture: Option<(PathBuf, u64, Option<String>)>,
    /// Why nothing was captured, when something was to be.
    pub refused: Option<String>,
}

impl Farewell {
    pub(super) fn of(
        app: &App,
        lasting: Duration,
        interrupted: bool,
        kept: Option<(PathBuf, Progress)>,
        refused: Option<String>,
    ) -> Self {
        let link = &app.link;
        let trouble = match (link.failed.as_ref().and_then(|failed| failed.failure.as_ref()), &link.last_loss)
        {
            (Some(failure), _) => Some(format!("the last failed at {}: {}", failure.stage, failure.says)),
            (None, Some(lost)) if lost.says.starts_with("closed") => Some(format!("last {}", lost.says)),
            (None, Some(lost)) => Some(format!("the last loss: {}", lost.says)),
            (None, None) => None,
        };
        Self {
            name: app.profile.is_named().then(|| app.profile.name.clone()),
            url: app.profile.url.clone(),
            messages: link.counts.messages,
            dials: link.dial.0,
            lasting,
            trouble,
            interrupted,
            capture: kept.map(|(path, progress)| {
                let says = match progress.state {
                    State::Failed(says) => Some(says),
                    State::Opening | State::Recording | State::Closed => None,
                };
                (path, progress.bytes, says)
            }),
            refused,
        }
    }

    /// Whether the session, or a part of it, is missing from the disk.
    #[must_use]
    pub fn is_unwritten(&self) -> bool {
        self.refused.is_some() || matches!(&self.capture, Some((_, _, Some(_))))
    }
}

impl fmt::Display for Farewell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.name {
            write!(f, "{}: ", printable(name))?;
        }
        let messages = counted(self.messages, "message");
        let dials = counted(self.dials.into(), "dial");
        write!(f, "{}: {messages} in {}, {dials}", printable(&self.url), span_of(self.lasting))?;
        if let Some(trouble) = &self.trouble {
            write!(f, "; {}", printable(trouble))?;
        }
        if let Some(says) = &self.refused {
            write!(f, "\nnothing was captured: {}", printable(says))?;
        }
        match &self.capture {
            Some((path, bytes, None)) => {
                let path = quoted(path);
                write!(f, "\ncaptured {}; to see it again: sockeye open {path}", size(*bytes))
            }
            // Why not, what to do, and where it is.
            Some((_, _, Some(says))) => write!(f, "\nthe capture is not whole: {}", printable(says)),
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

    use super::Farewell;

    #[test]
    fn the_farewell_counts_what_came() {
        let farewell = Farewell {
            name: Some("ticks\u{1b}".to_owned()),
            url: "ws://h/expire".to_owned(),
            messages: 1_204,
            dials: 1,
            lasting: Duration::from_secs(61),
            trouble: Some("last closed by the server: 4401 token expired".to_owned()),
            interrupted: false,
            capture: None,
            refused: None,
        };
        assert_eq!(
            farewell.to_string(),
            "ticks␛: ws://h/expire: 1,204 messages in 00:01:01, 1 dial; last closed by the server: 4401 token expired"
        );
        let captured = Farewell { capture: Some(("/a b/x.sqlite".into(), 2_048, None)), ..farewell.clone() };
        let last = captured.to_string();
        let last = last.lines().last().expect("a line");
        assert_eq!(last, "captured 2.0 kB; to see it again: sockeye open '/a b/x.sqlite'");
        assert!(!farewell.is_unwritten() && !captured.is_unwritten());
        let full = Some(("/x.sqlite".into(), 2_048, Some("the disk is full".to_owned())));
        assert!(Farewell { capture: full, ..farewell.clone() }.is_unwritten());
        let refused = Farewell { refused: Some("there is no home".to_owned()), ..farewell.clone() };
        assert!(refused.is_unwritten());
        assert!(refused.to_string().ends_with("\nnothing was captured: there is no home"), "{refused}");
        let unnamed = Farewell { name: None, trouble: None, ..farewell };
        assert_eq!(unnamed.to_string(), "ws://h/expire: 1,204 messages in 00:01:01, 1 dial");
    }
}
