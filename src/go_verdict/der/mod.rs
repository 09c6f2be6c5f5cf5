//! DER: Go reads it with two libraries that take different bytes, and so does this.

pub mod lax;
pub mod oid;
pub mod strict;
pub mod tag;
pub mod write;
