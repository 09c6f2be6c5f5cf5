//! The record layer while nothing is encrypted, and the heads of records once it is (`crypto/tls/conn.go`,
//! `readRecordOrCCS`).

use crate::go_verdict::code::version;
use crate::go_verdict::wire::alert::Alert;
use crate::go_verdict::wire::refusal::Refusal;

const HEAD: usize = 5;
/// The longest body that is read, before TLS 1.3 is chosen and after (`maxCiphertext`, `maxCiphertextTLS13`).
const LONGEST: u16 = 16_384 + 2_048;
const LONGEST_13: u16 = 16_384 + 256;
/// The longest that may be in it (`maxPlaintext`).
const LONGEST_PLAIN: usize = 16_384;

/// The type of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    ChangeCipherSpec,
    Alert,
    Handshake,
    Application,
    Unknown,
}

impl Type {
    fn of(number: u8) -> Self {
        match number {
            20 => Self::ChangeCipherSpec,
            21 => Self::Alert,
            22 => Self::Handshake,
            23 => Self::Application,
            _ => Self::Unknown,
        }
    }
}

/// A record that passed the checks of its head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub kind: Type,
    pub body: Vec<u8>,
}

/// The bytes that have come and are not read yet: less than one record, and what the last call to hear brought.
#[derive(Clone, Debug, Default)]
pub struct Records {
    waiting: Vec<u8>,
    read: usize,
}

impl Records {
    pub fn hear(&mut self, bytes: &[u8]) {
        self.waiting.drain(..self.read.min(self.waiting.len()));
        self.read = 0;
        self.waiting.extend_from_slice(bytes);
    }

    /// Forgets what is waiting: nothing more will be read.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// Does the stream stand between two records?
    pub fn is_between(&self) -> bool {
        self.read >= self.waiting.len()
    }

    /// The next record, once it is whole. `version` is the chosen one, `None` before the server's first hello.
    ///
    /// A head is judged before its body has come, as Go does.
    pub fn next(&mut self, version: Option<u16>) -> Result<Option<Record>, Refusal> {
        let Some(waiting) = self.waiting.get(self.read..) else {
            return Ok(None);
        };
        let Some(([number, high, low, length_high, length_low], rest)) = waiting.split_first_chunk::<HEAD>()
        else {
            return Ok(None);
        };
        let length = u16::from_be_bytes([*length_high, *length_low]);
        judge_head(*number, u16::from_be_bytes([*high, *low]), length, version)?;
        let Some(body) = rest.get(..usize::from(length)).map(<[u8]>::to_vec) else {
            return Ok(None);
        };
        self.read = self.read.saturating_add(HEAD).saturating_add(body.len());
        Ok(Some(Record { kind: Type::of(*number), body }))
    }
}

fn judge_head(number: u8, got: u16, length: u16, version: Option<u16>) -> Result<(), Refusal> {
    const SSLV2: u8 = 0x80;
    /// Every version there ever was is far below.
    const NOT_A_VERSION: u16 = 0x1000;
    if number == SSLV2 {
        return Err(Refusal::Sslv2);
    }
    match version {
        // TLS 1.3 goes on under the number of TLS 1.2.
        Some(_) if got != version::TLS_12 => {
            return Err(Refusal::RecordVersion { got, expected: version::TLS_12 });
        }
        None if !matches!(Type::of(number), Type::Alert | Type::Handshake) || got >= NOT_A_VERSION => {
            return Err(Refusal::NotTls);
        }
        _ => {}
    }
    let longest = if version == Some(version::TLS_13) { LONGEST_13 } else { LONGEST };
    if length > longest { Err(Refusal::OversizedRecord(length)) } else { Ok(()) }
}

/// What holds for the body of any record in the clear.
pub fn judge_plain(record: &Record) -> Result<(), Refusal> {
    if record.body.len() > LONGEST_PLAIN {
        return Err(Refusal::Local(Alert::RECORD_OVERFLOW));
    }
    match record.kind {
        Type::Application | Type::Unknown => Err(Refusal::Local(Alert::UNEXPECTED_MESSAGE)),
        Type::ChangeCipherSpec | Type::Alert | Type::Handshake => Ok(()),
    }
}

/// The one body of a `ChangeCipherSpec`.
pub fn judge_change(record: &Record) -> Result<(), Refusal> {
    if record.body == [1] { Ok(()) } else { Err(Refusal::Local(Alert::DECODE_ERROR)) }
}
