//! Makes types with hand-written arguments usable as parts of derived commands.

use std::fmt;

use clap::{ArgMatches, Error, error::ErrorKind};

use super::ack_mode::{ack_mode, add_ack_mode, has_ack_mode};
use crate::ack::AckMode;

/// Implements clap's traits for a type by a function that adds its arguments and one that reads them.
macro_rules! flattened {
    ($type:ty, $add:expr, $read:expr) => {
        impl clap::FromArgMatches for $type {
            fn from_arg_matches(matches: &clap::ArgMatches) -> Result<Self, clap::Error> {
                $read(matches)
            }

            fn update_from_arg_matches(&mut self, matches: &clap::ArgMatches) -> Result<(), clap::Error> {
                *self = $read(matches)?;
                Ok(())
            }
        }

        impl clap::Args for $type {
            fn augment_args(command: clap::Command) -> clap::Command {
                $add(command)
            }

            fn augment_args_for_update(command: clap::Command) -> clap::Command {
                $add(command)
            }
        }
    };
}
pub(super) use flattened;

/// The ack mode of a command with a screen, where messages can also be acknowledged manually; `None` without a flag of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScreenAckMode(pub Option<AckMode>);

flattened!(ScreenAckMode, |command| add_ack_mode(command, true), |matches| {
    if has_ack_mode(matches) { parse_ack_mode(matches).map(|mode| Self(Some(mode))) } else { Ok(Self(None)) }
});
flattened!(AckMode, |command| add_ack_mode(command, false), parse_ack_mode);

fn parse_ack_mode(matches: &ArgMatches) -> Result<AckMode, Error> {
    ack_mode(matches).map_err(invalid_value)
}

pub(super) fn invalid_value(message: impl fmt::Display) -> Error {
    Error::raw(ErrorKind::ValueValidation, message)
}
