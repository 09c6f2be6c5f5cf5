//! Finds the problems of a configuration before it is used.

mod client_certs;
mod combinations;
mod files;
mod headers;
mod jwt;
mod pipeline_errors;
mod proxy;
mod rules;

pub use files::check_files;
pub use rules::lint;
