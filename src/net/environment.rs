//! Which proxy the environment names for an address, by the rule of the pipeline's runtime
//! (Go's `httpproxy`): pure, but for the one door that reads the variables.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::config::{Endpoint, Proxy, ProxyFault, Secret};

/// What the variables of the environment say of proxies. Their values may hold credentials.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// For `wss`.
    pub https: Option<Variable>,
    /// For `ws`.
    pub http: Option<Variable>,
    /// Where none is used: hosts, domains, addresses and networks, separated by commas.
    pub exempt: Option<Variable>,
    /// Whether `REQUEST_METHOD` is set, as it is for a CGI program: there, the header `Proxy` of a
    /// client would set `HTTP_PROXY`.
    pub cgi: bool,
}

/// A variable under the name that it was found by.
#[derive(Clone, Debug)]
pub struct Variable {
    pub name: &'static str,
    pub value: Secret,
}

/// What the environment means for one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// No variable names a proxy for this scheme.
    Unset,
    /// One does, and does not count here: why.
    Exempt(String),
    Through {
        name: &'static str,
        proxy: Proxy,
    },
    /// One does, with a scheme that no proxy has.
    Unknown {
        name: &'static str,
        scheme: String,
    },
    /// `HTTP_PROXY` in a CGI program.
    Refused(&'static str),
}

impl Environment {
    /// Reads the variables of this process; the capital spelling comes first, an empty one is
    /// not set. `ALL_PROXY` does not count.
    #[must_use]
    pub fn read() -> Self {
        Self::from(|name| std::env::var(name).ok())
    }

    /// The same from any source of variables.
    #[must_use]
    pub fn from(read: impl Fn(&'static str) -> Option<String>) -> Self {
        let either = |names: [&'static str; 2]| {
            names.into_iter().find_map(|name| {
                let value = read(name).filter(|value| !value.is_empty())?;
                Some(Variable { name, value: Secret::new(value) })
            })
        };
        Self {
            https: either(["HTTPS_PROXY", "https_proxy"]),
            http: either(["HTTP_PROXY", "http_proxy"]),
            exempt: either(["NO_PROXY", "no_proxy"]),
            cgi: read("REQUEST_METHOD").is_some_and(|method| !method.is_empty()),
        }
    }

    /// Which proxy, if any, a connection to this address takes.
    pub(super) fn decide(&self, url: &Endpoint) -> Decision {
        let variable = if url.secure { &self.https } else { &self.http };
        let Some(Variable { name, value }) = variable else { return Decision::Unset };
        let name = *name;
        let read = match Proxy::of_variable(value.expose()) {
            Err(ProxyFault::Address(message)) => {
                return Decision::Exempt(format!("{name} names no proxy and is not used: {message}"));
            }
            Err(ProxyFault::Scheme(scheme)) => Err(scheme),
            Ok(proxy) => Ok(proxy),
        };
        if self.cgi && !url.secure {
            return Decision::Refused(name);
        }
        if is_loopback(&url.host) {
            return Decision::Exempt(format!("{} is this machine, where {name} is not used", url.host));
        }
        let exempt = self.exempt.as_ref().and_then(|list| Some((list.name, self.entry_for(url)?)));
        match (exempt, read) {
            (Some((list, entry)), _) => {
                Decision::Exempt(format!("{list} has \"{entry}\", so {name} is not used"))
            }
            (None, Ok(proxy)) => Decision::Through { name, proxy },
            (None, Err(scheme)) => Decision::Unknown { name, scheme },
        }
    }

    /// The first entry of the list that exempts this address.
    fn entry_for(&self, url: &Endpoint) -> Option<&str> {
        let list = self.exempt.as_ref()?.value.expose();
        list.split(',').map(str::trim).find(|entry| exempts(&entry.to_lowercase(), url))
    }
}

/// `localhost` itself, and addresses of loopback; not names that lead there.
fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

/// Whether one entry, in lower case, covers the host and the port of an address.
fn exempts(entry: &str, url: &Endpoint) -> bool {
    let address = url.host.parse::<IpAddr>().ok().map(|address| address.to_canonical());
    if entry == "*" {
        return true;
    }
    if let Ok(network) = entry.parse::<IpNet>() {
        return address.is_some_and(|address| network.trunc().contains(&address));
    }
    let (host, port) = split_port(entry);
    if host.is_empty() || port.is_some_and(|port| port != url.port.to_string()) {
        return false;
    }
    if let Ok(own) = host.parse::<IpAddr>() {
        return address == Some(own.to_canonical());
    }
    // `*.example` and `.example` cover what is below, `example` also itself.
    let domain = host.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(host);
    if let Some(bare) = domain.strip_prefix('.') {
        return is_below(&url.host, &ascii(bare));
    }
    let domain = ascii(domain);
    url.host == domain || is_below(&url.host, &domain)
}

fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

/// Host and port of `host:port` and `[address]:port`; anything else is a host.
fn split_port(entry: &str) -> (&str, Option<&str>) {
    if let Some(inside) = entry.strip_prefix('[') {
        return match inside.split_once(']') {
            Some((host, port)) => (host, port.strip_prefix(':').filter(|port| !port.is_empty())),
            None => (entry, None),
        };
    }
    match entry.split_once(':') {
        Some((host, port)) if !port.contains(':') => (host, Some(port).filter(|port| !port.is_empty())),
        _ => (entry, None),
    }
}

/// A name as the resolver gets it, which is how the host of an address is kept.
fn ascii(name: &str) -> String {
    match url::Host::parse(name) {
        Ok(url::Host::Domain(name)) => name,
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&'static str, &str)]) -> Environment {
        Environment::from(|name| {
            variables.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned())
        })
    }

    fn decided(variables: &[(&'static str, &str)], url: &str) -> Decision {
        environment(variables).decide(&Endpoint::parse(url).expect("the URL is valid"))
    }

    fn through(name: &'static str, proxy: &str) -> Decision {
        Decision::Through { name, proxy: Proxy::parse(proxy).expect("a proxy") }
    }

    fn is_exempt(list: &str, url: &str) -> bool {
        let variables = [("HTTPS_PROXY", "http://p:1"), ("HTTP_PROXY", "http://p:1"), ("NO_PROXY", list)];
        match decided(&variables, url) {
            Decision::Exempt(_) => true,
            Decision::Through { .. } => false,
            other => panic!("{list} and {url}: {other:?}"),
        }
    }

    #[test]
    fn each_scheme_has_its_variable() {
        let both = [("HTTPS_PROXY", "http://s:1"), ("HTTP_PROXY", "http://p:2")];
        assert_eq!(decided(&both, "wss://feed.example/"), through("HTTPS_PROXY", "http://s:1"));
        assert_eq!(decided(&both, "ws://feed.example/"), through("HTTP_PROXY", "http://p:2"));
        assert_eq!(decided(&both[..1], "ws://feed.example/"), Decision::Unset);
        assert_eq!(decided(&[("ALL_PROXY", "http://p:1")], "wss://feed.example/"), Decision::Unset);
    }

    #[test]
    fn the_capital_spelling_comes_first_and_an_empty_one_is_not_set() {
        let both = [("HTTPS_PROXY", "http://s:1"), ("https_proxy", "http://p:2")];
        assert_eq!(decided(&both, "wss://h.example/"), through("HTTPS_PROXY", "http://s:1"));
        let empty = [("HTTPS_PROXY", ""), ("https_proxy", "http://p:2")];
        assert_eq!(decided(&empty, "wss://h.example/"), through("https_proxy", "http://p:2"));
        assert_eq!(decided(&empty[..1], "wss://h.example/"), Decision::Unset);
    }

    #[test]
    fn a_proxy_without_a_scheme_is_an_http_one_and_an_unreadable_one_is_not_used() {
        let with = |value| decided(&[("HTTP_PROXY", value)], "ws://h.example/");
        assert_eq!(with("p.example:3128"), through("HTTP_PROXY", "http://p.example:3128"));
        let why = "HTTP_PROXY names no proxy and is not used: the port 'x' is not a number";
        assert_eq!(with("http://p.example:x"), Decision::Exempt(why.to_owned()));
        let scheme = "ftp".to_owned();
        assert_eq!(with("ftp://p.example"), Decision::Unknown { name: "HTTP_PROXY", scheme });
    }

    #[test]
    fn this_machine_is_never_reached_through_a_proxy_of_the_environment() {
        for url in [
            "ws://localhost:1/",
            "ws://127.0.0.1/",
            "ws://127.9.9.9/",
            "ws://[::1]/",
            "ws://[::ffff:127.0.0.1]/",
        ] {
            assert!(is_exempt("", url), "{url}");
        }
        for url in ["ws://localhost.example/", "ws://10.0.0.1/", "ws://[::2]/", "ws://a.localhost/"] {
            assert!(!is_exempt("", url), "{url}");
        }
    }

    #[test]
    fn a_name_covers_itself_and_what_is_below_it() {
        for list in ["feed.example", "x, Feed.Example ,y", "example", "feed.example:80", "*"] {
            assert!(is_exempt(list, "ws://feed.example/"), "{list}");
        }
        for list in ["", "eed.example", "a.feed.example", "feed.example:8080", "feed", " , ", ":80"] {
            assert!(!is_exempt(list, "ws://feed.example/"), "{list}");
        }
        assert!(is_exempt("feed.example:443", "wss://feed.example/"));
        assert!(is_exempt("bücher.example", "ws://xn--bcher-kva.example/"));
    }

    #[test]
    fn a_leading_dot_or_star_covers_only_what_is_below() {
        for list in [".example", "*.example", ".example:80"] {
            assert!(is_exempt(list, "ws://feed.example/"), "{list}");
            assert!(!is_exempt(list, "ws://example/"), "{list}");
        }
        assert!(!is_exempt("feed.*", "ws://feed.example/"));
    }

    #[test]
    fn addresses_and_networks_are_compared_as_such() {
        for list in ["10.1.2.3", "10.1.2.3:80", "10.0.0.0/8", "10.255.0.0/8", "::ffff:10.1.2.3", "2.3"] {
            assert!(is_exempt(list, "ws://10.1.2.3/"), "{list}");
        }
        for list in ["10.1.2.4", "10.1.2.3:81", "11.0.0.0/8", "10.1.2.3/33", "3.2"] {
            assert!(!is_exempt(list, "ws://10.1.2.3/"), "{list}");
        }
        for list in ["2001:db8::1", "[2001:db8::1]:80", "2001:db8::/32", "2001:DB8:0::1"] {
            assert!(is_exempt(list, "ws://[2001:db8::1]/"), "{list}");
        }
        assert!(!is_exempt("[2001:db8::1]:81", "ws://[2001:db8::1]/"));
        assert!(!is_exempt("10.0.0.0/8", "ws://ten.example/"), "a name is not looked up for it");
    }

    #[test]
    fn a_cgi_program_does_not_take_http_proxy() {
        let variables =
            [("HTTP_PROXY", "http://p:1"), ("HTTPS_PROXY", "http://p:1"), ("REQUEST_METHOD", "GET")];
        assert_eq!(decided(&variables, "ws://h.example/"), Decision::Refused("HTTP_PROXY"));
        assert_eq!(decided(&variables, "wss://h.example/"), through("HTTPS_PROXY", "http://p:1"));
    }

    #[test]
    fn what_exempts_an_address_is_told() {
        let variables = [("https_proxy", "http://p:1"), ("no_proxy", "a, .Example")];
        let why = "no_proxy has \".Example\", so https_proxy is not used".to_owned();
        assert_eq!(decided(&variables, "wss://feed.example/"), Decision::Exempt(why));
    }

    #[test]
    fn the_credentials_of_a_variable_do_not_print() {
        let environment = environment(&[("HTTPS_PROXY", "http://me:hunter2@p:1")]);
        assert!(!format!("{environment:?}").contains("hunter2"));
    }
}
