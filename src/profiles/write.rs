//! Writes the TOML of a profile.

use std::fmt::Write as _;

use super::profile::{Entry, Profile};

/// The text of a file that reads as this profile, behind a comment for each of `notes`.
pub(super) fn text(profile: &Profile, notes: &[String]) -> String {
    // Writing to a string cannot fail, here and below.
    let mut text = String::new();
    for note in notes {
        let _ = writeln!(text, "# {}", note.replace(char::is_control, " "));
    }
    lines(&profile.entries, &mut text);
    for (name, entries) in &profile.environments {
        let _ = writeln!(text, "\n[env.{}]", key(name));
        lines(entries, &mut text);
    }
    text
}

fn lines(entries: &[Entry], text: &mut String) {
    for entry in entries {
        let path: Vec<_> = entry.path.split('.').map(key).collect();
        let _ = writeln!(text, "{} = {}", path.join("."), quoted(&entry.text));
    }
}

fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.is_empty() && name.chars().all(is_bare) { name.to_owned() } else { quoted(name) }
}

/// A basic string. The escapes of JSON are among those of TOML, which escapes one character more.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use super::{super::read::read, *};

    #[test]
    fn what_is_written_reads_as_it_was() {
        let entry =
            |path: &str, text: &str, line| Entry { path: path.to_owned(), text: text.to_owned(), line };
        let profile = Profile {
            entries: vec![
                entry("url", "wss://feed.example/?a=\"b\"", 2),
                entry("headers.X Y.Z", "a\\b\n\u{7f}\u{1}", 3),
                entry("open_messages.0", "ü", 4),
            ],
            environments: vec![("a b".to_owned(), vec![entry("url", "${URL}", 7)])],
        };
        let text = text(&profile, &["a note".to_owned()]);
        assert!(text.starts_with("# a note\nurl = "), "{text}");
        assert_eq!(read(&text).map_err(|mistake| mistake.message), Ok(profile));
    }

    #[test]
    fn tables_lists_switches_and_numbers_are_read_too() {
        let text = "url = 'ws://h'\nopen_messages = ['a', 'b']\n[tls]\nenabled = true\n[connection]\nmax_retries = 3\n";
        let profile = read(text).map_err(|mistake| mistake.message).expect("it is one");
        let all: Vec<_> =
            profile.entries.iter().map(|entry| (entry.path.as_str(), entry.text.as_str())).collect();
        assert_eq!(
            all,
            [
                ("url", "ws://h"),
                ("open_messages.0", "a"),
                ("open_messages.1", "b"),
                ("tls.enabled", "true"),
                ("connection.max_retries", "3"),
            ]
        );
        let mistake = read("url = 1.5\n").expect_err("it is none");
        assert_eq!((mistake.byte, mistake.message.starts_with("url: write a text")), (0, true));
    }
}
