//! Works out a query.

use super::{
    arithmetic, methods,
    parse::Query,
    value::{Fault, Moment, Value},
};

/// The functions that are known.
pub(super) const FUNCTIONS: [&str; 8] = [
    "env",
    "hostname",
    "now",
    "timestamp_unix",
    "timestamp_unix_milli",
    "timestamp_unix_micro",
    "timestamp_unix_nano",
    "uuid_v4",
];

/// The value of a query. A variable that is set was filled in before.
pub(super) fn evaluate(query: &Query, moment: &Moment) -> Result<Value, Fault> {
    match query {
        Query::Literal(value) => Ok(value.clone()),
        Query::Call { name, arguments, .. } => call(name, arguments, moment),
        Query::Arithmetic(left, operator, right) => {
            arithmetic::apply(*operator, evaluate(left, moment)?, evaluate(right, moment)?)
        }
        Query::Either(first, second) => match evaluate(first, moment) {
            Ok(Value::Null) | Err(Fault::Failed(_)) => evaluate(second, moment),
            other => other,
        },
        Query::Method { of, name, arguments } => {
            let of = evaluate(of, moment);
            match (name.as_str(), arguments.as_slice(), of) {
                ("or", [other], Ok(Value::Null)) | ("catch", [other], Err(Fault::Failed(_))) => {
                    evaluate(other, moment)
                }
                ("or" | "catch", [_], of) => of,
                (name, arguments, of) => {
                    let arguments: Result<Vec<_>, _> =
                        arguments.iter().map(|argument| evaluate(argument, moment)).collect();
                    methods::method(name, of?, &arguments?, moment)
                }
            }
        }
    }
}

fn call(name: &str, arguments: &[Query], moment: &Moment) -> Result<Value, Fault> {
    let at = moment.now.timestamp();
    Ok(match (name, arguments) {
        ("env", [_, ..]) => Value::Null,
        ("hostname", []) => Value::Text(moment.host.clone()),
        ("now", []) => Value::Time(Box::new(moment.now.clone())),
        ("timestamp_unix", []) => Value::Number(at.as_second()),
        ("timestamp_unix_milli", []) => Value::Number(at.as_millisecond()),
        ("timestamp_unix_micro", []) => Value::Number(at.as_microsecond()),
        ("timestamp_unix_nano", []) => Value::Number(i64::try_from(at.as_nanosecond()).unwrap_or(i64::MAX)),
        ("uuid_v4", []) => Value::Text(uuid(moment.chance)),
        _ => return Err(Fault::Unknown(name.to_owned())),
    })
}

/// A UUID of version 4 (RFC 9562, section 5.4).
fn uuid(mut bytes: [u8; 16]) -> String {
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = methods::hex(&bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
