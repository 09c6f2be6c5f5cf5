//! The file as it may begin: every setting with what it does, each commented out.

use std::fmt::Write as _;

use super::settings::SETTINGS;

const HEAD: &str = "\
# How you want the screen of Sockeye. This file is yours: Sockeye only reads it.
# `sockeye paths` says where it goes, `sockeye preferences --check` finds what is wrong with it.
# A flag of the command line outranks each line. The lines below are what holds without them.
";

const KEYS: &str = "
# The keys of actions, in place of those they have; `sockeye preferences --actions` lists the actions.
# A key is written as the help shows it: \"j\", \"G\", \"space\", \"enter\", \"F5\", \"up\", \"ctrl+d\", \"alt+e\",
# \"shift+tab\". Several are a list, and [] is none. No key can mean two things in one place.
[keys]
# follow = \"f\"
# hold = \"p\"
# quit = [\"q\", \"F10\"]
";

/// The template of the file.
pub(super) fn template() -> String {
    let mut text = HEAD.to_owned();
    for setting in SETTINGS {
        let doc = setting.doc.replace('\n', "\n# ");
        // Writing to a String does not fail.
        let _ = write!(text, "\n# {doc}\n# {} = {}\n", setting.name, setting.default);
    }
    text + KEYS
}

#[cfg(test)]
mod tests {
    use super::template;
    use crate::{app::Columns, preferences::read};

    #[test]
    fn the_template_and_each_of_its_lines_are_without_fault_and_change_nothing() {
        assert_eq!(read(&template()).1, []);
        let is_setting = |line: &str| line.contains(" = ") && !line.contains(". ");
        let bare = |line: &str| match line.strip_prefix("# ") {
            Some(setting) if is_setting(setting) => setting.to_owned(),
            _ => line.to_owned(),
        };
        let text: Vec<_> = template().lines().map(bare).collect();
        let (preferences, faults) = read(&text.join("\n"));
        assert_eq!(faults, []);
        assert_eq!(preferences.theme, Some(crate::cli::Theme::Auto));
        assert_eq!(preferences.time, Some(crate::app::TimeStyle::Clock));
        assert_eq!(preferences.columns, Some(Columns::default()));
        assert_eq!(preferences.captures, Some(true));
        assert_eq!(preferences.compress, Some(crate::store::Compress::Auto));
        assert_eq!(preferences.ack_mode.map(|mode| mode.to_string()).as_deref(), Some("auto"));
    }
}
