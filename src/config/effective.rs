//! What each field is as the engine uses it, and what the engine does with it: defaults filled in, times as they are read,
//! TLS as it is resolved, and of several methods of authentication the one that wins.

mod auth;
mod beyond;
mod feed;
mod tls;

use crate::payload::counted;

use super::{
    lint::endpoint_of,
    schema::{Field, FieldId, Kind, Relevance, Values, is_secret},
    secrets::{MASK, Redactor},
};

/// How an absent value is written.
const NOTHING: &str = "–";

/// A field as the engine uses it, with masked secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective {
    /// Its value, the default if none is set.
    pub value: String,
    /// What that does, in one line.
    pub does: String,
    /// Whether it has any effect.
    pub applies: bool,
}

impl Effective {
    fn new(value: impl Into<String>, does: impl Into<String>) -> Self {
        Self { value: value.into(), does: does.into(), applies: true }
    }

    /// A value that has no effect, and why.
    fn idle(value: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { applies: false, ..Self::new(value, reason) }
    }
}

/// What the engine makes of the value at a path: of a field, or of an entry of a list or map.
#[must_use]
pub fn effective(values: &Values, path: &str) -> Option<Effective> {
    let field = Field::at(path)?;
    let mut found = of_field(values, path, field);
    // What one field says may hold the secret of another.
    let redactor = Redactor::of_values(values);
    for text in [&mut found.value, &mut found.does] {
        redactor.redact(text);
    }
    Some(found)
}

fn of_field(values: &Values, path: &str, field: &Field) -> Effective {
    let value = value_of(values, path, field);
    let dialect = values.options.dialect;
    if !dialect.knows(field) && field.id != FieldId::MaxMessageSize {
        return Effective::idle(value, format!("{} has no such field", dialect.behavior().name));
    }
    if let Relevance::EnabledBy(switch) = field.relevance
        && !values.is_on(switch)
        && switch != FieldId::TlsEnabled
    {
        return Effective::idle(value, format!("no effect: {} is off", switch.path()));
    }
    if path != field.path {
        return of_entry(values, path, field, value);
    }
    let group = field.path.split('.').next().unwrap_or_default();
    match group {
        "tls" => tls::effective(values, field.id, value),
        "oauth" | "jwt" | "basic_auth" => auth::effective(values, field.id, value),
        "beyond" => beyond::effective(values, field.id, value),
        _ => feed::effective(values, field.id, value),
    }
}

/// What an entry of a list or map does.
fn of_entry(values: &Values, path: &str, field: &Field, value: String) -> Effective {
    let name = path.strip_prefix(field.path).unwrap_or_default().trim_start_matches('.');
    match field.id {
        FieldId::Headers if name.eq_ignore_ascii_case("authorization") => auth::written(values, value),
        FieldId::Headers => Effective::new(value, format!("sent in the handshake as {name}")),
        FieldId::OpenMessages => feed::message(values, path, value),
        FieldId::JwtClaims => Effective::new(value, format!("the claim {name} of the token")),
        FieldId::JwtHeaders => Effective::new(value, format!("{name} in the head of the token")),
        FieldId::Resolve => Effective::new(value, "taken in place of a lookup"),
        FieldId::QueryKey => Effective::new(value, format!("{name}=… is added to the query of url")),
        _ => tls::of_pair(values, path, value),
    }
}

/// The value as it is shown, or its default.
fn value_of(values: &Values, path: &str, field: &Field) -> String {
    let shown = if let Some(text) = values.shown_in_full(path) {
        text
    } else if matches!(field.kind, Kind::TextMap | Kind::AnyMap | Kind::TextList) && path == field.path {
        match values.entries(field.id).len() as u64 {
            0 => String::new(),
            count => counted(count, "entry"),
        }
    } else {
        field.default_text().unwrap_or_default()
    };
    match (field.kind, shown.as_str()) {
        (_, MASK) => "••••••••".to_owned(),
        (_, "") => NOTHING.to_owned(),
        (Kind::Bool, "true") => "on".to_owned(),
        (Kind::Bool, "false") => "off".to_owned(),
        _ if is_secret(path) => "••••••••".to_owned(),
        _ => shown.lines().next().unwrap_or_default().to_owned(),
    }
}

/// Whether a text is set, and not empty.
fn is_set(values: &Values, id: FieldId) -> bool {
    values.of(id).is_some_and(|value| !value.text.is_empty())
}

/// Whether the connection is over TLS.
fn is_secure(values: &Values) -> bool {
    endpoint_of(values).is_some_and(|endpoint| endpoint.secure)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Dialect, Origin, all_fields};

    fn values(fields: &[(&str, &str)]) -> Values {
        let mut values = Values::default();
        values.set("url", "wss://feed.example/ticks?token=abc", Origin::Form);
        for (path, text) in fields {
            values.set(*path, *text, Origin::Form);
        }
        values
    }

    fn does(fields: &[(&str, &str)], path: &str) -> String {
        effective(&values(fields), path).expect("it is a field").does
    }

    #[test]
    fn every_field_says_what_it_does_by_default_and_in_one_line() {
        for field in all_fields().filter(|field| field.kind != Kind::Group && !field.path.contains("[]")) {
            let found = effective(&values(&[]), field.path).expect("it is a field");
            assert!(!found.does.is_empty() && !found.value.is_empty(), "{}", field.path);
            assert!(!found.does.contains('\n') && !found.does.ends_with('.'), "{}", field.path);
        }
    }

    #[test]
    fn no_secret_is_shown() {
        let all = [
            ("headers.X-Api-Key", "k-12345678"),
            ("basic_auth.enabled", "true"),
            ("basic_auth.password", "k-12345678"),
            ("open_message", "hello k-12345678"),
            ("proxy_url", "http://me:k-12345678@proxy.example"),
            ("beyond.bearer", "k-12345678"),
            ("beyond.query_key.key", "k-12345678"),
            ("jwt.claims.sub", "k-12345678"),
        ];
        let values = values(&all);
        let entries = values.iter().map(|(path, _)| path.to_owned());
        for path in all_fields().map(|field| field.path.to_owned()).chain(entries) {
            let Some(found) = effective(&values, &path) else { continue };
            let said = format!("{} {}", found.value, found.does);
            assert!(!said.contains("k-12345678") && !said.contains("abc"), "{path}: {said}");
        }
    }

    #[test]
    fn of_several_methods_the_one_that_wins_is_named() {
        let all = [("oauth.enabled", "true"), ("jwt.enabled", "true"), ("basic_auth.enabled", "true")];
        assert!(does(&all, "basic_auth.enabled").starts_with("each handshake has Authorization: Basic"));
        assert!(does(&all, "jwt.enabled").contains("basic_auth replaces"));
        assert!(does(&all[..2], "jwt.enabled").starts_with("each handshake has Authorization: Bearer"));
        assert!(does(&all[..2], "oauth.enabled").contains("jwt replaces"));
        assert!(does(&all[..1], "oauth.enabled").starts_with("each handshake is signed"));
        assert!(does(&all[..1], "jwt.enabled").starts_with("no JWT"));
    }

    #[test]
    fn tls_is_told_as_it_is_resolved() {
        assert!(does(&[], "tls.enabled").contains("the system's roots"));
        let file = [("tls.root_cas_file", "ca.pem")];
        assert_eq!(does(&file, "tls.root_cas_file"), "no effect: tls.enabled is off");
        let on = [("tls.enabled", "true"), ("tls.root_cas_file", "ca.pem")];
        assert!(does(&on, "tls.root_cas_file").starts_with("only the authorities in this file"));
        let plain = [("url", "ws://feed.example"), ("tls.skip_cert_verify", "true")];
        assert!(does(&plain, "tls.skip_cert_verify").starts_with("no effect: "));
    }

    #[test]
    fn times_and_sizes_are_those_that_were_read() {
        let limit = effective(&values(&[("beyond.timeout_tcp", "1500ms")]), "beyond.timeout_tcp");
        assert_eq!(limit.expect("it is a field").value, "1.5 s");
        let mut values = values(&[]);
        let size = |values: &Values| effective(values, "max_message_size").expect("it is a field").value;
        assert_eq!(size(&values), "67108864 (64 MiB)");
        values.options.dialect = Dialect::Connect;
        assert_eq!(size(&values), "33554432 (32 MiB)");
        values.options.dialect = Dialect::Bento;
        assert_eq!(size(&values), "no limit");
    }
}
