//! The name server of this machine, as Go's own resolver chooses it (`net/dnsconfig_unix.go`).

use std::{
    fs::File,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use tokio::task::spawn_blocking;

use crate::config::{MAX_FILE, read_within};

/// Where the settings of the resolver stand.
const FILE: &str = "/etc/resolv.conf";

/// The port of DNS.
const PORT: u16 = 53;

/// The name server that the pipeline asks first; `None` where its runtime leaves lookups to the system.
pub(super) async fn name_server() -> Option<SocketAddr> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let read = || File::open(FILE).and_then(|file| read_within(MAX_FILE, file));
    // Without the file, this machine is asked.
    let text = spawn_blocking(read).await.ok().and_then(Result::ok).unwrap_or_default();
    Some(first(&String::from_utf8_lossy(&text)))
}

/// The first server that these settings name, or else this machine.
fn first(settings: &str) -> SocketAddr {
    let server = |line: &str| {
        let mut words = line.split_ascii_whitespace();
        (words.next() == Some("nameserver")).then(|| words.next()?.parse::<IpAddr>().ok()).flatten()
    };
    let address = settings.lines().find_map(server).unwrap_or(Ipv4Addr::LOCALHOST.into());
    (address, PORT).into()
}

#[cfg(test)]
mod tests {
    use super::first;

    #[test]
    fn the_first_address_of_a_name_server_counts() {
        let cases = [
            (
                "# nameserver 1.1.1.1\nsearch a.example\nnameserver\t10.0.0.2 # ours\nnameserver 8.8.8.8",
                "10.0.0.2:53",
            ),
            ("nameserver dns.example\nnameserver fd00::1\n", "[fd00::1]:53"),
            (";nameserver 1.1.1.1", "127.0.0.1:53"),
            ("", "127.0.0.1:53"),
        ];
        for (settings, server) in cases {
            assert_eq!(first(settings).to_string(), server);
        }
    }
}
