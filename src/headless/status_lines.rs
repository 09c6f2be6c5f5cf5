//! Lines on stderr, of which a count is written over itself on a terminal.

use std::io::{self, Write};

use terminal_size::{Width, terminal_size_of};

use crate::payload::{cut, printable};

/// Goes to the beginning of the line above, and clears it.
const AGAIN: &str = "\x1b[1A\r\x1b[2K";

/// Where `tail` reports. A failure to write there does not end the session.
pub(super) struct StatusLines<W> {
    pub(super) err: W,
    /// The cells of a line of the terminal; `None` where it is none, and nothing can be written over.
    pub(super) width: Option<usize>,
    /// Whether the last line on the terminal is a count.
    pub(super) is_on_count: bool,
}

impl StatusLines<io::Stderr> {
    /// Standard error, whose counts are written over themselves if it is a terminal.
    pub(super) fn stderr() -> Self {
        let width = terminal_size_of(io::stderr()).map(|(Width(width), _)| width.into());
        Self { err: io::stderr(), width, is_on_count: false }
    }
}

impl<W: Write> StatusLines<W> {
    /// Writes one line.
    pub(super) fn say(&mut self, text: &str) {
        self.is_on_count = false;
        self.write(&format!("sockeye: {}\n", printable(text)));
    }

    /// Writes lines that belong to the last one, under a label.
    pub(super) fn below(&mut self, label: &str, text: &str) {
        for line in text.lines() {
            self.write(&format!("  {label:<5} {}\n", printable(line)));
        }
    }

    /// Writes how often something has happened; on a terminal over the line that said so before.
    pub(super) fn count(&mut self, text: &str) {
        let Some(width) = self.width else { return self.say(text) };
        let up = if self.is_on_count { AGAIN } else { "" };
        let line = format!("sockeye: {}", printable(text));
        self.write(&format!("{up}{}\n", cut(&line, width.saturating_sub(1))));
        self.is_on_count = true;
    }

    /// Writes a line in one call, so that what another program writes at the same time stands beside it, not in it.
    fn write(&mut self, line: &str) {
        drop(self.err.write_all(line.as_bytes()));
    }
}
