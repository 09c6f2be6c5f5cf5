//! The table of verdicts, the list of the differences, and the tests that hold Sockeye to them.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::{
        LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use crate::{
    engines::{self, Engine, Engines},
    play::{START, of_engine, of_sockeye},
    tls::{scene::Scene, scenes},
};

/// How many scenes are played at the same time.
const AT_ONCE: usize = 4;

const TABLE: &str = "tests/go_verdicts.tsv";

const DIFFERENCES: &str = "tests/go_verdicts.differ";

/// What is written above the differences.
const HEAD: &str = "\
# Scenes of `go_verdicts.tsv` of which Sockeye does not say what the engine says: the name, and what it says instead.
# A scene that is here and equal fails the test. `SOCKEYE_UPDATE_DIFFERENCES=1 cargo test --test go_verdicts` writes this.
";

/// The verdicts by the name of the scene, and of the engine where one says something else than the others.
type Verdicts = BTreeMap<(String, Option<Engine>), String>;

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The scenes, or only those whose name has the word of `SOCKEYE_SCENES`.
fn chosen() -> Vec<Scene> {
    let word = env::var("SOCKEYE_SCENES").unwrap_or_default();
    ALL.iter().filter(|scene| scene.name.contains(&word)).cloned().collect()
}

static ALL: LazyLock<Vec<Scene>> = LazyLock::new(scenes::all);

/// Does `work` with each of `items`, some at a time.
fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, R)>> = Mutex::default();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let at = next.fetch_add(1, Ordering::Relaxed)
                    && let Some(item) = items.get(at)
                {
                    let result = work(item);
                    done.lock().expect("no panic").push((at, result));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no panic");
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

fn read() -> Verdicts {
    let text = fs::read_to_string(path(TABLE)).unwrap_or_default();
    let rows = text.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let (name, verdict) = line.split_once('\t').expect("a row has two columns");
        let engine =
            engines::ALL.into_iter().find(|engine| name.ends_with(&format!(" ({})", engine.short())));
        let name = engine.map_or(name, |engine| &name[..name.len() - engine.short().len() - 3]);
        ((name.to_owned(), engine), verdict.to_owned())
    });
    rows.collect()
}

/// Plays all scenes to all engines.
fn measured(scenes: &[Scene]) -> Verdicts {
    let built = Engines::build().expect("the engines build").expect("Go is installed");
    let all = each(scenes, |scene| {
        engines::ALL.map(|engine| of_engine(scene, engine, &built).expect("the engine runs"))
    });
    let mut verdicts = Verdicts::new();
    for (scene, told) in scenes.iter().zip(all) {
        verdicts.insert((scene.name.clone(), None), told[0].clone());
        for (engine, verdict) in engines::ALL.into_iter().zip(&told) {
            if *verdict != told[0] {
                verdicts.insert((scene.name.clone(), Some(engine)), verdict.clone());
            }
        }
    }
    verdicts
}

fn write(verdicts: &Verdicts) {
    let versions = engines::ALL.map(Engine::version).join(", ");
    let mut text = format!(
        "# What the websocket input of Benthos {versions} says of each server over TLS; measured, with {}.\n\
         # A row that names an engine is of that one, the others are of all. Made by\n\
         # `SOCKEYE_UPDATE_EXPECTED=1 cargo test --test go_verdicts`.\n",
        engines::go().unwrap_or_default()
    );
    for ((name, engine), verdict) in verdicts {
        let engine = engine.map_or(String::new(), |engine| format!(" ({})", engine.short()));
        _ = writeln!(text, "{name}{engine}\t{verdict}");
    }
    fs::write(path(TABLE), text).expect("the table can be written");
}

/// Whether Sockeye says what the engine says. Why a config does not start may be told with more words.
fn equal(engine: &str, sockeye: &str) -> bool {
    match (engine.strip_prefix(START), sockeye.strip_prefix(START)) {
        (Some(theirs), Some(ours)) => ours.contains(theirs),
        _ => engine == sockeye,
    }
}

/// How a row calls the scene.
fn named(scene: &Scene, engine: Option<Engine>) -> String {
    scene.name.clone() + &engine.map_or(String::new(), |engine| format!(" ({})", engine.short()))
}

fn listed() -> BTreeSet<String> {
    let text = fs::read_to_string(path(DIFFERENCES)).unwrap_or_default();
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    rows.map(|line| line.split('\t').next().unwrap_or(line).to_owned()).collect()
}

#[test]
fn each_scene_has_a_name_of_its_own() {
    let all = &*ALL;
    let names: BTreeSet<_> = all.iter().map(|scene| &scene.name).collect();
    let twice: Vec<_> =
        names.iter().filter(|name| all.iter().filter(|scene| scene.name == ***name).count() > 1).collect();
    assert_eq!(twice, Vec::<&&String>::new());
}

#[test]
fn sockeye_says_of_each_server_what_the_pipeline_says_of_it() {
    let scenes = chosen();
    if env::var_os("SOCKEYE_UPDATE_EXPECTED").is_some() {
        let mut verdicts = measured(&scenes);
        if env::var_os("SOCKEYE_SCENES").is_some() {
            let mut all = read();
            all.retain(|(name, _), _| scenes.iter().all(|scene| scene.name != *name));
            verdicts.append(&mut all);
        }
        write(&verdicts);
    }
    let verdicts = read();
    let rows: Vec<_> = scenes
        .iter()
        .flat_map(|scene| {
            let of =
                |engine| verdicts.get(&(scene.name.clone(), engine)).map(|verdict| (scene, engine, verdict));
            let own = engines::ALL.into_iter().filter_map(move |engine| of(Some(engine)));
            let own: Vec<_> = own.collect();
            own.into_iter().chain(of(None)).collect::<Vec<_>>()
        })
        .collect();
    let known = listed();
    let told = each(&rows, |(scene, engine, verdict)| {
        // What begins at one moment may come in either order: a reset may overtake an alert.
        let ask = || of_sockeye(scene, engine.unwrap_or(Engine::V77)).expect("sockeye runs");
        let first = ask();
        let surprising = !equal(verdict, &first) && !known.contains(&named(scene, *engine));
        if surprising { ask() } else { first }
    });
    let mut differences = BTreeMap::new();
    for ((scene, engine, verdict), ours) in rows.iter().zip(&told) {
        if !equal(verdict, ours) {
            differences.insert(named(scene, *engine), ours.clone());
        }
    }
    if env::var_os("SOCKEYE_UPDATE_DIFFERENCES").is_some() {
        let row = |(name, ours): (&String, &String)| format!("{name}\t{ours}\n");
        let rows = differences.iter().map(row).collect::<Vec<_>>().concat();
        fs::write(path(DIFFERENCES), format!("{HEAD}{rows}")).expect("the list can be written");
    }
    let listed = listed();
    let mut wrong = String::new();
    for ((scene, engine, verdict), ours) in rows.iter().zip(&told) {
        let name = named(scene, *engine);
        match (listed.contains(&name), equal(verdict, ours)) {
            (true, true) => _ = writeln!(wrong, "{name} is equal, but is listed in {DIFFERENCES}"),
            (false, false) => _ = writeln!(wrong, "{name}\n  engine   {verdict}\n  sockeye  {ours}"),
            _ => {}
        }
    }
    for scene in scenes.iter().filter(|scene| !verdicts.contains_key(&(scene.name.clone(), None))) {
        _ = writeln!(wrong, "{} has no row in {TABLE}", scene.name);
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
