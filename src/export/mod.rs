//! Writes messages in the formats of files and terminals, for `tail` and for the screen, from the socket, from memory
//! or from a capture.

mod csv;
mod document;
mod encoder;
mod exported;
mod file_format;
mod format;
mod har;
mod markdown;
mod redaction;

pub use csv::{Columns, ColumnsError};
pub use document::Document;
pub use encoder::{Origin, Out};
pub use exported::Exported;
pub use file_format::{Contents, FILE_FORMATS, FileFormat, UnknownEnding};
pub use format::{Exporter, Format, PayloadEnd};
pub use redaction::{Redaction, RedactionError};
