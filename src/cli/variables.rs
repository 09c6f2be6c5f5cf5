//! The environment variables of the program, and warnings about unknown ones.

use crate::{
    config::{Field, all_fields, edit_distance, nearest},
    logging,
};

/// The prefix of all variables.
const PREFIX: &str = "SOCKEYE_";

/// A warning for each unknown name with the prefix, sorted by name. Values are never read.
#[must_use]
pub fn unknown_variables(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut names: Vec<_> = names.into_iter().filter(|name| name.starts_with(PREFIX)).collect();
    names.sort();
    names.iter().filter_map(|name| unknown(name)).collect()
}

/// Whether the name is the variable of a scalar field or of the log.
fn is_known(name: &str) -> bool {
    let has_this_variable = |field: &Field| field.is_scalar() && field.variable() == name;
    name == logging::VARIABLE || all_fields().any(has_this_variable)
}

fn unknown(name: &str) -> Option<String> {
    if is_known(name) {
        return None;
    }
    let rest = name.strip_prefix(PREFIX).unwrap_or(name);
    let log = logging::VARIABLE.strip_prefix(PREFIX).unwrap_or_default();
    let hint = if rest.starts_with(log) || edit_distance(rest, log) <= 1 {
        format!("did you mean {}?", logging::VARIABLE)
    } else {
        match nearest("", rest).and_then(Field::at) {
            Some(field) if field.is_scalar() => format!("did you mean {}?", field.variable()),
            Some(field) => {
                let path = field.path.split("[]").next().unwrap_or(field.path);
                format!("no variable sets {path}, use --set")
            }
            None => "it sets no field".to_owned(),
        }
    };
    Some(format!("warning: the environment variable {name} is unknown; {hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_variable_is_named_with_the_likely_one() {
        for (name, hint) in [
            ("SOCKEYE_TLS_ROOTCAS_FILE", "did you mean SOCKEYE_TLS_ROOT_CAS_FILE?"),
            ("SOCKEYE_BASIC_AUTH_PASWORD", "did you mean SOCKEYE_BASIC_AUTH_PASSWORD?"),
            ("SOCKEYE_MAX_RETRIES", "did you mean SOCKEYE_CONNECTION_MAX_RETRIES?"),
            ("SOCKEYE_URI", "did you mean SOCKEYE_URL?"),
            ("SOCKEYE_LOGS", "did you mean SOCKEYE_LOG?"),
            ("SOCKEYE_LOG_LEVEL", "did you mean SOCKEYE_LOG?"),
            ("SOCKEYE_HEADERS", "no variable sets headers, use --set"),
            ("SOCKEYE_CLIENT_CERTS", "no variable sets tls.client_certs, use --set"),
            ("SOCKEYE_HEARTBEAT_INTERVAL", "it sets no field"),
        ] {
            let message = format!("warning: the environment variable {name} is unknown; {hint}");
            assert_eq!(unknown_variables([name.to_owned()]), [message]);
        }
    }

    #[test]
    fn known_variables_and_those_of_other_programs_cause_no_warning() {
        let ours = crate::config::FIELDS.iter().filter(|field| field.is_scalar()).map(Field::variable);
        let others = ["SOCKEYE_LOG", "PATH", "MY_SOCKEYE_URI", "SOCKEYE"].map(str::to_owned);
        assert_eq!(unknown_variables(ours.chain(others)), [""; 0]);
    }
}
