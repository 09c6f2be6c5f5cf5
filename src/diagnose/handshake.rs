//! Broken rules of a 101 that the pipeline lets pass (RFC 6455, sections 4 and 9.1; RFC 7692, section 7).

use crate::{
    config::MASK,
    session::{Exchange, Finding, FindingCode, Response, Severity, StageReport},
    wire::{Extension, extensions},
};

use super::{
    connection::exchange,
    finding_builder::{FindingBuilder, cut},
};

const EXTENSIONS: &str = "Sec-WebSocket-Extensions";

/// Headers that an answer must not have twice (RFC 6455, section 11.3).
const ONCE: [&str; 4] =
    ["Sec-WebSocket-Accept", EXTENSIONS, "Sec-WebSocket-Protocol", "Sec-WebSocket-Version"];

const GOES_ON: &str = "the pipeline goes on without a word";

/// A finding for each rule that the answer breaks although the connection opened.
pub(super) fn lenient(ladder: &[StageReport]) -> Vec<Finding> {
    let Some((exchange, response)) =
        exchange(ladder).and_then(|exchange| Some((exchange, exchange.response.as_ref()?)))
    else {
        return Vec::new();
    };
    let found = [
        version(response),
        form(response),
        upgrade(response),
        repeated(response),
        body(response),
        malformed(response),
        unasked(exchange, response),
        parameters(exchange, response),
    ];
    found.into_iter().flatten().collect()
}

fn finding(code: FindingCode, cause: String) -> FindingBuilder {
    FindingBuilder::new(code, cause).severity(Severity::Warning)
}

/// The head of the answer itself; interim answers may stand before it.
fn head(response: &Response) -> &str {
    let at = response.head.rfind("\nHTTP/").map_or(0, |at| at + 1);
    &response.head[at..]
}

fn status_line(response: &Response) -> &str {
    head(response).lines().next().unwrap_or_default()
}

fn version(response: &Response) -> Option<Finding> {
    let line = status_line(response);
    let version = line.split(' ').next().filter(|word| word.starts_with("HTTP/") && *word != "HTTP/1.1")?;
    let cause = format!(
        "The server answered 101 in {version}. Only HTTP/1.1 knows this answer (RFC 6455, section 4.2.2; RFC 9110, \
         section 15.2); a browser or a proxy refuses it."
    );
    let finding = finding(FindingCode::UpgradeHttpVersion, cause)
        .seen([cut(line, 200), GOES_ON.to_owned()])
        .advise("let the server, or the proxy before it, speak HTTP/1.1")
        .done();
    Some(finding)
}

/// How the head is written: what breaks RFC 9112 and is read all the same.
fn form(response: &Response) -> Option<Finding> {
    let head = head(response);
    let (line, headers) = head.split_once('\n')?;
    let line = line.strip_suffix('\r').unwrap_or(line);
    let behind = line.split_once(' ').map_or("", |(_, behind)| behind);
    let spaces = if behind.starts_with(' ') {
        Some("more than one space stands before the status (section 4)")
    } else {
        (!behind.starts_with("101 ")).then_some("no space stands behind the status (section 4)")
    };
    let bare = head.split_inclusive('\n').any(|line| !line.ends_with("\r\n"));
    let bare = bare.then_some("lines end with LF alone (section 2.2)");
    let folds = headers.lines().any(|line| line.starts_with([' ', '\t']));
    let folds = folds.then_some("a header goes on in a further line (section 5.2)");
    let found: Vec<&str> = [spaces, bare, folds].into_iter().flatten().collect();
    if found.is_empty() {
        return None;
    }
    let cause = "The head of the 101 is not written as HTTP/1.1 wants it (RFC 9112); a strict client or proxy refuses it.";
    let finding = FindingBuilder::new(FindingCode::UpgradeHeadForm, cause)
        .severity(Severity::Note)
        .seen(found.into_iter().map(str::to_owned))
        .seen([GOES_ON.to_owned()])
        .advise("let the server write its answer by a library of HTTP")
        .done();
    Some(finding)
}

/// Where a list is allowed for Connection, the value of Upgrade must be one word.
fn upgrade(response: &Response) -> Option<Finding> {
    let values: Vec<&str> = values(response, "Upgrade").collect();
    let right = |value: &str| value.trim().eq_ignore_ascii_case("websocket");
    if values.is_empty() || matches!(values.as_slice(), [one] if right(one)) {
        return None;
    }
    let cause = "The header Upgrade of the answer names more than websocket, and RFC 6455, section 4.1, has a client refuse \
                 that. The pipeline looks for the word in a list.";
    let finding = finding(FindingCode::UpgradeValue, cause.to_owned())
        .seen(values.iter().map(|value| format!("Upgrade: {}", cut(value, 120))))
        .advise("let the server answer with “Upgrade: websocket” alone")
        .done();
    Some(finding)
}

fn repeated(response: &Response) -> Option<Finding> {
    let times = |name: &&str| values(response, name).count();
    let twice: Vec<&str> = ONCE.into_iter().filter(|name| times(name) > 1).collect();
    let first = twice.first()?;
    let cause = format!(
        "The answer has the header {first} {} times, and it must not come more than once (RFC 6455, section 11.3). The \
         pipeline reads the first one, and of {EXTENSIONS} all.",
        times(first)
    );
    let lines = twice.iter().flat_map(|name| {
        values(response, name).take(4).map(move |value| format!("{name}: {}", cut(value, 120)))
    });
    let finding = finding(FindingCode::UpgradeHeaderRepeated, cause)
        .seen(lines)
        .advise("let only one of server and proxy write this header")
        .done();
    Some(finding)
}

/// An answer of 1xx has no body, so it must not say how long one is.
fn body(response: &Response) -> Option<Finding> {
    let lines: Vec<String> = ["Content-Length", "Transfer-Encoding"]
        .into_iter()
        .flat_map(|name| values(response, name).map(move |value| format!("{name}: {}", cut(value, 120))))
        .take(4)
        .collect();
    if lines.is_empty() {
        return None;
    }
    let pipeline = refused_length(response).map_or_else(
        || GOES_ON.to_owned(),
        |error| format!("the pipeline would log: Failed to connect to websocket: {error}"),
    );
    let cause = "The 101 speaks of a body, which it cannot have (RFC 9110, section 8.6; RFC 9112, section 6.1). A proxy that \
                 believes it takes the first frames for the body.";
    let finding = finding(FindingCode::UpgradeWithBody, cause.to_owned())
        .seen(lines)
        .seen([pipeline])
        .advise("let the server leave Content-Length and Transfer-Encoding out of the 101")
        .done();
    Some(finding)
}

/// What Go says about a length of a body that it does not take, in the order of its `net/http`.
fn refused_length(response: &Response) -> Option<String> {
    let encodings: Vec<&str> = values(response, "Transfer-Encoding").collect();
    let is_old =
        status_line(response).starts_with("HTTP/1.0") || status_line(response).starts_with("HTTP/0.");
    match encodings.as_slice() {
        [] => {}
        _ if is_old => {}
        [one] if one.eq_ignore_ascii_case("chunked") => {}
        [one] => return Some(format!("unsupported transfer encoding: {one:?}")),
        more => return Some(format!("too many transfer encodings: {}", in_go(more))),
    }
    let lengths: Vec<&str> = values(response, "Content-Length").map(str::trim).collect();
    let first = lengths.first()?;
    if lengths.iter().any(|length| length != first) {
        let lengths = in_go(&lengths);
        return Some(format!("http: message cannot contain multiple Content-Length headers; got {lengths}"));
    }
    if first.is_empty() {
        return Some("invalid empty Content-Length \"\"".to_owned());
    }
    let digits = first.bytes().all(|byte| byte.is_ascii_digit());
    (!digits || first.parse::<i64>().is_err()).then(|| format!("bad Content-Length {first:?}"))
}

/// `["a" "b"]`
fn in_go(values: &[&str]) -> String {
    let quoted: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
    format!("[{}]", quoted.join(" "))
}

fn malformed(response: &Response) -> Option<Finding> {
    let value =
        values(response, EXTENSIONS).find(|value| !value.contains(MASK) && extensions(value).malformed)?;
    let cause = format!(
        "The header {EXTENSIONS} of the answer breaks its grammar, and RFC 6455, section 9.1, has a client fail the connection \
         then. The pipeline reads it up to there and drops the rest."
    );
    let finding = finding(FindingCode::ExtensionMalformed, cause)
        .seen([format!("{EXTENSIONS}: {}", cut(value, 200)), GOES_ON.to_owned()])
        .advise("let the server write each extension as “name; parameter=value”, with a comma between two")
        .done();
    Some(finding)
}

/// An extension other than the compression that was switched on, which has a finding of its own.
fn unasked(exchange: &Exchange, response: &Response) -> Option<Finding> {
    let read = exchange.extension.is_some();
    let offered: Vec<&str> = offered(exchange).map(|extension| extension.name).collect();
    let asked = |name: &str| offered.iter().any(|offered| offered.eq_ignore_ascii_case(name));
    let unasked: Vec<&str> = values(response, EXTENSIONS)
        .flat_map(|value| extensions(value).extensions)
        .filter(|extension| !(read && extension.name.eq_ignore_ascii_case(Extension::DEFLATE)))
        .map(|extension| extension.name)
        .filter(|name| !asked(name))
        .collect();
    let first = unasked.first()?;
    let cause = format!(
        "The server switched on the extension {}, which the request did not offer, and RFC 6455, section 4.1, has a client \
         fail the connection then. The pipeline passes over it: if the server means it, its frames cannot be read.",
        cut(first, 80)
    );
    let lines =
        values(response, EXTENSIONS).take(4).map(|value| format!("{EXTENSIONS}: {}", cut(value, 200)));
    let finding = finding(FindingCode::ExtensionUnasked, cause)
        .seen(lines)
        .seen([GOES_ON.to_owned()])
        .advise("let the server use only extensions that were offered")
        .done();
    Some(finding)
}

/// Parameters of the compression in use that a client must not take.
fn parameters(exchange: &Exchange, response: &Response) -> Option<Finding> {
    const WINDOW: &str = "client_max_window_bits";
    let words = exchange.extension.as_deref().filter(|words| !words.contains(MASK))?;
    let listed = extensions(words);
    let extension = listed.extensions.first()?;
    let named = values(response, EXTENSIONS)
        .flat_map(|value| extensions(value).extensions)
        .filter(|extension| extension.name.eq_ignore_ascii_case(Extension::DEFLATE));
    let twice = || (named.count() > 1).then(|| format!("{} is named twice", Extension::DEFLATE));
    let mut offers = offered(exchange).filter(|offer| offer.name == Extension::DEFLATE).peekable();
    let window = || {
        let unasked = offers.peek().is_some() && !offers.any(|offer| offer.has(WINDOW));
        (unasked && extension.has(WINDOW)).then(|| format!("{WINDOW} was not offered"))
    };
    let fault = extension.deflate_fault().or_else(twice).or_else(window)?;
    let cause = format!(
        "The server switched on permessage-deflate in a way that RFC 7692, section 7.1, has a client fail the connection for: \
         {fault}. The pipeline looks only for both no_context_takeover parameters."
    );
    let finding = finding(FindingCode::DeflateParameters, cause)
        .seen([format!("{EXTENSIONS}: {}", cut(words, 200)), GOES_ON.to_owned()])
        .advise("fix the parameters that the server answers with, or switch compression off there")
        .done();
    Some(finding)
}

/// The extensions of our request.
fn offered(exchange: &Exchange) -> impl Iterator<Item = Extension<'_>> {
    let lines = exchange.request.lines().filter_map(|line| line.split_once(':'));
    let values = lines.filter(|(name, _)| name.eq_ignore_ascii_case(EXTENSIONS)).map(|(_, value)| value);
    values.flat_map(|value| extensions(value.trim()).extensions)
}

/// The values of all headers of this name.
fn values<'a>(response: &'a Response, name: &'a str) -> impl Iterator<Item = &'a str> {
    let named = response.headers.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name));
    named.map(|(_, value)| value.as_str())
}
