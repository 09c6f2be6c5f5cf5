//! Everything that is wrong or odd, found before anything is tried.

mod client_certs;
mod files;
mod headers;
mod pipeline_words;
mod proxy;
mod rules;
mod together;

pub use files::check_files;
pub use rules::lint;
