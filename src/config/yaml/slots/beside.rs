//! What stands beside a component in its slot: the label and the processors.

use crate::config::yaml::node::{Node, NodeKind};

use super::{
    component::{Inferred, Type},
    fault::{Engine, Fault},
    labels::{self, Label},
    walk::{Place, Walk},
};

/// Processors that are a list of processors.
const LISTS: [&str; 4] = ["try", "catch", "for_each", "processors"];

impl<'a> Walk<'a, '_> {
    /// What a slot may have beside its component, which is known or not.
    pub(super) fn reserved(&mut self, of: Type, known: Option<&str>, slot: &'a Node, place: Place<'_>) {
        for (key, value) in slot.entries() {
            match key.text.as_str() {
                "label" => self.label(value, known, slot),
                "processors" if of == Type::Input => self.processors(value, place),
                "meta" => {
                    let Some(name) = known else { continue };
                    let message =
                        format!("field meta is invalid when the component type is {name} ({})", of.word());
                    self.fault(Fault::new("misplaced-field", key.at, message).only(Engine::Bento));
                }
                _ => {}
            }
        }
    }

    fn label(&mut self, value: &'a Node, known: Option<&str>, slot: &Node) {
        let refers = slot.get("resource").is_some_and(|name| labels::text_of(name).is_some());
        if known == Some("resource") || refers {
            let message = "label field should be omitted when pointing to a resource";
            self.fault(
                Fault::new("label", value.at, message).advise("remove the label; the resource has its own"),
            );
        }
        for fault in labels::check(value) {
            self.fault(fault);
        }
        if let Some(text) = labels::text_of(value) {
            self.located.labels.push(Label { at: value.at, text, is_judged: true });
        }
    }

    /// The processors of a slot, or of a component within it.
    fn processors(&mut self, list: &'a Node, place: Place<'_>) {
        let is_empty = list.items().is_empty() && list.entries().is_empty();
        if is_empty {
            let fault = Fault::new("empty-list", list.at, "field processors is empty and can be removed");
            self.fault(fault.advise("remove it"));
        }
        self.processor_list(list, place);
    }

    pub(super) fn processor_list(&mut self, list: &'a Node, place: Place<'_>) {
        match &list.kind {
            NodeKind::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    match place {
                        Place::Root => self.processor(item, place),
                        Place::Nested(words) => {
                            self.processor(item, Place::Nested(&format!("{words}{index}: ")));
                        }
                    }
                }
            }
            NodeKind::Map(entries) if !entries.is_empty() && matches!(place, Place::Root) => {
                let fault = Fault::new("wrong-kind", list.at, "invalid type !!str, expected object");
                self.fault(fault.advise("processors are a list: write '- ' before each"));
            }
            _ => {
                let fault = Fault::new("wrong-kind", list.at, "expected array value");
                self.fault(fault.advise("processors are a list: write '- ' before each"));
            }
        }
    }

    fn processor(&mut self, slot: &'a Node, place: Place<'_>) {
        let mut known = None;
        match Type::Processor.infer(slot) {
            Inferred::Known(name) => {
                known = Some(name);
                match slot.get(name) {
                    Some(body) if LISTS.contains(&name) => self.processor_list(body, Place::Nested("")),
                    Some(body) => labels::scan(body, &mut self.located.labels),
                    None => {}
                }
                self.misplaced(Type::Processor, name, slot);
            }
            Inferred::Other(_) => {}
            Inferred::Wrong(wrong) => self.wrong(wrong, slot, place),
        }
        self.reserved(Type::Processor, known, slot, place);
    }
}
