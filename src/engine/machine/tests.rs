//! Every transition of a session that matters, as tables.

use std::{sync::Arc, time::Duration};

use proptest::prelude::*;

use crate::{
    config::{Endpoint, Settings},
    session::{FailureKind, Stage},
};

use super::*;

const NOW: Duration = Duration::from_secs(100);
const LATER: Duration = Duration::from_hours(1);
const ONE: ConnectionId = ConnectionId(1);
const TWO: ConnectionId = ConnectionId(2);

fn settings(max_retries: Option<u32>) -> Arc<Settings> {
    let url = Endpoint::parse("ws://feed.test/").expect("the URL is well formed");
    Arc::new(Settings { max_retries, ..Settings::new(url) })
}

fn failure() -> Failure {
    let message = "every address refused the connection".to_owned();
    Failure { stage: Stage::Tcp, kind: FailureKind::Refused, message, sources: Vec::new() }
}

fn failed(connection: ConnectionId) -> Input {
    Input::Failed(connection, Box::new(failure()))
}

fn polite() -> Output {
    Output::Close(CloseFrame { code: Some(1000), reason: String::new() })
}

/// A machine that has taken these inputs, all at `NOW`.
fn after(max_retries: Option<u32>, inputs: &[Input]) -> Machine {
    let mut machine = Machine::new(7);
    machine.step(Input::Connect(settings(max_retries)), NOW);
    for input in inputs {
        machine.step(input.clone(), NOW);
    }
    machine
}

fn connecting() -> Machine {
    after(None, &[])
}

fn open() -> Machine {
    after(None, &[Input::Opened(ONE)])
}

fn waiting() -> Machine {
    after(None, &[failed(ONE)])
}

fn closing(wish: Input) -> Machine {
    after(None, &[Input::Opened(ONE), wish])
}

#[test]
fn a_session_begins_with_a_connection() {
    let mut machine = Machine::new(0);
    let wanted = settings(None);
    assert_eq!(machine.step(Input::Connect(wanted.clone()), NOW), [Output::Dial(ONE, wanted)]);
    assert_eq!((machine.state, machine.due()), (State::Connecting, None));
}

#[test]
fn a_connection_that_went_well_opens_the_session() {
    let machine = open();
    assert_eq!(machine.state, State::Open { silent_at: Some(NOW + SILENCE) });
}

#[test]
fn a_stop_ends_at_once_what_is_not_open() {
    for mut machine in [Machine::new(0), connecting(), waiting()] {
        assert_eq!(machine.step(Input::Stop, NOW), [Output::End(End::Stopped)]);
        assert!(machine.is_ended());
    }
}

#[test]
fn a_stop_closes_an_open_connection_politely_and_ends_when_it_is_gone() {
    let mut machine = open();
    assert_eq!(machine.step(Input::Stop, NOW), [polite()]);
    assert_eq!(machine.state, State::Closing { then: Then::End, until: NOW + STOP_LIMIT });
    assert_eq!(machine.step(Input::Lost(ONE), NOW), [Output::End(End::Stopped)]);
}

#[test]
fn a_server_that_does_not_answer_the_close_does_not_hold_up_a_stop() {
    let mut machine = closing(Input::Stop);
    assert_eq!(machine.step(Input::TimeIsUp, NOW), [], "the time has not passed");
    assert_eq!(machine.step(Input::TimeIsUp, NOW + STOP_LIMIT), [Output::HangUp]);
    assert_eq!(machine.step(Input::Lost(ONE), NOW + STOP_LIMIT), [Output::End(End::Stopped)]);
}

#[test]
fn a_reconnect_connects_at_once_what_is_not_open() {
    for mut machine in [connecting(), waiting()] {
        assert_eq!(machine.step(Input::Reconnect, NOW), [Output::Dial(TWO, settings(None))]);
    }
}

#[test]
fn a_reconnect_closes_an_open_connection_and_connects_without_a_pause() {
    let mut machine = open();
    assert_eq!(machine.step(Input::Reconnect, NOW), [polite()]);
    assert_eq!(machine.step(Input::Lost(ONE), NOW), [Output::Dial(TWO, settings(None))]);
}

#[test]
fn new_settings_take_effect_at_the_next_connection() {
    let mut machine = open();
    let other = settings(Some(9));
    assert_eq!(machine.step(Input::Connect(other.clone()), NOW), [polite()]);
    assert_eq!(machine.step(Input::Lost(ONE), NOW), [Output::Dial(TWO, other)]);
}

#[test]
fn new_settings_bring_back_the_retries() {
    let mut machine = after(Some(1), &[failed(ONE)]);
    machine.step(Input::Connect(settings(Some(1))), NOW);
    let events = machine.step(failed(TWO), NOW);
    assert!(
        matches!(events[..], [Output::RetryIn(RetryIn { failures: 1, left: Some(0), .. })]),
        "{events:?}"
    );
}

#[test]
fn a_failed_connection_is_followed_by_a_pause_and_another() {
    let mut machine = connecting();
    let events = machine.step(failed(ONE), NOW);
    let [Output::RetryIn(RetryIn { failures: 1, left: None, delay, .. })] = events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(machine.due(), Some(NOW + delay));
    assert_eq!(machine.step(Input::TimeIsUp, NOW + delay), [Output::Dial(TWO, settings(None))]);
}

#[test]
fn retries_used_up_end_the_session_with_the_last_failure() {
    for retries in [0, 3] {
        let mut machine = after(Some(retries), &[]);
        for connection in 1..=retries {
            machine.step(failed(ConnectionId(connection)), NOW);
            machine.step(Input::TimeIsUp, LATER);
        }
        let events = machine.step(failed(ConnectionId(retries + 1)), LATER);
        assert_eq!(events, [Output::End(End::RetriesExhausted { retries, last: Box::new(failure()) })]);
    }
}

#[test]
fn a_lost_connection_is_reconnected_after_a_tenth_of_a_second_whatever_the_limit() {
    for (limit, left) in [(None, None), (Some(0), Some(0)), (Some(3), Some(3))] {
        let mut machine = after(limit, &[Input::Opened(ONE)]);
        let pause = RetryIn { failures: 0, left, without_message: 0, delay: Duration::from_millis(100) };
        assert_eq!(machine.step(Input::Lost(ONE), NOW), [Output::RetryIn(pause)]);
        assert_eq!(machine.step(Input::TimeIsUp, LATER), [Output::Dial(TWO, settings(limit))]);
    }
}

#[test]
fn a_server_that_closes_has_a_second_to_hang_up() {
    let mut machine = open();
    assert_eq!(machine.step(Input::Ending(ONE), NOW), []);
    assert_eq!(machine.step(Input::TimeIsUp, NOW + CLOSE_LIMIT), [Output::HangUp]);
    let events = machine.step(Input::Lost(ONE), NOW + CLOSE_LIMIT);
    assert!(matches!(events[..], [Output::RetryIn(RetryIn { failures: 0, .. })]), "{events:?}");
}

#[test]
fn a_later_wish_outranks_an_earlier_one_while_closing_and_a_stop_outranks_all() {
    let refuse = |command| Output::Refuse { command, message: "the session is ending" };
    let table = [
        (Input::Ending(ONE), Input::Reconnect, vec![], Then::Dial),
        (Input::Ending(ONE), Input::Stop, vec![], Then::End),
        (Input::Reconnect, Input::Stop, vec![], Then::End),
        (Input::Reconnect, Input::Ending(ONE), vec![], Then::Dial),
        (Input::Stop, Input::Reconnect, vec![refuse("reconnect")], Then::End),
        (Input::Stop, Input::Connect(settings(None)), vec![refuse("connect")], Then::End),
        (Input::Stop, Input::Stop, vec![], Then::End),
    ];
    for (first, second, events, then) in table {
        let mut machine = closing(first.clone());
        assert_eq!(machine.step(second.clone(), NOW), events, "{first:?}, then {second:?}");
        let limit = if then == Then::End { STOP_LIMIT } else { CLOSE_LIMIT };
        assert_eq!(machine.state, State::Closing { then, until: NOW + limit });
    }
}

#[test]
fn a_stop_late_in_a_closing_does_not_make_it_longer() {
    let mut machine = closing(Input::Reconnect);
    let late = NOW + CLOSE_LIMIT.saturating_sub(STOP_LIMIT / 2);
    assert_eq!(machine.step(Input::Stop, late), []);
    assert_eq!(machine.due(), Some(NOW + CLOSE_LIMIT));
}

#[test]
fn ten_seconds_of_silence_are_told_once() {
    let mut machine = open();
    assert_eq!(machine.step(Input::TimeIsUp, NOW + SILENCE), [Output::Silent]);
    assert_eq!(machine.due(), None);
    assert_eq!(machine.step(Input::TimeIsUp, LATER), []);
}

#[test]
fn a_first_message_settles_the_silence() {
    let mut machine = open();
    machine.step(Input::Heard(ONE), NOW);
    assert_eq!(machine.due(), None);
}

#[test]
fn an_input_of_an_earlier_connection_changes_nothing() {
    let stale = [Input::Opened(ONE), failed(ONE), Input::Heard(ONE), Input::Ending(ONE), Input::Lost(ONE)];
    let dialing_again = || after(None, &[Input::Reconnect]);
    let open_again = || after(None, &[Input::Reconnect, Input::Opened(TWO)]);
    for input in stale {
        for mut machine in [dialing_again(), open_again()] {
            let before = machine.state;
            assert_eq!(machine.step(input.clone(), LATER), [], "{input:?}");
            assert_eq!(machine.state, before, "{input:?}");
        }
    }
}

#[test]
fn nothing_follows_the_end() {
    let inputs =
        [Input::Stop, Input::Opened(ONE), failed(ONE), Input::Lost(ONE), Input::Ending(ONE), Input::TimeIsUp];
    let mut machine = after(None, &[Input::Stop]);
    for input in inputs {
        assert_eq!(machine.step(input.clone(), LATER), [], "{input:?}");
        assert!(machine.is_ended() && machine.due().is_none());
    }
}

fn any_input() -> impl Strategy<Value = Input> {
    let connection = || (0..12u32).prop_map(ConnectionId);
    prop_oneof![
        (0..3u32).prop_map(|retries| Input::Connect(settings(Some(retries)))),
        Just(Input::Reconnect),
        Just(Input::TimeIsUp),
        connection().prop_map(Input::Opened),
        connection().prop_map(failed),
        connection().prop_map(Input::Heard),
        connection().prop_map(Input::Ending),
        connection().prop_map(Input::Lost),
    ]
}

proptest! {
    #[test]
    fn connections_count_up_and_a_stop_always_leads_to_one_end(
        inputs in prop::collection::vec(any_input(), 0..40),
    ) {
        let mut machine = connecting();
        let mut now = NOW;
        let mut outputs = Vec::new();
        for input in inputs {
            now += Duration::from_millis(400);
            outputs.extend(machine.step(input, now));
        }
        outputs.extend(machine.step(Input::Stop, now));
        if let Some(due) = machine.due() {
            prop_assert!(due <= now + STOP_LIMIT, "a stop is not held up");
            outputs.extend(machine.step(Input::TimeIsUp, due));
            outputs.extend(machine.step(Input::Lost(machine.connection()), due));
        }
        prop_assert!(machine.is_ended());
        let ends = outputs.iter().filter(|output| matches!(output, Output::End(_))).count();
        prop_assert_eq!(ends, 1);
        let connections: Vec<u32> = outputs.iter().filter_map(|output| match output {
            Output::Dial(connection, _) => Some(connection.0),
            _ => None,
        }).collect();
        prop_assert_eq!(&connections, &(2..=machine.connection().0).collect::<Vec<_>>());
    }
}
