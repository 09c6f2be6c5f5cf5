//! What can be set: the field catalogue, values with their origin, and the typed settings.

mod catalogue;
mod checks;
mod endpoint;
mod field;
mod lint;
mod problem;
mod secret;
mod settings;
mod values;

pub use catalogue::FIELDS;
pub use endpoint::Endpoint;
pub use field::{Engines, Field, FieldId, Kind, Matters, Preset};
pub use lint::lint;
pub use problem::{Problem, Severity};
pub use secret::Secret;
pub use settings::{BasicAuth, MAX_MESSAGE_SIZE, MessageType, RootSource, Settings, TlsSettings};
pub use values::{Given, Origin, Values, is_secret};
