//! Where a connection goes: addresses in place of a lookup, and their kind.

use std::net::IpAddr;

/// An entry of `--resolve`: the addresses of a host at a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// In lower case; `*` stands for every host.
    pub host: String,
    pub port: u16,
    /// At least one.
    pub addresses: Vec<IpAddr>,
}

impl Resolved {
    /// Reads `HOST:PORT:ADDRESS[,ADDRESS…]` as curl does.
    ///
    /// # Errors
    ///
    /// A sentence about what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts = text.split_once(':').and_then(|(host, rest)| {
            let (port, addresses) = rest.split_once(':')?;
            (!host.is_empty()).then_some((host, port, addresses))
        });
        let Some((host, port, addresses)) = parts else {
            return Err("it is not HOST:PORT:ADDRESS, such as feed.example:443:127.0.0.1".to_owned());
        };
        if host.starts_with(['+', '-', '[']) {
            return Err(format!("'{host}' is not the name of a host"));
        }
        let port = port.parse().map_err(|_| format!("'{port}' is not a port"))?;
        let address = |text: &str| {
            let bare = text.trim().trim_start_matches('[').trim_end_matches(']');
            bare.parse().map_err(|_| format!("'{text}' is not an IP address"))
        };
        let addresses = addresses.split(',').map(address).collect::<Result<_, String>>()?;
        Ok(Self { host: host.to_ascii_lowercase(), port, addresses })
    }

    /// Whether it holds for a host at a port.
    pub(super) fn stands_for(&self, host: &str, port: u16) -> bool {
        self.port == port && (self.host == "*" || self.host.eq_ignore_ascii_case(host))
    }

    /// `feed.example:443 is 127.0.0.1`
    pub(super) fn in_words(&self) -> String {
        let addresses: Vec<_> = self.addresses.iter().map(ToString::to_string).collect();
        format!("{}:{} is {}", self.host, self.port, addresses.join(", "))
    }

    /// The entry as it was written.
    #[must_use]
    pub fn written(&self) -> String {
        let address = |address: &IpAddr| match address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("[{address}]"),
        };
        let addresses: Vec<_> = self.addresses.iter().map(address).collect();
        format!("{}:{}:{}", self.host, self.port, addresses.join(","))
    }
}

/// The kind of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IpVersion {
    V4,
    V6,
}

impl IpVersion {
    /// The kind of this address.
    #[must_use]
    pub const fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self::V4,
            IpAddr::V6(_) => Self::V6,
        }
    }

    /// `IPv4`
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        }
    }

    /// Its value in the field.
    #[must_use]
    pub const fn digit(self) -> &'static str {
        match self {
            Self::V4 => "4",
            Self::V6 => "6",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_names_a_host_a_port_and_addresses() {
        let entry = Resolved::parse("Feed.Example:443:127.0.0.1,[::1]").expect("it is one");
        assert_eq!(entry.written(), "feed.example:443:127.0.0.1,[::1]");
        assert!(entry.stands_for("FEED.example", 443) && !entry.stands_for("feed.example", 80));
        assert!(Resolved::parse("*:80:::1").expect("it is one").stands_for("any", 80));
    }

    #[test]
    fn what_is_no_entry_is_refused_with_the_part_that_is_wrong() {
        let fault = |text: &str| Resolved::parse(text).expect_err("it is none");
        assert!(fault("feed.example:443").starts_with("it is not HOST:PORT:ADDRESS"));
        assert_eq!(fault("feed.example:https:127.0.0.1"), "'https' is not a port");
        assert_eq!(fault("feed.example:443:other.example"), "'other.example' is not an IP address");
        assert_eq!(fault("-feed.example:443:127.0.0.1"), "'-feed.example' is not the name of a host");
    }
}
