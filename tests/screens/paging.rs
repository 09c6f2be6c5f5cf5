//! A feed longer than memory: rows read back from a capture, filters over all of it, marks and saving.

use std::path::Path;

use bytes::Bytes;
use proptest::prelude::*;
use sockeye::{
    app::{
        App, CaptureNews, Contents, Effect, Input, Landmarked, Line, Outcome, Places, Purpose, Ranges,
        Saving, ScanRequest, press, update,
    },
    session::{
        ConnectionId, Delivery, Event, EventKind, MessageId, Seq, Stored, StoredKind, StoredMessage, Verdict,
    },
};

use super::{screen, snapshots, story::*};

/// What a capture would hold of events: every event at its place.
#[derive(Default)]
struct Kept {
    stored: Vec<Stored>,
    committed: usize,
}

impl Kept {
    fn take(&mut self, events: &[Event]) {
        for event in events {
            match &event.kind {
                EventKind::Messages(batch) => {
                    for message in batch.messages() {
                        self.push(
                            event,
                            StoredKind::Message(StoredMessage {
                                seq: Seq(self.stored.len() as u64 + 1),
                                id: message.id,
                                kind: message.kind,
                                valid: message.valid,
                                frames: message.frames,
                                wire: None,
                                size: message.payload.len() as u64,
                                head: Bytes::copy_from_slice(message.payload),
                                delivery: Delivery { attempt: 1, verdict: Verdict::Acked },
                            }),
                        );
                    }
                }
                kind => self.push(event, StoredKind::Event(Box::new(kind.clone()))),
            }
        }
        self.committed = self.stored.len();
    }

    fn push(&mut self, event: &Event, kind: StoredKind) {
        let seq = Seq(self.stored.len() as u64 + 1);
        self.stored.push(Stored { seq, at: event.at, connection: event.connection, kind });
    }

    fn read(&self, ranges: &Ranges) -> Vec<Stored> {
        let place = |seq: u64| usize::try_from(seq - 1).expect("small").min(self.committed);
        ranges
            .iter()
            .flat_map(|(from, count)| self.stored[place(from.0)..place(from.0 + u64::from(*count))].to_vec())
            .collect()
    }

    /// Answers what the app asks of the capture until it asks for nothing more.
    fn serve(&self, app: &mut App, effects: Vec<Effect>) {
        let mut asked = effects;
        for _ in 0..200 {
            let Some(effect) = asked.pop() else { return };
            let outcome = match effect {
                Effect::Load(ranges) => Outcome::Loaded(self.read(&ranges)),
                Effect::LoadWhole(seq) => Outcome::Whole { seq, bytes: None },
                Effect::Scan(request) => {
                    let ScanRequest { generation, landmarked, filter, places: Places { from, to, .. } } =
                        request;
                    let to = to.min(Seq(self.committed as u64));
                    let over = Outcome::ScanOver { generation, upto: to };
                    let (mut matches, mut landmarks) = (Vec::new(), Vec::new());
                    for stored in self.stored.iter().filter(|stored| (from..=to).contains(&stored.seq)) {
                        match &stored.kind {
                            StoredKind::Message(message)
                                if filter.matches(&sockeye::filter::Candidate::received(
                                    message.kind.into(),
                                    &message.head,
                                )) =>
                            {
                                matches.push((stored.seq, 1));
                            }
                            StoredKind::Event(kind)
                                if landmarked == Landmarked::Yes
                                    && matches!(**kind, EventKind::Opened(_) | EventKind::Lost(_)) =>
                            {
                                landmarks.push(stored.seq);
                            }
                            _ => {}
                        }
                    }
                    if from <= to {
                        let told = Outcome::Filtered { generation, from, upto: to, matches, landmarks };
                        asked.extend(update(app, Input::Outcome(told)));
                    }
                    over
                }
                _ => continue,
            };
            asked.extend(update(app, Input::Outcome(outcome)));
        }
        panic!("it asks without end");
    }
}

fn feed(app: &mut App, kept: &mut Kept, events: Vec<Event>) {
    kept.take(&events);
    let effects = update(app, Input::Events(events));
    kept.serve(app, effects);
}

fn do_keys(app: &mut App, kept: &Kept, keys: &str) {
    let effects = press(app, keys);
    kept.serve(app, effects);
}

/// A session of 30,000 messages, of which memory keeps the last 10,000.
fn long() -> (App, Kept) {
    let (mut app, mut kept) = (app(), Kept::default());
    let news = CaptureNews::Grown { path: "/s/ticks.sqlite".into(), bytes: 5_000_000 };
    update(&mut app, Input::Outcome(Outcome::Capture(news)));
    feed(&mut app, &mut kept, opened(1, 0));
    for first in (1..30_000).step_by(1_000) {
        feed(&mut app, &mut kept, ticks(first, 1_000, 300 + first));
    }
    (app, kept)
}

fn shown(app: &App) -> Vec<Option<u64>> {
    let number = |line: &Line<'_>| match line {
        Line::Message { message, .. } => Some(message.id.0),
        _ => None,
    };
    app.timeline.visible(app.page()).map(|row| number(&row.line)).collect()
}

#[test]
fn the_first_row_of_a_long_session_is_read_back() {
    let (mut app, kept) = long();
    do_keys(&mut app, &kept, "g");
    assert_eq!(shown(&app)[..4], [None, Some(1), Some(2), Some(3)]);
    snapshots("paged", &mut app);
    do_keys(&mut app, &kept, "<pagedown>");
    assert!(shown(&app).iter().all(Option::is_some), "{:?}", shown(&app));
    do_keys(&mut app, &kept, ":15000<enter>");
    assert_eq!(app.timeline.selected_message().map(|message| message.id), Some(MessageId(15_000)));
}

#[test]
fn a_row_that_is_being_read_says_so_and_nothing_waits() {
    let (mut app, _kept) = long();
    let effects = press(&mut app, "g");
    assert!(matches!(effects.as_slice(), [Effect::Load(_)]), "{effects:?}");
    snapshots("paging", &mut app);
    assert!(press(&mut app, "jj").is_empty(), "one question at a time");
}

#[test]
fn what_is_not_committed_yet_is_asked_for_again_by_and_by() {
    let (mut app, mut kept) = long();
    kept.committed = 10;
    do_keys(&mut app, &kept, ":15000<enter>");
    assert!(app.next_tick().is_some_and(|after| after.as_millis() <= 100));
    kept.committed = kept.stored.len();
    let now = app.now;
    let effects = update(&mut app, Input::Tick(now));
    kept.serve(&mut app, effects);
    assert_eq!(app.timeline.selected_message().map(|message| message.id), Some(MessageId(15_000)));
}

#[test]
fn a_filter_finds_in_memory_and_in_the_capture() {
    let (mut app, mut kept) = long();
    do_keys(&mut app, &kept, "/64096");
    // The price is 64,000 and the remainder by 97.
    let expected: Vec<u64> = (1..=30_000).filter(|n| n % 97 == 96).collect();
    let filter_view = app.timeline.filter_view().expect("a filter is in force");
    assert_eq!((filter_view.matches(), filter_view.scanning), (expected.len() as u64, None));
    do_keys(&mut app, &kept, "<enter>g");
    let numbers: Vec<u64> = shown(&app).into_iter().flatten().collect();
    assert_eq!(numbers, expected[..numbers.len()], "from the first on, with the connection between them");
    feed(&mut app, &mut kept, ticks(30_001, 200, 40_000));
    let more = (30_001..=30_200).filter(|n| n % 97 == 96).count() as u64;
    assert_eq!(app.timeline.filter_view().expect("it stays").matches(), expected.len() as u64 + more);
    snapshots("filtered", &mut app);
    do_keys(&mut app, &kept, "<esc>");
    assert!(app.timeline.filter_view().is_none());
}

#[test]
fn a_highlight_is_gone_through_in_memory_and_in_the_capture() {
    let (mut app, kept) = long();
    do_keys(&mut app, &kept, "\\64096<enter>");
    let all = (1..=30_000).filter(|n| n % 97 == 96).count() as u64;
    assert_eq!(app.timeline.highlight_view().map(sockeye::app::FilterView::found), Some(all));
    do_keys(&mut app, &kept, "gn");
    assert_eq!(app.timeline.selected_message_id(), Some(MessageId(96)));
    (0..3).for_each(|_| do_keys(&mut app, &kept, "n"));
    assert_eq!(app.timeline.selected_message_id(), Some(MessageId(96 + 3 * 97)));
    let said = app.notice.as_ref().map(|notice| notice.message.clone());
    assert_eq!(said.as_deref(), Some("match 4 of 309"));
    do_keys(&mut app, &kept, "<ctrl-l>");
    assert_eq!(app.timeline.highlight_view().map(sockeye::app::FilterView::found), Some(0));
}

#[test]
fn what_was_not_committed_when_a_filter_looked_is_found_by_and_by() {
    let (mut app, mut kept) = long();
    kept.committed = 15_000;
    do_keys(&mut app, &kept, "/64096");
    let found = |app: &App| {
        app.timeline.filter_view().map(|filter_view| (filter_view.matches(), filter_view.scanning.is_some()))
    };
    assert!(found(&app).is_some_and(|(messages, scanning)| messages < 309 && scanning), "{:?}", found(&app));
    kept.committed = kept.stored.len();
    let now = app.now;
    let effects = update(&mut app, Input::Tick(now));
    kept.serve(&mut app, effects);
    assert_eq!(found(&app), Some((309, false)));
}

#[test]
fn a_filter_that_cannot_be_read_says_why_and_the_last_one_stays() {
    let (mut app, kept) = long();
    do_keys(&mut app, &kept, "/64096 /(");
    snapshots("filter-fault", &mut app);
    assert!(app.filter.fault.is_some());
    assert!(app.timeline.filter_view().is_some());
}

#[test]
fn a_filter_that_cannot_be_read_is_not_left_as_if_it_were_in_force() {
    let (mut app, kept) = long();
    do_keys(&mut app, &kept, "/64096 or /(<enter>");
    assert_eq!(app.focus, sockeye::app::Focus::Filter);
    assert!(screen(&mut app, (120, 40)).contains("esc clears it"));
    do_keys(&mut app, &kept, "<esc>\\\\64096 and siz:>3<enter>");
    assert_eq!(app.focus, sockeye::app::Focus::Highlight);
    assert!(screen(&mut app, (120, 40)).contains("siz"));
}

#[test]
fn the_place_of_a_match_is_counted_among_matches_and_not_among_connections() {
    let (mut app, kept) = long();
    do_keys(&mut app, &kept, "/640<enter>");
    do_keys(&mut app, &kept, "gn");
    let view = app.timeline.filter_view().expect("it is in force");
    let all = view.matches();
    assert!(all < view.found(), "a connection stands among them");
    let place = app.timeline.match_place().expect("n goes to a match");
    assert_eq!((place.nth, place.all), (1, all));
}

/// The new files among effects: where, for which question, and what goes into them.
fn saved(effects: &[Effect]) -> Vec<(&Path, Purpose, &Contents)> {
    let saved = effects.iter().filter_map(|effect| match effect {
        Effect::Save { path, purpose, contents } => Some((path.as_path(), *purpose, contents)),
        _ => None,
    });
    saved.collect()
}

#[test]
fn a_file_that_takes_long_tells_how_far_it_is_and_can_be_stopped() {
    let mut app = receiving(9);
    let saving = Saving { path: "feed.har".to_owned(), done: 20_000 };
    update(&mut app, Input::Outcome(Outcome::Saving(saving)));
    assert!(screen(&mut app, (120, 40)).contains("20,000 messages are in feed.har; ctrl+g stops that"));
    assert!(matches!(press(&mut app, "<ctrl-g>")[..], [Effect::StopSaving]));
    update(&mut app, Input::Outcome(Outcome::SavingStopped { path: "feed.har".to_owned() }));
    assert!(screen(&mut app, (120, 40)).contains("stopped as asked: there is no feed.har"));
    assert!(press(&mut app, "<ctrl-g>").is_empty(), "no file is being written any more");
}

#[test]
fn the_evidence_is_packed_from_the_capture_only() {
    let (mut long, _) = long();
    let effects = press(&mut long, "H<enter>");
    let [(path, Purpose::Pack, Contents::Evidence { last: 1_000, .. })] = saved(&effects)[..] else {
        panic!("{effects:?}")
    };
    assert!(path.extension().is_some_and(|extension| extension == "zip"));
    let mut app = receiving(9);
    assert!(press(&mut app, "H").is_empty());
    assert!(screen(&mut app, (120, 40)).contains("the session is not captured"));
}

#[test]
fn marks_are_saved_as_json_lines_and_the_selected_payload_as_it_is() {
    let mut app = receiving(9);
    press(&mut app, "k<space>k<space>");
    snapshots("marked", &mut app);
    let effects = press(&mut app, "s<enter>");
    let [(path, Purpose::SaveMarked, Contents::Bytes { bytes, count: 2, .. })] = saved(&effects)[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(path.to_str(), Some("ticks-marked.jsonl"));
    let text = String::from_utf8(bytes.to_vec()).expect("lines are text");
    assert!(text.lines().count() == 2 && text.contains("\"id\":7"), "{text}");
    let effects = press(&mut app, "Us<enter>");
    let [(path, Purpose::Save, Contents::Bytes { bytes, count: 1, .. })] = saved(&effects)[..] else {
        panic!("{effects:?}")
    };
    assert_eq!((path.to_str(), bytes.as_ref()), (Some("ticks-7.json"), tick(7).as_bytes()));
}

#[test]
fn an_export_is_the_whole_session_or_what_the_filter_shows() {
    let (mut app, kept) = long();
    let effects = press(&mut app, "S<enter>");
    let [(_, Purpose::Export, Contents::Range { filter: None, from, to, .. })] = saved(&effects)[..] else {
        panic!("{effects:?}")
    };
    assert!(to.0 - from.0 >= 30_000);
    do_keys(&mut app, &kept, "/64096<enter>");
    let effects = press(&mut app, "S<enter>");
    assert!(
        matches!(saved(&effects)[..], [(_, Purpose::Export, Contents::Range { filter: Some(_), .. })]),
        "{effects:?}"
    );
    let mut small = receiving(9);
    let effects = press(&mut small, "S<enter>");
    assert!(
        matches!(saved(&effects)[..], [(_, Purpose::Export, Contents::Bytes { count: 9, .. })]),
        "{effects:?}"
    );
}

#[test]
fn an_export_from_memory_that_could_not_be_written_is_asked_for_again_as_an_export() {
    let mut app = receiving(9);
    let effects = press(&mut app, "S<enter>");
    let [(path, purpose, _)] = saved(&effects)[..] else { panic!("{effects:?}") };
    let path = path.display().to_string();
    let not_saved = Outcome::NotSaved { purpose, path, message: "there is such a file".to_owned() };
    update(&mut app, Input::Outcome(not_saved));
    let effects = press(&mut app, "<ctrl-u>other.jsonl<enter>");
    assert!(
        matches!(saved(&effects)[..], [(_, Purpose::Export, Contents::Bytes { count: 9, .. })]),
        "{effects:?}"
    );
}

#[test]
fn an_export_to_a_name_of_no_format_is_asked_for_again_with_the_endings() {
    let mut app = receiving(9);
    for (name, reason) in [
        ("feed.xlsx", "is one of .jsonl .raw .csv .har .md"),
        ("feed.parquet", "Parquet is not written, since"),
        ("feed.sqlite", "without a capture only messages can be written"),
        ("feed.csv --redact .s,x", "--redact: column 4: write a path"),
        ("feed.har", "without a capture only messages can be written"),
    ] {
        assert!(press(&mut app, &format!("S<ctrl-u>{name}<enter>")).is_empty());
        let shown = screen(&mut app, (120, 40));
        assert!(shown.contains(reason) && shown.contains(name), "{shown}");
        press(&mut app, "<esc>");
    }
    let effects = press(&mut app, "S<ctrl-u>feed.csv --redact .s<enter>");
    let [(path, _, Contents::Bytes { removed, .. })] = saved(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!(path.to_str(), Some("feed.csv"));
    assert_eq!(removed, &[".s: 9 values removed"]);
    let (mut long, _) = long();
    let effects = press(&mut long, "S<ctrl-u>feed.har<enter>");
    assert!(matches!(saved(&effects)[..], [(_, Purpose::Export, Contents::Range { .. })]), "{effects:?}");
}

#[test]
fn times_are_told_in_five_ways_and_then_on_the_clock_again() {
    let mut app = receiving(9);
    press(&mut app, "kt");
    snapshots("time-session", &mut app);
    press(&mut app, "t");
    snapshots("time-selected", &mut app);
    press(&mut app, "ttt");
    assert!(screen(&mut app, (120, 40)).contains("12:00:0"));
}

#[test]
fn n_goes_from_trouble_to_trouble() {
    let mut app = receiving(30);
    tell(&mut app, lost(900));
    tell(&mut app, opened(2, 1_000));
    tell(&mut app, ticks(31, 30, 1_200));
    press(&mut app, "N");
    let selected = app.timeline.selected().map(|row| row.line.clone());
    assert!(matches!(selected, Some(Line::Entry(sockeye::app::Entry::Lost(..)))), "{selected:?}");
    press(&mut app, "N");
    assert!(
        app.notice
            .as_ref()
            .is_some_and(|notice| notice.message.contains("no loss, failure or finding above"))
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is done, the rows that are shown stand in a row, and each is the message of its number.
    #[test]
    fn rows_that_are_shown_are_those_of_the_session(steps in prop::collection::vec((0_u8..8, 1_u64..900), 1..25)) {
        let (mut app, mut kept) = (app(), Kept::default());
        let news = CaptureNews::Grown { path: "/s/x".into(), bytes: 1 };
        update(&mut app, Input::Outcome(Outcome::Capture(news)));
        feed(&mut app, &mut kept, opened(1, 0));
        let mut next = 1;
        for (kind, n) in steps {
            match kind {
                0..4 => {
                    feed(&mut app, &mut kept, ticks(next, n * 20, 500 + next));
                    next += n * 20;
                }
                4 => do_keys(&mut app, &kept, "g"),
                5 => do_keys(&mut app, &kept, &format!(":{n}<enter>")),
                6 => do_keys(&mut app, &kept, "<pageup>kk"),
                _ => do_keys(&mut app, &kept, "<pagedown>j"),
            }
            let rows: Vec<_> = app.timeline.visible(app.page()).collect();
            for pair in rows.windows(2) {
                prop_assert_eq!(pair[1].id.0, pair[0].id.0 + 1);
            }
            for row in &rows {
                match &row.line {
                    Line::Message { message, .. } => {
                        let expected = tick(message.id.0);
                        prop_assert_eq!(message.payload, Some(expected.as_bytes()));
                        prop_assert_eq!(row.connection, ConnectionId(1));
                    }
                    Line::Unread { .. } => prop_assert!(false, "row {:?} was not read", row.id),
                    _ => {}
                }
            }
        }
    }
}

#[test]
fn equal_messages_of_a_capture_are_folded_as_they_are_read() {
    let mut app = app();
    app.timeline.keep(sockeye::app::Kept::All);
    let mut kept = Kept::default();
    feed(&mut app, &mut kept, opened(1, 0));
    let beat = (sockeye::session::Kind::Text, &b"beat"[..]);
    for nth in 0..300_u64 {
        feed(&mut app, &mut kept, vec![event(1_000 + nth, 1, batch(1 + 100 * nth, &[beat; 100]))]);
    }
    do_keys(&mut app, &kept, "*");
    let times = app.timeline.visible(20).map(|row| app.timeline.times_repeated(row.id).unwrap_or(1));
    let times: Vec<_> = times.collect();
    assert_eq!(times.iter().sum::<u64>(), 30_001, "the opening, and each message in one of the folds");
    assert!(times.len() < 8, "{times:?}");
}
