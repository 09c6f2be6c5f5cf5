//! The scenes of TLS, which `tests/go_verdicts` plays as well.

use std::{collections::BTreeMap, sync::LazyLock};

use crate::{
    engines::{self, Engine},
    scene::{Scene, scene},
    tls::{scene::Scene as Secured, scenes},
};

pub fn all() -> Vec<Scene> {
    scenes::all().into_iter().map(of).collect()
}

fn of(secured: Secured) -> Scene {
    let (name, url, fields, env) =
        (secured.name.clone(), secured.url(), secured.fields(), secured.env.clone());
    // The scene keeps its files as long as it is played.
    let mut scene = scene(format!("tls-{name}"), move |conn, _| {
        (secured.serving)(conn.stream.try_clone()?, &|request| conn.remember(request))
    })
    .url(url)
    .fields(fields)
    .lasts(8000)
    .after_note(400);
    scene.env = env;
    for engine in engines::ALL {
        if let Some(reason) = reason(&name, engine) {
            scene = scene.differs(&[engine], reason);
        }
    }
    scene
}

/// What Sockeye says instead, where it is known to differ.
fn reason(name: &str, engine: Engine) -> Option<&'static str> {
    static KNOWN: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
        let rows = include_str!("../../go_verdicts.differ").lines().filter(|line| !line.starts_with('#'));
        rows.filter_map(|line| line.split_once('\t')).collect()
    });
    let own = format!("{name} ({})", engine.short());
    KNOWN.get(own.as_str()).or_else(|| KNOWN.get(name)).copied()
}
