//! What can be set: the field catalogue, values with their origin, and the typed settings.

mod secret;
mod settings;

pub use secret::Secret;
pub use settings::{BasicAuth, Endpoint, MAX_MESSAGE_SIZE, MessageType, RootSource, Settings, TlsSettings};
