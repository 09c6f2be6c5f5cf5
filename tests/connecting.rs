//! Tests of connections to servers that misbehave, over real sockets on loopback.

pub mod support;

#[path = "connecting/answers.rs"]
mod answers;
#[path = "connecting/auth.rs"]
mod auth;
#[path = "connecting/beyond.rs"]
mod beyond;
#[path = "connecting/certificates.rs"]
mod certificates;
#[path = "connecting/client_certs.rs"]
mod client_certs;
#[path = "connecting/ladder.rs"]
mod ladder;
#[path = "connecting/proxies.rs"]
mod proxies;
#[path = "connecting/refusals.rs"]
mod refusals;
#[cfg(all(unix, feature = "renegotiation"))]
#[path = "connecting/renegotiation.rs"]
mod renegotiation;
#[path = "connecting/secrets.rs"]
mod secrets;

use std::{sync::Arc, time::Duration};

use sockeye::{
    config::{Endpoint, Settings},
    net::{Connect, Limits, Network, Reporter, Socket, Step},
    session::{Evidence, Exchange, Failure, FailureKind, Response, Sent, Stage, StageReport, TlsEvidence},
};

/// The result of one connection, and its steps.
struct Outcome {
    result: Result<Socket, Failure>,
    steps: Vec<Step>,
}

fn settings(url: &str) -> Settings {
    Settings::new(Endpoint::parse(url).expect("the URL is valid"))
}

/// Connects with limits that only a server that hangs reaches.
async fn dial(settings: Settings) -> Outcome {
    let (connect, open) = (Duration::from_secs(20), Duration::from_secs(20));
    dial_within(Limits { connect, open, quiet: Duration::from_millis(300) }, settings).await
}

async fn dial_within(limits: Limits, settings: Settings) -> Outcome {
    dial_by(Network::with_limits(limits), settings).await
}

async fn dial_by(network: Network, settings: Settings) -> Outcome {
    let (reporter, mut received) = Reporter::new();
    let collect = async {
        let mut steps = Vec::new();
        while let Some(step) = received.recv().await {
            steps.push(step);
        }
        steps
    };
    let (result, steps) = tokio::join!(network.connect(Arc::new(settings), reporter), collect);
    Outcome { result, steps }
}

impl Outcome {
    /// The open connection.
    fn socket(self) -> Socket {
        self.result.unwrap_or_else(|failure| panic!("the connection should succeed: {failure:?}"))
    }

    fn failure(&self) -> Failure {
        self.result.as_ref().err().expect("the connection fails").clone()
    }

    /// The stage and the kind of the failure. The last report must have the same failure.
    fn failed(&self) -> (Stage, FailureKind) {
        let failure = self.failure();
        let last = self.reports().last().expect("a stage was reported");
        assert_eq!(last.outcome.as_ref().expect_err("the last stage failed"), &failure);
        (failure.stage, failure.kind)
    }

    fn reports(&self) -> impl Iterator<Item = &StageReport> {
        self.steps.iter().filter_map(|step| match step {
            Step::Ended(report) => Some(&**report),
            _ => None,
        })
    }

    fn stages(&self) -> Vec<Stage> {
        self.reports().map(|report| report.stage).collect()
    }

    fn evidence(&self, stage: Stage) -> &Evidence {
        &self.reports().find(|report| report.stage == stage).expect("the stage was reported").evidence
    }

    fn tls(&self) -> &TlsEvidence {
        match self.evidence(Stage::Tls) {
            Evidence::Tls(evidence) => evidence,
            other => panic!("not the evidence of TLS: {other:?}"),
        }
    }

    fn exchange(&self) -> &Exchange {
        match self.evidence(Stage::Upgrade) {
            Evidence::Upgrade(exchange) => exchange,
            other => panic!("not the evidence of an upgrade: {other:?}"),
        }
    }

    fn response(&self) -> &Response {
        self.exchange().response.as_ref().expect("there was an answer")
    }

    fn opening(&self) -> Vec<&Sent> {
        let sent = self.steps.iter().filter_map(|step| match step {
            Step::OpeningSent(sent) => Some(sent),
            _ => None,
        });
        sent.collect()
    }
}
