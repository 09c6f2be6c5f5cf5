//! The filters that have names, in the config folder. A file that cannot be read is left as it is.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    app::{FilterChange, KeptFilter, Outcome},
    files::{Place, create_private_folder, replace_private},
};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// Why the filters cannot be read or kept.
#[derive(Debug, thiserror::Error)]
enum FiltersError {
    #[error("there is no home folder to keep filters in")]
    Homeless,
    #[error("{}:{line}: {message}; the file is left as it is until it can be read", path.display())]
    Broken { path: PathBuf, line: usize, message: String },
    #[error("{} has more than 1 MiB, too much for a list of filters; it is left as it is", path.display())]
    Large { path: PathBuf },
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("{0}")]
    Refused(String),
}

/// Where they are kept: `$XDG_CONFIG_HOME/sockeye/filters.json`, or the equivalent on other systems.
pub(super) fn file() -> Option<PathBuf> {
    Place::Filters.path()
}

/// Those that are kept.
pub(super) fn kept() -> Outcome {
    match file().map_or(Ok(Vec::new()), |path| read(&path)) {
        Ok(kept) => Outcome::NamedFilters(kept),
        Err(error) => Outcome::Failed(format!("no filters with names: {error}")),
    }
}

/// Makes a change in the file; what failed, if it did.
pub(super) fn change(change: &FilterChange) -> Option<Outcome> {
    let changed = file().ok_or(FiltersError::Homeless).and_then(|path| change_in(&path, change));
    changed.err().map(|error| Outcome::Failed(format!("kept for this session only: {error}")))
}

/// The file is read each time: another Sockeye may have changed it.
fn change_in(path: &Path, change: &FilterChange) -> Result<(), FiltersError> {
    let mut kept = read(path)?;
    change.apply(&mut kept).map_err(FiltersError::Refused)?;
    let failed = |source| FiltersError::Io { path: path.to_owned(), source };
    create_private_folder(path.parent().unwrap_or(path)).map_err(failed)?;
    // The file behind a link is replaced, not the link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let write = |file: &mut fs::File| {
        use io::Write as _;
        serde_json::to_writer_pretty(&*file, &kept)?;
        writeln!(file)
    };
    replace_private(&target, write).map_err(failed)
}

fn read(path: &Path) -> Result<Vec<KeptFilter>, FiltersError> {
    let failed = |source| FiltersError::Io { path: path.to_owned(), source };
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Ok(meta) if meta.len() > LARGEST => return Err(FiltersError::Large { path: path.to_owned() }),
        _ => {}
    }
    let bytes = fs::read(path).map_err(failed)?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let message = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let message = message.strip_suffix(&place).unwrap_or(&message).to_owned();
        FiltersError::Broken { path: path.to_owned(), line: error.line(), message }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, filter: &str) -> FilterChange {
        FilterChange::Add(KeptFilter { name: name.to_owned(), filter: filter.to_owned(), on: false })
    }

    #[test]
    fn what_is_named_is_read_again_and_others_are_kept() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("sockeye/filters.json");
        assert_eq!(read(&path).expect("there is none"), []);
        change_in(&path, &named("errors", r#".level == "error""#)).expect("it is written");
        change_in(&path, &named("big", "size:>10k")).expect("it is written");
        change_in(&path, &FilterChange::Turn { name: "big".to_owned(), on: true }).expect("it is written");
        let kept = read(&path).expect("it is read");
        let words: Vec<_> = kept.iter().map(|one| (one.name.as_str(), one.filter.as_str(), one.on)).collect();
        assert_eq!(words, [("errors", r#".level == "error""#, false), ("big", "size:>10k", true)]);
        assert_eq!(fs::read_dir(home.path().join("sockeye")).expect("a folder").count(), 1);
    }

    #[test]
    fn a_broken_file_is_named_with_its_line_and_stays_as_it_is() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("filters.json");
        for (text, line, part) in [
            ("[\n  {\"name\": \"a\",\n", 3, "EOF while parsing"),
            (
                "[\n  {\"name\": \"a\", \"filter\": \"x\", \"on\": true,\n   \"colour\": 1}]",
                3,
                "unknown field",
            ),
            ("{}", 1, "expected a sequence"),
        ] {
            fs::write(&path, text).expect("a file");
            let error = change_in(&path, &named("b", "y")).expect_err("it is broken").to_string();
            assert!(error.starts_with(&format!("{}:{line}: ", path.display())), "{error}");
            assert!(error.contains(part) && !error.contains("at line"), "{error}");
            assert_eq!(fs::read_to_string(&path).expect("it is there"), text);
        }
    }
}
