//! Which colours the terminal takes, told by the flag and the environment.

use crate::{app::Look, cli::ColorChoice};

/// The look for this choice; `environment` gives the value of a variable.
pub(super) fn look(choice: ColorChoice, environment: impl Fn(&str) -> Option<String>) -> Look {
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
    use super::look;
    use crate::{app::Look, cli::ColorChoice};

    fn with(choice: ColorChoice, set: &[(&str, &str)]) -> Look {
        look(choice, |name| {
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
