//! The opening message: its bytes, its type, and when it is sent again.

use super::serve;
use crate::{
    scene::{Scene, scene},
    server::{close, text},
};

const BODIES: [(&str, &str); 10] = [
    ("binary", "open_message: '{\"op\":\"subscribe\"}'"),
    ("text", "open_message: hé\nopen_message_type: text"),
    ("text-quoted", "open_message: \"tab\\t \\u00e9 \\\"q\\\"\"\nopen_message_type: text"),
    ("block", "open_message: |\n  {\n    \"a\": 1\n  }\nopen_message_type: text"),
    ("folded", "open_message: >-\n  one\n  two\nopen_message_type: text"),
    ("blank", "open_message: ' '\nopen_message_type: text"),
    ("empty", "open_message: ''\nopen_message_type: text"),
    ("number", "open_message: '5'\nopen_message_type: binary"),
    ("125", "open_message: {125}\nopen_message_type: text"),
    ("escaped-variable", "open_message: 'a ${{B}} $C'\nopen_message_type: text"),
];

const SIZES: [usize; 7] = [126, 4081, 4082, 4096, 4097, 65_535, 65_536];

pub fn all() -> Vec<Scene> {
    let mut all: Vec<_> = BODIES
        .iter()
        .map(|(name, fields)| {
            scene(format!("open-{name}"), serve).fields(fields.replace("{125}", &"x".repeat(125)))
        })
        .collect();
    all.extend(SIZES.iter().map(|size| {
        let message = "0123456789abcdef".repeat(size / 16 + 1);
        let message = &message[..*size];
        scene(format!("open-{size}-bytes"), serve)
            .fields(format!("open_message: '{message}'\nopen_message_type: text"))
    }));
    all.push(
        scene("open-environment", serve)
            .fields("open_message: 'tok ${TOKEN} ${MISSING:dflt} ${EMPTY}'\nopen_message_type: text")
            .env("TOKEN", "s3cret")
            .env("EMPTY", ""),
    );
    all.push(
        scene("open-before-first", |conn, _| {
            conn.upgrade("")?;
            conn.frame()?;
            conn.send(text("1"))?;
            conn.watch()
        })
        .fields("open_message: '{\"op\":\"subscribe\"}'"),
    );
    all.push(
        scene("open-again-after-loss", |conn, index| {
            conn.upgrade_and("", &text(index.to_string()))?;
            if index == 0 {
                conn.frame()?;
                conn.send(close(1001, "restart"))?;
            }
            conn.watch()
        })
        .fields("open_message: sub\nopen_message_type: text")
        .lasts(1000),
    );
    all.push(
        scene("open-answered-by-close", |conn, _| {
            conn.upgrade("")?;
            conn.frame()?;
            conn.send(close(1008, "no such channel"))?;
            conn.watch()
        })
        .fields("open_message: sub\nopen_message_type: text\nconnection: {max_retries: 0}")
        .lasts(1000)
        .free(),
    );
    all
}
