//! Which kind of line a text is.

use super::{browser, command, imported::Imported, request};

/// Whether a text is YAML, rather than an address or a command line.
#[must_use]
pub fn is_yaml(text: &str) -> bool {
    let lines =
        || text.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let is_key = |line: &str| {
        line.split_once(':').is_some_and(|(key, rest)| {
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            key.trim_start_matches("- ").chars().all(is_name) && (rest.is_empty() || rest.starts_with(' '))
        })
    };
    lines().next().is_some_and(|line| is_key(line) || line.starts_with('{'))
}

/// Imports an address, a command line, code that a browser copied, or a request.
///
/// # Errors
///
/// The text is incomplete or of an unknown kind.
pub fn import(text: &str) -> Result<Imported, String> {
    let mut imported = of_any_kind(text)?;
    imported.name_placeholders();
    Ok(imported)
}

/// Imports the request of an exchange that a browser or a proxy has recorded.
///
/// # Errors
///
/// Its address is none of a websocket.
pub fn import_exchange<'h>(
    url: &str,
    headers: impl Iterator<Item = (&'h str, &'h str)>,
) -> Result<Imported, String> {
    let mut imported = Imported::default();
    for (name, value) in headers {
        imported.header(name, value);
    }
    imported.to(url)?;
    Ok(imported)
}

fn of_any_kind(text: &str) -> Result<Imported, String> {
    let text = ["$ ", "% ", "> "].iter().fold(text.trim(), |text, prompt| text.trim_start_matches(prompt));
    if text.is_empty() {
        return Err("enter an address such as wss://feed.example/ticks".to_owned());
    }
    if let Some(imported) = browser::import(text).or_else(|| request::import(text)) {
        return imported;
    }
    if let Some(imported) = command::import(text)? {
        return Ok(imported);
    }
    let bare = text.trim_matches(['"', '\'', '`', '<', '>', '\u{201c}', '\u{201d}']);
    if !bare.contains(char::is_whitespace) {
        let mut imported = Imported::default();
        imported.to(bare)?;
        return Ok(imported);
    }
    Err("this is not an address, a command line of curl or its like, a fetch, a request, HAR or YAML"
        .to_owned())
}

#[cfg(test)]
mod tests;
