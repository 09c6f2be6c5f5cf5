//! Builders of arguments with a value, or with a choice of words.

use clap::{Arg, ValueHint, builder::PossibleValuesParser};

/// An argument with a value. The name of the value also decides how a shell completes it.
pub(super) fn valued(id: &str, name: &'static str) -> Arg {
    let hint = match name {
        "FILE" => ValueHint::FilePath,
        "URL" => ValueHint::Url,
        _ => ValueHint::Other,
    };
    Arg::new(id.to_owned()).long(id.to_owned()).value_name(name).value_hint(hint)
}

pub(super) fn choice(id: &'static str, choices: &'static [&'static str]) -> Arg {
    valued(id, "WORD").value_parser(PossibleValuesParser::new(choices))
}
