//! What became of one connection, as a paragraph for a ticket: why did it close?
//!
//! It says what the events say, and of what they do not say that it is not known.

use crate::{
    payload::{counted, duration_in_words, limit_in_words},
    session::{ConnectionId, Event, EventKind, Evidence, Failure, Finding, Lost, Opened, RetryIn, Timestamp},
};

use super::end;

/// What is known of a connection, folded from its events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Story {
    connection: ConnectionId,
    began: Timestamp,
    /// Masked.
    url: String,
    /// The proxy's address, masked.
    proxy: Option<String>,
    opened: Option<Opened>,
    received: u64,
    sent: u64,
    failed: Option<Failure>,
    lost: Option<Lost>,
    retry: Option<RetryIn>,
    /// How the session ended, where that came next.
    ended: Option<String>,
    /// The gravest finding: what it is, and its first fix.
    finding: Option<(Finding, Option<String>)>,
}

impl Story {
    /// The story of the connection that this event begins; `None` if it begins none.
    #[must_use]
    pub fn begun(event: &Event) -> Option<Self> {
        let EventKind::Connecting { url } = &event.kind else { return None };
        Some(Self { connection: event.connection, began: event.at, url: url.clone(), ..Self::default() })
    }

    /// Folds an event of the connection into it.
    pub fn take(&mut self, event: &Event) {
        if event.connection != self.connection && !matches!(event.kind, EventKind::Ended(_)) {
            return;
        }
        match &event.kind {
            EventKind::StageEnded(report) => match &report.evidence {
                Evidence::Proxy(proxy) => self.proxy = Some(proxy.url.clone()),
                Evidence::Lookup { route: Some(route), .. } => self.proxy.clone_from(&route.proxy),
                _ => {}
            },
            EventKind::Opened(opened) => self.opened = Some((**opened).clone()),
            EventKind::Messages(batch) => self.received(batch.len() as u64),
            EventKind::Sent(_) => self.sent += 1,
            EventKind::Failed(failure) => self.failed = Some((**failure).clone()),
            EventKind::Lost(lost) => self.lost = Some((**lost).clone()),
            EventKind::RetryIn(retry) => self.retry = Some(*retry),
            EventKind::Ended(ended) => self.ended = Some(end(ended)),
            EventKind::Finding(finding) => {
                let is_graver = self.finding.as_ref().is_none_or(|(own, _)| own.severity < finding.severity);
                if is_graver {
                    let fix = finding.fixes.first().map(|fix| fix.title.clone());
                    self.finding = Some((Finding { fixes: Vec::new(), ..(**finding).clone() }, fix));
                }
            }
            _ => {}
        }
    }

    /// So many messages were received.
    pub const fn received(&mut self, messages: u64) {
        self.received += messages;
    }

    /// Which connection it is of.
    #[must_use]
    pub const fn connection(&self) -> ConnectionId {
        self.connection
    }

    /// What became of it apart from its number and its times: connections of one kind fold by that.
    #[must_use]
    pub fn kind(&self) -> String {
        let failed = self.failed.as_ref().map(|failed| (failed.stage, failed.message.as_str()));
        let lost = self.lost.as_ref().map(|lost| lost.message.as_str());
        let finding = self.finding.as_ref().map(|(finding, _)| finding.code);
        format!("{} {failed:?} {lost:?} {finding:?}", self.url)
    }

    /// The paragraph. Text from a server is not made printable here.
    #[must_use]
    pub fn told(&self) -> String {
        let mut sentences = vec![self.beginning()];
        sentences.extend(self.opened.is_some().then(|| self.course()));
        sentences.push(self.end());
        sentences.extend(self.sequel());
        sentences.push(self.advice());
        sentences.join(" ")
    }

    /// When it began, to where, through what, and whether it opened.
    fn beginning(&self) -> String {
        let Self { connection, url, .. } = self;
        let through =
            self.proxy.as_ref().map_or(String::new(), |proxy| format!(" through the proxy {proxy}"));
        let begun = format!("Connection {connection} to {url}{through} was begun at {}", self.began.utc());
        match (&self.opened, &self.failed) {
            (Some(opened), _) => {
                let remote = opened.remote.map_or(String::new(), |remote| format!(" to {remote}"));
                let tls = opened.tls.as_ref().map_or(String::new(), |tls| format!(" with {tls}"));
                format!("{begun} and opened in {}{remote}{tls}.", duration_in_words(opened.took))
            }
            (None, Some(_)) => format!("{begun} and did not open."),
            (None, None) => format!("{begun}; whether it opened is not known."),
        }
    }

    /// How long it was open, and what went each way.
    fn course(&self) -> String {
        let received = self.lost.as_ref().map_or(self.received, |lost| lost.messages);
        let ways = format!("{} came in and {} went out", counted(received, "message"), self.sent);
        match &self.lost {
            Some(lost) => format!("It was open for {}; {ways}.", duration_in_words(lost.open_for)),
            None => format!("So far {ways}."),
        }
    }

    /// What ended it.
    fn end(&self) -> String {
        match (&self.lost, &self.failed) {
            (Some(lost), _) => format!("What ended it: {}.", stop(&lost.message)),
            (None, Some(failed)) => {
                let from = failed.sources.last().map_or(String::new(), |from| format!(" ({})", stop(from)));
                format!(
                    "What ended it: it failed at {}, since {}{from}.",
                    failed.stage,
                    stop(&failed.message)
                )
            }
            (None, None) if self.ended.is_some() => "The session was ended before it did.".to_owned(),
            (None, None) => "No end of it is known.".to_owned(),
        }
    }

    /// What the client did next.
    fn sequel(&self) -> Option<String> {
        let is_over = self.lost.is_some() || self.failed.is_some();
        match (&self.retry, &self.ended) {
            (Some(retry), None) => {
                Some(format!("The client then waited {} to connect again.", limit_in_words(retry.delay)))
            }
            (Some(_), Some(end)) => {
                Some(format!("The client waited to connect again when the session ended: {end}."))
            }
            (None, Some(end)) => Some(format!("The session ended with it: {end}.")),
            (None, None) => is_over.then(|| "What the client did next is not known.".to_owned()),
        }
    }

    /// What to do.
    fn advice(&self) -> String {
        match &self.finding {
            Some((finding, Some(fix))) => {
                format!("Found: {} ({}). To do: {}.", stop(&finding.title), finding.code, stop(fix))
            }
            Some((finding, None)) => {
                format!("Found: {} ({}). {}.", stop(&finding.title), finding.code, stop(&finding.cause))
            }
            None => "Nothing was found that says what to do.".to_owned(),
        }
    }
}

/// A sentence without its full stop.
fn stop(text: &str) -> &str {
    text.trim().trim_end_matches('.')
}

#[cfg(test)]
mod tests;
