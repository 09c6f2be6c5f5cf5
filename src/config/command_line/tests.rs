//! What the commands of other tools say, and what they must not.

use super::*;
use crate::config::{ConfigFile, Origin, Values};

/// A feed with everything that a command can say.
fn values() -> Values {
    let mut values = Values::default();
    for (path, text) in [
        ("url", "wss://feed.example/ws?x=it's&token=hunter2"),
        ("headers.Authorization", "Bearer hunter3"),
        ("headers.X-Team", "a \"b\" $HOME !c"),
        ("headers.Sec-WebSocket-Protocol", "v1"),
        ("basic_auth.enabled", "true"),
        ("basic_auth.username", "me"),
        ("basic_auth.password", "hunter4"),
        ("proxy_url", "http://me:hunter5@proxy.example:3128"),
        ("tls.enabled", "true"),
        ("tls.root_cas_file", "/etc/ca's.pem"),
        ("open_message", "{\"op\":\"subscribe\",\"pw\":\"hunter6\"}\nsecond line"),
        ("open_message_type", "text"),
    ] {
        values.set(path, text, Origin::Flag);
    }
    values
}

fn settings() -> Settings {
    Settings::from_values(&values()).expect("they are valid")
}

/// The same with every option that no pipeline has.
fn beyond() -> Values {
    let mut values = Values::default();
    for (path, text) in [
        ("url", "wss://feed.example/ws"),
        ("beyond.resolve.0", "feed.example:443:127.0.0.1"),
        ("beyond.ip_version", "4"),
        ("beyond.source", "127.0.0.1"),
        ("beyond.unix_socket", "/run/feed.sock"),
        ("beyond.server_name", "other.example"),
        ("beyond.pin", "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
        ("beyond.keylog", "keys"),
        ("beyond.client_p12", "client.p12"),
        ("beyond.timeout_tcp", "3s"),
        ("beyond.backoff", "100ms..10s"),
        ("beyond.bearer", "hunter7"),
        ("beyond.query_key.appid", "hunter 8"),
    ] {
        values.set(path, text, Origin::Flag);
    }
    values
}

#[test]
fn options_beyond_the_pipeline_are_written_where_the_tool_has_them_and_else_named() {
    let settings = Settings::from_values(&beyond()).expect("they are valid");
    let command = |word: &str| Tool::named(word).expect("it is one").command(&settings);
    for tool in TOOLS {
        let text = tool.command(&settings);
        assert!(!text.contains("hunter"), "{text}");
        assert!(text.contains("AUTHORIZATION") && text.contains("QUERY_KEY"), "{text}");
    }
    let curl = command("curl");
    for part in [
        "SSLKEYLOGFILE='keys' curl",
        "--resolve 'feed.example:443:127.0.0.1'",
        "-4",
        "--interface '127.0.0.1'",
        "--unix-socket '/run/feed.sock'",
        "--cert-type 'P12'",
        "--pinnedpubkey 'sha256//47DEQ",
        "# without --server-name, --backoff, --timeout-tcp, for which it has no option",
    ] {
        assert!(curl.contains(part), "{part}: {curl}");
    }
    assert!(command("tail").contains("--set 'beyond.backoff=100ms..10s'"), "{}", command("tail"));
    assert!(!command("tail").contains("without"), "{}", command("tail"));
    assert!(command("wscat").contains("# without --resolve, -4,"), "{}", command("wscat"));
    let yaml = runnable_yaml(&beyond());
    assert!(!yaml.contains("beyond") && !yaml.contains("hunter"), "{yaml}");
    assert!(yaml.contains("--query-key: the pipeline has no such option"), "{yaml}");
}

#[test]
fn the_pipeline_reads_its_secrets_from_the_environment() {
    let mut values = values();
    values.set("open_message", "{\"op\": \"subscribe\", \"pw\": \"hunter6\"}", Origin::Flag);
    let yaml = runnable_yaml(&values);
    assert!(!yaml.contains("hunter"), "{yaml}");
    let secrets = [
        ("URL_SECRET", "hunter2"),
        ("AUTHORIZATION", "Bearer hunter3"),
        ("PASSWORD", "hunter4"),
        ("OPEN_MESSAGE", "{\"op\": \"subscribe\", \"pw\": \"hunter6\"}"),
        ("PROXY_SECRET", "hunter5"),
    ];
    for (name, _) in secrets {
        assert!(yaml.lines().next().is_some_and(|needs| needs.contains(name)), "{name}: {yaml}");
    }
    let variable = |name: &str| Some(secrets.iter().find(|(known, _)| *known == name)?.1.to_owned());
    let read = ConfigFile::read(Path::new("a.yaml"), &yaml, &variable);
    let input = read.inputs.first().expect("it is a config");
    for (path, given) in values.iter() {
        assert_eq!(
            input.values.get(path).map(|value| value.text.as_str()),
            Some(given.text.as_str()),
            "{path}"
        );
    }
}

#[test]
fn no_command_holds_a_secret_and_each_names_its_variables() {
    let settings = settings();
    for tool in TOOLS {
        let command = tool.command(&settings);
        assert!(!command.contains("hunter"), "{}: {command}", tool.word);
        assert!(command.contains("needs in the environment: URL_SECRET AUTHORIZATION PASSWORD"), "{command}");
        for name in ["PROXY_LOGIN", "OPEN_MESSAGE"] {
            let uses = command.matches(name).count();
            assert_ne!(uses, 1, "{} names {name} and does not use it: {command}", tool.word);
        }
    }
}

#[test]
fn the_shell_reads_back_every_word() {
    let text = Text(vec![
        Piece::Plain("it's a \"$HOME\" `x` !y\nz".to_owned()),
        Piece::Variable("TOKEN".to_owned()),
        Piece::Plain("&end".to_owned()),
    ]);
    assert_eq!(text.shell(), "'it'\\''s a \"$HOME\" `x` !y\nz'\"$TOKEN\"'&end'");
    assert_eq!(Text::plain("").shell(), "''");
}

#[test]
fn a_tool_says_what_it_cannot_do_of_what_is_asked() {
    let said = |word| Tool::named(word).expect("a tool").command(&settings());
    assert!(said("curl").contains("# without the opening messages"));
    assert!(said("websocat").contains("# without the proxy"));
    assert!(!said("tail").contains("# without"));
    assert!(said("go").starts_with("// needs"));
}

#[test]
fn certificates_that_are_given_as_text_are_told_to_be_missing() {
    let mut settings = settings();
    settings.tls.roots = Some(RootSource::Text("PEM".to_owned()));
    for tool in TOOLS {
        let command = tool.command(&settings);
        assert!(command.contains("without the certificates and keys that are given as text"), "{command}");
    }
}

#[test]
fn websocat_gets_each_value_joined_to_its_option_and_the_address_last() {
    let command = Tool::named("websocat").expect("a tool").command(&settings());
    let line: String = command.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
    assert!(
        line.contains("--header='X-Team: a \"b\" $HOME !c'") && line.contains("--preamble=\"$OPEN_MESSAGE\""),
        "{line}"
    );
    assert!(line.trim_end().ends_with("'wss://feed.example/ws?x=it'\\''s&token='\"$URL_SECRET\""), "{line}");
}

#[test]
fn yaml_says_how_a_pipeline_comes_to_a_certificate_in_pkcs12() {
    let mut values = Values::default();
    values.set("url", "wss://feed.example/ws", Origin::Flag);
    values.set("beyond.client_p12", "my client.p12", Origin::Flag);
    values.set("beyond.client_p12_password", "hunter2", Origin::Flag);
    let yaml = runnable_yaml(&values);
    assert!(
        yaml.contains("without --client-p12, --client-p12-password: the pipeline has no such option"),
        "{yaml}"
    );
    assert!(yaml.contains("`openssl pkcs12 -in 'my client.p12' -nokeys -out client.crt`"), "{yaml}");
    assert!(!yaml.contains("hunter2"), "{yaml}");
}
