//! Secrets are masked in all encodings, and nothing else is.

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use proptest::prelude::*;

use super::{MASK, Redactor, Secret};

fn redactor(secrets: &[&str]) -> Redactor {
    secrets.iter().map(|secret| Secret::new(*secret)).collect()
}

#[test]
fn a_secret_that_contains_another_is_masked_as_a_whole() {
    let redactor = redactor(&["hunter", "hunter2", ""]);
    assert_eq!(redactor.text("hunter2 and hunter"), "••• and •••");
    assert_eq!(
        redactor.bytes(b"\xffhunter2").as_deref(),
        Some(&b"\xff\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2"[..])
    );
    assert_eq!(redactor.bytes(b"nothing"), None);
}

#[test]
fn a_short_secret_is_masked_only_as_a_word_and_a_very_short_one_not_at_all() {
    let redactor = redactor(&["ate", "test", "ck"]);
    assert_eq!(
        redactor.text("WWW-Authenticate: ck; the latest test=test"),
        "WWW-Authenticate: ck; the latest •••=•••"
    );
}

#[test]
fn the_oldest_learned_secrets_are_forgotten_but_not_those_of_the_settings() {
    let mut redactor = redactor(&["of-the-settings"]);
    for nth in 0..100 {
        redactor.extend([Secret::new(format!("learned-number-{nth:03}"))]);
    }
    assert_eq!(redactor.text("of-the-settings learned-number-099"), "••• •••");
    assert_eq!(redactor.text("learned-number-001"), "learned-number-001");
    let both = self::redactor(&["of-others"]).and(&redactor);
    assert_eq!(both.text("of-the-settings of-others learned-number-099"), "••• ••• •••");
}

#[test]
fn an_escaped_secret_is_masked() {
    let redactor = redactor(&["s3cr&t/\"<é> x"]);
    for text in [
        "s3cr&t/\"<é> x",
        "s3cr%26t%2F%22%3C%C3%A9%3E%20x",
        "s3cr%26t%2f%22%3c%c3%a9%3e+x",
        r#"s3cr&t\/\"<é> x"#,
        r"s3cr\u0026t/\u0022\u003c\u00e9\u003e x",
        "s3cr&amp;t/&quot;&lt;&#233;&gt; x",
        "s3cr&#x26;t/&#34;&lt;&#xe9;&gt; x",
    ] {
        assert_eq!(redactor.text(&format!("a {text} z")), "a ••• z", "{text}");
    }
}

#[test]
fn a_secret_under_several_layers_of_escapes_is_masked() {
    let redactor = redactor(&["s3cr&t/value+\"1"]);
    let percent = |text: &str| -> String { url::form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    let json = |text: &str| serde_json::to_string(text).expect("a text is JSON");
    let secret = "s3cr&t/value+\"1";
    let header = format!("OAuth oauth_token=\"{}\"", percent(secret));
    for text in [
        percent(&percent(secret)),
        percent(&json(secret)),
        percent(&header),
        BASE64_STANDARD.encode(&header),
        BASE64_STANDARD.encode(json(secret)),
    ] {
        let shown = redactor.text(&text);
        assert!(shown.contains(MASK) && !shown.contains("value"), "{text} {shown}");
    }
    assert_eq!(self::redactor(&["hunter22 "]).text("X-Key: hunter22"), "X-Key: •••");
}

#[test]
fn an_unknown_text_that_looks_like_a_key_or_a_token_is_masked() {
    let none = Redactor::default();
    let key = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEI\n-----END EC PRIVATE KEY-----";
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF_123";
    for (text, shown) in [
        (format!("no such file: {key}"), "no such file: •••".to_owned()),
        (format!("cut: {}", &key[..40]), "cut: •••".to_owned()),
        (format!("key {}", BASE64_STANDARD.encode(key)), "key •••".to_owned()),
        (format!("got {jwt}, sorry"), "got •••, sorry".to_owned()),
        ("Authorization: Bearer abcdefghij0123456789".to_owned(), "Authorization: Bearer •••".to_owned()),
        ("ghp_0123456789012345678901234567890123456".to_owned(), MASK.to_owned()),
    ] {
        assert_eq!(none.text(&text), shown);
    }
    let public = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
    for text in
        [public.to_owned(), BASE64_STANDARD.encode(public), "Bearer authentication_required".to_owned()]
    {
        assert_eq!(none.text(&text), text);
    }
}

proptest! {
    #[test]
    fn no_encoding_shows_a_secret(
        secret in "[ -~]{8,24}",
        before in "[ -~]{0,9}",
        behind in "[ -~]{0,9}",
    ) {
        let redactor = redactor(&[&secret]);
        let whole = format!("{before}{secret}{behind}");
        let hex = |byte: u8| [b'%', b"0123456789abcdef"[usize::from(byte >> 4)], b"0123456789abcdef"[usize::from(byte & 15)]];
        let percent = String::from_utf8(whole.bytes().flat_map(hex).collect()).expect("digits are text");
        let json = serde_json::to_string(&whole).expect("a text is JSON");
        for text in [
            whole.clone(),
            percent,
            json,
            url::form_urlencoded::byte_serialize(whole.as_bytes()).collect(),
            BASE64_STANDARD.encode(&whole),
            BASE64_URL_SAFE_NO_PAD.encode(&whole),
        ] {
            let shown = redactor.text(&text);
            prop_assert!(shown.contains(MASK), "{text} {shown}");
            prop_assert!(!shown.contains(&secret));
        }
    }

    #[test]
    fn any_bytes_are_accepted(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let redactor = redactor(&["%41%", "&amp;", "\\u00"]);
        drop(redactor.bytes(&bytes));
        drop(redactor.text(&String::from_utf8_lossy(&bytes)));
    }
}
