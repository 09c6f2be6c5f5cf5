//! Shells without a screen: tail, probe, lint and config.

pub mod config;
pub mod lint;
