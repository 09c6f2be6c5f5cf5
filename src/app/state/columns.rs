//! Which columns the feed has, in which order.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::payload::document::MemberPath;

/// The most columns there are. The values of paths are looked for in each row in sight whenever the screen is drawn.
pub const COLUMNS: usize = 24;

/// What a column shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    Number,
    Time,
    Delta,
    Direction,
    Type,
    Size,
    Delivery,
    /// How old the message was when it came.
    Lag,
    /// The value at a path of JSON.
    Member(MemberPath),
}

/// A column, and whether it is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnChoice {
    pub column: Column,
    pub is_wanted: bool,
}

/// The columns from left to right; the preview stands behind them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    choices: Vec<ColumnChoice>,
}

/// The columns that the table itself has, as files name them.
const OWN: [(&str, Column); 8] = [
    ("number", Column::Number),
    ("time", Column::Time),
    ("delta", Column::Delta),
    ("way", Column::Direction),
    ("type", Column::Type),
    ("size", Column::Size),
    ("delivery", Column::Delivery),
    ("lag", Column::Lag),
];

/// A column as it is kept over sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptColumn {
    /// Its word, or the path.
    pub column: String,
    pub shown: bool,
}

/// What was chosen on the screen, and in place of what: where a person has set other columns in their preferences since,
/// it does not hold any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptColumns {
    pub instead_of: Vec<KeptColumn>,
    pub columns: Vec<KeptColumn>,
}

impl Default for Columns {
    fn default() -> Self {
        Self { choices: OWN.into_iter().map(|(_, column)| ColumnChoice::at_first(column)).collect() }
    }
}

/// Reads a word of the table itself, or a path.
impl FromStr for Column {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match OWN.into_iter().find(|(word, _)| *word == text) {
            Some((_, column)) => Ok(column),
            None if text.starts_with('.') => Ok(Self::Member(MemberPath::parse(text)?)),
            None => Err(format!("there is no column \"{text}\"")),
        }
    }
}

impl Column {
    /// What stands above it.
    pub fn head(&self) -> String {
        match self {
            Self::Number => "number".to_owned(),
            Self::Time => "time".to_owned(),
            Self::Delta => "Δ".to_owned(),
            Self::Direction => String::new(),
            Self::Type => "type".to_owned(),
            Self::Size => "size".to_owned(),
            Self::Delivery => "dlv".to_owned(),
            Self::Lag => "lag".to_owned(),
            Self::Member(path) => path.to_string(),
        }
    }

    /// The words of those that the table itself has.
    pub fn words() -> impl Iterator<Item = &'static str> {
        OWN.into_iter().map(|(word, _)| word)
    }

    /// How files name it.
    pub fn word(&self) -> String {
        let own = OWN.iter().find(|(_, column)| column == self).map(|(word, _)| (*word).to_owned());
        own.unwrap_or_else(|| self.head())
    }

    /// The path whose values it shows.
    pub const fn path(&self) -> Option<&MemberPath> {
        match self {
            Self::Member(path) => Some(path),
            _ => None,
        }
    }

    /// Whether it is there because somebody wants it.
    pub const fn is_chosen(&self) -> bool {
        matches!(self, Self::Member(_) | Self::Lag)
    }

    /// What it shows, in words.
    pub const fn meaning(&self) -> &'static str {
        match self {
            Self::Number => "the number of a message",
            Self::Time => "when it came, in the time style",
            Self::Delta => "how long after the row before",
            Self::Direction => "↓ received, ↑ sent, ↻ redelivered",
            Self::Type => "what the payload is",
            Self::Size => "the length of the payload",
            Self::Delivery => "what became of a message",
            Self::Lag => "how old it was when it came; :time PATH chooses its time",
            Self::Member(_) => "the value at this path of a JSON payload",
        }
    }
}

impl ColumnChoice {
    /// The lag is shown where somebody wants it: not each feed has times.
    const fn at_first(column: Column) -> Self {
        let is_wanted = !matches!(column, Column::Lag);
        Self { column, is_wanted }
    }
}

impl Columns {
    /// These from left to right, each once, as many as there may be; others can still be chosen.
    pub fn of(columns: impl IntoIterator<Item = Column>) -> Self {
        let mut chosen = Self { choices: Vec::new() };
        for column in columns {
            chosen.push(column, true);
        }
        chosen.with_all()
    }

    /// With those that are not among them, not shown.
    fn with_all(mut self) -> Self {
        for (_, column) in OWN {
            self.push(column, false);
        }
        self
    }

    fn push(&mut self, column: Column, is_wanted: bool) {
        let is_own = column.path().is_none();
        let room = COLUMNS - OWN.len() * usize::from(!is_own);
        let paths = self.choices.iter().filter(|choice| choice.column.path().is_some()).count();
        if self.choices.iter().all(|choice| choice.column != column) && (is_own || paths < room) {
            self.choices.push(ColumnChoice { column, is_wanted });
        }
    }

    /// As they are kept.
    pub fn kept(&self) -> Vec<KeptColumn> {
        let kept =
            |choice: &ColumnChoice| KeptColumn { column: choice.column.word(), shown: choice.is_wanted };
        self.choices.iter().map(kept).collect()
    }

    /// Those that were kept; one that cannot be read is left out.
    pub fn restored(kept: &[KeptColumn]) -> Self {
        let mut restored = Self { choices: Vec::new() };
        for one in kept {
            if let Ok(column) = one.column.parse() {
                restored.push(column, one.shown);
            }
        }
        restored.with_all()
    }

    pub fn choices(&self) -> &[ColumnChoice] {
        &self.choices
    }

    /// Those that are wanted, from left to right.
    pub fn wanted(&self) -> impl Iterator<Item = &Column> {
        self.choices.iter().filter(|choice| choice.is_wanted).map(|choice| &choice.column)
    }

    /// Whether the lag is among them.
    pub fn has_lag(&self) -> bool {
        self.wanted().any(|column| *column == Column::Lag)
    }

    /// Shows a column, or does not.
    pub fn toggle(&mut self, nth: usize) {
        if let Some(choice) = self.choices.get_mut(nth) {
            choice.is_wanted = !choice.is_wanted;
        }
    }

    /// Changes places with the column before or behind; the place it has then.
    pub fn shift(&mut self, nth: usize, by: i64) -> usize {
        let last = self.choices.len().saturating_sub(1);
        let to = super::step::Step::By(by).from(nth, last);
        if nth <= last {
            self.choices.swap(nth, to);
        }
        to
    }

    /// Adds a path behind the others, or shows the one that is there; its place.
    ///
    /// # Errors
    ///
    /// It is no path, or there are too many columns.
    pub fn add(&mut self, path: &str) -> Result<usize, String> {
        // The dot that stands there already may be written once more.
        let path = path.trim();
        let path = if path.starts_with("..") { &path[1..] } else { path };
        let own = OWN.into_iter().find(|(word, _)| *word == path).map(|(_, column)| column);
        let column = own.map_or_else(|| MemberPath::parse(path).map(Column::Member), Ok)?;
        if let Some(nth) = self.choices.iter().position(|choice| choice.column == column) {
            self.choices[nth].is_wanted = true;
            return Ok(nth);
        }
        if self.choices.len() >= COLUMNS {
            return Err(format!("no more than {COLUMNS} columns can be set"));
        }
        self.choices.push(ColumnChoice { column, is_wanted: true });
        Ok(self.choices.len() - 1)
    }

    /// Takes a path out; a column of the table itself is only not shown.
    pub fn remove(&mut self, nth: usize) {
        match self.choices.get_mut(nth) {
            Some(ColumnChoice { column: Column::Member(_), .. }) => drop(self.choices.remove(nth)),
            Some(choice) => choice.is_wanted = false,
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, Columns};

    fn heads(columns: &Columns) -> String {
        columns.wanted().map(super::Column::head).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn columns_are_added_moved_hidden_and_removed() {
        let mut columns = Columns::default();
        let nth = columns.add(".s").expect("a path");
        columns.toggle(2);
        assert_eq!(columns.shift(nth, -9), 0);
        assert_eq!(heads(&columns), ".s time  type size dlv number");
        assert_eq!(columns.add(".s"), Ok(0));
        columns.remove(0);
        columns.remove(0);
        assert_eq!(heads(&columns), " type size dlv number");
    }

    #[test]
    fn columns_are_kept_and_restored_as_they_are() {
        let mut columns = Columns::default();
        columns.add(".s").expect("a path");
        columns.toggle(0);
        columns.shift(8, -9);
        assert_eq!(Columns::restored(&columns.kept()), columns);
        let written: Vec<_> = columns.kept().into_iter().map(|one| (one.column, one.shown)).collect();
        assert_eq!(written[0], (".s".to_owned(), true));
        assert_eq!(written[8], ("number".to_owned(), false));
        let chosen = Columns::of(["time", ".price", "time"].map(|word| word.parse().expect("a column")));
        assert_eq!(heads(&chosen), "time .price");
        let many = Columns::of((0..99).map(|nth| format!(".a{nth}").parse().expect("a path")));
        assert_eq!(many.choices().len(), COLUMNS);
    }

    #[test]
    fn columns_are_bounded() {
        let mut columns = Columns::default();
        let added = (0..2 * COLUMNS).filter(|nth| columns.add(&format!(".a{nth}")).is_ok()).count();
        assert_eq!((added + 8, columns.choices().len()), (COLUMNS, COLUMNS));
    }
}
