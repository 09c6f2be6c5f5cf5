//! The screen without a terminal: key scripts, what is drawn, and what must never be.

mod around;
mod bookmarks;
mod compared;
mod copy_as;
mod delivery;
mod detail;
mod editors;
mod finding;
mod form;
mod handshakes;
mod hostile;
mod named_filters;
mod old_captures;
mod over_time;
mod paging;
mod pairs;
mod passphrases;
mod payloads;
mod pictures;
mod profiles;
mod rewriting;
mod rooms;
mod sending;
mod side_by_side;
mod states;
mod story;
mod table;

use bytes::Bytes;
use insta::assert_snapshot;
use ratatui::{
    Terminal,
    backend::TestBackend,
    layout::{Position, Size},
};
use sockeye::{
    app::{ActionId, App, Effect, Input, Outcome, Screen, actions, hints, press, update},
    send::Message,
    session::{
        Command, Delivery, DeliveryUpdate, End, Ended, EventKind, Failure, FailureKind, Kind, MessageId,
        Sent, Stage, Verdict,
    },
    view,
};

use story::*;
use strum::{IntoEnumIterator as _, VariantArray as _};

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 10)];

/// The screen as text, a line each.
fn screen(app: &mut App, (width, height): (u16, u16)) -> String {
    update(app, Input::Resized(Size { width, height }));
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a screen in memory");
    terminal.draw(|frame| view::draw(frame, app)).expect("drawing into memory");
    terminal.backend().to_string()
}

fn snapshots(name: &str, app: &mut App) {
    snapshots_of(name, app, &SIZES);
}

fn snapshots_of(name: &str, app: &mut App, sizes: &[(u16, u16)]) {
    for &(width, height) in sizes {
        let drawn = screen(app, (width, height));
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            assert_snapshot!(format!("{name}-{width}x{height}"), drawn);
        });
    }
}

#[test]
fn a_connection_that_runs_shows_its_ladder() {
    let mut app = app();
    tell(&mut app, tried_address(1, 0));
    update(&mut app, Input::Tick(after(48)));
    snapshots("connecting", &mut app);
}

#[test]
fn an_open_connection_without_messages_says_so() {
    let mut app = app();
    tell(&mut app, opened(1, 0));
    tell(&mut app, [ping(400), ping(900), ping(1_400)]);
    press(&mut app, "<ctrl-l>");
    update(&mut app, Input::Tick(after(1_500)));
    snapshots("open-empty", &mut app);
}

#[test]
fn the_feed_follows_the_newest() {
    let mut app = receiving(60);
    tell(&mut app, [ping(500)]);
    let sent =
        Sent { kind: Kind::Text, payload: Bytes::from_static(br#"{"op":"subscribe"}"#), opening: false };
    tell(&mut app, [event(510, 1, EventKind::Sent(sent))]);
    tell(&mut app, ticks(61, 8, 600));
    tell(
        &mut app,
        [event(
            630,
            1,
            batch(69, &[(Kind::Binary, &[0, 159, 146, 150]), (Kind::Text, "žluťoučký kůň 漢字".as_bytes())]),
        )],
    );
    update(&mut app, Input::Tick(after(2_000)));
    snapshots("following", &mut app);
}

#[test]
fn a_held_view_shows_the_detail_and_counts_what_passes() {
    let mut app = receiving(60);
    press(&mut app, "kkk<enter>");
    tell(&mut app, ticks(61, 300, 600));
    snapshots("held", &mut app);
}

#[test]
fn hex_shows_every_byte() {
    let mut app = receiving(3);
    press(&mut app, "<enter>vvv");
    snapshots("hex", &mut app);
}

#[test]
fn an_unknown_issuer_is_explained_with_what_mends_it() {
    let mut app = app();
    tell(&mut app, unknown_issuer(1, 0));
    update(&mut app, Input::Tick(after(200)));
    snapshots("unknown-issuer", &mut app);
}

#[test]
fn a_refusal_is_shown_with_its_body() {
    let mut app = app();
    tell(&mut app, unauthorized(1, 0));
    update(&mut app, Input::Tick(after(200)));
    snapshots("unauthorized", &mut app);
}

#[test]
fn a_connection_without_a_finding_still_says_what_failed() {
    let mut app = app();
    let mut events = unauthorized(1, 0);
    events.retain(|event| !matches!(event.kind, EventKind::Finding(_)));
    tell(&mut app, events);
    let drawn = screen(&mut app, (80, 24));
    assert!(drawn.contains("the server answered 401 Unauthorized instead of 101"), "{drawn}");
}

#[test]
fn a_lost_connection_and_the_next_are_rows_of_the_feed() {
    let mut app = receiving(60);
    tell(&mut app, lost(900));
    tell(&mut app, opened(2, 1_000));
    tell(&mut app, ticks(61, 5, 1_200));
    update(&mut app, Input::Tick(after(2_000)));
    snapshots("reconnected", &mut app);
}

#[test]
fn a_failed_connection_after_messages_stands_in_a_strip() {
    let mut app = receiving(60);
    tell(&mut app, lost(900));
    tell(&mut app, unknown_issuer(2, 1_000));
    update(&mut app, Input::Tick(after(1_300)));
    snapshots("waiting", &mut app);
}

#[test]
fn the_end_of_the_retries_is_told() {
    let mut app = app();
    tell(&mut app, unknown_issuer(1, 0));
    let last = Failure {
        stage: Stage::Tls,
        kind: FailureKind::CertUnknownIssuer,
        message: "the server's certificate is signed by an unknown issuer".to_owned(),
        sources: Vec::new(),
    };
    let why = End::RetriesExhausted { retries: 0, last: Box::new(last) };
    tell(
        &mut app,
        [event(100, 1, EventKind::Ended(Ended { why, messages: 0, connections: 1, during: None }))],
    );
    assert_eq!(app.next_tick(), None);
    snapshots("ended", &mut app);
}

#[test]
fn help_says_what_works_and_why_the_rest_does_not() {
    let mut app = app();
    tell(&mut app, tried_address(1, 0));
    press(&mut app, "?");
    snapshots("help", &mut app);
}

#[test]
fn the_send_line_is_written_and_sent() {
    let mut app = receiving(9);
    assert!(press(&mut app, r#"i{"op":"pong"}<ctrl-a>"#).is_empty());
    snapshots("send", &mut app);
    let effects = press(&mut app, "<enter>");
    let [Effect::Send(utterance)] = effects.as_slice() else {
        panic!("one message is to be sent: {effects:?}");
    };
    assert_eq!(utterance.message, Message::text(r#"{"op":"pong"}"#));
}

#[test]
fn a_screen_that_is_too_small_says_so() {
    let mut app = receiving(9);
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        assert_snapshot!("too-small", screen(&mut app, (18, 3)));
    });
}

#[test]
fn a_pasted_newline_does_not_send() {
    let mut app = receiving(1);
    press(&mut app, "i");
    assert!(update(&mut app, Input::Paste("a\nb".to_owned())).is_empty());
    assert_eq!(app.send.text(), "a\nb");
}

#[test]
fn a_nack_asks_the_engine_and_changes_no_row() {
    let mut app = receiving(3);
    let before = screen(&mut app, (120, 40));
    let effects = press(&mut app, "kx");
    assert!(matches!(effects.as_slice(), [Effect::Engine(Command::Nack(MessageId(2)))]), "{effects:?}");
    assert!(!screen(&mut app, (120, 40)).contains('↻'), "{before}");
    let told = |attempt, verdict, recalled| {
        let delivery = Delivery { attempt, verdict };
        event(700, 1, EventKind::Delivery(DeliveryUpdate { id: MessageId(2), delivery, recalled }.into()))
    };
    tell(
        &mut app,
        [told(1, Verdict::Nacked, true), told(2, Verdict::Pending, false), told(2, Verdict::Acked, false)],
    );
    let rows = screen(&mut app, (120, 40));
    assert_eq!(rows.matches("↻2").count(), 2, "the message and its replay\n{rows}");
}

#[test]
fn what_cannot_be_done_says_why() {
    let mut app = app();
    assert!(press(&mut app, "x").is_empty());
    let message = |app: &App| app.notice.as_ref().map(|notice| notice.message.clone());
    assert_eq!(message(&app).as_deref(), Some("nack: the selected row is not a received message"));
    press(&mut app, "i");
    assert_eq!(message(&app).as_deref(), Some("send: the connection is not open"));
    press(&mut app, "f");
    assert_eq!(message(&app).as_deref(), Some("follow: there are no rows yet"));
}

#[test]
fn copying_gives_the_payload_as_it_came() {
    let mut app = receiving(3);
    let effects = press(&mut app, "y");
    let [Effect::Copy(text)] = effects.as_slice() else { panic!("one copy is expected") };
    assert_eq!(*text, tick(3));
    update(&mut app, Input::Outcome(Outcome::Copied { bytes: text.len(), way: "by OSC 52" }));
    assert!(screen(&mut app, (80, 24)).contains("by OSC 52"));
}

#[test]
fn q_and_ctrl_c_leave_and_a_line_being_written_takes_q() {
    let mut app = receiving(1);
    assert!(matches!(press(&mut app, "q").as_slice(), [Effect::Quit]));
    assert!(press(&mut app, "iq").is_empty());
    assert!(matches!(press(&mut app, "<ctrl-c>").as_slice(), [Effect::Quit]));
    assert_eq!(app.send.text(), "q");
}

#[test]
fn after_the_end_a_new_session_begins_on_an_empty_feed() {
    let mut app = receiving(5);
    tell(
        &mut app,
        [event(
            900,
            1,
            EventKind::Ended(Ended { why: End::Stopped, messages: 5, connections: 1, during: None }),
        )],
    );
    assert!(matches!(press(&mut app, "r").as_slice(), [Effect::Restart]));
    assert!(app.timeline.is_empty());
    tell(&mut app, ticks(1, 2, 1_000));
    assert_eq!(app.timeline.selected_message().map(|message| message.id), Some(MessageId(2)));
}

#[test]
fn a_click_selects_the_row_under_it_and_the_wheel_scrolls() {
    let mut app = receiving(60);
    update(&mut app, Input::Click(Position { x: 30, y: 10 }));
    let clicked = app.timeline.selected_id();
    assert!(!app.timeline.is_following());
    update(&mut app, Input::Wheel { at: Position { x: 30, y: 10 }, lines: -3 });
    assert_eq!(app.timeline.selected_id().0, clicked.0 - 3);
}

#[test]
fn no_key_has_two_meanings_in_one_scope() {
    for (nth, one) in actions().enumerate() {
        for other in actions().skip(nth + 1).filter(|other| other.scope == one.scope) {
            assert_ne!(one.label, other.label);
            let shared: Vec<_> = one.keys.iter().filter(|key| other.keys.contains(key)).collect();
            assert!(shared.is_empty(), "{shared:?} means {} and {}", one.label, other.label);
        }
    }
}

#[test]
fn every_action_has_one_row_with_a_key_and_a_sentence() {
    for id in ActionId::iter() {
        assert_eq!(actions().filter(|row| row.id == id).count(), 1, "{id}");
    }
    for row in actions() {
        assert!(!row.keys.is_empty() && !row.label.is_empty() && !row.doc.is_empty(), "{}", row.id);
    }
}

#[test]
fn every_action_has_a_stable_name() {
    let names: Vec<_> = actions().map(|row| row.id.to_string()).collect();
    assert!(names.contains(&"half-page-down".to_owned()), "{names:?}");
    assert!(names.contains(&"go-to-connections".to_owned()), "{names:?}");
}

#[test]
fn every_screen_has_a_row_is_drawn_and_is_reached_by_its_key() {
    for screen_of in Screen::VARIANTS {
        let (mut app, spec) = (receiving(3), screen_of.spec());
        assert_eq!(
            Screen::TABS.contains(screen_of),
            !spec.keys.is_empty(),
            "{screen_of} has a key in the tabs"
        );
        let Some(key) = spec.keys.first() else { continue };
        update(&mut app, Input::Key(*key));
        assert_eq!(app.screen, *screen_of);
        let drawn = screen(&mut app, (120, 40));
        assert!(drawn.contains(&format!(" {key} {} ", spec.title)), "it is in the line of screens: {drawn}");
        let rule = drawn.lines().nth(2).unwrap_or_default();
        assert!(rule.contains(&format!("─ {} ─", spec.title)), "it is drawn under its title: {drawn}");
    }
}

#[test]
fn the_footer_names_only_what_works() {
    let mut apps = vec![app(), receiving(0), receiving(9)];
    for app in &mut apps {
        for hint in hints(app, 6) {
            assert_eq!(hint.action.available(app), Ok(()), "{}", hint.action.label);
        }
    }
}
