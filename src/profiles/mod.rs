//! Connections that have names, in the config folder: their files, their environments, and where their secrets are.

mod command;
mod fault;
mod folder;
mod profile;
mod read;
mod write;

pub use command::{CommandFault, output_of};
pub use fault::ProfileFault;
pub use folder::Folder;
pub use profile::{DIALECT, Entry, Profile, is_reference, name_and_environment};
