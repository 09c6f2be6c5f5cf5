//! Keeps what is secret in the settings out of findings: servers like to repeat what they got.

use crate::{config::Settings, session::Finding};

/// A secret shorter than this is not looked for: it would match by chance.
const SHORTEST: usize = 6;

/// The findings with every known secret replaced, wherever a server repeated it.
pub(super) fn covered(settings: &Settings, mut findings: Vec<Finding>) -> Vec<Finding> {
    let mut secrets: Vec<&str> = settings
        .headers
        .iter()
        .map(|(_, value)| value.expose())
        // The token of `Bearer TOKEN` may be repeated without its scheme.
        .flat_map(|value| [value, value.rsplit(' ').next().unwrap_or(value)])
        .chain(settings.basic_auth.iter().map(|basic| basic.password.expose()))
        .chain(settings.open_messages.iter().map(crate::config::Secret::expose))
        .filter(|secret| secret.len() >= SHORTEST)
        .collect();
    // The longest first, so that no piece of it is left standing.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    for finding in &mut findings {
        for text in finding.evidence.iter_mut().chain([&mut finding.cause, &mut finding.title]) {
            for secret in &secrets {
                if text.contains(secret) {
                    *text = text.replace(secret, "(hidden)");
                }
            }
        }
    }
    findings
}
