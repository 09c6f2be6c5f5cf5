//! The lines of the form: groups, their fields, and the entries of lists and maps.

use crate::config::{FIELDS, Field, FieldId, Kind, Values, all_fields};

/// The headings, and the first part of the paths below each.
const GROUPS: &[(&str, &[&str])] = &[
    (
        "CONNECTION",
        &[
            "url",
            "proxy_url",
            "headers",
            "open_message",
            "open_messages",
            "open_message_type",
            "max_message_size",
            "auto_replay_nacks",
            "connection",
        ],
    ),
    ("TLS", &["tls"]),
    ("AUTHENTICATION", &["basic_auth", "jwt", "oauth"]),
    ("BEYOND THE PIPELINE (no engine has these)", &["beyond"]),
];

/// One line of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormLine {
    Heading(&'static str),
    /// A field under its own path.
    Field(FieldId),
    /// An entry of a list or map, or a field of one of its objects.
    Entry {
        id: FieldId,
        path: String,
    },
    /// What is to be said of the line above it, whose text is being edited.
    Verdict,
}

/// Which fields are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Listed {
    #[default]
    All,
    /// Those whose value is not the default.
    Set,
    /// Those whose value is in no file: edited since they began, or since they were written.
    Changed,
}

/// How much of the list is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sight {
    /// In lines.
    pub height: u16,
    /// Whether groups have lines of their own; otherwise each field has its whole path.
    pub has_headings: bool,
}

impl FormLine {
    /// The path of its value; `None` for a heading or a verdict.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Heading(_) | Self::Verdict => None,
            Self::Field(id) => Some(id.path()),
            Self::Entry { path, .. } => Some(path),
        }
    }

    /// The row of its field.
    pub fn field(&self) -> Option<&'static Field> {
        match self {
            Self::Heading(_) | Self::Verdict => None,
            Self::Field(id) | Self::Entry { id, .. } => Some(id.field()),
        }
    }

    /// What it is called in its place: the group's name is left out where it stands above.
    pub fn label(&self, has_headings: bool) -> String {
        match self {
            Self::Heading(heading) => (*heading).to_owned(),
            Self::Verdict => String::new(),
            Self::Field(id) if !has_headings => id.path().to_owned(),
            Self::Field(id) => {
                let path = id.path();
                path.strip_prefix("tls.")
                    .or_else(|| path.strip_prefix("connection."))
                    .or_else(|| path.strip_prefix("beyond."))
                    .unwrap_or(path)
                    .to_owned()
            }
            Self::Entry { id, path } if id.field().kind == Kind::ObjectList => {
                let nth = path.rsplit('.').next().and_then(|index| index.parse::<usize>().ok());
                format!("  certificate {}", nth.map_or(1, |nth| nth + 1))
            }
            Self::Entry { id, path } if id.path().contains("[]") => {
                format!("    {}", path.rsplit('.').next().unwrap_or_default())
            }
            Self::Entry { id, path } => {
                let list = id.path().split("[]").next().unwrap_or_default();
                format!("  {}", path.strip_prefix(list).unwrap_or(path).trim_start_matches('.'))
            }
        }
    }
}

/// Every line, in the order of the catalogue within its group.
pub fn lines(values: &Values) -> Vec<FormLine> {
    let mut lines = Vec::new();
    for (heading, parts) in GROUPS {
        lines.push(FormLine::Heading(heading));
        for part in *parts {
            let of_part = |field: &&Field| field.path.split('.').next() == Some(*part);
            for field in all_fields().filter(of_part) {
                if field.kind == Kind::Group || field.path.contains("[]") {
                    continue;
                }
                lines.push(FormLine::Field(field.id));
                entries(values, field, &mut lines);
            }
        }
    }
    lines
}

fn entries(values: &Values, field: &Field, lines: &mut Vec<FormLine>) {
    match field.kind {
        Kind::TextMap | Kind::AnyMap | Kind::TextList => {
            let entries = values.entries(field.id).into_iter();
            let entry = |(name, _)| FormLine::Entry { id: field.id, path: format!("{}.{name}", field.path) };
            lines.extend(entries.map(entry));
        }
        Kind::ObjectList => {
            let mut indices: Vec<_> = values
                .entries(field.id)
                .into_iter()
                .filter_map(|(name, _)| name.split('.').next().map(str::to_owned))
                .collect();
            indices.dedup();
            let prefix = format!("{}[].", field.path);
            for index in indices {
                lines.push(FormLine::Entry { id: field.id, path: format!("{}.{index}", field.path) });
                for child in &FIELDS {
                    if let Some(leaf) = child.path.strip_prefix(&prefix) {
                        let path = format!("{}.{index}.{leaf}", field.path);
                        lines.push(FormLine::Entry { id: child.id, path });
                    }
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{FormLine, lines};
    use crate::config::{Kind, Origin, Values, all_fields};

    #[test]
    fn every_field_has_a_line_or_stands_within_one() {
        let mut values = Values::default();
        values.set("tls.client_certs.0.cert_file", "a.pem", Origin::Form);
        let lines = lines(&values);
        for field in all_fields().filter(|field| field.kind != Kind::Group) {
            let found = lines.iter().any(|line| line.field().is_some_and(|own| own.id == field.id));
            assert!(found, "{}", field.path);
        }
    }

    #[test]
    fn entries_stand_below_their_field() {
        let mut values = Values::default();
        values.set("headers.X-Key", "k", Origin::Form);
        values.set("open_messages.0", "hello", Origin::Form);
        let lines = lines(&values);
        let at = |path: &str| lines.iter().position(|line| line.path() == Some(path)).expect("it has a line");
        assert_eq!(at("headers.X-Key"), at("headers") + 1);
        assert_eq!(at("open_messages.0"), at("open_messages") + 1);
        assert_eq!(lines[at("headers.X-Key")].label(true), "  X-Key");
        assert!(matches!(lines[0], FormLine::Heading("CONNECTION")));
    }
}
