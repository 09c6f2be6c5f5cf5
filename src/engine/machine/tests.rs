//! Tests of the transitions of a session.

use std::{sync::Arc, time::Duration};

use proptest::prelude::*;

use crate::{
    config::{Endpoint, SessionOptions, Settings},
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

fn normal_close() -> Output {
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

fn closing(command: Input) -> Machine {
    after(None, &[Input::Opened(ONE), command])
}

#[test]
fn a_session_starts_with_a_connection() {
    let mut machine = Machine::new(0);
    let settings = settings(None);
    assert_eq!(machine.step(Input::Connect(settings.clone()), NOW), [Output::Connect(ONE, settings)]);
    assert_eq!((machine.state, machine.due()), (State::Connecting, None));
}

fn refused(connection: ConnectionId) -> Input {
    let failure = Failure { kind: FailureKind::Status { code: 401 }, stage: Stage::Upgrade, ..failure() };
    Input::Failed(connection, Box::new(failure))
}

/// The settings of a session without retries whose secret comes from a command.
fn renewable() -> Arc<Settings> {
    let options =
        SessionOptions { no_retry: true, refusal: After401::AwaitsSecret, ..SessionOptions::default() };
    Arc::new(Settings { options, ..Settings::clone(&settings(None)) })
}

#[test]
fn a_refusal_waits_for_another_secret_and_the_next_one_ends_the_session() {
    let mut machine = Machine::new(0);
    machine.step(Input::Connect(renewable()), NOW);
    assert_eq!(machine.step(refused(ONE), NOW), []);
    assert_eq!(machine.due(), Some(NOW + LONGEST_RENEWAL));
    let again = machine.step(Input::Connect(renewable()), NOW);
    assert_eq!(again, [Output::Connect(TWO, renewable())]);
    assert_eq!(machine.step(refused(TWO), NOW), [Output::End(End::NotRetried)]);
}

#[test]
fn a_refusal_ends_the_session_if_no_other_secret_comes() {
    for input in [Input::NoOtherSecret, Input::Stop, Input::Timeout] {
        let mut machine = Machine::new(0);
        machine.step(Input::Connect(renewable()), NOW);
        machine.step(refused(ONE), NOW);
        assert_eq!(machine.step(input, NOW + LONGEST_RENEWAL), [Output::End(End::NotRetried)]);
    }
    let mut machine = Machine::new(0);
    machine.step(Input::Connect(renewable()), NOW);
    assert_eq!(machine.step(failed(ONE), NOW), [Output::End(End::NotRetried)], "no secret mends it");
}

#[test]
fn a_session_that_does_not_wait_for_a_secret_goes_on_without_one() {
    for mut machine in [connecting(), open(), waiting()] {
        let state = machine.state;
        assert_eq!(machine.step(Input::NoOtherSecret, NOW), []);
        assert_eq!(machine.state, state);
    }
}

#[test]
fn an_opened_connection_waits_for_its_first_message() {
    let machine = open();
    assert_eq!(machine.state, State::Open { silent_at: Some(NOW + SILENCE) });
}

#[test]
fn a_stop_ends_a_session_without_an_open_connection_at_once() {
    for mut machine in [Machine::new(0), connecting(), waiting()] {
        assert_eq!(machine.step(Input::Stop, NOW), [Output::End(End::Stopped)]);
        assert!(machine.is_ended());
    }
}

#[test]
fn a_stop_closes_an_open_connection_with_1000_and_ends_once_it_is_lost() {
    let mut machine = open();
    assert_eq!(machine.step(Input::Stop, NOW), [normal_close()]);
    assert_eq!(machine.state, State::Closing { then: Then::End, until: Some(NOW + STOP_LIMIT) });
    assert_eq!(machine.step(Input::Lost(ONE), NOW), [Output::End(End::Stopped)]);
}

#[test]
fn a_server_that_does_not_answer_the_close_does_not_delay_a_stop() {
    let mut machine = closing(Input::Stop);
    assert_eq!(machine.step(Input::Timeout, NOW), [], "the time has not passed");
    assert_eq!(machine.step(Input::Timeout, NOW + STOP_LIMIT), [Output::HangUp]);
    assert_eq!(machine.step(Input::Lost(ONE), NOW + STOP_LIMIT), [Output::End(End::Stopped)]);
}

#[test]
fn a_reconnect_without_an_open_connection_connects_at_once() {
    for mut machine in [connecting(), waiting()] {
        assert_eq!(machine.step(Input::Reconnect, NOW), [Output::Connect(TWO, settings(None))]);
    }
}

#[test]
fn a_reconnect_closes_an_open_connection_and_connects_without_a_pause() {
    let mut machine = open();
    assert_eq!(machine.step(Input::Reconnect, NOW), [normal_close()]);
    assert_eq!(machine.step(Input::Lost(ONE), NOW), [Output::Connect(TWO, settings(None))]);
}

#[test]
fn new_settings_take_effect_at_the_next_connection() {
    let mut machine = open();
    let other = settings(Some(9));
    assert_eq!(machine.step(Input::Connect(other.clone()), NOW), [normal_close()]);
    assert_eq!(machine.step(Input::Lost(ONE), NOW), [Output::Connect(TWO, other)]);
}

#[test]
fn new_settings_reset_the_retries() {
    let mut machine = after(Some(1), &[failed(ONE)]);
    machine.step(Input::Connect(settings(Some(1))), NOW);
    let events = machine.step(failed(TWO), NOW);
    assert!(
        matches!(events[..], [Output::RetryIn(RetryIn { failures: 1, left: Some(0), .. })]),
        "{events:?}"
    );
}

#[test]
fn a_failed_connection_is_retried_after_a_pause() {
    let mut machine = connecting();
    let events = machine.step(failed(ONE), NOW);
    let [Output::RetryIn(RetryIn { failures: 1, left: None, delay, .. })] = events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(machine.due(), Some(NOW + delay));
    assert_eq!(machine.step(Input::Timeout, NOW + delay), [Output::Connect(TWO, settings(None))]);
}

#[test]
fn used_up_retries_end_the_session_with_the_last_failure() {
    for retries in [0, 3] {
        let mut machine = after(Some(retries), &[]);
        for connection in 1..=retries {
            machine.step(failed(ConnectionId(connection)), NOW);
            machine.step(Input::Timeout, LATER);
        }
        let events = machine.step(failed(ConnectionId(retries + 1)), LATER);
        assert_eq!(events, [Output::End(End::RetriesExhausted { retries, last: Box::new(failure()) })]);
    }
}

#[test]
fn after_a_loss_the_session_reconnects_in_a_tenth_of_a_second_whatever_the_limit() {
    for (limit, left) in [(None, None), (Some(0), Some(0)), (Some(3), Some(3))] {
        let mut machine = after(limit, &[Input::Opened(ONE)]);
        let pause = RetryIn { failures: 0, left, without_message: 0, delay: Duration::from_millis(100) };
        assert_eq!(machine.step(Input::Lost(ONE), NOW), [Output::RetryIn(pause)]);
        assert_eq!(machine.step(Input::Timeout, LATER), [Output::Connect(TWO, settings(limit))]);
    }
}

#[test]
fn a_server_that_closes_has_one_second_to_hang_up() {
    let mut machine = open();
    assert_eq!(machine.step(Input::Ending(ONE), NOW), []);
    assert_eq!(machine.step(Input::Timeout, NOW + CLOSE_LIMIT), [Output::HangUp]);
    let events = machine.step(Input::Lost(ONE), NOW + CLOSE_LIMIT);
    assert!(matches!(events[..], [Output::RetryIn(RetryIn { failures: 0, .. })]), "{events:?}");
}

#[test]
fn while_closing_a_later_command_replaces_an_earlier_one_except_a_stop() {
    let refuse = |command| Output::Refuse { command, message: "the session is ending" };
    let table = [
        (Input::Ending(ONE), Input::Reconnect, vec![], Then::Connect),
        (Input::Ending(ONE), Input::Stop, vec![], Then::End),
        (Input::Reconnect, Input::Stop, vec![], Then::End),
        (Input::Reconnect, Input::Ending(ONE), vec![], Then::Connect),
        (Input::Stop, Input::Reconnect, vec![refuse("reconnect")], Then::End),
        (Input::Stop, Input::Connect(settings(None)), vec![refuse("connect")], Then::End),
        (Input::Stop, Input::Stop, vec![], Then::End),
    ];
    for (first, second, events, then) in table {
        let mut machine = closing(first.clone());
        assert_eq!(machine.step(second.clone(), NOW), events, "{first:?}, then {second:?}");
        let limit = if then == Then::End { STOP_LIMIT } else { CLOSE_LIMIT };
        assert_eq!(machine.state, State::Closing { then, until: Some(NOW + limit) });
    }
}

#[test]
fn a_stop_during_a_close_does_not_extend_it() {
    let mut machine = closing(Input::Reconnect);
    let late = NOW + CLOSE_LIMIT.saturating_sub(STOP_LIMIT / 2);
    assert_eq!(machine.step(Input::Stop, late), []);
    assert_eq!(machine.due(), Some(NOW + CLOSE_LIMIT));
}

#[test]
fn ten_seconds_of_silence_are_emitted_once() {
    let mut machine = open();
    assert_eq!(machine.step(Input::Timeout, NOW + SILENCE), [Output::Silent]);
    assert_eq!(machine.due(), None);
    assert_eq!(machine.step(Input::Timeout, LATER), []);
}

#[test]
fn a_first_message_ends_the_silence() {
    let mut machine = open();
    machine.step(Input::FirstMessage(ONE), NOW);
    assert_eq!(machine.due(), None);
}

#[test]
fn an_input_of_an_earlier_connection_changes_nothing() {
    let stale =
        [Input::Opened(ONE), failed(ONE), Input::FirstMessage(ONE), Input::Ending(ONE), Input::Lost(ONE)];
    let connecting_again = || after(None, &[Input::Reconnect]);
    let open_again = || after(None, &[Input::Reconnect, Input::Opened(TWO)]);
    for input in stale {
        for mut machine in [connecting_again(), open_again()] {
            let before = machine.state;
            assert_eq!(machine.step(input.clone(), LATER), [], "{input:?}");
            assert_eq!(machine.state, before, "{input:?}");
        }
    }
}

#[test]
fn an_ended_session_ignores_every_input() {
    let inputs =
        [Input::Stop, Input::Opened(ONE), failed(ONE), Input::Lost(ONE), Input::Ending(ONE), Input::Timeout];
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
        Just(Input::Timeout),
        connection().prop_map(Input::Opened),
        connection().prop_map(failed),
        connection().prop_map(Input::FirstMessage),
        connection().prop_map(Input::Ending),
        connection().prop_map(Input::Lost),
    ]
}

proptest! {
    #[test]
    fn connections_are_numbered_in_order_and_a_stop_always_ends_the_session_once(
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
            prop_assert!(due <= now + STOP_LIMIT, "a stop is not delayed");
            outputs.extend(machine.step(Input::Timeout, due));
            outputs.extend(machine.step(Input::Lost(machine.connection()), due));
        }
        prop_assert!(machine.is_ended());
        let ends = outputs.iter().filter(|output| matches!(output, Output::End(_))).count();
        prop_assert_eq!(ends, 1);
        let connections: Vec<u32> = outputs.iter().filter_map(|output| match output {
            Output::Connect(connection, _) => Some(connection.0),
            _ => None,
        }).collect();
        prop_assert_eq!(&connections, &(2..=machine.connection().0).collect::<Vec<_>>());
    }
}
