//! The shape of a JSON payload.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::document::leaves;

/// A fingerprint of the paths of a JSON payload; `None` if it is not JSON.
#[must_use]
pub fn shape(payload: &[u8]) -> Option<u64> {
    let leaves = leaves(payload, 1_000);
    let mut hasher = DefaultHasher::new();
    leaves.leaves.iter().for_each(|leaf| leaf.path.hash(&mut hasher));
    (!leaves.is_cut).then(|| hasher.finish())
}
