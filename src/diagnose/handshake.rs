//! Findings about a 101 that breaks a rule and is accepted as in the pipeline (RFC 6455, sections 4 and 9.1;
//! RFC 7692, section 7).

use crate::{
    config::MASK,
    session::{Exchange, Finding, FindingCode, PIPELINE_LOG, Response, StageReport},
    wire::{Extension, GoResponse, extensions, go_response},
};

use super::{failed_connection::exchange, finding::cut, pipeline::PIPELINE_CONTINUES};

const EXTENSIONS: &str = "Sec-WebSocket-Extensions";

/// Headers that a response must not repeat (RFC 6455, section 11.3).
const ONCE: [&str; 4] =
    ["Sec-WebSocket-Accept", EXTENSIONS, "Sec-WebSocket-Protocol", "Sec-WebSocket-Version"];

/// A finding for each rule that the response breaks although the connection opened.
pub(super) fn lenient(ladder: &[StageReport]) -> Vec<Finding> {
    let Some((exchange, response)) =
        exchange(ladder).and_then(|exchange| Some((exchange, exchange.response.as_ref()?)))
    else {
        return Vec::new();
    };
    let syntax = [version(response), form(response), upgrade(response), repeated(response), body(response)];
    let extensions =
        [malformed(response), unasked(exchange, response), deflate_parameters(exchange, response)];
    syntax.into_iter().chain(extensions).flatten().collect()
}

/// The head of the final response, after those of interim responses.
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
        "The server answered 101 in {version}. Only HTTP/1.1 has this response (RFC 6455, section 4.2.2; RFC 9110, \
         section 15.2). A browser or a proxy refuses it."
    );
    let finding = Finding::new(FindingCode::UpgradeHttpVersion, cause)
        .evidence([cut(line, 200), PIPELINE_CONTINUES.to_owned()])
        .cure();
    Some(finding)
}

/// Spaces, line ends and folded headers that break RFC 9112.
fn form(response: &Response) -> Option<Finding> {
    let head = head(response);
    let (line, headers) = head.split_once('\n')?;
    let line = line.strip_suffix('\r').unwrap_or(line);
    let behind = line.split_once(' ').map_or("", |(_, behind)| behind);
    let spaces = if behind.starts_with(' ') {
        Some("more than one space before the status (section 4)")
    } else {
        (!behind.starts_with("101 ")).then_some("no space after the status (section 4)")
    };
    let bare = head.split_inclusive('\n').any(|line| !line.ends_with("\r\n"));
    let bare = bare.then_some("lines end with LF alone (section 2.2)");
    let folds = headers.lines().any(|line| line.starts_with([' ', '\t']));
    let folds = folds.then_some("a header continues on a second line (section 5.2)");
    let found: Vec<&str> = [spaces, bare, folds].into_iter().flatten().collect();
    if found.is_empty() {
        return None;
    }
    let cause =
        "The head of the 101 breaks the syntax of HTTP/1.1 (RFC 9112). A strict client or proxy refuses it.";
    let finding = Finding::new(FindingCode::UpgradeHeadForm, cause)
        .evidence(found)
        .evidence([PIPELINE_CONTINUES])
        .cure();
    Some(finding)
}

/// The value of Upgrade must be one word, unlike that of Connection, which may be a list.
fn upgrade(response: &Response) -> Option<Finding> {
    let values: Vec<&str> = values(response, "Upgrade").collect();
    let right = |value: &str| value.trim().eq_ignore_ascii_case("websocket");
    if values.is_empty() || matches!(values.as_slice(), [one] if right(one)) {
        return None;
    }
    let cause = "The Upgrade header of the response names more than websocket, and RFC 6455, section 4.1, requires a \
                 client to refuse that. The pipeline looks for the word in a list.";
    let finding =
        Finding::new(FindingCode::UpgradeValue, cause).evidence(lines(response, "Upgrade", 120)).cure();
    Some(finding)
}

fn repeated(response: &Response) -> Option<Finding> {
    let times = |name: &&str| values(response, name).count();
    let twice: Vec<&str> = ONCE.into_iter().filter(|name| times(name) > 1).collect();
    let first = twice.first()?;
    let cause = format!(
        "The response has the header {first} {} times, which must not be repeated (RFC 6455, section 11.3). The \
         pipeline uses the first one, and all of {EXTENSIONS}.",
        times(first)
    );
    let lines = twice.iter().flat_map(|name| lines(response, name, 120).take(4));
    let finding = Finding::new(FindingCode::UpgradeHeaderRepeated, cause).evidence(lines).cure();
    Some(finding)
}

/// A 1xx response has no body, so it must not announce the length of one.
fn body(response: &Response) -> Option<Finding> {
    let lines: Vec<String> = ["Content-Length", "Transfer-Encoding"]
        .into_iter()
        .flat_map(|name| lines(response, name, 120))
        .take(4)
        .collect();
    if lines.is_empty() {
        return None;
    }
    let pipeline = match go_response(head(response).as_bytes(), true) {
        GoResponse::Refused(error) => format!("{PIPELINE_LOG}Failed to connect to websocket: {error}"),
        GoResponse::Partial | GoResponse::Read { .. } => PIPELINE_CONTINUES.to_owned(),
    };
    let cause = "The 101 announces a body, which it cannot have (RFC 9110, section 8.6; RFC 9112, section 6.1). A proxy \
                 that relies on it mistakes the first frames for the body.";
    let finding =
        Finding::new(FindingCode::UpgradeWithBody, cause).evidence(lines).evidence([pipeline]).cure();
    Some(finding)
}

fn malformed(response: &Response) -> Option<Finding> {
    let value =
        values(response, EXTENSIONS).find(|value| !value.contains(MASK) && extensions(value).malformed)?;
    let cause = format!(
        "The header {EXTENSIONS} of the response breaks its grammar, and RFC 6455, section 9.1, requires a client to \
         fail the connection. The pipeline reads it up to the error and ignores the rest."
    );
    let finding = Finding::new(FindingCode::ExtensionMalformed, cause)
        .evidence([format!("{EXTENSIONS}: {}", cut(value, 200)), PIPELINE_CONTINUES.to_owned()])
        .cure();
    Some(finding)
}

/// An extension that was not offered; enabled compression has a finding of its own.
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
        "The server enabled the extension {}, which the request did not offer, and RFC 6455, section 4.1, requires a \
         client to fail the connection. The pipeline ignores it: if the server uses it, its frames cannot be read.",
        cut(first, 80)
    );
    let finding = Finding::new(FindingCode::ExtensionUnasked, cause)
        .evidence(lines(response, EXTENSIONS, 200).take(4))
        .evidence([PIPELINE_CONTINUES])
        .cure();
    Some(finding)
}

/// Parameters of the compression in use that a client must refuse.
fn deflate_parameters(exchange: &Exchange, response: &Response) -> Option<Finding> {
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
        "The server enabled permessage-deflate in a way for which RFC 7692, section 7.1, requires a client to fail the \
         connection: {fault}. The pipeline checks only for both no_context_takeover parameters."
    );
    let finding = Finding::new(FindingCode::DeflateParameters, cause)
        .evidence([format!("{EXTENSIONS}: {}", cut(words, 200)), PIPELINE_CONTINUES.to_owned()])
        .cure();
    Some(finding)
}

/// The extensions that the request offered.
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

/// The headers of this name, each value cut to `limit` characters.
fn lines<'a>(response: &'a Response, name: &'a str, limit: usize) -> impl Iterator<Item = String> {
    values(response, name).map(move |value| format!("{name}: {}", cut(value, limit)))
}
