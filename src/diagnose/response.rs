//! An HTTP response as evidence.

use crate::session::{Finding, FindingCode, Response};

use super::{failed_connection::FailedConnection, finding::cut};

/// Headers of a response that are shown as evidence whatever the status.
const SHOWN_HEADERS: [&str; 7] =
    ["Server", "Via", "Content-Type", "WWW-Authenticate", "Proxy-Authenticate", "Location", "Retry-After"];

/// Starts a finding with the response as evidence.
pub(super) fn with_response(
    failed: &FailedConnection,
    code: FindingCode,
    cause: impl Into<String>,
) -> Finding {
    let lines = failed.response().map_or_else(|| failed.error_lines().collect(), response_lines);
    Finding::new(code, cause).evidence(lines)
}

/// The status line, the headers that help, and the first 300 characters of the body.
pub(super) fn response_lines(response: &Response) -> Vec<String> {
    // Interim responses may come before the final one.
    let status = response
        .head
        .lines()
        .rfind(|line| line.starts_with("HTTP/"))
        .map_or_else(|| format!("{} {}", response.status, response.reason), |line| cut(line.trim_end(), 200));
    let headers = SHOWN_HEADERS
        .iter()
        .filter_map(|name| response.header(name).map(|value| format!("{name}: {}", cut(value, 200))));
    let body = cut(response.body.trim(), 300);
    let body = body.lines().map(str::trim_end).filter(|line| !line.is_empty()).take(8);
    std::iter::once(status).chain(headers).chain(body.map(|line| format!("body: {line}"))).collect()
}
