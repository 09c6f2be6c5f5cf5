//! The scenes, a file a subject.

pub mod algorithms;
pub mod chains;
pub mod clients;
pub mod constraints;
pub mod fields;
pub mod keys;
pub mod leafs;
pub mod names;
pub mod negotiation;
pub mod parsing;
pub mod roots;
pub mod switches;
pub mod wire;

use super::scene::Scene;

/// All scenes. Each name stands once.
pub fn all() -> Vec<Scene> {
    let rooms = [
        roots::all,
        algorithms::all,
        leafs::all,
        names::all,
        parsing::all,
        fields::all,
        chains::all,
        constraints::all,
        negotiation::all,
        clients::all,
        keys::all,
        wire::all,
        switches::all,
    ];
    rooms.iter().flat_map(|room| room()).collect()
}
