//! The columns that were chosen on the screen, in a file of the state folder. The file of preferences is not touched.

use std::{fs, io, path::Path};

use crate::{
    app::{Columns, KeptColumns, Outcome},
    files::{Place, create_private_folder, replace_private},
};

/// The columns to begin with: those that were chosen in place of `first`, or `first`.
pub(super) fn begin_with(first: &Columns) -> Columns {
    Place::Columns.path().and_then(|path| read(&path, first)).unwrap_or_else(|| first.clone())
}

/// Keeps what was chosen, or forgets it; what failed, if it did.
pub(super) fn keep(kept: Option<&KeptColumns>) -> Option<Outcome> {
    let path = Place::Columns.path()?;
    let done = match kept {
        Some(kept) => write(&path, kept),
        None => fs::remove_file(&path).or_else(|error| match error.kind() {
            io::ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        }),
    };
    done.err().map(|error| {
        Outcome::Failed(format!("the columns hold for this session only: {}: {error}", path.display()))
    })
}

fn read(path: &Path, first: &Columns) -> Option<Columns> {
    // A file that cannot be read is none.
    let kept: KeptColumns = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    // A file of a version with fewer columns holds as it did.
    (Columns::restored(&kept.instead_of) == *first).then(|| Columns::restored(&kept.columns))
}

fn write(path: &Path, kept: &KeptColumns) -> io::Result<()> {
    create_private_folder(path.parent().unwrap_or(path))?;
    replace_private(path, |file| Ok(serde_json::to_writer(file, kept)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_holds_until_the_preferences_say_something_else() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("sockeye/columns.json");
        let (first, mut chosen) = (Columns::default(), Columns::default());
        assert_eq!(read(&path, &first), None);
        chosen.add(".price").expect("a path");
        write(&path, &KeptColumns { instead_of: first.kept(), columns: chosen.kept() })
            .expect("it is written");
        assert_eq!(read(&path, &first), Some(chosen));
        let preferred = Columns::of(["time".parse().expect("a column")]);
        assert_eq!(read(&path, &preferred), None);
        let mut earlier = first.kept();
        earlier.retain(|column| column.column != "lag");
        write(&path, &KeptColumns { instead_of: earlier, columns: Columns::default().kept() })
            .expect("it is written");
        assert_eq!(read(&path, &first), Some(first.clone()), "a version without the lag wrote it");
        fs::write(&path, "{").expect("a file");
        assert_eq!(read(&path, &first), None);
    }
}
