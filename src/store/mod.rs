//! Captures on disk: the events of sessions in an SQLite file that any tool can query.
//!
//! ```text
//!   shell --- events, bounded ---> writer (a thread of its own) ---> FILE, FILE-journal
//!                                                                      |
//!   shell <--- pages, scans ------ reader (another thread) <-----------+
//! ```
//!
//! `assets/capture.md` documents the file.

mod access;
mod backlog;
mod blocks;
mod bookmarks;
mod captured;
mod chunk;
mod error;
mod events;
mod file;
mod library;
mod lock;
mod messages;
mod pack;
mod pieces;
mod plain;
mod plan;
mod progress;
mod query;
mod reader;
mod recorder;
mod rows;
mod rows_out;
mod scan;
mod tables;
mod writer;

pub use backlog::BYTES;
pub use bookmarks::set_bookmark;
pub use captured::{Captured, Item, Search};
pub use error::CaptureError;
pub use file::{check, folder, is_capture, new_path, size};
pub use library::{CaptureFile, CaptureSummary, delete, list};
pub use pack::{Compress, Haste};
pub use pieces::Pieces;
pub use plain::write_plain;
pub use plan::Plan;
pub use progress::{Progress, State};
pub use query::{Cell, Database, QueryError, Rows};
pub use reader::{Reader, SessionSummary};
pub use recorder::{BATCHES, Recorder};
pub use scan::ScanResult;
pub use tables::{SCHEMA, VERSION};
