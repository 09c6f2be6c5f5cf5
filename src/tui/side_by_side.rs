//! `sockeye compare` on a terminal: two feeds side by side while they run, or two captures. When it is left, the report is
//! printed.

use std::{cell::RefCell, future::Future, io, path::PathBuf, sync::atomic::AtomicBool, time::Duration};

use crossterm::event::Event as TerminalEvent;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::{
    app::{Input, Next, SideBySide},
    cli::{CompareArgs, Exit, Loaded},
    files::local_zone,
    headless::compare::{
        self, Compared,
        streams::{self, Ended},
    },
    net::{Clock, Connect},
    session::Timestamp,
    stats::Side,
    view,
};

use super::{
    Options, TuiError, colours, input,
    keys::{Keys, is_gone},
    terminal::Screen,
};

/// How often it is drawn while messages come.
const RHYTHM: Duration = Duration::from_millis(100);
/// What waits is looked at so much later than it is, since messages may be on their way from the sockets.
const ON_ITS_WAY: Duration = Duration::from_secs(1);

/// Compares two live feeds on the screen. `seed` decides the jitter of their back-off.
///
/// # Errors
///
/// The terminal fails. It has been given back.
pub async fn run_side_by_side<D: Connect>(
    args: &CompareArgs,
    sides: (Loaded, Loaded),
    networks: (D, D),
    seed: u64,
    options: &Options,
) -> Result<Exit, TuiError> {
    let begun = Compared::new(args).and_then(|compared| Ok((compared.with_rows(), compare::stdout()?)));
    let (compared, sink) = match begun {
        Ok(begun) => begun,
        Err((exit, message)) => return Ok(compare::refuse(exit, &message)),
    };
    let compared = RefCell::new(compared);
    let mut take = |side: Side, event: &_| compared.borrow_mut().take(side, event);
    let follow = streams::follow(sides, networks, seed, args.limit, &sink, &mut take);
    let ended = show(&compared, follow, options).await?;
    let exit = compare::finish(args, compared.into_inner(), sink);
    Ok(match ended {
        Some(Ok(ended)) => match (ended.failed, exit) {
            (Some(failed), _) => failed,
            (None, Exit::Done) if ended.interrupted => Exit::Interrupted,
            (None, exit) => exit,
        },
        Some(Err(error)) => compare::refuse(Exit::Other, &format!("cannot watch for signals: {error}")),
        None => exit,
    })
}

/// Compares two captures, and shows what was found.
///
/// # Errors
///
/// The terminal fails. It has been given back.
pub async fn show_captures_side_by_side(
    args: &CompareArgs,
    paths: [PathBuf; 2],
    options: &Options,
) -> Result<Exit, TuiError> {
    let opened = match (compare::open(&paths[0]).await, compare::open(&paths[1]).await) {
        (Ok(a), Ok(b)) => [a, b],
        (Err(exit), _) | (_, Err(exit)) => return Ok(exit),
    };
    let begun = Compared::new(args).and_then(|compared| Ok((compared.with_rows(), compare::stdout()?)));
    let read = begun.and_then(|(compared, sink)| {
        let compared = compare::read_captures(args, compared, &paths, &opened, &AtomicBool::new(false))?;
        Ok((compared, sink))
    });
    let (compared, sink) = match read {
        Ok(read) => read,
        Err((exit, message)) => return Ok(compare::refuse(exit, &message)),
    };
    sink.progress().finish();
    let compared = RefCell::new(compared);
    let over = std::future::ready(Ok(Ended { interrupted: false, failed: None }));
    show(&compared, over, options).await?;
    Ok(compare::finish(args, compared.into_inner(), sink))
}

/// Shows both until the screen is left; `None` if they had not ended by then. The terminal is given back.
async fn show(
    compared: &RefCell<Compared>,
    follow: impl Future<Output = io::Result<Ended>>,
    options: &Options,
) -> Result<Option<io::Result<Ended>>, TuiError> {
    let clock = Clock::start();
    let screen = Screen::take().map_err(TuiError::Terminal)?;
    Shown::new(screen, compared, clock, options)?.converse(follow).await
}

/// The screen, and what it shows.
struct Shown<'a> {
    screen: Screen,
    state: SideBySide,
    compared: &'a RefCell<Compared>,
    clock: Clock,
}

impl<'a> Shown<'a> {
    fn new(
        screen: Screen,
        compared: &'a RefCell<Compared>,
        clock: Clock,
        options: &Options,
    ) -> Result<Self, TuiError> {
        let size = screen.terminal.size().map_err(TuiError::Terminal)?;
        let variable = |name: &str| std::env::var(name).ok();
        let look = colours::look(options, variable);
        let ascii = options.display.ascii || colours::needs_ascii(variable);
        let state = SideBySide::new(size, look, ascii, local_zone());
        Ok(Self { screen, state, compared, clock })
    }

    /// Follows both until the screen is left; `None` if they had not ended by then.
    async fn converse(
        &mut self,
        follow: impl Future<Output = io::Result<Ended>>,
    ) -> Result<Option<io::Result<Ended>>, TuiError> {
        let mut keys = Keys::listen().map_err(TuiError::Terminal)?;
        let mut beats = interval(RHYTHM);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        tokio::pin!(follow);
        let mut ended = None;
        let mut drawn = Instant::now();
        loop {
            tokio::select! {
                biased;
                event = keys.next() => match event {
                    Some(Ok(event)) => {
                        if self.hear(event) == Next::Leave {
                            return Ok(ended);
                        }
                        self.draw()?;
                    }
                    Some(Err(error)) if !is_gone(&error) => return Err(TuiError::Terminal(error)),
                    _ => return Ok(ended),
                },
                over = &mut follow, if ended.is_none() => {
                    let is_left = over.as_ref().map_or(true, |ended| ended.interrupted);
                    ended = Some(over);
                    if is_left {
                        return Ok(ended);
                    }
                    self.state.is_over = true;
                    self.compared.borrow_mut().settle();
                }
                _ = beats.tick() => {
                    if ended.is_none() {
                        self.pass();
                    }
                    if drawn.elapsed() >= RHYTHM {
                        self.draw()?;
                        drawn = Instant::now();
                    }
                }
            }
        }
    }

    /// Time passes also where nothing comes.
    fn pass(&self) {
        let now = self.clock.now().0.saturating_sub(i64::try_from(ON_ITS_WAY.as_micros()).unwrap_or(0));
        self.compared.borrow_mut().tick(Timestamp(now));
    }

    fn hear(&mut self, event: TerminalEvent) -> Next {
        let compared = self.compared.borrow();
        let Some(now) = compared.now() else { return Next::Stay };
        let rows = now.rows.kept(self.state.listed);
        match input::translate(event) {
            Some(Input::Key(key)) => return self.state.press(key, rows),
            Some(Input::Wheel { lines, .. }) => self.state.go(lines, rows),
            Some(Input::Resized(size)) => self.state.size = size,
            _ => {}
        }
        Next::Stay
    }

    fn draw(&mut self) -> Result<(), TuiError> {
        let Self { screen, state, compared, .. } = self;
        let compared = compared.borrow();
        let Some(now) = compared.now() else { return Ok(()) };
        state.losses = now.sides.iter().map(|side| u16::from(side.lost > 0)).sum();
        screen.draw(|frame| view::draw_side_by_side(frame, state, &now)).map_err(TuiError::Terminal)
    }
}
