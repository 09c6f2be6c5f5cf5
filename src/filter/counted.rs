//! jq in steps that are counted, so that a condition that asks for every pair of many elements comes to an end.
//!
//! Each value that an iteration or a comma yields is a step, and a call costs a step for each element of its input. The
//! terms of a condition, and those of the definitions that it may call, are rewritten so that they count; who has no
//! steps left ends at once, and nothing in jq can catch that.

use std::cell::Cell;

use jaq_core::{
    Ctx, DataT, Exn, Filter, Lut, Vars,
    box_iter::box_once,
    data::HasLut,
    load::{
        lex::StrPart,
        parse::{BinaryOp, Def, Pattern, Term},
    },
    native::{Fun, run, v},
    path::{Part, Path},
};
use jaq_json::Val;

/// What counts; names that jq cannot write.
const STEP: &str = "step!";
const CALL: &str = "call!";

/// Terms over JSON that take a number of steps at most.
pub(super) struct Counted;

/// What a run of terms knows: what they are, and the steps that are left.
#[derive(Clone, Copy)]
pub(super) struct Steps<'a> {
    lut: &'a Lut<Counted>,
    left: &'a Cell<u64>,
}

impl DataT for Counted {
    type V<'a> = Val;
    type Data<'a> = Steps<'a>;
}

impl<'a> HasLut<'a, Counted> for Steps<'a> {
    fn lut(&self) -> &'a Lut<Counted> {
        self.lut
    }
}

/// There were not enough steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooLong;

/// Whether an output of a filter on a value is neither false nor null.
///
/// # Errors
///
/// It takes more than so many steps.
pub(super) fn holds(filter: &Filter<Counted>, value: Val, steps: u64) -> Result<bool, TooLong> {
    let is_true = |value| (!matches!(value, Val::Null | Val::Bool(false))).then_some(());
    first(filter, value, steps, is_true).map(|found| found.is_some())
}

/// What the first output of a filter on a value is made into that can be.
///
/// # Errors
///
/// It takes more than so many steps.
pub(super) fn first<T>(
    filter: &Filter<Counted>,
    value: Val,
    steps: u64,
    make: impl Fn(Val) -> Option<T>,
) -> Result<Option<T>, TooLong> {
    let left = Cell::new(steps);
    let context = Ctx::<Counted>::new(Steps { lut: &filter.lut, left: &left }, Vars::new([]));
    for output in filter.id.run((context, value)) {
        let found = match output.map_err(Exn::get_err) {
            Ok(value) => make(value),
            Err(Ok(_)) => None,
            Err(Err(_)) => return Err(TooLong),
        };
        match found {
            Some(found) => return Ok(Some(found)),
            None if left.get() > 0 => left.set(left.get() - 1),
            None => return Err(TooLong),
        }
    }
    Ok(None)
}

/// What the terms call to count.
pub(super) fn functions() -> [Fun<Counted>; 2] {
    fn count(left: &Cell<u64>, steps: usize) -> Result<Val, Exn<'static, Val>> {
        let left_over = left.get().checked_sub(steps as u64);
        left.set(left_over.unwrap_or(0));
        left_over.map(|_| Val::Bool(true)).ok_or_else(|| Exn::halt(0))
    }
    [
        run::<Counted>((STEP, v(0), |(context, _)| box_once(count(context.data().left, 1)))),
        run::<Counted>((CALL, v(0), |(context, input)| {
            let size = match &input {
                Val::Arr(elements) => elements.len(),
                Val::Obj(members) => members.len(),
                Val::TStr(text) | Val::BStr(text) => text.len() / 64,
                Val::Null | Val::Bool(_) | Val::Num(_) => 0,
            };
            box_once(count(context.data().left, 1 + size))
        })),
    ]
}

/// Functions with one output, which look at their input once.
static SIMPLE: [&str; 34] = [
    "length",
    "test",
    "startswith",
    "endswith",
    "contains",
    "not",
    "type",
    "tonumber",
    "tostring",
    "has",
    "select",
    "ascii_downcase",
    "ascii_upcase",
    "floor",
    "round",
    "ceil",
    "abs",
    "ltrimstr",
    "rtrimstr",
    "trim",
    "tojson",
    "keys",
    "null",
    "true",
    "false",
    "empty",
    "strings",
    "numbers",
    "booleans",
    "nulls",
    "arrays",
    "objects",
    "scalars",
    "values",
];

/// Whether a term may look at parts of its input more than once: with one iteration it does not.
pub(super) fn repeats(term: &Term<&str>) -> bool {
    iterations(term) > 1
}

/// How often a term may go through something. What is not looked into counts twice.
fn iterations(term: &Term<&str>) -> usize {
    let all = |terms: &[Term<&str>]| terms.iter().map(iterations).sum::<usize>();
    match term {
        Term::Recurse => 1,
        Term::Str(_, parts) if parts.iter().any(|part| matches!(part, StrPart::Term(_))) => 2,
        Term::Id | Term::Num(_) | Term::Var(_) | Term::Str(..) => 0,
        Term::Arr(inside) => inside.as_deref().map_or(0, iterations),
        Term::Neg(inside) | Term::TryCatch(inside, None) => iterations(inside),
        Term::BinOp(_, BinaryOp::Pipe(Some(_)), _) => 2,
        Term::BinOp(left, operator, right) => {
            iterations(left) + iterations(right) + usize::from(matches!(operator, BinaryOp::Comma))
        }
        Term::Call(name, arguments) if SIMPLE.contains(name) => all(arguments),
        Term::Path(of, Path(parts)) => {
            let part = |part: &Part<Term<_>>| match part {
                Part::Index(index) => iterations(index),
                Part::Range(None, None) => 0,
                Part::Range(from, upto) => from.iter().chain(upto).map(iterations).sum(),
            };
            let iterates = parts.iter().any(|(part, _)| matches!(part, Part::Range(None, None)));
            iterations(of) + usize::from(iterates) + parts.iter().map(|(own, _)| part(own)).sum::<usize>()
        }
        _ => 2,
    }
}

/// A definition whose terms count.
pub(super) fn definition(definition: Def<&str>) -> Def<&str> {
    Def { body: term(definition.body), ..definition }
}

/// A term that counts.
pub(super) fn term(term: Term<&str>) -> Term<&str> {
    let boxed = |term: Box<Term<_>>| Box::new(self::term(*term));
    let each = |terms: Vec<Term<_>>| terms.into_iter().map(self::term).collect();
    match term {
        Term::Id | Term::Num(_) | Term::Var(_) | Term::Break(_) => term,
        Term::Recurse => then(term, STEP),
        Term::Str(format, parts) => {
            let parts = parts.into_iter().map(|part| match part {
                StrPart::Term(term) => StrPart::Term(self::term(term)),
                other => other,
            });
            Term::Str(format, parts.collect())
        }
        Term::Arr(inside) => Term::Arr(inside.map(boxed)),
        Term::Obj(members) => {
            let member = |(key, value): (_, Option<_>)| (self::term(key), value.map(self::term));
            Term::Obj(members.into_iter().map(member).collect())
        }
        Term::Neg(inside) => Term::Neg(boxed(inside)),
        Term::BinOp(left, operator, right) => {
            let is_comma = matches!(operator, BinaryOp::Comma);
            let operator = match operator {
                BinaryOp::Pipe(Some(bound)) => BinaryOp::Pipe(Some(pattern(bound))),
                other => other,
            };
            let both = Term::BinOp(boxed(left), operator, boxed(right));
            if is_comma { then(both, STEP) } else { both }
        }
        Term::Label(name, inside) => Term::Label(name, boxed(inside)),
        Term::Fold(name, source, bound, bodies) => {
            Term::Fold(name, boxed(source), pattern(bound), each(bodies))
        }
        Term::TryCatch(inside, catch) => Term::TryCatch(boxed(inside), catch.map(boxed)),
        Term::IfThenElse(branches, last) => {
            let branch = |(when, then)| (self::term(when), self::term(then));
            Term::IfThenElse(branches.into_iter().map(branch).collect(), last.map(boxed))
        }
        Term::Def(definitions, inside) => {
            Term::Def(definitions.into_iter().map(definition).collect(), boxed(inside))
        }
        Term::Call(name, arguments) => {
            let call = Term::Call(name, each(arguments));
            Term::BinOp(Box::new(counting(CALL)), BinaryOp::Pipe(None), Box::new(call))
        }
        Term::Path(of, Path(parts)) => {
            let iterates = parts.iter().any(|(part, _)| matches!(part, Part::Range(None, None)));
            let part = |part| match part {
                Part::Index(index) => Part::Index(self::term(index)),
                Part::Range(from, upto) => Part::Range(from.map(self::term), upto.map(self::term)),
            };
            let parts = parts.into_iter().map(|(own, optional)| (part(own), optional));
            let path = Term::Path(boxed(of), Path(parts.collect()));
            if iterates { then(path, STEP) } else { path }
        }
    }
}

fn pattern(bound: Pattern<&str>) -> Pattern<&str> {
    match bound {
        Pattern::Var(_) => bound,
        Pattern::Arr(all) => Pattern::Arr(all.into_iter().map(pattern).collect()),
        Pattern::Obj(all) => {
            Pattern::Obj(all.into_iter().map(|(key, bound)| (term(key), pattern(bound))).collect())
        }
    }
}

/// A term each of whose outputs counts.
fn then<'s>(term: Term<&'s str>, what: &'static str) -> Term<&'s str> {
    Term::BinOp(Box::new(term), BinaryOp::Pipe(None), Box::new(counting(what)))
}

/// Counts, and hands its input on; also where the paths to it are asked for.
fn counting<'s>(what: &'static str) -> Term<&'s str> {
    Term::IfThenElse(vec![(Term::Call(what, Vec::new()), Term::Id)], None)
}
