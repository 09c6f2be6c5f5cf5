//! Captures as files of other formats, and files of others as captures.

mod bundle;
mod copier;
mod har;
mod import;
mod lines;
mod transcript;

pub use bundle::{Bundle, BundleError, Packed};
pub use copier::{Buffered, Copier, CopyError, GoOn, Wanted};
pub use import::{ImportError, LARGEST_HAR, LARGEST_LINES, Openable, open, profile_of};
