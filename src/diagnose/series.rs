//! The same loss again and again: what the losses have in common says more than each of them.

use std::{collections::VecDeque, time::Duration};

use crate::{
    payload::{limit_in_words, span_of},
    session::{Finding, FindingCode, Lost},
};

/// How many losses of a series are remembered.
const REMEMBERED: usize = 20;
/// From how many losses on a series is told.
const TOLD_FROM: u64 = 3;
/// Times differ by this much, or by a twentieth, where they are taken for the same.
const JITTER: Duration = Duration::from_secs(2);

/// Known limits of silence, in seconds, and who has them.
const IDLE_LIMITS: [(u64, &str); 8] = [
    (30, "the backend timeout of Google Cloud load balancers, and a common pong timeout"),
    (55, "the router of Heroku"),
    (60, "nginx (proxy_read_timeout), AWS application load balancers and HAProxy as often set"),
    (100, "Cloudflare"),
    (240, "Azure load balancers and App Service"),
    (350, "AWS network load balancers, NAT and VPC endpoints"),
    (600, "AWS API Gateway"),
    (3_600, "Envoy and Istio (stream idle timeout, as often set), and firewalls"),
];
/// Known limits of a connection's life, in seconds, and who has them.
const LIFETIMES: [(u64, &str); 6] = [
    (30, "the backend timeout of Google Cloud load balancers, which counts for the whole connection"),
    (300, "tokens and services with five minutes, and Azure Front Door"),
    (900, "tokens that are valid for a quarter of an hour"),
    (3_600, "tokens that are valid for an hour, and Google Cloud Run"),
    (7_200, "AWS API Gateway"),
    (86_400, "Binance and other exchanges, which end each connection after a day"),
];

/// The losses of one session that were alike, up to the last one.
#[derive(Debug, Default)]
pub struct LossSeries {
    alike: String,
    count: u64,
    losses: VecDeque<Life>,
}

/// How long a connection was open, and how long nothing had come when it was lost.
#[derive(Clone, Copy, Debug)]
struct Life {
    open_for: Duration,
    silence: Duration,
}

impl LossSeries {
    /// Takes in a loss, before which no message had come for `silence`, with what is found about it alone. Returns
    /// the findings about it: from the third loss of a series on it is one, about the series.
    pub fn note(&mut self, lost: &Lost, silence: Duration, alone: Vec<Finding>) -> Vec<Finding> {
        if lost.is_ours() {
            return alone;
        }
        if self.alike != lost.message {
            *self = Self { alike: lost.message.clone(), ..Self::default() };
        }
        self.count += 1;
        self.losses.push_back(Life { open_for: lost.open_for, silence });
        if self.losses.len() > REMEMBERED {
            self.losses.pop_front();
        }
        if self.count < TOLD_FROM { alone } else { vec![self.finding(alone)] }
    }

    fn finding(&self, alone: Vec<Finding>) -> Finding {
        let lives: Vec<_> = self.losses.iter().map(|life| life.open_for).collect();
        let silences: Vec<_> = self.losses.iter().map(|life| life.silence).collect();
        let mut cause =
            format!("The connection was lost {} times in a row in the same way: {}.", self.count, self.alike);
        for finding in &alone {
            cause.push(' ');
            cause.push_str(&finding.cause);
        }
        let finding = Finding::new(FindingCode::SameLossAgain, cause)
            .evidence([format!("each was open for {}", range(&lives)), self.before(&silences)]);
        let finding = match (alike(&silences), alike(&lives)) {
            // A silence as long as the life: nothing came at all, or it broke off at the start.
            (Some(silence), _) if silence > JITTER * 2 => named(finding, silence, &IDLE_LIMITS, IDLE),
            (_, Some(life)) if life > JITTER * 2 && self.is_amid_traffic() => {
                named(finding, life, &LIFETIMES, LIFETIME)
            }
            (_, Some(life)) if life <= JITTER * 2 => {
                finding.evidence(["it accepts and then drops each connection"])
            }
            _ => finding.evidence(["the times differ, so no fixed limit ends it"]),
        };
        alone.into_iter().fold(finding, |all, one| {
            let severity = all.severity.max(one.severity);
            all.severity(severity).evidence(one.evidence).fix(one.fixes)
        })
    }

    fn before(&self, silences: &[Duration]) -> String {
        if self.is_amid_traffic() {
            "messages came up to the loss".to_owned()
        } else {
            format!("no message had come for {} before", range(silences))
        }
    }

    /// Whether messages came up to each loss.
    fn is_amid_traffic(&self) -> bool {
        self.losses.iter().all(|life| life.silence * 10 < life.open_for)
    }
}

const IDLE: (&str, &str) = (
    "a limit of silence in the server or a proxy in between ends it",
    "raise that limit, or let the server send pings or messages more often than that",
);
const LIFETIME: (&str, &str) = (
    "a limit of the connection's life ends it, whatever comes",
    "reconnect before it, or raise the limit; the pipeline reconnects and misses what came in between",
);

/// The finding with what a limit means, who is known for it, and what to do.
fn named(finding: Finding, limit: Duration, known: &[(u64, &str)], (means, mend): (&str, &str)) -> Finding {
    let who = known.iter().find(|(seconds, _)| is_alike(Duration::from_secs(*seconds), limit));
    let who = who.map_or(String::new(), |(_, who)| format!("; {} is known from {who}", spoken(limit)));
    finding.evidence([format!("the same time again and again: {means}{who}")]).advise(mend)
}

/// The mean of times that are the same, but for jitter.
fn alike(times: &[Duration]) -> Option<Duration> {
    let (least, most) = (times.iter().min()?, times.iter().max()?);
    is_alike(*least, *most).then(|| times.iter().sum::<Duration>() / u32::try_from(times.len()).unwrap_or(1))
}

fn is_alike(one: Duration, other: Duration) -> bool {
    one.abs_diff(other) <= JITTER.max(one.max(other) / 20)
}

/// `about 60 s`, `12 s to 5 min`
fn range(times: &[Duration]) -> String {
    match (alike(times), times.iter().min(), times.iter().max()) {
        (Some(mean), ..) => format!("about {}", spoken(mean)),
        (None, Some(least), Some(most)) => format!("{} to {}", spoken(*least), spoken(*most)),
        _ => String::new(),
    }
}

/// Whole seconds from ten on.
fn spoken(time: Duration) -> String {
    if time < Duration::from_secs(10) {
        span_of(time)
    } else {
        limit_in_words(Duration::from_secs(time.as_secs()))
    }
}
