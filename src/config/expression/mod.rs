//! The expressions of the pipeline in values of headers, `${! … }`, as far as they need no message.

mod arithmetic;
mod evaluate;
mod layout;
mod methods;
mod parse;
mod template;
mod value;

pub use template::{fill_in, has_expression, unset_variables, work_out};
pub(in crate::config) use template::{only_variable, unknown_word};
pub use value::{Fault, Moment};
