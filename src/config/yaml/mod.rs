//! Config files: reads the values of each input from YAML, and writes values as YAML.

mod caret;
pub mod dynamic_value;
mod enclosed;
mod file;
mod flow;
mod line_index;
mod node;
mod parse;
mod patch;
mod pipeline;
pub(in crate::config) mod quotes;
mod raw_bytes;
mod read;
mod scalar;
mod scalar_style;
mod shape;
mod slots;
mod source;
mod template;
mod write;

pub use file::{ConfigFile, Input};
pub use parse::MAX_FILE;
pub use patch::{
    Conflict, DiffKind, DiffLine, OpenedFile, Patched, Refusal, Rewrite, masked_diff, patch, with_variables,
};
pub use raw_bytes::byte_problem;
pub use write::{Secrets, YamlLine, YamlWriter, default_yaml, masked_yaml};
