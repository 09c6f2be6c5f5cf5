//! The person's own editor: it has the terminal for a while, and a file that nobody else reads.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use portable_pty::CommandBuilder;
use tempfile::TempDir;

use super::Terminal;

/// An editor that notes what it was given and writes the line that is typed into the file. `quit`
/// leaves the file and fails, `bytes` writes what is no text.
const EDITOR: &str = r#"#!/bin/sh
echo "$1 $2" > "$NOTES/args"
cp "$2" "$NOTES/text"
ls -l "$2" > "$NOTES/file"
ls -ld "$(dirname "$2")" > "$NOTES/folder"
echo "the editor runs"
read line
case "$line" in
    quit) exit 3;;
    bytes) printf '\377' > "$2";;
    *) printf '%s\n%s\n' "$line" "and more" > "$2";;
esac
"#;

struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join("my editor");
        fs::write(&path, EDITOR).expect("a script");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it may be run");
        Self { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn note(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap_or_default()
    }

    fn open(&self, args: &[&str], editor: Option<&str>) -> Terminal {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_sockeye"));
        command.args(args);
        command.env("NOTES", self.path());
        command.env("TMPDIR", self.path());
        command.env("EDITOR", "false");
        if let Some(editor) = editor {
            command.env("VISUAL", editor);
        } else {
            command.env_remove("VISUAL");
            command.env_remove("EDITOR");
        }
        Terminal::running(command, (100, 30))
    }

    /// Files that were delivered and are still there.
    fn leftovers(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.path()).expect("the folder");
        let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
        paths.filter(|path| path.is_dir()).collect()
    }
}

/// Waits until the editor runs for the nth time: what it said before stands on the screen still.
fn lent(terminal: &Terminal, nth: usize) {
    terminal.wait_until("the editor has the terminal", |seen| {
        let screen = seen.parser.screen();
        !screen.alternate_screen() && screen.contents().matches("the editor runs").count() == nth
    });
}

#[test]
fn a_field_is_written_in_the_own_editor_while_the_session_goes_on() {
    let (_runtime, demo) = super::demo();
    let desk = Desk::new();
    let editor = format!("'{}' --wait", desk.path().join("my editor").display());
    let mut terminal = desk.open(&[&demo.url("/ticks"), "--open-message", "{\"token\": 1}"], Some(&editor));
    terminal.wait_for_text("3 messages");
    terminal.press("2jjj");
    terminal.wait_for_text("─ open_message ─");
    terminal.press("E");
    lent(&terminal, 1);
    assert!(desk.note("args").starts_with("--wait "), "{}", desk.note("args"));
    assert!(desk.note("args").contains("/text.json\n"), "{}", desk.note("args"));
    assert_eq!(desk.note("text"), "{\"token\": 1}");
    assert!(desk.note("file").starts_with("-rw-------"), "{}", desk.note("file"));
    assert!(desk.note("folder").starts_with("drwx------"), "{}", desk.note("folder"));
    // Keys that mean something here are the editor's now, ctrl+c too.
    terminal.press("q2\r");
    terminal.wait_until("it draws again", |seen| seen.parser.screen().alternate_screen());
    terminal.wait_for_text("q2⏎and more");
    assert_eq!(desk.leftovers(), Vec::<PathBuf>::new(), "the file is gone");
    terminal.press("u");
    terminal.wait_for_text("{\"token\": 1}");
    terminal.press("1");
    terminal.wait_for_text("following");
    terminal.press("q");
    assert!(terminal.ended().0.success());
}

#[test]
fn an_editor_that_fails_changes_nothing_and_what_is_no_text_is_kept() {
    let (_runtime, demo) = super::demo();
    let desk = Desk::new();
    let editor = format!("'{}' -w", desk.path().join("my editor").display());
    let mut terminal = desk.open(&[&demo.url("/echo")], Some(&editor));
    terminal.wait_for_text("● open");
    terminal.press("i");
    terminal.wait_for_text("─ send ─");
    terminal.press("salmon\x1bOS");
    lent(&terminal, 1);
    terminal.press("quit\r");
    terminal.wait_for_text("ended with exit status: 3; the text stays as it was");
    terminal.wait_for_text("› salmon");
    assert_eq!(desk.leftovers(), Vec::<PathBuf>::new(), "the file is gone");
    terminal.press("\x1bOS");
    lent(&terminal, 2);
    terminal.press("bytes\r");
    terminal.wait_for_text("the text was not accepted: it is not UTF-8; it is in");
    let [kept] = desk.leftovers().try_into().expect("one folder");
    assert_eq!(fs::read(kept.join("text.txt")).expect("it is kept"), b"\xff");
    terminal.press("\r");
    terminal.wait_for("the line and its echo", |screen| screen.matches("salmon").count() == 2);
    terminal.press("\x03");
    assert!(terminal.ended().0.success());
}

#[test]
fn without_an_editor_the_screen_names_the_variables() {
    let (_runtime, demo) = super::demo();
    let desk = Desk::new();
    let mut terminal = desk.open(&[&demo.url("/echo")], None);
    terminal.wait_for_text("● open");
    terminal.press("i\x1bOS");
    terminal.wait_for_text("neither VISUAL nor EDITOR names an editor");
    terminal.press("\x03");
    assert!(terminal.ended().0.success());
    let mut terminal = desk.open(&[&demo.url("/echo")], Some("/no/such/editor"));
    terminal.wait_for_text("● open");
    terminal.press("i\x1bOS");
    terminal.wait_for_text("VISUAL names /no/such/editor, which does not run: No such file or directory");
    terminal.press("\x03");
    assert!(terminal.ended().0.success());
}

#[test]
fn a_signal_that_ends_the_program_ends_the_editor_and_removes_its_file() {
    let (_runtime, demo) = super::demo();
    let desk = Desk::new();
    let editor = format!("'{}' -w", desk.path().join("my editor").display());
    let mut terminal = desk.open(&[&demo.url("/echo")], Some(&editor));
    terminal.wait_for_text("● open");
    terminal.press("isecret\x1bOS");
    lent(&terminal, 1);
    terminal.signal("INT");
    terminal.press("\r");
    terminal.wait_until("an interrupt was the editor's own", |seen| seen.parser.screen().alternate_screen());
    terminal.wait_for_text("2 lines");
    terminal.press("\x1bOS");
    lent(&terminal, 2);
    terminal.signal("TERM");
    terminal.ended();
    assert_eq!(desk.leftovers(), Vec::<PathBuf>::new(), "the file is gone");
}
