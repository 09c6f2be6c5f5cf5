//! What Go 1.26.8 said of thousands of chains, recorded from Go itself.
mod judgements;
mod scenes;
mod verdicts;
