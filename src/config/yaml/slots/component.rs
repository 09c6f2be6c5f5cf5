//! Which component a slot holds: the engine's inference (`internal/docs/config.go`).

use strsim::osa_distance;

use crate::config::{
    schema::{Field, Mend},
    spelling::{is_near, plain},
    yaml::{
        node::{Key, Node, NodeKind},
        source::is_secret_name,
    },
};

use super::{fault::tag, keys::is_reserved};

/// What a slot is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Input,
    Processor,
}

/// The components of the Benthos library, which every pipeline has. Each pipeline adds components of its own, so
/// another name is wrong only if it is close to one of these.
const INPUTS: &str = "batched broker csv dynamic file generate http_client http_server inproc read_until resource \
    sequence socket socket_server stdin subprocess websocket";
const PROCESSORS: &str = "archive benchmark bloblang bounds_check branch cache cached catch command compress crash decompress \
    dedupe for_each grok group_by group_by_value http insert_part jmespath jq json_schema log mapping \
    metric mutation noop parallel parse_log processors rate_limit resource retry select_parts sleep \
    split subprocess switch sync_response try try_catch unarchive while workflow";

/// What a slot holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Inferred<'a> {
    /// A component of the Benthos library.
    Known(&'a str),
    /// One name that may be a component of one pipeline.
    Other(&'a str),
    Wrong(Wrong),
}

/// Why the engine finds no component in a slot.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    /// Its words about a slot of the config itself, whose component it needs to know at once.
    pub at_root: String,
    /// Its words about a slot within a component. `None` where the linter passes over it and the start fails with
    /// the same words as for a slot of the config.
    pub nested: Option<String>,
    pub advice: Option<String>,
    /// The mend of a misspelt name, and where it stands.
    pub mend: Option<(usize, Mend)>,
}

impl Type {
    pub fn word(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Processor => "processor",
        }
    }

    fn names(self) -> impl Iterator<Item = &'static str> {
        let names = match self {
            Self::Input => INPUTS,
            Self::Processor => PROCESSORS,
        };
        names.split(' ')
    }

    fn knows(self, name: &str) -> bool {
        self.names().any(|known| known == name)
    }

    /// The component that is probably meant by a name.
    fn nearest(self, name: &str) -> Option<&'static str> {
        let typed = plain(name);
        if self == Self::Input && (typed == "ws" || typed == "wss" || typed.contains("websocket")) {
            return Some("websocket");
        }
        let distance = |known: &'static str| (osa_distance(&typed, &plain(known)), known);
        let (distance, known) = self.names().map(distance).min()?;
        let is_close = distance <= typed.len().max(4) / 4 && typed.len() > 2;
        (is_close || self == Self::Input && known == "websocket" && is_near(name, known)).then_some(known)
    }

    /// The mend of a misspelt name: the one component that is at most two letters away, with no other as near.
    fn renamed(self, at: usize, name: &str) -> Option<(usize, Mend)> {
        let typed = plain(name);
        let near = self.names().map(|known| (osa_distance(&typed, &plain(known)), known));
        // A name in which a known one stands whole is that of another component: `my_websocket`.
        let is_slip = |known: &str| known == typed || !typed.contains(known);
        let near: Vec<_> = near
            .filter(|(distance, known)| *distance <= (typed.len() / 4).min(2) && is_slip(&plain(known)))
            .collect();
        let least = near.iter().map(|(distance, _)| distance).min()?;
        let mut nearest = near.iter().filter(|(distance, _)| distance == least);
        let (_, new) = nearest.next().filter(|_| nearest.next().is_none())?;
        Some((at, Mend::Word { old: name.to_owned(), new }))
    }

    /// The component in a slot.
    pub fn infer(self, slot: &Node) -> Inferred<'_> {
        let word = self.word();
        let NodeKind::Map(entries) = &slot.kind else {
            let at_root = format!("invalid type {}, expected object", tag(slot));
            let advice =
                format!("write the name of the {word} and a colon, and its fields indented below it");
            return Inferred::Wrong(Wrong { at_root, nested: None, advice: Some(advice), mend: None });
        };
        if let Some(nth) = entries.iter().position(|(key, _)| key.text == "type") {
            return self.by_type(&entries[nth].1, &entries[..nth]);
        }
        let candidates: Vec<&str> =
            entries.iter().map(|(key, _)| key.text.as_str()).filter(|key| !is_reserved(key)).collect();
        let mut known = candidates.iter().copied().filter(|name| self.knows(name));
        let (at_root, advice) = match (known.next(), known.next(), candidates.as_slice()) {
            (Some(one), Some(other), _) => {
                let (first, second) = (one.min(other), one.max(other));
                let message =
                    format!("unable to infer {word} type, multiple candidates '{first}' and '{second}'");
                (message, Some(format!("keep one of them; a slot has only one {word}")))
            }
            (Some(known), ..) => return Inferred::Known(known),
            (_, _, []) => {
                let example = if self == Self::Input { "websocket" } else { "mapping" };
                let advice = format!("write the name of the {word} below it, such as '{example}:'");
                (format!("an explicit {word} type must be specified"), Some(advice))
            }
            (_, _, [other]) if is_name(other) && self.advice(&candidates).is_none() => {
                return Inferred::Other(other);
            }
            _ => {
                let mut shown: Vec<_> = shown_keys(entries).filter(|key| !is_reserved(key)).collect();
                shown.sort_unstable();
                let message = format!("unable to infer {word} type from candidates: [{}]", shown.join(" "));
                (message, self.advice(&candidates))
            }
        };
        // The linter passes over an empty map.
        let nested = (!entries.is_empty()).then(|| not_inferred(entries));
        let mut named = entries.iter().map(|(key, _)| key).filter(|key| !is_reserved(&key.text));
        let mend = match (named.next(), named.next()) {
            (Some(only), None) if !only.is_marked => self.renamed(only.at, &only.text),
            _ => None,
        };
        Inferred::Wrong(Wrong { at_root, nested, advice, mend })
    }

    /// The component that `type` names. `before` are the entries before it.
    fn by_type<'a>(self, value: &'a Node, before: &[(Key, Node)]) -> Inferred<'a> {
        let word = self.word();
        let name = if let NodeKind::Scalar(scalar) = &value.kind { scalar.text.as_str() } else { "" };
        if self.knows(name) {
            return Inferred::Known(name);
        }
        let near = self.nearest(name);
        if near.is_none() && is_name(name) && tag(value) == "!!str" {
            return Inferred::Other(name);
        }
        let nested = if name.is_empty() {
            not_inferred(before)
        } else {
            format!("failed to obtain docs for {word} type {name}")
        };
        let at_root = format!("{word} type '{name}' was not recognised");
        let mend = self.renamed(value.at, name);
        Inferred::Wrong(Wrong { at_root, nested: Some(nested), advice: near.map(did_you_mean), mend })
    }

    /// The advice for names none of which is known; `None` for one that may be a component of one pipeline.
    fn advice(self, candidates: &[&str]) -> Option<String> {
        if let Some(near) = candidates.iter().find_map(|name| self.nearest(name)) {
            return Some(did_you_mean(near));
        }
        if self == Self::Input && candidates.iter().any(|name| Field::at(name).is_some()) {
            return Some("write 'websocket:' and indent the fields below it".to_owned());
        }
        (candidates.len() > 1).then(|| format!("a slot has only one {}", self.word()))
    }
}

/// Whether a component can have this name.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn did_you_mean(near: &str) -> String {
    format!("did you mean '{near}'?")
}

fn not_inferred(entries: &[(Key, Node)]) -> String {
    match shown_keys(entries).collect::<Vec<_>>().as_slice() {
        [only] => format!("unable to infer component type: {only}"),
        keys => format!("unable to infer component type: [{}]", keys.join(" ")),
    }
}

fn shown_keys(entries: &[(Key, Node)]) -> impl Iterator<Item = String> {
    entries.iter().map(|(key, _)| shown_key(key))
}

/// A key for a message. In `password hunter2:`, where a colon is missing, the secret is part of the key.
pub(super) fn shown_key(key: &Key) -> String {
    let name = name_in(key);
    if key.is_marked || (name != key.text && is_secret_name(name)) {
        return format!("{}…", if key.is_marked { "" } else { name });
    }
    key.text.clone()
}

/// The name that a key begins with.
pub(super) fn name_in(key: &Key) -> &str {
    key.text.split(|c: char| !c.is_alphanumeric() && !"_-.".contains(c)).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Inferred, Type};
    use crate::config::yaml::parse::parse;

    fn inferred(component: Type, text: &str) -> String {
        match component.infer(&parse(text).expect("valid YAML")) {
            Inferred::Known(name) => format!("known {name}"),
            Inferred::Other(name) => format!("other {name}"),
            Inferred::Wrong(wrong) => format!("{} | {}", wrong.at_root, wrong.nested.unwrap_or_default()),
        }
    }

    #[test]
    fn the_component_is_inferred_as_the_engine_does() {
        for (text, expected) in [
            ("websocket: {}\nlabel: a", "known websocket"),
            ("websocket: {}\nfoo: {}", "known websocket"),
            ("type: stdin\nwebsocket: {}", "known stdin"),
            ("kafka: {}", "other kafka"),
            (
                "websockett: {}",
                "unable to infer input type from candidates: [websockett] | unable to infer component type: websockett",
            ),
            (
                "foo: {}\nlabel: x\nbar: {}",
                "unable to infer input type from candidates: [bar foo] | unable to infer component type: [foo label bar]",
            ),
            (
                "url: ws://h/",
                "unable to infer input type from candidates: [url] | unable to infer component type: url",
            ),
            (
                "websocket: {}\nstdin: {}\nfile: {}",
                "unable to infer input type, multiple candidates 'stdin' and 'websocket' | unable to infer component type: [websocket stdin file]",
            ),
            ("{}", "an explicit input type must be specified | "),
            ("label: a", "an explicit input type must be specified | unable to infer component type: label"),
            (
                "type: websockett\nwebsocket: {}",
                "input type 'websockett' was not recognised | failed to obtain docs for input type websockett",
            ),
            ("type: ''", "input type '' was not recognised | unable to infer component type: []"),
            ("websocket", "invalid type !!str, expected object | "),
            ("5", "invalid type !!int, expected object | "),
            ("[]", "invalid type !!seq, expected object | "),
        ] {
            assert_eq!(inferred(Type::Input, text), expected, "{text}");
        }
        assert_eq!(
            inferred(Type::Processor, "mappingg: root = this"),
            "unable to infer processor type from candidates: [mappingg] | unable to infer component type: mappingg"
        );
    }

    #[test]
    fn components_of_one_pipeline_are_not_taken_for_misspelt_ones() {
        let inputs = "amqp_0_9 amqp_1 aws_kinesis aws_s3 aws_sqs azure_blob_storage beanstalkd cassandra cypher \
            discord gcp_pubsub git hdfs kafka kafka_franz mongodb mqtt mysql_cdc nats nats_jetstream \
            nats_kv nsq otlp_http parquet pulsar redis_list redis_scan redpanda schema_registry sftp \
            sql_raw sql_select zmq4";
        let processors = "a2a_message avro awk aws_lambda cohere_chat couchbase ffmpeg gcp_bigquery javascript \
            mongodb msgpack nats_kv ollama_chat parquet_decode protobuf qdrant redis redis_script \
            redpanda sentry_capture slack_users sql_insert sql_raw text_chunker unstructured wasm xml \
            string_split";
        for name in inputs.split(' ') {
            assert_eq!(inferred(Type::Input, &format!("{name}: {{}}")), format!("other {name}"));
        }
        for name in processors.split(' ') {
            assert_eq!(inferred(Type::Processor, &format!("{name}: {{}}")), format!("other {name}"));
        }
    }
}
