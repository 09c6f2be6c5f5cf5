//! The commands without a screen: `tail`, `check`, `compare`, `send`, `run`, `probe`, `lint`, `config`, `serve`, `sql`, `export` and
//! `bundle`.

pub mod bundle;
mod capture;
pub mod check;
pub mod compare;
pub mod config;
mod dead_letters;
pub mod export;
mod gate;
pub mod lint;
pub(crate) mod metrics;
mod narrator;
mod of_capture;
mod outcome;
pub mod paths;
mod printer;
pub mod probe;
pub mod profiles;
mod progress;
mod renewal;
mod repeats;
mod rewriting;
pub mod run;
pub mod send;
pub mod serve;
pub(crate) mod shapes_file;
mod signals;
mod sink;
pub mod sql;
mod status_lines;
pub mod tail;
mod talk;
mod unread;
