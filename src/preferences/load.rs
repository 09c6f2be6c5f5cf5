//! Reads the file from where it is.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use super::{Fault, Preferences, read};
use crate::files::Place;

/// The largest file that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// What a person prefers, and what is wrong with how they wrote it.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// `None` where there is no home folder.
    pub path: Option<PathBuf>,
    pub is_there: bool,
    pub preferences: Preferences,
    pub faults: Vec<Fault>,
}

/// Reads this file, or the one in the config folder. One that is not there is as good as an empty one.
#[must_use]
pub fn load(file: Option<&Path>) -> Loaded {
    let Some(path) = file.map(Path::to_owned).or_else(|| Place::Preferences.path()) else {
        return Loaded::default();
    };
    let (is_there, (preferences, faults)) = match text_of(&path) {
        Ok(text) => (true, read(&text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => (false, Default::default()),
        Err(error) => {
            (true, (Preferences::default(), vec![Fault { place: None, message: error.to_string() }]))
        }
    };
    Loaded { path: Some(path), is_there, preferences, faults }
}

fn text_of(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    let wrong = |message| io::Error::new(io::ErrorKind::InvalidData, message);
    if bytes.len() as u64 > LARGEST {
        return Err(wrong("it has more than 1 MiB"));
    }
    String::from_utf8(bytes).map_err(|_| wrong("it is not UTF-8"))
}
