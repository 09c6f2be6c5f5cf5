//! Which colours the terminal takes, by the flag and the environment.

use crate::{
    app::Look,
    cli::{ColorChoice, Theme},
};

use super::Options;

/// The look for these options; `environment` gives the value of a variable. `--theme` outranks what the
/// terminal says of itself, and `--color never` outranks both.
pub(super) fn look(options: &Options, environment: impl Fn(&str) -> Option<String>) -> Look {
    match (options.color, options.theme()) {
        (ColorChoice::Never, _) | (_, Theme::Plain) => Look::Plain,
        (_, Theme::Dark) => Look::Dark,
        (_, Theme::Light) => Look::Light,
        (_, Theme::Sixteen) => Look::Sixteen,
        (choice, Theme::Auto) => by_environment(choice, environment),
    }
}

/// Whether the terminal cannot be trusted with more than ASCII: its locale is not UTF-8. One that says
/// nothing of itself mostly can.
pub(super) fn needs_ascii(environment: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name| environment(name).filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        !locale.contains("utf-8") && !locale.contains("utf8")
    })
}

fn by_environment(choice: ColorChoice, environment: impl Fn(&str) -> Option<String>) -> Look {
    let set = |name: &str| environment(name).is_some_and(|value| !value.is_empty());
    let dumb = environment("TERM").is_none_or(|term| term == "dumb");
    match choice {
        ColorChoice::Never => return Look::Plain,
        ColorChoice::Auto if set("NO_COLOR") || dumb => return Look::Plain,
        ColorChoice::Auto | ColorChoice::Always => {}
    }
    let depth = environment("COLORTERM").unwrap_or_default();
    if !depth.contains("truecolor") && !depth.contains("24bit") {
        return Look::Sixteen;
    }
    // The last number is the colour of the ground; 7 and 15 are the light ones.
    let ground = environment("COLORFGBG").unwrap_or_default();
    match ground.rsplit(';').next() {
        Some("7" | "15") => Look::Light,
        _ => Look::Dark,
    }
}

#[cfg(test)]
mod tests {
    use super::{Options, look, needs_ascii};
    use crate::{
        app::Look,
        cli::{ColorChoice, Display, Theme},
    };

    #[test]
    fn a_theme_that_is_asked_for_outranks_the_terminal() {
        let display = Display { theme: Some(Theme::Light), ..Display::default() };
        let options = Options { display, ..Options::default() };
        assert_eq!(look(&options, |_| None), Look::Light);
    }

    #[test]
    fn a_locale_that_is_not_utf8_takes_ascii() {
        let with = |value: &'static str| needs_ascii(move |name| (name == "LANG").then(|| value.to_owned()));
        assert!(with("C") && with("en_US.ISO-8859-1"));
        assert!(!with("C.UTF-8") && !with("de_DE.utf8") && !with(""));
    }

    fn with(choice: ColorChoice, set: &[(&str, &str)]) -> Look {
        look(&Options { color: choice, ..Options::default() }, |name| {
            set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_environment_decides_and_the_flag_outranks_it() {
        let full = [("TERM", "xterm"), ("COLORTERM", "truecolor")];
        assert_eq!(with(ColorChoice::Auto, &full), Look::Dark);
        assert_eq!(with(ColorChoice::Never, &full), Look::Plain);
        assert_eq!(with(ColorChoice::Auto, &[full[0], full[1], ("COLORFGBG", "0;15")]), Look::Light);
        assert_eq!(with(ColorChoice::Auto, &[full[0], full[1], ("NO_COLOR", "1")]), Look::Plain);
        assert_eq!(with(ColorChoice::Always, &[full[0], full[1], ("NO_COLOR", "1")]), Look::Dark);
        assert_eq!(with(ColorChoice::Auto, &[("TERM", "xterm")]), Look::Sixteen);
        assert_eq!(with(ColorChoice::Auto, &[("TERM", "dumb")]), Look::Plain);
    }
}
