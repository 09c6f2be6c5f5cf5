//! An open connection: what a turn of it brings, and how it is lost.

use crate::{
    delivery::Downstream,
    diagnose,
    engine::{connection::Turn, loss::SocketEnd, machine::Input},
    net::Connect,
    session::EventKind,
};

use super::Runner;

impl<D: Connect> Runner<D> {
    pub(super) fn after_turn(&mut self, turn: Turn) {
        let Some(connection) = &mut self.connection else { return };
        let mut events = Vec::new();
        match turn {
            Turn::Read(Ok(0)) => return self.lost(&SocketEnd::Eof),
            Turn::Read(Err(error)) => return self.lost(&error.into()),
            Turn::Read(Ok(_)) => {
                self.quiet.heard(self.now);
                connection.decode(&mut self.downstream, self.now, &mut events);
            }
            Turn::More => connection.decode(&mut self.downstream, self.now, &mut events),
            Turn::Over => return self.lost(&SocketEnd::Completed),
            Turn::Wrote(written) => connection.finish_write(written, self.now, &mut events),
        }
        self.emit_all(events);
        self.inform_machine();
    }

    /// Tells the machine whether a message was received, and whether the connection is ending.
    pub(super) fn inform_machine(&mut self) {
        let Some(connection) = &self.connection else { return };
        let (has_received, is_ending) = (connection.has_received(), connection.is_ending());
        let id = self.machine.connection();
        if has_received {
            self.step(Input::FirstMessage(id));
        }
        if is_ending {
            self.step(Input::Ending(id));
        }
    }

    pub(super) fn lost(&mut self, end: &SocketEnd) {
        let Some(connection) = self.connection.take() else { return };
        self.quiet.ended();
        let events = self.backpressure.update(None, self.now, 0, || None);
        self.emit_all(events);
        let silence = connection.silence(self.now);
        let (lost, conversation, closing_socket) = connection.into_lost(end, self.now);
        match end {
            SocketEnd::Completed | SocketEnd::Error(_) | SocketEnd::RenegotiationRequested
                if !self.settings.options.dialect.behavior().closes_lost =>
            {
                self.closing_sockets.leave_open(closing_socket);
            }
            SocketEnd::Completed if !self.settings.options.dialect.is_pipeline() => {
                self.closing_sockets.wait_for(closing_socket);
            }
            // A pipeline does not wait for the server after its last frame.
            SocketEnd::Completed
            | SocketEnd::Eof
            | SocketEnd::Error(_)
            | SocketEnd::RenegotiationRequested
            | SocketEnd::LeftByUs => {
                closing_socket.close();
            }
        }
        let alone = diagnose::lost(&self.settings, &lost, &conversation);
        let findings = self.losses.note(&lost, silence, alone);
        let logged = diagnose::logged_loss(&self.settings, &lost);
        let lost = EventKind::Lost(Box::new(lost));
        self.poison(&lost);
        self.emit(lost);
        self.emit_findings(findings);
        for line in logged {
            self.emit(EventKind::Pipeline(line));
        }
        self.with_downstream(Downstream::lose);
        if self.machine.retries_after_loss() {
            self.step(Input::Unnoticed(self.machine.connection()));
            self.notice_loss();
        } else {
            self.downstream.forget_loss();
            self.step(Input::Lost(self.machine.connection()));
        }
    }

    /// Goes on after a loss once the played input has noticed it: it hands on before that what was rejected, and notices
    /// nothing while a message that it offers is not taken.
    pub(super) fn notice_loss(&mut self) {
        if self.downstream.take_noticed_loss() && self.machine.is_lost_unnoticed() {
            self.step(Input::Lost(self.machine.connection()));
        }
    }

    /// Goes on after a loss at once: the user wants another connection, or none.
    pub(super) fn forget_loss(&mut self) {
        if self.machine.is_lost_unnoticed() {
            self.downstream.forget_loss();
            self.step(Input::Lost(self.machine.connection()));
        }
    }
}
