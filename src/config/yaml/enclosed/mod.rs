//! Files that hold a pipeline, or a connection, inside something else: manifests, values of charts, recordings.

mod connection;
mod kind;
mod other;
mod pipeline;

pub(super) use connection::{Connection, connection};
pub(super) use other::other_file;
pub(super) use pipeline::{Enclosed, begins_as_config, enclosed, is_config};
