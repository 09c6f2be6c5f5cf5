//! How serde writes and reads bytes and times.

use std::time::Duration;

/// Bytes as base64 text.
pub(super) mod base64_text {
    use base64::{Engine as _, prelude::BASE64_STANDARD};
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64_STANDARD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        BASE64_STANDARD.decode(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// Microseconds as a number of milliseconds.
pub(super) mod milliseconds {
    use serde::{Deserialize as _, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub fn serialize<S: Serializer>(micros: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(super::Duration::from_micros(*micros).as_secs_f64() * 1000.0)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        let millis = f64::deserialize(deserializer)?;
        Ok(u64::try_from(super::micros(millis).as_micros()).unwrap_or(u64::MAX))
    }
}

/// Whether a field that is not written has this value.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A duration from milliseconds with three decimals; zero if the number is not a duration.
pub(crate) fn micros(millis: f64) -> Duration {
    Duration::try_from_secs_f64((millis * 1000.0).round() / 1e6).unwrap_or_default()
}
