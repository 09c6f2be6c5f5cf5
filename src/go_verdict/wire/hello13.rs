//! Go's decisions on a `ServerHello` and a `HelloRetryRequest` of TLS 1.3 (`crypto/tls/handshake_client_tls13.go`).

use crate::go_verdict::code::version;
use crate::go_verdict::wire::dialled::Dialled;
use crate::go_verdict::wire::extension;
use crate::go_verdict::wire::key_share;
use crate::go_verdict::wire::offer::Offer;
use crate::go_verdict::wire::outcome::{Doubt, Retry, Seen};
use crate::go_verdict::wire::refusal::Refusal;
use crate::go_verdict::wire::server_hello::ServerHello;
use crate::go_verdict::wire::stop::Stop;

/// What comes after a hello.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The client sends its hello again and waits for another answer.
    SecondHello,
    /// Everything after it is encrypted.
    Keys,
}

/// The choice of TLS 1.3 between the hellos.
#[derive(Clone, Debug)]
pub struct Hello13 {
    suite: Option<u16>,
    /// The groups that Go has sent a key for.
    shares: Vec<u16>,
}

impl Hello13 {
    pub fn new(engine: &Offer) -> Self {
        Self { suite: None, shares: engine.shares.clone() }
    }

    /// The rules of the handshake up to its keys (`clientHandshakeStateTLS13.handshake`).
    pub fn receive(
        &mut self,
        hello: &ServerHello,
        engine: &Offer,
        dialled: &Dialled,
        seen: &mut Seen,
    ) -> Result<Next, Stop> {
        let is_second = self.suite.is_some();
        judge_either(hello, dialled)?;
        self.choose_suite(hello.suite, engine, dialled)?;
        seen.suite = Some(hello.suite);
        if hello.is_retry() && !is_second {
            self.retry(hello, engine, dialled)?;
            seen.retry = Some(Retry {
                group: Some(hello.selected_group).filter(|group| *group != 0),
                cookie: hello.cookie.clone().unwrap_or_default(),
            });
            return Ok(Next::SecondHello);
        }
        self.judge_hello(hello, engine, dialled, is_second)?;
        seen.group = Some(hello.share_group);
        Ok(Next::Keys)
    }

    /// The last part of `checkServerHelloOrHRR`.
    fn choose_suite(&mut self, suite: u16, engine: &Offer, dialled: &Dialled) -> Result<(), Stop> {
        if self.suite.is_some_and(|chosen| chosen != suite) {
            return Err(Refusal::SuiteChanged.into());
        }
        if !engine.takes_suite(version::TLS_13, suite) {
            return Err(Stop::at_choice(
                &engine.suites,
                &dialled.offer.suites,
                suite,
                Refusal::UnconfiguredSuite,
            ));
        }
        self.suite = Some(suite);
        Ok(())
    }

    /// `processHelloRetryRequest`.
    fn retry(&mut self, hello: &ServerHello, engine: &Offer, dialled: &Dialled) -> Result<(), Stop> {
        if hello.has(extension::ENCRYPTED_HELLO) && !dialled.asked.encrypted_hello {
            return Err(Refusal::EncryptedHello.into());
        }
        if hello.selected_group == 0 && hello.cookie.is_none() {
            return Err(Refusal::UnnecessaryRetry.into());
        }
        if hello.share_group != 0 {
            return Err(Refusal::MalformedShareOfRetry.into());
        }
        match hello.selected_group {
            0 => Ok(()),
            group => self.share_again(group, engine, dialled),
        }
    }

    /// The group must be one that was offered without a key. The dial may have sent keys for others than Go does.
    fn share_again(&mut self, group: u16, engine: &Offer, dialled: &Dialled) -> Result<(), Stop> {
        if !engine.groups.contains(&group) {
            return Err(Stop::at_choice(
                &engine.groups,
                &dialled.offer.groups,
                group,
                Refusal::UnsupportedGroup,
            ));
        }
        let is_shared_by_go = self.shares.contains(&group);
        if is_shared_by_go && dialled.offer.shares.contains(&group) {
            return Err(Refusal::UnnecessaryShareOfRetry.into());
        }
        // A group that Go had sent a key for at once: the server had not asked Go again.
        if !is_shared_by_go {
            self.shares = vec![group];
        }
        Ok(())
    }

    /// `processServerHello` and the agreement of `establishHandshakeKeys`.
    fn judge_hello(
        &self,
        hello: &ServerHello,
        engine: &Offer,
        dialled: &Dialled,
        is_second: bool,
    ) -> Result<(), Stop> {
        if hello.is_retry() {
            return Err(Refusal::TwoRetries.into());
        }
        if hello.cookie.is_some() {
            return Err(Refusal::CookieInHello.into());
        }
        if hello.selected_group != 0 {
            return Err(Refusal::MalformedShare.into());
        }
        let group = hello.share_group;
        if group == 0 {
            return Err(Refusal::NoShare.into());
        }
        // The server would have asked Go for a key that the dial had sent at once.
        let would_be_asked_for =
            !is_second && engine.groups.contains(&group) && dialled.offer.shares.contains(&group);
        if !self.shares.contains(&group) && !would_be_asked_for {
            return Err(Stop::at_choice(
                &engine.groups,
                &dialled.offer.groups,
                group,
                Refusal::UnsupportedGroup,
            ));
        }
        if hello.has(extension::PRE_SHARED_KEY) {
            return Err(if dialled.asked.resumption {
                Stop::Unknown(Doubt::Resumed)
            } else {
                Refusal::InvalidPsk.into()
            });
        }
        if key_share::is_valid(group, &hello.share) { Ok(()) } else { Err(Refusal::InvalidShare.into()) }
    }
}

/// The first part of `checkServerHelloOrHRR`.
fn judge_either(hello: &ServerHello, dialled: &Dialled) -> Result<(), Refusal> {
    match hello.supported_version {
        0 => return Err(Refusal::LegacyVersionField),
        version::TLS_13 => {}
        _ => return Err(Refusal::InvalidVersionAfterRetry),
    }
    if hello.legacy_version != version::TLS_12 {
        return Err(Refusal::IncorrectLegacyVersion);
    }
    if hello.has_forbidden_extension() {
        return Err(Refusal::ForbiddenExtension);
    }
    if hello.session_id != dialled.session_id {
        return Err(Refusal::SessionIdNotEchoed);
    }
    if hello.compression != 0 {
        return Err(Refusal::LegacyCompression);
    }
    Ok(())
}
