//! Why changed values cannot be written back into a file.

/// Why a change is not written; the text stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the file has no input {0} any more")]
    NoInput(String),
    #[error("the file does not parse: {0}")]
    NotYaml(String),
    #[error("this is a recording of a connection, and no config of a pipeline")]
    NotAConfig,
    /// A change would reach those who use the same anchor.
    #[error(
        "{path} stands under an anchor (line {anchor}) that is used again in line {alias}, so a change here would change \
         that too; write the value out in one of the two places first"
    )]
    Shared { path: String, anchor: usize, alias: usize },
    #[error("{path} is written in a way that is not changed in place (line {line}): {reason}")]
    Shape { path: String, line: usize, reason: &'static str },
    /// A line of a template would go.
    #[error(
        "a line {{{{ … }}}} of the template stands within what would change of {0}; change it in an editor"
    )]
    Template(String),
    /// What was written does not read as what was wanted.
    #[error("{0} would not read back as it was set")]
    Different(String),
}
