//! Parses a query of Bloblang: functions, methods, texts, numbers, arithmetic and `|`.

use std::ops::Range;

use super::{arithmetic::Operator, value::Value};

/// A parsed query.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Query {
    Literal(Value),
    /// A function, and its range in the text.
    Call {
        name: String,
        arguments: Vec<Self>,
        range: Range<usize>,
    },
    Method {
        of: Box<Self>,
        name: String,
        arguments: Vec<Self>,
    },
    Arithmetic(Box<Self>, Operator, Box<Self>),
    /// The second one where the first one fails or is null.
    Either(Box<Self>, Box<Self>),
}

/// Parses a query and the `}` behind it, which begin at an offset; returns the offset behind both.
///
/// # Errors
///
/// The word or sign that is not understood.
pub(super) fn query(text: &str, at: usize) -> Result<(Query, usize), String> {
    let mut parser = Parser { text, at };
    let query = parser.sum()?;
    parser.sign('}')?;
    Ok((query, parser.at))
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// Whether a sign comes next, which is then passed.
    fn takes(&mut self, sign: char) -> bool {
        self.skip_blanks();
        let is_next = self.rest().starts_with(sign);
        self.at += if is_next { sign.len_utf8() } else { 0 };
        is_next
    }

    fn sign(&mut self, sign: char) -> Result<(), String> {
        if self.takes(sign) { Ok(()) } else { Err(self.next_word()) }
    }

    /// What comes next, for an error.
    fn next_word(&mut self) -> String {
        self.skip_blanks();
        let word = self.word();
        if word.is_empty() { self.rest().chars().take(1).collect() } else { word }
    }

    fn word(&mut self) -> String {
        let is_within = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = self.rest().find(|c| !is_within(c)).unwrap_or(self.rest().len());
        let word = self.rest()[..end].to_owned();
        self.at += end;
        word
    }

    fn sum(&mut self) -> Result<Query, String> {
        let mut left = self.product()?;
        while let Some(operator) = self.operator(&[('+', Operator::Add), ('-', Operator::Subtract)]) {
            left = Query::Arithmetic(Box::new(left), operator, Box::new(self.product()?));
        }
        Ok(left)
    }

    /// Products, quotients and alternatives bind alike, from the left.
    fn product(&mut self) -> Result<Query, String> {
        const OPERATORS: [(char, Operator); 3] =
            [('*', Operator::Multiply), ('/', Operator::Divide), ('%', Operator::Modulo)];
        let mut left = self.with_methods()?;
        loop {
            if let Some(operator) = self.operator(&OPERATORS) {
                left = Query::Arithmetic(Box::new(left), operator, Box::new(self.with_methods()?));
            } else if self.takes('|') {
                left = Query::Either(Box::new(left), Box::new(self.with_methods()?));
            } else {
                return Ok(left);
            }
        }
    }

    fn operator(&mut self, operators: &[(char, Operator)]) -> Option<Operator> {
        operators.iter().find_map(|(sign, operator)| self.takes(*sign).then_some(*operator))
    }

    /// A method follows without a blank, or on a line of its own.
    fn with_methods(&mut self) -> Result<Query, String> {
        let mut of = self.single()?;
        loop {
            let blanks = self.rest().len() - self.rest().trim_start().len();
            let is_joined = blanks == 0 || self.rest()[..blanks].contains('\n');
            if !is_joined || !self.takes('.') {
                return Ok(of);
            }
            let name = self.next_word();
            let arguments = self.arguments().map_err(|_| name.clone())?;
            of = Query::Method { of: Box::new(of), name, arguments };
        }
    }

    fn single(&mut self) -> Result<Query, String> {
        if self.takes('(') {
            let inner = self.sum()?;
            self.sign(')')?;
            return Ok(inner);
        }
        self.skip_blanks();
        match self.rest().chars().next() {
            Some('"') => self.literal(),
            Some(c) if c.is_ascii_digit() || c == '-' => self.number(),
            _ => {
                let start = self.at;
                let name = self.next_word();
                match name.as_str() {
                    "null" => return Ok(Query::Literal(Value::Null)),
                    "" => return Err("}".to_owned()),
                    _ => {}
                }
                let arguments = self.arguments().map_err(|_| name.clone())?;
                Ok(Query::Call { name, arguments, range: start..self.at })
            }
        }
    }

    fn arguments(&mut self) -> Result<Vec<Query>, String> {
        let mut arguments = Vec::new();
        self.sign('(')?;
        while !self.takes(')') {
            self.skip_name();
            arguments.push(self.sum()?);
            if !self.takes(',') {
                self.sign(')')?;
                break;
            }
        }
        Ok(arguments)
    }

    /// Passes the name of a named argument.
    fn skip_name(&mut self) {
        self.skip_blanks();
        let start = self.at;
        if self.word().is_empty() || !self.takes(':') {
            self.at = start;
        }
    }

    /// Digits, with a fraction or without; a dot before a word begins a method.
    fn number(&mut self) -> Result<Query, String> {
        let rest = self.rest();
        let digits_from = |from: usize| {
            rest[from..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len(), |end| from + end)
        };
        let mut end = digits_from(1);
        let is_decimal = rest[end..]
            .strip_prefix('.')
            .is_some_and(|behind| behind.starts_with(|c: char| c.is_ascii_digit()));
        if is_decimal {
            end = digits_from(end + 1);
        }
        let text = rest[..end].to_owned();
        self.at += end;
        let value = if is_decimal {
            text.parse().map(Value::Decimal).ok()
        } else {
            text.parse().map(Value::Number).ok()
        };
        value.map(Query::Literal).ok_or(text)
    }

    /// A text in quotes, with the escapes of JSON.
    fn literal(&mut self) -> Result<Query, String> {
        let mut is_escaped = false;
        let end = self.rest()[1..].find(|c| {
            let ends = c == '"' && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            ends
        });
        let end = end.ok_or("\"")? + 2;
        let text = serde_json::from_str(&self.rest()[..end]).map_err(|_| "\"".to_owned())?;
        self.at += end;
        Ok(Query::Literal(Value::Text(text)))
    }
}
