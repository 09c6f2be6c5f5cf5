//! Carries out the commands of the shell.

use std::sync::Arc;

use crate::{
    config::Settings,
    delivery::{Answer, AnswerError},
    engine::machine::Input,
    net::Connect,
    session::{Command, EventKind, MessageId, Outgoing, Pongs},
};

use super::Runner;

impl<D: Connect> Runner<D> {
    pub(super) fn execute(&mut self, command: Command) {
        match command {
            Command::Connect(settings) => {
                self.forget_loss();
                self.step(Input::Connect(Arc::from(settings)));
            }
            Command::Reconnect => {
                self.forget_loss();
                self.step(Input::Reconnect);
            }
            Command::Stop => self.stop(),
            Command::StopBehind(last) => {
                self.downstream.count_upto(last);
                self.stop();
            }
            Command::NoOtherSecret => self.step(Input::NoOtherSecret),
            Command::Adjust { auto_replay_nacks } => self.adjust(auto_replay_nacks),
            Command::Send(frame) => self.send(frame),
            Command::SetPongs(pongs) => self.set_pongs(pongs),
            Command::Ack(id) => self.answer("ack", id, Answer::Ack),
            Command::Nack(id) => self.answer("nack", id, Answer::Nack),
            Command::Undo(id) => {
                let undone = self.with_downstream(|downstream, now, events| downstream.undo(id, now, events));
                self.refuse_if("undo", undone);
            }
            Command::All(commands) => {
                for command in commands {
                    self.execute(command);
                }
            }
            Command::SetAckMode(ack_mode) => {
                self.with_downstream(|downstream, now, events| {
                    downstream.set_ack_mode(ack_mode, now, events);
                });
            }
        }
    }

    fn answer(&mut self, command: &'static str, id: MessageId, answer: Answer) {
        let answered =
            self.with_downstream(|downstream, now, events| downstream.answer(id, answer, now, events));
        self.refuse_if(command, answered);
    }

    fn refuse_if(&mut self, command: &'static str, result: Result<(), AnswerError>) {
        if let Err(error) = result {
            self.refuse(command, error.to_string());
        }
    }

    /// Changes the setting for the open connection and for the next ones.
    fn adjust(&mut self, auto_replay_nacks: bool) {
        self.settings = Arc::new(Settings { auto_replay_nacks, ..(*self.settings).clone() });
        self.machine.adjust(self.settings.clone());
        self.downstream.set_auto_replay(auto_replay_nacks);
    }

    fn send(&mut self, frame: Outgoing) {
        let command = frame.word();
        if self.settings.options.read_only {
            let message =
                "this session is read-only (--read-only), so nothing is sent but what its config says";
            return self.refuse(command, message.to_owned());
        }
        let Some(connection) = &mut self.connection else {
            return self.refuse(command, "no connection is open".to_owned());
        };
        match connection.send(frame) {
            Ok(()) => self.inform_machine(),
            Err(message) => self.refuse(command, message),
        }
    }

    /// Answers pings from now on, or leaves them without their pongs.
    fn set_pongs(&mut self, pongs: Pongs) {
        if self.settings.options.read_only && pongs == Pongs::Withheld {
            let message = "this session is read-only (--read-only), so pings are answered";
            return self.refuse("pong", message.to_owned());
        }
        self.pongs = pongs;
        if let Some(connection) = &mut self.connection {
            connection.pongs = pongs;
        }
    }

    pub(super) fn refuse(&mut self, command: &'static str, message: String) {
        self.emit(EventKind::Refused { command: command.into(), message });
    }
}
