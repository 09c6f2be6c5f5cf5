//! The terminal, taken and always given back: on return, on error, on panic.

use std::{
    cell::Cell,
    fmt,
    io::{self, BufWriter, Stdout, Write as _},
    mem::ManuallyDrop,
    panic,
    sync::{
        Once,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crossterm::{
    Command,
    cursor::Show,
    event::{DisableBracketedPaste, EnableBracketedPaste},
    execute,
    terminal::{
        Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
    },
};
use ratatui::{Frame, Terminal, backend::CrosstermBackend};

/// Whether the terminal is in our hands.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Whether a frame is being written. A panic elsewhere waits for its end, so that the terminal is given back
/// behind it, and not within it.
static DRAWING: AtomicBool = AtomicBool::new(false);
/// How long that may take.
const FRAME: Duration = Duration::from_millis(200);

thread_local! {
    /// Whether it is this thread that writes it, which cannot wait for itself.
    static DRAWS: Cell<bool> = const { Cell::new(false) };
}

/// Holds the terminal; dropping it gives the terminal back.
pub(super) struct Screen {
    /// Never dropped: it would show the cursor once more, and complain of a terminal that is gone
    /// with a macro that panics when nobody can read the complaint.
    pub terminal: ManuallyDrop<Terminal<Buffered>>,
}

/// Writes a frame as a whole: standard output by itself would write it in pieces of a kilobyte, and the terminal would
/// wake for each of them.
type Buffered = CrosstermBackend<BufWriter<Stdout>>;

/// More bytes than a frame mostly has.
const FRAME_BYTES: usize = 32 << 10;

fn terminal() -> io::Result<Terminal<Buffered>> {
    Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(FRAME_BYTES, io::stdout())))
}

/// Clicks and the wheel, and no more: every other motion of the mouse would wake us for nothing.
#[derive(Clone, Copy)]
enum Mouse {
    Heard,
    Free,
}

impl Command for Mouse {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        // Buttons (1000), and their places as decimal numbers without a limit (1006).
        f.write_str(match self {
            Self::Heard => "\x1b[?1000h\x1b[?1006h",
            Self::Free => "\x1b[?1006l\x1b[?1000l",
        })
    }

    #[cfg(windows)]
    fn execute_winapi(&self) -> io::Result<()> {
        use crossterm::event::{DisableMouseCapture, EnableMouseCapture};
        match self {
            Self::Heard => EnableMouseCapture.execute_winapi(),
            Self::Free => DisableMouseCapture.execute_winapi(),
        }
    }
}

impl Screen {
    /// Raw mode, the alternate screen, bracketed paste and the mouse. Selecting text stays
    /// possible with shift held in most terminals.
    ///
    /// # Errors
    ///
    /// The terminal refuses. What was switched on by then is switched off again.
    pub(super) fn take() -> io::Result<Self> {
        install_hook();
        enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        let entered = execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, Mouse::Heard);
        let terminal = entered.and_then(|()| terminal());
        match terminal {
            Ok(terminal) => Ok(Self { terminal: ManuallyDrop::new(terminal) }),
            Err(error) => {
                give_back();
                Err(error)
            }
        }
    }

    /// Draws a frame, unless the terminal has been given back meanwhile.
    ///
    /// # Errors
    ///
    /// The terminal cannot be written to.
    pub(super) fn draw(&mut self, frame: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        DRAWS.set(true);
        DRAWING.store(true, Ordering::SeqCst);
        let drawn = if Self::is_lost() { Ok(()) } else { self.terminal.draw(frame).map(drop) };
        DRAWING.store(false, Ordering::SeqCst);
        DRAWS.set(false);
        drawn
    }

    /// Hears clicks and the wheel, or leaves them to the terminal.
    ///
    /// # Errors
    ///
    /// The terminal cannot be written to.
    pub(super) fn hear_mouse(heard: bool) -> io::Result<()> {
        execute!(io::stdout(), if heard { Mouse::Heard } else { Mouse::Free })
    }

    /// Stops this program until the shell lets it go on. The terminal must have been lent.
    ///
    /// # Errors
    ///
    /// The system refuses.
    #[cfg(unix)]
    pub(super) fn stop() -> io::Result<()> {
        // To the whole group, as the terminal itself would do it: a shell may have started a pipeline.
        rustix::process::kill_current_process_group(rustix::process::Signal::TSTP)?;
        Ok(())
    }

    /// Gives the terminal to another program for a while, [`Self::take_again`] ends it.
    pub(super) fn lend() {
        give_back();
    }

    /// Takes the terminal as it was before it was lent.
    ///
    /// # Errors
    ///
    /// The terminal refuses.
    pub(super) fn take_again(&mut self, mouse: bool) -> io::Result<()> {
        enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
        Self::hear_mouse(mouse)?;
        execute!(io::stdout(), Clear(ClearType::All))?;
        // What stands on the screen is not what was drawn last: a new one draws all of it. To clear the old one
        // would ask the terminal for its cursor, and the answer goes to the thread that reads keys.
        self.terminal = ManuallyDrop::new(terminal()?);
        Ok(())
    }

    /// Whether a panic elsewhere has given the terminal back already.
    pub(super) fn is_lost() -> bool {
        !TAKEN.load(Ordering::SeqCst)
    }

    /// Hands `text` to the clipboard of the terminal (OSC 52).
    ///
    /// # Errors
    ///
    /// The terminal cannot be written to.
    pub(super) fn copy(text: &str) -> io::Result<()> {
        use base64::Engine as _;
        let encoded = base64::engine::general_purpose::STANDARD.encode(text);
        let mut out = io::stdout();
        write!(out, "\x1b]52;c;{encoded}\x1b\\")?;
        out.flush()
    }

    /// Rings the bell and asks the terminal to tell the desktop: in the way of rxvt (OSC 777) where that is known, else in
    /// that of iTerm2 (OSC 9), which most others take or leave out.
    ///
    /// # Errors
    ///
    /// The terminal cannot be written to.
    pub(super) fn notify(text: &str) -> io::Result<()> {
        let text = crate::payload::printable(text);
        let takes_777 =
            std::env::var("TERM").is_ok_and(|term| term.contains("rxvt") || term.starts_with("foot"));
        let mut out = io::stdout();
        if takes_777 {
            write!(out, "\x07\x1b]777;notify;sockeye;{}\x1b\\", text.replace(';', ","))?;
        } else {
            write!(out, "\x07\x1b]9;{text}\x1b\\")?;
        }
        out.flush()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

/// Undoes all that [`Screen::take`] did, once. A terminal that is gone cannot be told, and need not be.
fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let began = Instant::now();
    while DRAWING.load(Ordering::SeqCst) && !DRAWS.get() && began.elapsed() < FRAME {
        thread::yield_now();
    }
    let _ = execute!(io::stdout(), Mouse::Free, DisableBracketedPaste, LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
}

/// A panic speaks on a terminal that was given back.
fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            give_back();
            before(info);
        }));
    });
}
