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
    arithmetic, layout,
    value::{Fault, Moment, Value},
};

/// The methods that are known.
pub(super) const METHODS: [&str; 34] = [
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
    "ts_unix_micro",
    "ts_unix_nano",
    "number",
    "floor",
    "ceil",
    "round",
    "length",
    "repeat",
    "not_null",
    "not_empty",
];

/// The result of a method.
pub(super) fn method(name: &str, of: Value, arguments: &[Value], moment: &Moment) -> Result<Value, Fault> {
    let unknown = || Fault::Unknown(name.to_owned());
    match (name, arguments) {
        ("string", []) => return Ok(Value::Text(of.into_text())),
        ("bytes", []) => return Ok(Value::Bytes(bytes(of))),
        ("encode", [Value::Text(scheme)]) => return encode(scheme, &bytes(of)),
        ("hash", [Value::Text(algorithm)]) if algorithm.starts_with("hmac_") => {
            return Err(Fault::Failed(format!("hash algorithm {algorithm} requires a key argument")));
        }
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
        ("ts_unix_micro", []) => {
            return Ok(Value::Number(time(name, of, moment)?.timestamp().as_microsecond()));
        }
        ("ts_unix_nano", []) => {
            let nanos = time(name, of, moment)?.timestamp().as_nanosecond();
            return i64::try_from(nanos).map(Value::Number).map_err(|_| unknown());
        }
        ("number", default) => return number(of, default),
        ("floor", []) => return round(of, f64::floor),
        ("ceil", []) => return round(of, f64::ceil),
        ("round", []) => return round(of, f64::round),
        ("not_null", []) if of == Value::Null => return Err(Fault::Failed("value is null".to_owned())),
        ("not_null", []) => return Ok(of),
        _ => {}
    }
    let text = match of {
        Value::Bytes(bytes) if name == "length" && arguments.is_empty() => return Ok(length(&bytes)),
        Value::Null | Value::Number(_) | Value::Decimal(_) => {
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
        ("length", []) => return Ok(length(text.as_bytes())),
        ("repeat", [Value::Number(count @ 0..=1_000)]) => text.repeat(usize::try_from(*count).unwrap_or(0)),
        ("not_empty", []) if text.is_empty() => {
            return Err(Fault::Failed("string value is empty".to_owned()));
        }
        ("not_empty", []) => text,
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

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<_> = text.chars().map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    let pairs = digits.chunks(2).map(|pair| match pair {
        [high, low] => u8::try_from(high << 4 | low).ok(),
        _ => None,
    });
    pairs.collect()
}

fn length(bytes: &[u8]) -> Value {
    Value::Number(i64::try_from(bytes.len()).unwrap_or(i64::MAX))
}

fn round(value: Value, rounded: fn(f64) -> f64) -> Result<Value, Fault> {
    let kind = value.kind();
    arithmetic::round(value, rounded)
        .ok_or_else(|| Fault::Failed(format!("expected number value, got {kind}")))
}

/// A text as a number, which is a decimal then; a default stands in where it is none.
fn number(value: Value, default: &[Value]) -> Result<Value, Fault> {
    let read = match &value {
        Value::Number(_) | Value::Decimal(_) => return Ok(value),
        Value::Text(text)
            if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b)) =>
        {
            text.parse().ok()
        }
        _ => None,
    };
    let failed = || Fault::Failed(format!("\"{}\" is no number", value.clone().into_text()));
    match (read, default) {
        (Some(read), _) => Ok(Value::Decimal(read)),
        (None, [default, ..]) => default.number().map(Value::Decimal).ok_or_else(failed),
        (None, []) => Err(failed()),
    }
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
        "hex" => {
            let bytes = unhex(text);
            return bytes.map(Value::Bytes).ok_or_else(|| Fault::Failed("illegal hex data".to_owned()));
        }
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
