//! The options that no engine has: what each makes different.

use crate::{
    config::{
        lint::beyond_of,
        schema::{FieldId, Values},
    },
    payload::{counted, limit_in_words},
};

use super::{Effective, is_secure, is_set};

pub(super) fn effective(values: &Values, id: FieldId, value: String) -> Effective {
    let beyond = beyond_of(values);
    let set = is_set(values, id);
    let secure = is_secure(values);
    let limit = |limit: Option<std::time::Duration>, what: &str| match limit {
        Some(limit) => {
            let limit = limit_in_words(limit);
            let does = format!("{what} is given up after {limit}; the engine has 45 s for all stages");
            Effective::new(limit, does)
        }
        None => Effective::new(super::NOTHING, format!("{what} has what is left of 45 s for all stages")),
    };
    let does = match id {
        FieldId::Resolve => match beyond.resolve.len() as u64 {
            0 => "the resolver is asked for the host",
            count => {
                return Effective::new(
                    counted(count, "entry"),
                    "these addresses are taken in place of a lookup",
                );
            }
        },
        FieldId::IpVersion => match beyond.ip_version {
            Some(_) => "only addresses of this kind are tried",
            None => "all addresses of the host are tried",
        },
        FieldId::SourceAddress if set => "connects from this address",
        FieldId::SourceAddress => "the system chooses the address to connect from",
        FieldId::UnixSocket if set => "connects to this socket in place of the host",
        FieldId::UnixSocket => "connects to the host of url",
        FieldId::ServerName | FieldId::Pin | FieldId::Keylog | FieldId::TimeoutTls if !secure => {
            return Effective::idle(value, "no effect: url is ws://, without TLS");
        }
        FieldId::ServerName if set => "TLS asks for this name, and the certificate must be for it",
        FieldId::ServerName => "TLS asks for the host of url",
        FieldId::Pin if set => "the server's key must be one of these",
        FieldId::Pin => "any trusted key is taken",
        FieldId::Keylog if set => "the keys of each connection are added to this file",
        FieldId::Keylog => "no keys are written",
        FieldId::TimeoutLookup => return limit(beyond.limits.lookup, "the lookup"),
        FieldId::TimeoutTcp => return limit(beyond.limits.tcp, "the TCP connection"),
        FieldId::TimeoutTls => return limit(beyond.limits.tls, "the TLS handshake"),
        FieldId::TimeoutUpgrade => return limit(beyond.limits.upgrade, "the answer to the upgrade"),
        FieldId::Backoff => return backoff(values, value),
        FieldId::Bearer if set => return super::auth::written(values, value),
        FieldId::Bearer => "no bearer token is sent",
        _ if values.entries(id).is_empty() => "the query of url is sent as written",
        _ => "added to the query of url, encoded",
    };
    Effective::new(value, does)
}

fn backoff(values: &Values, value: String) -> Effective {
    match beyond_of(values).backoff {
        Some(backoff) => {
            let (first, longest) = (limit_in_words(backoff.first), limit_in_words(backoff.longest));
            let does = format!("{first} after the first failure, then ×1.5 up to {longest}, each ±50 %");
            Effective::new(format!("{first} to {longest}"), does)
        }
        None => Effective::new(
            value,
            "as the engine: 0.5 s after the first failure (0.1 s once it was open), then ×1.5 up to 1 s, each ±50 %",
        ),
    }
}
