//! What a server sends on an open connection: frames that keep the rules and frames that break them, closes and ends.

use std::time::Duration;

use crate::{
    engines::{
        ALL,
        Engine::{self, V77, V78, V80},
    },
    scene::{Scene, scene},
    server::{binary, close, of, raw, text},
};

/// A message, then this.
fn frames() -> Vec<(&'static str, Vec<u8>)> {
    let many = |frames: &[&[u8]]| frames.concat();
    let masked = [&b"\x81\x83abcd"[..], &[b'h' ^ b'a', b'e' ^ b'b', b'y' ^ b'c']].concat();
    vec![
        ("fragments", many(&[&raw(0x01, "a"), &raw(0x00, "b"), &of(9, "p"), &raw(0x80, "c")])),
        ("fragments-empty", many(&[&raw(0x01, ""), &raw(0x00, ""), &raw(0x80, "")])),
        ("fragment-binary", many(&[&raw(0x02, "a"), &raw(0x80, "b")])),
        ("ping", many(&[&of(9, "payload"), &text("2")])),
        ("ping-empty", many(&[&of(9, ""), &text("2")])),
        ("ping-125", many(&[&of(9, "x".repeat(125)), &text("2")])),
        ("ping-126", of(9, "x".repeat(126))),
        ("ping-fragmented", many(&[&raw(0x09, "x"), &raw(0x80, "y")])),
        ("pings", many(&[&of(9, "a"), &of(9, "b"), &of(9, "c"), &text("2")])),
        ("pong-unasked", many(&[&of(10, "x"), &text("2")])),
        ("masked", masked),
        ("rsv1", raw(0xc1, "x")),
        ("rsv2", raw(0xa1, "x")),
        ("rsv3", raw(0x91, "x")),
        ("rsv1-ping", raw(0xc9, "x")),
        ("opcode-3", of(3, "x")),
        ("opcode-7", of(7, "x")),
        ("opcode-11", of(11, "x")),
        ("opcode-15", of(15, "")),
        ("continuation-first", of(0, "x")),
        ("data-in-fragments", many(&[&raw(0x01, "a"), &text("b")])),
        ("invalid-utf8", many(&[&of(1, b"caf\xe9"), &text("2")])),
        ("invalid-utf8-split", many(&[&raw(0x01, b"\xc3"), &raw(0x80, b"\xa9"), &text("2")])),
        ("empty-messages", many(&[&text(""), &binary(""), &text("2")])),
        ("binary", many(&[&binary(b"\x00\xff\x01"), &text("2")])),
        ("length-not-minimal", many(&[b"\x81\x7e\x00\x03abc", &text("2")])),
        ("length-not-minimal-64", many(&[b"\x81\x7f\0\0\0\0\0\0\0\x03abc", &text("2")])),
        ("two-broken-rules", raw(0xb3, "x")),
        ("all-broken-rules", b"\x79\xff".to_vec()),
        ("masked-in-fragments", many(&[&raw(0x01, "a"), b"\x81\x81"])),
        (
            "length-overflows-in-fragments",
            many(&[&raw(0x01, "ab"), b"\x80\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"]),
        ),
        ("length-top-bit", many(&[b"\x81\x7f\x80\0\0\0\0\0\0\x03abc"])),
        ("length-huge", many(&[b"\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xffabc"])),
        ("one-mib", many(&[&text("x".repeat(1 << 20)), &text("2")])),
        ("close-1000", close(1000, "bye")),
        ("close-1001", close(1001, "")),
        ("close-1002", close(1002, "")),
        ("close-1003", close(1003, "no")),
        ("close-1004", close(1004, "")),
        ("close-1007", close(1007, "")),
        ("close-1008", close(1008, "policy")),
        ("close-1009", close(1009, "big")),
        ("close-1011", close(1011, "oops")),
        ("close-1012", close(1012, "")),
        ("close-1013", close(1013, "later")),
        ("close-1014", close(1014, "")),
        ("close-1016", close(1016, "")),
        ("close-2999", close(2999, "")),
        ("close-3000", close(3000, "")),
        ("close-4000", close(4000, "own")),
        ("close-4999", close(4999, "")),
        ("close-5000", close(5000, "")),
        ("close-empty", of(8, "")),
        ("close-one-byte", of(8, b"\x03")),
        ("close-1005-on-wire", close(1005, "")),
        ("close-1006-on-wire", close(1006, "")),
        ("close-1015-on-wire", close(1015, "")),
        ("close-999", close(999, "")),
        ("close-0", close(0, "")),
        ("close-bad-utf8", of(8, b"\x03\xe8\xff\xfe")),
        ("close-long-reason", close(1000, &"r".repeat(123))),
        ("close-too-long", of(8, [&b"\x03\xe8"[..], &[b'r'; 124]].concat())),
        ("close-fragmented", raw(0x08, b"\x03\xe8")),
        ("close-then-data", many(&[&close(1000, ""), &text("after")])),
        ("close-in-fragments", many(&[&raw(0x01, "a"), &close(1000, "")])),
        ("ping-then-close", many(&[&of(9, "p"), &close(1000, "")])),
    ]
}

fn limit(name: &str, fields: &str, payload: Vec<u8>) -> Scene {
    scene(format!("limit-{name}"), move |conn, index| {
        conn.upgrade_and("", &text("short"))?;
        if index == 0 {
            conn.send(&payload)?;
        }
        conn.send(text("again"))?;
        conn.watch()
    })
    .fields(fields)
    .engines(&[V78, V80])
    .lasts(1500)
}

/// Messages that are compressed though no compression was asked for, each on its own (RFC 7692, section 7.2.3.2).
fn compressed() -> Vec<Scene> {
    const BOTH: &str = "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n";
    const HELLO: &[u8] = &[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
    let play = |name: &str, frames: Vec<u8>| {
        scene(format!("compressed-{name}"), move |conn, index| {
            conn.upgrade_and(BOTH, &text("1"))?;
            conn.send(if index == 0 { frames.clone() } else { text("again") })?;
            conn.watch()
        })
        .lasts(900)
    };
    vec![
        play("message", raw(0xc1, HELLO)),
        play("binary", raw(0xc2, HELLO)),
        play("twice", [raw(0xc1, HELLO), raw(0xc1, HELLO)].concat()),
        play("fragments", [raw(0x41, &HELLO[..3]), raw(0x80, &HELLO[3..])].concat()),
        play("empty", raw(0xc1, [0x00])),
        play("between-plain", [raw(0xc1, HELLO), text("2"), raw(0xc1, HELLO)].concat()),
        play("stored-block", raw(0xc1, [0x00, 0x05, 0x00, 0xfa, 0xff, b'H', b'e', b'l', b'l', b'o', 0x00])),
        play("opening", text("2"))
            .fields("open_message: hello hello hello hello\nopen_message_type: text")
            .differs(&ALL, "another encoder compresses the same message to other bytes"),
        play("garbage", raw(0xc1, [0xff, 0xff, 0xff])),
        play("rsv1-in-continuation", [raw(0x41, &HELLO[..3]), raw(0xc0, &HELLO[3..])].concat()),
    ]
}

pub fn all() -> Vec<Scene> {
    let mut all: Vec<_> = frames()
        .into_iter()
        .map(|(name, bytes)| {
            scene(format!("frame-{name}"), move |conn, index| {
                conn.upgrade_and("", &text("1"))?;
                conn.send(if index == 0 { bytes.clone() } else { text("again") })?;
                conn.watch()
            })
            .lasts(900)
        })
        .map(|scene| match &*scene.name {
            "frame-length-huge" => {
                let reason = "the engine has no limit and waits for 8 EiB; Sockeye ends at 1 GiB and says so";
                scene.differs(&[V77, V78], reason)
            }
            _ => scene,
        })
        .collect();
    all.push(scene("end-fin", |conn, index| {
        conn.upgrade_and("", &text(index.to_string()))?;
        if index == 0 { Ok(()) } else { conn.watch() }
    }));
    all.push(scene("end-half-closed", |conn, index| {
        conn.upgrade_and("", &text(index.to_string()))?;
        if index == 0 {
            conn.stream.shutdown(std::net::Shutdown::Write)?;
        }
        conn.watch()
    }));
    all.push(
        scene("end-reset", |conn, index| {
            conn.upgrade_and("", &text(index.to_string()))?;
            if index > 0 {
                return conn.watch();
            }
            conn.wait(Duration::from_millis(200))?;
            conn.reset()
        })
        .lasts(1200),
    );
    all.push(scene("end-in-frame", |conn, index| {
        conn.upgrade_and("", &text(index.to_string()))?;
        if index == 0 { conn.send(b"\x81\x05he") } else { conn.watch() }
    }));
    all.push(scene("end-in-fragments", |conn, index| {
        conn.upgrade_and("", &text(index.to_string()))?;
        if index == 0 { conn.send(raw(0x01, "he")) } else { conn.watch() }
    }));
    all.push(limit("10", "max_message_size: 10", text("x".repeat(11))));
    all.push(limit("10-exact", "max_message_size: 10", text("x".repeat(10))));
    all.push(limit("0", "max_message_size: 0", text("x".repeat(100_000))));
    all.push(limit("header-only", "max_message_size: 10", b"\x81\x7f\x00\0\0\0\0\x10\0\0".to_vec()));
    all.push(limit(
        "fragments",
        "max_message_size: 10",
        [raw(0x01, "x".repeat(8)), raw(0x80, "y".repeat(8))].concat(),
    ));
    all.push(limit("binary", "max_message_size: 10", binary("x".repeat(11))));
    all.push(limit("default", "", text("x".repeat(33 << 20))).lasts(4000));
    all.push(limit("none", "", text("x".repeat(33 << 20))).engines(&[Engine::V77]).lasts(4000));
    all.extend(compressed());
    all.push(
        scene("slow-output-pings", |conn, _| {
            conn.upgrade("")?;
            for k in 0..6 {
                conn.send([text(format!("m{k}")), of(9, format!("p{k}"))].concat())?;
            }
            conn.watch()
        })
        .judge("rule: all, delay: 400ms", &["--delay", "400ms"])
        .frames_within(120)
        .lasts(3200),
    );
    all
}
