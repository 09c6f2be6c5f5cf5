//! Sending from the screen: the line and its forms, the history, captured messages once more, and what runs by itself.

use std::time::Duration;

use bytes::Bytes;
use sockeye::{
    app::{App, By, Effect, Framed, Input, Outcome, Utterance},
    config::{Origin, Values},
    send::{Form, History, KeptMessage, Message},
    session::{Command, Control, ControlKind, Direction, EventKind, Kind, Outgoing, Pongs, Sent},
};

use super::{press, screen, snapshots, snapshots_of, story::*, update};

/// The messages that are to be sent, and who sends them.
fn sent(effects: &[Effect]) -> Vec<(By, &Message)> {
    fn utterance(effect: &Effect) -> Option<(By, &Message)> {
        match effect {
            Effect::Send(utterance) => Some((utterance.by, &utterance.message)),
            _ => None,
        }
    }
    effects.iter().filter_map(utterance).collect()
}

fn is_kept(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::KeepMessage(_)))
}

fn notice(app: &App) -> &str {
    app.notice.as_ref().map_or("", |notice| notice.message.as_str())
}

#[test]
fn the_line_is_written_in_a_form_and_sent_in_a_frame() {
    let mut app = receiving(3);
    let effects = press(&mut app, "i<F6><F6>00 ff<F7><enter>");
    let message = Message { text: "00 ff".to_owned(), form: Form::Hex, kind: Some(Kind::Text) };
    assert_eq!(sent(&effects), [(By::Line, &message)]);
    press(&mut app, "<F6>aGk=");
    assert!(screen(&mut app, (80, 24)).contains("base64 in a binary frame · 4 B"));
    snapshots("send-base64", &mut app);
}

#[test]
fn a_misspelt_variable_is_not_sent_and_stays_on_the_line() {
    let mut app = receiving(3);
    assert!(sent(&press(&mut app, "i{{nov}}<enter>")).is_empty());
    assert_eq!(app.send.text(), "{{nov}}");
    assert!(screen(&mut app, (120, 40)).contains("column 1: there is no variable {{nov}}"));
    press(&mut app, "<backspace>");
    assert!(!screen(&mut app, (120, 40)).contains("there is no variable"));
}

#[test]
fn a_message_that_does_not_go_out_comes_back_to_the_line() {
    let mut app = receiving(3);
    press(&mut app, "i<F6><F6>123<enter>");
    assert!(app.send.is_empty());
    let message = "an odd number of digits".to_owned();
    update(&mut app, Input::Outcome(Outcome::NotSent { by: By::Line, message }));
    assert_eq!((app.send.text(), app.sender.form), ("123", Form::Hex));
    press(&mut app, "4<enter>");
    let refused = EventKind::Refused { command: "send".into(), message: "no connection is open".to_owned() };
    tell(&mut app, [event(900, 1, refused)]);
    assert_eq!((app.send.text(), notice(&app)), ("1234", "send: no connection is open"));
    press(&mut app, "<enter>");
    let payload = Bytes::from_static(b"\x124");
    tell(&mut app, [event(901, 1, EventKind::Sent(Sent { kind: Kind::Binary, payload, opening: false }))]);
    update(&mut app, Input::Outcome(Outcome::NotSent { by: By::Line, message: String::new() }));
    assert!(app.send.is_empty(), "what is on the wire does not come back");
}

#[test]
fn nothing_is_sent_while_the_connection_is_closed_and_the_line_stays() {
    let mut app = receiving(3);
    press(&mut app, "ihello");
    tell(&mut app, lost(900));
    assert!(press(&mut app, "<enter>").is_empty());
    assert_eq!((app.send.text(), notice(&app)), ("hello", "send: the connection is not open"));
}

#[test]
fn a_read_only_session_says_so() {
    let mut values = Values::default();
    values.set("url", "ws://feed.example/", Origin::Flag);
    values.options.read_only = true;
    let mut app = app().with_values(values);
    tell(&mut app, opened(1, 0));
    assert!(press(&mut app, "i").is_empty());
    assert_eq!(notice(&app), "send: this session is read-only (--read-only)");
    for order in [":ping<enter>", ":repeat 5s x<enter>", ":pong off<enter>", ":close<enter>"] {
        assert!(press(&mut app, order).is_empty());
        assert!(
            notice(&app).ends_with("this session is read-only (--read-only)"),
            "{order}: {}",
            notice(&app)
        );
    }
}

#[test]
fn older_messages_that_contain_what_is_written_come_back() {
    let mut app = receiving(3);
    press(&mut app, "i");
    let mut history = History::default();
    for text in ["sub a", "ping", "sub b"] {
        history.add(KeptMessage::of(&Message::text(text), None));
    }
    let login = Message { text: "00".to_owned(), form: Form::Hex, kind: None };
    history.add(KeptMessage::of(&login, Some("login".to_owned())));
    update(&mut app, Input::Outcome(Outcome::Messages(history)));
    let mut text = |keys: &str| {
        press(&mut app, keys);
        (app.send.text().to_owned(), app.sender.form)
    };
    assert_eq!(text("sub<up>"), ("sub b".to_owned(), Form::Text));
    assert_eq!(text("<up>").0, "sub a");
    assert_eq!(text("<up>").0, "sub a", "there is no older one");
    assert_eq!(text("<down>").0, "sub b");
    assert_eq!(text("<down>").0, "sub", "what was written");
    assert_eq!(text("<ctrl-u>login<up>"), ("00".to_owned(), Form::Hex));
}

/// The effects of a message that the engine has taken.
fn handed_over(app: &mut App, effects: &[Effect]) -> Vec<Effect> {
    let [(by, message)] = sent(effects)[..] else { panic!("{effects:?}") };
    update(app, Input::Outcome(Outcome::HandedOver { message: message.clone(), by }))
}

#[test]
fn what_has_gone_out_is_kept_unless_it_spells_out_a_secret() {
    let mut app = receiving(3);
    let effects = press(&mut app, "i{\"op\":\"sub\"}<enter>");
    assert!(!is_kept(&effects) && app.sender.history.is_empty(), "it may not go out yet");
    assert!(is_kept(&handed_over(&mut app, &effects)));
    let effects = press(&mut app, "{\"token\":\"abc\"}<enter>");
    assert!(!is_kept(&handed_over(&mut app, &effects)));
    press(&mut app, "<up>");
    assert_eq!(app.send.text(), "{\"token\":\"abc\"}", "it is at hand until the program is left");
    let effects = press(&mut app, "<ctrl-u>hello<F8>greeting<enter>");
    let [Effect::KeepMessage(kept)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((kept.name.as_deref(), kept.text.as_str()), (Some("greeting"), "hello"));
}

#[test]
fn a_message_that_does_not_go_out_is_not_in_the_history() {
    let mut app = receiving(3);
    press(&mut app, "i<F6><F6>123<enter>");
    update(&mut app, Input::Outcome(Outcome::NotSent { by: By::Line, message: "odd".to_owned() }));
    assert!(app.sender.history.is_empty());
    let effects = press(&mut app, ":<esc>");
    assert!(sent(&effects).is_empty());
}

#[test]
fn a_file_that_was_read_goes_out_only_while_the_connection_is_open() {
    let mut app = receiving(3);
    let effects = press(&mut app, "i<F6><F6><F6><F6>a.bin<enter>");
    let [(by, message)] = sent(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!(message.form, Form::File);
    let frame = Outgoing::Data { kind: Kind::Binary, payload: Bytes::from_static(b"a"), shown: None };
    let framed = Framed { message: message.clone(), by, frame };
    let read = |app: &mut App| update(app, Input::Outcome(Outcome::FileRead(Box::new(framed.clone()))));
    assert!(matches!(read(&mut app).as_slice(), [Effect::Put(put)] if **put == framed));
    tell(&mut app, lost(900));
    assert!(read(&mut app).is_empty());
    assert_eq!((app.send.text(), app.sender.form), ("a.bin", Form::File));
    assert_eq!(app.sender.fault.as_deref(), Some("the connection is not open"));
    assert!(app.sender.history.is_empty());
}

#[test]
fn messages_with_names_are_listed_written_sent_and_removed() {
    let mut app = receiving(3);
    press(&mut app, "I");
    assert_eq!(notice(&app), "messages: no message has a name (F8 on the send line gives one)");
    let mut history = History::default();
    let login = Message { text: "00 ff".to_owned(), form: Form::Hex, kind: None };
    for (name, message) in [
        ("subscribe", Message::text("{\"op\":\"subscribe\",\"id\":{{seq}}}")),
        ("login", login.clone()),
        ("heartbeat", Message::text("ping")),
    ] {
        history.add(KeptMessage::of(&message, Some(name.to_owned())));
    }
    history.add(KeptMessage::of(&Message::text("without a name"), None));
    update(&mut app, Input::Outcome(Outcome::Messages(history)));
    press(&mut app, "Ij");
    snapshots_of("saved-messages", &mut app, &[(80, 24), (120, 36)]);
    assert_eq!(sent(&press(&mut app, "s")), [(By::Line, &login)]);
    let effects = press(&mut app, "x");
    assert!(matches!(effects.as_slice(), [Effect::ForgetMessage(name)] if name == "login"), "{effects:?}");
    press(&mut app, "k<enter>");
    assert_eq!((app.send.text(), app.sender.form), ("ping", Form::Text));
    press(&mut app, "<F9>xx");
    assert!(app.overlay.is_none(), "the list closes with the last");
}

#[test]
fn one_key_pings_and_one_closes_with_a_code() {
    let mut app = receiving(3);
    assert!(matches!(press(&mut app, "!").as_slice(), [Effect::Engine(Command::Send(Outgoing::Ping(_)))]));
    let kind = ControlKind::Pong { payload: Bytes::new(), round_trip: Some(Duration::from_millis(12)) };
    let pong = event(900, 1, EventKind::Control(Control { direction: Direction::In, kind }));
    tell(&mut app, [pong.clone()]);
    assert_eq!(notice(&app), "the server answered the ping after 12 ms");
    press(&mut app, "k");
    tell(&mut app, [pong]);
    assert_eq!(notice(&app), "", "it was not asked for");
    assert!(press(&mut app, "Z<ctrl-u>bye<enter>").is_empty());
    assert!(screen(&mut app, (120, 40)).contains("\"bye\" is no close code"));
    let effects = press(&mut app, "<ctrl-u>4000 good bye<enter>");
    let [Effect::Engine(Command::Send(Outgoing::Close(frame)))] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!((frame.code, frame.reason.as_str()), (Some(4000), "good bye"));
    tell(&mut app, lost(950));
    for keys in ["!", "Z"] {
        assert!(press(&mut app, keys).is_empty());
        assert!(notice(&app).ends_with("the connection is not open"), "{}", notice(&app));
    }
}

#[test]
fn a_captured_message_is_edited_and_sent_once_more() {
    let mut app = receiving(3);
    let text = r#"{"a":"{{now}} ${HOME}"}"#;
    tell(&mut app, [event(800, 1, batch(4, &[(Kind::Binary, text.as_bytes()), (Kind::Text, b"\xff\x00")]))]);
    press(&mut app, "ke");
    assert_eq!(app.send.text(), r#"{"a":"\{{now}} \${HOME}"}"#, "it is sent as it came");
    let effects = press(&mut app, "<enter>");
    assert_eq!(sent(&effects)[0].1.frame(), Kind::Binary);
    press(&mut app, "<esc>je");
    assert_eq!((app.send.text(), app.sender.form), ("ff 00", Form::Hex));
    assert_eq!(app.sender.message("").frame(), Kind::Text);
}

#[test]
fn a_message_is_repeated_while_the_connection_is_open_and_the_header_says_so() {
    let mut app = receiving(3);
    let first = press(&mut app, ":repeat 5s {\"op\":\"ping\"}<enter>");
    assert_eq!(sent(&first), [(By::Repeat, &Message::text("{\"op\":\"ping\"}"))]);
    assert!(app.next_tick().is_some_and(|next| next <= Duration::from_secs(5)));
    let mut tick = |ms| sent(&update(&mut app, Input::Tick(after(ms)))).len();
    assert_eq!([4_000, 5_600, 6_000, 11_000].map(&mut tick), [0, 1, 0, 1]);
    snapshots("repeating", &mut app);
    tell(&mut app, lost(12_000));
    assert!(update(&mut app, Input::Tick(after(20_000))).is_empty());
    press(&mut app, ":repeat off<enter>");
    assert!(!screen(&mut app, (120, 40)).contains("repeat"));
}

#[test]
fn messages_that_match_are_answered_and_a_loop_ends() {
    let mut app = receiving(3);
    press(&mut app, ":reply (.op == \"ping\") {\"re\":{{last .id}}}<enter>");
    assert!(screen(&mut app, (120, 40)).contains("reply on"));
    let asked = br#"{"op":"ping","id":7}"#;
    let mut hear = |nth: u64, ms| {
        let heard = event(ms, 1, batch(nth, &[(Kind::Text, asked), (Kind::Text, b"other")]));
        update(&mut app, Input::Events(vec![heard]))
    };
    let effects = hear(4, 700);
    let [Effect::Send(utterance)] = effects.as_slice() else { panic!("{effects:?}") };
    let Utterance { message, by, last } = &**utterance;
    assert_eq!((message.text.as_str(), *by), ("{\"re\":{{last .id}}}", By::Reply));
    assert_eq!(last.as_deref(), Some(&asked[..]));
    let answers: usize = (0..30).map(|nth| sent(&hear(6 + 2 * nth, 800)).len()).sum();
    assert_eq!(answers, 19);
    assert_eq!(notice(&app), "reply stopped: it answered 20 messages within a second");
}

#[test]
fn pings_pongs_and_closes_are_ordered_by_name() {
    let mut app = receiving(3);
    let order = |app: &mut App, text: &str| {
        let effects = press(app, &format!(":{text}<enter>"));
        match effects.as_slice() {
            [Effect::Engine(command)] => format!("{command:?}"),
            other => format!("{other:?}"),
        }
    };
    assert_eq!(order(&mut app, "ping"), format!("{:?}", Command::Send(Outgoing::Ping(Bytes::new()))));
    assert_eq!(order(&mut app, "pong off"), format!("{:?}", Command::SetPongs(Pongs::Withheld)));
    assert!(screen(&mut app, (120, 40)).contains("pong off"));
    order(&mut app, "pong on");
    assert_eq!(
        order(&mut app, "close 4000 good bye"),
        r#"Send(Close(CloseFrame { code: Some(4000), reason: "good bye" }))"#
    );
    assert_eq!(order(&mut app, "close bye"), "[]");
    assert_eq!(notice(&app), "\"bye\" is no close code; write a number such as 1000");
    order(&mut app, "ping every 20s");
    let kind = ControlKind::Pong { payload: Bytes::new(), round_trip: Some(Duration::from_millis(12)) };
    tell(&mut app, [event(900, 1, EventKind::Control(Control { direction: Direction::In, kind }))]);
    assert!(screen(&mut app, (120, 40)).contains("ping 20s (12 ms)"), "{}", screen(&mut app, (120, 40)));
    press(&mut app, ":rep");
    snapshots("palette-order", &mut app);
}
