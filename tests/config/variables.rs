//! Values that come from variables: PEM text, JSON, and expressions of headers.

use sockeye::{
    cli,
    config::{ConfigFile, FieldId, Problem},
    headless,
};

const PEM: &str = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

fn environment(name: &str) -> Option<String> {
    let known = [("CA", PEM), ("MSG", "{\"op\": 1}"), ("TOKEN", "t1-hunter2")];
    known.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned())
}

fn read(lines: &str) -> ConfigFile {
    let text = format!("websocket:\n  url: wss://h\n{lines}");
    ConfigFile::read("variables.yaml".as_ref(), &text, &environment)
}

/// The advice of the problem at a path.
fn advice(lines: &str, path: &str) -> String {
    let file = read(lines);
    let input = &file.inputs[0];
    let mut found: Vec<Problem> = input.problems.clone();
    found.extend(cli::validate(&input.values, &input.problems));
    found
        .into_iter()
        .find(|problem| problem.path == path)
        .and_then(|problem| problem.advice)
        .unwrap_or_default()
}

#[test]
fn pem_text_of_a_variable_needs_double_quotes() {
    for written in ["${CA}", "'${CA}'", "|\n      ${CA}"] {
        let help = advice(&format!("  tls:\n    enabled: true\n    root_cas: {written}\n"), "tls.root_cas");
        assert!(help.contains("double quotes"), "{written}: {help}");
    }
    let help = advice(
        "  tls: {enabled: true, client_certs: [{cert: \"${CA}\", key: '${CA}'}]}\n",
        "tls.client_certs.0.key",
    );
    assert!(help.ends_with("key: \"${CA}\""), "{help}");
}

#[test]
fn json_of_a_variable_needs_quotes() {
    assert_eq!(
        advice("  open_message: ${MSG}\n", "open_message"),
        "put it in single quotes, which make it a text: open_message: '${MSG}'"
    );
}

#[test]
fn a_secret_in_json_without_quotes_is_not_shown() {
    let help = advice("  open_messages:\n    - {api_key: hunter2}\n", "open_messages.0");
    assert_eq!(help, "put it in single quotes, which make it a text: - '{…}'");
}

#[test]
fn a_variable_in_a_header_is_filled_in_and_printed_as_it_is_written() {
    let file =
        read("  headers:\n    Authorization: Bearer ${! env(\"TOKEN\") }\n    X-Id: ${! uuid_v4() }\n");
    let values = &file.inputs[0].values;
    let texts: Vec<_> =
        values.entries(FieldId::Headers).into_iter().map(|(_, value)| value.text.as_str()).collect();
    assert_eq!(texts, ["Bearer t1-hunter2", "${! uuid_v4() }"]);
    let printed = headless::config::effective(values);
    assert!(!printed.contains("hunter2"), "{printed}");
}
