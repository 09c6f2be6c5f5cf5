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
    /// `pipeline.threads`, of which -1 is one a CPU; `None` without processors in `pipeline`.
    pub threads: Option<i64>,
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

impl fmt::Display for PipelineShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(output) = &self.output else { return f.write_str("no output") };
        write!(f, "output {output}")?;
        if let Some(number) = self.max_in_flight {
            write!(f, ", max_in_flight {number}{}", self.in_flight_from.words())?;
        }
        match self.threads {
            Some(threads) => write!(f, ", pipeline.threads {threads}"),
            None => Ok(()),
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
