//! Times in the layouts of Go.

use jiff::{Zoned, tz::Offset};

/// The elements of a layout and what writes them; a longer one comes before its beginning.
const ELEMENTS: [(&str, &str); 24] = [
    ("January", "%B"),
    ("Jan", "%b"),
    ("Monday", "%A"),
    ("Mon", "%a"),
    ("MST", "%Z"),
    ("2006", "%Y"),
    ("-07:00", "%:z"),
    ("-0700", "%z"),
    ("002", "%j"),
    ("01", "%m"),
    ("02", "%d"),
    ("03", "%I"),
    ("04", "%M"),
    ("05", "%S"),
    ("06", "%y"),
    ("15", "%H"),
    ("_2", "%e"),
    ("PM", "%p"),
    ("pm", "%P"),
    ("1", "%-m"),
    ("2", "%-d"),
    ("3", "%-I"),
    ("4", "%-M"),
    ("5", "%-S"),
];

/// A time in a layout of Go, such as `2006-01-02T15:04:05Z07:00`.
pub(super) fn format(time: &Zoned, layout: &str) -> String {
    let mut written = String::new();
    let mut rest = layout;
    while let Some(first) = rest.chars().next() {
        if let Some((text, behind)) = fraction(time, rest).or_else(|| zone(time, rest)) {
            written.push_str(&text);
            rest = behind;
        } else if let Some((element, directive)) =
            ELEMENTS.iter().find(|(element, _)| rest.starts_with(element))
        {
            written.push_str(&time.strftime(directive).to_string());
            rest = &rest[element.len()..];
        } else {
            written.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    written
}

/// `.000` is a fraction of three digits, `.999` one without zeros at its end.
fn fraction<'a>(time: &Zoned, layout: &'a str) -> Option<(String, &'a str)> {
    let digits = layout.strip_prefix(['.', ','])?;
    let kind = digits.chars().next().filter(|kind| matches!(kind, '0' | '9'))?;
    let behind = digits.trim_start_matches(kind);
    let width = digits.len() - behind.len();
    if width > 9 || behind.starts_with(|next: char| next.is_ascii_digit()) {
        return None;
    }
    let all = format!("{:09}", time.subsec_nanosecond());
    let shown = if kind == '9' { all[..width].trim_end_matches('0') } else { &all[..width] };
    let text = if shown.is_empty() { String::new() } else { format!("{}{shown}", &layout[..1]) };
    Some((text, behind))
}

/// `Z07:00` and `Z0700` are `Z` for UTC.
fn zone<'a>(time: &Zoned, layout: &'a str) -> Option<(String, &'a str)> {
    let forms = [("Z07:00", "%:z"), ("Z0700", "%z")];
    let (form, directive) = forms.into_iter().find(|(form, _)| layout.starts_with(form))?;
    let is_utc = time.offset() == Offset::UTC;
    let text = if is_utc { "Z".to_owned() } else { time.strftime(directive).to_string() };
    Some((text, &layout[form.len()..]))
}

/// `time.RFC3339Nano`
pub(super) fn rfc3339(time: &Zoned) -> String {
    format(time, "2006-01-02T15:04:05.999999999Z07:00")
}
