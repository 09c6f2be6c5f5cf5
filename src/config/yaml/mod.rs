//! Config files: from their text to the values of each input, and from values to text.

pub mod dynamic_value;
mod file;
mod locate;
mod node;
mod parse;
mod places;
mod read;
mod scalar;
mod source;
mod write;

pub use file::{ConfigFile, Input};
pub use parse::MAX_FILE;
pub use write::{Secrets, Written, YamlLine, default_yaml};
