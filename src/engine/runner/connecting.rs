//! A connection that is being opened: its steps, and how it opens or fails.

use std::{future::pending, pin::Pin, sync::Arc};

use tokio::{select, sync::mpsc};

use crate::{
    config::{Redactor, Settings},
    delivery::Downstream,
    diagnose,
    engine::{connection::Connection, machine::Input},
    net::{Connect, Reporter, Socket, Step},
    session::{ConnectionId, EventKind, Failure, Response, Stage, StageReport},
};

use super::{Runner, WakeUp};

/// A connection that is being opened. Dropping it abandons it.
pub(super) struct Connecting {
    id: ConnectionId,
    steps: mpsc::Receiver<Step>,
    ladder: Vec<StageReport>,
    /// The stage that started last.
    pub(super) stage: Option<Stage>,
    opening: Pin<Box<dyn Future<Output = Result<Socket, Failure>> + Send>>,
}

/// The next step of the connection, or its result; steps first, since they precede the result.
pub(super) async fn next(connecting: &mut Option<Connecting>) -> WakeUp {
    let Some(Connecting { steps, opening, .. }) = connecting else { return pending().await };
    select! {
        biased;
        Some(step) = steps.recv() => WakeUp::Step(step),
        result = opening => WakeUp::Connected(result.map(Box::new)),
    }
}

impl<D: Connect> Runner<D> {
    pub(super) fn begin_connection(&mut self, id: ConnectionId, settings: Arc<Settings>) {
        if !Arc::ptr_eq(&settings, &self.settings) {
            // A server may still repeat the secrets that it received under the earlier settings.
            self.redactor = Redactor::of(&settings).and(&self.redactor);
        }
        self.settings = settings.clone();
        let stages = super::stages(&settings);
        self.with_downstream(|downstream, now, events| downstream.set_stages(stages, now, events));
        self.emit(EventKind::Connecting { url: settings.url.shown() });
        let (reporter, steps) = Reporter::new();
        let network = self.network.clone();
        let opening = Box::pin(async move { network.connect(settings, reporter).await });
        self.connecting = Some(Connecting { id, steps, ladder: Vec::new(), stage: None, opening });
    }

    pub(super) fn emit_step(&mut self, step: Step) {
        match step {
            Step::Started(stage) => {
                if let Some(connecting) = &mut self.connecting {
                    connecting.stage = Some(stage);
                }
                self.emit(EventKind::StageStarted(stage));
            }
            Step::Secrets(secrets) => self.redactor.extend(secrets),
            Step::Answered(answered) => self.emit(EventKind::Answered(answered)),
            Step::Ended(report) => {
                if let Some(connecting) = &mut self.connecting {
                    connecting.ladder.push((*report).clone());
                }
                let response = report.evidence.exchange().and_then(|exchange| exchange.response.as_ref());
                self.redactor.extend(response.into_iter().flat_map(Response::secrets));
                self.emit(EventKind::StageEnded(report));
            }
            Step::OpeningSent(sent) => self.emit(EventKind::Sent(sent)),
        }
    }

    /// Emits the remaining steps of the connection that was being opened, and returns it.
    pub(super) fn finish_connecting(&mut self) -> Option<Connecting> {
        while let Some(step) =
            self.connecting.as_mut().and_then(|connecting| connecting.steps.try_recv().ok())
        {
            self.emit_step(step);
        }
        self.connecting.take()
    }

    pub(super) fn failed(&mut self, failure: Failure) {
        let Some(Connecting { id, ladder, .. }) = self.finish_connecting() else { return };
        let findings = diagnose::failed(&self.settings, &ladder, &failure, self.clock.at(self.now));
        let logged = diagnose::logged_failure(&self.settings, &ladder, &failure, self.clock.at(self.now));
        self.panicked = diagnose::panics(&self.settings, &ladder, &failure);
        if self.panicked && self.settings.options.dialect.is_pipeline() {
            // The process of the pipeline is gone, and nothing connects again.
            let mut settings = Settings::clone(&self.settings);
            settings.options.no_retry = true;
            self.machine.adjust(Arc::new(settings));
        }
        self.emit(EventKind::Failed(Box::new(failure.clone())));
        self.emit_findings(findings);
        if let Some(line) = logged {
            self.emit(EventKind::Pipeline(line));
        }
        self.step(Input::Failed(id, Box::new(failure)));
    }

    pub(super) fn opened(&mut self, socket: Socket) {
        let Some(Connecting { id, ladder, .. }) = self.finish_connecting() else { return };
        let at = self.clock.at(self.now);
        self.emit(EventKind::Opened(Box::new(socket.opened.clone())));
        self.emit_findings(diagnose::opened(&self.settings, &ladder, at));
        if !std::mem::replace(&mut self.has_opened, true) {
            self.emit(EventKind::Pipeline(diagnose::logged_first_connection()));
        }
        self.emit(EventKind::StageStarted(Stage::First));
        let mut connection = Connection::new(socket, &self.settings, self.now, at);
        connection.pongs = self.pongs;
        self.connection = Some(connection);
        self.quiet.opened(self.now);
        self.step(Input::Opened(id));
        self.with_downstream(Downstream::connect);
    }
}
