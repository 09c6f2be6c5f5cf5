//! What Go 1.26 made of the addresses in `tests/go-urls.json`.

use serde_json::Value;

use super::*;

/// Each with the error of `url.Parse`, or with the scheme, host and user of the result, and what its `RequestURI` and
/// `String` returned.
const VECTORS: &str = include_str!("../../../../tests/go-urls.json");

#[test]
fn every_address_is_read_and_written_as_by_go() {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).expect("it is JSON");
    assert!(vectors.len() > 120, "{}", vectors.len());
    for vector in &vectors {
        let expected = |name: &str| vector[name].as_str().unwrap_or_default();
        let text = expected("text");
        let url = match GoUrl::parse(text) {
            Ok(url) => url,
            Err(fault) => {
                let error = format!("parse {}: {}", quoted(fault.url.as_bytes()), fault.reason);
                assert_eq!(error, expected("error"), "{text:?}");
                continue;
            }
        };
        let user = url.user.iter().flat_map(|(user, password)| [Some(user), password.as_ref()]).flatten();
        let user: Vec<_> = user.map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
        let expected_user = vector["user"].as_array().into_iter().flatten().filter_map(Value::as_str);
        assert_eq!((expected("error"), user), ("", expected_user.map(str::to_owned).collect()), "{text:?}");
        assert_eq!(
            (url.scheme.as_str(), url.host().as_str()),
            (expected("scheme"), expected("host")),
            "{text:?}"
        );
        if text != "*" {
            assert_eq!(url.request_uri(), expected("target"), "{text:?}");
        }
        let has_password = url.user.as_ref().is_some_and(|(_, password)| password.is_some());
        if !has_password && !url.scheme.is_empty() {
            assert_eq!(url.to_string(), expected("string"), "{text:?}");
        }
    }
}

#[test]
fn a_password_is_never_written() {
    for (text, written) in [
        ("ws://u:p@h/", "ws://u:xxxxx@h/"),
        ("WS://u%40:p%3A@h?a=b#c", "ws://u%40:xxxxx@h?a=b#c"),
        ("ws://:@h", "ws://:xxxxx@h"),
    ] {
        assert_eq!(GoUrl::parse(text).map(|url| url.to_string()), Ok(written.to_owned()));
    }
}
