//! Lays a text out row by row, from any place that was reached before.

use std::ops::Range;

use super::{
    fit::fitting,
    folds::{Folded, Folds},
    lexer::{Lexeme, Lexer, Position, Token},
    path::{Step, Trail},
};

/// Cells a level is indented.
const INDENT: usize = 2;

/// A row: pieces of the text, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// How deep in brackets its line is.
    pub depth: usize,
    /// Cells before the first piece.
    pub indent: usize,
    /// Whether it continues the line of the row before.
    pub is_continued: bool,
    /// Where it begins in the text, in bytes.
    pub at: usize,
    pub parts: Vec<Part>,
}

/// A piece of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub kind: PartKind,
    pub range: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    Json(Token),
    /// A bracket with all that is in it, shown closed.
    Folded(Folded),
    /// Text that is not taken apart.
    Plain,
}

/// How a text is laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// Cells of a row.
    pub width: usize,
    pub folds: Folds,
}

/// A place between two rows: enough to go on from there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    position: Position,
    /// The rest of a token that did not fit on the row before.
    pending: Option<Lexeme>,
    /// Whether the text is taken as it is from here on.
    is_plain: bool,
    is_continued: bool,
    trail: Trail,
}

impl Place {
    /// In bytes.
    pub fn at(&self) -> usize {
        self.pending.map_or(self.position.at, |pending| pending.start)
    }
}

/// Goes through a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Walk {
    lexer: Lexer,
    place: Place,
    /// Where the text stopped being JSON.
    pub fault: Option<usize>,
}

impl Walk {
    pub fn of_json() -> Self {
        Self::default()
    }

    pub fn of_text() -> Self {
        Self { place: Place { is_plain: true, ..Place::default() }, ..Self::default() }
    }

    pub fn resume(place: &Place) -> Self {
        Self { lexer: Lexer::resume(place.position), place: place.clone(), fault: None }
    }

    pub fn place(&self) -> Place {
        Place { position: self.position(), ..self.place.clone() }
    }

    fn position(&self) -> Position {
        if self.place.is_plain { self.place.position } else { self.lexer.position() }
    }

    /// How far it has come, in bytes.
    pub fn at(&self) -> usize {
        self.place.pending.map_or(self.position().at, |pending| pending.start)
    }

    /// The way to the line of a row that was just made.
    pub fn steps(&self, row: &Row) -> &[Step] {
        self.place.trail.steps(row.depth)
    }

    /// Makes the next row; false behind the last.
    pub fn row(&mut self, text: &[u8], layout: &Layout, row: &mut Row) -> bool {
        row.parts.clear();
        row.at = self.at();
        row.is_continued = self.place.is_continued;
        if self.place.is_plain {
            self.plain_row(text, layout.width, row)
        } else {
            self.json_row(text, layout, row)
        }
    }

    fn plain_row(&mut self, text: &[u8], width: usize, row: &mut Row) -> bool {
        (row.depth, row.indent) = (0, 0);
        let start = self.place.position.at;
        let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) else { return false };
        let (mut taken, _) = fitting(rest, width);
        let line_break = |taken: usize| match &rest[taken..] {
            [b'\n', ..] => Some(1),
            [b'\r', b'\n', ..] => Some(2),
            _ => None,
        };
        if taken == 0 && line_break(0).is_none() {
            taken = first_character(rest);
        }
        row.parts.push(Part { kind: PartKind::Plain, range: start..start + taken });
        let line_break = line_break(taken);
        self.place.is_continued = line_break.is_none();
        self.place.position.at = start + taken + line_break.unwrap_or(0);
        true
    }

    fn json_row(&mut self, text: &[u8], layout: &Layout, row: &mut Row) -> bool {
        let first = self.part(text, layout);
        if self.place.is_plain {
            return self.plain_row(text, layout.width, row);
        }
        let Some(first) = first else { return false };
        let is_opening = first.kind == PartKind::Json(Token::Open);
        row.depth = self.lexer.position().depth - usize::from(is_opening);
        row.indent = (row.depth * INDENT).min(layout.width / 2) + usize::from(row.is_continued) * INDENT;
        row.at = first.range.start;
        // A comma always finds room.
        let mut room = layout.width.saturating_sub(row.indent + 1);
        let mut next = Some(first);
        self.place.is_continued = false;
        while let Some(part) = next {
            let (taken, cells) = part.fitting(text, room, row.parts.is_empty());
            let (kind, end) = (part.kind, part.range.start + taken);
            room = room.saturating_sub(cells);
            if let PartKind::Json(token) = kind
                && end < part.range.end
            {
                self.place.pending = Some(Lexeme { token, start: end, end: part.range.end });
                self.place.is_continued = true;
            }
            if taken > 0 {
                row.parts.push(Part { kind, range: part.range.start..end });
            }
            if self.place.is_continued || self.ends_line(kind, text) {
                break;
            }
            next = self.part(text, layout);
        }
        true
    }

    /// The next piece; `None` at the end, and where the text stops being JSON: from there it is taken as it is.
    fn part(&mut self, text: &[u8], layout: &Layout) -> Option<Part> {
        if let Some(Lexeme { token, start, end }) = self.place.pending.take() {
            return Some(Part { kind: PartKind::Json(token), range: start..end });
        }
        let at = self.lexer.position();
        let lexeme = match self.lexer.token(text) {
            Ok(lexeme) => lexeme?,
            Err(fault) => {
                self.fault = Some(fault.at);
                self.place.is_plain = true;
                self.place.position = at;
                return None;
            }
        };
        let depth = at.depth;
        self.place.trail.pass(&lexeme, depth);
        let (start, end) = (lexeme.start, lexeme.end);
        if lexeme.token == Token::Open && layout.folds.is_folded(start, depth) {
            let folded = layout.folds.fold(text, start);
            self.lexer.skip_to(folded.end);
            self.place.trail.skip(depth);
            return Some(Part { kind: PartKind::Folded(folded), range: start..folded.end });
        }
        Some(Part { kind: PartKind::Json(lexeme.token), range: start..end })
    }

    fn ends_line(&self, kind: PartKind, text: &[u8]) -> bool {
        match kind {
            PartKind::Json(Token::Open | Token::Comma) => true,
            PartKind::Json(Token::Name | Token::Colon) => false,
            _ => !self.lexer.is_followed(text),
        }
    }
}

impl Part {
    /// How many bytes of it fit into so many cells, and how many cells they take. Only what may be long is divided;
    /// the first piece of a row has at least one character.
    fn fitting(&self, text: &[u8], room: usize, is_first: bool) -> (usize, usize) {
        let PartKind::Json(Token::Name | Token::Text | Token::Number) = self.kind else {
            return (self.range.len(), self.range.len().min(2));
        };
        let text = &text[self.range.clone()];
        match fitting(text, room) {
            (0, _) if is_first => (first_character(text), room),
            fitting => fitting,
        }
    }
}

/// The length of the first character of a text, in bytes.
fn first_character(text: &[u8]) -> usize {
    let front = text.utf8_chunks().next();
    front.and_then(|chunk| chunk.valid().chars().next()).map_or(1, char::len_utf8)
}
