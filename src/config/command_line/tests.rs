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
