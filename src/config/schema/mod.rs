//! The fields of the websocket input, their values, and problems of values.

mod catalogue;
mod dialect;
mod field;
mod filled;
mod handshake;
mod known_secrets;
mod mend;
mod misplaced;
mod nearest;
mod options;
mod pipeline_shape;
mod problem;
mod problem_codes;
mod shown;
mod values;

pub use catalogue::{FIELDS, all_fields};
pub use dialect::{AddressChoice, After401, Behavior, Dialect, MAX_MESSAGE_SIZE, SessionOptions};
pub use field::{DefaultValue, Engines, Field, FieldId, Kind, Relevance};
pub(in crate::config) use handshake::is_handshake;
pub use known_secrets::is_secret;
pub use mend::Mend;
pub(in crate::config) use misplaced::misplaced;
pub use misplaced::{is_address, is_path, is_word, shown_path};
pub use nearest::nearest;
pub(in crate::config) use nearest::{did_you_mean, known_elsewhere, meant};
pub use options::OPTIONS;
pub use pipeline_shape::{InFlightFrom, PipelineShape, ShapeNote};
pub use problem::{Problem, Severity, is_invisible};
pub use problem_codes::{PROBLEM_CODES, ProblemCode};
pub use shown::hide_secrets;
pub use values::{FieldValue, Origin, Values};
