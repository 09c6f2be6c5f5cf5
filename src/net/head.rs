//! The head of an HTTP response.

/// The most headers of a response.
pub(super) const MOST_HEADERS: usize = 1024;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) reason: String,
    /// In order; invalid UTF-8 is replaced.
    pub(super) headers: Vec<(String, String)>,
    /// Its length in bytes, with the empty line and with the interim responses before it.
    pub(super) len: usize,
    /// The HTTP error, if only the lenient parser could read it.
    pub(super) fault: Option<httparse::Error>,
}

impl Head {
    /// The values of all headers of this name, in order.
    pub(super) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.headers.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }
}
