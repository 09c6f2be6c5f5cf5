//! Finds the problems of a configuration before it is used.

mod addresses;
mod beyond;
mod client_certs;
mod combinations;
mod day;
mod expressions;
mod files;
mod headers;
mod jwt;
mod pipeline_errors;
mod rules;
mod surprises;
mod templates;
mod tokens;

pub use addresses::{endpoint_of, proxy_of};
pub use beyond::beyond_of;
pub use files::check_files;
pub use rules::lint;
