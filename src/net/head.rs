//! The head of an HTTP answer.

/// The most headers that are read.
pub(super) const MOST_HEADERS: usize = 1024;

/// The head of an HTTP answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) reason: String,
    /// In order, invalid UTF-8 replaced.
    pub(super) headers: Vec<(String, String)>,
    /// Its length with the empty line and with what came before it, in bytes.
    pub(super) len: usize,
    /// What breaks the rules of HTTP in it, when it could be read only leniently.
    pub(super) fault: Option<httparse::Error>,
}

impl Head {
    /// The values of all headers of this name, in order.
    pub(super) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.headers.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }
}
