//! Conformance: Sockeye beside the real engine.
//!
//! Each scene plays one scripted server to the engine and to `sockeye tail --as … --events`, and
//! compares what they did: the requests to the byte, the frames they sent, the messages, the
//! connections and the pauses between them, the log, and the end. Each config of a table goes to the engine's lint and
//! its start and to `sockeye lint --as …`, and what both say of it is compared. The engine is
//! built from its sources by Go (`tests/engine`). They take minutes, so they are ignored by default:
//!
//! ```text
//! cargo test --test conformance -- --ignored [--exact NAME]
//! ```
//!
//! With `SOCKEYE_UPDATE_ORDERS=1`, or a word of the names, it records instead in which order the engine delivers (`tests/orders.tsv`), to which
//! `tests/session/orders.rs` holds Sockeye.
//!
//! A run of all compares `assets/conformance.md` with what it found; with `SOCKEYE_UPDATE_EXPECTED=1` it writes it.

#![expect(clippy::print_stderr, reason = "a test program of its own says what it left out")]

mod account;
mod configs;
mod configs_that_differ;
mod engines;
mod judge;
mod orders;
mod page;
mod scene;
mod scenes;
mod server;
#[path = "../support/mod.rs"]
pub mod support;
#[expect(
    clippy::missing_panics_doc,
    clippy::missing_errors_doc,
    clippy::doc_markdown,
    reason = "test support is not a public API"
)]
#[expect(
    clippy::redundant_closure_for_method_calls,
    clippy::unnecessary_wraps,
    clippy::format_push_string,
    clippy::semicolon_if_nothing_returned,
    reason = "each scene says what it changes in one form"
)]
#[path = "../support/tls/mod.rs"]
pub mod tls;

use std::{
    env,
    process::ExitCode,
    sync::{Arc, Mutex},
    thread,
};

use libtest_mimic::{Arguments, Trial};

use crate::{
    configs::Config,
    engines::{Engine, Engines},
    page::Verdict,
    scene::Scene,
};

/// How many scenes run at the same time: most of them wait most of the time.
const AT_ONCE: usize = 5;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    if engines::go().is_none() {
        let must = env::var("CI").is_ok_and(|ci| ci == "true");
        eprintln!("Sockeye is NOT compared with the real engine: that takes Go, which is not installed here");
        return if must { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    }
    let verdicts: Arc<Mutex<Vec<Verdict>>> = Arc::default();
    let runs = arguments.ignored || arguments.include_ignored;
    let engines = if runs && !arguments.list { Engines::build() } else { Ok(None) };
    let engines = match engines {
        Ok(engines) => engines,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    if let Ok(word) = env::var("SOCKEYE_UPDATE_ORDERS") {
        let engines = Engines::build().and_then(|built| built.ok_or_else(|| "Go is not installed".into()));
        return match engines.and_then(|engines| orders::record(&engines, &word)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        };
    }
    let scenes = scenes::all().into_iter().map(|scene| {
        let (name, own) = (scene.name.clone(), scene.engines.clone());
        (name, own, Box::new(move |engine, engines: &Engines| of_scene(&scene, engine, engines)) as Judge)
    });
    let configs = configs::all().into_iter().map(|config| {
        let (name, own) = (format!("{}{}", page::LINT, config.id), config.engines.clone());
        (name, own, Box::new(move |engine, engines: &Engines| of_config(&config, engine, engines)) as Judge)
    });
    let trials: Vec<_> = scenes
        .chain(configs)
        .map(|(name, own, judge)| {
            let (engines, verdicts) = (engines.clone(), Arc::clone(&verdicts));
            let trial = move || {
                let engines = engines.as_ref().ok_or("the engines are not built")?;
                let own: Vec<_> = own.iter().map(|engine| judge(*engine, engines)).collect();
                let failures: Vec<_> = own.iter().filter_map(|verdict| verdict.failure.clone()).collect();
                verdicts.lock().expect("no panic").extend(own);
                if failures.is_empty() { Ok(()) } else { Err(failures.join("\n").into()) }
            };
            Trial::test(name, trial).with_ignored_flag(true)
        })
        .collect();
    let count = trials.len();
    let conclusion = libtest_mimic::run(&arguments, trials);
    let whole = usize::try_from(conclusion.num_passed).is_ok_and(|passed| passed == count);
    if whole && !arguments.list {
        let verdicts = verdicts.lock().expect("no panic");
        if let Err(error) = page::check(&verdicts) {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    }
    conclusion.exit_code()
}

/// Compares one thing beside one engine.
type Judge = Box<dyn Fn(Engine, &Engines) -> Verdict + Send + Sync>;

/// Plays the scene to both sides at the same time. A difference that nobody knows of must come three times to count:
/// two things that happen at one moment may come in either order. The order of deliveries may be that of any time.
fn of_scene(scene: &Scene, engine: Engine, engines: &Engines) -> Verdict {
    let mut differences = Vec::new();
    let times = if scene.reason(engine).is_some() { 1 } else { 3 };
    let mut earlier = Vec::new();
    for _ in 0..times {
        differences = once(scene, engine, engines, &mut earlier);
        if differences.is_empty() {
            break;
        }
    }
    Verdict::of(scene.name.clone(), engine, scene.reason(engine), &differences)
}

fn of_config(config: &Config, engine: Engine, engines: &Engines) -> Verdict {
    let differences = config.differences(engine, engines).unwrap_or_else(|error| vec![error]);
    Verdict::of(format!("{}{}", page::LINT, config.id), engine, config.reason(engine), &differences)
}

fn once(
    scene: &Scene,
    engine: Engine,
    engines: &Engines,
    earlier: &mut Vec<Vec<(String, u64)>>,
) -> Vec<String> {
    let sides = thread::scope(|scope| {
        let theirs = scope.spawn(|| account::of_engine(scene, engine, engines));
        let ours = account::of_sockeye(scene, engine);
        (theirs.join().expect("no panic"), ours)
    });
    let (mut theirs, ours) = match sides {
        (Ok(theirs), Ok(ours)) => (theirs, ours),
        (Err(error), _) | (_, Err(error)) => return vec![error],
    };
    earlier.push(theirs.messages.clone());
    if earlier.contains(&ours.messages) {
        theirs.messages.clone_from(&ours.messages);
    }
    let mut differences = account::differences(scene, &theirs, &ours);
    if scene.signed {
        differences.extend(scenes::auth::signatures(scene, &theirs, &ours));
    }
    if !differences.is_empty() {
        differences.push(format!("engine's last words: {}", theirs.last_words.trim()));
        differences.push(format!("sockeye's last words: {}", ours.last_words.trim()));
    }
    differences
}
