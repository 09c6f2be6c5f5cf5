//! Copying in a form that is chosen: a message as text or digits, the connection as other tools make it.

use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::{Scope, Screen};
use crate::{
    app::{effect::Effect, model::App, state::Tone},
    config::{Problem, Settings, Tool, Values, runnable_yaml},
    payload::{Body, decode, hex, json},
    session::Kind,
};

/// Bytes that are read to tell whether a payload holds JSON, and the most that a packed one takes unpacked.
const FRONT: usize = 64 << 10;
const WHOLE: usize = 16 << 20;

/// A form in which a message or the connection is copied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, strum::Display)]
#[strum(serialize_all = "kebab-case")]
pub enum CopyForm {
    #[default]
    Text,
    Json,
    Hex,
    Base64,
    Story,
    Tail,
    Websocat,
    Wscat,
    Curl,
    Yaml,
    Go,
    Python,
}

impl App {
    /// The scopes of the list of forms: only the feed has messages.
    pub(in crate::app) const fn copy_scopes(&self) -> &'static [Scope] {
        match self.screen {
            Screen::Feed => &[Scope::CopyMessage, Scope::CopyConnection, Scope::CopyAs, Scope::Everywhere],
            _ => &[Scope::CopyConnection, Scope::CopyAs, Scope::Everywhere],
        }
    }

    /// Copies in a form, and closes the list.
    pub(in crate::app) fn copy_as(&mut self, form: CopyForm) -> Vec<Effect> {
        self.overlay = None;
        match self.written_as(form) {
            Ok(text) => vec![Effect::Copy(text)],
            Err(reason) => {
                self.say(Tone::Bad, format!("not copied: {reason}"));
                Vec::new()
            }
        }
    }

    fn written_as(&self, form: CopyForm) -> Result<String, String> {
        let tool = |word| {
            let tool = Tool::named(word).ok_or("there is no such tool")?;
            Ok(tool.command(&self.described_settings()?))
        };
        match form {
            CopyForm::Text => {
                self.of_message(|_, payload| Some(std::str::from_utf8(payload).ok()?.to_owned()))
            }
            CopyForm::Json => self.of_message(|kind, payload| match decode(kind, payload, WHOLE).body {
                Body::Json(text) => json::laid_out(&text),
                _ => None,
            }),
            CopyForm::Hex => self.of_message(|_, payload| Some(hex::encode(payload))),
            CopyForm::Base64 => self.of_message(|_, payload| Some(BASE64_STANDARD.encode(payload))),
            CopyForm::Yaml => Ok(runnable_yaml(self.described_values())),
            CopyForm::Story => {
                let connection = self.connections.selected().ok_or("there is no connection")?;
                Ok(connection.story.told())
            }
            CopyForm::Tail => tool("tail"),
            CopyForm::Websocat => tool("websocat"),
            CopyForm::Wscat => tool("wscat"),
            CopyForm::Curl => tool("curl"),
            CopyForm::Go => tool("go"),
            CopyForm::Python => tool("python"),
        }
    }

    fn of_message(&self, written: impl FnOnce(Kind, &[u8]) -> Option<String>) -> Result<String, String> {
        let (kind, payload) = self.selected_payload().ok_or("the payload is not at hand any more")?;
        written(kind, payload)
            .ok_or_else(|| "the payload is not of this form, or too large for it".to_owned())
    }

    /// Whether the selected payload holds JSON, by its beginning.
    pub(in crate::app) fn selected_payload_may_be_json(&self) -> bool {
        self.selected_payload()
            .is_some_and(|(kind, payload)| matches!(decode(kind, payload, FRONT).body, Body::Json(_)))
    }

    /// The values of the connection that is meant: on the form those that are edited, else those of the session.
    fn described_values(&self) -> &Values {
        if self.screen == Screen::Config { &self.form.values } else { &self.form.applied }
    }

    /// The settings of the connection that is meant.
    ///
    /// # Errors
    ///
    /// No connection can be made with its fields, and why.
    pub(in crate::app) fn described_settings(&self) -> Result<Settings, String> {
        Settings::from_values(self.described_values()).map_err(|problems| {
            let first = problems.into_iter().find(Problem::is_error);
            first.map_or_else(|| "there is no address".to_owned(), |problem| problem.in_one_line())
        })
    }
}
