//! Reads the text of the file. What cannot be read is left out and told; the rest holds.

use toml::de::DeTable;

use super::{
    Fault, Preferences,
    fault::allowed,
    keys,
    settings::{Mistake, SETTINGS, mistake},
};

/// The table of keys.
pub(super) const KEYS: &str = "keys";

/// Reads what a person prefers, and finds each fault, in the order of their places.
#[must_use]
pub fn read(text: &str) -> (Preferences, Vec<Fault>) {
    let mut mistakes = Vec::new();
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let byte = error.span().map_or(0, |span| span.start);
        mistakes.push(Mistake { byte, message: error.message().to_owned() });
    }
    let mut preferences = Preferences::default();
    for (name, value) in table.get_ref() {
        let written: &str = name.get_ref();
        let setting = SETTINGS.iter().find(|setting| setting.name == written);
        match (setting, value.get_ref().as_table()) {
            (Some(setting), _) => {
                if let Err(wrong) = (setting.take)(&mut preferences, value) {
                    let message = format!("{written}: {}", wrong.message);
                    mistakes.push(Mistake { message, ..wrong });
                }
            }
            (None, Some(table)) if written == KEYS => {
                preferences.bindings = keys::read(table, &mut mistakes);
            }
            (None, None) if written == KEYS => {
                mistakes.push(mistake(value, "keys: write a table: [keys], and below it follow = \"f\""));
            }
            (None, _) => {
                let names = SETTINGS.iter().map(|setting| setting.name).chain([KEYS]);
                let message = format!("there is no setting \"{written}\"; {}", allowed(written, names));
                mistakes.push(Mistake { byte: name.span().start, message });
            }
        }
    }
    mistakes.sort_by_key(|mistake| mistake.byte);
    // What stands in place of a value that cannot be read is no second mistake.
    mistakes.dedup_by_key(|mistake| mistake.byte);
    let faults = mistakes.into_iter().map(|mistake| Fault::at(text, mistake.byte, mistake.message));
    (preferences, faults.collect())
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::{
        app::{ActionId, Columns, Key, TimeStyle},
        cli::Theme,
    };

    fn faults(text: &str) -> Vec<String> {
        read(text).1.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_set_is_read() {
        let (preferences, faults) = read(
            "theme = \"16\"\ntime = 'age'\ncolumns = ['time', '.p']\ncapture = false\ncompress = 'never'\n\
             ack = 'manual 3'\n[keys]\nfollow = 'F9'\nquit = ['q', 'F10']\nhold = []\n",
        );
        assert_eq!(faults, []);
        assert_eq!((preferences.theme, preferences.time), (Some(Theme::Sixteen), Some(TimeStyle::Age)));
        let columns = ["time", ".p"].map(|word| word.parse().expect("a column"));
        assert_eq!(preferences.columns, Some(Columns::of(columns)));
        assert_eq!(preferences.captures, Some(false));
        assert_eq!(preferences.ack_mode.map(|mode| mode.to_string()).as_deref(), Some("manual 3"));
        let keys = |action| preferences.bindings.of(action);
        assert_eq!(keys(ActionId::Follow), Some(&[Key::f(9)][..]));
        assert_eq!(keys(ActionId::Quit), Some(&[Key::char('q'), Key::f(10)][..]));
        assert_eq!(keys(ActionId::Hold), Some(&[][..]));
        assert_eq!(keys(ActionId::Save), None);
    }

    #[test]
    fn each_fault_has_its_place_what_is_allowed_and_the_nearest() {
        for (text, expected) in [
            (
                "theme = 'drak'",
                "1:9: theme: there is no theme \"drak\"; allowed: auto, dark, light, 16, plain (did you mean \"dark\"?)",
            ),
            (
                "\n  tiem = 'age'",
                "2:3: there is no setting \"tiem\"; allowed: theme, time, columns, capture, compress, ack, notify, keys (did you mean \"time\"?)",
            ),
            ("time = 3", "1:8: time: write a text in quotes, not integer"),
            ("'ä' = 1", "1:1: there is no setting"),
            (
                "columns = ['time', 'siz']",
                "1:20: columns: there is no column \"siz\"; allowed: number, time, delta, way, type, size, delivery, lag (did you mean \"size\"?), or a path such as .price",
            ),
            ("columns = ['time', 'time']", "1:20: columns: the column time is there already"),
            ("columns = ['.a[']", "1:12: columns: "),
            ("columns = 'time'", "1:11: columns: write a list"),
            ("capture = 'no'", "1:11: capture: write true or false"),
            ("notify = 1", "1:10: notify: write true or false"),
            (
                "ack = 'mnaual'",
                "1:7: ack: there is no ack mode \"mnaual\"; there are auto, manual, reject and slow",
            ),
            ("keys = 1", "1:8: keys: write a table"),
            (
                "[keys]\nfolow = 'f'",
                "2:1: there is no action \"folow\" (did you mean \"follow\"?); `sockeye preferences --actions` lists them",
            ),
            ("[keys]\nfollow = ['f', 'hyper+x']", "2:16: follow: \"hyper+x\": it is no key"),
            ("[keys]\nfollow = \"\\u0007\"", "2:10: follow: \"\u{7}\": it prints nothing"),
            (
                "[keys]\nsend-line = 'a'",
                "2:13: send-line: a is written there; allowed: enter, tab, F1 to F24, and keys with ctrl or alt",
            ),
            ("[keys]\nfollow = 'p'", "2:10: follow: p is the key of hold; give that one another key first"),
            ("[keys]\nfollow = 'F9'\nhold = 'F9'", "3:8: hold: F9 is the key of follow"),
            ("[keys]\nquit = 'f'", "2:8: quit: f is the key of follow"),
            ("[keys]\nquit-at-once = []", "2:16: quit-at-once: it needs a key"),
        ] {
            let faults = faults(text);
            assert!(faults.len() == 1 && faults[0].starts_with(expected), "{text}: {faults:?}");
        }
    }

    #[test]
    fn the_rest_of_a_broken_file_holds() {
        let (preferences, faults) =
            read("theme = 'light'\ntime = \ncompress = 'nevr'\n[keys]\nfollow = 'F9'\n");
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert_eq!(preferences.theme, Some(Theme::Light));
        assert!(preferences.bindings.of(ActionId::Follow).is_some());
    }

    #[test]
    fn two_actions_can_change_their_keys() {
        let (preferences, faults) = read("[keys]\nfollow = 'p'\nhold = 'f'\n");
        assert_eq!(faults, []);
        assert_eq!(preferences.bindings.of(ActionId::Hold), Some(&[Key::char('f')][..]));
    }

    #[test]
    fn no_text_is_so_broken_that_it_stops_the_reading() {
        for text in ["[", "= = =", "[[keys]]", "a.b.c = ", "\u{feff}theme = 'dark'", "'''", "[keys]\n'' = 1"]
        {
            drop(read(text));
        }
    }
}
