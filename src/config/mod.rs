//! The configuration: the field catalogue, values with their origins, and the typed settings.
//!
//! A folder imports only from folders below it, which `tests/layers.rs` checks:
//!
//! ```text
//! command_line         a connection as other tools make it
//! effective            what each field does as the engine uses it
//! settings   import    typed settings from values; values from a line that was pasted
//! lint                 all problems of a configuration
//! beyond               options that no pipeline has
//! yaml       pem       config files as values, and back; the files that fields name
//! schema               the fields, their values, and their problems
//! address              addresses of feeds and of proxies
//! secrets              secrets, and texts with masked secrets
//! spelling   interpolate   expression
//! ```

mod address;
mod beyond;
mod command_line;
mod effective;
mod expression;
mod import;
mod interpolate;
mod lint;
mod pem;
mod schema;
mod secrets;
mod settings;
mod spelling;
mod yaml;

pub use address::{
    Endpoint, Login, Proxy, ProxyChoice, ProxyFault, ProxyScheme, UnixAddress, asks_name_server,
    login_secrets,
};
pub use beyond::{Backoff, Beyond, IpVersion, Pin, Pins, Resolved, StageLimits};
pub use command_line::{TOOLS, Tool, runnable_yaml};
pub use effective::{Effective, effective};
pub use expression::{Fault as ExpressionFault, Moment, has_expression, work_out};
pub use import::{Imported, complete_address, import, import_exchange, is_yaml};
pub use interpolate::{Interpolated, Pipes, Replacement, Unset, escape, interpolate};
pub use lint::{check_files, lint};
pub use pem::{
    CertFault, CertFaultKind, ClientCert, ClientP12, FileSummary, MAX_KEY, MAX_PEM, Opened, ReadFile, Source,
    client_certs, file_summaries, go_read_error, has_file_summary, is_pem, passphrase_path, read_within,
};
pub use schema::{
    AddressChoice, After401, Behavior, DefaultValue, Dialect, Engines, FIELDS, Field, FieldId, FieldValue,
    InFlightFrom, Kind, MAX_MESSAGE_SIZE, Mend, OPTIONS, Origin, PROBLEM_CODES, PipelineShape, Problem,
    ProblemCode, Relevance, SessionOptions, Severity, ShapeNote, Values, all_fields, hide_secrets,
    is_address, is_invisible, is_path, is_secret, is_word, nearest, shown_path,
};
pub use secrets::{
    MASK, Redactor, Secret, address_secrets, is_credential_header, mask_location, mask_urls, names_a_secret,
    shown_head, shown_header, unmasked,
};
pub use settings::{BasicAuth, Entries, Jwt, MessageType, OAuth1, RootSource, Settings, TlsSettings};
pub use spelling::edit_distance;
pub use yaml::{
    ConfigFile, Conflict, DiffKind, DiffLine, Input, MAX_FILE, OpenedFile, Patched, Refusal, Rewrite,
    Secrets, YamlLine, YamlWriter, byte_problem, default_yaml, dynamic_value,
    dynamic_value::{ValueType, type_of},
    masked_diff, masked_yaml, patch, with_variables,
};
