//! The address of a proxy.

use percent_encoding::percent_decode_str;
use strum::{EnumString, IntoStaticStr};

use crate::config::secrets::{MASK, Secret, basic_pair};

use super::{
    go_url::GoUrl,
    host::{host_and_port, place},
    pipeline::{InPipeline, split_address},
};

/// The value of `proxy_url`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ProxyChoice {
    /// Absent: the environment decides.
    #[default]
    Environment,
    /// Set but empty. The standard treats it as absent; in a pipeline every connection fails.
    Empty,
    Through(Proxy),
}

impl ProxyChoice {
    /// The credentials of the proxy.
    #[must_use]
    pub fn login(&self) -> Option<&Login> {
        match self {
            Self::Through(proxy) => proxy.login.as_ref(),
            Self::Environment | Self::Empty => None,
        }
    }
}

/// A proxy to connect through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    pub scheme: ProxyScheme,
    /// Host name or IP address without brackets.
    pub host: String,
    pub port: u16,
    /// Whether the port was written; otherwise it is the default of the scheme.
    pub has_port: bool,
    pub login: Option<Login>,
    /// Host and port as written.
    authority: String,
}

/// The protocol of the proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum ProxyScheme {
    /// CONNECT (RFC 9110, section 9.3.6).
    Http,
    /// CONNECT within TLS.
    Https,
    /// SOCKS 5 (RFC 1928); the lookup is done here, in a pipeline by the proxy.
    Socks5,
    /// SOCKS 5; the lookup is done by the proxy.
    Socks5h,
}

/// The user info of a proxy's address, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    pub user: Secret,
    /// `None` without a colon.
    pub password: Option<Secret>,
}

/// Why a text is not the address of a proxy. It never contains user info.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProxyFault {
    /// An unsupported scheme, which may be empty.
    Scheme(String),
    /// A malformed address, with the fault.
    Address(String),
}

impl ProxyScheme {
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.into_str()
    }

    /// Whether the protocol is SOCKS 5 rather than HTTP.
    #[must_use]
    pub const fn is_socks(self) -> bool {
        matches!(self, Self::Socks5 | Self::Socks5h)
    }

    const fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
            Self::Socks5 | Self::Socks5h => 1080,
        }
    }
}

impl Proxy {
    /// Parses the address of a proxy.
    ///
    /// # Errors
    ///
    /// The address is malformed or has an unsupported scheme.
    pub fn parse(text: &str) -> Result<Self, ProxyFault> {
        let wrong = |message: &str| Err(ProxyFault::Address(message.to_owned()));
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return wrong("it contains a space or a control character");
        }
        let (scheme, rest) = split_scheme(text)?;
        let scheme = scheme.parse::<ProxyScheme>().map_err(|_| ProxyFault::Scheme(scheme))?;
        let Some(rest) = rest.strip_prefix("//") else { return wrong("'//' is missing after its scheme") };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (login, authority) = match authority.rsplit_once('@') {
            Some((login, authority)) => (Some(login), authority),
            None if rest.contains('@') => {
                return wrong(
                    "its user name or password contains '/', '?' or '#'; write these as %2F, %3F, %23",
                );
            }
            None => (None, authority),
        };
        if authority.is_empty() || authority.starts_with(':') {
            return wrong("it has no host");
        }
        let (host, port) = host_and_port(authority).map_err(ProxyFault::Address)?;
        Ok(Self {
            scheme,
            host,
            port: port.unwrap_or(scheme.port()),
            has_port: port.is_some(),
            login: login.map(Login::parse),
            authority: authority.to_owned(),
        })
    }

    /// What the pipeline takes a text for: Go's `net/url`, `proxy.go` of gorilla's websocket, and `x/net/proxy`.
    #[must_use]
    pub fn in_pipeline(text: &str) -> InPipeline<Self> {
        let url = match GoUrl::parse(text) {
            Ok(url) => url,
            Err(fault) => return InPipeline::NoStart(fault),
        };
        let Ok(scheme) = url.scheme.parse::<ProxyScheme>() else {
            return InPipeline::NoConnection(format!("proxy: unknown scheme: {}", url.scheme));
        };
        let (host, port) = url.host_and_port();
        let has_port = !port.is_empty();
        let (address, dialer) = if scheme.is_socks() {
            let port = if has_port { port } else { scheme.port().to_string() };
            let host = if host.contains(':') { format!("[{host}]") } else { host };
            (format!("{host}:{port}"), "socks connect tcp: ")
        } else {
            (url.address(scheme.port()), "")
        };
        let (host, port) = match split_address(&address) {
            Ok(parts) => parts,
            Err(error) => return InPipeline::NoConnection(format!("{dialer}dial tcp: {error}")),
        };
        let secret = |bytes: &[u8]| Secret::new(String::from_utf8_lossy(bytes));
        let login = url
            .user
            .as_ref()
            .map(|(user, password)| Login { user: secret(user), password: password.as_deref().map(secret) });
        InPipeline::Connects(Self { scheme, host, port, has_port, login, authority: url.host() })
    }

    /// Parses the value of an environment variable. Without a scheme it is `http`, as in Go's `httpproxy`.
    ///
    /// # Errors
    ///
    /// Those of [`Proxy::parse`].
    pub fn of_variable(text: &str) -> Result<Self, ProxyFault> {
        if text.contains("://") { Self::parse(text) } else { Self::parse(&format!("http://{text}")) }
    }

    /// The address with masked credentials.
    #[must_use]
    pub fn shown(&self) -> String {
        let login = if self.login.is_some() { format!("{MASK}@") } else { String::new() };
        format!("{}://{login}{}", self.scheme.word(), self.authority)
    }

    /// `proxy.example:3128`, an IPv6 address in brackets.
    #[must_use]
    pub fn place(&self) -> String {
        place(&self.host, self.port)
    }

    /// The address with another scheme; `None` if it has credentials.
    #[must_use]
    pub fn with_scheme(&self, scheme: ProxyScheme) -> Option<String> {
        self.login.is_none().then(|| format!("{}://{}", scheme.word(), self.place()))
    }
}

impl Login {
    fn parse(text: &str) -> Self {
        let decoded = |part: &str| Secret::new(percent_decode_str(part).decode_utf8_lossy().into_owned());
        match text.split_once(':') {
            Some((user, password)) => Self { user: decoded(user), password: Some(decoded(password)) },
            None => Self { user: decoded(text), password: None },
        }
    }
}

/// The scheme in lower case, and the text after its colon (RFC 3986, section 3.1).
fn split_scheme(text: &str) -> Result<(String, &str), ProxyFault> {
    let Some((scheme, rest)) = text.split_once(':') else { return Err(ProxyFault::Scheme(String::new())) };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    match is_scheme {
        // The text before the colon may be a user name, and the text after it a password.
        true if text.contains('@') && !rest.starts_with("//") => Err(ProxyFault::Scheme(String::new())),
        true => Ok((scheme.to_ascii_lowercase(), rest)),
        false => Err(ProxyFault::Address("its scheme is missing".to_owned())),
    }
}

/// The secrets of a login: user name, password, and the Base64 of both (RFC 7617, section 2).
#[must_use]
pub fn login_secrets(login: &Login) -> Vec<Secret> {
    let password = login.password.clone().unwrap_or_default();
    vec![login.user.clone(), basic_pair(login.user.expose(), &password), password]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Proxy {
        Proxy::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"))
    }

    #[test]
    fn host_and_port_are_read_and_the_port_depends_on_the_scheme() {
        for (text, place, has_port) in [
            ("http://proxy.example:3128", "proxy.example:3128", true),
            ("HTTP://Proxy.example/", "proxy.example:80", false),
            ("https://proxy.example", "proxy.example:443", false),
            ("socks5://10.0.0.1", "10.0.0.1:1080", false),
            ("socks5h://[::1]:9", "[::1]:9", true),
        ] {
            let proxy = parsed(text);
            assert_eq!((proxy.place().as_str(), proxy.has_port), (place, has_port), "{text}");
        }
    }

    #[test]
    fn credentials_are_decoded_and_never_shown() {
        let proxy = parsed("http://me%40home:p%3Aw%2F@proxy.example:3128");
        assert_eq!(proxy.shown(), "http://•••@proxy.example:3128");
        assert!(!format!("{proxy:?}").contains("home"), "{proxy:?}");
        let login = proxy.login.expect("there are credentials");
        assert_eq!(login.user.expose(), "me@home");
        assert_eq!(login.password.expect("there is a password").expose(), "p:w/");
        assert_eq!(parsed("http://me@h:1").login.expect("there is a user").password, None);
    }

    #[test]
    fn an_invalid_address_is_refused_with_its_scheme_or_the_fault() {
        let scheme = |text: &str| Err(ProxyFault::Scheme(text.to_owned()));
        assert_eq!(Proxy::parse("ftp://h:1"), scheme("ftp"));
        assert_eq!(Proxy::parse("proxy.example:3128"), scheme("proxy.example"));
        assert_eq!(Proxy::parse("proxy"), scheme(""));
        assert_eq!(Proxy::parse("me:hunter2@proxy:3128"), scheme(""), "the password is not shown");
        for text in
            ["10.0.0.1:3128", "http:h", "http://", "http://:1", "http://h:x", "http://a:b/c@h", "http://a b"]
        {
            assert!(matches!(Proxy::parse(text), Err(ProxyFault::Address(_))), "{text}");
        }
    }

    #[test]
    fn a_pipeline_connects_where_go_connects() {
        for (text, place) in [
            ("HTTP://H/some?path", "H:80"),
            ("http:h", ":80"),
            ("socks5://", ":1080"),
            ("socks5h://[::1]:9", "[::1]:9"),
            ("socks5://h:", "h:1080"),
            ("https://h:", "h:0"),
        ] {
            let place_of = |proxy: Proxy| proxy.place();
            assert_eq!(Proxy::in_pipeline(text).connects().map(place_of).as_deref(), Some(place), "{text}");
        }
        for (text, error) in [
            ("", "proxy: unknown scheme: "),
            ("proxy", "proxy: unknown scheme: "),
            ("proxy:3128", "proxy: unknown scheme: proxy"),
            ("ws://h", "proxy: unknown scheme: ws"),
            ("http://h:70000", "dial tcp: address 70000: invalid port"),
            ("socks5://h:70000", "socks connect tcp: dial tcp: address 70000: invalid port"),
        ] {
            assert_eq!(Proxy::in_pipeline(text), InPipeline::NoConnection(error.to_owned()), "{text}");
        }
        let login = |text| Proxy::in_pipeline(text).connects().and_then(|proxy| proxy.login);
        assert_eq!(login("http://me%40home:p%3Aw%2F@h"), parsed("http://me%40home:p%3Aw%2F@h").login);
        assert_eq!(login("http://h"), None);
    }

    #[test]
    fn a_variable_may_have_no_scheme() {
        let shown = |text: &str| Proxy::of_variable(text).map(|proxy| proxy.shown());
        assert_eq!(shown("proxy.example:3128"), Ok("http://proxy.example:3128".to_owned()));
        assert_eq!(shown("10.0.0.1:3128"), Ok("http://10.0.0.1:3128".to_owned()));
        assert_eq!(shown("me:pw@proxy:1"), Ok("http://•••@proxy:1".to_owned()));
        assert_eq!(shown("socks5://h:1"), Ok("socks5://h:1".to_owned()));
        assert_eq!(shown("ftp://h:1"), Err(ProxyFault::Scheme("ftp".to_owned())));
        assert!(matches!(shown("http://h:x"), Err(ProxyFault::Address(_))));
    }
}
