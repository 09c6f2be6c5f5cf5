//! Exit codes, with curl's numbers where curl has a code.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Done,
    Other,
    Usage,
    ProxyName,
    HostName,
    Tcp,
    Refused,
    Unwritten,
    Timeout,
    Tls,
    Empty,
    Send,
    Receive,
    ClientCertificate,
    ServerCertificate,
    Unexpected,
    RetriesExhausted,
    ClosedByServer,
    Idle,
    Interrupted,
}

impl Exit {
    /// Every exit with its code and its meaning, in the order of the codes.
    pub const ALL: [(Self, u8, &'static str); 20] = [
        (Self::Done, 0, "done"),
        (Self::Other, 1, "any other failure"),
        (Self::Usage, 2, "invalid usage or config"),
        (Self::ProxyName, 5, "the proxy's name was not found"),
        (Self::HostName, 6, "the host's name was not found"),
        (Self::Tcp, 7, "no TCP connection"),
        (Self::Refused, 22, "the upgrade was refused (a response other than 101)"),
        (Self::Unwritten, 23, "the output, the capture or the file of dead letters could not be written"),
        (Self::Timeout, 28, "a time limit was reached"),
        (Self::Tls, 35, "the TLS handshake failed"),
        (Self::Empty, 52, "closed without a response"),
        (Self::Send, 55, "sending failed"),
        (Self::Receive, 56, "receiving failed, or an abnormal close"),
        (Self::ClientCertificate, 58, "the client certificate cannot be used or was refused"),
        (Self::ServerCertificate, 60, "the server's certificate is not valid or not trusted"),
        (Self::Unexpected, 64, "a message is not what the script expects"),
        (Self::RetriesExhausted, 65, "the retries are used up"),
        (Self::ClosedByServer, 66, "closed by the server with an error code"),
        (Self::Idle, 68, "no message came for the time of --idle"),
        (Self::Interrupted, 130, "interrupted"),
    ];

    /// The exit of a command with an output that could not be written. This overrides success and an interruption,
    /// but no other failure.
    #[must_use]
    pub fn or_unwritten(self, unwritten: bool) -> Self {
        match self {
            Self::Done | Self::Interrupted if unwritten => Self::Unwritten,
            exit => exit,
        }
    }

    #[must_use]
    pub fn code(self) -> u8 {
        Self::ALL.iter().find(|(exit, _, _)| *exit == self).map_or(1, |(_, code, _)| *code)
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn a_failed_output_overrides_only_success_and_an_interruption() {
        for (exit, code, _) in Exit::ALL {
            let expected = if matches!(exit, Exit::Done | Exit::Interrupted) { 23 } else { code };
            assert_eq!((exit.or_unwritten(true).code(), exit.or_unwritten(false).code()), (expected, code));
        }
    }
}
