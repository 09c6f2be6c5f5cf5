//! Diagnoses failures: takes settings and the stages of a connection, returns findings with fixes. Pure.
//!
//! [`FINDINGS`] describes every code. A finding holds what failed, the cause, the evidence and the fixes; a
//! fix that a field can make carries the edit.

mod auth;
mod beyond;
mod capture;
mod certificate;
mod certificate_causes;
mod certificate_mends;
mod client_cert;
mod clock;
mod closes;
mod conversation;
mod delivery;
mod failed;
mod failed_connection;
mod finding;
mod handshake;
mod heartbeat_losses;
mod heartbeats;
mod lateness;
mod lenient;
mod listing;
mod listings;
mod loss;
mod lost_connection;
mod opened;
mod over_time;
mod pipeline;
mod protocol;
mod protocols;
mod proxy;
mod reach;
mod reasons;
mod refusals;
mod response;
mod series;
mod signs;
mod silences;
mod socks;
mod status;
mod table;
mod telltale;
mod text;
mod tls;
mod tls_alert;
mod tls_differs;
mod tls_of_proxy;
mod token;
mod upgrade;

pub use capture::{capture_failed, capture_large, imported};
pub use conversation::Conversation;
pub use delivery::{
    around_the_output, left_behind, nack_dropped, poison_message, reading_paused, replay_holds_up, stop_waits,
};
pub use failed::failed;
pub use lenient::deviation;
pub use listing::Listing;
pub use listings::listings;
pub use loss::{flapping, lost};
pub use opened::{opened, silent};
pub use over_time::over_time;
pub use pipeline::{
    logged_end, logged_failure, logged_first_connection, logged_loss, logged_refusal, panics,
};
pub use series::LossSeries;
pub use table::{FINDINGS, Spec, spec};
pub use text::{invalid_utf8, over_a_limit};
