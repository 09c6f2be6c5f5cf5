//! A file as it was read: where an offset stands, and its lines with secrets masked.

use std::{
    ops::Range,
    path::{Path, PathBuf},
};

use crate::config::{
    interpolate::{Interpolated, interpolate, is_bare},
    schema::{FIELDS, Field, Origin, Problem, misplaced},
    secrets::{MASK, Redactor, Secret, mask_urls, names_a_secret},
};

use super::{locate::is_pipeline_word, places::Places};

/// How many characters of a line are shown.
const WIDTH: usize = 160;
/// How much of a line is looked at for them, in bytes; the line of a file may be all of it.
const LONG: usize = 64 << 10;
/// How many lines of what is hidden are looked for elsewhere, and bytes of them: more than any config has, and
/// no more than are found in no time.
const LOOKED_FOR: usize = 2_000;
const BYTES_LOOKED_FOR: usize = 256 << 10;

/// One file, its variables replaced.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub path: PathBuf,
    /// Without a byte order mark.
    pub raw: String,
    places: Places,
    pub replaced: Interpolated,
    /// Where secrets stand in the raw text.
    pub hidden: Vec<Range<usize>>,
    /// Whether the structure is known, so that `hidden` is.
    pub parsed: bool,
}

impl Source {
    pub fn new(path: &Path, raw: &str, environment: &dyn Fn(&str) -> Option<String>) -> Self {
        let raw = raw.strip_prefix('\u{feff}').unwrap_or(raw).to_owned();
        let replaced = interpolate(&raw, environment);
        let places = Places::of(&raw);
        Self { path: path.to_owned(), raw, places, replaced, hidden: Vec::new(), parsed: false }
    }

    /// The origin of what stands at an offset of the replaced text.
    pub fn origin(&self, at: usize) -> Origin {
        self.raw_origin(self.replaced.raw_offset(at))
    }

    /// The origin of what stands at an offset of the raw text.
    pub fn raw_origin(&self, at: usize) -> Origin {
        let (line, column) = self.places.of_offset(&self.raw, at);
        let short = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Origin::File { path: self.path.clone(), line: short(line), column: short(column) }
    }

    /// Masks what stands in a range of the replaced text, unless it is one expression, which
    /// tells nothing.
    pub fn hide(&mut self, range: Range<usize>) {
        let raw = self.replaced.raw_offset(range.start)..self.raw_end(range.end);
        let text = self.raw.get(raw.clone()).unwrap_or_default();
        let is_expression = is_bare(text.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\''));
        if !is_expression && !raw.is_empty() {
            self.hidden.push(raw);
        }
    }

    /// The raw offset behind what ends at an offset of the replaced text.
    fn raw_end(&self, end: usize) -> usize {
        // They stand in rising order.
        let behind = self.replaced.replaced.partition_point(|one| one.new.end < end);
        let within = self.replaced.replaced.get(behind).filter(|one| one.new.start < end);
        within.map_or_else(|| self.replaced.raw_offset(end), |one| one.raw.end)
    }

    /// Puts what is hidden in order, without overlaps, once all of it is known.
    pub fn settle(&mut self) {
        self.hidden.sort_by_key(|range| (range.start, range.end));
        self.hidden.dedup_by(|later, earlier| {
            let overlaps = later.start < earlier.end;
            if overlaps {
                earlier.end = earlier.end.max(later.end);
            }
            overlaps
        });
    }

    /// Gives each problem of this file its line. What is hidden in one place is hidden wherever it stands.
    pub fn show_lines(&self, problems: &mut [Problem]) {
        if problems.is_empty() {
            return;
        }
        let redactor = self.redactor();
        for problem in problems {
            if let Origin::File { path, line, .. } = &problem.origin
                && *path == self.path
                && *line > 0
            {
                problem.line = self.line(*line).map(|line| redactor.text(&line).into_owned());
            }
        }
    }

    /// Of what is hidden here; of a text of many lines each is a secret, of very many the first.
    fn redactor(&self) -> Redactor {
        let texts = self.hidden.iter().filter_map(|range| self.raw.get(range.clone()));
        let lines = texts.flat_map(|text| text.lines().map(|line| line.trim().trim_matches(['"', '\''])));
        let lines = lines.filter(|line| line.len() >= Redactor::SHORTEST_PIECE);
        let mut room = BYTES_LOOKED_FOR;
        let within = lines.filter(|line| room.checked_sub(line.len()).map(|left| room = left).is_some());
        within.take(LOOKED_FOR).map(Secret::new).collect()
    }

    /// A line of the raw text, counting from 1, secrets masked and control characters replaced.
    fn line(&self, number: u32) -> Option<String> {
        let start = self.places.of_line(&self.raw, usize::try_from(number).ok()?)?;
        let rest = &self.raw[start..];
        let near = &rest[..rest.floor_char_boundary(LONG)];
        let text = near.split('\n').next().unwrap_or_default();
        let shown = if self.parsed { self.masked(start, text) } else { self.guessed(start, text) };
        let shown = mask_urls(&shown);
        // Where so long a line is cut off a secret may begin, which nothing tells then.
        let is_cut = text.len() == near.len() && near.len() < rest.len();
        (!is_cut || shown.chars().nth(2 * WIDTH).is_some()).then(|| printable(&shown))
    }

    /// The line with every known secret on it masked.
    fn masked(&self, start: usize, text: &str) -> String {
        let mut shown = String::new();
        let mut done = 0;
        let first = self.hidden.partition_point(|range| range.end <= start);
        for range in self.hidden[first..].iter().take_while(|range| range.start < start + text.len()) {
            let from = range.start.saturating_sub(start).clamp(done, text.len());
            let to = range.end.saturating_sub(start).min(text.len());
            if to > from {
                let blank = text[from..to].len() - text[from..to].trim_start().len();
                shown.push_str(&text[done..from + blank]);
                if !text[from..to].trim().is_empty() {
                    shown.push_str(MASK);
                }
                done = to;
            }
        }
        shown.push_str(&text[done..]);
        // A comment may be a line that was taken out of use.
        let comment = shown.find(" #").map(|at| &shown[at..]);
        let secret = comment.and_then(|comment| {
            let mut colons = comment.match_indices(':').map(|(at, _)| at + shown.len() - comment.len());
            colons.find(|at| is_secret_name(word_before(&shown[..*at])))
        });
        secret.map_or_else(|| shown.clone(), |at| format!("{} {MASK}", &shown[..=at]))
    }

    /// The line of a file that does not parse. What it may hold is a guess, so a value shows only
    /// behind a key that is known to have no secret, in a block that has none.
    fn guessed(&self, start: usize, text: &str) -> String {
        let indent = |line: &str| line.len() - line.trim_start().len();
        let mut within = indent(text);
        let before = self.raw.get(..start).unwrap_or_default();
        let mut in_secret = false;
        for line in before.lines().rev() {
            // Nothing stands around what begins a line.
            if in_secret || within == 0 {
                break;
            }
            if !line.trim().is_empty() && indent(line) < within {
                within = indent(line);
                in_secret = key_of(line).is_some_and(is_secret_name);
            }
        }
        let Some(key) = key_of(text) else {
            let says_nothing = !text.contains(char::is_alphanumeric) || text.trim_start().starts_with('#');
            return if says_nothing { text.to_owned() } else { format!("{}{MASK}", &text[..indent(text)]) };
        };
        let value =
            text.split_once(':').map_or("", |(_, value)| value).trim().trim_matches(['"', '\'', '[', ']']);
        let belongs = field_of(key).is_none_or(|field| !misplaced(field, value));
        let is_known = is_plain_name(key) && !in_secret && belongs;
        let mut colons = text.match_indices(':').map(|(at, _)| at);
        let cut = if is_known {
            colons.find(|at| is_secret_name(word_before(&text[..*at])))
        } else {
            colons.next()
        };
        cut.map_or_else(|| text.to_owned(), |at| format!("{} {MASK}", &text[..=at]))
    }
}

/// The last word of a text, quotes aside.
fn word_before(text: &str) -> &str {
    let text = text.trim_end().trim_end_matches(['"', '\'']);
    text.rsplit(|c: char| c.is_whitespace() || "\"'{,[".contains(c)).next().unwrap_or_default()
}

/// Whether a key is one of ours, or of a pipeline, and not that of a secret.
fn is_plain_name(key: &str) -> bool {
    (field_of(key).is_some() || is_pipeline_word(key)) && !is_secret_name(key)
}

/// The first field whose name, without that of its block, is this.
fn field_of(key: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.path.rsplit('.').next() == Some(key))
}

/// Whether a key, wherever it stands, names something secret: a field of ours or a usual name.
pub(super) fn is_secret_name(key: &str) -> bool {
    names_a_secret(key)
        || FIELDS
            .iter()
            .any(|field| field.secret && field.path.rsplit('.').next().is_some_and(|leaf| leaf == key))
}

fn key_of(line: &str) -> Option<&str> {
    let (key, _) = line.trim_start().trim_start_matches("- ").split_once(':')?;
    Some(key.trim().trim_matches(['"', '\'', '{', ' ']))
}

fn printable(line: &str) -> String {
    let mut shown: String = line
        .trim_end()
        .chars()
        .take(WIDTH)
        .map(|c| {
            if c == '\t' {
                ' '
            } else if c.is_control() {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect();
    if line.trim_end().chars().count() > WIDTH {
        shown.push('…');
    }
    shown
}
