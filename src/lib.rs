//! Sockeye: a terminal inspector and debugger for websocket feeds.
//!
//! A session is a stream of events. The engine writes the stream; the screen, the printer and the
//! recorder fold it. Everything a person can set is one row in a table of fields; everything they can
//! do is one row in a table of actions; everything that can be wrong is one row in a table of
//! findings.
//!
//! ```text
//!        +---------------------- commands ----------------------+
//!        v                                                      |
//!   +---------+   events   +----------+   events   +------------+-----------+
//!   | engine  | ---------> | recorder | ---------> | tui:  app -> view      |  <--- keys
//!   +---------+            +----------+     |      +------------------------+
//!        |                      |           |               ^
//!        v                      v           |               | pages, scans
//!   net (stages)           SQLite file -----|---------------+
//!                                           +----> headless: the same stream, as lines
//! ```
//!
//! A program of your own can use the engine without the rest: `examples/count_messages.rs` opens a session and
//! counts what it brings.
//!
//! # Floors
//!
//! A room imports only from floors below it; `tests/layers.rs` holds each to its row of a table.
//!
//! ```text
//! floor 10  main
//! floor 9   tui
//! floor 8   headless     view        reference    preferences
//! floor 7   engine       app         cli         archive
//! floor 6   net          store       export      diagnose
//! floor 5   auth         schema      delivery    describe    send        stats
//! floor 4   session
//! floor 3   ack
//! floor 2   filter       config
//! floor 1   go_verdict   payload     serve       logging     profiles
//! ground    keys   go_offer   files   wire   signals
//! ```
//!
//! | Room | What stands there |
//! |---|---|
//! | [`keys`] | certificates and private keys, out of PEM text and PKCS#12 |
//! | [`go_offer`] | what Go's TLS client offers, for a connection made with rustls: suites, groups, keys |
//! | [`go_verdict`] | what a pipeline makes of a server's TLS: certificates, chains, bytes on the wire, client certificates |
//! | [`files`] | creates files and folders that only their owner can access |
//! | [`signals`] | the signals that ask the program to end |
//! | [`config`] | what can be set: the field table, values with their origin, the lint, typed settings |
//! | [`wire`] | RFC 6455 over bytes: frames to messages and back |
//! | [`payload`] | decides once what a message holds, and makes it printable; text, sizes and times for people |
//! | [`filter`] | the filter language: words, keys, jq |
//! | [`serve`] | loopback servers: the demo feed and an echo server |
//! | [`logging`] | the program's own log file |
//! | [`ack`] | the ack modes: how delivered messages are answered |
//! | [`session`] | a session as data: events, commands, stages, findings |
//! | [`schema`] | events as JSON Lines, and back |
//! | [`delivery`] | plays the rest of the pipeline: deliveries, acks, redeliveries, and the back-pressure that follows |
//! | [`send`] | what a person sends: messages as they are written, variables, scripts |
//! | [`stats`] | what a feed does over time: gaps in its numbers, lag, silence, shapes; two feeds side by side |
//! | [`auth`] | signs requests: settings in, headers out |
//! | [`describe`] | events and findings in plain words, once for screen, log, `tail` and `probe` |
//! | [`export`] | messages as they leave the program: a file a format; what is taken out of them |
//! | [`profiles`] | connections that have names: their files, environments, and where their secrets are |
//! | [`cli`] | arguments, from them to settings, exit codes, completions and the manual page |
//! | [`net`] | from an address to an open socket, stage by stage |
//! | [`diagnose`] | from a ladder and its settings to findings with fixes |
//! | [`store`] | captures on disk: schema, recorder, pages, scans, the library of old ones |
//! | [`archive`] | captures as files of other formats, and files of others as captures |
//! | [`engine`] | runs a session: state machine, retries, and the task that owns the socket |
//! | [`app`] | what the screen knows and does |
//! | [`view`] | the app in, a frame out |
//! | [`headless`] | `tail`, `check`, `compare`, `send`, `run`, `probe`, `lint`, `config`, `serve`, `sql`, `export` |
//! | [`preferences`] | how a person wants the screen: their `config.toml`, its check and its template |
//! | [`reference`](mod@reference) | the tables as Markdown |
//! | [`tui`] | the terminal, keys in, effects out |
//!
//! # Invariants
//!
//! Each with what holds it.
//!
//! 1. *Invariant:* arrows run down. `tests/layers.rs`.
//! 2. *Invariant:* the engine knows no screen, the app knows no engine; they share the
//!    vocabulary in [`session`]. `tests/layers.rs`.
//! 3. *Invariant:* decisions are pure: `keys`, all of floor 1 but `serve` and `logging`, and `session`,
//!    `schema`, `delivery`, `auth`, `describe`, `diagnose`, `send`, `export`, `app`, `view` and the engine's machine and retry take time,
//!    chance and files as arguments. `tests/layers.rs`.
//! 4. *Invariant:* the screen's state changes in one place, [`app::update()`]; drawing takes `&App`.
//!    The signature of [`view::draw`].
//! 5. *Invariant:* one event stream, several readers: what the screen shows and what the
//!    printer prints come from the same [`session::Event`]s. The one way out of
//!    [`engine::start`].
//! 6. *Invariant:* recorded before shown: events are queued for the capture before a screen or a printer
//!    folds them. `Live::recv` in `tui/live.rs`, `Tail::follow` in `headless/tail.rs`.
//! 7. *Invariant:* every queue has a bound, below; overload becomes back-pressure on the socket,
//!    never memory, and it is visible. `tests/session/backpressure.rs`, and `clippy.toml` forbids the
//!    channel without one.
//! 8. *Invariant:* causes are never dropped: a failure carries its stage, its source and what was
//!    seen. `tests/connecting/` for each cause, `tests/findings/` for what is said of it.
//! 9. *Invariant:* secrets do not print. They live in [`config::Secret`]; the engine and `diagnose` see what was on
//!    the wire, and [`config::Redactor`] masks every text of an event where it leaves the engine
//!    (`session/redact.rs`), and of a problem where it leaves `config` (`config/schema/shown.rs`).
//!    `tests/connecting/secrets.rs`, `tests/headless/secrets.rs`, `tests/headless/planted.rs`.
//! 10. *Invariant:* payloads are data: bytes from outside reach the terminal only through
//!     [`payload`], control characters made visible. `tests/screens/hostile.rs`, `tests/terminal.rs`.
//! 11. *Invariant:* files are private and none is written over, except the config that a person asks to write back,
//!     which keeps its mode and must hold what the diff was made from: whatever is written is opened by
//!     [`files`]. `tests/layers.rs`, `tests/headless/written.rs`.
//! 12. *Invariant:* the terminal is always given back: on return, on error, on panic, on signal.
//!     `tests/terminal.rs`.
//!
//! # Bounds
//!
//! | What is bounded | Bound | When it is full |
//! |---|---|---|
//! | commands, shell to engine | [`engine::COMMANDS`] | [`engine::HandleError::Busy`] |
//! | events, engine to shell | [`engine::BATCHES`] and [`engine::BYTES`] | the socket is not read, and a noticeable pause is emitted |
//! | events after those that wait | 64, `engine/emitter.rs` | commands and connections wait too |
//! | outgoing frames | 1 MiB, `engine/outbound.rs` | a send is refused, and the socket is not read |
//! | messages that are read and not answered | `max_in_flight`, at most [`ack::MAX_IN_FLIGHT`], what the threads hold, one that is offered, one that is read ahead | the socket is not read |
//! | nacked messages that wait, and completed ones | 10,000 each, `delivery/ledger.rs` | a further nack is refused; the oldest are forgotten, and a later answer to one says so |
//! | rejected messages for an export | 10,000, `app/state/deliveries.rs`; in `tail` also 64 MiB, `headless/dead_letters.rs` | the oldest leave; they are written before their time |
//! | a HAR, or JSON Lines, that is opened; one line of them | [`archive::LARGEST_HAR`], [`archive::LARGEST_LINES`]; 128 MiB, `archive/import.rs` | an error that names the file |
//! | stories of connections in an archive | the first 25 and the last 25, `archive/bundle.rs` | those between are counted |
//! | steps of a connection | [`net::Reporter::BOUND`] | the connection waits |
//! | head of an answer, body of a refusal | 256 KiB, `net/response.rs`; 1 MiB, `net/body.rs` | the connection fails; the body is cut |
//! | one message | [`config::MAX_MESSAGE_SIZE`], unless set | the connection ends with 1009 |
//! | files | [`config::MAX_FILE`], [`config::MAX_PEM`] | an error that names the file |
//! | a profile; what a command for a secret prints, and how long it runs | 1 MiB; 64 KiB, 30 s, `profiles/command.rs` | an error that names it |
//! | the file of preferences | 1 MiB, `preferences/load.rs` | it is told, and nothing of it is read |
//! | entries of a folder or a pattern that is checked; what an engine's lint may print and take | 100,000, `headless/lint/targets.rs`; 1 MiB and 10 s, `headless/lint/engine.rs` | an error that names it; the output is cut, and the engine is stopped with all that it has started |
//! | mends of one file | 100, of a file of at most 1 MiB, `headless/lint/fix.rs` | the rest is left alone |
//! | entries of a map or a list of an input | 10,000, `config/yaml/read.rs` | an error with its place; the rest is not read |
//! | changes of the form that can be undone | 200 and 16 MiB of texts, `app/state/form/history.rs` | the oldest leave; the last stays |
//! | batches and bytes on their way to the disk | [`store::BATCHES`], [`store::BYTES`] and what the writer commits in 20 ms, `store/backlog.rs` | the shell takes no more from the engine |
//! | messages that are kept over sessions | 500, 200 with names, 64 KiB each, `send/history.rs` | the oldest leave; a longer one is not kept |
//! | answers of a reply | 20 a second, `app/state/sender.rs` | the reply stops |
//! | messages that no step of a script has looked at | 100,000 and 16 MiB, `headless/unread.rs` | the oldest are forgotten |
//! | secrets that are looked for beside those of the settings | 32, `config/secrets/redactor.rs` | the oldest are forgotten |
//! | inflated blocks that a reader of a capture keeps | 4 of at most 2 MiB, `store/blocks.rs` | the oldest leaves |
//! | rows of a query that wait for the widths of its table | 200, `headless/sql/written.rs` | they are written |
//! | events that wait to be folded | 512 and 4 MiB, `tui/fold_queue.rs` | messages are counted and not looked into, which the screen says |
//! | what is told apart over time | keys, incidents, kinds, shapes, connections: the constants in `stats/` | further ones are counted together |
//! | jobs for a worker, outcomes for the screen | 64 each, `tui/worker.rs` | a job is refused; a worker waits |
//! | rows of the feed in memory | 10,000 and 8 MiB of payloads, words and findings, `app/state/window.rs`; twice that while held | the oldest leave; with a capture they are read back |
//! | rows read back | 2,000, `app/state/pages.rs` | those that were looked at longest ago go |
//! | rows among which a filter, or a highlight, finds | 536 million, a bit for each, `app/state/filter_view/rows.rs` | no more are shown, and the title says so |
//! | filters with names | 100, `app/state/named_filters.rs`; their file 1 MiB, `tui/named_filters.rs` | a further one is refused |
//! | steps of jq on one message | 100,000 and 8 for each byte of it, `filter/jq.rs` | it is no match, and that is counted and told |
//! | bookmarks, notes | 10,000, `app/state/bookmarks.rs`, and as many are read of a session; 2,000 bytes | no more can be set; a longer note is refused |
//! | requests that are paired with answers | 10,000, and answers are looked for one minute, `app/state/pairs.rs` | the oldest leave; a later answer is paired where its row is read |
//! | columns, what is read of a row for their values | 24, `app/state/columns.rs`; 16 KiB, `payload/document/members.rs` | no more can be added; the cell says `…` |
//! | runs of equal messages, messages of one | 100,000, 10,000, `app/state/repeats.rs` | what repeats beyond that is shown row by row; the next run begins |
//! | connections, lines of the log | 200, `app/state/connections.rs`; 5,000, `app/state/journal.rs` | the oldest leave |
//! | messages that wait for the same one of another feed | 50,000 and 32 MiB a side, `stats/aligned.rs` | the oldest leave, and the report says how many |
//! | failures of a schema that are told | 10, `headless/check/schema.rs` | the others are counted |
//! | rows of two feeds side by side | 1,000, and as many that are odd, `stats/compared_rows.rs` | the oldest leave |
//! | beginnings of connections | 200, of 20 messages each, `stats/beginnings.rs` | the oldest leave |
//! | places that differ between two feeds | 1,000, `headless/compare/pairs.rs` | differences at others are counted together |
//! | clients of `--metrics`, the head of a request | 16 for 5 s each, 8 KiB, `headless/metrics/server.rs` | one more is left; 431 |
//! | clients of a loopback server | 64, `serve/accept.rs` | the next one waits |
//!
//! # Recipes
//!
//! * *Add a field:* an id in `config/schema/field.rs`, a row in `config/schema/catalogue.rs` and one in
//!   `tests/config/fields.tsv`, its meaning in [`Settings::from_values`](config::Settings::from_values)
//!   (`config/settings.rs`), a file in `tests/config/good/`.
//! * *Add a problem:* where it is found in `config/lint/` or `config/yaml/`, the row of its code in
//!   `config/schema/problem_codes.rs`, a file in `tests/config/bad/`; if there is one right mend that needs no thought, its
//!   [`Mend`](config::Mend).
//! * *Add an option that no pipeline has:* an id after those of the fields, a row in `config/schema/options.rs`, its reading
//!   in `config/lint/beyond.rs`, what it makes different in `config/beyond/notes.rs`, which tools have it in
//!   `config/command_line.rs`, a test in `tests/connecting/beyond.rs`.
//! * *Add an action:* an id in `app/action_id.rs`, and its row with the condition it stands under in the file of
//!   its scope in `app/actions/`; a key script in `tests/screens/main.rs`.
//! * *Add a preference:* a field of [`Preferences`](preferences::Preferences) and its row in `preferences/settings.rs`, which
//!   the check and the template read too; where it takes effect, `tui/shell.rs`, or `tui/begin.rs` beside its flag.
//! * *Add a screen:* a variant and its row in `app/screens/mod.rs`, what happens on it in a file beside that, how it is
//!   drawn in `view/mod.rs` and a file beside that. With keys of its own: a scope in `app/screens/scope.rs` and a table
//!   in `app/actions/`.
//! * *Add a cause:* a variant of [`FailureKind`](session::FailureKind) (`session/failure.rs`),
//!   where it happens in `net/`, a row in [`FINDINGS`](diagnose::FINDINGS) (`diagnose/table.rs`)
//!   and its explanation in `diagnose/failed.rs`, its exit code in `headless/outcome.rs`, a server
//!   that misbehaves in `tests/support/` and a test in `tests/connecting/`.
//! * *Add a refusal of a server, a close code of a protocol, or a heartbeat:* a row in a table of
//!   `diagnose/refusals/`, in `diagnose/protocols.rs`, `diagnose/reasons.rs` or `diagnose/heartbeats.rs`, and one in
//!   `tests/findings/`.
//! * *Add an event:* a variant of [`EventKind`](session::EventKind) (`session/event.rs`),
//!   its sentence in `describe/`, its line in `schema/write.rs`, how it is read back in `schema/read.rs`, a section in
//!   `assets/events.md`.
//! * *Add an expectation of `check`:* its flag in `cli/args.rs`, what it means in `headless/check/plan.rs`, its verdict in
//!   `headless/check/judge.rs`, and a row in the README.
//! * *Add a decoder of payloads:* a file in `payload/decoders/`, its row in `payload/decoders.rs`.
//! * *Add an export format:* a file in `export/format/`, its variant and arm in `export/format.rs`; for `sockeye export`
//!   its row in `export/file_format.rs`.
//!
//! Actions, findings, fields and exit codes end up in `assets/reference.md`, and findings with the tables behind them in
//! `assets/findings.md`; `tests/reference.rs` holds both to the tables.

pub mod ack;
pub mod app;
pub mod archive;
pub mod auth;
pub mod cli;
pub mod config;
pub mod delivery;
pub mod describe;
pub mod diagnose;
pub mod engine;
pub mod export;
pub mod files;
pub mod filter;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
pub mod go_offer;
pub mod go_verdict;
pub mod headless;
pub mod keys;
pub mod logging;
pub mod net;
pub mod payload;
pub mod preferences;
pub mod profiles;
pub mod reference;
pub mod schema;
pub mod send;
pub mod serve;
pub mod session;
pub mod signals;
pub mod stats;
pub mod store;
pub mod tui;
pub mod view;
pub mod wire;
