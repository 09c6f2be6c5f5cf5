//! Soon.

use crate::tls::scene::Scene;

pub fn all() -> Vec<Scene> {
    Vec::new()
}
