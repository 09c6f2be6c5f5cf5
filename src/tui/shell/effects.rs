//! Carries out what the app asks for: an effect after the other, none of which waits.

use std::sync::atomic::Ordering;

use crate::{
    ack::AckMode,
    app::{Effect, Framed, Landmarked, Outcome, StatsOrder, Utterance},
    config::Values,
    send::Form,
    session::{Command, Seq},
    tui::{
        clipboard::NotCopied,
        fields,
        folding::{Order, Running, ShapesOrder},
        kept_columns,
        live::Live,
        named_filters, outgoing, profiles, recent, rewriting, saving,
        terminal::Screen,
        worker::{Source, Worker},
    },
};

use super::Shell;

impl Shell {
    /// Carries out one effect without waiting; true when it asks to leave.
    pub(super) fn carry_out(&mut self, effect: Effect) -> bool {
        match effect {
            Effect::Quit => return true,
            Effect::Engine(command) => self.ask_engine(command),
            Effect::Send(utterance) => self.send(*utterance),
            Effect::Put(framed) => self.put(*framed),
            Effect::ForgetMessage(name) => self.ask_slow(move |worker| {
                outgoing::forget(&name).into_iter().all(|outcome| worker.report(outcome))
            }),
            Effect::KeepMessage(kept) => self.ask_slow(move |worker| {
                outgoing::keep(kept).into_iter().all(|outcome| worker.report(outcome))
            }),
            Effect::Answer(ack_mode) => self.answer(ack_mode),
            Effect::Connection(settings) => {
                self.tell_profile();
                match &mut self.live {
                    Some(live) => live.connect(*settings),
                    None => self.start(*settings),
                }
            }
            Effect::Restart => {
                self.live = self.live.take().map(|live| Live::start(live.settings, live.ack_mode));
            }
            Effect::StartDemo => self.start_demo(),
            Effect::OpenCapture { path, back } => self.open(path, back),
            Effect::Load(ranges) => match self.source() {
                Some(source) => self.ask_quick(move |worker| worker.load(&source, &ranges)),
                None => self.follow(Outcome::Loaded(Vec::new())),
            },
            Effect::LoadWhole(seq) => match self.source() {
                Some(source) => self.ask_quick(move |worker| worker.load_whole(&source, seq)),
                None => self.follow(Outcome::Whole { seq, bytes: None }),
            },
            Effect::Bookmark { seq, note } => self.bookmark(seq, note),
            Effect::LayOut { generation, document } => {
                self.layouts.want(generation);
                let taken = self.layouts.ask(Box::new(move |worker| worker.lay_out(generation, *document)));
                self.unless(taken);
            }
            Effect::Scan(request) => {
                if let Some(source) = self.source() {
                    let scanner = self.scanner(request.landmarked);
                    scanner.want(request.generation);
                    let taken = scanner.ask(Box::new(move |worker| worker.scan(&source, &request)));
                    self.unless(taken);
                }
            }
            Effect::StopScan(landmarked) => self.scanner(landmarked).stop_scan(),
            Effect::Save { path, purpose, contents } => {
                let (source, stopped) = (self.source(), self.stop_saving.clone());
                self.ask_slow(move |worker| {
                    stopped.store(false, Ordering::SeqCst);
                    worker.save(source, path, purpose, contents, &stopped)
                });
            }
            Effect::StopSaving => self.stop_saving.store(true, Ordering::SeqCst),
            Effect::WriteProfile { path, text, url } => {
                self.ask_slow(move |worker| worker.report(fields::written(&path, &text, &url)));
            }
            Effect::Profiles(order) => {
                self.ask_slow(move |worker| worker.report(profiles::carry_out(order)));
            }
            Effect::Refresh(values) => self.ask_slow(move |worker| {
                fields::refreshed(&values).is_none_or(|outcome| worker.report(outcome))
            }),
            Effect::Stats(order) => self.fold(order),
            Effect::Notify(text) => self.tell_if_failed(Screen::notify(&text)),
            Effect::PreviewRewrite { file, values, theirs } => {
                self.ask_slow(move |worker| worker.report(rewriting::preview(&file, &values, theirs)));
            }
            Effect::Rewrite { path, current, new } => {
                self.ask_slow(move |worker| worker.report(rewriting::write(&path, &current, new)));
            }
            Effect::ReadInput { file, input, options } => {
                self.ask_slow(move |worker| worker.report(rewriting::input(&file, input, options)));
            }
            Effect::ListRecent => self.ask_slow(|worker| worker.report(recent::offers())),
            Effect::ChangeFilters(change) => self.ask_quick(move |worker| {
                named_filters::change(&change).is_none_or(|failed| worker.report(failed))
            }),
            Effect::KeepColumns(kept) => self.ask_quick(move |worker| {
                kept_columns::keep(kept.as_deref()).is_none_or(|failed| worker.report(failed))
            }),
            Effect::DeleteCapture(path) => self.ask_slow(move |worker| {
                recent::delete(&path).into_iter().all(|outcome| worker.report(outcome))
            }),
            Effect::OpenProfile(path) => self.ask_quick(move |worker| worker.report(fields::profile(&path))),
            Effect::ReadYaml(text) => self.ask_quick(move |worker| worker.report(fields::pasted(&text))),
            Effect::Interpolate { path, expression } => self.follow(fields::interpolated(path, expression)),
            Effect::Complete(prefix) => {
                self.ask_quick(move |worker| worker.report(fields::completed(prefix)));
            }
            Effect::CheckFiles(values) => self.check_files(values),
            Effect::Copy(text) => self.copy(text),
            Effect::EditOutside { text, ending, back } => self.go_outside(&text, ending, back),
            Effect::Mouse(heard) => self.tell_if_failed(Screen::hear_mouse(heard)),
            Effect::Suspend => self.suspend(),
        }
        false
    }

    /// Makes the frame of a message and sends it. A file is read on another thread.
    fn send(&mut self, utterance: Utterance) {
        let seq = self.outgoing.next();
        if utterance.message.form == Form::File {
            self.outgoing.count(&utterance);
            return self.ask_slow(move |worker| worker.report(outgoing::read_file(utterance, seq)));
        }
        match outgoing::frame(&utterance, seq) {
            Ok(frame) => {
                self.outgoing.count(&utterance);
                self.put(Framed { message: utterance.message, by: utterance.by, frame });
            }
            Err(fault) => self.follow(Outcome::NotSent { by: utterance.by, message: fault.to_string() }),
        }
    }

    /// Hands a frame to the engine, which must have a connection for it.
    fn put(&mut self, Framed { message, by, frame }: Framed) {
        let outcome = match self.live.as_ref().map(|live| live.handle.send(Command::Send(frame))) {
            Some(Ok(())) => Outcome::HandedOver { message, by },
            Some(Err(error)) => Outcome::NotSent { by, message: error.to_string() },
            None => Outcome::NotSent { by, message: "there is no session".to_owned() },
        };
        self.follow(outcome);
    }

    /// Writes a bookmark into the capture: that of the session, or the one that is open.
    fn bookmark(&mut self, seq: Seq, note: Option<String>) {
        if let Some(path) = self.reading.clone() {
            return self.ask_slow(move |worker| worker.bookmark(&path, seq, note.as_deref()));
        }
        let reason = match &self.recorder {
            None => "the session is not captured",
            Some(recorder) if recorder.bookmark(seq, note) => return,
            Some(_) => "the capture has ended, or is behind",
        };
        self.follow(Outcome::BookmarkNotKept(reason.to_owned()));
    }

    /// Who looks through the capture for what is shown, or for what is coloured.
    const fn scanner(&self, landmarked: Landmarked) -> &Worker {
        match landmarked {
            Landmarked::Yes => &self.slow,
            Landmarked::No => &self.highlights,
        }
    }

    fn copy(&mut self, text: String) {
        let outcome = match self.clipboard.copy(&text, &|name| std::env::var(name).ok()) {
            Ok(way) => Outcome::Copied { bytes: text.len(), way },
            Err(NotCopied::Failed(error)) => Outcome::Failed(format!("not copied: {error}")),
            Err(NotCopied::TooLarge) => {
                return self.ask_slow(move |worker| worker.report(saving::copied_to_file(&text)));
            }
        };
        self.follow(outcome);
    }

    /// Checks the files that these values name, unless a newer check is asked for before a worker begins.
    fn check_files(&mut self, values: Box<Values>) {
        let look = self.looks.fetch_add(1, Ordering::SeqCst) + 1;
        let looks = self.looks.clone();
        self.ask_quick(move |worker| {
            looks.load(Ordering::SeqCst) != look || worker.report(fields::checked(&values))
        });
    }

    /// Hands an order to whoever folds.
    fn fold(&self, order: StatsOrder) {
        match order {
            StatsOrder::Watch(in_sight) => self.folding.watch(in_sight),
            StatsOrder::Stop => self.folding.ask(Order::Stop),
            StatsOrder::SaveShapes(path) => self.folding.ask_for_shapes(ShapesOrder::Save(path)),
            StatsOrder::CompareShapes(path) => self.folding.ask_for_shapes(ShapesOrder::Compare(path)),
            StatsOrder::Read { path, back, paths } => {
                self.folding.ask(Order::Read { path, back, paths: *paths });
            }
            StatsOrder::Choose(paths) => {
                let capture = self.source().map(|Source { path, before }| Running { path, before });
                self.folding.ask(Order::Choose { paths: *paths, capture });
            }
        }
    }

    /// Answers messages so, in the session that runs and in those to come.
    fn answer(&mut self, ack_mode: AckMode) {
        self.ack_mode = ack_mode.clone();
        if let Some(live) = &mut self.live {
            live.ack_mode = ack_mode.clone();
            self.ask_engine(Command::SetAckMode(ack_mode));
        }
    }
}
