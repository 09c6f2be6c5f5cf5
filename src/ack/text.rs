//! The text form of an ack mode: parsed, and written.

use std::fmt;

use super::{
    AckMode, AckModeKind, Answers, DEFAULT_IN_FLIGHT, Delay, RejectRule, error::AckModeError, number::whole,
};

impl AckMode {
    /// Parses an ack mode in the notation at the head of this room.
    ///
    /// # Errors
    ///
    /// The text is not an ack mode; the message says what would be one.
    pub fn parse(text: &str) -> Result<Self, AckModeError> {
        let (text, options) = without_options(text.trim());
        let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim();
        let mut mode = match name {
            "auto" if rest.is_empty() => Self::default(),
            "auto" => return Err(AckModeError::new("auto takes no argument")),
            "manual" if rest.is_empty() => Self::of(Answers::Manual),
            "manual" => Self::of(Answers::Manual)
                .in_flight(whole(rest, "write manual N, with the limit of messages in flight")?)?,
            "reject" => RejectRule::parse(rest).map(|rule| Self::of(Answers::Reject(rule)))?,
            "slow" => slow(rest)?,
            _ => {
                return Err(AckModeError::new(format!(
                    "there is no ack mode {name:?}; there are auto, manual, reject and slow"
                )));
            }
        };
        for (key, value) in options {
            mode = match key {
                "delay" => mode.delayed(Delay::parse(value)?)?,
                "in-flight" => mode.in_flight(whole(value, "write in-flight:N, such as in-flight:4")?)?,
                _ => mode.threads(whole(value, "write threads:N, such as threads:2")?)?,
            };
        }
        Ok(mode)
    }
}

/// Cuts the options off the end of a text.
fn without_options(mut text: &str) -> (&str, Vec<(&str, &str)>) {
    let mut options = Vec::new();
    loop {
        let at = text.rfind(char::is_whitespace).map_or(0, |at| at + 1);
        match text[at..].split_once(':') {
            Some((key @ ("delay" | "in-flight" | "threads"), value)) if at > 0 => options.push((key, value)),
            _ => return (text, options),
        }
        text = text[..at].trim_end();
    }
}

fn slow(text: &str) -> Result<AckMode, AckModeError> {
    let usage = || AckModeError::new("write slow DELAY or slow FROM..TO, such as slow 100ms..1s");
    let mut words = text.split_whitespace();
    let delay = words.next().ok_or_else(usage)?;
    let mode = AckMode::default().delayed(Delay::parse(delay)?)?;
    if mode.delay.is_zero() {
        return Err(AckModeError::new("slow needs a delay of more than 0; auto acknowledges at once"));
    }
    match (words.next(), words.next()) {
        (None, _) => Ok(mode),
        // The form of earlier versions.
        (Some(word), None) => {
            let number = word.strip_prefix('x').ok_or_else(usage)?;
            mode.in_flight(whole(number, "write in-flight:N, such as in-flight:4")?)
        }
        _ => Err(usage()),
    }
}

/// The text form, which [`AckMode::parse`] accepts.
impl fmt::Display for AckMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut in_flight = self.max_in_flight;
        let mut delay = Some(self.delay).filter(|delay| !delay.is_zero());
        match (&self.answers, self.kind()) {
            (Answers::Reject(rule), _) => write!(f, "reject {rule}")?,
            (Answers::Manual, _) => {
                write!(f, "manual {}", in_flight.take().unwrap_or(DEFAULT_IN_FLIGHT))?;
            }
            (Answers::Auto, AckModeKind::Slow) => {
                delay = None;
                write!(f, "slow {}", self.delay)?;
            }
            (Answers::Auto, _) => f.write_str("auto")?,
        }
        if let Some(delay) = delay {
            write!(f, " delay:{delay}")?;
        }
        if let Some(number) = in_flight {
            write!(f, " in-flight:{number}")?;
        }
        if let Some(threads) = self.threads {
            write!(f, " threads:{threads}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_form_parses_back_to_the_same_ack_mode() {
        for text in [
            "auto",
            "auto in-flight:4 threads:-1",
            "manual 64",
            "manual 1 threads:2",
            "reject all",
            "reject 30%",
            "reject 0.5%",
            "reject first 3 delay:60ms in-flight:4 threads:1",
            "reject every 5",
            "reject BTC !heartbeat /\"px\":1/",
            "reject delay:60ms",
            "slow 200ms",
            "slow 100ms..1s in-flight:4",
            "slow 2s in-flight:1024 threads:0",
        ] {
            let ack_mode = AckMode::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(ack_mode.to_string(), text.replace("reject delay", "reject all delay"));
        }
        for (text, written) in [
            ("manual", "manual 64"),
            (" reject ", "reject all"),
            ("slow 1", "slow 1s"),
            ("slow 1s x4", "slow 1s in-flight:4"),
            ("auto delay:1s", "slow 1s"),
            ("reject BTC threads:2 in-flight:3", "reject BTC in-flight:3 threads:2"),
        ] {
            assert_eq!(AckMode::parse(text).expect("it is an ack mode").to_string(), written);
        }
    }

    #[test]
    fn an_invalid_ack_mode_is_refused_with_what_would_be_valid() {
        for (text, message) in [
            ("", "there is no ack mode \"\"; there are auto, manual, reject and slow"),
            ("aut", "there is no ack mode \"aut\"; there are auto, manual, reject and slow"),
            ("auto all", "auto takes no argument"),
            ("manual 0", "the number of messages in flight must be between 1 and 10000, not 0"),
            ("manual -3", "the number of messages in flight must be between 1 and 10000, not -3"),
            ("manual x", "\"x\" is not a whole number; write manual N, with the limit of messages in flight"),
            ("manual 3 delay:1s", "manual leaves the answers to you, so it takes no delay"),
            ("reject 101%", "the share must be between 0 and 100 percent, not 101"),
            ("reject -1%", "the share must be between 0 and 100 percent, not -1"),
            ("reject x%", "write reject N%, with a number from 0 to 100"),
            ("reject first 0", "the number of attempts must be between 1 and 1000000, not 0"),
            ("reject every 0", "every needs a number of at least 1, not 0; every 1 rejects everything"),
            ("reject BTC in-flight:0", "the number of messages in flight must be between 1 and 10000, not 0"),
            (
                "reject BTC threads:1025",
                "the number of threads must be between 0 and 1024, or -1 for one on each core, not 1025",
            ),
            (
                "auto threads:-2",
                "the number of threads must be between 0 and 1024, or -1 for one on each core, not -2",
            ),
            ("auto threads:two", "\"two\" is not a whole number; write threads:N, such as threads:2"),
            ("slow", "write slow DELAY or slow FROM..TO, such as slow 100ms..1s"),
            ("slow 1s 4", "write slow DELAY or slow FROM..TO, such as slow 100ms..1s"),
            ("slow 2s..1s", "the first delay is longer than the second; swap them"),
            ("slow 2h", "a delay is at most 1h"),
            ("slow 0s", "slow needs a delay of more than 0; auto acknowledges at once"),
            ("slow 1s x0", "the number of messages in flight must be between 1 and 10000, not 0"),
            ("slow 1d", "write a time such as 500ms, 30s, 5m or 1h"),
        ] {
            assert_eq!(
                AckMode::parse(text).map(|_| ()),
                Err(AckModeError::new(message.to_owned())),
                "{text}"
            );
        }
        let broken = AckMode::parse("reject /x").map(|_| ()).map_err(|error| error.to_string());
        assert!(broken.is_err_and(|message| message.starts_with("the filter cannot be read at column")));
    }
}
