//! The one line that is left when the screen is gone.

use std::{fmt, time::Duration};

use crate::{
    app::App,
    payload::{counted, printable, span_of},
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
}

impl Farewell {
    pub(super) fn of(app: &App, lasting: Duration, interrupted: bool) -> Self {
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
        }
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
        match &self.trouble {
            Some(trouble) => write!(f, "; {}", printable(trouble)),
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
            name: Some("ticks\u{1b}".to_owned()),
            url: "ws://h/expire".to_owned(),
            messages: 1_204,
            dials: 1,
            lasting: Duration::from_secs(61),
            trouble: Some("last closed by the server: 4401 token expired".to_owned()),
            interrupted: false,
        };
        assert_eq!(
            farewell.to_string(),
            "ticks␛: ws://h/expire: 1,204 messages in 00:01:01, 1 dial; last closed by the server: 4401 token expired"
        );
        let unnamed = Farewell { name: None, trouble: None, ..farewell };
        assert_eq!(unnamed.to_string(), "ws://h/expire: 1,204 messages in 00:01:01, 1 dial");
    }
}
