//! Screen 5: what the feed does over time, and what its keys ask for.

use std::time::Duration;

use bytes::Bytes;
use sockeye::{
    app::{
        App, Capture, CaptureNews, Effect, Input, Measure, Outcome, Purpose, Screen, StatsNews, StatsOrder,
        StatsPane, press, update,
    },
    diagnose,
    session::{Control, ControlKind, Direction, Event, EventKind, Kind, LossKind, Lost, MessageId, Seq},
    stats::{PathChoice, SavedShapes, Shapes, Stats},
};

use super::{screen, snapshots_of, story::*};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 50)];

/// A trade with its number, so old in milliseconds; changed ones have a number as their price.
fn trade(number: u64, millis: u64, age: u64, is_changed: bool) -> String {
    let time = (NOON.0 / 1_000).unsigned_abs() + millis - age;
    let price = if is_changed { "14.99" } else { "\"14.99\"" };
    let kind = if number.is_multiple_of(4) { "quote" } else { "trade" };
    format!("{{\"type\":\"{kind}\",\"seq\":{number},\"ts\":{time},\"price\":{price}}}")
}

fn message(millis: u64, connection: u32, id: u64, text: &str) -> Event {
    event(millis, connection, batch(id, &[(Kind::Text, text.as_bytes())]))
}

/// A session with three missing numbers, lag, a silence, changed messages and a loss.
fn session() -> Vec<Event> {
    let mut events = opened(1, 0);
    let (mut number, mut id) = (100, 1);
    for beat in 1..=240_u64 {
        let millis = 1_000 + beat * 250;
        if (100..=140).contains(&beat) {
            if beat.is_multiple_of(8) {
                let kind = ControlKind::Ping(Bytes::new());
                events.push(event(millis, 1, EventKind::Control(Control { direction: Direction::In, kind })));
            }
            continue;
        }
        if beat == 200 {
            let lost = Lost {
                kind: LossKind::Ended,
                open_for: Duration::from_millis(millis),
                messages: id,
                message: "the server ended the connection".to_owned(),
            };
            events.push(event(millis, 1, EventKind::Lost(Box::new(lost))));
            events.extend(opened(2, millis + 100));
            number += 4;
        }
        number += if beat == 60 { 4 } else { 1 };
        let age = if (30..50).contains(&beat) { 1_500 } else { 12 };
        let connection = if beat < 200 { 1 } else { 2 };
        events.push(message(millis, connection, id, &trade(number, millis, age, beat > 150)));
        id += 1;
    }
    events
}

fn folded(events: &[Event]) -> Stats {
    let mut stats = Stats::default();
    for event in events {
        stats.take(event);
    }
    stats.settle();
    stats
}

fn news(stats: &Stats) -> StatsNews {
    let snapshot = Some(Box::new(stats.snapshot()));
    StatsNews { snapshot, noticed: diagnose::over_time(stats), ..StatsNews::default() }
}

fn hear(app: &mut App, news: StatsNews) -> Vec<Effect> {
    update(app, Input::Outcome(Outcome::Stats(Box::new(news))))
}

/// The screen after that session.
fn looking() -> App {
    let mut app = app();
    tell(&mut app, session());
    update(&mut app, Input::Tick(after(61_500)));
    press(&mut app, "5");
    hear(&mut app, news(&folded(&session())));
    app
}

fn notice(app: &App) -> &str {
    app.notice.as_ref().map_or("", |notice| notice.message.as_str())
}

#[test]
fn what_a_feed_does_over_time_is_on_one_screen() {
    snapshots_of("over-time", &mut looking(), &SIZES);
}

#[test]
fn before_a_message_the_screen_says_what_it_waits_for() {
    let mut app = app();
    tell(&mut app, opened(1, 0));
    press(&mut app, "5");
    hear(&mut app, news(&Stats::default()));
    snapshots_of("over-time-empty", &mut app, &SIZES);
}

#[test]
fn kinds_and_shapes_are_tables_that_tab_goes_to() {
    let mut app = looking();
    press(&mut app, "<tab>");
    snapshots_of("over-time-kinds", &mut app, &SIZES[..2]);
    press(&mut app, "<tab>");
    snapshots_of("over-time-shapes", &mut app, &SIZES[..2]);
}

#[test]
fn connections_are_a_list_with_what_came_first_and_their_lifetimes_are_drawn() {
    let mut app = looking();
    press(&mut app, "<tab><tab><tab>");
    assert_eq!(app.over_time.pane, StatsPane::Connections);
    snapshots_of("over-time-connections", &mut app, &SIZES);
    let first = app.over_time.connection().and_then(|row| row.first);
    press(&mut app, "<enter>");
    assert_eq!((app.screen, app.timeline.selected_message_id()), (Screen::Feed, first));
}

#[test]
fn shapes_are_saved_and_compared_with_a_set() {
    let mut app = looking();
    let effects = press(&mut app, "<tab><tab>s<enter>");
    let [Effect::Stats(StatsOrder::SaveShapes(path))] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(path.to_str(), Some("ticks-shapes.json"));
    let saved = Outcome::Saved {
        purpose: Purpose::SaveShapes,
        path: "ticks-shapes.json".to_owned(),
        count: 3,
        bytes: 0,
        removed: Vec::new(),
    };
    update(&mut app, Input::Outcome(saved));
    assert_eq!(notice(&app), "wrote 3 shapes to ticks-shapes.json; d compares with them");
    let effects = press(&mut app, "dyesterday.json<enter>");
    assert!(matches!(effects.as_slice(), [Effect::Stats(StatsOrder::CompareShapes(Some(_)))]), "{effects:?}");
    let mut yesterday = SavedShapes::default();
    let stats = folded(&session());
    yesterday.add(&stats.shapes.groups()[..1]);
    let mut other = Shapes::default();
    other.came(br#"{"type":"trade","fee":1}"#, MessageId(1), NOON);
    yesterday.add(other.groups());
    let mut news = news(&stats);
    if let Some(snapshot) = &mut news.snapshot {
        yesterday.compare("yesterday.json", stats.shapes.groups(), snapshot);
    }
    hear(&mut app, news);
    snapshots_of("over-time-shapes-compared", &mut app, &SIZES[..2]);
    let effects = press(&mut app, "d<enter>");
    assert!(matches!(effects.as_slice(), [Effect::Stats(StatsOrder::CompareShapes(None))]), "{effects:?}");
}

#[test]
fn the_lag_is_a_column_of_the_feed_where_it_is_wanted() {
    let mut app = looking();
    let stats = folded(&session());
    hear(&mut app, StatsNews { lag: stats.lag_reader(), ..news(&stats) });
    press(&mut app, "1:columns number time lag<enter>");
    let drawn = screen(&mut app, (120, 36));
    let heads = drawn.lines().find(|line| line.contains("preview")).expect("heads");
    assert!(heads.contains("lag"), "{drawn}");
    assert!(drawn.contains("12.0 ms"), "{drawn}");
    hear(&mut app, StatsNews::default());
    assert!(!screen(&mut app, (120, 36)).contains("12.0 ms"), "without a path of a time nothing is known");
}

fn old_capture(sessions: usize, nth: usize) -> CaptureNews {
    CaptureNews::Opened {
        path: "old.sockeye".into(),
        bytes: 1_000,
        first: Seq(1),
        payloads: 10,
        began: NOON,
        is_whole: true,
        name: "ticks".to_owned(),
        url: "wss://feed.example/ticks".to_owned(),
        profile: None,
        sessions,
        nth,
    }
}

#[test]
fn for_the_column_of_the_lag_an_old_capture_is_read_by_itself() {
    let mut app = app();
    press(&mut app, ":columns number time lag<enter>");
    let effects = update(&mut app, Input::Outcome(Outcome::Capture(old_capture(1, 1))));
    assert!(
        effects.iter().any(|effect| matches!(effect, Effect::Stats(StatsOrder::Read { .. }))),
        "{effects:?}"
    );
}

#[test]
fn the_header_says_where_the_numbers_are_served() {
    let mut app = looking();
    app.serves_at("metrics at http://127.0.0.1:9400/metrics");
    assert!(screen(&mut app, (120, 36)).contains("metrics 127.0.0.1:9400"));
    assert!(screen(&mut app, (80, 24)).contains("metrics :9400"));
}

#[test]
fn the_cursor_of_the_chart_reads_one_bar() {
    let mut app = looking();
    press(&mut app, "m<left><left><left>");
    snapshots_of("over-time-cursor", &mut app, &SIZES[1..]);
    let before = app.over_time.cursor.expect("it is on the chart");
    press(&mut app, "-<left>");
    let after = app.over_time.cursor.expect("it is on the chart");
    assert_eq!(before.since(after), Duration::from_secs(2), "a bar is two seconds now");
    press(&mut app, "<right>");
    assert_eq!(app.over_time.cursor, Some(before));
    press(&mut app, "<enter>");
    assert_eq!(app.screen, Screen::Feed);
    assert!(!app.timeline.is_following(), "it holds at that time");
    press(&mut app, "5<esc>");
    assert_eq!(app.over_time.cursor, None);
}

#[test]
fn zoom_ends_where_a_bar_is_a_bucket() {
    let mut app = looking();
    press(&mut app, "-+");
    assert_eq!(app.over_time.zoom, Some(0));
    press(&mut app, "+");
    assert_eq!(notice(&app), "a bar is as short as it can be");
}

#[test]
fn each_press_of_m_charts_something_else() {
    let mut app = looking();
    let mut next = || {
        press(&mut app, "m");
        app.over_time.measure
    };
    assert_eq!([next(), next(), next(), next()], [Measure::Size, Measure::Lag, Measure::Gap, Measure::Rate]);
}

#[test]
fn n_goes_through_what_happened_and_enter_to_the_message() {
    let mut app = looking();
    let count = app.over_time.snapshot.happenings.len();
    press(&mut app, "n");
    assert_eq!(notice(&app), "nothing more has happened", "the newest is selected");
    press(&mut app, &"N".repeat(count));
    assert_eq!(notice(&app), "nothing happened before");
    let first = app.over_time.happening().and_then(|one| one.message).expect("a hole has a message");
    press(&mut app, "<enter>");
    assert_eq!((app.screen, app.timeline.selected_message_id()), (Screen::Feed, Some(first)));
}

#[test]
fn enter_on_a_kind_or_a_shape_filters_the_feed_and_e_shows_an_example() {
    let mut app = looking();
    press(&mut app, "<tab><enter>");
    assert_eq!((app.screen, app.filter.input.text()), (Screen::Feed, ".type == \"trade\""));
    press(&mut app, "5<tab><enter>");
    assert!(app.filter.input.text().starts_with("shape:"), "{}", app.filter.input.text());
    press(&mut app, "5e");
    assert_eq!(app.screen, Screen::Feed);
    let newest = app.over_time.shape().map(|shape| shape.example);
    assert_eq!(app.timeline.selected_message_id(), newest, "the newest of its shape");
}

#[test]
fn paths_are_chosen_by_a_question_and_by_an_order() {
    let mut app = looking();
    let effects = press(&mut app, "ctime .ts<enter>");
    let [Effect::Stats(StatsOrder::Choose(paths))] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(matches!(paths.time, PathChoice::Chosen(_)));
    assert!(notice(&app).starts_with("counted from now on"), "{}", notice(&app));
    let effects = press(&mut app, ":sequence off<enter>");
    let [Effect::Stats(StatsOrder::Choose(paths))] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(paths.sequence, PathChoice::Off);
    assert!(matches!(paths.time, PathChoice::Chosen(_)), "what was chosen before stays");
    press(&mut app, "ctime ts<enter>");
    assert!(screen(&mut app, (120, 36)).contains("write sequence, time or kind, and a path"));
}

#[test]
fn with_a_capture_a_session_is_counted_again() {
    let mut app = looking();
    app.capture = Capture::Recording { path: "ticks.sockeye".into(), bytes: 1 };
    press(&mut app, ":kind .type<enter>");
    assert_eq!(notice(&app), "the session is counted again from its capture");
}

#[test]
fn whoever_folds_hears_when_the_screen_is_looked_at() {
    let mut app = app();
    tell(&mut app, opened(1, 0));
    let watches = |effects: &[Effect]| match effects {
        [Effect::Stats(StatsOrder::Watch(is_watched))] => Some(*is_watched),
        _ => None,
    };
    assert_eq!(watches(&press(&mut app, "5")), Some(true));
    assert_eq!(watches(&press(&mut app, "4")), Some(false));
    assert_eq!(press(&mut app, "1").len(), 0);
}

#[test]
fn an_old_capture_is_read_when_the_screen_is_looked_at_and_esc_stops_that() {
    let mut app = app();
    update(&mut app, Input::Outcome(Outcome::Capture(old_capture(3, 2))));
    let effects = press(&mut app, "5");
    let read = effects.iter().any(|effect| matches!(effect, Effect::Stats(StatsOrder::Read { back: 1, .. })));
    assert!(read, "{effects:?}");
    hear(&mut app, StatsNews { percent: Some(40), ..news(&folded(&session())) });
    assert!(screen(&mut app, (120, 36)).contains("reading the capture 40 %"));
    assert!(app.journal.is_empty(), "what an old capture shows was told when it happened");
    let effects = press(&mut app, "<esc>");
    assert!(matches!(effects.as_slice(), [Effect::Stats(StatsOrder::Stop)]), "{effects:?}");
    assert_eq!(press(&mut app, "1").len(), 1, "it is not watched any more");
    assert!(
        matches!(press(&mut app, "5").as_slice(), [Effect::Stats(StatsOrder::Watch(true))]),
        "not read again"
    );
}

#[test]
fn what_is_found_is_told_once_on_the_feed_and_in_the_log() {
    let mut app = app();
    tell(&mut app, session());
    hear(&mut app, news(&folded(&session())));
    let drawn = screen(&mut app, (120, 40));
    assert!(drawn.contains("numbers are missing") && drawn.contains("5 shows it"), "{drawn}");
    let told =
        |app: &App| app.journal.shown().filter(|(_, line)| line.text.starts_with("sequence-gap")).count();
    assert_eq!(told(&app), 1);
    hear(&mut app, news(&folded(&session())));
    assert_eq!(told(&app), 1);
    press(&mut app, "51");
    assert!(!screen(&mut app, (120, 40)).contains("5 shows it"), "it was looked at");
}

#[test]
fn the_bell_rings_only_where_that_is_wished() {
    let told = |notifies: bool| {
        let mut app = App { notifies, ..app() };
        tell(&mut app, session());
        hear(&mut app, news(&folded(&session())))
    };
    assert!(told(false).is_empty());
    let effects = told(true);
    let [Effect::Notify(text)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(text, "ticks: numbers are missing");
}

#[test]
fn what_was_not_looked_into_is_told() {
    let mut stats = folded(&session());
    stats.skip(MessageId(500), sockeye::session::ConnectionId(2), after(61_400), (1_200, 90_000));
    let mut app = looking();
    hear(&mut app, news(&stats));
    assert!(screen(&mut app, (80, 24)).contains("1,200 not looked into"));
}

#[test]
fn a_click_selects_a_row_of_the_list_under_it() {
    let mut app = looking();
    let drawn = screen(&mut app, (200, 50));
    let row = drawn.lines().position(|line| line.contains("quote")).expect("a kind is a quote");
    let at = ratatui::layout::Position { x: 120, y: u16::try_from(row).expect("a line") };
    update(&mut app, Input::Click(at));
    assert_eq!(app.over_time.pane, StatsPane::Kinds);
    assert_eq!(app.over_time.kind().map(|kind| kind.written.as_str()), Some("\"quote\""));
}
