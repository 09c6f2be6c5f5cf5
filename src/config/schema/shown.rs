//! Masks secrets in values and problems.

use std::fmt;

use crate::config::{
    interpolate::is_bare,
    secrets::{MASK, Redactor, header_secrets, mask_location, mask_urls},
};

use super::{Field, FieldId, Kind, Problem, Values, is_path, is_secret};

impl Values {
    /// The value at a path with masked secrets, as written in its file. A secret is shown as [`MASK`] unless it is a
    /// bare `${NAME}`; an address is shown without credentials.
    #[must_use]
    pub fn shown(&self, path: &str) -> Option<String> {
        let value = self.get(path)?;
        let text = value.expression.as_ref().unwrap_or(&value.text);
        if is_secret(path) && !text.is_empty() {
            // A variable alone is where the secret is, and none itself.
            let is_elsewhere = value.expression.is_some() && is_bare(text);
            return Some(if is_elsewhere { text.clone() } else { MASK.to_owned() });
        }
        let field = Field::at(path);
        if field.is_some_and(|field| matches!(field.id, FieldId::OpenMessage | FieldId::OpenMessages)) {
            return Some(Redactor::of_values(self).text(text).into_owned());
        }
        Some(self.without_secrets(path, text))
    }

    /// The value at a path with masked secrets, with its variables replaced.
    #[must_use]
    pub fn shown_in_full(&self, path: &str) -> Option<String> {
        let text = &self.get(path)?.text;
        let is_masked = is_secret(path) && !text.is_empty();
        Some(if is_masked { MASK.to_owned() } else { self.without_secrets(path, text) })
    }

    /// A public value with masked parts: an address without credentials and without the secrets of other fields, a
    /// text without possible keys.
    fn without_secrets(&self, path: &str, text: &str) -> String {
        let kind = Field::at(path).map(|field| field.kind);
        match (kind, text.rsplit_once('@')) {
            (Some(Kind::Path), _) if !is_path(text) && !text.is_empty() => MASK.to_owned(),
            (Some(Kind::Url { .. }), login) => {
                let shown = match login {
                    // The address of a proxy is often written without its scheme.
                    Some((_, host)) if !text.contains("://") => format!("{MASK}@{host}"),
                    // A blank does not end an address that stands alone.
                    _ => mask_location(&mask_urls(text)),
                };
                Redactor::of_values(self).text(&shown).into_owned()
            }
            _ => {
                let header = path.strip_prefix("headers.").into_iter();
                let tokens: Redactor = header.flat_map(|name| header_secrets(name, text)).collect();
                tokens.text(text).into_owned()
            }
        }
    }

    /// Whether the value at a path is masked as a whole in an editor: a secret, or the address of a proxy with
    /// credentials.
    #[must_use]
    pub fn hides(&self, path: &str) -> bool {
        let has_login =
            path == FieldId::ProxyUrl.path() && self.get(path).is_some_and(|value| value.text.contains('@'));
        is_secret(path) || has_login
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |path| self.shown(path).unwrap_or_default();
        f.debug_map().entries(self.iter().map(|(path, value)| (path, (shown(path), &value.origin)))).finish()
    }
}

/// Masks secrets of these values in problems.
pub fn hide_secrets(problems: &mut [Problem], values: &Values) {
    if problems.is_empty() {
        return;
    }
    let redactor = Redactor::of_values(values);
    for problem in problems {
        redactor.redact(&mut problem.message);
        for text in problem.advice.iter_mut().chain(&mut problem.line).chain(&mut problem.logged) {
            redactor.redact(text);
        }
        // A name with a space may be a name and its value.
        if let Some((name, _)) = problem.path.split_once(char::is_whitespace)
            && problem.path.starts_with("headers.")
        {
            problem.path = format!("{name}…");
        }
    }
}
