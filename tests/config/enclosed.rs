//! Pipelines and connections inside other files.

use sockeye::config::{ConfigFile, Origin, Problem, lint};

fn read(text: &str) -> ConfigFile {
    ConfigFile::read("other.yaml".as_ref(), text, &|_| None)
}

/// The address that is read, its line, and the only problem of the file.
fn found(text: &str) -> (String, u32, Problem) {
    let file = read(text);
    let [input] = file.inputs.as_slice() else { panic!("one input: {:#?}", file.problems) };
    let [problem] = file.problems.as_slice() else { panic!("one problem: {:#?}", file.problems) };
    assert!(!problem.is_error(), "{problem}");
    let url = input.values.get("url").expect("it has an address");
    let Origin::File { line, .. } = url.origin else { panic!("it is from the file") };
    (url.text.clone(), line, problem.clone())
}

#[test]
fn a_pipeline_in_a_manifest_is_read_with_its_lines() {
    let (url, line, problem) = found(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bento}\ndata:\n  other: x\n  bento.yaml: |\n    input:\n      \
         websocket:\n        url: wss://a.example/x\n",
    );
    assert_eq!((url.as_str(), line), ("wss://a.example/x", 9));
    assert_eq!(
        problem.message,
        "this is a ConfigMap of Kubernetes; the pipeline in it, at data.bento.yaml, is read"
    );
    let advice = problem.advice.unwrap_or_default();
    assert!(advice.ends_with("yq -r '.data[\"bento.yaml\"]' FILE > pipeline.yaml"), "{advice}");
}

#[test]
fn the_pipeline_may_stand_in_a_later_document() {
    let (_, line, problem) = found(
        "apiVersion: v1\nkind: Service\n---\napiVersion: v1\nkind: ConfigMap\ndata:\n  c.yaml: |-\n    websocket:\n      \
         url: wss://a.example/x\n---\napiVersion: v1\nkind: Service\n",
    );
    assert_eq!(line, 9);
    assert!(problem.advice.unwrap_or_default().contains("select(di == 1) | .data"));
}

#[test]
fn values_of_a_chart_and_files_of_compose_hold_pipelines_too() {
    for (text, what) in [
        ("image: x\nconfig:\n  input:\n    websocket:\n      url: wss://a.example/x\n", "Helm"),
        (
            "services: {}\nconfigs:\n  a:\n    content: |\n      input:\n        websocket:\n          url: wss://a.example/x\n",
            "compose",
        ),
        (
            "spec:\n  configYaml: |\n    input:\n      websocket:\n        url: wss://a.example/x\napiVersion: a\nkind: Pipeline\n",
            "a Pipeline of",
        ),
        (
            "{\"a\": 1, \"vars\": {\"input\": {\"websocket\": {\"url\": \"wss://a.example/x\"}}}}",
            "a file around",
        ),
    ] {
        let (url, _, problem) = found(text);
        assert_eq!(url, "wss://a.example/x");
        assert!(problem.message.contains(what), "{problem}");
    }
}

#[test]
fn the_connection_of_a_recording_is_read() {
    let text = r#"{"log":{"version":"1.2","entries":[
      {"request":{"method":"GET","url":"https://a.example/","headers":[]}},
      {"_resourceType":"websocket","request":{"method":"GET","url":"wss://a.example/x","headers":[
        {"name":"Origin","value":"https://b.example"},{"name":"Sec-WebSocket-Key","value":"k"},
        {"name":"Cookie","value":"hunter2"}]},
       "_webSocketMessages":[{"type":"send","opcode":1,"data":"sub"},{"type":"send","opcode":1,"data":"two"},
        {"type":"receive","opcode":1,"data":"x"},{"type":"send","opcode":1,"data":"later"}]}]}}"#;
    let file = read(text);
    let values = &file.inputs[0].values;
    let read: Vec<_> = values.iter().map(|(path, value)| (path, value.text.as_str())).collect();
    assert_eq!(
        read,
        [
            ("url", "wss://a.example/x"),
            ("headers.Origin", "https://b.example"),
            ("headers.Cookie", "hunter2"),
            ("open_message_type", "text"),
            ("open_messages.0", "sub"),
            ("open_messages.1", "two"),
        ]
    );
    assert_eq!(lint(values), []);
    assert!(file.problems[0].message.contains("a HAR recording; its websocket connection is read"));
    assert!(!format!("{:?}", file.problems).contains("hunter2"));
}

#[test]
fn the_connection_of_a_collection_is_read() {
    for text in [
        r#"{"info":{"name":"c","schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
            "item":[{"name":"feed","request":{"url":{"raw":"wss://a.example/x"},"header":[{"key":"X-A","value":"b"},
            {"key":"X-Off","value":"c","disabled":true}]}}]}"#,
        r#"{"_type":"export","resources":[{"_type":"websocket_request","url":"wss://a.example/x",
            "headers":[{"name":"X-A","value":"b"}]}]}"#,
        "type: collection.insomnia.rest/5.0\ncollection:\n  - url: wss://a.example/x\n    headers:\n      - name: X-A\n        value: b\n",
    ] {
        let file = read(text);
        let values = &file.inputs[0].values;
        let read: Vec<_> = values.iter().map(|(path, value)| (path, value.text.as_str())).collect();
        assert_eq!(read, [("url", "wss://a.example/x"), ("headers.X-A", "b")], "{text}");
    }
}

#[test]
fn a_file_that_is_no_config_is_named_in_one_sentence() {
    for (text, what, advice) in [
        (
            "[Unit]\nA=b\n[Service]\nExecStart=/usr/bin/bento -c /etc/bento/feed.yaml\n",
            "a unit of systemd",
            "/etc/bento/feed.yaml",
        ),
        ("#!/bin/sh\nbento -c 'feed.yaml'\n", "a script", "feed.yaml"),
        ("FROM bento\nCOPY ./feed.yaml /bento.yaml\n", "a Dockerfile", "./feed.yaml"),
        (
            "services:\n  bento:\n    volumes:\n      - ./feed.yaml:/bento.yaml\n",
            "a file of docker compose",
            "./feed.yaml",
        ),
        (
            "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata:\n  a.yaml: eA==\n",
            "a Secret of Kubernetes",
            "base64 -d",
        ),
        ("apiVersion: apps/v1\nkind: Deployment\n", "a Deployment of Kubernetes", "kubectl get configmap"),
        ("data:\n  a.yaml: |\n{{ .Values.config | indent 4 }}\n", "a template of Helm", "helm template"),
    ] {
        let file = read(text);
        let [problem] = file.problems.as_slice() else { panic!("one problem: {:#?}", file.problems) };
        assert_eq!(problem.message, format!("this is {what}, not the config of a pipeline"));
        assert!(
            problem.is_error() && problem.advice.as_deref().is_some_and(|text| text.contains(advice)),
            "{problem}"
        );
    }
}

#[test]
fn a_config_is_never_taken_for_another_file() {
    for text in [
        "output: {drop: {}}\n",
        "urll: wss://a.example/\n",
        "Input:\n  websocket: {url: wss://h}\n",
        "one: {input: {websocket: {url: wss://h}}}\ntwo: {input: {stdin: {}}}\n",
        "http: {enabled: false}\n",
        "",
    ] {
        let problems = read(text).problems;
        let codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
        assert!(
            !codes.iter().any(|code| ["enclosed-pipeline", "not-a-config"].contains(code)),
            "{text}: {codes:?}"
        );
    }
}

#[test]
fn a_config_that_leaves_its_input_to_another_file_says_where_it_is() {
    let advice = |text: &str| read(text).input(None).expect_err("no input").advice.unwrap_or_default();
    let resource = advice("input:\n  resource: feed\noutput:\n  drop: {}\n");
    assert!(
        resource.starts_with("its input is the resource 'feed', which stands in another file"),
        "{resource}"
    );
    let template = advice("name: feed\ntype: input\nmapping: root.websocket.url = this.url\n");
    assert!(template.starts_with("this is a template of a component"), "{template}");
}
