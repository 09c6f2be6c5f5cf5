//! Numbers that are compared: `5`, `>5`, `>=5`, `<5`, `5..9`, `5..`, `..9`.

use std::fmt;

/// A span of numbers, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub least: u64,
    pub most: u64,
}

impl Range {
    pub const fn contains(self, number: u64) -> bool {
        self.least <= number && number <= self.most
    }

    /// Reads a span whose numbers are written as `number` reads them; `None` if it is none.
    pub fn parse(text: &str, number: impl Fn(&str) -> Option<u64>) -> Option<Self> {
        let open = Self { least: 0, most: u64::MAX };
        if let Some((least, most)) = text.split_once("..") {
            let end = |text: &str, open| if text.is_empty() { Some(open) } else { number(text) };
            let (least, most) = (end(least, 0)?, end(most, u64::MAX)?);
            return (least <= most).then_some(Self { least, most });
        }
        if let Some(rest) = text.strip_prefix(">=") {
            return Some(Self { least: number(rest)?, ..open });
        }
        if let Some(rest) = text.strip_prefix("<=") {
            return Some(Self { most: number(rest)?, ..open });
        }
        if let Some(rest) = text.strip_prefix('>') {
            return Some(Self { least: number(rest)?.checked_add(1)?, ..open });
        }
        if let Some(rest) = text.strip_prefix('<') {
            return Some(Self { most: number(rest)?.checked_sub(1)?, ..open });
        }
        let only = number(text.strip_prefix('=').unwrap_or(text))?;
        Some(Self { least: only, most: only })
    }

    /// The span as it is read, its numbers written by `number`.
    pub fn write(self, f: &mut fmt::Formatter<'_>, number: impl Fn(u64) -> String) -> fmt::Result {
        match (self.least, self.most) {
            (least, most) if least == most => f.write_str(&number(least)),
            (0, most) => write!(f, "<={}", number(most)),
            (least, u64::MAX) => write!(f, ">={}", number(least)),
            (least, most) => write!(f, "{}..{}", number(least), number(most)),
        }
    }
}

/// Reads a whole number, perhaps with a unit: `10k` is 10,000, `10Ki` is 10,240, a `B` behind may stand or not.
pub(super) fn with_unit(text: &str) -> Option<u64> {
    let digits = text
        .find(|letter: char| !letter.is_ascii_digit() && letter != '.' && letter != '_')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.trim_end_matches(['b', 'B']).to_ascii_lowercase().as_str() {
        "" => 1,
        "k" => 1_000,
        "ki" => 1 << 10,
        "m" => 1_000_000,
        "mi" => 1 << 20,
        "g" => 1_000_000_000,
        "gi" => 1 << 30,
        _ => return None,
    };
    let number = number.replace('_', "");
    let (whole, part) = number.split_once('.').unwrap_or((&number, ""));
    let whole = whole.parse::<u64>().ok()?.checked_mul(factor)?;
    if part.is_empty() {
        return (!number.ends_with('.')).then_some(whole);
    }
    let part: u64 = part.get(..part.len().min(9)).and_then(|part| part.parse().ok()).map(|digits: u64| {
        let scale = 10_u64.pow(u32::try_from(part.len().min(9)).unwrap_or(9));
        digits.saturating_mul(factor) / scale
    })?;
    whole.checked_add(part)
}
