//! What Go's TLS client would have made of the bytes that a server sent in the clear, and the line that it would log.
//!
//! Another client dialled and handed over every byte of the server's direction. [`Wire`] hears them as `crypto/tls` reads
//! them (records, handshake messages, the decisions on the server's answer) until they are decided or encrypted.
//!
//! ```text
//!  ClientHello of the dial --Dialled::read--+
//!  Offer::of(engine, block) ----------------+--> Wire --hear(bytes)*--> outcome(how it ended)
//!                                                            checks, in order: certificates, signature (TLS 1.2)
//!                                                            ending: what Go says if the checks pass
//! ```
//!
//! Each check that an [`Outcome`] lists is one that Go comes to before the ending. The first that fails is the line.
//!
//! The dial's offer may be narrower than Go's, and a server may refuse it for that alone. The bytes do not tell, so the
//! outcome carries a [`Doubt`].

mod alert;
mod bytes;
mod client_hello;
mod dialled;
mod extension;
mod flight;
mod heard;
mod hello13;
mod key_share;
mod listener;
mod message;
mod offer;
mod outcome;
mod record;
mod refusal;
mod sealed;
mod server_hello;
mod stop;
mod unread;

pub use crate::go_verdict::code::{group, scheme, suite, version};
pub use alert::{Alert, alert_words};
pub use client_hello::{ClientHello, KeyShare};
pub use dialled::{Asked, Dialled};
pub use heard::Heard;
pub use listener::Wire;
pub use offer::{Block, Engine, Offer, signs_with_rsa};
pub use outcome::{Check, Doubt, End, Ending, KeyExchange, Outcome, Retry, Seen};
pub use refusal::Refusal;
