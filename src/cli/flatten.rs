//! Arguments that are made and read by hand, as parts of commands that are derived.

use std::fmt;

use clap::{ArgMatches, Error, error::ErrorKind};

use super::ack_mode::{ack_mode, with_ack_mode};
use crate::ack::AckMode;

/// Lets a type stand in a derived command: by what adds its arguments, and what reads them.
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

/// How messages are answered where there is a screen, on which it can be done by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScreenAckMode(pub AckMode);

flattened!(ScreenAckMode, |command| with_ack_mode(command, true), |matches| answers(matches).map(Self));
flattened!(AckMode, |command| with_ack_mode(command, false), answers);

fn answers(matches: &ArgMatches) -> Result<AckMode, Error> {
    ack_mode(matches).map_err(wrong)
}

/// An error in the value of an argument.
pub(super) fn wrong(message: impl fmt::Display) -> Error {
    Error::raw(ErrorKind::ValueValidation, message)
}
