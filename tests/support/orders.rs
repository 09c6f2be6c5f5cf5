//! Scenarios in which the order of deliveries is held against that of the real engine, and the notation of an order.
//!
//! An order is what the output was handed: `0x 1x 0. 1.` is message 0, rejected, message 1, rejected, and the second
//! attempt of both, where a dot is an attempt more. ` | ` is a pause, after which the next message came.

use std::fmt;

/// From this gap on, in milliseconds, there was a pause. The shortest pause of the engine is 250 ms, of which the output
/// may be busy for the first 60; what is not a pause takes at most 100.
const PAUSE: u64 = 150;

/// One delivery.
#[derive(Clone, Copy, Debug)]
pub struct Handed {
    pub at_ms: u64,
    pub message: u64,
    /// Counted from 1.
    pub attempt: u64,
    pub rejected: bool,
}

/// Which deliveries are rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Acks,
    /// The first attempts of each message.
    First(u64),
    Every(u64),
    /// Message 2, always.
    Two,
    All,
}

/// What happens in the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The server ends the connection so many milliseconds after it sent the first messages, and serves the others on
    /// the next one.
    Loss(Loss, Middle),
    /// The same, and then it refuses every connection, of which the pipeline makes one more (`max_retries: 1`).
    Gone(Middle),
    /// The pipeline is told to stop so many milliseconds after the first message.
    Stop(u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    Close,
    Fin,
    Reset,
}

/// After how many messages, and how many milliseconds after the last of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Middle {
    pub messages: usize,
    pub after: u64,
}

/// One scenario. Its text names it.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    pub in_flight: u64,
    /// Threads with a processor; 0 is no processor.
    pub threads: u64,
    pub rule: Rule,
    pub messages: usize,
    /// Milliseconds from message to message; at 0 they come in one write.
    pub apart: u64,
    /// Milliseconds that the output takes for a message.
    pub busy: u64,
    pub replays: bool,
    pub trouble: Option<Trouble>,
}

impl Scenario {
    /// The payload of a message.
    pub fn payload(message: usize) -> String {
        format!("m{message}m")
    }

    /// Which message this is.
    pub fn message_of(payload: &[u8]) -> Option<u64> {
        std::str::from_utf8(payload).ok()?.strip_prefix('m')?.strip_suffix('m')?.parse().ok()
    }

    /// Whether it goes on until it is cut.
    pub fn is_cut(&self) -> bool {
        self.replays && matches!(self.rule, Rule::Two | Rule::All) && self.trouble.is_none()
    }

    /// The messages of the first connection, and those of the next.
    pub fn parts(&self) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
        match self.trouble {
            Some(Trouble::Loss(_, middle) | Trouble::Gone(middle)) => {
                (0..middle.messages, middle.messages..self.messages)
            }
            _ => (0..self.messages, 0..0),
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rule {
            Rule::Acks => write!(f, "acks"),
            Rule::First(number) => write!(f, "first {number}"),
            Rule::Every(number) => write!(f, "every {number}"),
            Rule::Two => write!(f, "message 2"),
            Rule::All => write!(f, "all"),
        }?;
        let Self { in_flight, threads, messages, apart, busy, .. } = self;
        write!(
            f,
            ", in flight {in_flight}, threads {threads}, {messages} messages {apart} ms apart, busy {busy} ms"
        )?;
        if !self.replays {
            write!(f, ", without replays")?;
        }
        match self.trouble {
            None => Ok(()),
            Some(Trouble::Stop(after)) => write!(f, ", stop after {after} ms"),
            Some(Trouble::Gone(middle)) => {
                write!(f, ", gone {} ms after {} messages", middle.after, middle.messages)
            }
            Some(Trouble::Loss(loss, middle)) => {
                write!(f, ", {loss:?} {} ms after {} messages", middle.after, middle.messages)
            }
        }
    }
}

/// All scenarios.
pub fn all() -> Vec<Scenario> {
    let one = |rule, in_flight, threads, messages| Scenario {
        in_flight,
        threads,
        rule,
        messages,
        apart: 0,
        busy: 60,
        replays: true,
        trouble: None,
    };
    let mut all = Vec::new();
    let mut burst = |rule, messages, widths: &[(u64, u64)]| {
        all.extend(widths.iter().map(|&(in_flight, threads)| one(rule, in_flight, threads, messages)));
    };
    burst(Rule::Acks, 6, &[(1, 0), (2, 0), (1, 1), (1, 2)]);
    burst(Rule::First(1), 8, &[(1, 0), (2, 0), (4, 0), (1, 1), (2, 1), (4, 1), (1, 2), (2, 2)]);
    burst(Rule::First(2), 5, &[(1, 0), (2, 0), (1, 1), (2, 1)]);
    burst(Rule::First(3), 3, &[(1, 0), (2, 0), (4, 0), (1, 1), (2, 1), (1, 2)]);
    burst(Rule::First(5), 2, &[(1, 0), (2, 0), (1, 1)]);
    burst(Rule::Every(3), 9, &[(1, 0), (2, 0), (4, 0), (1, 1), (2, 1), (1, 2)]);
    burst(Rule::Two, 6, &[(1, 0), (2, 0), (4, 0), (1, 1)]);
    burst(Rule::All, 3, &[(1, 0), (2, 0), (1, 1)]);
    let with = |scenario: Scenario, change: &dyn Fn(&mut Scenario)| {
        let mut scenario = scenario;
        change(&mut scenario);
        scenario
    };
    for (in_flight, threads) in [(1, 0), (2, 0), (1, 1)] {
        all.push(with(one(Rule::First(1), in_flight, threads, 6), &|it| it.apart = 100));
        all.push(with(one(Rule::First(1), in_flight, threads, 4), &|it| it.replays = false));
    }
    all.push(with(one(Rule::Every(3), 1, 0, 6), &|it| it.apart = 100));
    all.push(with(one(Rule::First(1), 1, 0, 3), &|it| it.apart = 300));
    all.push(with(one(Rule::First(3), 1, 0, 3), &|it| it.apart = 300));
    for (rule, in_flight, threads) in [
        (Rule::Acks, 1, 0),
        (Rule::First(1), 1, 0),
        (Rule::First(1), 2, 0),
        (Rule::First(1), 1, 1),
        (Rule::First(3), 1, 0),
        (Rule::Every(3), 1, 0),
    ] {
        all.push(with(one(rule, in_flight, threads, 6), &|it| it.busy = 0));
    }
    let mut trouble = |trouble, rule, in_flight, threads, messages| {
        all.push(with(one(rule, in_flight, threads, messages), &|it| it.trouble = Some(trouble)));
    };
    let waiting = Middle { messages: 3, after: 90 };
    let pausing = Middle { messages: 2, after: 480 };
    for loss in [Loss::Close, Loss::Fin, Loss::Reset] {
        trouble(Trouble::Loss(loss, waiting), Rule::First(1), 1, 0, 6);
        trouble(Trouble::Loss(loss, pausing), Rule::First(3), 1, 0, 4);
    }
    trouble(Trouble::Loss(Loss::Close, waiting), Rule::First(1), 1, 1, 6);
    trouble(Trouble::Loss(Loss::Close, waiting), Rule::First(1), 2, 0, 6);
    for (in_flight, threads) in [(1, 0), (2, 0), (1, 1), (1, 2)] {
        trouble(Trouble::Stop(90), Rule::First(1), in_flight, threads, 8);
        trouble(Trouble::Stop(90), Rule::Acks, in_flight, threads, 8);
        trouble(Trouble::Gone(Middle { messages: 4, after: 90 }), Rule::First(1), in_flight, threads, 4);
    }
    trouble(Trouble::Stop(480), Rule::First(3), 1, 0, 2);
    trouble(Trouble::Gone(pausing), Rule::First(3), 1, 0, 2);
    all
}

/// The order of these deliveries.
pub fn notation(handed: &[Handed]) -> String {
    let mut text = String::new();
    let mut before: Option<u64> = None;
    for one in handed {
        let paused = before.is_some_and(|before| one.at_ms.saturating_sub(before) >= PAUSE);
        text += match before {
            None => "",
            Some(_) if paused => " | ",
            Some(_) => " ",
        };
        let dots = ".".repeat(usize::try_from(one.attempt.saturating_sub(1)).unwrap_or_default());
        text += &one.message.to_string();
        text += &dots;
        text += if one.rejected { "x" } else { "" };
        before = Some(one.at_ms);
    }
    text
}

/// A feed of 20 messages a second, of which message 3 is always rejected, to an output that takes no time.
#[derive(Clone, Copy, Debug)]
pub struct Feed {
    pub in_flight: u64,
    pub threads: u64,
}

/// How long a feed is watched, in milliseconds, and the time from message to message.
pub const FEED: (u64, u64) = (11_000, 50);

pub const FEEDS: [Feed; 6] = [
    Feed { in_flight: 1, threads: 0 },
    Feed { in_flight: 4, threads: 0 },
    Feed { in_flight: 8, threads: 0 },
    Feed { in_flight: 1, threads: 1 },
    Feed { in_flight: 1, threads: 2 },
    Feed { in_flight: 1, threads: 4 },
];

impl fmt::Display for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "feed with one bad message, in flight {}, threads {}", self.in_flight, self.threads)
    }
}

/// How many messages come with a ping each, all at once, to an output that takes 400 ms for each.
pub const PINGS: usize = 6;

/// The name of the scenario of pings with so many in flight.
pub fn pongs(in_flight: u64) -> String {
    format!("pongs beside an output busy 400 ms, in flight {in_flight}")
}
