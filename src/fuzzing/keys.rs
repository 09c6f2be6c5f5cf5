//! PEM text: the parsed contents agree with their description.

use crate::keys::{CertError, KeyError, certificates, describe, private_key};

/// Takes a line with a password, then a text.
///
/// # Panics
///
/// Two results for the text contradict each other.
pub fn keys(input: &[u8]) {
    let at = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let (password, text) = (String::from_utf8_lossy(&input[..at]), input.get(at + 1..).unwrap_or_default());
    let description = describe(text);
    let chain = certificates(text);
    match &chain {
        Ok(chain) => {
            assert!(!chain.is_empty());
            assert!(description.contains("certificate"), "{description}");
            let blocks = chain.iter().map(|der| pem::encode(&pem::Pem::new("CERTIFICATE", der.as_ref())));
            let again = certificates(blocks.collect::<String>().as_bytes());
            assert_eq!(again.as_ref(), Ok(chain), "the certificates survive a round trip");
        }
        Err(CertError::Broken) => assert_eq!(description, "damaged PEM"),
        Err(CertError::Empty) => assert!(description.contains("it is empty"), "{description}"),
        Err(CertError::Der) => assert!(!description.contains("certificate"), "{description}"),
        Err(CertError::Key) => {
            assert!(description.contains("key") || description.contains("KEY"), "{description}");
        }
        Err(CertError::None) => {}
    }
    let open = private_key(text, "");
    let key = private_key(text, &password);
    match (&open, &key) {
        (Ok(open), Ok(key)) => assert_eq!(open, key, "an unencrypted key ignores the password"),
        (Ok(_), Err(error)) => panic!("{error}"),
        (Err(KeyError::PasswordMissing { form }), Err(KeyError::PasswordWrong { form: other })) => {
            assert_eq!(form, other);
        }
        (Err(_), _) => {}
    }
    match &key {
        Ok(_) => assert!(description.contains("private key"), "{description}"),
        Err(KeyError::Broken) => assert_eq!(chain, Err(CertError::Broken)),
        Err(_) => {}
    }
    let wrong = private_key(text, "no password of anybody");
    if let (Err(error), Err(wrong)) = (&key, &wrong)
        && !password.is_empty()
    {
        assert_eq!(error, wrong, "the error does not depend on the password");
    }
}
