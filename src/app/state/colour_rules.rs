//! Rows in a colour of one's own: the first rule whose filter matches a row colours it.

use strum::VariantNames as _;

use crate::filter::Filter;

use super::row::{Entry, Line, Row};

/// The most rules there are: each is asked about each row in sight whenever the screen is drawn.
pub const RULES: usize = 16;

/// The largest payload in bytes that rules are asked about, for the same reason.
const LARGEST: u64 = 64 << 10;

/// A colour by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum Hue {
    Red,
    Yellow,
    Green,
    Blue,
    Grey,
}

/// What is coloured, and how.
#[derive(Clone, Debug)]
pub struct ColourRule {
    pub hue: Hue,
    pub filter: Filter,
    /// The filter as it was written.
    pub text: String,
}

/// The rules of the session, the first that matches wins.
#[derive(Clone, Debug, Default)]
pub struct ColourRules {
    rules: Vec<ColourRule>,
}

impl ColourRule {
    /// Reads a rule: a colour, a space, a filter.
    ///
    /// # Errors
    ///
    /// Why it is none, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (word, text) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
        let hue = word.parse().map_err(|_| format!("{word:?} is none of {}", Hue::VARIANTS.join(", ")))?;
        let filter = Filter::parse(text).map_err(|error| error.to_string())?;
        if filter.is_empty() {
            return Err(format!("write a filter after {word}, as for /: {word} .level == \"error\""));
        }
        if filter.needs().gap {
            return Err("gap: cannot colour a row, since the message before may not be at hand".to_owned());
        }
        Ok(Self { hue, filter, text: text.trim().to_owned() })
    }
}

impl ColourRules {
    /// The rules in the order they are asked.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &ColourRule> {
        self.rules.iter()
    }

    /// Adds a rule behind the others; false when there are too many.
    pub fn add(&mut self, rule: ColourRule) -> bool {
        let fits = self.rules.len() < RULES;
        if fits {
            self.rules.push(rule);
        }
        fits
    }

    /// Removes the rule at a place, if there is one.
    pub fn remove(&mut self, nth: usize) {
        if nth < self.rules.len() {
            self.rules.remove(nth);
        }
    }

    /// The colour of a row; none while its payload is not at hand as a whole, or is larger than 64 KiB.
    pub fn hue_of(&self, row: &Row<'_>) -> Option<Hue> {
        let can_be_asked = match &row.line {
            Line::Message { message, .. } | Line::Redelivered { message: Some(message), .. } => {
                message.is_whole && message.size <= LARGEST
            }
            Line::Entry(Entry::Sent(sent)) => sent.size <= LARGEST,
            _ => true,
        };
        let mut rules = self.rules.iter().filter(|_| can_be_asked);
        rules.find(|rule| row.matches(&rule.filter, None) == Some(true)).map(|rule| rule.hue)
    }
}

#[cfg(test)]
mod tests {
    use super::{ColourRule, ColourRules, Hue, RULES};

    #[test]
    fn a_rule_is_a_colour_and_a_filter() {
        let rule = ColourRule::parse(r#" red .level == "error" "#).expect("a rule");
        assert_eq!((rule.hue, rule.text.as_str()), (Hue::Red, r#".level == "error""#));
    }

    #[test]
    fn what_is_no_rule_says_what_would_be() {
        let refusal = |text| ColourRule::parse(text).expect_err("no rule");
        assert_eq!(refusal("pink x"), "\"pink\" is none of red, yellow, green, blue, grey");
        assert_eq!(refusal("red"), "write a filter after red, as for /: red .level == \"error\"");
        assert!(refusal("red gap:>1s").starts_with("gap: cannot colour a row"));
        assert!(!refusal("red szie:>3").is_empty());
    }

    #[test]
    fn no_more_rules_are_kept_than_there_is_room_for() {
        let mut rules = ColourRules::default();
        let rule = ColourRule::parse("red x").expect("a rule");
        assert!((0..RULES).all(|_| rules.add(rule.clone())));
        assert!(!rules.add(rule));
        rules.remove(0);
        rules.remove(RULES);
        assert_eq!(rules.iter().len(), RULES - 1);
    }
}
