//! The server's bytes in the clear, as Go's client hears them from the first to the one that decides.
//!
//! ```text
//!  FirstHello --1.3--> [SecondHello] ------------------------> Sealed
//!       \------1.2--> Flight --ServerHelloDone--> Change --CCS--^
//! ```

use crate::go_verdict::code::version;
use crate::go_verdict::wire::alert::Alert;
use crate::go_verdict::wire::dialled::Dialled;
use crate::go_verdict::wire::extension;
use crate::go_verdict::wire::flight::{self, Flight, Scene};
use crate::go_verdict::wire::heard::Heard;
use crate::go_verdict::wire::hello13::{self, Hello13};
use crate::go_verdict::wire::message::{self, Kind};
use crate::go_verdict::wire::offer::Offer;
use crate::go_verdict::wire::outcome::{Check, Doubt, End, Ending, Outcome, Seen};
use crate::go_verdict::wire::record::{self, Record, Records, Type};
use crate::go_verdict::wire::refusal::Refusal;
use crate::go_verdict::wire::sealed;
use crate::go_verdict::wire::server_hello::ServerHello;
use crate::go_verdict::wire::stop::Stop;
use crate::go_verdict::wire::unread;

/// Hears a server's bytes, in order, for as long as they are in the clear, and counts the records after that.
///
/// It holds less than one record and one handshake message, which `crypto/tls` limits to 65,536 bytes (262,144 for
/// certificates), and the certificates.
#[derive(Clone, Debug)]
pub struct Wire {
    engine: Offer,
    dialled: Dialled,
    records: Records,
    /// Handshake bytes that make no whole message yet.
    hand: Vec<u8>,
    /// Records in a row that did not bring the handshake on (`retryCount`).
    ignored: u32,
    step: Step,
    version: Option<u16>,
    checks: Vec<Check>,
    seen: Seen,
    has_heard: bool,
    has_sealed: bool,
    verdict: Option<Stop>,
}

#[derive(Clone, Debug)]
enum Step {
    FirstHello,
    SecondHello(Hello13),
    Flight(Box<Flight>),
    Change,
    Sealed,
}

impl Wire {
    /// Records in a row that may be ignored (`crypto/tls/common.go`, `maxUselessRecords`).
    const MOST_IGNORED: u32 = 16;

    /// Begins behind the client's hello.
    pub fn new(engine: Offer, dialled: Dialled) -> Self {
        Self {
            engine,
            dialled,
            records: Records::default(),
            hand: Vec::new(),
            ignored: 0,
            step: Step::FirstHello,
            version: None,
            checks: Vec::new(),
            seen: Seen::default(),
            has_heard: false,
            has_sealed: false,
            verdict: None,
        }
    }

    /// The version that the server chose, once it is known.
    pub fn version(&self) -> Option<u16> {
        self.version
    }

    /// What Go refuses of what was heard so far.
    pub fn refusal(&self) -> Option<&Refusal> {
        match &self.verdict {
            Some(Stop::Fails(refusal)) => Some(refusal),
            Some(Stop::Unknown(_)) | None => None,
        }
    }

    /// Hears the server's next bytes.
    pub fn hear(&mut self, bytes: &[u8]) {
        self.has_heard |= !bytes.is_empty();
        if self.verdict.is_some() {
            return;
        }
        self.records.hear(bytes);
        loop {
            match self.advance() {
                Ok(true) => {}
                Ok(false) => return,
                Err(stop) => {
                    self.verdict = Some(stop);
                    self.records.forget();
                    self.hand = Vec::new();
                    return;
                }
            }
        }
    }

    /// What Go's client makes of all that was heard, if the stream ended so.
    pub fn outcome(&self, end: &End) -> Outcome {
        let (ending, doubt) = match &self.verdict {
            Some(Stop::Unknown(doubt)) => (Ending::Undecided, Some(*doubt)),
            Some(Stop::Fails(refusal)) => (self.failing(refusal.clone()), self.doubt_of(refusal)),
            None => self.ending_at(end),
        };
        Outcome { checks: self.checks.clone(), ending, doubt, seen: self.seen.clone() }
    }

    /// The line, or what comes after the encrypted part if nothing there was fatal.
    fn failing(&self, refusal: Refusal) -> Ending {
        if self.has_sealed { Ending::Encrypted { then: Some(refusal) } } else { Ending::Fails(refusal) }
    }

    fn ending_at(&self, end: &End) -> (Ending, Option<Doubt>) {
        let refusal = match *end {
            End::Closed if self.records.is_between() => Refusal::Eof,
            End::Closed => Refusal::UnexpectedEof,
            End::Reset { local, remote } => Refusal::Reset { local, remote },
            End::TimedOut if self.has_sealed => return (Ending::Encrypted { then: None }, None),
            End::TimedOut => return (Ending::Waits, None),
            End::Left if matches!(self.step, Step::Sealed) => {
                return (Ending::Encrypted { then: None }, None);
            }
            End::Left => return (Ending::Undecided, Some(Doubt::Left)),
        };
        // Some servers hang up on an offer that they cannot use.
        let doubt = (!self.has_heard && !self.lacking().is_empty()).then_some(Doubt::NarrowerOffer);
        (self.failing(refusal), doubt)
    }

    fn doubt_of(&self, refusal: &Refusal) -> Option<Doubt> {
        let Refusal::Remote(code) = refusal else { return None };
        self.lacking().may_explain(*code).then_some(Doubt::NarrowerOffer)
    }

    /// What Go offers and the dial did not.
    fn lacking(&self) -> Offer {
        self.dialled.offer.lacks(&self.engine)
    }

    /// Takes the next message that has come whole, or else the next record (`crypto/tls/conn.go`, `readHandshake`).
    /// False: neither has come.
    fn advance(&mut self) -> Result<bool, Stop> {
        if !matches!(self.step, Step::Change | Step::Sealed)
            && let Some((number, body)) = message::cut(&mut self.hand, self.version.is_some())?
        {
            self.receive(number, &body)?;
            return Ok(true);
        }
        let Some(record) = self.records.next(self.version)? else { return Ok(false) };
        if matches!(self.step, Step::Sealed) {
            self.take_sealed(&record)?;
        } else {
            self.take(&record)?;
        }
        Ok(true)
    }

    /// A record in the clear (`readRecordOrCCS`).
    fn take(&mut self, record: &Record) -> Result<(), Stop> {
        record::judge_plain(record)?;
        let is_13 = self.version == Some(version::TLS_13);
        if is_13 && record.kind != Type::Handshake && !self.hand.is_empty() {
            return Err(Refusal::Local(Alert::UNEXPECTED_MESSAGE).into());
        }
        match record.kind {
            Type::Alert => self.take_alert(&record.body),
            Type::ChangeCipherSpec => self.take_change(record),
            _ if record.body.is_empty() || matches!(self.step, Step::Change) => {
                Err(Refusal::Local(Alert::UNEXPECTED_MESSAGE).into())
            }
            _ => {
                self.ignored = 0;
                self.hand.extend_from_slice(&record.body);
                Ok(())
            }
        }
    }

    fn take_alert(&mut self, body: &[u8]) -> Result<(), Stop> {
        let [level, code] = *body else { return Err(Refusal::Local(Alert::UNEXPECTED_MESSAGE).into()) };
        match Alert::heard(level, code, self.version) {
            Heard::Dropped => self.ignore(),
            Heard::Ends(refusal) => Err(refusal.into()),
        }
    }

    /// TLS 1.3 passes it over, TLS 1.2 takes it where it belongs.
    fn take_change(&mut self, record: &Record) -> Result<(), Stop> {
        record::judge_change(record)?;
        if !self.hand.is_empty() {
            return Err(Refusal::Local(Alert::UNEXPECTED_MESSAGE).into());
        }
        match self.step {
            _ if self.version == Some(version::TLS_13) => self.ignore(),
            Step::Change => {
                self.step = Step::Sealed;
                Ok(())
            }
            _ => Err(Refusal::Local(Alert::UNEXPECTED_MESSAGE).into()),
        }
    }

    /// `retryReadRecord`.
    fn ignore(&mut self) -> Result<(), Stop> {
        self.ignored = self.ignored.saturating_add(1);
        if self.ignored > Self::MOST_IGNORED { Err(Refusal::TooManyIgnored.into()) } else { Ok(()) }
    }

    /// A record behind the keys: what is in it is not known, but some can be told to be none.
    fn take_sealed(&mut self, record: &Record) -> Result<(), Stop> {
        if self.version == Some(version::TLS_13) && record.kind == Type::ChangeCipherSpec {
            record::judge_plain(record)?;
            record::judge_change(record)?;
            return self.ignore();
        }
        let suite = self.seen.suite.unwrap_or_default();
        if !sealed::may_be_sealed(self.version, suite, record) {
            return Err(Refusal::Local(Alert::BAD_RECORD_MAC).into());
        }
        self.ignored = 0;
        self.has_sealed = true;
        Ok(())
    }

    /// One handshake message (`unmarshalHandshakeMessage`).
    fn receive(&mut self, number: u8, body: &[u8]) -> Result<(), Stop> {
        let Some(kind) = Kind::of(number) else {
            return Err(Refusal::Local(Alert::UNEXPECTED_MESSAGE).into());
        };
        if !unread::is_readable(kind, body, self.version) {
            return Err(Refusal::Local(Alert::DECODE_ERROR).into());
        }
        let step = std::mem::replace(&mut self.step, Step::Change);
        self.step = match step {
            Step::FirstHello => self.first_hello(self.hello_of(kind, body)?)?,
            Step::SecondHello(choice) => self.hello_13(choice, &self.hello_of(kind, body)?)?,
            Step::Flight(flight) => self.flight(flight, kind, body)?,
            kept @ (Step::Change | Step::Sealed) => kept,
        };
        Ok(())
    }

    fn hello_of(&self, kind: Kind, body: &[u8]) -> Result<ServerHello, Refusal> {
        let name = |kind: Kind| kind.go_name(self.version);
        if kind != Kind::ServerHello {
            return Err(Refusal::UnexpectedMessage { got: name(kind), wanted: name(Kind::ServerHello) });
        }
        ServerHello::read(body).ok_or(Refusal::Local(Alert::DECODE_ERROR))
    }

    /// The choice of the version (`crypto/tls/handshake_client.go`, `clientHandshake`).
    fn first_hello(&mut self, hello: ServerHello) -> Result<Step, Stop> {
        let chosen = hello.version();
        self.seen.version = Some(chosen);
        if !self.engine.versions.contains(&chosen) {
            let refusal = Refusal::UnsupportedVersion(chosen);
            let (ours, theirs) = (&self.engine.versions, &self.dialled.offer.versions);
            return Err(Stop::at_choice(ours, theirs, chosen, refusal));
        }
        self.version = Some(chosen);
        if chosen == version::TLS_13 {
            return self.hello_13(Hello13::new(&self.engine), &hello);
        }
        if hello.has_canary() {
            return Err(Refusal::Downgrade.into());
        }
        self.seen.suite = Some(hello.suite);
        self.seen.has_extended_master_secret = hello.has(extension::EXTENDED_MASTER_SECRET);
        Flight::start(hello, &self.engine, &self.dialled).map(|flight| Step::Flight(Box::new(flight)))
    }

    fn hello_13(&mut self, mut choice: Hello13, hello: &ServerHello) -> Result<Step, Stop> {
        match choice.receive(hello, &self.engine, &self.dialled, &mut self.seen)? {
            hello13::Next::SecondHello => Ok(Step::SecondHello(choice)),
            // The keys may not change within a message (`crypto/tls/conn.go`, `setReadTrafficSecret`).
            hello13::Next::Keys if !self.hand.is_empty() => Err(Refusal::BytesBeforeKeys.into()),
            hello13::Next::Keys => Ok(Step::Sealed),
        }
    }

    fn flight(&mut self, mut flight: Box<Flight>, kind: Kind, body: &[u8]) -> Result<Step, Stop> {
        let mut scene = Scene {
            engine: &self.engine,
            dialled: &self.dialled,
            checks: &mut self.checks,
            seen: &mut self.seen,
        };
        match flight.receive(kind, body, &mut scene)? {
            flight::Next::Message => Ok(Step::Flight(flight)),
            flight::Next::ChangeCipherSpec => Ok(Step::Change),
        }
    }
}
