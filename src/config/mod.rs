//! What can be set: the field catalogue, values with their origin, and the typed settings.
//!
//! The folders stand on floors of their own, which `tests/layers.rs` holds:
//!
//! ```text
//! settings   import    typed settings out of values; values out of a line for curl
//! lint                 every problem of a configuration
//! yaml       pem       a config file as values, and back; the files that fields name
//! schema               the fields, their values, and the problems of these
//! address              of feeds and of proxies
//! secrets              texts without what nobody may see
//! spelling   interpolate
//! ```

mod address;
mod import;
mod interpolate;
mod lint;
mod pem;
mod schema;
mod secrets;
mod settings;
mod spelling;
mod yaml;

pub use address::{Endpoint, Login, Proxy, ProxyChoice, ProxyFault, ProxyScheme, of_login};
pub use import::{Imported, import, is_yaml};
pub use interpolate::{Interpolated, Replaced, Unset, escape, interpolate};
pub use lint::{check_files, lint};
pub use pem::{
    CertFault, CertFaultKind, ClientCert, FileSummary, MAX_KEY, MAX_PEM, ReadFile, Source, client_certs,
    file_summaries, is_looked_at, is_pem, read_within, unread_in_go,
};
pub use schema::{
    AddressChoice, Behavior, Check, DefaultValue, Dialect, Engines, FIELDS, Field, FieldId, FieldValue, Kind,
    MAX_MESSAGE_SIZE, Origin, Problem, Relevance, SessionOptions, Severity, Values, hide_secrets, is_address,
    is_path, is_secret, is_unseen, is_word, nearest, shown_path,
};
pub use secrets::{
    MASK, Redactor, Secret, is_credential_header, mask_location, mask_urls, of_address, shown_head,
    shown_header, unmasked,
};
pub use settings::{BasicAuth, Entries, Jwt, MessageType, OAuth1, RootSource, Settings, TlsSettings};
pub use spelling::slips;
pub use yaml::{
    ConfigFile, Input, MAX_FILE, Secrets, Written, YamlLine, default_yaml, dynamic_value,
    dynamic_value::type_of,
};
