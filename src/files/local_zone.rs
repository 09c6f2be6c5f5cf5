//! The zone of the machine, for times of the day.

use std::{env, fs};

use jiff::tz::TimeZone;

/// Where Unix keeps the rules of the zone of the machine (`tzfile(5)`, `localtime(5)`).
const RULES: &str = "/etc/localtime";

/// The zone of this machine, or UTC if it is not known.
///
/// It is read from its rules where they are kept, without its name: to look up a name, a folder of several hundred
/// files is read, which takes longer than the rest of a start.
#[must_use]
pub fn local_zone() -> TimeZone {
    let rules = || TimeZone::tzif("Local", &fs::read(RULES).ok()?).ok();
    match env::var_os("TZ") {
        None => rules().unwrap_or_else(TimeZone::system),
        Some(_) => TimeZone::system(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn the_rules_of_the_machine_tell_the_time_that_its_name_tells() {
        for seconds in [0, 1_700_000_000, 1_750_000_000, 4_000_000_000] {
            let at = Timestamp::from_second(seconds).expect("it is in range");
            assert_eq!(local_zone().to_datetime(at), TimeZone::system().to_datetime(at), "{at}");
        }
    }
}
