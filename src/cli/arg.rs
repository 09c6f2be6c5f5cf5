//! The shapes of arguments: with a value, as a switch, as a choice of words.

use clap::{Arg, ArgAction, builder::PossibleValuesParser};

pub(super) fn valued(id: &str, name: &'static str) -> Arg {
    Arg::new(id.to_owned()).long(id.to_owned()).value_name(name)
}

pub(super) fn switch(id: &str) -> Arg {
    Arg::new(id.to_owned()).long(id.to_owned()).action(ArgAction::SetTrue)
}

pub(super) fn choice(id: &'static str, choices: &'static [&'static str]) -> Arg {
    Arg::new(id).long(id).value_name("WORD").value_parser(PossibleValuesParser::new(choices))
}
