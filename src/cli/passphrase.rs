//! Passphrases of client keys, for which a person is asked while the settings are loaded.

use std::collections::HashMap;

use crate::config::{FieldId, Problem, Secret, Values, passphrase_path};

/// The code of the problem with a key that is encrypted and does not open.
const CODE: &str = "key-password";
/// How often is asked for one passphrase.
const TRIES: u32 = 3;

/// What a person is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The field that the answer stands for: `tls.client_certs.0.password`.
    pub path: String,
    /// The key, as a person knows it: `"client.key"`.
    pub key: String,
    /// Whether the last answer does not open it.
    pub is_again: bool,
}

/// What becomes of encrypted keys whose passphrase is not given, or is a wrong one.
pub enum Passphrases<'a> {
    /// It is asked for; without an answer it is a problem.
    Ask(&'a mut dyn FnMut(&Question) -> Option<Secret>),
    /// It is no problem, since it is asked for once a connection needs it.
    Later,
}

impl Passphrases<'_> {
    /// Fills in passphrases as long as nothing else is wrong; `find` gives the problems of values.
    pub(super) fn fill_in(
        self,
        values: &mut Values,
        reading: &[Problem],
        find: &dyn Fn(&Values) -> Vec<Problem>,
    ) -> Vec<Problem> {
        let mut found = find(values);
        let ask = match self {
            Self::Ask(ask) => ask,
            Self::Later => {
                found.retain(|problem| problem.code != CODE);
                return found;
            }
        };
        let mut asked = HashMap::<String, u32>::new();
        while let Some(path) = wanted(reading, &found) {
            let before = asked.entry(path.clone()).or_default();
            let question = Question { key: key_of(values, &path), is_again: *before > 0, path };
            *before += 1;
            let Some(passphrase) = (*before <= TRIES).then(|| ask(&question)).flatten() else { break };
            values.give_passphrase(&question.path, passphrase);
            found = find(values);
        }
        found
    }
}

/// The field of the first passphrase that is missing or wrong, if no problem but such ones is an error.
fn wanted(reading: &[Problem], found: &[Problem]) -> Option<String> {
    let errors = || reading.iter().chain(found).filter(|problem| problem.is_error());
    let of_key = |problem: &Problem| passphrase_path(&problem.path).filter(|_| problem.code == CODE);
    if errors().all(|problem| of_key(problem).is_some()) { errors().find_map(of_key) } else { None }
}

fn key_of(values: &Values, path: &str) -> String {
    let entry = path.strip_suffix(".password").unwrap_or(path);
    let file = if path == FieldId::ClientP12Password.path() {
        values.of(FieldId::ClientP12)
    } else {
        values.get(&format!("{entry}.key_file")).filter(|file| !file.text.is_empty())
    };
    match file {
        Some(file) => format!("\"{}\"", file.text),
        None => format!("the key of {entry}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::load_asking, *};
    use crate::cli::SessionArgs;

    const KEYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys");

    fn args(key: &str, password: Option<&str>) -> SessionArgs {
        let field = |path: &str, text: &str| (path.to_owned(), text.to_owned());
        let mut fields = vec![
            field("url", "wss://feed.example/"),
            field("tls.enabled", "true"),
            field("tls.client_certs.0.cert_file", &format!("{KEYS}/ec-cert.pem")),
            field("tls.client_certs.0.key_file", &format!("{KEYS}/{key}")),
        ];
        fields.extend(password.map(|password| field("tls.client_certs.0.password", password)));
        SessionArgs { fields, ..SessionArgs::default() }
    }

    /// Loads with these answers; whether the key opens, and how often was asked.
    fn asking(args: &SessionArgs, answers: &[&str]) -> (bool, usize) {
        let mut asked = Vec::new();
        let mut ask = |question: &Question| {
            asked.push(question.clone());
            answers.get(asked.len() - 1).map(|answer| Secret::new(*answer))
        };
        let loaded = load_asking(args, &|_| None, Passphrases::Ask(&mut ask));
        let again: Vec<_> = asked.iter().map(|question| question.is_again).collect();
        assert!(again.iter().enumerate().all(|(nth, is_again)| *is_again == (nth > 0)), "{again:?}");
        (loaded.is_ok(), asked.len())
    }

    #[test]
    fn a_passphrase_is_asked_for_until_it_opens_the_key_or_three_were_wrong() {
        for key in ["ec-scrypt.pem", "ec-aes-256-cbc.pem"] {
            assert_eq!(asking(&args(key, None), &["secret"]), (true, 1), "{key}");
            assert_eq!(asking(&args(key, None), &["guess", "secret"]), (true, 2), "{key}");
            assert_eq!(asking(&args(key, Some("guess")), &["secret"]), (true, 1), "{key}");
            assert_eq!(asking(&args(key, Some("secret")), &[]), (true, 0), "{key}");
            assert_eq!(asking(&args(key, None), &[]), (false, 1), "{key}");
            assert_eq!(asking(&args(key, None), &["a", "b", "c", "secret"]), (false, 3), "{key}");
        }
    }

    #[test]
    fn the_password_of_pkcs12_is_asked_for_too() {
        let file = format!("{KEYS}/p12/nomac.p12");
        let field = |path: &str, text: &str| (path.to_owned(), text.to_owned());
        let fields = vec![field("url", "wss://feed.example/"), field("beyond.client_p12", &file)];
        let args = SessionArgs { fields, ..SessionArgs::default() };
        assert_eq!(asking(&args, &["guess", "secret"]), (true, 2));
        let mut asked = None;
        let mut ask = |question: &Question| {
            asked = Some(question.key.clone());
            None
        };
        drop(load_asking(&args, &|_| None, Passphrases::Ask(&mut ask)));
        assert_eq!(asked, Some(format!("\"{file}\"")));
    }

    #[test]
    fn nothing_is_asked_where_something_else_is_wrong_too() {
        let mut args = args("ec-scrypt.pem", None);
        args.fields.push(("proxy_url".to_owned(), "ftp://proxy/".to_owned()));
        assert_eq!(asking(&args, &["secret"]), (false, 0));
    }

    #[test]
    fn an_answer_is_no_value_and_is_known_as_a_secret() {
        let mut ask = |_: &Question| Some(Secret::new("secret"));
        let args = args("ec-scrypt.pem", None);
        let loaded = load_asking(&args, &|_| None, Passphrases::Ask(&mut ask)).expect("it opens");
        assert!(loaded.values.get("tls.client_certs.0.password").is_none());
        let (entries, notes) = crate::cli::kept(&loaded.values);
        assert!(!format!("{entries:?}{notes:?}").contains("password"), "{entries:?}");
        assert_eq!(crate::config::Redactor::of_values(&loaded.values).text("a secret"), "a •••");
        assert_eq!(loaded.settings.tls.client_certs[0].password, Secret::new("secret"));
    }

    #[test]
    fn a_key_that_is_asked_for_later_is_no_problem() {
        let args = args("ec-scrypt.pem", None);
        let loaded = load_asking(&args, &|_| None, Passphrases::Later).expect("it is none");
        assert_eq!(loaded.warnings, []);
    }
}
