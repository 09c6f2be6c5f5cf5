//! What there is to begin with: profiles that were opened before, and the captures in the state folder.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    app::{About, Offer, Outcome},
    files::{Place, create_private_folder, replace_private},
    session::Timestamp,
    store,
};

/// Profiles that are remembered, and captures that are listed.
const PROFILES: usize = 20;
const CAPTURES: usize = 200;

/// A profile that was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Recent {
    path: PathBuf,
    /// Masked.
    url: String,
    at: Timestamp,
}

/// Where the profiles are remembered.
fn file() -> Option<PathBuf> {
    Place::Recent.path()
}

fn read(path: &Path) -> Vec<Recent> {
    // A list that cannot be read is no list.
    fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// Remembers that a profile was opened. That it cannot be is no reason to trouble anybody.
pub(super) fn remember(profile: &Path, url: &str, at: Timestamp) {
    let Some(path) = file() else { return };
    let profile = fs::canonicalize(profile).unwrap_or_else(|_| profile.to_owned());
    let mut recent = read(&path);
    recent.retain(|known| known.path != profile);
    recent.insert(0, Recent { path: profile, url: url.to_owned(), at });
    recent.truncate(PROFILES);
    drop(write(&path, &recent));
}

fn write(path: &Path, recent: &[Recent]) -> io::Result<()> {
    create_private_folder(path.parent().unwrap_or(path))?;
    replace_private(path, |file| Ok(serde_json::to_writer(file, recent)?))
}

/// Profiles, then captures, the newest of each first.
pub(super) fn offers() -> Outcome {
    let profiles = file().map(|path| read(&path)).unwrap_or_default();
    let mut offers: Vec<_> = profiles
        .into_iter()
        .filter(|recent| recent.path.exists())
        .map(|Recent { path, url, at }| Offer::Profile { path, url, at })
        .collect();
    let kept = store::folder().map(|folder| store::list(&folder, CAPTURES));
    for one in kept.into_iter().flatten().flatten() {
        let about =
            one.summary.map(|about| About { url: about.url, began: about.began, messages: about.messages });
        offers.push(Offer::Capture { path: one.path, bytes: one.bytes, about });
    }
    Outcome::Recent(offers)
}

/// Deletes a capture, and lists what is left.
pub(super) fn delete(path: &Path) -> Vec<Outcome> {
    let deleted = store::delete(path).err().map(|error| Outcome::Failed(format!("not deleted: {error}")));
    [offers()].into_iter().chain(deleted).collect()
}
