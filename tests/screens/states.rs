//! What the screen says of states that are easily told wrong: what is held, let go, waited for, stopped.

use sockeye::{
    app::{Input, press, update},
    session::{
        Answered, CloseFrame, Delivery, DeliveryUpdate, End, Ended, EventKind, Evidence, Finding, Kind,
        LossKind, MessageId, Severity, Side, Stage, Verdict,
    },
};

use super::{screen, snapshots, story::*};

#[test]
fn a_message_that_was_dropped_cannot_be_rejected_again() {
    let mut app = app();
    app.profile.replays = false;
    tell(&mut app, opened(1, 0));
    tell(&mut app, ticks(1, 6, 200));
    let delivery = Delivery { attempt: 1, verdict: Verdict::Dropped };
    let told = DeliveryUpdate { id: MessageId(6), delivery, recalled: true };
    tell(&mut app, [event(700, 1, EventKind::Delivery(told.into()))]);
    assert!(press(&mut app, "x").is_empty());
    let message = app.notice.as_ref().map(|notice| notice.message.as_str());
    assert_eq!(message, Some("nack: message 6 was dropped"));
    let drawn = screen(&mut app, (120, 40));
    assert!(drawn.contains("nacked: dropped · 1 dropped"), "{drawn}");
}

#[test]
fn a_payload_larger_than_the_window_leaves_the_rows_and_says_so() {
    let mut app = receiving(30);
    let large = vec![b'x'; 9 << 20];
    tell(&mut app, [event(700, 1, batch(31, &[(Kind::Text, &large)]))]);
    tell(&mut app, [event(710, 1, batch(32, &[(Kind::Text, b"after"), (Kind::Text, b"")]))]);
    press(&mut app, "kk<enter>");
    snapshots("let-go", &mut app);
    assert!(press(&mut app, "y").is_empty());
    let message = app.notice.as_ref().map(|notice| notice.message.as_str());
    assert_eq!(message, Some("copy: 9.4 MB, not kept: the window holds 8 MiB"));
    assert_eq!(press(&mut app, "x").len(), 1, "to be rejected it need not be kept");
}

#[test]
fn text_that_is_not_utf8_is_told_from_text() {
    let mut app = receiving(3);
    tell(&mut app, [event(700, 1, batch(4, &[(Kind::Text, b"ok \xff\xfe bad")]))]);
    press(&mut app, "<enter>");
    let drawn = screen(&mut app, (120, 40));
    for part in ["text!", "ok <FF><FE> bad", "#4 · not UTF-8 · text"] {
        assert!(drawn.contains(part), "{part}\n{drawn}");
    }
}

#[test]
fn a_held_view_shows_nothing_that_is_live() {
    let mut app = receiving(20);
    press(&mut app, "k");
    let many: Vec<(Kind, &[u8])> = vec![(Kind::Text, b"x"); 9_000];
    tell(&mut app, [event(700, 1, batch(21, &many))]);
    tell(&mut app, [event(800, 1, batch(9_021, &many))]);
    press(&mut app, "<pagedown>");
    for _ in 0..500 {
        press(&mut app, "<pagedown>");
    }
    let before = screen(&mut app, (80, 24));
    assert!(before.contains("── 9,000 newer rows; f follows ──"), "{before}");
    tell(&mut app, [event(900, 1, batch(18_021, &many))]);
    press(&mut app, "jjj");
    let now = screen(&mut app, (80, 24));
    let rows = |drawn: &str| {
        drawn.lines().filter(|line| line.contains("  text  ")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(rows(&now), rows(&before));
    assert!(now.contains("── 18,000 newer rows; f follows ──"), "{now}");
}

#[test]
fn a_close_is_one_row_that_opens_its_finding() {
    let mut app = receiving(6);
    let [close, loss, retry] = lost(900);
    let finding = Finding {
        field: None,
        code: "close-going-away".parse().expect("a code"),
        severity: Severity::Note,
        title: "The server went away".to_owned(),
        cause: "It is shutting down or restarting.".to_owned(),
        evidence: Vec::new(),
        fixes: Vec::new(),
    };
    tell(&mut app, [close, loss, event(900, 1, EventKind::Finding(Box::new(finding))), retry]);
    tell(&mut app, opened(2, 1_000));
    press(&mut app, "k<enter>");
    snapshots("closed", &mut app);
    let drawn = screen(&mut app, (120, 40));
    assert_eq!(drawn.matches("The server went away").count(), 1, "{drawn}");
}

#[test]
fn a_connection_says_what_it_waits_for_and_when_it_gives_up() {
    let upgrading = || {
        let mut events = tried_address(1, 0);
        events.push(event(60, 1, report(Stage::Tls, 30, 30_800, Ok(()), Evidence::Tls(Box::new(tls())))));
        events.push(event(60, 1, EventKind::StageStarted(Stage::Upgrade)));
        events
    };
    let mut waiting = app();
    tell(&mut waiting, upgrading());
    update(&mut waiting, Input::Tick(after(4_400)));
    let drawn = screen(&mut waiting, (80, 24));
    assert!(drawn.contains("◌ connected, but no answer to the upgrade yet; gives up in 40.6 s"), "{drawn}");
    let mut asking = app();
    tell(&mut asking, upgrading().into_iter().take(2));
    let drawn = screen(&mut asking, (80, 24));
    assert!(drawn.contains("waiting for the resolver; gives up in 45.0 s"), "{drawn}");
}

#[test]
fn a_paste_that_does_not_fit_says_what_was_left_out() {
    let mut app = receiving(1);
    press(&mut app, "i");
    update(&mut app, Input::Paste("x".repeat((1 << 20) + 24)));
    let message = app.notice.as_ref().map(|notice| notice.message.as_str());
    assert_eq!(message, Some("a text has at most 1 MiB; 24 B were cut off"));
}

#[test]
fn a_stop_that_was_asked_for_is_no_failure() {
    let mut app = receiving(5);
    let mut left = lost(900);
    if let EventKind::Lost(lost) = &mut left[1].kind {
        lost.kind =
            LossKind::Closed { by: Side::Us, frame: CloseFrame { code: Some(1000), reason: String::new() } };
        "closed by this side: 1000".clone_into(&mut lost.message);
    }
    tell(&mut app, left.into_iter().take(2));
    tell(
        &mut app,
        [event(
            910,
            1,
            EventKind::Ended(Ended { why: End::Stopped, messages: 5, connections: 1, during: None }),
        )],
    );
    snapshots("stopped", &mut app);
    let drawn = screen(&mut app, (120, 40));
    assert!(drawn.contains("• stopped as asked") && !drawn.contains('✕'), "{drawn}");
    assert!(drawn.contains("r new session"), "{drawn}");
}

#[test]
fn a_small_screen_drops_columns_and_cuts_no_number() {
    let mut app = receiving(9);
    let drawn = screen(&mut app, (20, 5));
    assert!(drawn.contains("↓  {\"e\":") && !drawn.contains("12:00"), "{drawn}");
    assert!(screen(&mut app, (10, 3)).contains("too small"));
    assert!(screen(&mut app, (9, 1)).contains("too small"));
}

#[test]
fn a_refusal_is_shown_while_its_body_is_read_and_a_stop_stands_where_it_came() {
    let mut app = app();
    tell(&mut app, [event(0, 1, EventKind::Connecting { url: "ws://feed.example/".to_owned() })]);
    tell(&mut app, [event(5, 1, EventKind::StageStarted(Stage::Upgrade))]);
    let answered = Answered { status: 503, reason: "Busy".to_owned() };
    tell(&mut app, [event(200, 1, EventKind::Answered(answered))]);
    let drawn = screen(&mut app, (120, 40));
    for part in ["503 Busy, reading its body", "refused with 503 Busy; its body is still being read"] {
        assert!(drawn.contains(part), "{part}\n{drawn}");
    }
    let ended = Ended { why: End::Stopped, messages: 0, connections: 1, during: Some(Stage::Upgrade) };
    tell(&mut app, [event(1_005, 1, EventKind::Ended(ended))]);
    update(&mut app, Input::Tick(after(60_000)));
    for key in ["1", "3"] {
        press(&mut app, key);
        let drawn = screen(&mut app, (120, 40));
        assert!(drawn.contains("stopped while 503 Busy, reading its body"), "{drawn}");
        assert!(drawn.contains("1.00 s"), "its time stands still\n{drawn}");
    }
}
