//! The verdicts as text, as JSON, and as JUnit XML for the servers that run tests.

use std::fmt::Write as _;

use serde::Serialize;

use crate::{
    cli::ReportFormat,
    payload::{counted, duration_in_words, milliseconds, printable, thousands},
};

use super::verdict::{Judged, Outcome, Verdict};

/// The version of the JSON.
const VERSION: u32 = 1;

/// Writes the report.
pub(super) fn written(format: ReportFormat, sessions: &[Judged]) -> String {
    match format {
        ReportFormat::Text => text(sessions),
        ReportFormat::Json => json(sessions),
        ReportFormat::Junit => junit(sessions),
    }
}

fn text(sessions: &[Judged]) -> String {
    let mut out = String::new();
    for session in sessions {
        if sessions.len() > 1 {
            line(&mut out, &session.name);
        }
        for verdict in &session.verdicts {
            let word = match verdict.outcome {
                Outcome::Held => "ok  ",
                Outcome::Failed => "FAIL",
                Outcome::Undecided => "?   ",
            };
            let Verdict { name, measured, .. } = verdict;
            let place = match (verdict.outcome, verdict.message) {
                (Outcome::Failed, Some(message)) if !measured.contains("message ") => {
                    format!(" (message {message})")
                }
                _ => String::new(),
            };
            line(&mut out, &format!("{word} {name}: {measured}{place}"));
            verdict.details.iter().for_each(|detail| line(&mut out, &format!("       {detail}")));
        }
        if let Some(note) = skipped(session) {
            line(&mut out, &note);
        }
    }
    let count = |outcome| sessions.iter().map(|session| session.count(outcome) as u64).sum::<u64>();
    let [held, failed, undecided] = [Outcome::Held, Outcome::Failed, Outcome::Undecided].map(count);
    let mut sum = format!("{held} held, {failed} failed");
    if undecided > 0 {
        let _ = write!(sum, ", {undecided} not decided");
    }
    for session in sessions {
        let watched = duration_in_words(session.watched);
        let _ = write!(sum, "; {} in {watched}", counted(session.messages, "message"));
    }
    line(&mut out, &sum);
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(&printable(text));
    out.push('\n');
}

/// What is said if messages were only counted.
fn skipped(session: &Judged) -> Option<String> {
    (session.skipped > 0).then(|| {
        let of = counted(session.messages, "message");
        format!(
            "{} of {of} were only counted, since they came faster than they could be read: no sequence, lag, schema or \
             shape was checked in them",
            thousands(session.skipped)
        )
    })
}

#[derive(Serialize)]
struct Report<'a> {
    v: u32,
    ok: bool,
    sessions: Vec<SessionReport<'a>>,
}

#[derive(Serialize)]
struct SessionReport<'a> {
    name: &'a str,
    messages: u64,
    skipped: u64,
    watched_ms: f64,
    checks: Vec<Check<'a>>,
}

#[derive(Serialize)]
struct Check<'a> {
    name: &'a str,
    outcome: &'static str,
    measured: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<u64>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    details: &'a [String],
}

fn json(sessions: &[Judged]) -> String {
    let report = Report {
        v: VERSION,
        ok: sessions.iter().all(|session| session.count(Outcome::Held) == session.verdicts.len()),
        sessions: sessions
            .iter()
            .map(|one| SessionReport {
                name: &one.name,
                messages: one.messages,
                skipped: one.skipped,
                watched_ms: milliseconds(one.watched),
                checks: one.verdicts.iter().map(Check::of).collect(),
            })
            .collect(),
    };
    serde_json::to_string(&report).map(|text| text + "\n").unwrap_or_default()
}

impl<'a> Check<'a> {
    fn of(verdict: &'a Verdict) -> Self {
        Self {
            name: &verdict.name,
            outcome: verdict.outcome.word(),
            measured: &verdict.measured,
            value: verdict.value,
            limit: verdict.limit,
            message: verdict.message.map(|message| message.0),
            details: &verdict.details,
        }
    }
}

/// As the Surefire plugin of Maven writes it, which is what the servers read: a suite a session, a case an
/// expectation.
fn junit(sessions: &[Judged]) -> String {
    let sum = |outcome| sessions.iter().map(|session| session.count(outcome)).sum::<usize>();
    let tests: usize = sessions.iter().map(|session| session.verdicts.len()).sum();
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    let (failed, undecided) = (sum(Outcome::Failed), sum(Outcome::Undecided));
    let _ = writeln!(
        out,
        "<testsuites name=\"sockeye check\" tests=\"{tests}\" failures=\"{failed}\" errors=\"0\" \
         skipped=\"{undecided}\">"
    );
    for session in sessions {
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{:.3}\">",
            xml(&session.name),
            session.verdicts.len(),
            session.count(Outcome::Failed),
            session.count(Outcome::Undecided),
            session.watched.as_secs_f64()
        );
        session.verdicts.iter().for_each(|verdict| case(&mut out, verdict, session));
        if let Some(note) = skipped(session) {
            let _ = writeln!(out, "    <system-out>{}</system-out>", xml(&note));
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn case(out: &mut String, verdict: &Verdict, session: &Judged) {
    let (name, measured) = (xml(&verdict.name), xml(&verdict.measured));
    let time = session.watched.as_secs_f64();
    let _ = write!(out, "    <testcase classname=\"sockeye.check\" name=\"{name}\" time=\"{time:.3}\">");
    let _ = match verdict.outcome {
        Outcome::Held => write!(out, "<system-out>{measured}</system-out>"),
        Outcome::Failed => {
            let details = xml(&verdict.details.join("\n"));
            write!(out, "<failure message=\"{measured}\" type=\"expectation\">{details}</failure>")
        }
        Outcome::Undecided => write!(out, "<skipped message=\"not decided: {measured}\"/>"),
    };
    out.push_str("</testcase>\n");
}

/// A text for an element or an attribute in double quotes. What XML 1.0 cannot hold, not even escaped (2.2), becomes
/// U+FFFD.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // An attribute would turn it into a space.
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use quick_xml::{Reader, XmlVersion, events::Event as Xml};

    use super::*;
    use crate::session::MessageId;

    const EVIL: &str = "a<b & \"c\" 'd' ]]> \u{1b}[31m\u{0}\u{fffe} é \u{1f600}\nnext\tcolumn";

    fn sessions() -> Vec<Judged> {
        let verdict = |name: &str, outcome, details: &[&str]| Verdict {
            name: name.to_owned(),
            outcome,
            measured: format!("7 {name}"),
            value: Some(7.0),
            limit: Some(10.0),
            message: Some(MessageId(17)),
            details: details.iter().map(|detail| (*detail).to_owned()).collect(),
        };
        let verdicts = vec![
            verdict("count>=10 within 30s", Outcome::Failed, &[]),
            verdict(EVIL, Outcome::Failed, &[EVIL, EVIL]),
            verdict("max-gap 5s", Outcome::Held, &[]),
            verdict("rate>2", Outcome::Undecided, &[]),
        ];
        let watched = Duration::from_millis(1500);
        vec![Judged { name: EVIL.to_owned(), verdicts, messages: 9, skipped: 2, watched }]
    }

    #[test]
    fn another_parser_reads_the_xml_and_gets_every_text_back() {
        let text = junit(&sessions());
        let mut reader = Reader::from_str(&text);
        let (mut names, mut elements) = (Vec::new(), Vec::new());
        loop {
            match reader.read_event().expect("it is well-formed") {
                Xml::Eof => break,
                Xml::Start(tag) | Xml::Empty(tag) => {
                    elements.push(String::from_utf8(tag.name().as_ref().to_vec()).expect("UTF-8"));
                    for attribute in tag.attributes() {
                        let attribute = attribute.expect("an attribute");
                        let value = attribute
                            .normalized_value(XmlVersion::Explicit1_0)
                            .expect("it is escaped")
                            .into_owned();
                        if attribute.key.as_ref() == b"name" {
                            names.push(value);
                        }
                    }
                }
                _ => {}
            }
        }
        let evil = EVIL.replace(['\u{1b}', '\u{0}', '\u{fffe}'], "\u{fffd}");
        assert_eq!(names, ["sockeye check", &evil, "count>=10 within 30s", &evil, "max-gap 5s", "rate>2"]);
        let count = |name: &str| elements.iter().filter(|own| *own == name).count();
        assert_eq!((count("testcase"), count("failure"), count("skipped")), (4, 2, 1));
    }

    #[test]
    fn the_text_has_a_line_an_expectation_and_no_control_character() {
        let text = text(&sessions());
        assert!(
            text.starts_with("FAIL count>=10 within 30s: 7 count>=10 within 30s (message 17)\n"),
            "{text}"
        );
        assert!(
            text.contains("\n?    rate>2: 7 rate>2\n") && text.contains("2 of 9 messages were only counted")
        );
        assert!(text.ends_with("1 held, 2 failed, 1 not decided; 9 messages in 1.5 s\n"), "{text}");
        assert!(!text.chars().any(|letter| letter.is_control() && letter != '\n'), "{text:?}");
    }

    #[test]
    fn the_json_has_what_was_measured_and_what_was_wanted() {
        let value: serde_json::Value = serde_json::from_str(&json(&sessions())).expect("it is JSON");
        let check = &value["sessions"][0]["checks"][0];
        assert_eq!((&value["v"], &value["ok"]), (&1.into(), &false.into()));
        assert_eq!((&check["outcome"], &check["value"]), (&"failed".into(), &7.0.into()));
        assert_eq!((&check["limit"], &check["message"]), (&10.0.into(), &17.into()));
    }
}
