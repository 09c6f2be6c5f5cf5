//! Names files that are no config at all, and says where the config of the pipeline is.

use crate::config::yaml::{node::Node, parse::parse};

use super::{kind::kind_of, pipeline::is_pipeline};

/// What a text is that holds no pipeline, and how to get at one.
pub(in crate::config::yaml) fn other_file(text: &str) -> Option<(String, String)> {
    let starts = |word: &str| text.lines().any(|line| line.trim_end() == word || line.starts_with(word));
    if starts("[Service]") || starts("[Unit]") {
        let file = text.lines().find(|line| line.starts_with("ExecStart")).and_then(config_word);
        return Some(("a unit of systemd".to_owned(), give(file, "that its line ExecStart names")));
    }
    if text.starts_with("#!") {
        let file = text.lines().find_map(config_word);
        return Some(("a script".to_owned(), give(file, "that it starts the pipeline with")));
    }
    if text.lines().any(|line| line.starts_with("FROM "))
        && starts("CMD") | starts("ENTRYPOINT") | starts("COPY")
    {
        let file = text.lines().find_map(config_word);
        return Some(("a Dockerfile".to_owned(), give(file, "that it copies into the image")));
    }
    if text.contains("{{") && text.contains(".Values.") {
        let advice = "render it first: helm template CHART > out.yaml, and give that file".to_owned();
        return Some(("a template of Helm".to_owned(), advice));
    }
    let root = parse(text).ok().filter(|root| !is_pipeline(root))?;
    let what = kind_of(&root)?;
    Some((what, advice(&root, text)))
}

/// What to do with a document that is known and holds nothing to read.
fn advice(root: &Node, text: &str) -> String {
    let is = |kind: &str| root.get("kind").and_then(Node::text) == Some(kind);
    let name = root.get("metadata").and_then(|metadata| metadata.get("name")).and_then(Node::text);
    let is_name =
        |name: &&str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    let name = name.filter(is_name).unwrap_or("NAME");
    if is("Secret") {
        let key =
            root.get("data").and_then(|data| data.entries().first()).map_or("FILE", |(key, _)| &key.text);
        return format!(
            "its texts are in base64: kubectl get secret {name} -o jsonpath='{{.data.{}}}' | base64 -d > pipeline.yaml",
            key.replace('.', "\\.")
        );
    }
    if root.get("apiVersion").is_some() {
        return "the pipeline stands in the ConfigMap that it mounts: kubectl get configmap NAME -o yaml > \
                configmap.yaml, and give that file"
            .to_owned();
    }
    if root.get("services").is_some() {
        return give(text.lines().find_map(mounted), "that its volumes or its command name");
    }
    "there is no websocket connection and no pipeline with a websocket input in it".to_owned()
}

fn give(file: Option<String>, which: &str) -> String {
    file.map_or_else(
        || format!("give the YAML file {which}"),
        |file| format!("give the file {file}, {which}"),
    )
}

/// The file on this machine of a volume: `- ./bento.yaml:/bento.yaml`.
fn mounted(line: &str) -> Option<String> {
    let volume = line.trim().strip_prefix("- ")?.trim_matches(['"', '\'']);
    let (file, _) = volume.split_once(':')?;
    is_config(file).then(|| file.to_owned())
}

/// The config file that a command line names.
fn config_word(line: &str) -> Option<String> {
    let mut words = line.split(|c: char| c.is_whitespace() || "=,\"'[]".contains(c));
    words.find(|word| is_config(word)).map(str::to_owned)
}

fn is_config(word: &str) -> bool {
    let is_plain = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"./_-".contains(&byte));
    is_plain && [".yaml", ".yml"].iter().any(|end| word.ends_with(end))
}
