//! The values of a connection as a profile keeps them: no secret, only where each is.

use crate::{
    config::{Dialect, MASK, Origin, Values, escape},
    profiles::{DIALECT, Entry},
};

/// What a profile keeps of values, and a note on each that it does not.
#[must_use]
pub fn kept(values: &Values) -> (Vec<Entry>, Vec<String>) {
    let (mut entries, mut notes) = (Vec::new(), Vec::new());
    for (path, value) in values.iter() {
        let variable = |end: &str| {
            format!("${{{}{end}}}", path.replace(|c: char| !c.is_ascii_alphanumeric(), "_").to_uppercase())
        };
        let shown = values.shown_in_full(path).unwrap_or_default();
        let text = match (values.reference(path), &value.expression, &value.origin) {
            (Some(reference), ..) => reference.to_owned(),
            (_, Some(expression), _) => expression.clone(),
            (_, _, Origin::Environment(name)) => format!("${{{name}}}"),
            _ if shown == MASK => {
                notes.push(format!(
                    "{path} is a secret and not kept: write \"{}\", \"@FILE\" or \"cmd:COMMAND\"",
                    variable("")
                ));
                continue;
            }
            _ if shown.contains(MASK) => {
                let variable = variable("_SECRET");
                notes.push(format!("a part of {path} is a secret: {variable} stands for it"));
                let parts: Vec<_> = shown.split(MASK).map(escape).collect();
                parts.join(&variable)
            }
            _ => escape(&value.text),
        };
        entries.push(Entry { path: path.to_owned(), text, line: 0 });
    }
    if values.options.dialect != Dialect::default() {
        let text = values.options.dialect.word().to_owned();
        entries.push(Entry { path: DIALECT.to_owned(), text, line: 0 });
    }
    (entries, notes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::FieldValue;

    #[test]
    fn a_profile_keeps_where_secrets_are_and_never_a_secret() {
        let mut values = Values::default();
        for (path, text) in [
            ("url", "wss://feed.example/?a=1&token=hunter2"),
            ("open_message", "${literal}"),
            ("basic_auth.password", "hunter3"),
            ("proxy_url", "http://me:hunter4@proxy:3128"),
            ("beyond.bearer", "hunter5"),
            ("beyond.query_key.appid", "hunter6"),
        ] {
            values.set(path, text, Origin::Flag);
        }
        values.note_reference("beyond.bearer", "cmd:pass show feed");
        let expression = Some("${KEY}".to_owned());
        let header = FieldValue { text: "hunter7".to_owned(), origin: Origin::Form, expression };
        values.put("headers.X-Key".to_owned(), header);
        let (entries, notes) = kept(&values);
        let all: Vec<_> = entries.iter().map(|entry| (entry.path.as_str(), entry.text.as_str())).collect();
        assert_eq!(
            all,
            [
                ("url", "wss://feed.example/?a=1&token=${URL_SECRET}"),
                ("open_message", "${{literal}}"),
                ("proxy_url", "http://${PROXY_URL_SECRET}@proxy:3128"),
                ("beyond.bearer", "cmd:pass show feed"),
                ("headers.X-Key", "${KEY}"),
            ]
        );
        assert_eq!(notes.len(), 4, "{notes:?}");
        assert!(!notes.concat().contains("hunter"), "{notes:?}");
    }

    #[test]
    fn a_reference_holds_only_as_long_as_the_value_is_what_it_gave() {
        let mut values = Values::default();
        values.set("beyond.bearer", "one", Origin::Flag);
        values.note_reference("beyond.bearer", "env:TOKEN");
        values.set("beyond.bearer", "other", Origin::Form);
        assert_eq!(values.reference("beyond.bearer"), None);
        assert_eq!(kept(&values).0, []);
    }
}
