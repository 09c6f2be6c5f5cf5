//! What `--expect` says.
//!
//! ```text
//!   expectation = measure operator number ["within" time] ["matching" filter]
//!   measure     = "count"    messages since the start
//!               | "rate"     messages a second since the connection is open
//!   operator    = ">=" | ">" | "<=" | "<" | "=="
//!   time        = 500ms, 30s, 5m or 1h
//!   filter      = as in `tail --filter`; it goes to the end
//! ```
//!
//! `count>=10 within 30s matching .type == "trade"`

use std::time::Duration;

use strum::{EnumString, IntoStaticStr, VariantNames};

use crate::{
    files::local_zone,
    filter::{Filter, FilterError},
    payload::parse_duration,
};

/// One `--expect`.
#[derive(Clone, Debug)]
pub(super) struct Expectation {
    /// As it was typed.
    pub text: String,
    pub measure: Measure,
    pub operator: Operator,
    pub wanted: f64,
    /// How long it counts; `None` for the whole session.
    pub within: Option<Duration>,
    pub filter: Filter,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "lowercase")]
pub(super) enum Measure {
    Count,
    Rate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, VariantNames)]
pub(super) enum Operator {
    // The longer ones first, so that each is found whole.
    #[strum(serialize = ">=")]
    AtLeast,
    #[strum(serialize = "<=")]
    AtMost,
    #[strum(serialize = "==")]
    Equal,
    #[strum(serialize = ">")]
    More,
    #[strum(serialize = "<")]
    Less,
}

impl Operator {
    pub(super) fn holds(self, measured: f64, wanted: f64) -> bool {
        match self {
            Self::AtLeast => measured >= wanted,
            Self::AtMost => measured <= wanted,
            #[expect(clippy::float_cmp, reason = "a count is whole, and a rate is compared as it is asked")]
            Self::Equal => measured == wanted,
            Self::More => measured > wanted,
            Self::Less => measured < wanted,
        }
    }
}

/// Why an expectation cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("--expect {text:?} cannot be read at column {column}: {message}")]
pub(super) struct ExpectationError {
    pub text: String,
    /// In characters, counted from 1.
    pub column: usize,
    pub message: String,
}

impl Expectation {
    /// Reads what was typed.
    ///
    /// # Errors
    ///
    /// The first place that is wrong, and what would be right there.
    pub(super) fn parse(text: &str) -> Result<Self, ExpectationError> {
        let mut parser = Parser { text, rest: text };
        let measure = parser.measure()?;
        let operator = parser.operator()?;
        let wanted = parser.number(measure)?;
        let within = parser.within()?;
        let filter = parser.filter()?;
        Ok(Self { text: text.trim().to_owned(), measure, operator, wanted, within, filter })
    }

    /// Whether it holds; `None` while it may still come either way. `is_over` says that its time is over.
    pub(super) fn verdict(&self, measured: f64, is_over: bool) -> Option<bool> {
        let holds = self.operator.holds(measured, self.wanted);
        if is_over {
            return Some(holds);
        }
        // A count only rises.
        match (self.measure, self.operator) {
            (Measure::Count, Operator::AtLeast | Operator::More) => holds.then_some(true),
            (Measure::Count, Operator::AtMost | Operator::Less) => (!holds).then_some(false),
            (Measure::Count, Operator::Equal) => (measured > self.wanted).then_some(false),
            (Measure::Rate, _) => None,
        }
    }

    /// Whether only the end of the session can meet it.
    pub(super) fn needs_an_end(&self) -> bool {
        let rises = matches!(self.operator, Operator::AtLeast | Operator::More);
        self.within.is_none() && !(self.measure == Measure::Count && rises)
    }
}

struct Parser<'a> {
    text: &'a str,
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn error(&self, message: impl Into<String>) -> ExpectationError {
        let read = &self.text[..self.text.len() - self.rest.len()];
        let column = read.chars().count() + 1;
        ExpectationError { text: self.text.to_owned(), column, message: message.into() }
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// What follows up to a space or an operator.
    fn word(&self, is_end: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(is_end).unwrap_or(self.rest.len());
        &self.rest[..end]
    }

    fn measure(&mut self) -> Result<Measure, ExpectationError> {
        self.skip_space();
        let word = self.word(|letter| !letter.is_alphanumeric());
        let measure = word.parse().map_err(|_| {
            self.error(format!("begin with {}, such as count>=10 within 30s", Measure::VARIANTS.join(" or ")))
        })?;
        self.rest = &self.rest[word.len()..];
        Ok(measure)
    }

    fn operator(&mut self) -> Result<Operator, ExpectationError> {
        self.skip_space();
        let sign = Operator::VARIANTS.iter().find(|sign| self.rest.starts_with(**sign));
        let operator = sign.and_then(|sign| Some((sign, sign.parse().ok()?)));
        let Some((sign, operator)) = operator else {
            return Err(self.error(format!("an operator belongs here: {}", Operator::VARIANTS.join(" "))));
        };
        self.rest = &self.rest[sign.len()..];
        Ok(operator)
    }

    fn number(&mut self, measure: Measure) -> Result<f64, ExpectationError> {
        self.skip_space();
        let word = self.word(|letter| !letter.is_ascii_digit() && letter != '.');
        let wanted: Option<f64> = match measure {
            // A count beyond what a double holds exactly does not come.
            Measure::Count => word.parse::<u32>().ok().map(f64::from),
            Measure::Rate => word.parse().ok(),
        };
        let right = match measure {
            Measure::Count => "a whole number of messages belongs here, up to 4,294,967,295",
            Measure::Rate => "a number of messages a second belongs here, such as 2.5",
        };
        let wanted = wanted.ok_or_else(|| self.error(right))?;
        self.rest = &self.rest[word.len()..];
        if measure == Measure::Rate {
            self.rest = self.rest.strip_prefix("/s").unwrap_or(self.rest);
        }
        if !self.rest.is_empty() && !self.rest.starts_with(char::is_whitespace) {
            return Err(self.error(right));
        }
        Ok(wanted)
    }

    /// Passes over a word, if it is the next one.
    fn keyword(&mut self, keyword: &str) -> bool {
        self.skip_space();
        if self.word(char::is_whitespace) != keyword {
            return false;
        }
        self.rest = &self.rest[keyword.len()..];
        self.skip_space();
        true
    }

    fn within(&mut self) -> Result<Option<Duration>, ExpectationError> {
        if !self.keyword("within") {
            return Ok(None);
        }
        let word = self.word(char::is_whitespace);
        let time = parse_duration(word).map_err(|message| self.error(message))?;
        self.rest = &self.rest[word.len()..];
        Ok(Some(time))
    }

    fn filter(&mut self) -> Result<Filter, ExpectationError> {
        if !self.keyword("matching") {
            if self.rest.is_empty() {
                return Ok(Filter::default());
            }
            return Err(
                self.error("\"within TIME\", then \"matching FILTER\", may follow here, and nothing else")
            );
        }
        if self.rest.is_empty() {
            return Err(self.error("a filter belongs here, such as .type == \"trade\""));
        }
        match Filter::parse(self.rest) {
            Ok(filter) => Ok(filter.in_zone(local_zone())),
            Err(FilterError { column, message }) => {
                let before = self.error(message);
                Err(ExpectationError { column: before.column + column - 1, ..before })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Expectation {
        Expectation::parse(text).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn an_expectation_has_a_measure_an_operator_a_number_a_time_and_a_filter() {
        let one = read("count>=10 within 30s matching .type == \"trade\"");
        assert_eq!((one.measure, one.operator, one.wanted), (Measure::Count, Operator::AtLeast, 10.0));
        assert_eq!(one.within, Some(Duration::from_secs(30)));
        assert!(!one.filter.is_empty());
        let other = read(" rate < 2.5/s ");
        assert_eq!((other.measure, other.operator, other.wanted), (Measure::Rate, Operator::Less, 2.5));
        assert!(other.within.is_none() && other.filter.is_empty());
    }

    #[test]
    fn an_error_names_the_column_and_what_would_be_right() {
        for (text, column, part) in [
            ("cuont>=1", 1, "begin with count or rate"),
            ("", 1, "begin with count or rate"),
            ("count 10", 7, ">= <= == > <"),
            ("count>=", 8, "a whole number of messages"),
            ("count>=1.5", 8, "a whole number of messages"),
            ("count>=10s", 10, "a whole number of messages"),
            ("rate>=x", 7, "such as 2.5"),
            ("count>=1 within soon", 17, "write a time such as 500ms"),
            ("count>=1 in 3s", 10, "within TIME"),
            ("count>=1 matching", 18, "a filter belongs here"),
            ("count>=1 matching szie:>3", 19, "size"),
        ] {
            let error = Expectation::parse(text).expect_err(text);
            assert_eq!(error.column, column, "{error}");
            assert!(error.message.contains(part), "{error}");
        }
    }

    #[test]
    fn a_count_is_decided_as_soon_as_nothing_can_change_it() {
        let verdicts = |text: &str, measured| {
            let expectation = read(text);
            (expectation.verdict(measured, false), expectation.verdict(measured, true))
        };
        assert_eq!(verdicts("count>=3", 2.0), (None, Some(false)));
        assert_eq!(verdicts("count>=3", 3.0), (Some(true), Some(true)));
        assert_eq!(verdicts("count<3", 2.0), (None, Some(true)));
        assert_eq!(verdicts("count<3", 3.0), (Some(false), Some(false)));
        assert_eq!(verdicts("count==3", 3.0), (None, Some(true)));
        assert_eq!(verdicts("count==3", 4.0), (Some(false), Some(false)));
        assert_eq!(verdicts("rate>=3", 4.0), (None, Some(true)));
        assert!(read("count<3").needs_an_end() && !read("count<3 within 1s").needs_an_end());
        assert!(!read("count>3").needs_an_end() && read("rate>3").needs_an_end());
    }
}
