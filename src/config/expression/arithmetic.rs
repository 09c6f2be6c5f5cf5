//! Numbers of Bloblang: what its operators make of them, and how they are written
//! (`internal/bloblang/query/arithmetic.go`, `methods_numbers.go`).

use super::value::{Fault, Value};

/// What stands between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

impl Operator {
    const fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Subtract => "subtract",
            Self::Multiply => "multiply",
            Self::Divide => "divide",
            Self::Modulo => "modulo",
        }
    }
}

/// The result of an operator; `+` also joins texts.
pub(super) fn apply(operator: Operator, left: Value, right: Value) -> Result<Value, Fault> {
    let by_zero = || Fault::Failed("attempted to divide by zero".to_owned());
    if let (Some(dividend), Some(divisor)) = (left.number(), right.number()) {
        return match operator {
            Operator::Divide if divisor == 0.0 => Err(by_zero()),
            Operator::Divide => Ok(Value::Decimal(dividend / divisor)),
            Operator::Modulo => {
                let whole = whole(dividend).zip(whole(divisor)).filter(|(_, divisor)| *divisor != 0);
                whole.map(|(of, by)| Value::Number(of.wrapping_rem(by))).ok_or_else(by_zero)
            }
            _ => Ok(match (&left, &right) {
                (Value::Number(left), Value::Number(right)) => Value::Number(match operator {
                    Operator::Subtract => left.wrapping_sub(*right),
                    Operator::Multiply => left.wrapping_mul(*right),
                    _ => left.wrapping_add(*right),
                }),
                _ => Value::Decimal(match operator {
                    Operator::Subtract => dividend - divisor,
                    Operator::Multiply => dividend * divisor,
                    _ => dividend + divisor,
                }),
            }),
        };
    }
    match operator {
        Operator::Add if left.kind() == right.kind() && left != Value::Null => {
            Ok(Value::Text(left.into_text() + &right.into_text()))
        }
        _ => {
            let (word, left, right) = (operator.word(), left.kind(), right.kind());
            Err(Fault::Failed(format!("cannot {word} types {left} and {right}")))
        }
    }
}

/// The whole number that a decimal is after `rounded`, where it fits.
pub(super) fn round(value: Value, rounded: fn(f64) -> f64) -> Option<Value> {
    match value {
        Value::Decimal(number) => {
            let number = rounded(number);
            Some(whole(number).map_or(Value::Decimal(number), Value::Number))
        }
        Value::Number(_) => Some(value),
        _ => None,
    }
}

/// The number without its fraction, where it fits.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn whole(number: f64) -> Option<i64> {
    const END: f64 = 9_223_372_036_854_775_808.0;
    (-END..END).contains(&number).then_some(number as i64)
}
