//! Takes secrets out of texts on their way out: those that are known, however they are encoded, and whatever
//! looks like a private key or a token.

use std::{borrow::Cow, ops::Range, sync::OnceLock};

use aho_corasick::AhoCorasick;
use base64::{Engine as _, prelude::BASE64_STANDARD_NO_PAD};
use memchr::memmem;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use regex::Regex;

use super::{
    Secret,
    unescape::{Escapes, unescaped},
};

/// What stands where a secret was, wherever one is left out.
pub const MASK: &str = "•••";

/// A shorter base64 text would be found by chance.
const SHORTEST_CODED: usize = 6;
/// An escaped text may be escaped again: so many times.
const LAYERS: usize = 3;
/// Secrets that are remembered beside those of the settings: tokens of earlier connections, addresses of servers.
const LEARNED: usize = 32;

/// What is looked for in every text that leaves.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    secrets: Vec<Secret>,
    /// How many of them came first and stay.
    lasting: usize,
    search: Option<Search>,
}

#[derive(Clone, Debug)]
struct Search {
    automaton: AhoCorasick,
    needles: Vec<Needle>,
}

/// How a piece that is looked for counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needle {
    Plain,
    /// Short enough to be part of other words, so that it counts by itself only.
    Word,
    /// A piece of base64: all of the text around it may hold more of the secret.
    Coded,
}

impl FromIterator<Secret> for Redactor {
    fn from_iter<I: IntoIterator<Item = Secret>>(secrets: I) -> Self {
        // Those of the settings may be many, and stay.
        let mut redactor = Self { lasting: usize::MAX - LEARNED, ..Self::default() };
        redactor.extend(secrets);
        redactor.lasting = redactor.secrets.len();
        redactor
    }
}

impl Extend<Secret> for Redactor {
    /// Takes in more secrets; of many the oldest that were learned are forgotten.
    fn extend<I: IntoIterator<Item = Secret>>(&mut self, secrets: I) {
        let before = self.secrets.len();
        for secret in secrets {
            if secret.expose().len() >= Self::SHORTEST && !self.secrets.contains(&secret) {
                self.secrets.push(secret);
            }
        }
        if self.secrets.len() > before {
            let most = self.lasting + LEARNED;
            if self.secrets.len() > most {
                self.secrets.drain(self.lasting..self.lasting + self.secrets.len() - most);
            }
            self.search = Search::of(&self.secrets);
        }
    }
}

impl Redactor {
    /// In bytes: a value shorter than this could be any piece of a text and is not searched for.
    pub const SHORTEST: usize = 4;
    /// A secret shorter than this is one only where it stands by itself.
    pub const SHORTEST_PIECE: usize = 8;

    /// With what another one looks for.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        // Of those it learned the oldest are the first to be forgotten.
        let (settings, learned) = other.secrets.split_at(other.lasting.min(other.secrets.len()));
        self.extend(learned.iter().chain(settings).cloned());
        self
    }

    /// The text without secrets.
    #[must_use]
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut found = looks_secret(text);
        self.find(text.as_bytes(), &mut found);
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut shown = String::with_capacity(text.len());
        let mut rest = 0;
        for range in merged(found) {
            shown.push_str(text.get(rest..range.start).unwrap_or_default());
            shown.push_str(MASK);
            rest = range.end;
        }
        shown.push_str(text.get(rest..).unwrap_or_default());
        Cow::Owned(shown)
    }

    /// The bytes without secrets; `None` when there are none in them.
    #[must_use]
    pub fn bytes(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut found = str::from_utf8(bytes).map(looks_secret).unwrap_or_default();
        self.find(bytes, &mut found);
        if found.is_empty() {
            return None;
        }
        let mut shown = Vec::with_capacity(bytes.len());
        let mut rest = 0;
        for range in merged(found) {
            shown.extend_from_slice(bytes.get(rest..range.start).unwrap_or_default());
            shown.extend_from_slice(MASK.as_bytes());
            rest = range.end;
        }
        shown.extend_from_slice(bytes.get(rest..).unwrap_or_default());
        Some(shown)
    }

    /// Masks a text in place.
    pub fn redact(&self, text: &mut String) {
        if let Cow::Owned(shown) = self.text(text) {
            *text = shown;
        }
    }

    /// Finds the secrets in a text as it stands, and in what its escapes stand for.
    fn find(&self, text: &[u8], found: &mut Vec<Range<usize>>) {
        if let Some(search) = &self.search {
            search.within(text, LAYERS, found);
        }
    }
}

impl Search {
    fn of(secrets: &[Secret]) -> Option<Self> {
        let mut patterns: Vec<Vec<u8>> = Vec::new();
        let mut needles = Vec::new();
        let mut add = |pattern: Vec<u8>, needle| {
            patterns.push(pattern);
            needles.push(needle);
        };
        for secret in secrets {
            let text = secret.expose();
            let short = text.len() < Redactor::SHORTEST_PIECE;
            let plain = if short { Needle::Word } else { Needle::Plain };
            add(text.as_bytes().to_vec(), plain);
            if text.contains(' ') {
                // As forms and queries write it.
                add(text.replace(' ', "+").into_bytes(), plain);
            }
            let trimmed = text.trim();
            if trimmed.len() < text.len() && trimmed.len() >= Redactor::SHORTEST {
                // As a header has it.
                add(trimmed.as_bytes().to_vec(), plain);
            }
            // A header may be sent with its values escaped, and be repeated as base64.
            let escaped = utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
            let json = serde_json::to_string(text).unwrap_or_default();
            let forms = [text, &escaped, json.trim_matches('"')];
            let new = forms.iter().enumerate().filter(|(nth, form)| *nth == 0 || **form != text);
            for coded in new.flat_map(|(_, form)| coded(form.as_bytes())) {
                if coded.contains(['+', '/']) {
                    add(coded.replace('+', "-").replace('/', "_").into_bytes(), Needle::Coded);
                }
                add(coded.into_bytes(), Needle::Coded);
            }
        }
        // It fails for patterns beyond all memory only.
        let automaton = AhoCorasick::new(&patterns).ok()?;
        (!patterns.is_empty()).then_some(Self { automaton, needles })
    }

    /// Finds secrets in a text, and in what its escapes stand for, so many layers of them deep.
    fn within(&self, text: &[u8], layers: usize, found: &mut Vec<Range<usize>>) {
        self.find(text, found);
        if layers == 0 {
            return;
        }
        for plain in Escapes::ALL.into_iter().filter_map(|escapes| unescaped(text, escapes)) {
            let mut within = Vec::new();
            self.within(&plain.bytes, layers - 1, &mut within);
            found.extend(within.into_iter().map(|range| plain.raw(range)));
        }
    }

    fn find(&self, text: &[u8], found: &mut Vec<Range<usize>>) {
        let is_word =
            |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphanumeric);
        for hit in self.automaton.find_overlapping_iter(text) {
            let range = hit.range();
            match self.needles[hit.pattern().as_usize()] {
                Needle::Plain => found.push(range),
                Needle::Word => {
                    if !is_word(range.start.checked_sub(1)) && !is_word(Some(range.end)) {
                        found.push(range);
                    }
                }
                Needle::Coded => {
                    let is_coded = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=_-".contains(byte);
                    let before = text[..range.start].iter().rev().take_while(|byte| is_coded(byte)).count();
                    let behind = text[range.end..].iter().take_while(|byte| is_coded(byte)).count();
                    found.push(range.start - before..range.end + behind);
                }
            }
        }
    }
}

/// What base64 makes of a secret wherever it stands in a longer text: the digits that depend on it alone, for
/// each of the three places that its first byte can have.
fn coded(secret: &[u8]) -> Vec<String> {
    let of = |shift: usize| {
        let mut padded = vec![0; shift];
        padded.extend_from_slice(secret);
        let digits = BASE64_STANDARD_NO_PAD.encode(&padded);
        let (from, to) = ([0, 2, 3][shift], padded.len() * 8 / 6);
        digits.get(from..to).unwrap_or_default().to_owned()
    };
    (0..3).map(of).filter(|digits| digits.len() >= SHORTEST_CODED).collect()
}

fn merged(mut found: Vec<Range<usize>>) -> Vec<Range<usize>> {
    found.sort_by_key(|range| range.start);
    let mut all: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found {
        match all.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => all.push(range),
        }
    }
    all
}

/// Something that is masked wherever it stands: what every such text holds, and its pattern, whose first group is
/// the secret.
struct Shape {
    signs: &'static [&'static str],
    pattern: &'static str,
    compiled: OnceLock<Option<Regex>>,
    is_one: fn(&str) -> bool,
}

const fn shape(signs: &'static [&'static str], pattern: &'static str, is_one: fn(&str) -> bool) -> Shape {
    Shape { signs, pattern, compiled: OnceLock::new(), is_one }
}

/// Private keys in PEM, also in base64 once more, and tokens by their shape. A pattern is compiled when a sign of it
/// is seen for the first time, since that takes longer than to connect.
static SHAPES: [Shape; 5] = [
    shape(
        &["PRIVATE KEY"],
        r"(?s)(-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\z))",
        |_| true,
    ),
    shape(&["LS0tLS1CRUdJTi"], r"(?-u)(LS0tLS1CRUdJTi[A-Za-z0-9+/_=-]+)", is_coded_key),
    shape(&["eyJ"], r"(?-u)\b(eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)", |_| true),
    shape(
        &["earer", "EARER", "asic ", "oken "],
        r"(?-u)\b(?:[Bb]earer|BEARER|[Bb]asic|[Tt]oken)[ \t]+([A-Za-z0-9._~+/-]{16,}=*)",
        // A word of a sentence is no token.
        |text| text.bytes().any(|byte| byte.is_ascii_digit()),
    ),
    shape(
        &["gh", "xox", "AKIA", "glpat-", "sk-"],
        r"(?-u)\b(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,}|xox[abprs]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16}|glpat-[A-Za-z0-9_-]{20,}|sk-[A-Za-z0-9_-]{20,})",
        |_| true,
    ),
];

/// Where a text looks like a private key or a token.
fn looks_secret(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if text.len() < 16 {
        return found;
    }
    for Shape { signs, pattern, compiled, is_one } in &SHAPES {
        if !signs.iter().any(|sign| memmem::find(text.as_bytes(), sign.as_bytes()).is_some()) {
            continue;
        }
        // The patterns are constants, and a test sees each of them find what it is for.
        let Some(shape) = compiled.get_or_init(|| Regex::new(pattern).ok()) else { continue };
        let secrets = shape.captures_iter(text).filter_map(|captures| captures.get(1));
        found.extend(secrets.filter(|secret| is_one(secret.as_str())).map(|secret| secret.range()));
    }
    found
}

/// Whether base64 that begins like PEM begins like a private key; certificates are public.
fn is_coded_key(digits: &str) -> bool {
    let standard = digits.replace('-', "+").replace('_', "/");
    let start = standard.get(..64).unwrap_or(standard.trim_end_matches('='));
    let whole = &start[..start.len() / 4 * 4];
    let decoded = BASE64_STANDARD_NO_PAD.decode(whole).unwrap_or_default();
    !String::from_utf8_lossy(&decoded).contains("CERTIFICATE")
}

#[cfg(test)]
mod tests {
    use base64::{
        Engine as _,
        prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
    };
    use proptest::prelude::*;

    use super::{MASK, Redactor, Secret};

    fn redactor(secrets: &[&str]) -> Redactor {
        secrets.iter().map(|secret| Secret::new(*secret)).collect()
    }

    #[test]
    fn no_piece_of_a_longer_secret_is_left_standing() {
        let redactor = redactor(&["hunter", "hunter2", ""]);
        assert_eq!(redactor.text("hunter2 and hunter"), "••• and •••");
        assert_eq!(
            redactor.bytes(b"\xffhunter2").as_deref(),
            Some(&b"\xff\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2"[..])
        );
        assert_eq!(redactor.bytes(b"nothing"), None);
    }

    #[test]
    fn a_short_secret_is_masked_by_itself_only_and_a_shorter_one_not_at_all() {
        let redactor = redactor(&["ate", "test", "ck"]);
        assert_eq!(
            redactor.text("WWW-Authenticate: ck; the latest test=test"),
            "WWW-Authenticate: ck; the latest •••=•••"
        );
    }

    #[test]
    fn of_what_is_learned_the_latest_is_kept_and_the_settings_always() {
        let mut redactor = redactor(&["of-the-settings"]);
        for nth in 0..100 {
            redactor.extend([Secret::new(format!("learned-number-{nth:03}"))]);
        }
        assert_eq!(redactor.text("of-the-settings learned-number-099"), "••• •••");
        assert_eq!(redactor.text("learned-number-001"), "learned-number-001");
        let both = self::redactor(&["of-others"]).and(&redactor);
        assert_eq!(both.text("of-the-settings of-others learned-number-099"), "••• ••• •••");
    }

    #[test]
    fn a_secret_is_found_under_its_escapes() {
        let redactor = redactor(&["s3cr&t/\"<é> x"]);
        for text in [
            "s3cr&t/\"<é> x",
            "s3cr%26t%2F%22%3C%C3%A9%3E%20x",
            "s3cr%26t%2f%22%3c%c3%a9%3e+x",
            r#"s3cr&t\/\"<é> x"#,
            r"s3cr\u0026t/\u0022\u003c\u00e9\u003e x",
            "s3cr&amp;t/&quot;&lt;&#233;&gt; x",
            "s3cr&#x26;t/&#34;&lt;&#xe9;&gt; x",
        ] {
            assert_eq!(redactor.text(&format!("a {text} z")), "a ••• z", "{text}");
        }
    }

    #[test]
    fn a_secret_is_found_under_several_layers_of_escapes() {
        let redactor = redactor(&["s3cr&t/value+\"1"]);
        let percent =
            |text: &str| -> String { url::form_urlencoded::byte_serialize(text.as_bytes()).collect() };
        let json = |text: &str| serde_json::to_string(text).expect("a text is JSON");
        let secret = "s3cr&t/value+\"1";
        let header = format!("OAuth oauth_token=\"{}\"", percent(secret));
        for text in [
            percent(&percent(secret)),
            percent(&json(secret)),
            percent(&header),
            BASE64_STANDARD.encode(&header),
            BASE64_STANDARD.encode(json(secret)),
        ] {
            let shown = redactor.text(&text);
            assert!(shown.contains(MASK) && !shown.contains("value"), "{text} {shown}");
        }
        assert_eq!(self::redactor(&["hunter22 "]).text("X-Key: hunter22"), "X-Key: •••");
    }

    #[test]
    fn what_looks_like_a_key_or_a_token_is_masked_without_being_known() {
        let none = Redactor::default();
        let key = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEI\n-----END EC PRIVATE KEY-----";
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-DEF_123";
        for (text, shown) in [
            (format!("no such file: {key}"), "no such file: •••".to_owned()),
            (format!("cut: {}", &key[..40]), "cut: •••".to_owned()),
            (format!("key {}", BASE64_STANDARD.encode(key)), "key •••".to_owned()),
            (format!("got {jwt}, sorry"), "got •••, sorry".to_owned()),
            ("Authorization: Bearer abcdefghij0123456789".to_owned(), "Authorization: Bearer •••".to_owned()),
            ("ghp_0123456789012345678901234567890123456".to_owned(), MASK.to_owned()),
        ] {
            assert_eq!(none.text(&text), shown);
        }
        let public = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
        for text in
            [public.to_owned(), BASE64_STANDARD.encode(public), "Bearer authentication_required".to_owned()]
        {
            assert_eq!(none.text(&text), text);
        }
    }

    proptest! {
        #[test]
        fn no_encoding_shows_a_secret(
            secret in "[ -~]{8,24}",
            before in "[ -~]{0,9}",
            behind in "[ -~]{0,9}",
        ) {
            let redactor = redactor(&[&secret]);
            let whole = format!("{before}{secret}{behind}");
            let hex = |byte: u8| [b'%', b"0123456789abcdef"[usize::from(byte >> 4)], b"0123456789abcdef"[usize::from(byte & 15)]];
            let percent = String::from_utf8(whole.bytes().flat_map(hex).collect()).expect("digits are text");
            let json = serde_json::to_string(&whole).expect("a text is JSON");
            for text in [
                whole.clone(),
                percent,
                json,
                url::form_urlencoded::byte_serialize(whole.as_bytes()).collect(),
                BASE64_STANDARD.encode(&whole),
                BASE64_URL_SAFE_NO_PAD.encode(&whole),
            ] {
                let shown = redactor.text(&text);
                prop_assert!(shown.contains(MASK), "{text} {shown}");
                prop_assert!(!shown.contains(&secret));
            }
        }

        #[test]
        fn any_bytes_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let redactor = redactor(&["%41%", "&amp;", "\\u00"]);
            drop(redactor.bytes(&bytes));
            drop(redactor.text(&String::from_utf8_lossy(&bytes)));
        }
    }
}
