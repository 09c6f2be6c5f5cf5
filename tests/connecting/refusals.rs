//! Refusals as they come over the wire, and who the finding names.

use sockeye::{
    diagnose,
    session::{Finding, Timestamp},
};

use crate::{dial, settings, support::servers::answering};

/// What is found where a server answers so, in the parts in which it writes.
async fn found(parts: &[&str]) -> Finding {
    let server = answering(parts.iter().map(|part| part.as_bytes().to_vec()).collect()).await;
    let settings = settings(&server.ws("/feed"));
    let outcome = dial(settings.clone()).await;
    let reports: Vec<_> = outcome.reports().cloned().collect();
    let findings = diagnose::failed(&settings, &reports, &outcome.failure(), Timestamp(0));
    let [finding] = findings.try_into().expect("there is one finding");
    finding
}

#[tokio::test]
async fn who_refuses_is_named_from_what_the_wire_brings() {
    for (answer, cause) in [
        (
            "HTTP/1.1 403 Forbidden\r\nserver: envoy\r\ncontent-length: 19\r\n\r\nRBAC: access denied",
            "AuthorizationPolicy",
        ),
        (
            "HTTP/1.1 403 Forbidden\r\nserver: envoy\r\ncontent-length: 0\r\n\r\n",
            "as it seems without the server behind it",
        ),
        (
            "HTTP/1.1 403 Forbidden\r\nserver: envoy\r\nx-envoy-upstream-service-time: 2\r\ncontent-length: 0\r\n\r\n",
            "the server behind it refuses access",
        ),
        (
            "HTTP/1.1 503 Service Unavailable\r\nServer: awselb/2.0\r\nContent-Length: 0\r\n\r\n",
            "its target group is empty",
        ),
        ("HTTP/1.1 463 \r\nServer: awselb/2.0\r\nContent-Length: 0\r\n\r\n", "more than 30 addresses"),
        (
            "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nx-render-routing: no-server\r\nContent-Length: 10\r\n\r\nNot Found\n",
            "Render has no service",
        ),
        (
            "HTTP/1.1 404 Not Found\r\nServer: railway-edge\r\nX-Railway-Fallback: true\r\nContent-Length: 0\r\n\r\n",
            "Railway has no application",
        ),
        (
            "HTTP/1.1 500 Internal Server Error\r\nServer: Vercel\r\nX-Vercel-Error: FUNCTION_INVOCATION_FAILED\r\nContent-Length: 0\r\n\r\n",
            "does not serve websockets",
        ),
        (
            "HTTP/1.1 403 Forbidden\r\ncontent-length: 84\r\n\r\n<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n</body>",
            "A rule of HAProxy",
        ),
        (
            "HTTP/1.1 403 Forbidden\r\nServer: cloudflare\r\ncf-mitigated: challenge\r\nContent-Length: 0\r\n\r\n",
            "a check that only a browser passes",
        ),
        (
            "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 20\r\n\r\nno available server\n",
            "Traefik knows no healthy server",
        ),
        (
            "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nx-amzn-ErrorType: ForbiddenException\r\nContent-Length: 23\r\n\r\n{\"message\":\"Forbidden\"}",
            "AWS API gateway refuses",
        ),
    ] {
        let finding = found(&[answer]).await;
        assert!(finding.cause.contains(cause), "{answer}: {}", finding.cause);
        assert!(!finding.fixes.is_empty() && !finding.evidence.is_empty(), "{finding:?}");
    }
}

#[tokio::test]
async fn a_page_in_chunks_tells_who_refused() {
    let page = "<iframe src=\"//www.herokucdn.com/error-pages/application-error.html\"></iframe>";
    let chunk = format!("{:x}\r\n{page}\r\n0\r\n\r\n", page.len());
    let head = "HTTP/1.1 503 Service Unavailable\r\nServer: Heroku\r\nTransfer-Encoding: chunked\r\n\r\n";
    let finding = found(&[head, &chunk]).await;
    assert!(finding.cause.contains("it crashed (H10)"), "{}", finding.cause);
    assert!(finding.fixes[0].title.contains("heroku logs"), "{:?}", finding.fixes);
}
