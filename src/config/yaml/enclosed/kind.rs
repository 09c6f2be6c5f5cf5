//! What a file is that is no pipeline.

use crate::config::yaml::node::Node;

/// The kind of a document in words, with its article; `None` if it is not known.
pub(super) fn kind_of(root: &Node) -> Option<String> {
    let has = |name: &str| root.get(name).is_some();
    let text = |path: &[&str]| text_at(root, path);
    Some(match () {
        () if has("apiVersion") && has("kind") => {
            format!("a {} of Kubernetes", word(&text(&["kind"]).unwrap_or_default()))
        }
        () if has("services") => "a file of docker compose".to_owned(),
        () if root.get("log").is_some_and(|log| log.get("entries").is_some()) => "a HAR recording".to_owned(),
        () if text(&["info", "schema"]).is_some_and(|schema| schema.contains("postman")) => {
            "a Postman collection".to_owned()
        }
        () if text(&["_type"]).as_deref() == Some("export")
            || text(&["type"]).is_some_and(|kind| kind.contains("insomnia")) =>
        {
            "an Insomnia collection".to_owned()
        }
        () if has("asyncapi") => "an AsyncAPI description".to_owned(),
        () if has("jobs") && has("on") => "a workflow of GitHub Actions".to_owned(),
        () if has("image") || has("replicaCount") => "a file of values for a Helm chart".to_owned(),
        () => return None,
    })
}

/// The text at a path of keys.
pub(super) fn text_at(root: &Node, path: &[&str]) -> Option<String> {
    let node = path.iter().try_fold(root, |node, key| node.get(key))?;
    node.text().map(str::to_owned)
}

/// A name from a file, short and plain.
fn word(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).take(40).collect()
}
