//! When it connects again, after what pause, and when it gives up.

use std::io;

use crate::{
    engines::Engine::{V77, V78, V80},
    scene::{Scene, closed_port, scene},
    server::{Conn, close, text},
};

const REFUSED: &str = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";

/// The pauses of the back-off: half a second, growing by half, each between a half and one and a half of itself.
const BACK_OFF: [(u128, u128); 3] = [(240, 800), (370, 1180), (560, 1750)];

fn refuse(conn: &mut Conn, _: usize) -> io::Result<()> {
    conn.head()?;
    conn.send(REFUSED)
}

/// Refuses all connections but these, which get a message and end.
fn refuse_but(good: &'static [usize]) -> impl Fn(&mut Conn, usize) -> io::Result<()> {
    move |conn, index| {
        if good.contains(&index) {
            conn.upgrade_and("", &text(index.to_string()))
        } else {
            refuse(conn, index)
        }
    }
}

fn close_first(conn: &mut Conn, index: usize) -> io::Result<()> {
    conn.upgrade_and("", &text(index.to_string()))?;
    if index == 0 {
        conn.send(close(1000, ""))?;
    }
    conn.watch()
}

pub fn all() -> Vec<Scene> {
    let retries = |n: &str| format!("connection: {{max_retries: {n}}}");
    let mut all = vec![
        scene("again-after-close", close_first).engines(&[V77, V78]).pauses(&[(0, 60)]),
        scene("again-after-close-waits", close_first).engines(&[V80]).pauses(&[(90, 200)]),
        scene("again-for-ever", |conn, index| conn.upgrade_and("", &text(index.to_string())))
            .engines(&[V77, V78])
            .pauses(&[(0, 60), (0, 60)])
            .free()
            .until(20),
        scene("again-for-ever-waits", |conn, index| conn.upgrade_and("", &text(index.to_string())))
            .engines(&[V80])
            .pauses(&[(90, 200), (90, 200)])
            .free()
            .until(4),
        scene("retries-unset-refused", refuse).pauses(&BACK_OFF).until(4).free().lasts(9000),
        closed_port("retries-unset-closed-port").free(),
        closed_port("retries-0-closed-port").fields(retries("0")),
        closed_port("retries-1-closed-port").fields(retries("1")),
    ];
    for n in ["0", "1", "3"] {
        let count = n.parse().unwrap_or(0);
        all.push(
            scene(format!("retries-{n}-refused"), refuse)
                .fields(retries(n))
                .pauses(&BACK_OFF[..count])
                .lasts(9000),
        );
    }
    all.push(
        scene("retries-minus-1-refused", refuse)
            .fields(retries("-1"))
            .pauses(&BACK_OFF)
            .until(4)
            .free()
            .lasts(9000),
    );
    for n in ["0", "1"] {
        all.push(scene(format!("retries-{n}-after-loss"), refuse_but(&[0])).fields(retries(n)).lasts(6000));
    }
    all.push(
        scene("retries-2-counter-starts-anew", refuse_but(&[2, 5]))
            .fields(retries("2"))
            .lasts(9000)
            .until(8)
            .free(),
    );
    all.push(
        scene("retries-1-every-other", refuse_but(&[0, 2, 4]))
            .fields(retries("1"))
            .lasts(6000)
            .until(6)
            .free(),
    );
    all
}
