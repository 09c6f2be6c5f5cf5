//! One step through a list or a text.

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many places, towards the beginning when below zero.
    By(i64),
    First,
    Last,
}

impl Step {
    /// Where this leads from a place, in a list whose last place is `last`.
    pub fn from(self, at: usize, last: usize) -> usize {
        match self {
            Self::By(by) => {
                let by = isize::try_from(by).unwrap_or(if by < 0 { isize::MIN } else { isize::MAX });
                at.saturating_add_signed(by).min(last)
            }
            Self::First => 0,
            Self::Last => last,
        }
    }

    /// The same in rows that may be more than memory has places.
    pub fn from_row(self, at: u64, last: u64) -> u64 {
        match self {
            Self::By(by) => at.saturating_add_signed(by).min(last),
            Self::First => 0,
            Self::Last => last,
        }
    }

    /// Whether it leads towards the end.
    pub const fn is_onward(self) -> bool {
        matches!(self, Self::By(1..) | Self::Last)
    }
}

/// The first place that `height` lines show of a list, so that the selected one is in sight.
pub const fn first_shown(selected: usize, height: usize) -> usize {
    if selected < height { 0 } else { selected + 1 - height }
}

#[cfg(test)]
mod tests {
    use super::Step;

    #[test]
    fn a_step_stays_in_the_list() {
        assert_eq!(Step::By(2).from(3, 9), 5);
        assert_eq!(Step::By(-7).from(3, 9), 0);
        assert_eq!(Step::By(7).from(3, 9), 9);
        assert_eq!((Step::First.from(3, 9), Step::Last.from(3, 9)), (0, 9));
    }
}
