//! Captures as files of other formats, and files of others as captures.

mod bundle;
mod copier;

pub use bundle::{Bundle, BundleError, Packed};
pub use copier::{Buffered, Copier, CopyError, GoOn, Wanted};
