//! Walks a slot and the inputs that it holds.

use crate::config::{
    schema::{Kind, is_word},
    secrets::MASK,
    spelling::edit_distance,
    yaml::{
        node::{Key, Node, NodeKind},
        scalar::decode,
    },
};

use super::{
    component::{Inferred, Type, Wrong, shown_key},
    fault::{Fault, tag},
    keys::is_reserved,
    labels::{self, Label},
    wrapper::{Shape, Wrapper, check_duration},
};

/// Most faults of a file: more than anyone reads, and few enough that hiding the secrets on their lines takes no
/// noticeable time.
const MAX_FAULTS: usize = 100;

/// One websocket input.
#[derive(Clone, Copy, Debug)]
pub(in crate::config::yaml) struct Slot<'a> {
    /// The object with its fields.
    pub body: &'a Node,
    /// The object that contains the component; `None` for a bare map of fields.
    pub slot: Option<&'a Node>,
}

/// The inputs of a config, and what is wrong with the slots.
#[derive(Default)]
pub(in crate::config::yaml) struct Located<'a> {
    /// Path as the engine names it (`root.input.broker.inputs.0`), and the input there.
    pub inputs: Vec<(String, Slot<'a>)>,
    /// Inputs of other components: path and name of the component.
    pub others: Vec<(String, String)>,
    pub faults: Vec<Fault>,
    pub(super) labels: Vec<Label<'a>>,
}

pub(super) struct Walk<'a, 'l> {
    pub(super) located: Located<'a>,
    pub(super) line_of: &'l dyn Fn(usize) -> u32,
}

/// Where a slot stands, which decides on the engine's words.
#[derive(Clone, Copy)]
pub(super) enum Place<'p> {
    /// In the config itself.
    Root,
    /// In a component, which names it with these words at the start.
    Nested(&'p str),
}

impl<'a> Walk<'a, '_> {
    pub(super) fn fault(&mut self, fault: Fault) {
        if self.located.faults.len() < MAX_FAULTS {
            self.located.faults.push(fault);
        }
    }

    pub(super) fn slot(&mut self, slot: &'a Node, path: &str, place: Place<'_>) {
        let mut known = None;
        match Type::Input.infer(slot) {
            Inferred::Known("websocket") => {
                known = Some("websocket");
                let body = body_of(slot, "websocket");
                self.located.inputs.push((path.to_owned(), Slot { body, slot: Some(slot) }));
            }
            Inferred::Known(name) => {
                known = Some(name);
                self.known(name, slot, path);
                self.misplaced(Type::Input, name, slot);
            }
            Inferred::Other(name) => self.other(name, slot, path),
            Inferred::Wrong(wrong) => self.wrong(wrong, slot, place),
        }
        self.reserved(Type::Input, known, slot, place);
    }

    fn known(&mut self, name: &'a str, slot: &'a Node, path: &str) {
        let Some(wrapper) = Wrapper::named(name) else { return self.other(name, slot, path) };
        let body = slot.get(name).or_else(|| slot.get("plugin"));
        if let Some(body) = body {
            self.value(wrapper, "", &wrapper.shape, body, &format!("{path}.{name}"));
        }
        // A body of the wrong kind is a fault of its own.
        let is_read = |body: &Node| wrapper.takes(body);
        let refusal = body.is_none_or(is_read).then(|| wrapper.refusal(body.unwrap_or(slot))).flatten();
        if let Some(words) = refusal {
            let place = body.map_or(slot, |body| body.get("inputs").unwrap_or(body));
            self.fault(Fault::new("incomplete-input", place.at, words));
        }
        if name == "resource" {
            self.located.others.push((path.to_owned(), name.to_owned()));
        }
    }

    /// An input of another component, whose fields are not judged.
    fn other(&mut self, name: &'a str, slot: &'a Node, path: &str) {
        self.located.others.push((path.to_owned(), name.to_owned()));
        let Some(body) = slot.get(name) else { return };
        match Wrapper::named(name) {
            Some(wrapper) => self.value(wrapper, "", &wrapper.shape, body, &format!("{path}.{name}")),
            None => labels::scan(body, &mut self.located.labels),
        }
    }

    pub(super) fn wrong(&mut self, wrong: Wrong, slot: &Node, place: Place<'_>) {
        let message = match (place, wrong.nested) {
            (Place::Root, _) => wrong.at_root,
            (Place::Nested(_), Some(nested)) => nested,
            (Place::Nested(words), None) => {
                format!("{words}({},1) {}", (self.line_of)(slot.at), wrong.at_root)
            }
        };
        let fault = Fault::new("component", slot.at, message);
        let fault = match wrong.advice {
            Some(advice) => fault.advise(advice),
            None => fault,
        };
        self.fault(match wrong.mend {
            Some((at, mend)) => fault.mended_by(at, mend),
            None => fault,
        });
    }

    /// Keys beside a component that a slot does not allow.
    pub(super) fn misplaced(&mut self, of: Type, name: &str, slot: &Node) {
        for (key, _) in slot.entries() {
            if key.text != name && !is_reserved(&key.text) {
                let message = format!(
                    "field {} is invalid when the component type is {name} ({})",
                    shown_key(key),
                    of.word()
                );
                self.fault(Fault::new("misplaced-field", key.at, message));
            }
        }
    }

    /// A value of a wrapper: its body, or the field `name` within it.
    fn value(
        &mut self,
        of: &'static Wrapper,
        name: &str,
        shape: &'static Shape,
        value: &'a Node,
        path: &str,
    ) {
        let expected = match (shape, &value.kind) {
            (Shape::Object(fields), NodeKind::Map(entries)) => {
                for (key, value) in entries {
                    match fields.iter().find(|(name, _)| *name == key.text) {
                        Some((name, shape)) => self.value(of, name, shape, value, &format!("{path}.{name}")),
                        None if !of.is_complete || key.text == "<<" => {}
                        None => self.unknown(fields, key),
                    }
                }
                return;
            }
            (Shape::Input, _) => return self.slot(value, path, Place::Nested("")),
            (Shape::Processors, _) => return self.processor_list(value, Place::Nested("")),
            (Shape::Inputs, NodeKind::List(items)) => {
                for (index, input) in items.iter().enumerate() {
                    let words = of.item.replace("{}", &index.to_string());
                    self.slot(input, &format!("{path}.{index}"), Place::Nested(&words));
                }
                return;
            }
            (Shape::InputsByName, NodeKind::Map(entries)) => {
                for (key, input) in entries {
                    let words = of.item.replace("{}", &shown_key(key));
                    self.slot(input, &format!("{path}.{}", key.text), Place::Nested(&words));
                }
                return;
            }
            (Shape::Inputs, _) => "expected array value".to_owned(),
            (Shape::Object(_) | Shape::InputsByName, _) => {
                format!("expected object value, got {}", tag(value))
            }
            (_, NodeKind::Scalar(_)) => return self.scalar(name, shape, value),
            (Shape::Int, _) => "expected int value".to_owned(),
            (Shape::Bool, _) => "expected bool value".to_owned(),
            _ => "expected string value".to_owned(),
        };
        let fault = Fault::new("wrong-kind", value.at, expected);
        self.fault(match shape {
            Shape::Inputs => fault.advise("inputs are a list here: write '- ' before each"),
            Shape::InputsByName => fault.advise("inputs are a map here: write 'NAME:' before each"),
            _ => fault,
        });
    }

    fn scalar(&mut self, name: &str, shape: &Shape, value: &Node) {
        let NodeKind::Scalar(scalar) = &value.kind else { return };
        let number = |kind| decode(scalar, kind).err().map(|words| format!("field '{name}': {words}"));
        let message = match shape {
            Shape::Int => number(Kind::Int),
            Shape::Bool => number(Kind::Bool),
            Shape::Duration(words) if !scalar.text.is_empty() && !scalar.is_null() => {
                let text = shown_text(&scalar.text);
                check_duration(&scalar.text).err().map(|error| format!("{words}: {error} \"{text}\""))
            }
            Shape::Choice(words) if !words.contains(&scalar.text.as_str()) => Some(format!(
                "value {} is not a valid option for this field: it is not one of {}",
                shown_text(&scalar.text),
                words.join(", ")
            )),
            _ => None,
        };
        if let Some(message) = message {
            self.fault(Fault::new("wrong-value", value.at, message));
        }
    }

    fn unknown(&mut self, fields: &[(&'static str, Shape)], key: &Key) {
        let fault = Fault::new("unknown-key", key.at, format!("field {} not recognised", shown_key(key)));
        let distance = |name: &&'static str| edit_distance(&key.text, name);
        let near =
            fields.iter().map(|(name, _)| *name).filter(|name| distance(name) <= 2).min_by_key(distance);
        self.fault(match near {
            Some(name) => fault.advise(format!("did you mean '{name}'?")),
            None => fault,
        });
    }
}

/// A value for a message; masked unless it is a word or a number.
fn shown_text(text: &str) -> &str {
    if is_word(text) { text } else { MASK }
}

/// The fields of a component: below its name, else below `plugin`, else beside it.
fn body_of<'a>(slot: &'a Node, name: &str) -> &'a Node {
    slot.get(name).or_else(|| slot.get("plugin")).unwrap_or(slot)
}

impl Slot<'_> {
    /// Entries beside the component that a slot does not allow.
    pub fn misplaced_entries(&self) -> impl Iterator<Item = &(Key, Node)> {
        let entries = self.slot.map_or(&[][..], Node::entries).iter();
        entries.filter(|(key, _)| key.text != "websocket" && !is_reserved(&key.text))
    }

    /// The key `plugin`, which the pipeline's lint reports as ineffective.
    pub fn plugin(&self) -> Option<&Key> {
        let mut keys = self.slot.map_or(&[][..], Node::entries).iter().map(|(key, _)| key);
        keys.find(|key| key.text == "plugin")
    }

    /// The label of the slot.
    pub fn label(&self) -> Option<&str> {
        match &self.slot?.get("label")?.kind {
            NodeKind::Scalar(label) => Some(&label.text),
            _ => None,
        }
    }
}
