//! A buffer for the output, over stdout or a file, written in whole lines.

use super::progress::Progress;

use std::{
    io::{self, IsTerminal as _, Write},
    path::Path,
};

use crate::{
    cli::Exit,
    export::Out,
    files::{IfExists, Target, check_stdout, output},
};

/// How many bytes are buffered before they are written while more follow.
const FULL: usize = 256 << 10;
/// How much of the buffer is kept for the next batch.
const KEPT: usize = 8 * FULL;

/// Collects lines and writes them with one system call for many.
pub struct Sink {
    /// Lines not yet written. Callers that append call [`Sink::relieve`] regularly.
    pub buffer: Vec<u8>,
    out: Box<dyn Write>,
    name: String,
    /// Where messages end in the buffer.
    ends: Vec<usize>,
    progress: Progress,
    /// Whether somebody looks at what is written while it is.
    pub is_terminal: bool,
}

/// Why nothing more can be written.
#[derive(Debug, thiserror::Error)]
pub enum SinkError {
    /// The reader of a pipe has closed it, which is no failure.
    #[error("nobody reads the output any more")]
    Gone,
    #[error("there is such a file already, and --force replaces it: {name}")]
    Exists { name: String },
    #[error("cannot write to {name}: {source}")]
    Failed { name: String, source: io::Error },
}

impl SinkError {
    /// The exit code of a command that could not start because of it.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Gone => Exit::Done,
            Self::Exists { .. } => Exit::Usage,
            Self::Failed { .. } => Exit::Unwritten,
        }
    }
}

impl Sink {
    /// Standard output.
    ///
    /// # Errors
    ///
    /// There is none that can be written.
    pub fn stdout() -> Result<Self, SinkError> {
        let name = "standard output";
        check_stdout().map_err(|source| SinkError::Failed { name: name.to_owned(), source })?;
        // Whole lines pass the line buffer of the standard library without a copy.
        let out = io::stdout().lock();
        let is_terminal = out.is_terminal();
        Ok(Self { is_terminal, ..Self::new(name, Box::new(out)) })
    }

    /// A new file that only its owner reads; what is no file, as a pipe, is written to as it is.
    ///
    /// # Errors
    ///
    /// There is such a file and it is to stay, or it cannot be written; the error names it.
    pub fn file(path: &Path, existing: IfExists) -> Result<Self, SinkError> {
        let name = path.display().to_string();
        match output(path, existing) {
            Ok(Target::Stdout) => Self::stdout(),
            Ok(Target::File(file)) => {
                let is_terminal = file.is_terminal();
                Ok(Self { is_terminal, ..Self::new(name, Box::new(file)) })
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(SinkError::Exists { name }),
            Err(source) => Err(SinkError::Failed { name, source }),
        }
    }

    pub(super) fn new(name: impl Into<String>, out: Box<dyn Write>) -> Self {
        Self {
            buffer: Vec::new(),
            out,
            name: name.into(),
            ends: Vec::new(),
            progress: Progress::default(),
            is_terminal: false,
        }
    }

    /// How far it has come, for whoever watches.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Messages that have been taken whole by the output.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.progress.messages()
    }

    /// Writes if a good deal is waiting.
    ///
    /// # Errors
    ///
    /// See [`SinkError`].
    #[inline]
    pub fn relieve(&mut self) -> Result<(), SinkError> {
        if self.buffer.len() < FULL { Ok(()) } else { self.flush() }
    }

    /// Writes all that is waiting.
    ///
    /// # Errors
    ///
    /// See [`SinkError`].
    pub fn flush(&mut self) -> Result<(), SinkError> {
        if self.buffer.is_empty() && self.ends.is_empty() {
            return Ok(());
        }
        let (taken, written) = self.write();
        let messages = self.ends.partition_point(|end| *end <= taken);
        self.progress.add(messages as u64);
        self.ends.clear();
        self.buffer.clear();
        self.buffer.shrink_to(KEPT);
        written.map_err(|source| match source.kind() {
            io::ErrorKind::BrokenPipe => SinkError::Gone,
            _ => SinkError::Failed { name: self.name.clone(), source },
        })
    }

    /// How many bytes the output takes, and what keeps it from taking all.
    fn write(&mut self) -> (usize, io::Result<()>) {
        let mut taken = 0;
        while taken < self.buffer.len() {
            match self.out.write(&self.buffer[taken..]) {
                Ok(0) => return (taken, Err(io::ErrorKind::WriteZero.into())),
                Ok(len) => {
                    taken += len;
                    self.progress.moved();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return (taken, Err(error)),
            }
        }
        (taken, self.out.flush())
    }
}

/// Writes when much is buffered, also between the parts of a large message.
impl Out for Sink {
    type Error = SinkError;

    #[inline]
    fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    #[inline]
    fn end_part(&mut self) -> Result<(), SinkError> {
        self.relieve()
    }

    #[inline]
    fn end_message(&mut self) -> Result<(), SinkError> {
        self.ends.push(self.buffer.len());
        self.relieve()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};

    use super::{Sink, SinkError};

    struct Broken(io::ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn writing_to(kind: io::ErrorKind) -> SinkError {
        let mut sink = Sink::new("feed.jsonl", Box::new(Broken(kind)));
        sink.buffer.push(b'x');
        sink.flush().expect_err("the target takes nothing")
    }

    #[test]
    fn a_reader_that_left_is_told_from_a_disk_that_is_full() {
        assert!(matches!(writing_to(io::ErrorKind::BrokenPipe), SinkError::Gone));
        let full = writing_to(io::ErrorKind::StorageFull).to_string();
        assert_eq!(full, "cannot write to feed.jsonl: no storage space");
    }
}
