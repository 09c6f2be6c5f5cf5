//! All scenes, a file a subject.

pub mod answers;
pub mod auth;
pub mod deliveries;
pub mod frames;
pub mod opening;
pub mod proxies;
pub mod requests;
pub mod retries;
pub mod tls;

use std::io;

use crate::{
    scene::Scene,
    server::{Conn, text},
};

pub fn all() -> Vec<Scene> {
    let rooms = [
        requests::all,
        opening::all,
        answers::all,
        frames::all,
        deliveries::all,
        retries::all,
        auth::all,
        proxies::all,
        tls::all,
    ];
    rooms.iter().flat_map(|room| room()).collect()
}

/// Accepts, sends one message, and watches.
fn serve(conn: &mut Conn, _: usize) -> io::Result<()> {
    conn.upgrade_and("", &text("1"))?;
    conn.watch()
}

/// Answers with these bytes, and closes once the client has gone.
fn answer(bytes: impl AsRef<[u8]>) -> impl Fn(&mut Conn, usize) -> io::Result<()> {
    move |conn, _| {
        conn.head()?;
        conn.send(&bytes)?;
        conn.watch()
    }
}

/// One attempt and no more.
const ONCE: &str = "connection: {max_retries: 0}";
