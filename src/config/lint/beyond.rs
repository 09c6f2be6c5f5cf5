//! Reads and checks the options that no pipeline has.

use crate::config::{
    address::Endpoint,
    beyond::{Backoff, Beyond, IpVersion, Pins, Resolved, StageLimits, query_encoded},
    pem::ClientP12,
    schema::{FieldId, FieldValue, Problem, Values},
    secrets::Secret,
};

use super::endpoint_of;

/// The options of values; one that cannot be read is left out.
pub fn beyond_of(values: &Values) -> Beyond {
    let text = |id| values.of(id).map(|value| value.text.as_str()).filter(|text| !text.is_empty());
    let limit = |id| text(id).and_then(|text| StageLimits::parse(text).ok());
    let keys = values.entries(FieldId::QueryKey).into_iter().map(|(_, value)| value.text.as_str());
    Beyond {
        resolve: values.entries(FieldId::Resolve).into_iter().filter_map(resolved).collect(),
        ip_version: ip_version(values),
        source: text(FieldId::SourceAddress).and_then(|text| text.parse().ok()),
        unix_socket: text(FieldId::UnixSocket).map(Into::into),
        server_name: text(FieldId::ServerName).map(str::to_owned),
        pins: text(FieldId::Pin).and_then(|text| Pins::parse(text).ok()).unwrap_or_default(),
        keylog: text(FieldId::Keylog).map(Into::into),
        client_p12: text(FieldId::ClientP12).map(|file| ClientP12 {
            file: file.into(),
            password: values.passphrase(FieldId::ClientP12Password.path()),
        }),
        limits: StageLimits {
            lookup: limit(FieldId::TimeoutLookup),
            tcp: limit(FieldId::TimeoutTcp),
            tls: limit(FieldId::TimeoutTls),
            upgrade: limit(FieldId::TimeoutUpgrade),
        },
        backoff: text(FieldId::Backoff).and_then(|text| Backoff::parse(text).ok()),
        has_bearer: text(FieldId::Bearer).is_some(),
        query_secrets: keys
            .filter(|key| !key.is_empty())
            .flat_map(|key| [Secret::new(key), Secret::new(query_encoded(key))])
            .collect(),
    }
}

fn resolved((_, value): (&str, &FieldValue)) -> Option<Resolved> {
    Resolved::parse(&value.text).ok()
}

fn ip_version(values: &Values) -> Option<IpVersion> {
    match values.text_of(FieldId::IpVersion).as_str() {
        "4" => Some(IpVersion::V4),
        "6" => Some(IpVersion::V6),
        _ => None,
    }
}

pub(super) fn problems(values: &Values) -> Vec<Problem> {
    let mut problems: Vec<_> = unread(values).chain(unresolved(values)).collect();
    problems.extend(other_family(values));
    problems.extend(plain(values));
    problems.extend(two_tokens(values));
    problems.extend(no_unix(values));
    problems.extend(password_alone(values));
    problems
}

/// Checks one text.
type Check = fn(&str) -> Result<(), String>;

/// The options of one text that cannot be read.
fn unread(values: &Values) -> impl Iterator<Item = Problem> {
    let limit: Check = |text| StageLimits::parse(text).map(drop);
    let address: Check =
        |text| text.parse::<std::net::IpAddr>().map(drop).map_err(|_| "it is not an IP address".to_owned());
    let name: Check = |text| {
        Endpoint::parse(&format!("ws://{text}/")).map_err(|_| "it is not the name of a host".to_owned())?;
        if text.contains(':') { Err("it is a name without a port".to_owned()) } else { Ok(()) }
    };
    let token: Check = |text| {
        let is_bad = |c: char| c.is_control() || c.is_whitespace();
        if text.contains(is_bad) { Err("it contains a blank or a line break".to_owned()) } else { Ok(()) }
    };
    let checks = [
        (FieldId::SourceAddress, address),
        (FieldId::ServerName, name),
        (FieldId::Pin, |text: &str| Pins::parse(text).map(drop)),
        (FieldId::TimeoutLookup, limit),
        (FieldId::TimeoutTcp, limit),
        (FieldId::TimeoutTls, limit),
        (FieldId::TimeoutUpgrade, limit),
        (FieldId::Backoff, |text: &str| Backoff::parse(text).map(drop)),
        (FieldId::Bearer, token),
    ];
    checks.into_iter().filter_map(|(id, check)| {
        let text = &values.of(id).filter(|value| !value.text.is_empty())?.text;
        Some(values.error(id, "option-unread", check(text).err()?))
    })
}

fn unresolved(values: &Values) -> impl Iterator<Item = Problem> {
    values.entries(FieldId::Resolve).into_iter().filter_map(|(nth, value)| {
        let path = format!("{}.{nth}", FieldId::Resolve.path());
        let fault = Resolved::parse(&value.text).err()?;
        Some(Problem::error("option-unread", path, value.origin.clone(), fault))
    })
}

/// A source address of one kind, and only addresses of the other to go to.
fn other_family(values: &Values) -> Option<Problem> {
    let beyond = beyond_of(values);
    let (wanted, source) = (beyond.ip_version?, IpVersion::of(beyond.source?));
    let message =
        format!("it is an {} address, but only {} addresses are tried", source.word(), wanted.word());
    (wanted != source).then(|| values.error(FieldId::SourceAddress, "source-family", message))
}

/// Options for TLS on a connection without it.
fn plain(values: &Values) -> Vec<Problem> {
    if endpoint_of(values).is_none_or(|endpoint| endpoint.secure) {
        return Vec::new();
    }
    let of_tls = [FieldId::ServerName, FieldId::Pin, FieldId::ClientP12, FieldId::TimeoutTls];
    let set = of_tls.into_iter().filter(|id| values.of(*id).is_some_and(|value| !value.text.is_empty()));
    let message = "it has no effect: url begins with ws://, which has no TLS";
    set.map(|id| values.warning(id, "option-without-tls", message)).collect()
}

/// A bearer token beside another `Authorization`.
fn two_tokens(values: &Values) -> Option<Problem> {
    if values.text_of(FieldId::Bearer).is_empty() {
        return None;
    }
    let headers = values.entries(FieldId::Headers);
    let has_header = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let switches = [FieldId::BasicAuthEnabled, FieldId::OauthEnabled, FieldId::JwtEnabled];
    let other = match switches.into_iter().find(|switch| values.is_on(*switch)) {
        Some(switch) => switch.path(),
        None if has_header => "headers.Authorization",
        None => return None,
    };
    let message = format!("{other} sets the same header, Authorization");
    Some(values.error(FieldId::Bearer, "two-tokens", message).advise("keep one of the two"))
}

/// A password without the file that it is for.
fn password_alone(values: &Values) -> Option<Problem> {
    let is_set = |id| values.of(id).is_some_and(|value| !value.text.is_empty());
    let is_alone = is_set(FieldId::ClientP12Password) && !is_set(FieldId::ClientP12);
    let message = format!("it is the password of a file that is not set: {}", FieldId::ClientP12.path());
    is_alone.then(|| values.error(FieldId::ClientP12Password, "option-unread", message))
}

fn no_unix(values: &Values) -> Option<Problem> {
    let is_set = !cfg!(unix) && values.of(FieldId::UnixSocket).is_some();
    is_set.then(|| values.error(FieldId::UnixSocket, "no-unix-sockets", "this system has no unix sockets"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Origin, Settings, lint};

    fn values(pairs: &[(&str, &str)]) -> Values {
        let mut values = Values::default();
        values.set("url", "wss://feed.example/ticks?a=1", Origin::Flag);
        for (path, text) in pairs {
            values.set(*path, *text, Origin::Flag);
        }
        values
    }

    fn fault(path: &str, text: &str) -> Option<String> {
        let problems = lint(&values(&[(path, text)]));
        problems.into_iter().find(|problem| problem.path == path).map(|problem| problem.message)
    }

    #[test]
    fn each_option_that_cannot_be_read_is_an_error_at_its_place() {
        let fault = |path, text| fault(path, text).unwrap_or_default();
        assert_eq!(fault("beyond.source", "eth0"), "it is not an IP address");
        assert_eq!(fault("beyond.server_name", "a b"), "it is not the name of a host");
        assert!(fault("beyond.pin", "sha1//x").contains("is not a pin"));
        assert!(fault("beyond.timeout_tcp", "soon").starts_with("write a time"));
        assert!(fault("beyond.backoff", "2s..1s").contains("shorter than the first"));
        assert!(fault("beyond.resolve.0", "feed.example").starts_with("it is not HOST:PORT:ADDRESS"));
        assert_eq!(fault("beyond.ip_version", "5"), "'5' is not one of any, 4, 6");
        assert_eq!(fault("beyond.bearer", "two words"), "it contains a blank or a line break");
    }

    #[test]
    fn a_key_in_the_query_is_encoded_behind_what_stands_there() {
        let values = values(&[("beyond.query_key.appid", "a b&c"), ("beyond.query_key.v", "2")]);
        let settings = Settings::from_values(&values).expect("they are valid");
        assert_eq!(settings.url.target, "/ticks?a=1&appid=a%20b%26c&v=2");
        assert!(!settings.shown_url().contains("a%20b"), "{}", settings.shown_url());
    }

    #[test]
    fn a_bearer_token_is_a_header_and_excludes_another() {
        let one = Settings::from_values(&values(&[("beyond.bearer", "abc")])).expect("it is valid");
        assert_eq!(one.headers, [("Authorization".to_owned(), Secret::new("Bearer abc"))]);
        let two = values(&[("beyond.bearer", "abc"), ("headers.authorization", "Basic x")]);
        assert!(Settings::from_values(&two).is_err());
    }

    #[test]
    fn a_source_of_the_other_kind_is_an_error() {
        let both = values(&[("beyond.source", "::1"), ("beyond.ip_version", "4")]);
        assert!(lint(&both).iter().any(|problem| problem.code == "source-family"));
    }
}
