//! The rows of a recorded table, and how their texts are put together from shared blobs.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Blob { blob: String, der: String },
    Row(Row),
    Handshake(Handshake),
}

/// What a client with these entries presented to a Go server that asked so.
#[derive(Deserialize)]
pub struct Handshake {
    #[serde(rename = "e")]
    pub entries: Vec<usize>,
    #[serde(rename = "w")]
    pub version: u8,
    #[serde(rename = "t", default)]
    pub types: Vec<u8>,
    #[serde(rename = "s")]
    pub schemes: Vec<u16>,
    /// Blobs.
    #[serde(rename = "a", default)]
    pub authorities: Vec<String>,
    /// `none`, or the place of the entry, the scheme (0000 if nothing was signed) and the error of the client.
    #[serde(rename = "v")]
    pub verdict: String,
}

#[derive(Deserialize)]
pub struct Row {
    #[serde(rename = "n")]
    pub name: String,
    #[serde(rename = "c")]
    pub cert: Text,
    #[serde(rename = "k")]
    pub key: Text,
    #[serde(rename = "p", default)]
    pub password: String,
    #[serde(rename = "v")]
    pub verdict: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub enum Text {
    /// The blob of a certificate, as one block.
    Certificate(String),
    Parts(Vec<Part>),
}

/// A PEM block of a blob, or a piece of text.
#[derive(Deserialize)]
pub struct Part {
    #[serde(rename = "r")]
    text: Option<String>,
    #[serde(rename = "l", default)]
    label: String,
    #[serde(rename = "b", default)]
    blob: String,
    /// Offsets, and what the bytes there are combined with by exclusive or.
    #[serde(rename = "x", default)]
    flips: Vec<(usize, u8)>,
    #[serde(rename = "c")]
    cut: Option<usize>,
    /// Added at the end, as hex.
    #[serde(rename = "a", default)]
    added: String,
    #[serde(rename = "h", default)]
    headers: Vec<String>,
}

pub struct Table {
    pub rows: Vec<Row>,
    pub handshakes: Vec<Handshake>,
    blobs: BTreeMap<String, Vec<u8>>,
}

impl Table {
    pub fn read(text: &str) -> Self {
        let mut table = Self { rows: Vec::new(), handshakes: Vec::new(), blobs: BTreeMap::new() };
        for line in text.lines() {
            match serde_json::from_str(line).unwrap() {
                Line::Blob { blob, der } => drop(table.blobs.insert(blob, STANDARD.decode(der).unwrap())),
                Line::Row(row) => table.rows.push(row),
                Line::Handshake(handshake) => table.handshakes.push(handshake),
            }
        }
        table
    }

    pub fn blobs(&self) -> impl Iterator<Item = &[u8]> {
        self.blobs.values().map(Vec::as_slice)
    }

    pub fn blob(&self, name: &str) -> &[u8] {
        &self.blobs[name]
    }
}

pub fn rendered(table: &Table, text: &Text) -> Vec<u8> {
    match text {
        Text::Certificate(blob) => block("CERTIFICATE", &[], table.blob(blob)).into_bytes(),
        Text::Parts(parts) => parts.iter().map(|part| part.rendered(table)).collect::<String>().into_bytes(),
    }
}

impl Part {
    fn rendered(&self, table: &Table) -> String {
        if let Some(text) = &self.text {
            return text.clone();
        }
        let mut der = table.blob(&self.blob).to_vec();
        for (offset, flip) in &self.flips {
            der[*offset] ^= flip;
        }
        der.truncate(self.cut.unwrap_or(usize::MAX));
        let added = self.added.as_bytes().chunks(2).map(|digits| std::str::from_utf8(digits).unwrap());
        der.extend(added.map(|digits| u8::from_str_radix(digits, 16).unwrap()));
        block(&self.label, &self.headers, &der)
    }
}

fn block(label: &str, headers: &[String], der: &[u8]) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    text.extend(headers.iter().map(|header| format!("{header}\n")));
    if !headers.is_empty() {
        text.push('\n');
    }
    for line in STANDARD.encode(der).as_bytes().chunks(64) {
        text.push_str(std::str::from_utf8(line).unwrap());
        text.push('\n');
    }
    text + &format!("-----END {label}-----\n")
}
