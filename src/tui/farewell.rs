//! The one line that is left when the screen is gone.

use std::{fmt, time::Duration};

use crate::{
    app::{App, State},
    payload::{printable, span_of, thousands},
};

/// What the session was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Farewell {
    pub name: String,
    /// Data messages received.
    pub messages: u64,
    pub dials: u32,
    pub lasting: Duration,
    /// Why it ended, when the server or the network had the last word.
    pub trouble: Option<String>,
    /// Whether a signal ended it.
    pub interrupted: bool,
}

impl Farewell {
    pub(super) fn of(app: &App, lasting: Duration, interrupted: bool) -> Self {
        let link = &app.link;
        let never_open = link.counts.messages == 0 && !matches!(link.state, State::Open { .. });
        let failure = link.ladder.failure.as_ref().filter(|_| never_open);
        Self {
            name: app.profile.name.clone(),
            messages: link.counts.messages,
            dials: link.dial.0,
            lasting,
            trouble: failure.map(|failure| format!("{}: {}", failure.stage, failure.says)),
            interrupted,
        }
    }
}

impl fmt::Display for Farewell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |n: u64, word: &str| {
            if n == 1 { format!("1 {word}") } else { format!("{} {word}s", thousands(n)) }
        };
        write!(
            f,
            "{}: {} in {}, {}",
            printable(&self.name),
            plural(self.messages, "message"),
            span_of(self.lasting),
            plural(self.dials.into(), "dial"),
        )?;
        match &self.trouble {
            Some(trouble) => write!(f, "; the last failed at {}", printable(trouble)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Farewell;

    #[test]
    fn the_farewell_counts_what_came() {
        let farewell = Farewell {
            name: "ticks\u{1b}".to_owned(),
            messages: 1_204,
            dials: 1,
            lasting: Duration::from_secs(61),
            trouble: None,
            interrupted: false,
        };
        assert_eq!(farewell.to_string(), "ticks␛: 1,204 messages in 00:01:01, 1 dial");
    }
}
