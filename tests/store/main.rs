//! Captures: what is written is read back, by us and by other programs.

mod bookmarks;
mod chunks;
mod damaged;
mod filters;
mod rest;
mod scans;
mod stranger;
mod traces;

use std::{path::Path, time::Duration};

use bytes::Bytes;
use tempfile::TempDir;

use sockeye::{
    ack::{AckMode, Stages},
    app::deliveries::Deliveries,
    export::{Exporter, Format, Origin},
    session::{
        ActiveAckMode, Batch, CloseFrame, ConnectionId, Control, ControlKind, Delivery, DeliveryRun,
        DeliveryUpdate, Direction, End, Ended, Event, EventKind, Kind, LossKind, Lost, MessageId, Opened,
        Pause, Run, Sent, Seq, Side, Span, StoredEvent, StoredKind, StoredMessage, Timestamp, Verdict,
    },
    store::{Captured, Compress, Plan, Reader, Recorder, Search, State},
};

const NOON: i64 = 1_767_355_200_000_000;

fn event(millis: i64, kind: EventKind) -> Event {
    Event { at: Timestamp(NOON + millis * 1000), connection: ConnectionId(1), kind }
}

fn batch(first: u64, payloads: &[(Kind, &[u8])]) -> EventKind {
    let mut bytes = Vec::new();
    let spans = payloads.iter().map(|(kind, payload)| {
        let (start, len) = (bytes.len().try_into().expect("small"), payload.len().try_into().expect("small"));
        bytes.extend_from_slice(payload);
        let valid = *kind == Kind::Binary || str::from_utf8(payload).is_ok();
        Span { start, len, kind: *kind, valid, frames: 1, wire: None }
    });
    let spans = spans.collect();
    let run = Run { bytes: Bytes::from(bytes), spans };
    EventKind::Messages(Batch { first: MessageId(first), run, verdict: Verdict::Acked })
}

fn delivery_update(id: u64, attempt: u32, verdict: Verdict, recalled: bool) -> EventKind {
    EventKind::Delivery(
        DeliveryUpdate { id: MessageId(id), delivery: Delivery { attempt, verdict }, recalled }.into(),
    )
}

#[tokio::test]
async fn a_run_of_equal_changes_is_stored_by_message() {
    let update = |id| DeliveryUpdate {
        id: MessageId(id),
        delivery: Delivery { attempt: 1, verdict: Verdict::Acked },
        recalled: false,
    };
    let opening = event(0, EventKind::Connecting { url: "ws://feed.example/".to_owned() });
    let run = event(1, EventKind::Delivery(DeliveryRun { first: update(1), count: 3 }));
    let (_folder, reader) = captured(&[opening.clone(), run]).await;
    let session = reader.sessions().expect("sessions").remove(0);
    let mut again = Vec::new();
    let mut each = |_, event: &Event| {
        again.push(event.clone());
        true
    };
    reader.events(&session, &mut each).expect("they are read");
    let single = |id| event(1, EventKind::Delivery(update(id).into()));
    assert_eq!(again, [opening, single(1), single(2), single(3)]);
}

/// A session with messages, a ping, a rejected message, a subscription, and a close.
fn session_events() -> Vec<Event> {
    let opened = Opened {
        remote: None,
        tls: None,
        subprotocol: None,
        extension: None,
        took: Duration::from_micros(900),
    };
    let sent =
        Sent { kind: Kind::Text, payload: Bytes::from_static(b"{\"op\":\"subscribe\"}"), opening: false };
    let frame = CloseFrame { code: Some(1001), reason: "going away".to_owned() };
    let lost = Lost {
        kind: LossKind::Closed { by: Side::Server, frame },
        open_for: Duration::from_secs(1),
        messages: 5,
        message: "closed by the server: 1001 going away".to_owned(),
    };
    vec![
        event(0, EventKind::Connecting { url: "ws://feed.example/ticks".to_owned() }),
        event(1, EventKind::Opened(Box::new(opened))),
        event(2, EventKind::Sent(sent)),
        event(
            10,
            batch(
                1,
                &[
                    (Kind::Text, br#"{"s":"BTC","price":100.5}"#),
                    (Kind::Binary, &[0, 1, 254, 255]),
                    (Kind::Text, "žluťoučký kůň".as_bytes()),
                ],
            ),
        ),
        event(
            20,
            EventKind::Control(Control {
                direction: Direction::In,
                kind: ControlKind::Ping(Bytes::from_static(b"k1")),
            }),
        ),
        event(30, batch(4, &[(Kind::Text, br#"{"s":"ETH","price":7}"#), (Kind::Text, b"caf\xe9")])),
        event(40, delivery_update(1, 1, Verdict::Nacked, true)),
        event(41, delivery_update(1, 2, Verdict::Acked, false)),
        event(50, EventKind::Lost(Box::new(lost))),
        event(60, EventKind::Ended(Ended { why: End::Stopped, messages: 5, connections: 1, during: None })),
    ]
}

async fn capture(path: &Path, events: &[Event]) {
    capture_as(path, events, Compress::Never).await;
}

async fn capture_as(path: &Path, events: &[Event], compress: Compress) {
    let plan = Plan { compress, ..Plan::default() };
    let recorder = Recorder::start_with(path, "ticks", plan).expect("it can be written");
    for event in events {
        recorder.record(std::slice::from_ref(event)).await;
    }
    let progress = recorder.finish().await;
    assert_eq!(progress.state, State::Closed);
}

async fn captured(events: &[Event]) -> (TempDir, Reader) {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    capture(&path, events).await;
    let reader = Reader::open(&path).expect("it was written");
    (folder, reader)
}

#[tokio::test]
async fn a_session_is_read_back_unchanged() {
    let (_folder, reader) = captured(&session_events()).await;
    let session = reader.sessions().expect("sessions").remove(0);
    assert_eq!((session.messages, session.bytes, session.connections, session.is_complete), (5, 73, 1, true));
    let mut again = Vec::new();
    let mut each = |piece: Vec<StoredEvent>| {
        again.extend(piece);
        true
    };
    reader.read_session(&session, &mut each).expect("it is read");
    let expected: Vec<_> =
        session_events().into_iter().filter(|event| !matches!(event.kind, EventKind::Messages(_))).collect();
    let events: Vec<_> = again
        .iter()
        .filter_map(|one| match one {
            StoredEvent::Event(event) => Some(event.clone()),
            StoredEvent::Messages(_) => None,
        })
        .collect();
    assert_eq!(events, expected);
    let ranges: Vec<_> = again
        .iter()
        .filter_map(|one| match one {
            StoredEvent::Messages(range) => Some((range.first_seq, range.first, range.count)),
            StoredEvent::Event(_) => None,
        })
        .collect();
    assert_eq!(ranges, [(Seq(4), MessageId(1), 3), (Seq(8), MessageId(4), 2)]);
}

#[tokio::test]
async fn the_events_of_a_session_come_back_as_they_came() {
    let (_folder, reader) = captured(&session_events()).await;
    let session = reader.sessions().expect("sessions").remove(0);
    let (mut again, mut last) = (Vec::new(), Seq(0));
    let mut each = |seq, event: &Event| {
        again.push(event.clone());
        last = seq;
        true
    };
    reader.events(&session, &mut each).expect("they are read");
    let mut expected = session_events();
    // How long the connection took stands in its stages.
    expected.retain(|event| !matches!(event.kind, EventKind::Opened(_)));
    again.retain(|event| !matches!(event.kind, EventKind::Opened(_)));
    assert_eq!(again, expected);
    assert_eq!(last, session.last);
    let mut count = 0;
    let mut stops = |_, _: &Event| {
        count += 1;
        count < 3
    };
    reader.events(&session, &mut stops).expect("they are read");
    assert_eq!(count, 3, "it stops where nobody wants more");
}

#[tokio::test]
async fn the_head_of_a_text_does_not_end_at_a_zero() {
    let long = format!("a\0b{}", "é".repeat(3_000));
    let (_folder, reader) = captured(&[event(2, batch(1, &[(Kind::Text, long.as_bytes())]))]).await;
    let page = reader.page(Seq(1), 9).expect("a page");
    let heads: Vec<_> = (page.iter())
        .filter_map(|stored| match &stored.kind {
            StoredKind::Message(message) => Some(&message.head[..]),
            _ => None,
        })
        .collect();
    assert_eq!(heads, [&long.as_bytes()[..StoredMessage::HEAD - 1]], "a character is not cut");
}

#[tokio::test]
async fn a_page_has_the_stored_messages_with_their_last_delivery() {
    let (_folder, reader) = captured(&session_events()).await;
    let page = reader.page(Seq(3), 9).expect("a page");
    assert_eq!(page.iter().map(|stored| stored.seq.0).collect::<Vec<_>>(), (3..=11).collect::<Vec<_>>());
    let StoredKind::Message(first) = &page[1].kind else { panic!("{:?}", page[1]) };
    assert_eq!(
        (first.id, first.size, &first.head[..]),
        (MessageId(1), 25, &br#"{"s":"BTC","price":100.5}"#[..])
    );
    assert_eq!(first.delivery, Delivery { attempt: 2, verdict: Verdict::Acked });
    let StoredKind::Message(broken) = &page[6].kind else { panic!("{:?}", page[6]) };
    assert_eq!((broken.valid, &broken.head[..]), (false, &b"caf\xe9"[..]));
    let StoredKind::Redelivered { update, message } = &page[7].kind else { panic!("{:?}", page[7]) };
    assert_eq!((update.id, message.as_ref().map(|message| message.seq)), (MessageId(1), Some(Seq(4))));
}

#[tokio::test]
async fn a_page_has_the_start_of_a_large_payload_and_the_whole_is_read_by_its_sequence_number() {
    let large = "ž".repeat(10_000);
    let (_folder, reader) = captured(&[event(0, batch(1, &[(Kind::Text, large.as_bytes())]))]).await;
    let page = reader.page(Seq(1), 1).expect("a page");
    let StoredKind::Message(message) = &page[0].kind else { panic!("{:?}", page[0]) };
    assert_eq!((message.size, message.head.len()), (20_000, 4096));
    assert_eq!(reader.payload(Seq(1)).expect("it is read").as_deref(), Some(large.as_bytes()));
    assert_eq!(reader.payload(Seq(2)).expect("it is read"), None);
}

#[tokio::test]
async fn a_scan_finds_received_sent_and_redelivered_payloads_and_landmarks_in_order() {
    let (_folder, reader) = captured(&session_events()).await;
    let (mut found, mut landmarks) = (Vec::new(), Vec::new());
    let wanted = |payload: &[u8]| payload.starts_with(b"{");
    let mut each = |piece: sockeye::store::ScanResult| {
        found.extend(piece.matches.iter().map(|(seq, count)| (seq.0, *count)));
        landmarks.extend(piece.landmarks.iter().map(|seq| seq.0));
        true
    };
    let pieces = reader.pieces((Seq(1), Seq(99)), Seq(99)).expect("it is read");
    reader
        .scan(Search { matches: &|candidate| wanted(candidate.payload), ..Search::ALL }, &pieces, &mut each)
        .expect("it is read");
    assert_eq!((found, landmarks), (vec![(3, 2), (8, 1), (11, 1)], vec![2, 12, 13]));
}

#[tokio::test]
async fn an_export_has_the_lines_that_tail_writes() {
    let (_folder, reader) = captured(&session_events()).await;
    let mut out = Vec::new();
    let exporter = Exporter::new(Format::JsonLines);
    let mut each = |captured: &Captured<'_>| {
        let Captured { at, connection, verdict, message } = captured;
        let origin = Origin { at: *at, connection: *connection, verdict: *verdict };
        exporter.write_one(&mut out, &origin, message, None);
        true
    };
    reader
        .messages(
            Search { matches: &|candidate| candidate.payload.starts_with(b"{"), ..Search::ALL },
            (Seq(1), Seq(99)),
            &mut each,
        )
        .expect("it is read");
    let text = String::from_utf8(out).expect("lines are text");
    assert_eq!(text.lines().count(), 2);
    let first = text.lines().next().expect("a line");
    assert_eq!(
        first,
        r#"{"v":1,"kind":"message","at":"2026-01-02T12:00:00.010000Z","connection":1,"id":1,"dir":"in","type":"text","size":25,"verdict":"acked","attempt":1,"json":{"s":"BTC","price":100.5}}"#
    );
}

#[tokio::test]
async fn a_second_session_goes_on_where_the_first_ended() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    capture(&path, &session_events()).await;
    capture(&path, &session_events()).await;
    let reader = Reader::open(&path).expect("it was written");
    let sessions = reader.sessions().expect("sessions");
    let places: Vec<_> = sessions.iter().map(|session| (session.first.0, session.last.0)).collect();
    assert_eq!(places, [(1, 13), (14, 26)]);
    let page = reader.page(Seq(24), 1).expect("a page");
    let StoredKind::Redelivered { message: Some(message), .. } = &page[0].kind else { panic!("{page:?}") };
    assert_eq!(message.seq, Seq(17), "the message of its own session");
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_a_capture() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, _reader) = captured(&session_events()).await;
    for entry in folder.path().read_dir().expect("the folder") {
        let entry = entry.expect("a file");
        let mode = entry.metadata().expect("its mode").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", entry.path());
    }
}

#[tokio::test]
async fn a_capture_can_be_read_while_it_is_written() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    let recorder = Recorder::start(&path, "ticks").expect("it can be written");
    recorder.record(&session_events()).await;
    let mut progress = recorder.watch();
    progress.wait_for(|progress| progress.committed == 13).await.expect("the writer is running");
    let reader = Reader::open(&path).expect("it is being written");
    assert_eq!(reader.page(Seq(1), 100).expect("a page").len(), 13);
    assert!(
        matches!(sockeye::store::delete(&path), Err(sockeye::store::CaptureError::InUse { .. })),
        "a capture is not deleted while it is written"
    );
    drop(reader);
    recorder.finish().await;
    sockeye::store::delete(&path).expect("it is no longer written");
    assert_eq!(folder.path().read_dir().expect("the folder").count(), 0);
}

#[tokio::test]
async fn a_flood_after_a_single_message_is_committed_while_it_runs() {
    let folder = TempDir::new().expect("a folder");
    let recorder = Recorder::start(&folder.path().join("flood.sqlite"), "flood").expect("it can be written");
    recorder.record(&session_events()[..3]).await;
    let many: Vec<(Kind, &[u8])> = vec![(Kind::Text, b"tick"); 200];
    let mut next = 1;
    while recorder.progress().committed < 1_000 {
        recorder.record(&[event(0, batch(next, &many))]).await;
        next += 200;
        assert!(next < 50_000_000, "nothing is committed");
    }
    recorder.finish().await;
}

#[tokio::test]
async fn the_deliveries_of_messages_are_read_back_unchanged() {
    let rejecting = AckMode::parse("reject every 2").expect("it is an ack mode");
    let rejecting = ActiveAckMode::of(&rejecting, rejecting.width(&Stages::default()));
    let one = |id: u64, verdict| {
        let EventKind::Messages(batch) = batch(id, &[(Kind::Text, b"a")]) else {
            unreachable!("it is a batch")
        };
        EventKind::Messages(Batch { verdict, ..batch })
    };
    let paused = EventKind::ReadingPaused { why: Pause::Replay, read_ahead: 7 };
    let kinds = vec![
        EventKind::Connecting { url: "ws://feed.example/".to_owned() },
        EventKind::AckMode(rejecting),
        one(1, Verdict::Acked),
        one(2, Verdict::Acked),
        one(3, Verdict::Nacked),
        delivery_update(3, 2, Verdict::Acked, false),
        one(4, Verdict::Dropped),
        one(5, Verdict::Pending),
        paused,
        delivery_update(5, 1, Verdict::Acked, false),
    ];
    let events: Vec<_> = (0..).zip(kinds).map(|(nth, kind)| event(nth, kind)).collect();
    let mut live = Deliveries::default();
    for event in &events {
        live.apply(event);
    }
    let (_folder, reader) = captured(&events).await;
    let session = reader.sessions().expect("sessions").remove(0);
    let mut again = Deliveries::default();
    let mut each = |piece: Vec<StoredEvent>| {
        for one in piece {
            match one {
                StoredEvent::Event(event) => again.apply(&event),
                StoredEvent::Messages(range) => again.remember(&range),
            }
        }
        true
    };
    reader.read_session(&session, &mut each).expect("it is read");
    assert_eq!((again.tally, again.listed()), (live.tally, live.listed()));
    assert_eq!(again.ack_mode, live.ack_mode);
    assert_eq!(again.dead_letters(), live.dead_letters());
    assert_eq!(live.tally.delivered, 6);
}
