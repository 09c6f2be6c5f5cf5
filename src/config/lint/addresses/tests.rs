//! What is said of addresses by the standard, and under `--as`.

use super::*;
use crate::config::Origin;

fn found(path: &str, text: &str, dialect: Dialect, origin: Origin) -> Option<Problem> {
    let mut values = Values::default();
    values.set("url", "ws://feed.example/", origin.clone());
    values.set(path, text, origin);
    values.options.dialect = dialect;
    problems(&values).into_iter().find(|problem| problem.path == path)
}

fn in_pipeline(path: &str, text: &str) -> Option<(bool, String)> {
    let problem = found(path, text, Dialect::Connect, Origin::Flag)?;
    Some((problem.is_error(), problem.message))
}

fn in_file() -> Origin {
    Origin::File { path: "pipeline.yaml".into(), line: 3, column: 5 }
}

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
fn the_codes_of_proxies_are_those_of_their_faults() {
    for (text, code, standard, pipeline) in [
        ("", "proxy-url-empty", false, true),
        ("ftp://h", "proxy-scheme", true, true),
        ("10.0.0.1:3128", "proxy-malformed", true, true),
        ("http:h", "proxy-malformed", true, false),
        ("http://u:p%zz@h", "proxy-malformed", false, true),
        ("http://me@h:1", "proxy-no-password", false, false),
    ] {
        let result_of = |dialect| {
            let problem = found("proxy_url", text, dialect, Origin::Flag)?;
            Some((problem.code, problem.is_error()))
        };
        assert_eq!(result_of(Dialect::Standard), Some((code, standard)), "{text}");
        assert_eq!(result_of(Dialect::Bento), Some((code, pipeline)), "{text}");
    }
    assert_eq!(found("proxy_url", "http://me:pw@h:1", Dialect::Standard, Origin::Flag), None);
}

#[test]
fn under_a_dialect_an_error_is_what_the_pipeline_cannot_use() {
    for (path, text, is_error, end) in [
        ("url", "http://h/", true, "; Redpanda Connect fails with every connection: malformed ws or wss URL"),
        ("url", "", true, "; Redpanda Connect fails with every connection: malformed ws or wss URL"),
        ("url", "ws://h:70000", true, "fails with every connection: dial tcp: address 70000: invalid port"),
        (
            "url",
            "ws://h/%zz",
            true,
            "; Redpanda Connect does not start: failed to parse url field 'url': parse \"ws://h/%zz\": \
             invalid URL escape \"%zz\"",
        ),
        ("url", "ws://h/a b", false, "; Redpanda Connect connects to h:80 and requests /a%20b"),
        ("url", "ws://h/?a=b c", false, "; Redpanda Connect connects to h:80 and requests /?a=b c"),
        ("url", "ws:/h/x", false, "; Redpanda Connect connects to :80 and requests /h/x"),
        ("url", "ws://:9", false, "; Redpanda Connect connects to :9 and requests /"),
        (
            "proxy_url",
            "",
            true,
            "it is empty; Redpanda Connect fails with every connection: proxy: unknown scheme: ",
        ),
        (
            "proxy_url",
            "ftp://h",
            true,
            "; Redpanda Connect fails with every connection: proxy: unknown scheme: ftp",
        ),
        ("proxy_url", "http://", false, "; Redpanda Connect connects to :80"),
    ] {
        let (error, message) = in_pipeline(path, text).unwrap_or_else(|| panic!("{text}: a problem"));
        assert_eq!(error, is_error, "{text}: {message}");
        assert!(message.ends_with(end), "{text}: {message}");
    }
    assert_eq!(in_pipeline("url", "ws://h/a%2Fb?x=%zz#f"), None);
}

#[test]
fn the_standard_tells_of_the_pipeline_only_for_a_file() {
    let message =
        |origin| found("url", "127.0.0.1:9/ws", Dialect::Standard, origin).map(|problem| problem.message);
    let ours = "the scheme is missing; write ws://127.0.0.1:9/ws or wss://127.0.0.1:9/ws";
    let theirs = "; the pipeline does not start: failed to parse url field 'url': parse \"127.0.0.1:9/ws\": \
                  first path segment in URL cannot contain colon";
    assert_eq!(message(Origin::Flag).as_deref(), Some(ours));
    assert_eq!(message(in_file()), Some(format!("{ours}{theirs}")));
    let escape = found("url", "ws://h/%zz", Dialect::Standard, in_file()).expect("a problem");
    assert!(escape.is_error() && escape.message.contains("the pipeline does not start"), "{escape}");
}

#[test]
fn what_go_dials_although_it_is_not_well_formed_is_a_warning() {
    for (text, end) in [
        ("ws://h/a b", "write it as %20; the pipeline connects to h:80 and requests /a%20b"),
        ("ws://h/?q=\u{e9}", "write it as %C3%A9; the pipeline connects to h:80 and requests /?q=\u{e9}"),
        ("ws://h:0", "from 1 to 65535; the pipeline connects to h:0 and requests /"),
    ] {
        let problem = found("url", text, Dialect::Standard, in_file()).expect("a problem");
        assert!(!problem.is_error() && problem.message.ends_with(end), "{text}: {problem}");
    }
}

#[test]
fn no_message_repeats_a_credential() {
    for (path, text) in [
        ("url", "ws://ann:hunter2%zz@h/"),
        ("url", "ws://h/%zz?token=hunter2"),
        ("url", "ws://h/\"?token=hunter2%zz#token=hunter2&%zz"),
        ("url", "ws://h/#%zz?token=hunter2"),
        ("url", "ann:hunter2@h"),
        ("url", "ws://h/a b?token=hunter2"),
        ("proxy_url", "http://u:hunter2%zz@h:9"),
        ("proxy_url", "u:hunter2@h"),
        ("proxy_url", "hunter2:u@h"),
    ] {
        for dialect in [Dialect::Standard, Dialect::Connect] {
            let problem =
                found(path, text, dialect, in_file()).unwrap_or_else(|| panic!("{text}: a problem"));
            assert!(!format!("{problem} {:?}", problem.logged).contains("hunter2"), "{text}: {problem}");
        }
    }
}

#[test]
fn what_fails_with_every_connection_is_what_the_pipeline_logs() {
    let logged =
        |text| found("url", text, Dialect::Standard, Origin::Flag).and_then(|problem| problem.logged);
    assert_eq!(logged("ws://u:p@h").as_deref(), Some("malformed ws or wss URL"));
    assert_eq!(logged("a:b:c"), Some("malformed ws or wss URL".to_owned()));
    assert_eq!(logged("1:b"), None, "it does not start");
    assert_eq!(logged("ws://h/a b"), None, "it connects");
}
