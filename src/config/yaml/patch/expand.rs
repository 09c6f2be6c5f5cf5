//! Writes out what an alias stands for, so that a change reaches this input only.

use crate::config::{schema::Values, yaml::scalar_style::Style};

use super::{
    apply::{Editor, Found},
    document::TextEdit,
    refusal::Refusal,
    tree::{Step, Tree},
};

impl Editor<'_> {
    /// Replaces the alias below these steps by the values it stands for.
    pub fn expand(&self, steps: &[Step], values: &Values, path: &str) -> Result<Vec<TextEdit>, Refusal> {
        match self.find(steps, path)? {
            Found::Here(spot) if self.document.style(spot.node) == Style::Alias => {
                self.document.check_own(spot.node.at, path)?;
                Ok(self.written_out(&spot, &Tree::of_values(values, steps)))
            }
            _ => Err(self.shape(path, self.body.node.at, "its alias is not found")),
        }
    }
}
