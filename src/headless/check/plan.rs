//! What a check expects, read from its arguments.

use std::time::Duration;

use strum::VariantArray as _;

use crate::{
    cli::CheckArgs,
    payload::document::MemberPath,
    session::{Finding, FindingCode, Severity},
    stats::{PathChoice, Paths, SavedShapes, SequencePath},
};

use super::{super::shapes_file, expectation::Expectation, schema::Schema};

/// Everything that is expected.
pub(super) struct Plan {
    pub expectations: Vec<Expectation>,
    pub max_gap: Option<Duration>,
    pub max_lag: Option<Duration>,
    /// Whether numbers must be without gaps.
    pub no_gap: bool,
    pub paths: Paths,
    pub schema: Option<Schema>,
    pub shapes: Option<SavedShapes>,
    pub forbidden: Vec<Forbidden>,
}

/// A finding that must not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Forbidden {
    Code(FindingCode),
    /// Any error.
    Error,
}

impl Forbidden {
    /// # Errors
    ///
    /// There is no such code; the error names the nearest.
    fn parse(word: &str) -> Result<Self, String> {
        if word == "error" {
            return Ok(Self::Error);
        }
        word.parse().map(Self::Code).map_err(|_| {
            let words = FindingCode::VARIANTS.iter().map(|code| code.word());
            let nearest = words.min_by_key(|code| strsim::osa_distance(word, code)).unwrap_or_default();
            format!(
                "--no-finding {word:?}: there is no such code; did you mean {nearest}? \"error\" is any error"
            )
        })
    }

    pub(super) fn is(self, finding: &Finding) -> bool {
        match self {
            Self::Code(code) => finding.code == code,
            Self::Error => finding.severity == Severity::Error,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Code(code) => code.word(),
            Self::Error => "error",
        }
    }
}

impl Plan {
    /// Reads the arguments and the files that they name.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, in words.
    pub(super) fn of(args: &CheckArgs) -> Result<Self, Vec<String>> {
        let mut errors = Vec::new();
        let mut keep = |error: String| errors.push(error);
        let expectations = args
            .expect
            .iter()
            .filter_map(|text| Expectation::parse(text).map_err(|error| keep(error.to_string())).ok())
            .collect();
        let forbidden: Vec<_> = args
            .no_finding
            .iter()
            .filter_map(|word| Forbidden::parse(word).map_err(&mut keep).ok())
            .collect();
        // What is found over time is found by the paths that the messages propose.
        let sequence = match &args.no_seq_gap {
            Some(Some(text)) => SequencePath::parse(text).map_or_else(
                |error| {
                    keep(format!("--no-seq-gap: {error}; an address stands before the flag"));
                    PathChoice::Off
                },
                PathChoice::Chosen,
            ),
            None if forbidden.is_empty() => PathChoice::Off,
            Some(None) | None => PathChoice::Propose,
        };
        let time = match &args.time_path {
            Some(text) => MemberPath::parse(text).map_or_else(
                |error| {
                    keep(format!("--time-path: {error}"));
                    PathChoice::Off
                },
                PathChoice::Chosen,
            ),
            None if args.max_lag.is_some() || !forbidden.is_empty() => PathChoice::Propose,
            None => PathChoice::Off,
        };
        let kind = if forbidden.is_empty() { PathChoice::Off } else { PathChoice::Propose };
        let schema = args.schema.as_deref().and_then(|path| Schema::read(path).map_err(&mut keep).ok());
        let shapes = args.shape.as_deref().and_then(|path| shapes_file::read(path).map_err(&mut keep).ok());
        if !errors.is_empty() {
            return Err(errors);
        }
        let plan = Self {
            expectations,
            max_gap: args.max_gap,
            max_lag: args.max_lag,
            no_gap: args.no_seq_gap.is_some(),
            paths: Paths { sequence, time, kind },
            schema,
            shapes,
            forbidden,
        };
        if plan.is_empty() && args.save_shapes.is_none() {
            let message = "nothing is expected; such as --expect 'count>=10 within 30s', --max-gap 5s or --no-seq-gap .seq";
            return Err(vec![message.to_owned()]);
        }
        Ok(plan)
    }

    fn is_empty(&self) -> bool {
        self.expectations.is_empty()
            && self.forbidden.is_empty()
            && self.max_gap.is_none()
            && self.max_lag.is_none()
            && !self.no_gap
            && self.schema.is_none()
            && self.shapes.is_none()
    }

    /// How long a live session is watched at most: by `--for`, or else as long as the expectations count; `None` until
    /// they are met.
    ///
    /// # Errors
    ///
    /// It would not end.
    pub(super) fn limit(&self, asked: Option<Duration>) -> Result<Option<Duration>, String> {
        if asked.is_some() {
            return Ok(asked);
        }
        if self.expectations.is_empty() {
            return Err("the feed has no end: say with --for 30s how long to watch".to_owned());
        }
        if let Some(endless) = self.expectations.iter().find(|expectation| expectation.needs_an_end()) {
            let text = &endless.text;
            return Err(format!(
                "--expect {text:?} is known at the end only: add \"within 30s\", or --for 30s"
            ));
        }
        let times: Option<Vec<_>> = self.expectations.iter().map(|expectation| expectation.within).collect();
        Ok(times.and_then(|times| times.into_iter().max()))
    }
}
