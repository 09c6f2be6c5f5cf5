//! Text and bytes made to break a terminal, in every place that shows something from outside.

use bytes::Bytes;
use proptest::prelude::*;
use sockeye::{
    app::{About, App, CaptureNews, Input, Look, Offer, Outcome, Purpose, Screen, press, update},
    session::{
        CloseFrame, Control, ControlKind, Direction, Edit, EventKind, Evidence, Exchange, Failure,
        FailureKind, Finding, Fix, Kind, Response, Seq, Severity, Stage,
    },
};

use super::{handshakes::certificates_of, screen, story::*};

/// Whether a terminal would obey this character, or show nothing for it.
fn obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn hostile() -> impl Strategy<Value = String> {
    let nasty = prop_oneof![
        Just("\u{1b}[2J".to_owned()),
        Just("\u{1b}]52;c;aGk=\u{7}".to_owned()),
        Just("\u{9b}31m".to_owned()),
        Just("\u{202e}evil\u{2066}".to_owned()),
        Just("\u{7f}\u{0}\r\n\t".to_owned()),
        "\\PC{0,12}",
        any::<String>(),
    ];
    prop::collection::vec(nasty, 0..6).prop_map(|parts| parts.concat())
}

fn hostile_app(text: &str, bytes: &[u8]) -> App {
    let mut app = app();
    text.clone_into(&mut app.profile.name);
    text.clone_into(&mut app.profile.url);
    let failure = Failure {
        stage: Stage::Upgrade,
        kind: FailureKind::Status { code: 401 },
        message: text.to_owned(),
        sources: vec![text.to_owned()],
    };
    let finding = Finding {
        field: None,
        code: "auth-401".parse().expect("a code"),
        severity: Severity::Error,
        title: text.to_owned(),
        cause: text.to_owned(),
        evidence: vec![text.to_owned()],
        fixes: vec![Fix {
            title: text.to_owned(),
            yaml: String::new(),
            file: None,
            edits: vec![Edit { path: "url".to_owned(), value: text.to_owned() }],
        }],
    };
    let response =
        Response { status: 401, reason: text.to_owned(), body: text.to_owned(), ..Response::default() };
    let exchange = Exchange { response: Some(response), ..Exchange::default() };
    let mut events = tried_address(1, 0);
    let evidence = Evidence::Upgrade(Box::new(exchange));
    let tls = Evidence::Tls(Box::new(certificates_of(text)));
    events.push(event(60, 1, report(Stage::Tls, 30, 30_800, Ok(()), tls)));
    events.push(event(80, 1, report(Stage::Upgrade, 60, 22_700, Err(failure.clone()), evidence)));
    events.extend(failed(84, 1, failure, finding));
    tell(&mut app, events);
    screen_is_clean(&mut app);
    let close = CloseFrame { code: Some(3000), reason: text.to_owned() };
    let control = |kind| EventKind::Control(Control { direction: Direction::In, kind });
    tell(&mut app, opened(2, 1_000));
    tell(
        &mut app,
        [
            event(
                1_100,
                2,
                batch(1, &[(Kind::Text, text.as_bytes()), (Kind::Text, bytes), (Kind::Binary, bytes)]),
            ),
            event(1_200, 2, control(ControlKind::Ping(Bytes::copy_from_slice(bytes)))),
            event(1_300, 2, control(ControlKind::Close(close))),
            event(1_400, 2, EventKind::Refused { command: "send".into(), message: text.to_owned() }),
        ],
    );
    app
}

fn screen_is_clean(app: &mut App) {
    for size in [(120, 40), (80, 24), (40, 10), (21, 5)] {
        let drawn = screen(app, size);
        let bad: Vec<char> = drawn.chars().filter(|&c| c != '\n' && obeyed(c)).collect();
        assert!(bad.is_empty(), "{bad:?} reached the screen\n{drawn}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_control_character_reaches_a_cell(text in hostile(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut app = hostile_app(&text, &bytes);
        screen_is_clean(&mut app);
        press(&mut app, "g<enter>");
        for keys in ["", "v", "v", "vj", "j", "j", "j", "<tab>J"] {
            press(&mut app, keys);
            screen_is_clean(&mut app);
        }
        press(&mut app, "<esc>");
        for keys in ["3", "<tab>jjj", "<esc>F", "<esc>6", "k", "2", "<enter>", "<esc>?", "<esc>1:"] {
            press(&mut app, keys);
            screen_is_clean(&mut app);
        }
        press(&mut app, "<esc>");
        let outcomes = [
            Outcome::Failed(text.clone()),
            Outcome::NotSaved { purpose: Purpose::Save, path: text.clone(), message: text.clone() },
            Outcome::Saved { purpose: Purpose::Save, path: text.clone(), count: 1, bytes: 2, removed: vec![text.clone()] },
            Outcome::Capture(CaptureNews::Failed { path: text.clone().into(), message: text.clone(), committed: Seq(1) }),
        ];
        for outcome in outcomes {
            update(&mut app, Input::Outcome(outcome));
            screen_is_clean(&mut app);
        }
        press(&mut app, "<esc>/");
        update(&mut app, Input::Paste(text.clone()));
        screen_is_clean(&mut app);
        press(&mut app, "<enter>2<enter>");
        update(&mut app, Input::Paste(text.clone()));
        screen_is_clean(&mut app);
        press(&mut app, "<enter>j?");
        screen_is_clean(&mut app);
        press(&mut app, "<esc>1i");
        update(&mut app, Input::Paste(text));
        screen_is_clean(&mut app);
    }

    #[test]
    fn names_of_files_and_profiles_are_shown_and_not_obeyed(text in hostile()) {
        let mut app = app();
        app.screen = Screen::Start;
        let about = About { url: text.clone(), began: NOON, messages: 3 };
        let offers = vec![
            Offer::Profile { path: text.clone().into(), url: text.clone(), at: NOON },
            Offer::Capture { path: text.clone().into(), bytes: 1, about: Ok(about) },
            Offer::Capture { path: text.clone().into(), bytes: 1, about: Err(text.clone()) },
        ];
        update(&mut app, Input::Outcome(Outcome::Recent(offers)));
        screen_is_clean(&mut app);
        update(&mut app, Input::Paste(text));
        press(&mut app, "<enter>");
        screen_is_clean(&mut app);
    }

    #[test]
    fn every_key_at_every_size_draws(keys in "[jkgGfpvxyziqrRJK12346?:/ntsSUMdu+wFelaAXoOE<>esc ]{0,30}", width in 1u16..140, height in 1u16..50) {
        let mut app = receiving(40);
        for look in [Look::Dark, Look::Light, Look::Sixteen, Look::Plain] {
            app.look = look;
            press(&mut app, &keys);
            press(&mut app, "<esc><enter><tab>");
            let next = app.current.counts.messages + 1;
            tell(&mut app, ticks(next, 50, 2_000));
            screen(&mut app, (width, height));
        }
    }
}
