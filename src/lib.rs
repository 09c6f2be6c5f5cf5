//! Sockeye: a terminal inspector and debugger for websocket feeds.
//!
//! A session is a stream of events. The engine writes the stream; the screen and the printer
//! fold it. Everything a person can set is one row in a table of fields; everything they can
//! do is one row in a table of actions; everything that can be wrong is one row in a table of
//! findings.
//!
//! ```text
//!        +---------------------- commands ----------------------+
//!        v                                                      |
//!   +---------+                events              +------------+-----------+
//!   | engine  | ---------------------------------> | tui:  app -> view      |  <--- keys
//!   +---------+                         |          +------------------------+
//!        |                              |
//!        v                              +--------> headless: the same stream, as lines
//!   net (stages)
//! ```
//!
//! # Floors
//!
//! A room imports only from floors below it, and `tests/layers.rs` holds it to that.
//!
//! ```text
//! floor 7   main
//! floor 6   tui
//! floor 5   headless     view        reference
//! floor 4   engine       serve       app
//! floor 3   net          diagnose    filter
//! floor 2   session      auth        cli
//! floor 1   config       payload     wire
//! ```
//!
//! # Invariants
//!
//! 1. *Invariant:* arrows run down (`tests/layers.rs`).
//! 2. *Invariant:* the engine knows no screen, the app knows no engine; they share the
//!    vocabulary in [`session`].
//! 3. *Invariant:* decisions are pure: `config`, `auth`, `payload`, `filter`, `diagnose`, the
//!    engine's machine, ledger and retry, and all of `app` take time and randomness as arguments.
//! 4. *Invariant:* the screen's state changes in one place, `app::update`; drawing takes `&App`.
//! 5. *Invariant:* one event stream, several readers: what the screen shows and what the
//!    printer prints come from the same [`session::Event`]s.
//! 6. *Invariant:* every queue has a bound; overload becomes back-pressure on the socket, never
//!    memory, and it is visible.
//! 7. *Invariant:* causes are never dropped: a failure carries its stage, its source and the
//!    fields to look at.
//! 8. *Invariant:* secrets do not print; they live in [`config::Secret`].
//! 9. *Invariant:* payloads are data: bytes from outside reach the terminal only through
//!    [`payload`], control characters made visible.
//! 10. *Invariant:* the terminal is always given back: on return, on error, on panic, on signal.

pub mod app;
pub mod auth;
pub mod cli;
pub mod config;
pub mod diagnose;
pub mod engine;
pub mod filter;
pub mod headless;
pub mod logging;
pub mod net;
pub mod payload;
pub mod reference;
pub mod serve;
pub mod session;
pub mod tui;
pub mod view;
pub mod wire;
