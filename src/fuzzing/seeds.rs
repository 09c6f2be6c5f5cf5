//! Replays the seeds of the targets, so that they stay useful.

use std::{fs, path::Path};

type Target = fn(&[u8]);

const TARGETS: [(&str, Target); 11] = [
    ("frames", |input| _ = super::frames(input)),
    ("inflate", |input| _ = super::inflate(input)),
    ("answer", super::answer),
    ("proxy", super::proxy),
    ("config", super::config),
    ("filter", super::filter),
    ("payload", super::payload),
    ("capture", super::capture),
    ("keys", super::keys),
    ("pasted", super::pasted),
    ("go_verdict", super::go_verdict),
];

/// A published package has no seeds, so there is nothing to replay.
#[test]
fn every_seed_of_every_target_passes() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    if !fuzz.exists() {
        return;
    }
    for (name, target) in TARGETS {
        let entries = fs::read_dir(fuzz.join("seeds").join(name)).expect("each target has seeds");
        let seeds: Vec<_> = entries.map(|entry| entry.expect("the folder is readable").path()).collect();
        assert!(seeds.len() > 2, "{name} has {} seeds", seeds.len());
        for seed in seeds {
            let input = fs::read(&seed).expect("a seed is readable");
            assert!(input.len() <= 4096, "{} is large", seed.display());
            target(&input);
        }
    }
}
