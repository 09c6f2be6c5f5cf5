//! RFC 6455 and RFC 7692 as an inspector needs them, and how the engines' library reads a response; pure over bytes.

mod assemble;
pub mod close;
mod extensions;
mod frame;
mod go_header;
mod go_quote;
mod go_response;
mod inflate;
mod leniency;
mod message;
mod utf8;
mod violation;
mod write;

pub use assemble::{ControlFrame, Decoder, Piece};
pub use close::CloseFrame;
pub use extensions::{Extension, ExtensionList, extensions, is_token};
pub use frame::Opcode;
pub use go_header::{go_header_name, is_reserved_header};
pub use go_quote::quoted;
pub use go_response::{GoResponse, go_response};
pub use inflate::{Inflater, beginning_of_deflated};
pub use leniency::{Deviation, Leniency, Strictness};
pub use message::{Kind, Run, Span};
pub use violation::{Rule, Violation};
pub use write::{close_payload, write_compressed, write_frame, write_message};
