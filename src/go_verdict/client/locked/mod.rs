//! Keys under a password.

pub mod cbc;
pub mod legacy;
pub mod pbes2;
