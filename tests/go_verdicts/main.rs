//! What a pipeline says of each of some hundred servers over TLS, from a table that the real engine made, beside what
//! Sockeye says of it.
//!
//! `tests/go_verdicts.tsv` has the verdicts. With `SOCKEYE_UPDATE_EXPECTED=1` the engines are built and make it anew, which
//! takes Go; otherwise nothing but Sockeye runs. `tests/go_verdicts.differ` lists the scenes of which Sockeye does not
//! say the same, each with what it says instead; with `SOCKEYE_UPDATE_DIFFERENCES=1` that list is made anew.

#[expect(clippy::missing_errors_doc, reason = "a test is not a public API")]
#[path = "../conformance/engines.rs"]
pub mod engines;
mod play;
#[path = "../support/mod.rs"]
pub mod support;
mod table;
#[expect(
    clippy::missing_panics_doc,
    clippy::missing_errors_doc,
    clippy::doc_markdown,
    reason = "test support is not a public API"
)]
#[expect(
    clippy::redundant_closure_for_method_calls,
    clippy::unnecessary_wraps,
    clippy::format_push_string,
    clippy::semicolon_if_nothing_returned,
    reason = "each scene says what it changes in one form"
)]
#[path = "../support/tls/mod.rs"]
pub mod tls;
