//! The scenes of TLS, which `tests/go_verdicts` plays as well.

use std::{collections::BTreeMap, sync::LazyLock};

use crate::{
    engines::{self, Engine},
    scene::{Scene, scene},
    tls::{scene::Scene as Secured, scenes},
};

pub fn all() -> Vec<Scene> {
    // In clear text the server hangs up at once, and both sides would connect as fast as they can.
    scenes::all().into_iter().filter(|secured| !secured.name.starts_with("ws-")).map(of).collect()
}

fn of(secured: Secured) -> Scene {
    let (name, url, fields, env) =
        (secured.name.clone(), secured.url(), secured.fields(), secured.env.clone());
    let mut scene = scene(format!("tls-{name}"), move |conn, _| {
        // The whole of it stays, and with it its files.
        let secured = &secured;
        (secured.serving)(conn.stream.try_clone()?, &|request| conn.remember(request))
    })
    .url(url)
    .fields(fields)
    .lasts(8000)
    .after_note(400);
    scene.env = env;
    // All engines are built with the same library of TLS; what differs is what they say of the fields.
    if !DIFFERENT.iter().any(|beginning| name.starts_with(beginning)) {
        scene = scene.engines(&[Engine::V80]);
    }
    for engine in engines::ALL {
        let again = AGAIN
            .contains(&name.as_str())
            .then_some("the library that renegotiates begins again on a second connection");
        if let Some(reason) = again.or_else(|| reason(&name, engine)) {
            scene = scene.differs(&[engine], reason);
        }
    }
    scene
}

/// The beginnings of the names of scenes in which the engines may differ.
const DIFFERENT: &[&str] = &["entry-", "again-"];

/// Scenes in which the library that renegotiates begins on a second connection.
const AGAIN: &[&str] = &["again-good-tls-1.2", "again-client-none-tls-1.2", "again-client-right-tls-1.2"];

/// Why Sockeye says something else.
const REASONS: &[(&str, &str)] = &[
    ("hyphen-", UNSENT_NAME),
    ("label-of-64", UNSENT_NAME),
    ("number-", UNSENT_NAME),
    ("idn-", UNSENT_NAME),
    ("wire-banner-short", GIVES_UP),
    ("hello-1.2-unknown-extension", GIVES_UP),
    (
        "flight-then-cipher-change-and-nonsense",
        "the library here says less of a record that cannot be decrypted",
    ),
];

const UNSENT_NAME: &str = "the library here sends no such server name, and that of this server refuses it";
const GIVES_UP: &str = "the library here gives up before the server says what decides";

/// What Sockeye says instead, where it is known to differ. Neither side logs why it does not start.
fn reason(name: &str, engine: Engine) -> Option<&'static str> {
    static VERDICTS: LazyLock<Rows> = LazyLock::new(|| rows(include_str!("../../go_verdicts.tsv")));
    static KNOWN: LazyLock<Rows> = LazyLock::new(|| rows(include_str!("../../go_verdicts.differ")));
    let own = format!("{name} ({})", engine.short());
    let of = |rows: &Rows| rows.get(own.as_str()).or_else(|| rows.get(name)).copied();
    let starts = |said: Option<&str>| said.is_some_and(|said| said.starts_with("start: "));
    let known = of(&KNOWN);
    let reason = REASONS.iter().find(|(beginning, _)| name.starts_with(beginning)).map(|(_, reason)| *reason);
    known.filter(|_| !(starts(known) && starts(of(&VERDICTS)))).map(|said| reason.unwrap_or(said))
}

type Rows = BTreeMap<&'static str, &'static str>;

fn rows(table: &'static str) -> Rows {
    table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t')).collect()
}
