//! The list of decoders that a payload can be read with: what stands over the feed while one is chosen.

use crate::{
    payload::{Decoder, decode, views},
    session::Kind,
};

use super::{panes::DetailMode, reading::LIMIT, step::Step};

/// All decoders, those that fit first, and the chosen one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoders {
    pub rows: Vec<DecoderRow>,
    pub chosen: usize,
}

/// A decoder, and why it cannot read the payload, if it cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecoderRow {
    pub name: &'static str,
    pub title: &'static str,
    pub misfit: Option<&'static str>,
}

impl Decoders {
    /// What a payload can be read as; the one that reads it in this mode is chosen.
    pub fn of(kind: Kind, payload: &[u8], mode: DetailMode) -> Self {
        let row = |(decoder, fits): (&'static Decoder, Result<(), &'static str>)| DecoderRow {
            name: decoder.name,
            title: decoder.title,
            misfit: fits.err(),
        };
        let mut rows: Vec<_> = views(kind, payload, LIMIT).map(row).collect();
        rows.sort_by_key(|row| row.misfit.is_some());
        let now = match mode {
            DetailMode::As(name) => name,
            _ => decode(kind, payload, LIMIT).decoder.name,
        };
        let chosen = rows.iter().position(|row| row.name == now).unwrap_or(0);
        Self { rows, chosen }
    }

    pub fn choose(&mut self, step: Step) {
        self.chosen = step.from(self.chosen, self.rows.len().saturating_sub(1));
    }

    pub fn chosen(&self) -> Option<DecoderRow> {
        self.rows.get(self.chosen).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::{Decoders, DetailMode, Kind};

    #[test]
    fn those_that_fit_stand_first_and_the_others_say_why_they_do_not() {
        let decoders = Decoders::of(Kind::Text, br#"{"a":1}"#, DetailMode::Pretty);
        assert_eq!(decoders.chosen().map(|row| row.name), Some("json"), "what it was taken for is chosen");
        let fitting = decoders.rows.iter().take_while(|row| row.misfit.is_none()).count();
        assert!(fitting > 0 && decoders.rows[fitting..].iter().all(|row| row.misfit.is_some()));
    }
}
