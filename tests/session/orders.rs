//! The order of deliveries, held against the orders that the real engine shows (`tests/orders.tsv`).
//!
//! Where the engine showed one order in 20 runs, it must be that. Where it showed several, two things happen at the same
//! moment: any of them is right, and any other with the same deliveries and the same beginning. The table is made by
//! the conformance tests with `SOCKEYE_UPDATE_ORDERS=1`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::*;

use scenarios::{FEED, FEEDS, Feed, Handed, Loss, PINGS, Rule, Scenario, Trouble};

const TABLE: &str = include_str!("../orders.tsv");

/// The pauses are random: so many sessions play each scenario.
const SEEDS: u64 = 6;

/// A session is over once it has been silent for so long.
const SILENCE: Duration = Duration::from_secs(5);

/// How an order is held against those of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compared {
    /// It is one of them.
    Whole,
    /// It begins as one of them: the scenario is cut, and what fits in is a matter of random pauses.
    Start,
    /// The order is free. The same messages are delivered as often, and as many of them before the first is delivered
    /// again.
    Counts,
    /// The order is free and decides which messages are rejected. Only what comes before the first that is delivered again
    /// counts.
    Beginning,
}

/// How an order is held against these. Where the engine shows more than one, it is a race: with each rejection one more
/// goroutine has its turn sooner or later than the reader, and 20 runs do not show all that comes of it.
fn compared(scenario: &Scenario, shown: &[&str]) -> Compared {
    match () {
        () if scenario.is_cut() => Compared::Start,
        () if shown.len() > 1 && matches!(scenario.rule, Rule::Every(_)) => Compared::Beginning,
        () if scenario.threads > 1 || shown.len() > 1 => Compared::Counts,
        () => Compared::Whole,
    }
}

/// The ack mode with which Sockeye plays the same output.
fn ack_mode(scenario: &Scenario) -> String {
    let answers = match scenario.rule {
        Rule::Acks => "auto".to_owned(),
        Rule::First(number) => format!("reject first {number}"),
        Rule::Every(number) => format!("reject every {number}"),
        Rule::Two => "reject m2m".to_owned(),
        Rule::All => "reject all".to_owned(),
    };
    let Scenario { busy, in_flight, threads, .. } = scenario;
    format!("{answers} delay:{busy}ms in-flight:{in_flight} threads:{threads}")
}

/// What of an order counts where the order is free: how often each message is delivered, and how many come before the
/// first that is delivered again.
fn counts(order: &str) -> (BTreeMap<String, usize>, usize) {
    let deliveries =
        || order.split([' ', '|']).filter(|word| !word.is_empty()).map(|word| word.trim_end_matches('x'));
    let mut attempts = BTreeMap::new();
    for delivery in deliveries() {
        *attempts.entry(delivery.trim_end_matches('.').to_owned()).or_insert(0) += 1;
    }
    (attempts, deliveries().take_while(|delivery| !delivery.ends_with('.')).count())
}

/// Whether an order is one that the engine shows.
fn is_shown(order: &str, shown: &[&str], compared: Compared) -> bool {
    let start = |shorter: &str, longer: &str| {
        longer.strip_prefix(shorter).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    shown.contains(&order)
        || shown.iter().any(|shown| match compared {
            Compared::Whole => order == *shown,
            Compared::Start => start(order, shown) || start(shown, order),
            Compared::Counts => counts(order) == counts(shown),
            Compared::Beginning => counts(order).1 == counts(shown).1,
        })
}

/// What the table says of a scenario.
fn recorded(name: &str) -> Vec<&'static str> {
    counted(name).into_iter().map(|(_, outcome)| outcome).collect()
}

/// The same with how often it was so.
fn counted(name: &str) -> Vec<(usize, &'static str)> {
    let row = |line: &'static str| {
        let (scenario, rest) = line.split_once('\t')?;
        let (count, outcome) = rest.split_once('\t').expect("a row has three columns");
        (scenario == name).then(|| (count.parse().expect("it is a number"), outcome))
    };
    TABLE.lines().filter_map(row).collect()
}

/// As the newest engine, which pauses before it connects again.
fn as_engine() -> Settings {
    let mut settings = settings();
    settings.options.dialect = Dialect::Connect;
    settings
}

async fn send(server: &mut peer::ServerEnd, messages: std::ops::Range<usize>, apart: u64) {
    let frames = messages.map(|message| frame(peer::TEXT, Scenario::payload(message).as_bytes()));
    if apart == 0 {
        return server.send_bytes(&frames.collect::<Vec<_>>().concat()).await;
    }
    for frame in frames {
        server.send_bytes(&frame).await;
        sleep(ms(apart)).await;
    }
}

/// The server of a scenario.
async fn serve(scenario: Scenario, mut connections: Connections) {
    let mut server = connections.next().await;
    let (first, others) = scenario.parts();
    send(&mut server, first, scenario.apart).await;
    if let Some(Trouble::Loss(_, middle) | Trouble::Gone(middle)) = scenario.trouble {
        sleep(ms(middle.after)).await;
        if !matches!(scenario.trouble, Some(Trouble::Loss(Loss::Fin | Loss::Reset, _))) {
            server.close(1000, "").await;
        }
        drop(server);
        if let Some(Trouble::Gone(_)) = scenario.trouble {
            return std::future::pending().await;
        }
        server = connections.next().await;
        send(&mut server, others, scenario.apart).await;
    }
    while server.receive().await.is_some() {}
    std::future::pending::<()>().await;
}

/// What a session delivers in a scenario.
async fn played(scenario: Scenario, seed: u64) -> Vec<Handed> {
    let gone = matches!(scenario.trouble, Some(Trouble::Gone(_)));
    let (network, connections) =
        peer(if gone { &[Answer::Accept, Answer::Refuse] } else { &[Answer::Accept] });
    let settings =
        Settings { auto_replay_nacks: scenario.replays, max_retries: gone.then_some(1), ..as_engine() };
    let ack_mode = AckMode::parse(&ack_mode(&scenario)).expect("it is an ack mode");
    let (handle, events) = start(settings, ack_mode, network, seed);
    let mut session = Session { handle, events, waiting: VecDeque::new() };
    let began = Instant::now();
    let server = tokio::spawn(serve(scenario, connections));
    let mut told = Seen::default();
    if let Some(Trouble::Stop(after)) = scenario.trouble {
        let until = began + ms(after);
        while let Ok(Some(event)) = timeout_at(until, session.next()).await {
            told.take(&event);
        }
        session.send(Command::Stop);
    }
    let cut = began + if scenario.is_cut() { SILENCE } else { Duration::from_mins(1) };
    while let Ok(Ok(Some(event))) = timeout_at(cut, timeout(SILENCE, session.next())).await {
        told.take(&event);
    }
    server.abort();
    told.handed
}

/// The deliveries that the events tell.
#[derive(Default)]
struct Seen {
    first: Option<Timestamp>,
    messages: HashMap<MessageId, u64>,
    handed: Vec<Handed>,
}

impl Seen {
    fn take(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Messages(batch) => {
                for one in batch.messages() {
                    let message = Scenario::message_of(one.payload).expect("the server sent it");
                    self.messages.insert(one.id, message);
                    if batch.verdict != Verdict::Pending {
                        self.hand(event.at, one.id, 1, batch.verdict);
                    }
                }
            }
            EventKind::Delivery(run) if run.first.delivery.verdict != Verdict::Lost => {
                for update in run.updates() {
                    self.hand(event.at, update.id, update.delivery.attempt, update.delivery.verdict);
                }
            }
            _ => {}
        }
    }

    /// A delivery, or the answer to one.
    fn hand(&mut self, at: Timestamp, id: MessageId, attempt: u32, verdict: Verdict) {
        let message = self.messages[&id];
        let rejected = matches!(verdict, Verdict::Nacked | Verdict::Dropped);
        let attempt = u64::from(attempt);
        let known = self.handed.iter_mut().find(|one| (one.message, one.attempt) == (message, attempt));
        if let Some(known) = known {
            known.rejected = rejected;
            return;
        }
        let since = at.since(*self.first.get_or_insert(at));
        let at_ms = u64::try_from(since.as_millis()).expect("it is short");
        self.handed.push(Handed { at_ms, message, attempt, rejected });
    }
}

/// Scenarios that Sockeye begins in a way that the engine shows, but in less than a quarter of its runs: there, most
/// often, more messages come before the first that is delivered again, since the reader is faster than a rejection.
const RARE: [&str; 6] = [
    "first 2, in flight 2, threads 0, 5 messages 0 ms apart, busy 60 ms",
    "every 3, in flight 4, threads 0, 9 messages 0 ms apart, busy 60 ms",
    "first 1, in flight 1, threads 0, 6 messages 0 ms apart, busy 0 ms",
    "first 1, in flight 2, threads 0, 6 messages 0 ms apart, busy 0 ms",
    "first 3, in flight 1, threads 0, 6 messages 0 ms apart, busy 0 ms",
    "first 1, in flight 2, threads 0, 8 messages 0 ms apart, busy 60 ms, stop after 90 ms",
];

/// Whether the engine seldom delivers as many messages before the first that is delivered again.
fn is_rare(order: &str, rows: &[(usize, &str)]) -> bool {
    let like = |(_, shown): &&(usize, &str)| counts(shown).1 == counts(order).1;
    let alike: usize = rows.iter().filter(like).map(|(count, _)| count).sum();
    alike * 4 < rows.iter().map(|(count, _)| count).sum()
}

#[tokio::test(start_paused = true)]
async fn sockeye_begins_as_the_engine_often_does_but_where_it_is_known() {
    let mut rare = Vec::new();
    for scenario in scenarios::all() {
        let name = scenario.to_string();
        if is_rare(&scenarios::notation(&played(scenario, SEED).await), &counted(&name)) {
            rare.push(name);
        }
    }
    assert_eq!(rare, RARE);
}

#[tokio::test(start_paused = true)]
async fn messages_are_delivered_in_an_order_that_the_engine_shows() {
    let mut told = Vec::new();
    for scenario in scenarios::all() {
        let shown = recorded(&scenario.to_string());
        assert!(!shown.is_empty(), "the table lacks {scenario}");
        let mut others = BTreeSet::new();
        for seed in 0..SEEDS {
            let order = scenarios::notation(&played(scenario, seed).await);
            if !is_shown(&order, &shown, compared(&scenario, &shown)) {
                others.insert(order);
            }
        }
        if !others.is_empty() {
            let own = Vec::from_iter(others).join("\n      ");
            let engine = shown.join("\n      ");
            told.push(format!("{scenario}\n    sockeye\n      {own}\n    engine\n      {engine}"));
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn beside_a_message_that_is_always_rejected_as_many_others_pass_as_in_the_engine() {
    let mut told = Vec::new();
    for feed in FEEDS {
        let rows: Vec<_> = recorded(&feed.to_string()).into_iter().map(rates).collect();
        let (passed, tries) = of_feed(feed).await;
        let close = |own: u64, engine: &dyn Fn(&(u64, u64)) -> u64| {
            let bounds = (rows.iter().map(engine).min(), rows.iter().map(engine).max());
            let (Some(least), Some(most)) = bounds else { return false };
            own * 3 >= least * 2 && own * 3 <= most * 4
        };
        if !close(passed, &|row| row.0) || !close(tries, &|row| row.1) {
            told.push(format!("{feed}: sockeye passed {passed} tries {tries}, engine {rows:?}"));
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// `passed 75 tries 15`
fn rates(row: &str) -> (u64, u64) {
    let numbers: Vec<_> = row.split(' ').filter_map(|word| word.parse().ok()).collect();
    (numbers[0], numbers[1])
}

async fn of_feed(feed: Feed) -> (u64, u64) {
    let (network, mut connections) = peer(&[Answer::Accept]);
    let Feed { in_flight, threads } = feed;
    let ack_mode = format!("reject m3m in-flight:{in_flight} threads:{threads}");
    let ack_mode = AckMode::parse(&ack_mode).expect("it is an ack mode");
    let (handle, events) = start(as_engine(), ack_mode, network, SEED);
    let mut session = Session { handle, events, waiting: VecDeque::new() };
    let began = Instant::now();
    let (lasts, apart) = FEED;
    let server = tokio::spawn(async move {
        let mut server = connections.next().await;
        let messages = usize::try_from(lasts / apart).expect("they are few");
        send(&mut server, 0..messages, apart).await;
        std::future::pending::<()>().await;
    });
    let mut told = Seen::default();
    while let Ok(Some(event)) = timeout_at(began + ms(lasts), session.next()).await {
        told.take(&event);
    }
    server.abort();
    let tries = told.handed.iter().filter(|one| one.rejected).count();
    ((told.handed.len() - tries) as u64, tries as u64)
}

#[tokio::test(start_paused = true)]
async fn pings_between_messages_are_answered_when_the_engine_answers_them() {
    let mut told = Vec::new();
    for in_flight in [1, 2] {
        let (network, mut connections) = peer(&[Answer::Accept]);
        let ack_mode = format!("auto delay:400ms in-flight:{in_flight}");
        let ack_mode = AckMode::parse(&ack_mode).expect("it is an ack mode");
        let (_handle, mut events) = start(as_engine(), ack_mode, network, SEED);
        let drained = tokio::spawn(async move { while events.recv().await.is_some() {} });
        let mut server = connections.next().await;
        let began = Instant::now();
        for message in 0..PINGS {
            server.send_text(&Scenario::payload(message)).await;
            server.send_frame(PING, message.to_string().as_bytes()).await;
        }
        let mut times = Vec::new();
        for _ in 0..PINGS {
            server.receive().await.expect("it is answered");
            times.push(began.elapsed().as_millis());
        }
        drained.abort();
        let is_close = |row: &str| {
            let engine: Vec<u128> = row.split(' ').filter_map(|time| time.parse().ok()).collect();
            engine.len() == times.len()
                && engine.iter().zip(&times).all(|(one, own)| one.abs_diff(*own) <= 20)
        };
        let rows = recorded(&scenarios::pongs(in_flight));
        if !rows.iter().any(|row| is_close(row)) {
            told.push(format!("in flight {in_flight}: sockeye {times:?}, engine {rows:?}"));
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}
