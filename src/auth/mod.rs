//! Signs requests: settings in, the headers of OAuth 1, JWT and basic authentication out; pure.

mod authorization;
mod basic;
mod jwt;
mod oauth1;
mod sign;

pub use authorization::{AuthFault, Authorization, Moment};
pub use jwt::KeyFile;
pub use sign::{Signed, sign};
