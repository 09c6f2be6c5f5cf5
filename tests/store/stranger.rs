//! Queries of a capture by someone who knows only SQL.

use std::{fs, path::Path};

use rusqlite::Connection;

use super::{captured, chunks::flood, session_events};

#[tokio::test]
async fn plain_sql_counts_extracts_and_follows_messages() {
    let (folder, _reader) = captured(&session_events()).await;
    let db = Connection::open(folder.path().join("ticks.sqlite")).expect("any tool opens it");
    let counted: (i64, i64) = db
        .query_row("SELECT count(*), sum(size) FROM message", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("a count");
    assert_eq!(counted, (5, 73));
    let price: f64 = db
        .query_row(
            "SELECT json_extract(payload, '$.price') FROM message WHERE json_valid(payload) AND id = 1",
            [],
            |row| row.get(0),
        )
        .expect("a field");
    assert!((price - 100.5).abs() < 1e-9);
    let mut select = db
        .prepare("SELECT attempt, verdict FROM deliveries WHERE message = 1 ORDER BY seq")
        .expect("the view exists");
    let deliveries: Vec<(i64, String)> = select
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("rows")
        .map(|row| row.expect("a row"))
        .collect();
    let delivery = |attempt, verdict: &str| (attempt, verdict.to_owned());
    assert_eq!(deliveries, [delivery(1, "acked"), delivery(1, "nacked"), delivery(2, "acked")]);
    let time: String =
        db.query_row("SELECT time FROM messages WHERE id = 1", [], |row| row.get(0)).expect("a time");
    assert_eq!(time, "2026-01-02T12:00:00.010000Z");
    let closes: i64 = db
        .query_row(
            "SELECT count(*) FROM event WHERE kind = 'lost' AND json_extract(body, '$.code') = 1001",
            [],
            |row| row.get(0),
        )
        .expect("a count");
    assert_eq!(closes, 1);
    let kinds: (String, String) = db
        .query_row(
            "SELECT (SELECT typeof(payload) FROM message WHERE id = 1), (SELECT typeof(payload) FROM message WHERE id = 2)",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .expect("types");
    assert_eq!(kinds, ("text".to_owned(), "blob".to_owned()));
}

#[tokio::test]
async fn the_document_shows_the_schema_and_its_queries_work() {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/capture.md");
    let document = fs::read_to_string(document).expect("the document exists");
    assert!(
        document.contains(sockeye::store::SCHEMA),
        "assets/capture.md must contain:\n{}",
        sockeye::store::SCHEMA
    );
    let queries = document.split("```sql\n").skip(1).filter_map(|block| block.split("```").next());
    let queries: Vec<_> = queries.filter(|block| !block.contains("CREATE TABLE")).collect();
    assert!(queries.len() >= 4, "{queries:?}");
    // With single messages, and with chunks.
    for events in [session_events(), flood()] {
        let (folder, _reader) = captured(&events).await;
        let db = Connection::open(folder.path().join("ticks.sqlite")).expect("any tool opens it");
        for query in &queries {
            let mut select = db.prepare(query.trim()).unwrap_or_else(|error| panic!("{error}: {query}"));
            let mut rows = select.query([]).expect("it runs");
            assert!(rows.next().expect("it runs").is_some(), "no row: {query}");
        }
    }
}
