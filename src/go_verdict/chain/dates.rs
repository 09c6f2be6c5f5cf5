//! Rule D: the dates of a certificate.

use jiff::civil::DateTime;
use jiff::{SignedDuration, Zoned};

use crate::go_verdict::certificate::{Certificate, Time};

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
pub fn check_dates(certificate: &Certificate, now: &Zoned) -> Result<(), DateError> {
    let present = now.timestamp().as_nanosecond();
    if present < nanoseconds(certificate.not_before) {
        return Err(DateError::NotYetValid {
            now: told_now(now),
            not_before: told(certificate.not_before, certificate.zones.not_before),
        });
    }
    if present > nanoseconds(certificate.not_after) {
        return Err(DateError::Expired {
            now: told_now(now),
            not_after: told(certificate.not_after, certificate.zones.not_after),
        });
    }
    Ok(())
}

fn nanoseconds(time: Time) -> i128 {
    i128::from(time).saturating_mul(1_000_000_000)
}

fn told_now(now: &Zoned) -> String {
    rfc3339(now.datetime(), now.offset().seconds())
}

fn told(time: Time, zone: i32) -> String {
    let seconds = time.saturating_add(i64::from(zone));
    let local = DateTime::constant(1970, 1, 1, 0, 0, 0, 0).checked_add(SignedDuration::from_secs(seconds));
    rfc3339(local.unwrap_or(DateTime::MAX), zone)
}

fn rfc3339(local: DateTime, zone: i32) -> String {
    let civil = local.strftime("%Y-%m-%dT%H:%M:%S");
    let minutes = zone / 60;
    if minutes == 0 {
        return format!("{civil}Z");
    }
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.unsigned_abs();
    format!("{civil}{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}
