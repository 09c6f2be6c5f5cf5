//! What is said of a message that is rejected again and again.

use std::time::Duration;

use sockeye::{
    config::{PipelineShape, ShapeNote},
    diagnose,
    session::{Backlog, Finding, MessageId, Poison},
};

fn poison() -> Poison {
    Poison {
        id: MessageId(4),
        rejections: 8,
        lasts: Duration::from_millis(2_500),
        others: 2.0,
        arrivals: Some(19.6),
        backlog: Some(Backlog { bytes: 1_000, messages: 42.0, growth: 400.0, buffer: Some(131_000) }),
        pings_every: Some(Duration::from_secs(20)),
        gave_up: None,
    }
}

#[test]
fn it_names_the_message_the_rates_the_backlog_and_when_the_server_may_give_up() {
    let finding = diagnose::poison_message(&poison(), None);
    assert_eq!(
        finding.cause,
        "Message 4 was nacked 8 times in a row, and the input pauses before each redelivery of it. In the last 2.5 s \
         2.0 other messages a second passed; 20 come, and without it 20 would pass."
    );
    assert_eq!(
        finding.evidence,
        [
            "1.0 kB that the server sent are not read, and this grows by 400 B a second",
            "a ping that comes now is answered after about 21 s, behind 42 messages (it pings every 20 s)",
            "the receive buffer of 131 kB is full in at most 5 min; then the server cannot write",
            "when the server gives up is its own rule: often when a pong is 20 to 60 s late",
        ]
    );
}

#[test]
fn without_it_no_more_would_pass_than_the_output_can_answer() {
    let finding = diagnose::poison_message(&poison(), Some(10.0));
    assert!(finding.cause.ends_with("20 come, and without it 10 would pass."), "{}", finding.cause);
    let finding = diagnose::poison_message(&poison(), Some(2.0));
    assert!(finding.cause.ends_with("2.0 other messages a second passed."), "{}", finding.cause);
}

#[test]
fn what_is_not_known_is_not_said() {
    let unknown = Poison { arrivals: None, backlog: None, pings_every: None, ..poison() };
    let finding = diagnose::poison_message(&unknown, None);
    assert_eq!(finding.evidence.len(), 1);
    let gave_up = Some("the server closed with 1011: keepalive ping timeout".to_owned());
    let finding = diagnose::poison_message(&Poison { gave_up, ..unknown }, None);
    let told =
        "the server gave up on an earlier connection: the server closed with 1011: keepalive ping timeout";
    assert_eq!(finding.evidence, [told]);
}

#[test]
fn what_ends_it_can_be_pasted_into_the_file() {
    let finding = diagnose::poison_message(&poison(), None);
    let pasted: Vec<_> = finding.fixes.iter().filter(|fix| !fix.yaml.is_empty()).collect();
    assert_eq!(pasted.len(), 2);
    assert!(pasted.iter().all(|fix| fix.yaml.starts_with("output:\n  fallback:\n    - ")));
    let edits: Vec<_> = finding.fixes.iter().flat_map(|fix| &fix.edits).collect();
    assert_eq!((edits[0].path.as_str(), edits[0].value.as_str()), ("auto_replay_nacks", "false"));
}

/// The code, for the account of all codes.
pub fn used() -> String {
    diagnose::poison_message(&poison(), None).code.to_string()
}

/// What is said of an output behind a retry.
pub fn around() -> Finding {
    let note = ShapeNote { component: "retry".into(), effect: "it tries a rejected message again by itself" };
    let shape = PipelineShape { notes: vec![note], ..PipelineShape::default() };
    diagnose::around_the_output(&shape).expect("something stands around the output")
}

#[test]
fn what_stands_around_the_output_is_named_with_what_it_does_to_rejections() {
    assert_eq!(around().evidence, ["retry: it tries a rejected message again by itself"]);
    assert_eq!(diagnose::around_the_output(&PipelineShape::default()), None);
}
