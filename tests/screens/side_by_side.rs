//! Two feeds side by side, drawn.

use std::time::Duration;

use insta::assert_snapshot;
use ratatui::{Terminal, backend::TestBackend, layout::Size};
use sockeye::{
    app::{Key, Look, SideBySide},
    stats::{
        ComparedChange, ComparedNow, ComparedRow, ComparedRows, ComparedWhat, Listed, Percentiles, Side,
        SideNow,
    },
    view,
};

use super::story::after;

fn row(nth: u64, what: ComparedWhat) -> ComparedRow {
    let text = format!("{{\"seq\":{nth},\"price\":\"14.99\"}}");
    let texts = match what {
        ComparedWhat::Missing(Side::B) => [Some(text), None],
        _ => [Some(text.clone()), Some(text)],
    };
    let lead = (!matches!(what, ComparedWhat::Missing(_)))
        .then(|| (if nth.is_multiple_of(3) { Side::B } else { Side::A }, Duration::from_micros(nth * 170)));
    ComparedRow { nth: 0, at: after(nth * 100), key: nth.to_string(), what, lead, texts }
}

fn rows() -> ComparedRows {
    let mut rows = ComparedRows::default();
    for nth in 1..40 {
        let change = ComparedChange {
            place: ".price".to_owned(),
            a: Some("\"14.99\"".to_owned()),
            b: Some("\"15.01\"".to_owned()),
        };
        rows.push(row(
            nth,
            match nth {
                31 => ComparedWhat::Missing(Side::B),
                38 => ComparedWhat::Differs(vec![change]),
                _ => ComparedWhat::Same,
            },
        ));
    }
    rows
}

fn now(rows: &ComparedRows) -> ComparedNow<'_> {
    let millis = Duration::from_millis;
    let lead = Percentiles { count: 25, p50: millis(2), p90: millis(5), p99: millis(6), max: millis(7) };
    let a = SideNow {
        name: "wss://feed.example:9443/ticks".to_owned(),
        is_open: true,
        messages: 40,
        first: 25,
        lead,
        ..SideNow::default()
    };
    let b = SideNow {
        name: "wss://staging.example/ticks".to_owned(),
        messages: 39,
        first: 13,
        missing: 1,
        lost: 1,
        last_loss: Some("the server ended the connection".to_owned()),
        ..a.clone()
    };
    ComparedNow {
        key: Some(".seq, a number that rises by one".to_owned()),
        sides: [a, SideNow { is_open: false, ..b }],
        pairs: 38,
        together: 0,
        differing: 1,
        watched: Duration::from_secs(72),
        rows,
    }
}

fn state(width: u16, height: u16) -> SideBySide {
    let zone = jiff::tz::TimeZone::UTC;
    SideBySide { losses: 1, ..SideBySide::new(Size { width, height }, Look::Dark, false, zone) }
}

fn drawn(state: &SideBySide, now: &ComparedNow<'_>) -> String {
    let backend = TestBackend::new(state.size.width, state.size.height);
    let mut terminal = Terminal::new(backend).expect("a terminal in memory");
    terminal.draw(|frame| view::draw_side_by_side(frame, state, now)).expect("it draws");
    terminal.backend().to_string()
}

#[test]
fn two_feeds_stand_side_by_side() {
    let rows = rows();
    for (width, height) in [(80, 24), (120, 36)] {
        let text = drawn(&state(width, height), &now(&rows));
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            assert_snapshot!(format!("side-by-side-{width}x{height}"), text);
        });
    }
}

#[test]
fn what_differs_is_listed_alone_and_read_below() {
    let rows = rows();
    let mut state = state(80, 24);
    state.press(Key::char('o'), rows.kept(Listed::All));
    state.press(Key::ENTER, rows.kept(Listed::Odd));
    let text = drawn(&state, &now(&rows));
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        assert_snapshot!("side-by-side-odd-80x24", text);
    });
}

#[test]
fn before_anything_has_come_on_both_sides_the_screen_says_so() {
    let rows = ComparedRows::default();
    let now = ComparedNow { key: None, pairs: 0, ..now(&rows) };
    assert!(drawn(&state(80, 24), &now).contains("the first messages of both sides are looked at"));
}
