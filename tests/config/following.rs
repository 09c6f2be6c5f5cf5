//! What the lint says of a file under `--as`, beside the standard: the pipeline's causes, lines and severities.

use sockeye::{
    cli::LintArgs,
    config::Dialect::{self, Benthos, Connect, Standard},
    headless,
};

/// The lines of the lint on a file with these fields, which begin on line 4, without the excerpts and the help.
fn told(dialect: Dialect, top: &str, fields: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let path = folder.path().join("c.yaml");
    let fields: Vec<_> = fields.lines().map(|line| ["    ", line, "\n"].concat()).collect();
    let text = [top, "input:\n  websocket:\n    url: wss://h/\n", &fields.concat()].concat();
    std::fs::write(&path, text).expect("the file can be written");
    let args = LintArgs { files: vec![path.clone()], dialect, ..LintArgs::default() };
    let mut out = Vec::new();
    let environment = |name: &str| (name == "B").then(|| "!".to_owned());
    headless::lint::run(&args, &environment, &mut out).expect("writing to memory works");
    let out = String::from_utf8(out).expect("the lint writes text");
    let place = format!("{}(", path.display());
    let lines = out.lines().filter_map(|line| line.strip_prefix(&place));
    lines.map(|line| line.replacen(',', "|", 1)).collect()
}

#[track_caller]
fn says(dialect: Dialect, top: &str, fields: &str, line: u32, words: &str, is_error: bool) {
    let told = told(dialect, top, fields);
    let found = told.iter().find(|told| told.starts_with(&format!("{line}|")) && told.contains(words));
    let found =
        found.unwrap_or_else(|| panic!("{dialect:?} {fields}: no '{words}' on line {line} in {told:?}"));
    assert_eq!(!found.contains(") warning: "), is_error, "{found}");
}

#[test]
fn a_secret_that_is_not_a_text_stops_the_pipeline_and_is_not_shown() {
    let words = "expected string value, got number from field `this`";
    for (dialect, is_error) in [(Benthos, true), (Connect, true), (Standard, false)] {
        says(dialect, "", "basic_auth: {password: 81723}", 4, words, is_error);
        assert!(!told(dialect, "", "basic_auth: {password: 81723}").concat().contains("81723"));
    }
    assert_eq!(told(Connect, "", "basic_auth: {enabled: true, password: '81723', username: a}"), [""; 0]);
}

#[test]
fn the_last_of_two_equal_keys_counts_under_a_pipeline() {
    let twice = "open_message: a\nopen_message: b";
    says(Connect, "", twice, 5, "the pipeline takes this one, not the one on line 4", false);
    says(Standard, "", twice, 5, "is written twice", true);
    let incomplete = "basic_auth: {password: a}\nbasic_auth: {username: b}";
    says(Connect, "", incomplete, 5, "field 'basic_auth.enabled' was not found in the config", true);
    let apart = "pipeline: {threads: 1}\npipeline: {threads: 2}\n";
    says(Standard, apart, "", 2, "not the one on line 1", false);
}

#[test]
fn a_decode_function_is_one_only_in_benthos() {
    says(Benthos, "", "open_message: ${B|base64decode}", 4, "illegal base64 data at input byte 0", true);
    assert_eq!(told(Standard, "", "open_message: ${B|base64decode}"), [""; 0]);
}

#[test]
fn a_token_that_cannot_be_signed_is_an_error_under_a_pipeline() {
    let key = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/rsa-pkcs8.pem");
    let jwt = |method| format!("jwt: {{enabled: true, signing_method: {method}, private_key_file: {key}}}");
    says(Connect, "", &jwt("rs256"), 4, "jwt signing method rs256 not acepted", true);
    says(Standard, "", &jwt("rs256"), 4, "'rs256' is not a method that signs the token", false);
    let other = "failed to parse EdDSA private key: key is not a valid Ed25519 private key";
    says(Connect, "", &jwt("EdDSA"), 4, other, true);
    assert_eq!(told(Connect, "", &jwt("RS512")), [""; 0]);
}

#[test]
fn the_places_and_names_are_those_of_the_pipeline() {
    says(Benthos, "", "headers:\n  X-A: b", 4, "field headers not recognised", true);
    says(Benthos, "", "headers: {}", 4, "field headers not recognised", true);
    says(Standard, "", "tls.enabled: true", 4, "tls.enabled: no field has this name", true);
    says(Standard, "", "tls:\n  - enabled: true", 5, "expected a map", true);
    says(Connect, "", "<<: {open_message: a}", 4, "field << not recognised", true);
    says(Connect, "%YAML 1.2\n---\n", "", 1, "found incompatible YAML document", true);
    says(Connect, "foo: a\n", "", 1, "field foo not recognised", true);
    let off = "# BENTHOS LINT DISABLE\n";
    says(Connect, off, "foo: bar", 5, "no field has this name", false);
    says(Standard, off, "foo: bar", 5, "no field has this name", true);
    let empty = "tls: {enabled: true, client_certs: [{}]}";
    says(Connect, "", empty, 4, "missing cert field in client certificate config", true);
}

#[test]
fn yes_and_no_are_bools_also_in_quotes_and_claims_count_only_while_the_token_is_on() {
    assert_eq!(told(Connect, "", "auto_replay_nacks: 'No'\ntls: {skip_cert_verify: OFF}"), [""; 0]);
    says(Connect, "", "auto_replay_nacks: 'true'", 4, "expected true or false", true);
    let claims = told(Connect, "", "jwt: {claims: {a: .nan}}");
    assert!(claims.iter().all(|line| line.contains("warning: ")), "{claims:?}");
}
