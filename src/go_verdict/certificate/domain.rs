//! Domains and mailboxes, as far as Go checks their form.

/// Labels of visible ASCII between dots, none of them empty; no text at all is fine (`crypto/x509/parser.go`,
/// `domainNameValid`, and `verify.go`, `domainToReverseLabels`).
pub fn is_domain(text: &[u8]) -> bool {
    text.is_empty()
        || text
            .split(|&byte| byte == b'.')
            .all(|label| !label.is_empty() && label.iter().all(u8::is_ascii_graphic))
}

/// As [`is_domain`], and a constraint may begin with a dot.
pub fn is_domain_constraint(text: &[u8]) -> bool {
    match text.strip_prefix(b".") {
        Some(rest) => !rest.is_empty() && is_domain(rest),
        None => is_domain(text),
    }
}

/// `local@domain`, the local part quoted or not (`crypto/x509/verify.go`, `parseRFC2821Mailbox`).
pub fn is_mailbox(text: &[u8]) -> bool {
    let after_local = match text.strip_prefix(b"\"") {
        Some(quoted) => after_quoted(quoted),
        None => after_atoms(text),
    };
    after_local.and_then(|rest| rest.strip_prefix(b"@")).is_some_and(is_domain)
}

/// What follows the closing quotation mark.
fn after_quoted(mut rest: &[u8]) -> Option<&[u8]> {
    loop {
        rest = match rest {
            [b'"', after @ ..] => return Some(after),
            [b'\\', 1..=9 | 11 | 12 | 14..=127, after @ ..]
            | [1..=8 | 11 | 12 | 14..=33 | 35..=91 | 93..=127, after @ ..] => after,
            _ => return None,
        };
    }
}

/// What follows the dotted atoms. A backslash takes whatever comes next into the local part.
fn after_atoms(mut rest: &[u8]) -> Option<&[u8]> {
    let mut local = Vec::new();
    loop {
        rest = match rest {
            [b'\\', next, after @ ..] => {
                local.push(*next);
                after
            }
            [b'\\'] => return None,
            [next, after @ ..] if is_of_atom(*next) => {
                local.push(*next);
                after
            }
            _ => break,
        };
    }
    let has_empty_atom = local.split(|&byte| byte == b'.').any(<[u8]>::is_empty);
    (!has_empty_atom).then_some(rest)
}

fn is_of_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte)
}
