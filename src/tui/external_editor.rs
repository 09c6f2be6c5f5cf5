//! The person's own editor, which has the terminal for a while: VISUAL, or else EDITOR.

use std::{
    fs::File,
    io::{self, Write as _},
    path::PathBuf,
    process::ExitStatus,
};

use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::{
    app::{EditTarget, Outcome, TextInput},
    config::{Secret, read_within},
    files::{create_private, temporary_folder},
};

/// An editor that runs, and the file it was given. Only its owner may read the file; it is deleted with this.
pub(super) struct ExternalEditor {
    child: Child,
    folder: TempDir,
    path: PathBuf,
    /// As the variable has it.
    editor: String,
    /// Whether the text ended with a line break, which most editors add.
    ended_a_line: bool,
    back: EditTarget,
}

impl ExternalEditor {
    /// Writes the text to a file and starts the editor on it. The terminal must be free.
    ///
    /// # Errors
    ///
    /// In words: no editor is named, it cannot be run, or the file cannot be written.
    pub(super) fn start(
        text: &Secret,
        ending: &str,
        back: EditTarget,
        var: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        let named = ["VISUAL", "EDITOR"]
            .into_iter()
            .find_map(|name| Some((name, var(name).filter(|value| !value.trim().is_empty())?)));
        let Some((variable, editor)) = named else {
            return Err("neither VISUAL nor EDITOR names an editor; enter and F3 edit here".to_owned());
        };
        let words = shlex::split(&editor).unwrap_or_default();
        let [program, args @ ..] = words.as_slice() else {
            return Err(format!("{variable} is not a command: {editor}"));
        };
        let (folder, path) =
            private(text, ending).map_err(|error| format!("no file for the editor: {error}"))?;
        let child = Command::new(program).args(args).arg(&path).kill_on_drop(true).spawn();
        let child =
            child.map_err(|error| format!("{variable} names {program}, which does not run: {error}"))?;
        let ended_a_line = text.expose().ends_with('\n');
        Ok(Self { child, folder, path, editor, ended_a_line, back })
    }

    /// Waits for the editor to end. May be dropped and called again.
    pub(super) async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// What it has left. A text that cannot be taken stays where it is, since it may be long work.
    pub(super) fn left(self, ended: io::Result<ExitStatus>) -> Outcome {
        let Self { folder, path, editor, back, .. } = self;
        let no = |message| Outcome::NotEdited { message, back };
        match ended {
            Ok(status) if status.success() => {}
            Ok(status) => return no(format!("{editor} ended with {status}; the text stays as it was")),
            Err(error) => return no(format!("{editor}: {error}; the text stays as it was")),
        }
        let fault = match File::open(&path).and_then(|file| read_within(TextInput::LIMIT as u64, file)) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(mut text) => {
                    if !self.ended_a_line && text.ends_with('\n') {
                        text.pop();
                    }
                    return Outcome::EditedOutside { text: Secret::new(text), back };
                }
                Err(_) => "it is not UTF-8".to_owned(),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return no(format!("{editor} left no file; the text stays as it was"));
            }
            Err(error) => error.to_string(),
        };
        drop(folder.keep());
        no(format!("the text was not accepted: {fault}; it is in {}", path.display()))
    }
}

/// A new file with the text, in a folder of its own where an editor may leave its copies.
fn private(text: &Secret, ending: &str) -> io::Result<(TempDir, PathBuf)> {
    let folder = temporary_folder()?;
    let path = folder.path().join(format!("text.{ending}"));
    create_private(&path)?.write_all(text.expose().as_bytes())?;
    Ok((folder, path))
}
