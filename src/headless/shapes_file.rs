//! The file of a set of shapes.

use std::{
    fs::File,
    io::{self, Write as _},
    path::Path,
};

use crate::{
    config::{MAX_FILE, read_within},
    files::write_new,
    stats::SavedShapes,
};

/// Reads a file.
///
/// # Errors
///
/// It cannot be read, or is not one; the error names it.
pub(crate) fn read(path: &Path) -> Result<SavedShapes, String> {
    let name = path.display();
    let text = File::open(path)
        .and_then(|file| read_within(MAX_FILE, file))
        .map_err(|error| format!("cannot read {name}: {error}"))?;
    SavedShapes::parse(&text)
        .map_err(|error| format!("{name} is no set of shapes, which --save-shapes writes: {error}"))
}

/// Writes a new file.
///
/// # Errors
///
/// It exists, or cannot be written.
pub(crate) fn write(path: &Path, shapes: &SavedShapes) -> io::Result<()> {
    write_new(path, |mut file| file.write_all(shapes.written().as_bytes())).map(drop)
}
