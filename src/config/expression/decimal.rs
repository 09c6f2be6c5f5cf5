//! Decimals, as Go writes them.

/// A decimal as `strconv.FormatFloat(number, 'g', -1, 64)` writes it.
pub(super) fn written(number: f64) -> String {
    let scientific = format!("{number:e}");
    let exponent =
        scientific.split_once('e').and_then(|(digits, ten)| Some((digits, ten.parse::<i32>().ok()?)));
    match exponent {
        Some((digits, ten)) if !(-4..6).contains(&ten) => {
            let sign = if ten < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", ten.abs())
        }
        _ => number.to_string(),
    }
}
