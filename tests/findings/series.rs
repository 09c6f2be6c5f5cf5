//! What is said of the same loss again and again.

use std::time::Duration;

use sockeye::{
    diagnose::LossSeries,
    session::{Finding, LossKind, Lost},
};

fn lost(open_for: Duration, message: &str) -> Lost {
    Lost { kind: LossKind::Ended, open_for, messages: 7, message: message.to_owned() }
}

/// The findings about losses that come after so many seconds, of which so many were silent.
fn told(losses: &[(f64, f64)]) -> Vec<Finding> {
    let mut series = LossSeries::default();
    let seconds = Duration::from_secs_f64;
    let notes = losses
        .iter()
        .map(|(life, silence)| series.note(&lost(seconds(*life), "it ended"), seconds(*silence), Vec::new()));
    notes.flatten().collect()
}

#[test]
fn from_the_third_loss_alike_on_the_series_is_told_with_how_long_each_lived() {
    let told = told(&[(12.0, 0.1), (40.0, 0.1), (9.0, 0.1), (33.0, 0.1)]);
    let [finding, fourth] = &told[..] else { panic!("{told:?}") };
    assert!(fourth.cause.contains("lost 4 times"), "{fourth:?}");
    assert_eq!(finding.cause, "The connection was lost 3 times in a row in the same way: it ended.");
    assert_eq!(
        finding.evidence,
        [
            "each was open for 9.00 s to 40 s",
            "messages came up to the loss",
            "the times differ, so no fixed limit ends it"
        ]
    );
}

#[test]
fn a_silence_of_the_same_length_is_a_limit_with_its_usual_suspects() {
    for (silence, suspect) in
        [(60.2, "nginx"), (100.0, "Cloudflare"), (350.0, "AWS network"), (600.3, "API Gateway")]
    {
        let told = told(&[(silence, silence), (silence + 90.0, silence + 0.2), (silence + 3.0, silence)]);
        let evidence = told[0].evidence.join("\n");
        assert!(
            evidence.contains("a limit of silence") && evidence.contains(suspect),
            "{silence}: {evidence}"
        );
    }
}

#[test]
fn a_life_of_the_same_length_amid_traffic_is_a_limit_of_life() {
    let told = told(&[(7_200.0, 1.0), (7_201.0, 0.2), (7_203.0, 0.4)]);
    let evidence = told[0].evidence.join("\n");
    assert!(
        evidence.contains("a limit of the connection's life") && evidence.contains("AWS API Gateway"),
        "{evidence}"
    );
}

#[test]
fn another_loss_begins_another_series() {
    let mut series = LossSeries::default();
    let second = Duration::from_secs(1);
    let notes = ["a", "a", "b", "a", "a", "a"]
        .map(|message| !series.note(&lost(second, message), second, Vec::new()).is_empty());
    assert_eq!(notes, [false, false, false, false, false, true]);
}

#[test]
fn what_is_found_about_the_loss_alone_becomes_part_of_the_one_finding() {
    let mut series = LossSeries::default();
    let second = Duration::from_secs(1);
    let found = sockeye::diagnose::nack_dropped(sockeye::session::MessageId(1));
    let last = (0..3).map(|_| series.note(&lost(second, "it ended"), second, vec![found.clone()])).last();
    let [finding] = &last.expect("three were noted")[..] else { panic!("it is one finding") };
    assert!(finding.cause.ends_with(&found.cause) && finding.fixes == found.fixes, "{finding:?}");
}

/// The code, for the account of all codes.
pub fn used() -> String {
    told(&[(1.0, 1.0); 3])[0].code.to_string()
}
