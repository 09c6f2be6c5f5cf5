//! Requests and answers that share an id: the time on the answer, from one to the other, and those without an answer.

use bytes::Bytes;
use sockeye::{
    app::App,
    session::{EventKind, Kind, Sent},
};

use super::{press, screen, snapshots_of, story::*};

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 36)];

fn asks(app: &mut App, ms: u64, text: &'static str) {
    let sent = Sent { kind: Kind::Text, payload: Bytes::from_static(text.as_bytes()), opening: false };
    tell(app, [event(ms, 1, EventKind::Sent(sent))]);
}

/// Three requests, of which the second is answered after 34 ms.
fn paired() -> App {
    let mut app = receiving(3);
    asks(&mut app, 900, r#"{"id":1,"method":"subscribe"}"#);
    asks(&mut app, 910, r#"{"id":"b","method":"time"}"#);
    asks(&mut app, 920, r#"{"header":{"request":"r7"}}"#);
    tell(&mut app, ticks(4, 2, 930));
    tell(&mut app, [event(944, 1, batch(6, &[(Kind::Text, br#"{"id":"b","result":7}"#)]))]);
    tell(&mut app, [event(990, 1, batch(7, &[(Kind::Text, br#"{"header":{"request":"r7"},"ok":1}"#)]))]);
    app
}

#[test]
fn an_answer_says_how_long_it_took_and_one_key_goes_to_its_request() {
    let mut app = paired();
    press(&mut app, "k");
    assert!(
        screen(&mut app, (120, 36)).contains("answers id \"b\" after 34 ms"),
        "{}",
        screen(&mut app, (120, 36))
    );
    snapshots_of("paired", &mut app, &SIZES);
    press(&mut app, ";");
    assert!(screen(&mut app, (120, 36)).contains("answered after 34 ms"));
    press(&mut app, ";");
    assert!(screen(&mut app, (120, 36)).contains("answers id \"b\" after 34 ms"));
}

#[test]
fn requests_without_an_answer_are_listed_and_gone_to() {
    let mut app = paired();
    press(&mut app, "Q");
    snapshots_of("unanswered", &mut app, &SIZES);
    press(&mut app, "<enter>");
    assert!(app.overlay.is_none());
    assert_eq!(
        app.selected_payload().map(|(_, payload)| payload),
        Some(&br#"{"id":1,"method":"subscribe"}"#[..])
    );
}

#[test]
fn a_chosen_path_pairs_the_rows_at_hand_anew() {
    let mut app = paired();
    press(&mut app, ":pair .header.request<enter>");
    let said = app.notice.as_ref().map_or("", |notice| notice.message.as_str());
    assert_eq!(said, "paired by .header.request: 1 request in the rows at hand, 0 without an answer");
    assert!(screen(&mut app, (200, 50)).contains("answers request \"r7\" after 70 ms"));
    press(&mut app, "Q");
    let said = app.notice.as_ref().map_or("", |notice| notice.message.as_str());
    assert_eq!(said, "unanswered: each request with an id is answered");
    press(&mut app, ":pair off<enter>");
    assert_eq!(app.pairs.len(), 2);
}
