//! What stops a pipeline before it dials.
use std::io::ErrorKind;

use sockeye::go_verdict::wire::{Address, Engine, StartError, Started, Tls, Trusted, Unreadable, start};

const ENGINES: [Engine; 4] = [Engine::Benthos77, Engine::Benthos78, Engine::Benthos80, Engine::Bento];
const WSS: Address<'_> = Address { scheme: "wss", redacted: "wss://feed.test/" };
const WS: Address<'_> = Address { scheme: "ws", redacted: "ws://me:xxxxx@feed.test/" };
const BLOCK: Tls<'_, &str> = Tls { enabled: true, root_cas: "", root_cas_file: "", client_certs: &[] };

/// One file is there; entries that begin with "bad" do not load.
fn begin(
    engine: Engine,
    address: &Address<'_>,
    tls: &Tls<'_, &str>,
) -> Result<Started<String>, StartError<String>> {
    let read = |path: &str| match path {
        "/ca.pem" => Ok(b"roots".to_vec()),
        path => Err(Unreadable::of(path, ErrorKind::NotFound).unwrap()),
    };
    let load =
        |entry: &&str| if entry.starts_with("bad") { Err(entry.to_string()) } else { Ok(entry.to_string()) };
    start(engine, address, tls, read, load)
}

fn line(engine: Engine, address: &Address<'_>, tls: &Tls<'_, &str>) -> String {
    begin(engine, address, tls).unwrap_err().to_string()
}

#[test]
fn a_block_that_is_off_is_not_read() {
    let tls = Tls { enabled: false, root_cas: "a", root_cas_file: "/no.pem", client_certs: &["bad"] };
    for engine in ENGINES {
        let started = Started { trusted: Trusted::System, client_certificates: Vec::new() };
        assert_eq!(begin(engine, &WS, &tls), Ok(started));
    }
}

#[test]
fn a_missing_file_stops_every_engine_even_with_ws() {
    let tls = Tls { root_cas_file: "/no/such.pem", ..BLOCK };
    for engine in ENGINES {
        assert_eq!(line(engine, &WSS, &tls), "open /no/such.pem: no such file or directory");
        assert_eq!(line(engine, &WS, &tls), "open /no/such.pem: no such file or directory");
    }
}

#[test]
fn a_folder_opens_and_cannot_be_read() {
    let folder = Unreadable::of("/etc", ErrorKind::IsADirectory).unwrap();
    assert_eq!(folder.to_string(), "read /etc: is a directory");
}

#[test]
fn both_fields_of_roots_are_one_too_many_before_the_file_is_read() {
    let tls = Tls { root_cas: "text", root_cas_file: "/no/such.pem", client_certs: &["bad"], ..BLOCK };
    for engine in ENGINES {
        let told = "only one field between root_cas and root_cas_file can be specified";
        assert_eq!(line(engine, &WSS, &tls), told);
    }
}

#[test]
fn roots_come_before_entries_and_entries_in_order() {
    let missing = Tls { root_cas_file: "/no.pem", client_certs: &["bad 1"], ..BLOCK };
    assert_eq!(line(Engine::Bento, &WSS, &missing), "open /no.pem: no such file or directory");
    let two = Tls { client_certs: &["good", "bad 1", "bad 2"], ..BLOCK };
    assert_eq!(line(Engine::Bento, &WSS, &two), "bad 1");
}

#[test]
fn only_the_latest_engine_minds_ws_and_says_so_last() {
    for engine in [Engine::Benthos77, Engine::Benthos78, Engine::Bento] {
        assert!(begin(engine, &WS, &BLOCK).is_ok());
    }
    let told = "tls is enabled but url scheme is ws, use wss:// for ws://me:xxxxx@feed.test/";
    assert_eq!(line(Engine::Benthos80, &WS, &BLOCK), told);
    assert_eq!(line(Engine::Benthos80, &WS, &Tls { client_certs: &["bad 1"], ..BLOCK }), "bad 1");
    assert!(begin(Engine::Benthos80, &WSS, &BLOCK).is_ok());
}

#[test]
fn roots_of_the_block_replace_those_of_the_system() {
    let of_file = begin(Engine::Bento, &WSS, &Tls { root_cas_file: "/ca.pem", ..BLOCK }).unwrap();
    assert_eq!(of_file.trusted, Trusted::Pem(b"roots".to_vec()));
    let of_text = begin(Engine::Bento, &WSS, &Tls { root_cas: "text", ..BLOCK }).unwrap();
    assert_eq!(of_text.trusted, Trusted::Pem(b"text".to_vec()));
    assert_eq!(begin(Engine::Bento, &WSS, &BLOCK).unwrap().trusted, Trusted::System);
}
