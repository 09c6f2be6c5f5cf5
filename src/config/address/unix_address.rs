//! A unix socket and what is requested of it in one address, `ws+unix:///path/to.sock:/request/path`, as the library `ws` of
//! Node and tools in Go write it. No pipeline dials one.

/// What such an address stands for: the option and the field that name the same.
#[derive(Clone, PartialEq, Eq)]
pub struct UnixAddress {
    /// The path of the socket.
    pub socket: String,
    /// The address with the host that a request over a unix socket is for, `localhost`.
    pub url: String,
}

/// A query may hold secrets.
impl std::fmt::Debug for UnixAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UnixAddress").field("socket", &self.socket).finish_non_exhaustive()
    }
}

impl UnixAddress {
    /// Reads a text that begins with `ws+unix:` or `wss+unix:`; `None` for any other. As in Node, the first colon ends the
    /// path of the socket.
    ///
    /// # Errors
    ///
    /// A sentence with the fault and a fix, without anything of the request.
    #[must_use]
    pub fn parse(text: &str) -> Option<Result<Self, String>> {
        let (scheme, rest) = text.split_once(':')?;
        let (scheme, behind) = scheme.split_once('+')?;
        let scheme = ["ws", "wss"].into_iter().find(|known| known.eq_ignore_ascii_case(scheme))?;
        behind.eq_ignore_ascii_case("unix").then(|| Self::split(scheme, rest))
    }

    fn split(scheme: &str, rest: &str) -> Result<Self, String> {
        let path = rest.strip_prefix("//").unwrap_or(rest);
        let wrong = |fault: &str| Err(format!("{fault}; write {scheme}+unix:///path/to.sock:/request/path"));
        if !path.starts_with('/') {
            return wrong("the path of its unix socket does not begin with '/'");
        }
        let (socket, target) = path.split_once(':').unwrap_or((path, "/"));
        if socket.ends_with('/') {
            return wrong("it names a folder in place of a unix socket");
        }
        if socket.contains(['?', '#']) {
            return wrong("a colon is missing between its unix socket and the request");
        }
        if !target.is_empty() && !target.starts_with('/') {
            return wrong("the path of its request does not begin with '/'");
        }
        Ok(Self { socket: socket.to_owned(), url: format!("{scheme}://localhost{target}") })
    }
}

#[cfg(test)]
mod tests {
    use super::UnixAddress;

    #[test]
    fn the_first_colon_is_between_the_socket_and_the_request() {
        for (text, socket, url) in [
            ("ws+unix:///run/feed.sock:/ticks?a=1:2", "/run/feed.sock", "ws://localhost/ticks?a=1:2"),
            ("WSS+UNIX:/run/feed.sock:/", "/run/feed.sock", "wss://localhost/"),
            ("ws+unix:///run/feed.sock", "/run/feed.sock", "ws://localhost/"),
            ("ws+unix:///run/feed.sock:", "/run/feed.sock", "ws://localhost"),
        ] {
            let expected = UnixAddress { socket: socket.to_owned(), url: url.to_owned() };
            assert_eq!(UnixAddress::parse(text), Some(Ok(expected)), "{text}");
        }
        for text in ["ws://h/", "unix:/run/feed.sock", "/run/feed.sock", "http+unix:///s:/", "ws+unixx:/s"] {
            assert_eq!(UnixAddress::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_fault_says_what_is_wrong_and_how_to_write_it_and_repeats_nothing() {
        for (text, fault) in [
            ("ws+unix://run/feed.sock:/s3cret", "the path of its unix socket does not begin with '/'"),
            ("ws+unix:", "the path of its unix socket does not begin with '/'"),
            ("ws+unix:///", "it names a folder in place of a unix socket"),
            ("ws+unix:///run/:/s3cret", "it names a folder in place of a unix socket"),
            ("ws+unix:///feed.sock?s3cret", "a colon is missing between its unix socket and the request"),
            ("ws+unix:///feed.sock:s3cret", "the path of its request does not begin with '/'"),
        ] {
            let expected = format!("{fault}; write ws+unix:///path/to.sock:/request/path");
            assert_eq!(UnixAddress::parse(text), Some(Err(expected)), "{text}");
        }
    }
}
