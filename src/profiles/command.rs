//! The secret that a command prints: run without a shell, bounded in time and in size, and told to nobody.

use std::{
    io::Read as _,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// The longest time for a command, since a password store may ask for a passphrase.
const LIMIT: Duration = Duration::from_secs(30);
/// The most that it may print, in bytes.
const LARGEST: u64 = 64 << 10;

/// Why a command gave no secret. It names the program only, since its arguments may be secrets.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CommandFault {
    #[error("it is not a command: a quote is not closed, or nothing stands behind cmd:")]
    Words,
    #[error("the command '{program}' cannot be run: {error}")]
    Start { program: String, error: String },
    #[error("the command '{program}' did not end within {} s", LIMIT.as_secs())]
    Slow { program: String },
    #[error("the command '{program}' failed: {status}")]
    Failed { program: String, status: String },
    #[error("the command '{program}' printed nothing, or no text of at most 64 KiB")]
    Output { program: String },
}

/// The first line of what a command prints, as password stores print the password first.
///
/// The words are split as a shell does, but no shell runs them: there are no variables and no pipes; write
/// `sh -c '…'` for them. It gets no input, and what it says on stderr is dropped.
///
/// # Errors
///
/// It cannot be run, fails, takes too long, or prints no text.
pub fn output_of(command: &str) -> Result<String, CommandFault> {
    output_within(LIMIT, command)
}

fn output_within(limit: Duration, command: &str) -> Result<String, CommandFault> {
    let words = shlex::split(command).filter(|words| !words.is_empty()).ok_or(CommandFault::Words)?;
    let program = words[0].clone();
    let mut child = Command::new(&program)
        .args(&words[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| CommandFault::Start { program: program.clone(), error: error.to_string() })?;
    let (sender, receiver) = mpsc::sync_channel(1);
    let id = child.id();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let out = child.stdout.take();
        let read = out.map_or(Ok(0), |out| out.take(LARGEST + 1).read_to_end(&mut bytes));
        drop(sender.send((read.map(|_| bytes), child.wait())));
    });
    let Ok((read, Ok(status))) = receiver.recv_timeout(limit) else {
        end(id);
        return Err(CommandFault::Slow { program });
    };
    if !status.success() {
        return Err(CommandFault::Failed { program, status: status.to_string() });
    }
    let bytes = read.ok().filter(|bytes| bytes.len() as u64 <= LARGEST);
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let line = text.and_then(|text| text.lines().next().map(str::to_owned));
    line.filter(|line| !line.is_empty()).ok_or(CommandFault::Output { program })
}

/// Ends a command that takes too long. The thread that waits for it takes note of its end.
#[cfg(unix)]
fn end(id: u32) {
    let id = i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw);
    if let Some(id) = id {
        // One that has just ended needs no end.
        let _ = rustix::process::kill_process(id, rustix::process::Signal::KILL);
    }
}

/// Here it is left to itself.
#[cfg(not(unix))]
fn end(_: u32) {}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_command_gives_its_first_line_and_no_shell_reads_it() {
        assert_eq!(output_of("printf 's3cret\\nuser: me\\n'").as_deref(), Ok("s3cret"));
        assert_eq!(output_of("echo '$HOME' \"a b\"").as_deref(), Ok("$HOME a b"));
        assert_eq!(output_of("sh -c 'echo $((1+1))'").as_deref(), Ok("2"));
    }

    #[test]
    fn a_command_that_fails_says_nothing_of_its_arguments_and_output() {
        let fault = output_of("sh -c 'echo s3cret; echo s3cret >&2; exit 3'").expect_err("it fails");
        assert_eq!(fault.to_string(), "the command 'sh' failed: exit status: 3");
        assert!(matches!(output_of("no-such-program-5ecret x"), Err(CommandFault::Start { .. })));
        assert_eq!(output_of("true"), Err(CommandFault::Output { program: "true".to_owned() }));
        assert_eq!(output_of(" "), Err(CommandFault::Words));
        assert_eq!(output_of("a 'b"), Err(CommandFault::Words));
    }

    #[test]
    fn a_command_that_hangs_is_ended() {
        let fault = output_within(Duration::from_millis(50), "sleep 60").expect_err("it is slow");
        assert_eq!(fault, CommandFault::Slow { program: "sleep".to_owned() });
    }
}
