//! RFC 6455 as an inspector needs it; pure over bytes.

mod assemble;
pub mod close;
mod frame;
mod message;
mod utf8;
mod violation;
mod write;

pub use assemble::{ControlFrame, Decoder, Piece, Utf8};
pub use close::Close;
pub use frame::Opcode;
pub use message::{Kind, Run, Span};
pub use violation::{Rule, Violation};
pub use write::{close_payload, write_frame, write_message};
