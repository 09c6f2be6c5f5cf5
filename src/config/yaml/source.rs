//! The text of a file: the line and column of an offset, and lines with masked secrets.

use std::{
    ops::Range,
    path::{Path, PathBuf},
};

use crate::config::{
    interpolate::{Interpolated, Piece, Pipes, interpolate_template, is_bare},
    schema::{Dialect, FIELDS, Field, Origin, Problem, misplaced},
    secrets::{MASK, Redactor, Secret, mask_urls, names_a_secret},
};

use super::{caret::pointed_at, line_index::LineIndex, slots::is_pipeline_word, template};

/// Most characters of a line that are shown.
const SHOWN_CHARS: usize = 160;
/// Most bytes of a line that are searched for secrets; a whole file may be one line.
const MAX_LINE_BYTES: usize = 64 << 10;
/// Most lines, and bytes, of hidden text that are also masked elsewhere in the file: more than any config has,
/// and few enough that the search takes no noticeable time.
const MAX_HIDDEN_LINES: usize = 2_000;
const MAX_HIDDEN_BYTES: usize = 256 << 10;

/// The text with line feeds in place of carriage returns that stand alone, which end a line of YAML as well.
pub(super) fn with_line_feeds(raw: &str) -> String {
    let mut parts = raw.split('\r').peekable();
    let mut text = String::with_capacity(raw.len());
    while let Some(part) = parts.next() {
        text.push_str(part);
        match parts.peek() {
            Some(next) if next.starts_with('\n') => text.push('\r'),
            Some(_) => text.push('\n'),
            None => {}
        }
    }
    text
}

/// A comment at the start of a file that switches the lint off (`LintYAMLBytes` in `internal/config/lint.go`).
const NO_LINT: &str = "# BENTHOS LINT DISABLE";
const NO_LINT_OF_BENTO: &str = "# BENTO LINT DISABLE";

/// Whether the lint of this engine is switched off for a text.
fn lints(text: &str, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Standard => true,
        Dialect::Bento => !text.starts_with(NO_LINT_OF_BENTO),
        _ => !text.starts_with(NO_LINT),
    }
}

/// What `|` in an expression means to this engine.
pub(super) fn pipes(dialect: Dialect) -> Pipes {
    match dialect {
        Dialect::Standard | Dialect::Bento => Pipes::Text,
        _ => Pipes::Decode,
    }
}

/// One file and its interpolated text.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub path: PathBuf,
    /// Without a byte order mark.
    pub raw: String,
    line_index: LineIndex,
    pub interpolated: Interpolated,
    /// The pieces of the template that it is.
    pub pieces: Vec<Piece>,
    /// Ranges of secrets in the raw text.
    pub hidden: Vec<Range<usize>>,
    /// Whether the text parsed; only then is `hidden` complete.
    pub parsed: bool,
    /// The engine that is followed.
    pub dialect: Dialect,
    /// Whether its lint is on for this file.
    pub lints: bool,
}

impl Source {
    pub fn new(
        path: &Path,
        raw: &str,
        dialect: Dialect,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let raw = with_line_feeds(raw.strip_prefix('\u{feff}').unwrap_or(raw));
        let pieces = template::pieces(&raw);
        let interpolated = interpolate_template(&raw, pipes(dialect), &pieces, environment);
        Self {
            path: path.to_owned(),
            line_index: LineIndex::new(&raw),
            lints: lints(&raw, dialect),
            raw,
            interpolated,
            pieces,
            hidden: Vec::new(),
            parsed: false,
            dialect,
        }
    }

    /// The origin for an offset of the interpolated text.
    pub fn origin(&self, at: usize) -> Origin {
        self.raw_origin(self.interpolated.raw_offset(at))
    }

    /// The file as a whole.
    pub fn whole(&self) -> Origin {
        Origin::File { path: self.path.clone(), line: 0, column: 0 }
    }

    /// The line of an offset of the interpolated text, counting from 1.
    pub fn line_of(&self, at: usize) -> u32 {
        let (line, _) = self.line_index.line_and_column(&self.raw, self.interpolated.raw_offset(at));
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    /// The origin for an offset of the raw text.
    pub fn raw_origin(&self, at: usize) -> Origin {
        let (line, column) = self.line_index.line_and_column(&self.raw, at);
        let short = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Origin::File { path: self.path.clone(), line: short(line), column: short(column) }
    }

    /// Masks a range of the interpolated text, unless it is a single expression, which reveals nothing.
    pub fn hide(&mut self, range: Range<usize>) {
        let raw = self.interpolated.raw_offset(range.start)..self.raw_end(range.end);
        let text = self.raw.get(raw.clone()).unwrap_or_default();
        let is_expression = is_bare(text.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\''));
        if !is_expression && !raw.is_empty() {
            self.hidden.push(raw);
        }
    }

    /// The length in the raw text of a plain scalar at an offset of the interpolated text: it stands there as it is, or
    /// is a single expression.
    pub fn as_written(&self, at: usize, scalar: &str) -> Option<usize> {
        let end = at + scalar.len();
        let is_there = self.interpolated.text.get(at..end)? == scalar;
        let raw = self.raw.get(self.interpolated.raw_offset(at)..self.raw_end(end))?;
        (is_there && (raw == scalar || is_bare(raw))).then_some(raw.len())
    }

    /// What stands in the raw text for a range of the interpolated text, if a piece of a template is in it.
    pub fn template_in(&self, range: Range<usize>) -> Option<&str> {
        let text = self.interpolated.text.get(range.clone())?;
        let raw =
            self.interpolated.raw_offset(range.start)..self.raw_end(range.start + text.trim_end().len());
        let first = self.pieces.partition_point(|piece| piece.raw.end <= raw.start);
        let is_within = self.pieces.get(first).is_some_and(|piece| piece.raw.start < raw.end);
        is_within.then(|| self.raw.get(raw))?
    }

    /// The end in the raw text of a range that ends at `end` in the interpolated text.
    fn raw_end(&self, end: usize) -> usize {
        // Replacements are in ascending order.
        let behind = self.interpolated.replacements.partition_point(|one| one.new.end < end);
        let within = self.interpolated.replacements.get(behind).filter(|one| one.new.start < end);
        within.map_or_else(|| self.interpolated.raw_offset(end), |one| one.raw.end)
    }

    /// Sorts the hidden ranges and joins overlapping ones. Call it once all are known.
    pub fn sort_hidden(&mut self) {
        self.hidden.sort_by_key(|range| (range.start, range.end));
        self.hidden.dedup_by(|later, earlier| {
            let overlaps = later.start < earlier.end;
            if overlaps {
                earlier.end = earlier.end.max(later.end);
            }
            overlaps
        });
    }

    /// Adds to each problem of this file its line. A text hidden in one place is masked wherever it occurs.
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
                let is_of_bytes = ["yaml-syntax", "yaml-tab"].contains(&problem.code);
                let pointed = if is_of_bytes { self.pointed_at(&problem.origin, &redactor) } else { None };
                problem.line = pointed.or_else(|| Some(redactor.text(&self.line(*line)?).into_owned()));
            }
        }
    }

    /// The line of an origin, with a caret below its column: unless something before that is masked.
    fn pointed_at(&self, origin: &Origin, redactor: &Redactor) -> Option<String> {
        let Origin::File { line, column, .. } = origin else { return None };
        let start = self.line_index.line_start(&self.raw, usize::try_from(*line).ok()?)?;
        let raw = self.raw[start..].split('\n').next()?;
        let ahead = usize::try_from(column.checked_sub(1)?).ok()?;
        let at = raw.char_indices().nth(ahead).map_or(raw.len(), |(at, _)| at);
        let shown = redactor.text(&self.masked_line(*line)?).into_owned();
        let is_shown = shown.get(..at).is_some_and(|before| before == &raw[..at]);
        (is_shown && !raw.trim().is_empty()).then(|| pointed_at(shown.as_bytes(), at))
    }

    /// Each line as [`show_lines`](Self::show_lines) adds it, by its number.
    pub fn shown(&self) -> impl Fn(u32) -> Option<String> {
        let redactor = self.redactor();
        move |number| self.line(number).map(|line| redactor.text(&line).into_owned())
    }

    /// Masks the hidden texts, each line of a multi-line text by itself, up to the limits above.
    fn redactor(&self) -> Redactor {
        let texts = self.hidden.iter().filter_map(|range| self.raw.get(range.clone()));
        let lines = texts.flat_map(|text| text.lines().map(|line| line.trim().trim_matches(['"', '\''])));
        let lines = lines.filter(|line| line.len() >= Redactor::SHORTEST_PIECE);
        let mut room = MAX_HIDDEN_BYTES;
        let within = lines.filter(|line| room.checked_sub(line.len()).map(|left| room = left).is_some());
        within.take(MAX_HIDDEN_LINES).map(Secret::new).collect()
    }

    /// A line of the raw text, counting from 1, with masked secrets and replaced control characters. `None` also
    /// for a line that cannot be cut safely.
    fn line(&self, number: u32) -> Option<String> {
        self.masked_line(number).map(|line| printable(&line))
    }

    /// The same, with all its characters.
    pub fn masked_line(&self, number: u32) -> Option<String> {
        let start = self.line_index.line_start(&self.raw, usize::try_from(number).ok()?)?;
        let rest = &self.raw[start..];
        let near = &rest[..rest.floor_char_boundary(MAX_LINE_BYTES)];
        let text = near.split('\n').next().unwrap_or_default();
        let shown = if self.parsed { self.masked(start, text) } else { self.masked_unparsed(start, text) };
        let shown = mask_urls(&shown);
        // A secret cut off at the limit may not be recognized, so the line must show well less than was searched.
        let is_cut = text.len() == near.len() && near.len() < rest.len();
        (!is_cut || shown.chars().nth(2 * SHOWN_CHARS).is_some()).then_some(shown)
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
        // A comment may be a disabled line with a secret.
        let comment = shown.find(" #").map(|at| &shown[at..]);
        let secret = comment.and_then(|comment| {
            let mut colons = comment.match_indices(':').map(|(at, _)| at + shown.len() - comment.len());
            colons.find(|at| is_secret_name(word_before(&shown[..*at])))
        });
        secret.map_or_else(|| shown.clone(), |at| format!("{} {MASK}", &shown[..=at]))
    }

    /// A line of a file that does not parse. Since its structure is unknown, it shows a value only behind a key
    /// that is known not to be secret, in a block that is not secret.
    fn masked_unparsed(&self, start: usize, text: &str) -> String {
        let indent = |line: &str| line.len() - line.trim_start().len();
        let mut within = indent(text);
        let before = self.raw.get(..start).unwrap_or_default();
        let mut in_secret = false;
        for line in before.lines().rev() {
            // A line without indentation has no enclosing block.
            if in_secret || within == 0 {
                break;
            }
            if !line.trim().is_empty() && indent(line) < within {
                within = indent(line);
                in_secret = key_of(line).is_some_and(is_secret_name);
            }
        }
        let Some(key) = key_of(text) else {
            let reveals_nothing = !text.contains(char::is_alphanumeric) || text.trim_start().starts_with('#');
            let masked = || format!("{}{MASK}", &text[..indent(text)]);
            return if reveals_nothing { text.to_owned() } else { masked() };
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

/// The last word of a text without its quotes.
fn word_before(text: &str) -> &str {
    let text = text.trim_end().trim_end_matches(['"', '\'']);
    text.rsplit(|c: char| c.is_whitespace() || "\"'{,[".contains(c)).next().unwrap_or_default()
}

/// Whether a key is a known field or pipeline key and does not name a secret.
fn is_plain_name(key: &str) -> bool {
    (field_of(key).is_some() || is_pipeline_word(key)) && !is_secret_name(key)
}

/// The first field with this name, the path of its block aside.
fn field_of(key: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.path.rsplit('.').next() == Some(key))
}

/// Whether a key names a secret at any place: a secret field or a common name of a secret.
pub(super) fn is_secret_name(key: &str) -> bool {
    names_a_secret(key)
        || FIELDS.iter().any(|field| field.secret && field.path.rsplit('.').next() == Some(key))
}

fn key_of(line: &str) -> Option<&str> {
    let (key, _) = line.trim_start().trim_start_matches("- ").split_once(':')?;
    Some(key.trim().trim_matches(['"', '\'', '{', ' ']))
}

pub(super) fn printable(line: &str) -> String {
    let visible = |c: char| match c {
        '\t' => ' ',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    let mut shown: String = line.trim_end().chars().take(SHOWN_CHARS).map(visible).collect();
    if line.trim_end().chars().count() > SHOWN_CHARS {
        shown.push('…');
    }
    shown
}
