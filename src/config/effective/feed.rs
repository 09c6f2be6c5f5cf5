//! The address, the proxy, headers, opening messages, limits and retries.

use crate::{
    config::{
        address::{ProxyChoice, ProxyScheme},
        lint::{endpoint_of, proxy_of},
        schema::{FieldId, Values},
    },
    payload::{counted, size},
};

use super::Effective;

/// The largest message where the engine has no limit, in bytes.
const NO_LIMIT: u64 = 1 << 30;

pub(super) fn effective(values: &Values, id: FieldId, value: String) -> Effective {
    match id {
        FieldId::Url => url(values, value),
        FieldId::ProxyUrl => proxy(values, value),
        FieldId::Headers if values.entries(id).is_empty() => {
            Effective::new(value, "the handshake has only the headers that it needs")
        }
        FieldId::Headers => Effective::new(value, format!("added to the handshake: {}", names(values, id))),
        FieldId::OpenMessage => open_message(values, value),
        FieldId::OpenMessages => match values.entries(id).len() as u64 {
            0 => Effective::new(value, "no list of messages is sent"),
            count => Effective::new(
                value,
                format!("{} sent in this order after each upgrade", counted(count, "message")),
            ),
        },
        FieldId::OpenMessageType if has_no_opening(values) => {
            Effective::idle(value, "no effect: there is no opening message")
        }
        FieldId::OpenMessageType => {
            let does = format!("opening messages are {value} frames");
            Effective::new(value, does)
        }
        FieldId::MaxMessageSize => largest(values),
        FieldId::AutoReplayNacks if values.is_on(id) => Effective::new(
            value,
            "a nacked message comes again until it is acked: twice at once, then after 0.5 s, growing to 1 s",
        ),
        FieldId::AutoReplayNacks => {
            Effective::new(value, "a nacked message is dropped, and no log line says so")
        }
        _ => retries(values, value),
    }
}

fn url(values: &Values, value: String) -> Effective {
    let Some(endpoint) = endpoint_of(values) else {
        return Effective::idle(value, "there is no address to connect to");
    };
    let how = if endpoint.secure { "over TLS" } else { "in clear text" };
    let place = match values.text_of(FieldId::UnixSocket) {
        socket if !socket.is_empty() => format!("the socket {socket}, for {},", endpoint.host),
        _ => format!("{} port {}", endpoint.host, endpoint.port),
    };
    Effective::new(value, format!("connects to {place} {how}; GET {}", endpoint.shown_target()))
}

fn proxy(values: &Values, value: String) -> Effective {
    let choice = match values.of(FieldId::ProxyUrl) {
        None => ProxyChoice::Environment,
        Some(_) => proxy_of(values).map_or(ProxyChoice::Empty, ProxyChoice::Through),
    };
    match choice {
        _ if super::is_set(values, FieldId::UnixSocket) => {
            Effective::idle(value, "no effect: beyond.unix_socket is connected to instead")
        }
        ProxyChoice::Environment => {
            Effective::new(value, "HTTPS_PROXY, HTTP_PROXY and NO_PROXY decide whether there is a proxy")
        }
        ProxyChoice::Empty if values.options.dialect.is_pipeline() => {
            Effective::new(value, "an empty address: every connection fails")
        }
        ProxyChoice::Empty => Effective::new(
            value,
            "as if absent, the environment decides; in a pipeline every connection fails",
        ),
        ProxyChoice::Through(proxy) => {
            let how = match proxy.scheme {
                ProxyScheme::Http => "CONNECT",
                ProxyScheme::Https => "CONNECT within TLS",
                _ => "SOCKS 5",
            };
            let login = if proxy.login.is_some() { ", with a login" } else { "" };
            Effective::new(value, format!("connects through {} by {how}{login}", proxy.place()))
        }
    }
}

/// The names of the entries of a map.
pub(super) fn names(values: &Values, id: FieldId) -> String {
    let names: Vec<_> = values.entries(id).into_iter().map(|(name, _)| name).collect();
    names.join(", ")
}

/// Whether the list is sent, which comes before the single message.
fn has_list(values: &Values) -> bool {
    values.options.dialect.knows(FieldId::OpenMessages.field())
        && !values.entries(FieldId::OpenMessages).is_empty()
}

fn has_no_opening(values: &Values) -> bool {
    !has_list(values) && !super::is_set(values, FieldId::OpenMessage)
}

fn open_message(values: &Values, value: String) -> Effective {
    match super::is_set(values, FieldId::OpenMessage) {
        false if has_list(values) => Effective::new(value, "nothing beside open_messages is sent"),
        false => Effective::new(value, "nothing is sent after the upgrade"),
        true if has_list(values) => Effective::idle(value, "no effect: open_messages is sent instead"),
        true => message(values, FieldId::OpenMessage.path(), value),
    }
}

/// What an opening message is on the wire.
pub(super) fn message(values: &Values, path: &str, value: String) -> Effective {
    let bytes = values.get(path).map_or(0, |given| given.text.len());
    let kind = values.text_of(FieldId::OpenMessageType);
    let does = format!("{} sent after each upgrade, in a {kind} frame", size(bytes as u64));
    Effective::new(value, does)
}

fn largest(values: &Values) -> Effective {
    let behavior = values.options.dialect.behavior();
    let is_known = values.options.dialect.knows(FieldId::MaxMessageSize.field());
    let set = values.of(FieldId::MaxMessageSize).filter(|_| is_known);
    let limit = match set.map(|value| value.text.parse::<i64>()) {
        None => behavior.max_message,
        Some(Ok(1..)) => set.and_then(|value| value.text.parse().ok()),
        Some(_) => None,
    };
    match limit {
        Some(limit) if limit <= NO_LIMIT => {
            let value = match limit.checked_rem(1 << 20) {
                Some(0) => format!("{limit} ({} MiB)", limit >> 20),
                _ => format!("{limit} ({})", size(limit)),
            };
            Effective::new(value, "a larger message ends the connection with code 1009")
        }
        _ if !is_known => {
            let does = format!("{} has no such field and no limit; Sockeye stops at 1 GiB", behavior.name);
            Effective::idle("no limit", does)
        }
        _ => Effective::new("no limit", "a message of any size is read; Sockeye stops at 1 GiB"),
    }
}

fn retries(values: &Values, value: String) -> Effective {
    if values.options.no_retry {
        return Effective::idle(value, "no effect: --no-retry ends the session at the first failure");
    }
    let retries = values.of(FieldId::ConnectionMaxRetries).and_then(|value| value.text.parse::<i64>().ok());
    let does = match retries {
        None | Some(..0) => "failed connections are tried again without limit".to_owned(),
        Some(0) => "the first failed connection ends the input; a lost one is opened once more".to_owned(),
        Some(retries) => {
            format!("failure {} in a row ends the input; a loss is no failure", retries.saturating_add(1))
        }
    };
    Effective::new(value, does)
}
