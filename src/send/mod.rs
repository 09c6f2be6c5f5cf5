//! What a person sends: messages as they are written, the variables in them, and scripts.
//!
//! Everything here is pure: a shell gives the environment, the time, chance and the files.

mod fault;
mod history;
mod message;
mod order;
mod script;
mod template;

pub use fault::Fault;
pub use history::{History, KeptMessage};
pub use message::{Form, Message, Prepared};
pub use order::{ORDERS, Order};
pub use script::{Script, Step, StepKind};
pub use template::{Filled, Sources, Template, escaped};
