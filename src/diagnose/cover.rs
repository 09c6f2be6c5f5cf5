//! Keeps what is secret in the settings out of findings: servers like to repeat what they got.

use crate::{
    config::{Masks, Secret, Settings},
    session::Finding,
};

/// A secret shorter than this is not looked for: it would match by chance.
const SHORTEST: usize = 6;

/// The findings with every known secret replaced, wherever a server repeated it.
pub(super) fn covered(settings: &Settings, mut findings: Vec<Finding>) -> Vec<Finding> {
    let masks: Masks = settings
        .headers
        .iter()
        .map(|(_, value)| value.expose())
        // The token of `Bearer TOKEN` may be repeated without its scheme.
        .flat_map(|value| [value, value.rsplit(' ').next().unwrap_or(value)])
        .chain(settings.credentials().map(Secret::expose))
        .chain(settings.open_messages.iter().map(Secret::expose))
        .filter(|secret| secret.len() >= SHORTEST)
        .map(Secret::new)
        .collect();
    for finding in &mut findings {
        for text in finding.evidence.iter_mut().chain([&mut finding.cause, &mut finding.title]) {
            *text = masks.text(text);
        }
    }
    findings
}
