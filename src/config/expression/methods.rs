//! The methods of Bloblang on texts and times.

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{Timestamp, Zoned, tz::TimeZone};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};

use super::{
    layout,
    value::{Fault, Moment, Value},
};

/// The methods that are known.
pub(super) const METHODS: [&str; 24] = [
    "or",
    "catch",
    "string",
    "bytes",
    "uppercase",
    "lowercase",
    "capitalize",
    "trim",
    "trim_prefix",
    "trim_suffix",
    "replace_all",
    "slice",
    "encode",
    "decode",
    "hash",
    "escape_url_query",
    "quote",
    "ts_format",
    "format_timestamp",
    "ts_strftime",
    "format_timestamp_strftime",
    "ts_unix",
    "format_timestamp_unix",
    "ts_unix_milli",
];

/// The result of a method.
pub(super) fn method(name: &str, of: Value, arguments: &[Value], moment: &Moment) -> Result<Value, Fault> {
    let unknown = || Fault::Unknown(name.to_owned());
    match (name, arguments) {
        ("string", []) => return Ok(Value::Text(of.into_text())),
        ("bytes", []) => return Ok(Value::Bytes(bytes(of))),
        ("encode", [Value::Text(scheme)]) => return encode(scheme, &bytes(of)),
        ("hash", [Value::Text(algorithm), key @ ..]) => {
            let key = key.first().cloned().map(bytes);
            return hash(algorithm, key.as_deref().unwrap_or_default(), &bytes(of)).map(Value::Bytes);
        }
        ("ts_format" | "format_timestamp", [Value::Text(form), zone @ ..]) => {
            let time = in_zone(time(name, of, moment)?, zone)?;
            return Ok(Value::Text(layout::format(&time, form)));
        }
        ("ts_strftime" | "format_timestamp_strftime", [Value::Text(form), zone @ ..]) => {
            let time = in_zone(time(name, of, moment)?, zone)?;
            let written = jiff::fmt::strtime::format(form, &time);
            return written.map(Value::Text).map_err(|_| unknown());
        }
        ("ts_unix" | "format_timestamp_unix", []) => {
            return Ok(Value::Number(time(name, of, moment)?.timestamp().as_second()));
        }
        ("ts_unix_milli", []) => {
            return Ok(Value::Number(time(name, of, moment)?.timestamp().as_millisecond()));
        }
        _ => {}
    }
    let text = match of {
        Value::Null | Value::Number(_) => {
            return Err(Fault::Failed(format!("expected string value, got {}", of.kind())));
        }
        of => of.into_text(),
    };
    Ok(Value::Text(match (name, arguments) {
        ("uppercase", []) => text.to_uppercase(),
        ("lowercase", []) => text.to_lowercase(),
        ("capitalize", []) => {
            let mut letters = text.chars();
            letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
        }
        ("trim", []) => text.trim().to_owned(),
        ("trim", [Value::Text(set)]) => text.trim_matches(|c| set.contains(c)).to_owned(),
        ("trim_prefix", [Value::Text(start)]) => {
            text.strip_prefix(start.as_str()).unwrap_or(&text).to_owned()
        }
        ("trim_suffix", [Value::Text(end)]) => text.strip_suffix(end.as_str()).unwrap_or(&text).to_owned(),
        ("replace_all", [Value::Text(old), Value::Text(new)]) => text.replace(old.as_str(), new),
        ("slice", [Value::Number(low)]) => slice(&text, *low, None)?,
        ("slice", [Value::Number(low), Value::Number(high)]) => slice(&text, *low, Some(*high))?,
        ("decode", [Value::Text(scheme)]) => return decode(scheme, &text),
        ("quote", []) => serde_json::Value::from(text).to_string(),
        ("escape_url_query", []) => url::form_urlencoded::byte_serialize(text.as_bytes()).collect(),
        _ => return Err(unknown()),
    }))
}

fn bytes(value: Value) -> Vec<u8> {
    match value {
        Value::Bytes(bytes) => bytes,
        other => other.into_text().into_bytes(),
    }
}

/// A part of a text in bytes; a negative place counts from the end.
fn slice(text: &str, low: i64, high: Option<i64>) -> Result<String, Fault> {
    let length = i64::try_from(text.len()).unwrap_or(i64::MAX);
    let place = |at: i64| if at < 0 { at + length } else { at }.clamp(0, length);
    let (low, high) = (place(low), high.map_or(length, place));
    if low > high {
        return Err(Fault::Failed(format!("lower slice bound {low} must be lower than upper bound {high}")));
    }
    let at = |place: i64| usize::try_from(place).unwrap_or_default();
    Ok(String::from_utf8_lossy(&text.as_bytes()[at(low)..at(high)]).into_owned())
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0x0f)]).collect()
}

fn encode(scheme: &str, bytes: &[u8]) -> Result<Value, Fault> {
    Ok(Value::Text(match scheme {
        "base64" => BASE64_STANDARD.encode(bytes),
        "base64url" => BASE64_URL_SAFE.encode(bytes),
        "base64rawurl" => BASE64_URL_SAFE_NO_PAD.encode(bytes),
        "hex" => hex(bytes),
        other => return Err(Fault::Unknown(format!("encode(\"{other}\")"))),
    }))
}

fn decode(scheme: &str, text: &str) -> Result<Value, Fault> {
    let engine = match scheme {
        "base64" => BASE64_STANDARD,
        "base64url" => BASE64_URL_SAFE,
        "base64rawurl" => BASE64_URL_SAFE_NO_PAD,
        other => return Err(Fault::Unknown(format!("decode(\"{other}\")"))),
    };
    let failed = |_| Fault::Failed("illegal base64 data".to_owned());
    engine.decode(text).map(Value::Bytes).map_err(failed)
}

fn hash(algorithm: &str, key: &[u8], bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    /// A keyed hash takes a key of any length.
    macro_rules! keyed {
        ($hash:ty) => {{
            let mut mac = Hmac::<$hash>::new_from_slice(key).expect("a key may have any length");
            mac.update(bytes);
            mac.finalize().into_bytes().to_vec()
        }};
    }
    Ok(match algorithm {
        "md5" => Md5::digest(bytes).to_vec(),
        "sha1" => Sha1::digest(bytes).to_vec(),
        "sha256" => Sha256::digest(bytes).to_vec(),
        "sha512" => Sha512::digest(bytes).to_vec(),
        "hmac_sha1" => keyed!(Sha1),
        "hmac_sha256" => keyed!(Sha256),
        "hmac_sha512" => keyed!(Sha512),
        other => return Err(Fault::Unknown(format!("hash(\"{other}\")"))),
    })
}

/// The time that a value stands for: a number counts seconds.
fn time(method: &str, value: Value, moment: &Moment) -> Result<Zoned, Fault> {
    let here = moment.now.time_zone().clone();
    let time = match value {
        Value::Time(time) => return Ok(*time),
        Value::Number(seconds) => Timestamp::from_second(seconds).ok().map(|at| at.to_zoned(here)),
        Value::Text(text) if text.ends_with('Z') => {
            text.parse::<Timestamp>().ok().map(|at| at.to_zoned(TimeZone::UTC))
        }
        _ => None,
    };
    time.ok_or_else(|| Fault::Unknown(method.to_owned()))
}

fn in_zone(time: Zoned, zone: &[Value]) -> Result<Zoned, Fault> {
    match zone {
        [] => Ok(time),
        [Value::Text(name)] if name == "UTC" => Ok(time.with_time_zone(TimeZone::UTC)),
        [Value::Text(name)] => time.in_tz(name).map_err(|_| Fault::Unknown(format!("the time zone {name}"))),
        _ => Err(Fault::Unknown("a time zone".to_owned())),
    }
}
