//! The profiles that are kept under names, and two of them side by side.

use super::step::Step;

/// A profile, or one of its environments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptProfile {
    /// `feed`, `feed@staging`.
    pub name: String,
    /// Masked; or why it cannot be read.
    pub about: String,
}

/// The list of profiles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileList {
    pub known: Vec<KeptProfile>,
    pub chosen: usize,
    /// The one that another is compared with.
    pub marked: Option<usize>,
    /// Whether it was said that changes would be lost.
    pub is_warned: bool,
}

impl ProfileList {
    /// These profiles; the one with this name is chosen, if there is one.
    pub fn of(known: Vec<KeptProfile>, name: &str) -> Self {
        let chosen = known.iter().position(|profile| profile.name == name).unwrap_or_default();
        Self { known, chosen, ..Self::default() }
    }

    /// The name of the chosen one.
    pub fn name(&self) -> Option<&str> {
        self.known.get(self.chosen).map(|profile| profile.name.as_str())
    }

    pub fn choose(&mut self, step: Step) {
        self.chosen = step.from(self.chosen, self.known.len().saturating_sub(1));
        self.is_warned = false;
    }

    /// Marks the chosen one, or takes its mark away.
    pub fn mark(&mut self) {
        self.marked = Some(self.chosen).filter(|chosen| self.marked != Some(*chosen));
    }
}

/// A field of two profiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedField {
    pub path: String,
    /// As both have it, with masked secrets; `None` where one does not.
    pub texts: [Option<String>; 2],
    pub is_same: bool,
}

/// Two profiles side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedProfiles {
    pub names: [String; 2],
    pub fields: Vec<ComparedField>,
    /// Whether equal fields are left out.
    pub hides_same: bool,
    /// The first line that is shown.
    pub top: usize,
}

impl ComparedProfiles {
    /// The fields that are shown.
    pub fn shown(&self) -> impl Iterator<Item = &ComparedField> {
        self.fields.iter().filter(|field| !(self.hides_same && field.is_same))
    }

    /// How many fields differ.
    pub fn differing(&self) -> usize {
        self.fields.iter().filter(|field| !field.is_same).count()
    }

    pub fn scroll(&mut self, step: Step) {
        self.top = step.from(self.top, self.shown().count().saturating_sub(1));
    }
}
