//! Rule W: what the pipeline checks of the `tls` block when it is built, before it dials.
//!
//! The block is read where the `websocket` input is made (`internal/impl/io/input_websocket.go`), after `url` and
//! `proxy_url`, and only if `tls.enabled` is true.

use std::io::ErrorKind;

use crate::go_verdict::wire::offer::Engine;

/// The fields of the block, each empty if it is not set.
#[derive(Clone, Copy, Debug)]
pub struct Tls<'a, Entry> {
    pub enabled: bool,
    pub root_cas: &'a str,
    pub root_cas_file: &'a str,
    pub client_certs: &'a [Entry],
}

/// The address that is dialled.
#[derive(Clone, Copy, Debug)]
pub struct Address<'a> {
    /// In lower case, as Go's `url.URL.Scheme`.
    pub scheme: &'a str,
    /// The whole URL with `xxxxx` for a password, as Go's `url.URL.Redacted` writes it.
    pub redacted: &'a str,
}

/// What the block makes of itself once the pipeline has started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started<Certificate> {
    pub trusted: Trusted,
    /// In order.
    pub client_certificates: Vec<Certificate>,
}

/// Whom the pipeline trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trusted {
    /// The roots of the system.
    System,
    /// What can be read of this text; what cannot is left out without a word.
    Pem(Vec<u8>),
}

/// Why the pipeline does not start. `Display` is the engine's line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError<EntryError> {
    #[error("only one field between root_cas and root_cas_file can be specified")]
    BothRoots,
    #[error(transparent)]
    Unreadable(Unreadable),
    #[error("{0}")]
    Entry(EntryError),
    #[error("tls is enabled but url scheme is ws, use wss:// for {0}")]
    SchemeIsWs(String),
}

/// Why a file cannot be read (`io/fs`, `PathError`).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} {path}: {reason}", .call.word())]
pub struct Unreadable {
    pub call: Call,
    pub path: String,
    /// The words of the system, such as `no such file or directory`.
    pub reason: String,
}

/// The call that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Open,
    Read,
}

impl Call {
    fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Read => "read",
        }
    }
}

impl Unreadable {
    /// With Go's words for this kind of error (`syscall`, `Errno.Error`). `None`: a kind that has no words of its own.
    ///
    /// A folder can be opened and not read.
    pub fn of(path: &str, kind: ErrorKind) -> Option<Self> {
        let (call, reason) = match kind {
            ErrorKind::NotFound => (Call::Open, "no such file or directory"),
            ErrorKind::PermissionDenied => (Call::Open, "permission denied"),
            ErrorKind::NotADirectory => (Call::Open, "not a directory"),
            ErrorKind::InvalidFilename => (Call::Open, "file name too long"),
            ErrorKind::InvalidInput => (Call::Open, "invalid argument"),
            ErrorKind::IsADirectory => (Call::Read, "is a directory"),
            _ => return None,
        };
        Some(Self { call, path: path.to_owned(), reason: reason.to_owned() })
    }
}

/// The checks of the start in the engine's order: roots, client certificates, scheme (`internal/tls/type.go`,
/// `Config.GetNonToggled`; `internal/impl/io/websocket.go`, `checkTLSScheme`, which 4.80 alone has).
///
/// `load` is what the engine makes of one entry of `client_certs`, its files read.
///
/// # Errors
///
/// The first check that fails.
pub fn start<Entry, Certificate, EntryError>(
    engine: Engine,
    address: &Address<'_>,
    tls: &Tls<'_, Entry>,
    read: impl Fn(&str) -> Result<Vec<u8>, Unreadable>,
    load: impl Fn(&Entry) -> Result<Certificate, EntryError>,
) -> Result<Started<Certificate>, StartError<EntryError>> {
    if !tls.enabled {
        return Ok(Started { trusted: Trusted::System, client_certificates: Vec::new() });
    }
    let trusted = match (tls.root_cas, tls.root_cas_file) {
        ("", "") => Trusted::System,
        (text, "") => Trusted::Pem(text.as_bytes().to_vec()),
        ("", path) => Trusted::Pem(read(path).map_err(StartError::Unreadable)?),
        (_, _) => return Err(StartError::BothRoots),
    };
    let client_certificates =
        tls.client_certs.iter().map(load).collect::<Result<_, _>>().map_err(StartError::Entry)?;
    if engine == Engine::Benthos80 && address.scheme == "ws" {
        return Err(StartError::SchemeIsWs(address.redacted.to_owned()));
    }
    Ok(Started { trusted, client_certificates })
}
