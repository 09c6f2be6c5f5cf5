//! The environment variables that the program reads, and those that look as if it did.

use crate::{
    config::{Field, nearest, slips},
    logging,
};

/// What all of them begin with.
const PREFIX: &str = "SOCKEYE_";

/// A warning for each of these names that begins as ours do and is none of them, in their order. A value is
/// never looked at.
#[must_use]
pub fn unknown_variables(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut names: Vec<_> = names.into_iter().filter(|name| name.starts_with(PREFIX)).collect();
    names.sort();
    names.iter().filter_map(|name| unknown(name)).collect()
}

/// The variable of each scalar field, and that of the log.
fn is_known(name: &str) -> bool {
    let is_of_a_field = |field: &Field| field.is_scalar() && field.variable() == name;
    name == logging::VARIABLE || crate::config::FIELDS.iter().any(is_of_a_field)
}

fn unknown(name: &str) -> Option<String> {
    if is_known(name) {
        return None;
    }
    let rest = name.strip_prefix(PREFIX).unwrap_or(name);
    let log = logging::VARIABLE.strip_prefix(PREFIX).unwrap_or_default();
    let meant = if rest.starts_with(log) || slips(rest, log) <= 1 {
        format!("did you mean {}?", logging::VARIABLE)
    } else {
        match nearest("", rest).and_then(Field::at) {
            Some(field) if field.is_scalar() => format!("did you mean {}?", field.variable()),
            Some(field) => {
                let path = field.path.split("[]").next().unwrap_or(field.path);
                format!("no variable sets {path}, --set does")
            }
            None => "it sets no field".to_owned(),
        }
    };
    Some(format!("warning: the environment variable {name} is not known; {meant}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_is_not_known_is_named_with_the_one_that_was_meant() {
        for (name, meant) in [
            ("SOCKEYE_TLS_ROOTCAS_FILE", "did you mean SOCKEYE_TLS_ROOT_CAS_FILE?"),
            ("SOCKEYE_BASIC_AUTH_PASWORD", "did you mean SOCKEYE_BASIC_AUTH_PASSWORD?"),
            ("SOCKEYE_MAX_RETRIES", "did you mean SOCKEYE_CONNECTION_MAX_RETRIES?"),
            ("SOCKEYE_URI", "did you mean SOCKEYE_URL?"),
            ("SOCKEYE_LOGS", "did you mean SOCKEYE_LOG?"),
            ("SOCKEYE_LOG_LEVEL", "did you mean SOCKEYE_LOG?"),
            ("SOCKEYE_HEADERS", "no variable sets headers, --set does"),
            ("SOCKEYE_CLIENT_CERTS", "no variable sets tls.client_certs, --set does"),
            ("SOCKEYE_HEARTBEAT_INTERVAL", "it sets no field"),
        ] {
            let message = format!("warning: the environment variable {name} is not known; {meant}");
            assert_eq!(unknown_variables([name.to_owned()]), [message]);
        }
    }

    #[test]
    fn every_known_variable_and_those_of_others_pass() {
        let ours = crate::config::FIELDS.iter().filter(|field| field.is_scalar()).map(Field::variable);
        let others = ["SOCKEYE_LOG", "PATH", "MY_SOCKEYE_URI", "SOCKEYE"].map(str::to_owned);
        assert_eq!(unknown_variables(ours.chain(others)), [""; 0]);
    }
}
