//! Imports a connection from a line that was pasted: an address, a command line, code of a browser, or a request.

mod address;
mod browser;
mod command;
mod entry;
mod imported;
mod options;
mod request;
mod words;

pub use address::complete_address;
pub use entry::{import, import_exchange, is_yaml};
pub use imported::Imported;
