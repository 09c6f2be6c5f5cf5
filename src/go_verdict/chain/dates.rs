//! Rule D: the dates of a certificate.

use crate::go_verdict::certificate::{Certificate, Time};
use jiff::civil::DateTime;
use jiff::{SignedDuration, Zoned};

use crate::go_verdict::chain::der;

/// When a certificate is out of its dates; times are RFC 3339 (`Certificate.isValid`).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    #[error("current time {now} is before {not_before}")]
    NotYetValid { now: String, not_before: String },
    #[error("current time {now} is after {not_after}")]
    Expired { now: String, not_after: String },
}

/// Whether `now` is within the dates of the certificate, both ends included.
///
/// Go tells the present in the zone of the process and the dates in the zone they were written in, which is UTC but for
/// a time with an offset (`crypto/x509/verify.go`, `isValid`; `cryptobyte`, `ReadASN1UTCTime`).
pub(crate) fn check_dates(certificate: &Certificate, now: &Zoned) -> Result<(), DateError> {
    let present = now.timestamp().as_nanosecond();
    if present < nanoseconds(certificate.not_before) {
        let text = der::validity(certificate).map(|(text, _)| text);
        return Err(DateError::NotYetValid {
            now: told_now(now),
            not_before: told(certificate.not_before, text),
        });
    }
    if present > nanoseconds(certificate.not_after) {
        let text = der::validity(certificate).map(|(_, text)| text);
        return Err(DateError::Expired { now: told_now(now), not_after: told(certificate.not_after, text) });
    }
    Ok(())
}

fn nanoseconds(time: Time) -> i128 {
    i128::from(time).saturating_mul(1_000_000_000)
}

fn told_now(now: &Zoned) -> String {
    rfc3339(now.datetime(), i64::from(now.offset().seconds()) / 60)
}

fn told(time: Time, text: Option<&[u8]>) -> String {
    let offset = text.and_then(offset_minutes).unwrap_or(0);
    let seconds = time.saturating_add(offset.saturating_mul(60));
    let local = DateTime::constant(1970, 1, 1, 0, 0, 0, 0).checked_add(SignedDuration::from_secs(seconds));
    rfc3339(local.unwrap_or(DateTime::MAX), offset)
}

/// The offset at the end of a time that does not end with `Z`, such as `+0130`.
fn offset_minutes(text: &[u8]) -> Option<i64> {
    let (&sign, digits) = text.last_chunk::<5>()?.split_first()?;
    let sign = match sign {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let number: i64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some(sign * (number / 100 * 60 + number % 100))
}

fn rfc3339(local: DateTime, offset_minutes: i64) -> String {
    let civil = local.strftime("%Y-%m-%dT%H:%M:%S");
    if offset_minutes == 0 {
        return format!("{civil}Z");
    }
    let sign = if offset_minutes < 0 { '-' } else { '+' };
    let minutes = offset_minutes.unsigned_abs();
    format!("{civil}{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}
