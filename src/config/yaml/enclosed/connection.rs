//! Finds the websocket connection in a recording or a collection of requests.

use std::ops::Range;

use crate::config::{
    schema::is_handshake,
    yaml::node::{Node, NodeKind},
};

use super::{kind::kind_of, pipeline::is_pipeline};

const DEEPEST: usize = 24;

/// A connection that was recorded or kept.
#[derive(Debug)]
pub(in crate::config::yaml) struct Connection {
    /// Path and text of its values, and the range of each.
    pub values: Vec<(String, String, Range<usize>)>,
    pub at: usize,
    /// What the file is.
    pub message: String,
    pub advice: String,
}

/// The first websocket connection of a document that is no pipeline.
pub(in crate::config::yaml) fn connection(root: &Node) -> Option<Connection> {
    if is_pipeline(root) {
        return None;
    }
    let what = kind_of(root)?;
    let mut found = Vec::new();
    collect(root, None, DEEPEST, &mut found);
    let count = found.len();
    let (request, entry) = *found.first()?;
    let url = address(request)?;
    let mut values = vec![("url".to_owned(), url.text()?.to_owned(), url.at..url.end)];
    values.extend(headers(request));
    let sent = entry.and_then(|entry| entry.get("_webSocketMessages")).map(opening).unwrap_or_default();
    let is_text = sent.iter().all(|(message, _)| message.get("opcode").and_then(Node::text) != Some("2"));
    if let (Some((message, _)), true) = (sent.first(), is_text) {
        values.push(("open_message_type".to_owned(), "text".to_owned(), message.at..message.at));
    }
    for (nth, (_, content)) in sent.iter().enumerate() {
        let path = if sent.len() == 1 { "open_message".to_owned() } else { format!("open_messages.{nth}") };
        values.push((path, content.text()?.to_owned(), content.at..content.end));
    }
    let which = if count == 1 {
        "its websocket connection".to_owned()
    } else {
        format!("the first of its {count} websocket connections")
    };
    Some(Connection {
        values,
        at: request.at,
        message: format!("this is {what}; {which} is read"),
        advice: "`sockeye config -c FILE` prints it as the input of a pipeline".to_owned(),
    })
}

/// Every request to a websocket address, with the entry of the recording around it.
fn collect<'a>(
    node: &'a Node,
    parent: Option<&'a Node>,
    depth: usize,
    found: &mut Vec<(&'a Node, Option<&'a Node>)>,
) {
    if depth == 0 {
        return;
    }
    if address(node).is_some() {
        return found.push((node, parent));
    }
    for (_, value) in node.entries() {
        collect(value, Some(node), depth - 1, found);
    }
    for item in node.items() {
        collect(item, Some(node), depth - 1, found);
    }
}

/// The address of a request: `url`, or `url.raw` of Postman.
fn address(request: &Node) -> Option<&Node> {
    let url = request.get("url")?;
    let url = url.get("raw").unwrap_or(url);
    let text = url.text()?.to_ascii_lowercase();
    (text.starts_with("ws://") || text.starts_with("wss://")).then_some(url)
}

fn headers(request: &Node) -> Vec<(String, String, Range<usize>)> {
    let list = request.get("headers").or_else(|| request.get("header"));
    let items = list.map(Node::items).unwrap_or_default().iter();
    let is_off = |item: &Node| item.get("disabled").and_then(Node::text) == Some("true");
    let header = |item: &Node| {
        let name = item.get("name").or_else(|| item.get("key"))?.text()?.to_owned();
        let value = item.get("value")?;
        let is_kept = !is_handshake(&name) && !name.is_empty();
        is_kept.then(|| Some((format!("headers.{name}"), value.text()?.to_owned(), value.at..value.end)))?
    };
    items.filter(|item| !is_off(item)).filter_map(header).collect()
}

/// What was sent before anything was received.
fn opening(messages: &Node) -> Vec<(&Node, &Node)> {
    let is_sent = |message: &&Node| message.get("type").and_then(Node::text) == Some("send");
    let sent = messages.items().iter().take_while(is_sent);
    sent.filter_map(|message| Some((message, message.get("data")?))).collect()
}

impl Node {
    /// The text of a single value.
    pub(in crate::config::yaml) fn text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar(scalar) => Some(&scalar.text),
            NodeKind::Map(_) | NodeKind::List(_) => None,
        }
    }
}
