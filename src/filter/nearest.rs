//! Guesses what a name that is not known was meant to be.

/// The name that somebody may have meant who wrote this one.
pub(super) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let nearest = names.map(|other| (strsim::osa_distance(name, other), other)).min();
    nearest.filter(|(distance, _)| *distance <= 2).map(|(_, nearest)| nearest)
}
