//! A text in which secrets are variables, as the languages write it.

/// A text in which secrets stand as variables of the environment.
pub(super) struct Text(pub(super) Vec<Piece>);

pub(super) enum Piece {
    Plain(String),
    Variable(String),
}

impl Text {
    pub(super) fn plain(text: &str) -> Self {
        Self(vec![Piece::Plain(text.to_owned())])
    }

    /// Puts a variable in place of the first piece of plain text that is the secret; whether there was one.
    pub(super) fn replace(&mut self, secret: &str, variable: &str) -> bool {
        let found = self.0.iter().enumerate().find_map(|(nth, piece)| match piece {
            Piece::Plain(text) => text.find(secret).map(|at| (nth, at)),
            Piece::Variable(_) => None,
        });
        let Some((nth, at)) = found else { return false };
        if let Piece::Plain(text) = self.0.remove(nth) {
            let (before, behind) = (text[..at].to_owned(), text[at + secret.len()..].to_owned());
            let pieces = [Piece::Plain(before), Piece::Variable(variable.to_owned()), Piece::Plain(behind)];
            self.0.splice(nth..nth, pieces);
        }
        true
    }

    /// With a text before it.
    pub(super) fn behind(&self, before: &str) -> Self {
        let mut pieces = vec![Piece::Plain(before.to_owned())];
        for piece in &self.0 {
            match (piece, pieces.last_mut()) {
                (Piece::Plain(text), Some(Piece::Plain(last))) => last.push_str(text),
                (Piece::Plain(text), _) => pieces.push(Piece::Plain(text.clone())),
                (Piece::Variable(name), _) => pieces.push(Piece::Variable(name.clone())),
            }
        }
        Self(pieces)
    }

    /// A word of a POSIX shell.
    pub(super) fn shell(&self) -> String {
        let word = |piece: &Piece| match piece {
            Piece::Plain(text) if text.is_empty() => String::new(),
            Piece::Plain(text) => format!("'{}'", text.replace('\'', r"'\''")),
            Piece::Variable(name) => format!("\"${name}\""),
        };
        let text: String = self.0.iter().map(word).collect();
        if text.is_empty() { "''".to_owned() } else { text }
    }

    /// An expression of a language with strings in double quotes.
    pub(super) fn expression(&self, variable: &str) -> String {
        let part = |piece: &Piece| match piece {
            Piece::Plain(text) if text.is_empty() => None,
            // The escapes of JSON are also those of Go and Python.
            Piece::Plain(text) => Some(serde_json::Value::from(text.as_str()).to_string()),
            Piece::Variable(name) => Some(variable.replace("NAME", name)),
        };
        let parts: Vec<_> = self.0.iter().filter_map(part).collect();
        if parts.is_empty() { "\"\"".to_owned() } else { parts.join(" + ") }
    }
}
