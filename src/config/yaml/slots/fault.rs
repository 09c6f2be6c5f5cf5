//! What is wrong around an input.

use crate::config::{
    schema::{Dialect, Mend, Problem, Severity},
    yaml::{node::Node, source::Source},
};

/// A fault of a slot, a label, or a component that holds an input.
#[derive(Clone, Debug)]
pub(in crate::config::yaml) struct Fault {
    pub at: usize,
    code: &'static str,
    severity: Severity,
    message: String,
    advice: Option<String>,
    /// A mend, and where it is made.
    mend: Option<(usize, Mend)>,
    engine: Engine,
}

/// Which engines refuse it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Engine {
    All,
    Bento,
    /// All but Bento.
    Benthos,
}

impl Fault {
    pub fn new(code: &'static str, at: usize, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { at, code, severity: Severity::Error, message, advice: None, mend: None, engine: Engine::All }
    }

    pub fn advise(self, advice: impl Into<String>) -> Self {
        Self { advice: Some(advice.into()), ..self }
    }

    pub(super) fn mended_by(self, at: usize, mend: Mend) -> Self {
        Self { mend: Some((at, mend)), ..self }
    }

    pub(super) fn warning(self) -> Self {
        Self { severity: Severity::Warning, ..self }
    }

    pub(super) fn only(self, engine: Engine) -> Self {
        Self { engine, ..self }
    }

    /// Whether the engine of a dialect refuses it. The standard knows what the Benthos library knows.
    pub fn applies(&self, dialect: Dialect) -> bool {
        match self.engine {
            Engine::All => true,
            Engine::Bento => dialect == Dialect::Bento,
            Engine::Benthos => dialect != Dialect::Bento,
        }
    }

    /// Whether the file may be without a websocket input only because of it.
    pub fn hides_inputs(&self) -> bool {
        self.severity == Severity::Error && self.engine == Engine::All && self.code != "label"
    }

    pub fn problem(&self, source: &Source) -> Problem {
        Problem {
            severity: self.severity,
            advice: self.advice.clone(),
            mend: self.mend.as_ref().map(|(at, mend)| self.mend_ahead(source, *at, mend)),
            ..Problem::error(self.code, "", source.origin(self.at), self.message.clone())
        }
    }

    /// The mend as seen from the place of the fault.
    fn mend_ahead(&self, source: &Source, at: usize, mend: &Mend) -> Mend {
        let raw = |at| source.interpolated.raw_offset(at);
        match raw(at).saturating_sub(raw(self.at)) {
            0 => mend.clone(),
            bytes => Mend::Ahead { bytes, mend: Box::new(mend.clone()) },
        }
    }
}

/// The short tag of a value, as Go's `yaml.v3` resolves it.
pub(in crate::config::yaml) fn tag(node: &Node) -> &'static str {
    use crate::config::yaml::{dynamic_value::plain, node::NodeKind};
    let scalar = match &node.kind {
        NodeKind::Map(_) => return "!!map",
        NodeKind::List(_) => return "!!seq",
        NodeKind::Scalar(scalar) if !scalar.plain => return "!!str",
        NodeKind::Scalar(scalar) => scalar,
    };
    match plain(&scalar.text) {
        Ok(serde_json::Value::Null) => "!!null",
        Ok(serde_json::Value::Bool(_)) => "!!bool",
        Ok(serde_json::Value::Number(number)) if number.is_f64() => "!!float",
        Ok(serde_json::Value::Number(_)) => "!!int",
        Ok(_) => "!!str",
        Err(_) => "!!float",
    }
}
