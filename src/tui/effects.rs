//! Carrying out what the app asks for.

use std::path::PathBuf;

use crate::{
    ack::AckMode,
    app::{EditTarget, Effect, Outcome},
    config::{Secret, Settings},
    engine::Handle,
};

use super::{
    clipboard::Clipboard,
    fields, recent,
    worker::{Job, Source, Worker},
};

/// What the loop itself must do.
pub(super) enum Then {
    GoOn,
    Tell(Outcome),
    Restart,
    Demo,
    Mouse(bool),
    Suspend,
    Answer(AckMode),
    Edit { text: Secret, ending: &'static str, back: EditTarget },
    Connection(Box<Settings>),
    Open { path: PathBuf, back: usize },
    Quit,
}

/// Where effects are carried out.
pub(super) struct Hands<'a> {
    pub handle: Option<&'a Handle>,
    pub clipboard: &'a mut Clipboard,
    /// For what is looked at.
    pub quick: &'a Worker,
    /// For what may last.
    pub slow: &'a Worker,
    /// The capture that can be read back.
    pub source: Option<Source>,
}

impl Hands<'_> {
    /// Carries out one effect without waiting.
    pub(super) fn carry_out(&mut self, effect: Effect) -> Then {
        match effect {
            Effect::Engine(command) => match self.handle.map(|handle| handle.send(command)) {
                Some(Ok(())) => Then::GoOn,
                Some(Err(error)) => Then::Tell(Outcome::Failed(error.to_string())),
                None => Then::Tell(Outcome::Failed("there is no session".to_owned())),
            },
            Effect::Copy(text) => {
                Then::Tell(match self.clipboard.copy(&text, &|name| std::env::var(name).ok()) {
                    Ok(way) => Outcome::Copied { bytes: text.len(), way: way.words() },
                    Err(error) => Outcome::Failed(format!("not copied: {error}")),
                })
            }
            Effect::Load(ranges) => match self.source.take() {
                Some(source) => ask(self.quick, Job::Load(source, ranges)),
                None => Then::Tell(Outcome::Loaded(Vec::new())),
            },
            Effect::LoadWhole(seq) => match self.source.take() {
                Some(source) => ask(self.quick, Job::LoadWhole(source, seq)),
                None => Then::Tell(Outcome::Whole { seq, bytes: None }),
            },
            Effect::Scan { generation, filter, from, to } => match self.source.take() {
                Some(source) => ask(self.slow, Job::Scan { source, generation, filter, from, to }),
                None => Then::GoOn,
            },
            Effect::StopScan => {
                self.slow.stop_scan();
                Then::GoOn
            }
            Effect::Save { path, kind } => {
                ask(self.slow, Job::Save { source: self.source.take(), path, kind })
            }
            Effect::Interpolate { path, expression } => Then::Tell(fields::interpolated(path, expression)),
            Effect::CheckFiles(values) => {
                let look = fields::next_look();
                ask(self.quick, Job::Run(Box::new(move || fields::checked(&values, look))))
            }
            Effect::Complete(begun) => ask(self.quick, Job::Run(Box::new(move || fields::completed(begun)))),
            Effect::WriteProfile { path, text, url } => {
                ask(self.slow, Job::Run(Box::new(move || fields::written(&path, &text, &url))))
            }
            Effect::OpenCapture { path, back } => Then::Open { path, back },
            Effect::ListRecent => ask(self.slow, Job::Run(Box::new(recent::offers))),
            Effect::DeleteCapture(path) => ask(self.slow, Job::Run(Box::new(move || recent::delete(&path)))),
            Effect::OpenProfile(path) => ask(self.quick, Job::Run(Box::new(move || fields::profile(&path)))),
            Effect::ReadYaml(text) => ask(self.quick, Job::Run(Box::new(move || fields::pasted(&text)))),
            Effect::StartDemo => Then::Demo,
            Effect::Mouse(heard) => Then::Mouse(heard),
            Effect::Suspend => Then::Suspend,
            Effect::Answer(ack_mode) => Then::Answer(ack_mode),
            Effect::EditOutside { text, ending, back } => Then::Edit { text, ending, back },
            Effect::Connection(settings) => Then::Connection(settings),
            Effect::Restart => Then::Restart,
            Effect::Quit => Then::Quit,
        }
    }
}

fn ask(worker: &Worker, job: Job) -> Then {
    if worker.ask(job) {
        return Then::GoOn;
    }
    Then::Tell(Outcome::Failed("too much waits for the disk; try again".to_owned()))
}
