//! Finds the proxy in the environment variables by the rules of the pipeline's runtime (Go's `httpproxy`). Pure,
//! except for the function that reads the variables.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::config::{Endpoint, Proxy, ProxyFault, Secret};

/// The environment variables about proxies. Their values may contain credentials.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// For `wss`.
    pub https: Option<Variable>,
    /// For `ws`.
    pub http: Option<Variable>,
    /// `NO_PROXY`: hosts, domains, addresses and networks without a proxy, separated by commas.
    pub exempt: Option<Variable>,
    /// Whether `REQUEST_METHOD` is set, as it is for a CGI program. There a client could set `HTTP_PROXY` by a
    /// `Proxy` header.
    pub cgi: bool,
}

/// A variable with the name under which it was found.
#[derive(Clone, Debug)]
pub struct Variable {
    pub name: &'static str,
    pub value: Secret,
}

/// The decision of the environment about one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// No variable sets a proxy for this scheme.
    Unset,
    /// A variable is set but not used, for this reason.
    Exempt(String),
    Through {
        name: &'static str,
        proxy: Proxy,
    },
    /// A variable has an unsupported scheme.
    UnknownScheme {
        name: &'static str,
        scheme: String,
    },
    /// `HTTP_PROXY` in a CGI program.
    RefusedInCgi(&'static str),
}

impl Environment {
    /// Reads the variables of this process. The upper-case name comes first, and an empty variable counts as not
    /// set. `ALL_PROXY` is ignored.
    #[must_use]
    pub fn read() -> Self {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// Reads the variables from any source.
    #[must_use]
    pub fn from_variables(read: impl Fn(&'static str) -> Option<String>) -> Self {
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

    /// Decides which proxy a connection to this address uses.
    pub(super) fn decide(&self, url: &Endpoint) -> Decision {
        let variable = if url.secure { &self.https } else { &self.http };
        let Some(Variable { name, value }) = variable else { return Decision::Unset };
        let name = *name;
        let read = match Proxy::of_variable(value.expose()) {
            Err(ProxyFault::Address(message)) => {
                return Decision::Exempt(format!("{name} is not a valid address and is not used: {message}"));
            }
            Err(ProxyFault::Scheme(scheme)) => Err(scheme),
            Ok(proxy) => Ok(proxy),
        };
        if self.cgi && !url.secure {
            return Decision::RefusedInCgi(name);
        }
        if is_loopback(&url.host) {
            return Decision::Exempt(format!("{} is this machine, where {name} is not used", url.host));
        }
        let exempt = self.exempt.as_ref().and_then(|list| Some((list.name, self.exempting_entry(url)?)));
        match (exempt, read) {
            (Some((list, entry)), _) => {
                Decision::Exempt(format!("{list} has \"{entry}\", so {name} is not used"))
            }
            (None, Ok(proxy)) => Decision::Through { name, proxy },
            (None, Err(scheme)) => Decision::UnknownScheme { name, scheme },
        }
    }

    /// The first entry of `NO_PROXY` that exempts this address.
    fn exempting_entry(&self, url: &Endpoint) -> Option<&str> {
        let list = self.exempt.as_ref()?.value.expose();
        list.split(',').map(str::trim).find(|entry| exempts(&entry.to_lowercase(), url))
    }
}

/// `localhost` and loopback addresses, but not names that resolve to them.
fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

/// Whether an entry, in lower case, matches the host and port of an address.
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
    let own = url.host.to_ascii_lowercase();
    // `*.example` and `.example` match subdomains, `example` also matches itself.
    let domain = host.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(host);
    if let Some(bare) = domain.strip_prefix('.') {
        return is_subdomain(&own, &ascii(bare));
    }
    let domain = ascii(domain);
    own == domain || is_subdomain(&own, &domain)
}

fn is_subdomain(host: &str, domain: &str) -> bool {
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

/// The name in ASCII for the resolver, the form in which an endpoint keeps its host.
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
        Environment::from_variables(|name| {
            variables.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned())
        })
    }

    fn decide(variables: &[(&'static str, &str)], url: &str) -> Decision {
        environment(variables).decide(&Endpoint::parse(url).expect("the URL is valid"))
    }

    fn through(name: &'static str, proxy: &str) -> Decision {
        Decision::Through { name, proxy: Proxy::parse(proxy).expect("a proxy") }
    }

    fn is_exempt(list: &str, url: &str) -> bool {
        let variables = [("HTTPS_PROXY", "http://p:1"), ("HTTP_PROXY", "http://p:1"), ("NO_PROXY", list)];
        match decide(&variables, url) {
            Decision::Exempt(_) => true,
            Decision::Through { .. } => false,
            other => panic!("{list} and {url}: {other:?}"),
        }
    }

    #[test]
    fn each_scheme_has_its_variable() {
        let both = [("HTTPS_PROXY", "http://s:1"), ("HTTP_PROXY", "http://p:2")];
        assert_eq!(decide(&both, "wss://feed.example/"), through("HTTPS_PROXY", "http://s:1"));
        assert_eq!(decide(&both, "ws://feed.example/"), through("HTTP_PROXY", "http://p:2"));
        assert_eq!(decide(&both[..1], "ws://feed.example/"), Decision::Unset);
        assert_eq!(decide(&[("ALL_PROXY", "http://p:1")], "wss://feed.example/"), Decision::Unset);
    }

    #[test]
    fn the_upper_case_name_comes_first_and_an_empty_variable_is_not_set() {
        let both = [("HTTPS_PROXY", "http://s:1"), ("https_proxy", "http://p:2")];
        assert_eq!(decide(&both, "wss://h.example/"), through("HTTPS_PROXY", "http://s:1"));
        let empty = [("HTTPS_PROXY", ""), ("https_proxy", "http://p:2")];
        assert_eq!(decide(&empty, "wss://h.example/"), through("https_proxy", "http://p:2"));
        assert_eq!(decide(&empty[..1], "wss://h.example/"), Decision::Unset);
    }

    #[test]
    fn a_proxy_without_a_scheme_is_http_and_an_invalid_one_is_not_used() {
        let with = |value| decide(&[("HTTP_PROXY", value)], "ws://h.example/");
        assert_eq!(with("p.example:3128"), through("HTTP_PROXY", "http://p.example:3128"));
        let why = "HTTP_PROXY is not a valid address and is not used: the port 'x' is not a number";
        assert_eq!(with("http://p.example:x"), Decision::Exempt(why.to_owned()));
        let scheme = "ftp".to_owned();
        assert_eq!(with("ftp://p.example"), Decision::UnknownScheme { name: "HTTP_PROXY", scheme });
    }

    #[test]
    fn no_proxy_from_the_environment_is_used_for_this_machine() {
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
    fn a_name_matches_itself_and_its_subdomains() {
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
    fn a_leading_dot_or_star_matches_only_subdomains() {
        for list in [".example", "*.example", ".example:80"] {
            assert!(is_exempt(list, "ws://feed.example/"), "{list}");
            assert!(!is_exempt(list, "ws://example/"), "{list}");
        }
        assert!(!is_exempt("feed.*", "ws://feed.example/"));
    }

    #[test]
    fn addresses_and_networks_are_compared_by_value() {
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
    fn a_cgi_program_does_not_use_http_proxy() {
        let variables =
            [("HTTP_PROXY", "http://p:1"), ("HTTPS_PROXY", "http://p:1"), ("REQUEST_METHOD", "GET")];
        assert_eq!(decide(&variables, "ws://h.example/"), Decision::RefusedInCgi("HTTP_PROXY"));
        assert_eq!(decide(&variables, "wss://h.example/"), through("HTTPS_PROXY", "http://p:1"));
    }

    #[test]
    fn the_reason_for_an_exempt_address_names_the_entry() {
        let variables = [("https_proxy", "http://p:1"), ("no_proxy", "a, .Example")];
        let why = "no_proxy has \".Example\", so https_proxy is not used".to_owned();
        assert_eq!(decide(&variables, "wss://feed.example/"), Decision::Exempt(why));
    }

    #[test]
    fn the_credentials_of_a_variable_do_not_print() {
        let environment = environment(&[("HTTPS_PROXY", "http://me:hunter2@p:1")]);
        assert!(!format!("{environment:?}").contains("hunter2"));
    }
}
