//! Checks `proxy_url`.

use crate::config::{
    address::{Login, Proxy, ProxyFault, ProxyScheme},
    schema::{Dialect, FieldId, Problem, Values},
};

pub(super) fn problem(values: &Values) -> Option<Problem> {
    const ADVICE: &str =
        "write http://host:port, https://host:port, socks5://host:port or socks5h://host:port";
    let value = values.of(FieldId::ProxyUrl)?;
    let is_pipeline = values.options.dialect.is_pipeline();
    let (error, warning) = (
        |code, message: String| values.error(FieldId::ProxyUrl, code, message).advise(ADVICE),
        |code, message: String| values.warning(FieldId::ProxyUrl, code, message),
    );
    if value.text.is_empty() {
        let message = if is_pipeline {
            "it is empty, so every connection fails with 'proxy: unknown scheme: '"
        } else {
            "it is empty; in the pipeline every connection fails, and Sockeye treats it as absent"
        };
        let problem = warning("proxy-url-empty", message.to_owned());
        return Some(problem.advise("remove the field to connect without a proxy"));
    }
    let unknown = |scheme: &str| {
        let message = match scheme {
            _ if !value.text.contains("://") => "its scheme is missing".to_owned(),
            "" => "its scheme is empty".to_owned(),
            scheme => format!("'{scheme}' is not the scheme of a proxy"),
        };
        if is_pipeline {
            warning("proxy-scheme", format!("{message}, so every connection fails")).advise(ADVICE)
        } else {
            error("proxy-scheme", message)
        }
    };
    match Proxy::parse(&value.text) {
        Err(ProxyFault::Scheme(scheme)) => Some(unknown(&scheme)),
        Err(ProxyFault::Address(message)) => Some(error("proxy-malformed", message)),
        Ok(Proxy { scheme, login: Some(Login { password: None, .. }), .. }) if !scheme.is_socks() => {
            let message = "it contains a user name without a password, which the pipeline does not send";
            Some(
                warning("proxy-no-password", message.to_owned())
                    .advise("write http://user:password@host:port"),
            )
        }
        Ok(_) => None,
    }
}

/// Whether `proxy_url` is an `https` proxy, to which the TLS settings apply too. Redpanda Connect refuses them with
/// `ws` anyway.
pub(super) fn is_secure(values: &Values) -> bool {
    values.options.dialect != Dialect::Connect
        && values.of(FieldId::ProxyUrl).is_some_and(|value| {
            Proxy::parse(&value.text).is_ok_and(|proxy| proxy.scheme == ProxyScheme::Https)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Origin;

    #[test]
    fn tls_settings_with_ws_are_valid_behind_an_https_proxy() {
        let codes = |proxy: &str| {
            let mut values = Values::default();
            for (path, text) in [("url", "ws://h"), ("proxy_url", proxy), ("tls.enabled", "true")] {
                values.set(path, text, Origin::Flag);
            }
            crate::config::lint(&values).into_iter().map(|problem| problem.code).collect::<Vec<_>>()
        };
        assert_eq!(codes("https://p:1"), [""; 0]);
        assert_eq!(codes("http://p:1"), ["tls-on-ws"]);
    }

    #[test]
    fn an_unknown_scheme_is_an_error_in_the_standard_and_a_warning_in_a_pipeline() {
        let result_of = |text: &str, dialect| {
            let mut values = Values::default();
            values.set("proxy_url", text, Origin::Flag);
            values.options.dialect = dialect;
            problem(&values).map(|problem| (problem.code, problem.is_error()))
        };
        for (text, code, standard, pipeline) in [
            ("", "proxy-url-empty", false, false),
            ("ftp://h", "proxy-scheme", true, false),
            ("10.0.0.1:3128", "proxy-malformed", true, true),
            ("http://me@h:1", "proxy-no-password", false, false),
        ] {
            assert_eq!(result_of(text, Dialect::Standard), Some((code, standard)), "{text}");
            assert_eq!(result_of(text, Dialect::Bento), Some((code, pipeline)), "{text}");
        }
        assert_eq!(result_of("http://me:pw@h:1", Dialect::Standard), None);
    }
}
