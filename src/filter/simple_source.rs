//! Reads the conditions that are answered without jaq from the left; anything else is `None`, and is jaq's.

use super::{
    place::{Path, number},
    simple::{Literal, Operator, Parts, Simple},
};

impl Simple {
    /// Reads a condition; `None` if it is not so simple.
    pub fn parse(source: &str) -> Option<Self> {
        let mut reader = Reader { rest: source };
        let found = reader.pipe()?;
        reader.rest.trim().is_empty().then_some(found)
    }
}

/// The path or the number at the end of a text, or at its front; a number is an empty path, and anything else `None`.
pub(super) fn path_at_end(text: &str, at_end: bool) -> Option<Path> {
    let is_operand = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '.';
    let text = text.trim();
    let operand = if at_end {
        let before = text.char_indices().rev().find(|(_, letter)| !is_operand(*letter));
        &text[before.map_or(0, |(at, letter)| at + letter.len_utf8())..]
    } else {
        &text[..text.find(|letter| !is_operand(letter)).unwrap_or(text.len())]
    };
    // A path may go on behind a bracket, which is not looked at.
    let goes_on =
        if at_end { text.ends_with([')', ']']) } else { text[operand.len()..].starts_with(['[', '(', '?']) };
    let mut reader = Reader { rest: operand };
    match operand.chars().next() {
        _ if goes_on => None,
        Some('.') => reader.names().filter(|path| reader.rest.is_empty() && !path.is_empty()),
        Some(first) if first.is_ascii_digit() => Some(Path::new()),
        _ => None,
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn pipe(&mut self) -> Option<Simple> {
        let found = self.or()?;
        if self.sign("|") { found.then(self.pipe()?) } else { Some(found) }
    }

    fn or(&mut self) -> Option<Simple> {
        let mut found = self.and()?;
        while self.word("or") {
            // What has no outputs, has none with an `or` behind it either.
            found = Simple::Or(Some(found).filter(Simple::has_one_output)?.into(), self.and()?.into());
        }
        Some(found)
    }

    fn and(&mut self) -> Option<Simple> {
        let mut found = self.condition()?;
        while self.word("and") {
            found = Simple::And(found.into(), self.condition()?.into());
        }
        Some(found)
    }

    fn condition(&mut self) -> Option<Simple> {
        if self.sign("(") {
            let found = self.pipe()?;
            return self.sign(")").then_some(found);
        }
        if self.word("not") {
            return Some(Simple::THERE.negated());
        }
        if self.word("any") {
            let (parts, condition) = self.quantified()?;
            return Some(Simple::Any(parts.then(condition)?.into()));
        }
        if self.word("all") {
            let (parts, condition) = self.quantified()?;
            let differs = Some(condition).filter(Simple::has_one_output)?.negated();
            return Some(parts.then(differs)?.negated());
        }
        self.comparison()
    }

    /// What is asked for each of what, behind `any` or `all`.
    fn quantified(&mut self) -> Option<(Simple, Simple)> {
        let each = Simple::Each(Parts::Direct, Simple::THERE.into());
        if !self.sign("(") {
            return Some((each, Simple::THERE));
        }
        let first = self.pipe()?;
        let (parts, condition) = if self.sign(";") { (first, self.pipe()?) } else { (each, first) };
        self.sign(")").then_some((parts, condition))
    }

    /// A path, which may go through each part of what it meets, and what it is compared with.
    fn comparison(&mut self) -> Option<Simple> {
        self.rest = self.rest.trim_start();
        let mut steps = Vec::new();
        let mut path = Path::new();
        if self.rest.starts_with("..") {
            self.rest = &self.rest[2..];
            steps.push((Path::new(), Parts::All));
        } else {
            path = self.names()?;
            while let Some(rest) = self.rest.strip_prefix("[]") {
                self.rest = rest;
                steps.push((path, Parts::Direct));
                path = if rest.starts_with('.') {
                    self.names().filter(|path| !path.is_empty())?
                } else {
                    Path::new()
                };
            }
        }
        // What follows directly would belong to the path.
        if self.rest.starts_with(['[', '.', '?', '"']) {
            return None;
        }
        let operators = [
            ("==", Operator::Equal),
            ("!=", Operator::Unequal),
            ("<=", Operator::AtMost),
            (">=", Operator::AtLeast),
            ("<", Operator::Less),
            (">", Operator::More),
        ];
        let last = match operators.into_iter().find(|(sign, _)| self.sign(sign)) {
            Some((_, operator)) => Simple::Compare(path, operator, self.literal()?),
            None => Simple::There(path),
        };
        Some(
            steps
                .into_iter()
                .rev()
                .fold(last, |inside, (path, parts)| Simple::Each(parts, inside.into()).within(path)),
        )
    }

    /// The names of a path; none for a dot alone.
    fn names(&mut self) -> Option<Path> {
        let mut path = Path::new();
        while let Some(rest) = self.rest.strip_prefix('.') {
            let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
            let end = rest.find(|letter| !is_letter(letter)).unwrap_or(rest.len());
            let name = &rest[..end];
            if name.is_empty() && path.is_empty() && !rest.starts_with('.') {
                self.rest = rest;
                return Some(path);
            }
            if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
                return None;
            }
            path.push(name.to_owned());
            self.rest = &rest[end..];
        }
        (!path.is_empty()).then_some(path)
    }

    fn literal(&mut self) -> Option<Literal> {
        self.rest = self.rest.trim_start();
        for (word, literal) in
            [("null", Literal::Null), ("true", Literal::Bool(true)), ("false", Literal::Bool(false))]
        {
            if self.word(word) {
                return Some(literal);
            }
        }
        if let Some(inside) = self.rest.strip_prefix('"') {
            let end = inside.find(['"', '\\']).filter(|end| inside[*end..].starts_with('"'))?;
            self.rest = &inside[end + 1..];
            return Some(Literal::Text(inside[..end].to_owned()));
        }
        let is_digit = |letter: char| letter.is_ascii_digit() || letter == '.' || letter == '-';
        let end = self.rest.find(|letter| !is_digit(letter)).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        // A minus in front only, and digits on both sides of a dot.
        let is_number = digits
            .strip_prefix('-')
            .unwrap_or(digits)
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        self.rest = rest;
        is_number.then(|| number(digits.as_bytes()).map(Literal::Number)).flatten()
    }

    fn sign(&mut self, sign: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn word(&mut self, word: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(word);
        let rest = rest.filter(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'));
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}
