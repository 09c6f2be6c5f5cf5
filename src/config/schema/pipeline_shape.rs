//! The shape of a pipeline behind its websocket input.

use std::fmt;

/// What stands behind the websocket input in its pipeline, as far as it decides how messages and rejections go. The
/// default says that nothing is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PipelineShape {
    /// Type of the output that decides how many messages are in flight, as written; `None` if the file has none.
    pub output: Option<String>,
    /// How many messages the output takes at once; `None` if nothing is known of it.
    pub max_in_flight: Option<usize>,
    pub in_flight_from: InFlightFrom,
    /// `pipeline.threads`, below 1 one for each core; `None` without processors in `pipeline`.
    pub threads: Option<i64>,
    /// How many processors `pipeline` has.
    pub processors: usize,
    /// The further stages that hold one message each, on both sides of `pipeline`.
    pub other_stages: usize,
    /// What else stands around and decides on rejections, from the input to the output.
    pub notes: Vec<ShapeNote>,
}

/// Where the number of messages in flight is known from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InFlightFrom {
    /// It is not known.
    #[default]
    Nothing,
    /// The field `max_in_flight` of the file.
    File,
    /// The default of the type, whose field is not set.
    Default,
    /// The type, which takes this many and has no field for it.
    Type,
    /// The default of the type, as the field of the file is no number above 0.
    NotANumber,
    /// What outputs combine to: those of a broker that shares messages out, or one that waits for each.
    Combined,
    /// A type that is not known here: one message at a time, as most plug-ins take them.
    UnknownType,
}

/// A component that decides on rejections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeNote {
    /// Its type, with its pattern if it has one: `broker (fan_out)`.
    pub component: String,
    /// One sentence on what it does to a rejected message.
    pub effect: &'static str,
}

impl PipelineShape {
    /// What stands behind the input, and what else there decides on rejections, a sentence each; empty if nothing is
    /// known.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        if *self == Self::default() {
            return Vec::new();
        }
        let around = self.notes.iter().map(|note| format!("{}: {}", note.component, note.effect));
        std::iter::once(format!("behind the input: {self}")).chain(around).collect()
    }
}

impl fmt::Display for PipelineShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.output {
            Some(output) => write!(f, "output {output}")?,
            None => f.write_str("no output")?,
        }
        if let Some(number) = self.max_in_flight {
            write!(f, ", max_in_flight {number}{}", self.in_flight_from.words())?;
        }
        if let Some(threads) = self.threads {
            let each = if threads < 1 { " (one for each core)" } else { "" };
            let plural = if self.processors == 1 { "" } else { "s" };
            write!(f, ", pipeline.threads {threads}{each}, {} processor{plural}", self.processors)?;
        }
        match self.other_stages {
            0 => Ok(()),
            1 => f.write_str(", 1 more stage that holds a message"),
            stages => write!(f, ", {stages} more stages that hold a message each"),
        }
    }
}

impl InFlightFrom {
    fn words(self) -> &'static str {
        match self {
            Self::Nothing | Self::File => "",
            Self::Default => " (its default)",
            Self::Type => " (always)",
            Self::NotANumber => " (its default: the file has no number)",
            Self::Combined => " (of its outputs together)",
            Self::UnknownType => " (not known here: one at a time, as most plug-ins)",
        }
    }
}
