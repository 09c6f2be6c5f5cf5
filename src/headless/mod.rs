//! Shells without a screen: tail, probe, lint and config.
