//! The type of Protobuf messages that the person names for the whole program, with `--proto` and `--type`.

use std::sync::OnceLock;

use prost_reflect::{DescriptorPool, MessageDescriptor};

static GIVEN: OnceLock<MessageType> = OnceLock::new();

/// A message of a schema.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageType(MessageDescriptor);

impl MessageType {
    /// The message of this name in a schema: its full name, or the last part of it if only one message ends so. Without
    /// a name the only message that stands by itself in these files.
    ///
    /// # Errors
    ///
    /// There is no such message, or several; the error names them.
    pub fn named(pool: &DescriptorPool, files: &[String], name: Option<&str>) -> Result<Self, String> {
        let mut messages: Vec<_> = match name {
            Some(name) => {
                let ends = |full: &str| full == name || full.ends_with(&format!(".{name}"));
                pool.all_messages().filter(|message| ends(message.full_name())).collect()
            }
            None => (pool.files().filter(|file| files.iter().any(|given| given == file.name())))
                .flat_map(|file| file.messages().collect::<Vec<_>>())
                .collect(),
        };
        if let Some(exact) = messages.iter().position(|message| Some(message.full_name()) == name) {
            return Ok(Self(messages.swap_remove(exact)));
        }
        match (messages.len(), name) {
            (1, _) => Ok(Self(messages.remove(0))),
            (0, Some(name)) => {
                let all = pool.all_messages().filter(|message| !message.is_map_entry());
                let last = name.rsplit('.').next().unwrap_or(name);
                let near = all.min_by_key(|message| strsim::osa_distance(message.name(), last));
                let near =
                    near.map_or(String::new(), |near| format!("; the nearest is {}", near.full_name()));
                Err(format!("it has no message {name}{near}"))
            }
            (0, None) => Err("it has no message".to_owned()),
            (many, Some(name)) => Err(format!("{many} of its messages end in {name}: {}", names(&messages))),
            (many, None) => {
                Err(format!("it has {many} messages, say which with --type: {}", names(&messages)))
            }
        }
    }

    pub(super) const fn descriptor(&self) -> &MessageDescriptor {
        &self.0
    }
}

/// Takes binary messages for this type from now on. Only the first call counts.
pub fn take_binary_messages_for(message: MessageType) {
    // A second one cannot come: the command line names one.
    drop(GIVEN.set(message));
}

pub(super) fn given() -> Option<&'static MessageType> {
    GIVEN.get()
}

/// The first names of messages, in a sentence.
fn names(messages: &[MessageDescriptor]) -> String {
    const TOLD: usize = 8;
    let told: Vec<_> = messages.iter().take(TOLD).map(MessageDescriptor::full_name).collect();
    let more = if messages.len() > TOLD { ", …" } else { "" };
    format!("{}{more}", told.join(", "))
}
