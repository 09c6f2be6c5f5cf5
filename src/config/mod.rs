//! What can be set: the field catalogue, values with their origin, and the typed settings.

mod catalogue;
mod checks;
mod client_certs;
mod dialect;
pub mod dynamic_value;
mod endpoint;
mod field;
mod file;
mod file_summary;
mod files;
mod import;
mod interpolate;
mod known_secrets;
mod lint;
mod locate;
mod misplaced;
mod nearest;
mod pipeline_words;
mod places;
mod problem;
mod proxy;
mod read;
mod redactor;
mod scalar;
mod secret;
mod settings;
mod source;
mod unescape;
mod values;
mod write;
mod yaml;

pub use catalogue::FIELDS;
pub use client_certs::{
    CertFault, CertFaultKind, ClientCert, MAX_KEY, ReadFile, Source, client_certs, unread_in_go,
};
pub use dialect::{AddressChoice, Behavior, Dialect, SessionOptions};
pub use dynamic_value::type_of;
pub use endpoint::{Endpoint, mask_location, mask_urls, unmasked};
pub use field::{Check, DefaultValue, Engines, Field, FieldId, Kind, Relevance};
pub use file::{ConfigFile, Input};
pub use file_summary::{FileSummary, file_summaries, is_looked_at, is_pem};
pub use files::{MAX_PEM, check_files, read_within};
pub use import::{Imported, import, is_yaml};
pub use interpolate::{Interpolated, Replaced, Unset, escape, interpolate};
pub use known_secrets::{is_credential_header, of_address, of_login, shown_head, shown_header};
pub use lint::lint;
pub use misplaced::{hide_secrets, is_address, is_path, is_word, shown_path};
pub use nearest::{nearest, slips};
pub use problem::{Problem, Severity, is_unseen};
pub use proxy::{Login, Proxy, ProxyChoice, ProxyFault, ProxyScheme};
pub use redactor::{MASK, Redactor};
pub use secret::Secret;
pub use settings::{
    BasicAuth, Entries, Jwt, MAX_MESSAGE_SIZE, MessageType, OAuth1, RootSource, Settings, TlsSettings,
};
pub use values::{FieldValue, Origin, Values, is_secret};
pub use write::{Secrets, Written, YamlLine, default_yaml};
pub use yaml::MAX_FILE;
