//! What a person sends: messages as they are written, the variables in them, and scripts.
//!
//! Everything here is pure: a shell gives the environment, the time, chance and the files.

mod fault;
mod message;
mod script;
mod template;

pub use fault::Fault;
pub use message::{Form, Message, Prepared};
pub use script::{Script, Step, StepKind};
pub use template::{Filled, Sources, Template, escaped};
