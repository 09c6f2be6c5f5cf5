//! Keeps a secret that is new out of the file: a variable stands there in its place.

use crate::config::{
    schema::{Field, FieldValue, Kind, Origin, Values},
    secrets::address_secrets,
    yaml::dynamic_value,
};

use super::changes::Change;

/// A variable that stands in the file for a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    pub name: String,
    pub path: String,
    /// What it has to be set to.
    pub value: String,
}

/// Puts variables in the place of the secrets that the file does not hold yet.
pub(super) fn keep_secrets(
    changes: &mut [Change],
    base: &Values,
    wanted: &Values,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Vec<Variable> {
    let mut keeper = Keeper { base, wanted, environment, variables: Vec::new() };
    for change in changes {
        let own = change.path();
        match change {
            Change::Set { value, .. } => keeper.keep(&own, value),
            Change::Insert { item, .. } => {
                for (leaf, value) in item {
                    keeper.keep(&if leaf.is_empty() { own.clone() } else { format!("{own}.{leaf}") }, value);
                }
            }
            Change::Remove { .. } | Change::Rename { .. } | Change::Cut { .. } => {}
        }
    }
    keeper.variables
}

/// The values with a variable in the place of each secret, for a new file.
#[must_use]
pub fn with_variables(values: &Values, environment: &dyn Fn(&str) -> Option<String>) -> Values {
    let nothing = Values::default();
    let mut keeper = Keeper { base: &nothing, wanted: values, environment, variables: Vec::new() };
    let mut kept = values.clone();
    for (path, value) in values.iter() {
        let mut value = value.clone();
        keeper.keep(path, &mut value);
        kept.put(path.to_owned(), value);
    }
    kept
}

struct Keeper<'a> {
    base: &'a Values,
    wanted: &'a Values,
    environment: &'a dyn Fn(&str) -> Option<String>,
    variables: Vec<Variable>,
}

impl Keeper<'_> {
    fn keep(&mut self, path: &str, value: &mut FieldValue) {
        let kind = Field::at(path).map(|field| field.kind);
        let is_elsewhere = value.expression.is_some() || matches!(value.origin, Origin::Environment(_));
        if is_elsewhere || value.text.is_empty() {
            return;
        }
        if !self.wanted.hides(path) {
            if matches!(kind, Some(Kind::Url { .. })) && !value.text.contains("${") {
                self.keep_pieces(path, value);
            }
            return;
        }
        let is_known =
            self.base.iter().any(|(_, known)| known.expression.is_none() && known.text == value.text);
        if is_known {
            return;
        }
        let typed = dynamic_value::typed(&value.text).ok().filter(|_| kind == Some(Kind::AnyMap));
        let text = typed.as_ref().and_then(serde_json::Value::as_str);
        let name = self.variable(path, text.unwrap_or(&value.text));
        value.expression = Some(match text {
            // Quotes keep it a text.
            Some(text) if text.contains(['"', '\\']) => format!("'${{{name}}}'"),
            Some(_) => format!("\"${{{name}}}\""),
            None => format!("${{{name}}}"),
        });
    }

    /// The login and the tokens in an address.
    fn keep_pieces(&mut self, path: &str, value: &mut FieldValue) {
        let known: Vec<&str> = self.base.iter().map(|(_, known)| known.text.as_str()).collect();
        let pieces: Vec<String> = address_secrets(&value.text)
            .into_iter()
            .map(|piece| piece.expose().to_owned())
            .filter(|piece| !piece.is_empty() && !known.iter().any(|text| text.contains(piece.as_str())))
            .collect();
        let mut expression = value.text.clone();
        for piece in pieces {
            if expression.contains(&piece) {
                let name = self.variable(&format!("{path}_secret"), &piece);
                expression = expression.replace(&piece, &format!("${{{name}}}"));
            }
        }
        if expression != value.text {
            value.expression = Some(expression);
        }
    }

    /// A name that is free, or that has this value already.
    fn variable(&mut self, path: &str, value: &str) -> String {
        let sign = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
        let stem: String = path.chars().map(sign).collect();
        let names = std::iter::once(stem.clone()).chain((2..100).map(|nth| format!("{stem}_{nth}")));
        let is_free = |name: &String| {
            let own = self.variables.iter().find(|variable| variable.name == *name);
            let set = (self.environment)(name);
            own.is_none_or(|own| own.value == value) && set.is_none_or(|set| set == value)
        };
        let name = names.into_iter().find(is_free).unwrap_or(stem);
        let variable = Variable {
            name: name.clone(),
            path: path.trim_end_matches("_secret").to_owned(),
            value: value.to_owned(),
        };
        self.variables.push(variable);
        name
    }
}
