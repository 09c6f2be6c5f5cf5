//! The ids by which requests and answers know each other, by protocol or at a chosen path.

use std::sync::LazyLock;

use crate::payload::document::{Found, MemberPath, values};

/// A longer id is none, in bytes.
const LONGEST: usize = 256;

/// Where ids are looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Ids {
    /// Where JSON-RPC, GraphQL, Phoenix, WAMP and OCPP have them.
    #[default]
    Known,
    /// At this path, in requests and answers.
    At(MemberPath),
}

/// What a message says of itself: its id, and what it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub id: String,
    /// The method, the type or the event; empty if it has none.
    pub what: String,
}

/// The paths that the protocols need, all found in one pass.
static PATHS: LazyLock<Vec<MemberPath>> = LazyLock::new(|| {
    let paths = [".id", ".method", ".type", ".op", ".result", ".error", ".ref", ".event"];
    let elements = [".[0]", ".[1]", ".[2]", ".[3]"];
    paths.into_iter().chain(elements).filter_map(|path| MemberPath::parse(path).ok()).collect()
});

/// Requests of WAMP that are answered always, and the answers (its specification, section 4.4).
const WAMP_REQUESTS: [&str; 5] = ["32", "34", "48", "64", "66"];
const WAMP_ANSWERS: [&str; 6] = ["17", "33", "35", "50", "65", "67"];

impl Ids {
    /// The id of a message of ours that is to be answered.
    pub(super) fn of_request(&self, payload: &[u8]) -> Option<Asked> {
        let known = match self {
            Self::At(path) => return at(path, payload).map(|id| Asked { id, what: String::new() }),
            Self::Known => Known::of(payload),
        };
        let member = |nth| known.member(nth).map(bare).unwrap_or_default();
        if let Some(id) = known.id(0) {
            // What has a result is our answer to a request of the server.
            let is_answer = known.member(4).is_some() || known.member(5).is_some();
            let what = [1, 3, 2].into_iter().map(member).find(|what| !what.is_empty()).unwrap_or_default();
            return (!is_answer).then(|| Asked { id: format!("id {id}"), what });
        }
        if let Some(id) = known.id(6).filter(|_| known.member(7).is_some()) {
            return Some(Asked { id: format!("ref {id}"), what: member(7) });
        }
        let [first, second, third, fourth] = known.elements();
        let (code, id) = (first?, second.filter(|id| is_id(id))?);
        if WAMP_REQUESTS.contains(&code) && !id.starts_with('"') {
            return Some(Asked { id: format!("request {id}"), what: wamp(code).to_owned() });
        }
        if code == "2" && id.starts_with('"') {
            return Some(Asked { id: format!("call {id}"), what: third.map(bare).unwrap_or_default() });
        }
        let is_phoenix =
            [Some(id), third, fourth].iter().all(|text| text.is_some_and(|text| text.starts_with('"')));
        is_phoenix.then(|| Asked { id: format!("ref {id}"), what: fourth.map(bare).unwrap_or_default() })
    }

    /// The id of a received message that answers.
    pub(super) fn of_answer(&self, payload: &[u8]) -> Option<String> {
        let known = match self {
            Self::At(path) => return at(path, payload),
            Self::Known => Known::of(payload),
        };
        if let Some(id) = known.id(0) {
            let asks = known.member(1).is_some() && known.member(4).is_none() && known.member(5).is_none();
            return (!asks).then(|| format!("id {id}"));
        }
        if let Some(id) = known.id(6).filter(|_| known.member(7) == Some("\"phx_reply\"")) {
            return Some(format!("ref {id}"));
        }
        let [first, second, third, fourth] = known.elements();
        let (code, id) = (first?, second.filter(|id| is_id(id))?);
        match code {
            "8" => third.filter(|id| is_id(id)).map(|id| format!("request {id}")),
            "3" | "4" if id.starts_with('"') => Some(format!("call {id}")),
            code if WAMP_ANSWERS.contains(&code) => Some(format!("request {id}")),
            _ => (fourth == Some("\"phx_reply\"")).then(|| format!("ref {id}")),
        }
    }
}

/// The values of a message at [`PATHS`].
struct Known<'a> {
    payload: &'a [u8],
    found: Vec<Found>,
}

impl<'a> Known<'a> {
    fn of(payload: &'a [u8]) -> Self {
        let paths: Vec<_> = PATHS.iter().collect();
        Self { payload, found: values(payload, true, &paths) }
    }

    fn member(&self, nth: usize) -> Option<&'a str> {
        let Found::At(range) = self.found.get(nth)? else { return None };
        std::str::from_utf8(self.payload.get(range.clone())?).ok()
    }

    fn id(&self, nth: usize) -> Option<&'a str> {
        self.member(nth).filter(|id| is_id(id))
    }

    fn elements(&self) -> [Option<&'a str>; 4] {
        [8, 9, 10, 11].map(|nth| self.member(nth))
    }
}

fn at(path: &MemberPath, payload: &[u8]) -> Option<String> {
    let Some(Found::At(range)) = values(payload, true, &[path]).into_iter().next() else { return None };
    let id = std::str::from_utf8(payload.get(range)?).ok()?;
    let path = path.to_string();
    let name = path.rsplit('.').next().unwrap_or_default();
    is_id(id).then(|| format!("{name} {id}"))
}

/// Whether a value can be an id: a number or a text.
fn is_id(value: &str) -> bool {
    value.len() <= LONGEST
        && value.starts_with(|first: char| first == '"' || first == '-' || first.is_ascii_digit())
}

fn bare(value: &str) -> String {
    value.trim_matches('"').chars().take(LONGEST).collect()
}

const fn wamp(code: &str) -> &'static str {
    match code.as_bytes() {
        b"32" => "SUBSCRIBE",
        b"34" => "UNSUBSCRIBE",
        b"48" => "CALL",
        b"64" => "REGISTER",
        _ => "UNREGISTER",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_the_id_of_its_request_in_each_protocol() {
        for (request, what, answer) in [
            (r#"{"jsonrpc":"2.0","id":7,"method":"sum"}"#, "sum", r#"{"jsonrpc":"2.0","result":9,"id":7}"#),
            (r#"{"method":"SUBSCRIBE","params":["a"],"id":"x"}"#, "SUBSCRIBE", r#"{"error":{},"id":"x"}"#),
            (r#"{"id":"a1","type":"subscribe","payload":{}}"#, "subscribe", r#"{"id":"a1","type":"next"}"#),
            ("[48,7814135,{},\"com.sum\",[1,2]]", "CALL", "[50,7814135,{},[3]]"),
            ("[32,5,{},\"com.topic\"]", "SUBSCRIBE", "[8,32,5,{},\"wamp.error\"]"),
            ("[2,\"19\",\"Heartbeat\",{}]", "Heartbeat", "[3,\"19\",{}]"),
            (r#"["1","2","room:a","phx_join",{}]"#, "phx_join", r#"["1","2","room:a","phx_reply",{}]"#),
            (
                r#"{"topic":"a","event":"phx_join","ref":"4"}"#,
                "phx_join",
                r#"{"event":"phx_reply","ref":"4"}"#,
            ),
        ] {
            let asked = Ids::Known.of_request(request.as_bytes()).expect(request);
            assert_eq!(asked.what, what);
            assert_eq!(Ids::Known.of_answer(answer.as_bytes()), Some(asked.id), "{answer}");
        }
    }

    #[test]
    fn what_asks_nothing_is_no_request_and_what_asks_itself_no_answer() {
        for text in [
            r#"{"op":"ping"}"#,
            r#"{"id":null,"method":"a"}"#,
            r#"{"id":7,"result":1}"#,
            "[16,7,{},\"t\"]",
            "ping",
            "[]",
        ] {
            assert_eq!(Ids::Known.of_request(text.as_bytes()), None, "{text}");
        }
        for text in
            [r#"{"id":7,"method":"ask"}"#, r#"{"ref":"4","event":"news"}"#, "[36,7,8,{}]", "{\"id\":{}}"]
        {
            assert_eq!(Ids::Known.of_answer(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_chosen_path_has_the_id_of_both() {
        let ids = Ids::At(MemberPath::parse(".header.request_id").expect("a path"));
        let asked = ids.of_request(br#"{"header":{"request_id":"r1"}}"#).expect("it has one");
        assert_eq!(ids.of_answer(br#"{"header":{"request_id":"r1"},"ok":true}"#), Some(asked.id));
        assert_eq!(ids.of_answer(br#"{"id":1}"#), None);
    }
}
