//! `sockeye sql`: asks a capture in SQL.

mod written;

use terminal_size::{Width, terminal_size_of};

use crate::{
    archive::ImportError,
    cli::{Exit, RowFormat, SqlArgs},
    store::{CaptureError, Database, QueryError},
};

use super::{
    sink::{Sink, SinkError},
    status_lines::StatusLines,
};
use written::Written;

/// Runs one query, and writes its rows to standard output.
pub fn run(args: &SqlArgs) -> Exit {
    match answer(args) {
        Ok(()) => Exit::Done,
        Err((exit, message)) => {
            if exit != Exit::Done {
                StatusLines::stderr().say(&message);
            }
            exit
        }
    }
}

fn answer(args: &SqlArgs) -> Result<(), (Exit, String)> {
    let database = Database::open(&args.capture).map_err(|error| (exit_of(&error), error.to_string()))?;
    let sink = Sink::stdout().map_err(|error| unwritten(&error))?;
    let format = args.format.unwrap_or(if sink.is_terminal { RowFormat::Table } else { RowFormat::Json });
    let width = terminal_size_of(std::io::stdout()).map(|(Width(width), _)| width.into());
    let mut written = Written::new(format, sink, width);
    let asked = database.run(&args.query, &mut written);
    // What came before a query broke off is shown.
    written.finish().map_err(|error| unwritten(&error))?;
    asked.map_err(|error| {
        let exit = if matches!(error, QueryError::Broken(_)) { Exit::Other } else { Exit::Usage };
        (exit, error.to_string())
    })
}

fn unwritten(error: &SinkError) -> (Exit, String) {
    (error.exit(), error.to_string())
}

/// A capture that is refused is another's name; one that cannot be read is a failure.
pub(super) fn exit_of(error: &CaptureError) -> Exit {
    if error.is_refusal() { Exit::Usage } else { Exit::Other }
}

/// The same of a file that is opened as a capture.
pub(super) fn exit_of_import(error: &ImportError) -> Exit {
    match error {
        ImportError::Capture(error) => exit_of(error),
        ImportError::BrokenOff => Exit::Other,
        _ => Exit::Usage,
    }
}
