//! Values and problems as they may be shown.

use std::fmt;

use crate::config::{
    interpolate::is_bare,
    secrets::{MASK, Redactor, mask_urls, of_header},
};

use super::{Field, FieldId, Kind, Problem, Values, is_path, is_secret};

impl Values {
    /// The value at a path as it may be shown: as its file has it, [`MASK`] for a secret
    /// that is more than a bare `${NAME}`, addresses without credentials.
    #[must_use]
    pub fn shown(&self, path: &str) -> Option<String> {
        let given = self.get(path)?;
        let text = given.expression.as_ref().unwrap_or(&given.text);
        if is_secret(path) && !text.is_empty() && !(given.expression.is_some() && is_bare(text)) {
            return Some(MASK.to_owned());
        }
        if Field::at(path)
            .is_some_and(|field| matches!(field.id, FieldId::OpenMessage | FieldId::OpenMessages))
        {
            return Some(Redactor::of_values(self).text(text).into_owned());
        }
        Some(self.without_others(path, without_secrets(path, text)))
    }

    /// An address without the secrets of other fields.
    fn without_others(&self, path: &str, text: String) -> String {
        let is_url = Field::at(path).is_some_and(|field| matches!(field.kind, Kind::Url { .. }));
        if is_url { Redactor::of_values(self).text(&text).into_owned() } else { text }
    }

    /// The same with what its variables stand for.
    #[must_use]
    pub fn shown_in_full(&self, path: &str) -> Option<String> {
        let text = &self.get(path)?.text;
        if is_secret(path) && !text.is_empty() {
            Some(MASK.to_owned())
        } else {
            Some(self.without_others(path, without_secrets(path, text)))
        }
    }

    /// Whether the value at a path is masked as a whole while it is edited: a secret, or the
    /// address of a proxy with its credentials.
    #[must_use]
    pub fn hides(&self, path: &str) -> bool {
        let has_login =
            path == FieldId::ProxyUrl.path() && self.get(path).is_some_and(|given| given.text.contains('@'));
        is_secret(path) || has_login
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |path| self.shown(path).unwrap_or_default();
        f.debug_map().entries(self.iter().map(|(path, given)| (path, (shown(path), &given.origin)))).finish()
    }
}

/// A value that is no secret as a whole: an address without its credentials, a text without what looks like a key.
fn without_secrets(path: &str, text: &str) -> String {
    if Field::at(path).is_some_and(|field| field.kind == Kind::Path) && !is_path(text) && !text.is_empty() {
        return MASK.to_owned();
    }
    let tokens: Redactor =
        path.strip_prefix("headers.").into_iter().flat_map(|name| of_header(name, text)).collect();
    tokens.text(&address(path, text)).into_owned()
}

/// A text that may be an address, without its credentials.
fn address(path: &str, text: &str) -> String {
    let is_url = Field::at(path).is_some_and(|field| matches!(field.kind, Kind::Url { .. }));
    match text.rsplit_once('@') {
        // A proxy's address is often written without its scheme.
        Some((_, host)) if is_url && !text.contains("://") => format!("{MASK}@{host}"),
        _ if is_url => mask_urls(text),
        _ => text.to_owned(),
    }
}

/// Masks in problems whatever of these values may be a secret.
pub fn hide_secrets(problems: &mut [Problem], values: &Values) {
    if problems.is_empty() {
        return;
    }
    let redactor = Redactor::of_values(values);
    for problem in problems {
        redactor.redact(&mut problem.message);
        for text in problem.advice.iter_mut().chain(&mut problem.line) {
            redactor.redact(text);
        }
        // A name with a blank in it may be a name and its value.
        if let Some((name, _)) = problem.path.split_once(char::is_whitespace)
            && problem.path.starts_with("headers.")
        {
            problem.path = format!("{name}…");
        }
    }
}
