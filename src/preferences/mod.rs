//! How a person wants the screen: a file that only they write, `config.toml` in the config folder.
//!
//! A file that has faults never keeps the screen from opening: what can be read of it holds, and each fault is told with
//! its place.

mod command;
mod fault;
mod keys;
mod load;
mod read;
mod settings;
mod template;

pub use command::run;
pub use fault::Fault;
pub use load::{Loaded, load};
pub use read::read;
pub use settings::Preferences;
