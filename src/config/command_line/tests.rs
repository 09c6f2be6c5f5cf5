//! What the commands of other tools say, and what they must not.

use super::*;
use crate::config::{Origin, Values};

/// The settings of a feed with everything that a command can say.
fn settings() -> Settings {
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
    Settings::from_values(&values).expect("they are valid")
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
