//! Refusals of the upgrade that tell by their headers or body who refused, and why.

use sockeye::{
    diagnose,
    session::{FailureKind, Finding, Stage},
};

use crate::fixtures::{NOW, answer, edits, failure, settings};

const CLOUDFLARE: (&str, &str) = ("Server", "cloudflare");
const ALB: (&str, &str) = ("Server", "awselb/2.0");

/// Status, headers, body, and words of the cause.
type Row<'a> = (u16, &'a [(&'a str, &'a str)], &'a str, &'a str);

fn at(url: &str, code: u16, headers: &[(&str, &str)], body: &str) -> Finding {
    let failure = failure(Stage::Upgrade, FailureKind::Status { code });
    let findings = diagnose::failed(&settings(url), &[answer(code, headers, body)], &failure, NOW);
    let [finding] = findings.try_into().expect("there is one finding");
    finding
}

fn refused(code: u16, headers: &[(&str, &str)], body: &str) -> Finding {
    at("wss://feed.example/ticks", code, headers, body)
}

fn fixes(finding: &Finding) -> String {
    finding.fixes.iter().map(|fix| fix.title.as_str()).collect::<Vec<_>>().join("; ")
}

#[test]
fn each_refusal_names_who_refused_and_why() {
    let rows: &[Row] = &[
        (451, &[], r#"{"code":0,"msg":"Service unavailable from a restricted location"}"#, "legal reasons"),
        (403, &[], "This service is not available in your country", "because of the place"),
        (
            418,
            &[],
            r#"{"code":-1003,"msg":"Way too much request weight used; IP banned until 1768348900000"}"#,
            "banned",
        ),
        (421, &[], "", "not responsible for the host"),
        (
            403,
            &[("X-RateLimit-Remaining", "0")],
            "API rate limit exceeded for 203.0.113.1",
            "limits how often",
        ),
        (200, &[], "<form><input name=u><input type=\"password\"></form>", "a page to log in"),
        (403, &[CLOUDFLARE, ("cf-mitigated", "challenge")], "", "a check that only a browser passes"),
        (403, &[CLOUDFLARE], "error code: 1020", "Cloudflare's firewall"),
        (503, &[CLOUDFLARE], "<title>Just a moment...</title>", "a check that only a browser passes"),
        (521, &[CLOUDFLARE], "", "refuses its connections (521)"),
        (530, &[CLOUDFLARE], "error code: 1033", "tunnel whose other end is not connected"),
        (403, &[("Server", "AkamaiGHost")], "Access Denied", "Akamai"),
        (405, &[("x-amzn-waf-action", "captcha")], "", "captcha"),
        (403, &[], "Request unsuccessful. Incapsula incident ID: 1-2", "Imperva"),
        (403, &[("X-DataDome", "protected")], "", "takes this client for a robot"),
        (403, &[], "Access Denied - Sucuri Website Firewall", "Sucuri"),
        (500, &[], "Fastly error: unknown domain: feed.example", "Fastly does not serve this host"),
        (503, &[("Server", "awselb/2.0")], "", "its target group is empty"),
        (504, &[ALB], "", "did not answer in time"),
        (
            403,
            &[("x-amzn-ErrorType", "MissingAuthenticationTokenException")],
            r#"{"message":"Missing Authentication Token"}"#,
            "nothing at this path",
        ),
        (403, &[("x-amzn-ErrorType", "InvalidSignatureException")], "", "does not accept the signature"),
        (429, &[("x-amzn-ErrorType", "LimitExceededException:")], "", "AWS API gateway limits"),
        (
            503,
            &[("Server", "envoy")],
            "upstream connect error or disconnect/reset before headers. reset reason: connection failure",
            "could not connect to it",
        ),
        (503, &[("Server", "istio-envoy")], "no healthy upstream", "no healthy server"),
        (403, &[], "RBAC: access denied", "AuthorizationPolicy"),
        (401, &[], "Jwt is expired", "the JWT has expired"),
        (404, &[], r#"{"message":"no Route matched with those values"}"#, "Kong"),
        (
            401,
            &[],
            r#"{"fault":{"faultstring":"x","detail":{"errorcode":"oauth.v2.InvalidAccessToken"}}}"#,
            "Apigee",
        ),
        (404, &[], "default backend - 404", "Kubernetes ingress"),
        (404, &[], "404 page not found\n", "no route for this host and path"),
        (
            302,
            &[("Location", "https://x.cloudflareaccess.com/cdn-cgi/access/login/feed.example")],
            "",
            "Cloudflare Access",
        ),
        (302, &[("Location", "/users/sign_in")], "", "it wants credentials first"),
        (503, &[], "<iframe src=\"//www.herokucdn.com/error-pages/application-error.html\">", "Heroku"),
        (404, &[("ngrok-error-code", "ERR_NGROK_3200")], "", "tunnel is offline"),
        (
            503,
            &[],
            "<h1>503 Service Unavailable</h1>\nNo server is available to handle this request.",
            "HAProxy",
        ),
        (502, &[("Server", "nginx/1.25")], "<center>nginx</center>", "nginx got no valid answer"),
        (
            404,
            &[("X-Azure-Ref", "0a")],
            "<h2>Our services aren't available right now</h2>",
            "Azure Front Door",
        ),
        (
            400,
            &[],
            "the client is not using the websocket protocol: 'upgrade' token not found in 'Connection' header",
            "dropped the headers",
        ),
        (403, &[], "websocket: request origin not allowed by Upgrader.CheckOrigin", "refuses the Origin"),
        (400, &[], "Connection ID required", "SignalR"),
    ];
    for (code, headers, body, cause) in rows {
        let finding = refused(*code, headers, body);
        assert!(finding.cause.contains(cause), "{code} {body}: {}", finding.cause);
        assert!(!finding.fixes.is_empty(), "{finding:?}");
    }
}

#[test]
fn a_platform_that_answers_for_an_application_is_named() {
    const ENVOY: (&str, &str) = ("server", "istio-envoy");
    const TOOK: (&str, &str) = ("x-envoy-upstream-service-time", "3");
    let rows: &[Row] = &[
        (
            404,
            &[],
            "<iframe src=\"//www.herokucdn.com/error-pages/no-such-app.html\">",
            "no application of this name",
        ),
        (
            503,
            &[],
            "<iframe src=\"//www.herokucdn.com/error-pages/maintenance-mode.html\">",
            "maintenance mode (H80)",
        ),
        (
            503,
            &[],
            "<iframe src=\"//www.herokucdn.com/error-pages/application-error.html\">",
            "does not tell why",
        ),
        (404, &[("x-render-routing", "no-server")], "Not Found", "Render has no service"),
        (404, &[("x-render-routing", "no-render-subdomain")], "", "Render has no service"),
        (502, &[("x-render-routing", "no-deploy")], "", "no deployment that succeeded"),
        (503, &[("x-render-routing", "suspended")], "", "is suspended"),
        (503, &[("x-render-routing", "dynamic-hibernate-error-503")], "", "sleeps"),
        (502, &[("x-render-routing", "dynamic-paid-error")], "", "does not answer"),
        (
            404,
            &[("X-Railway-Fallback", "true")],
            r#"{"message":"Application not found"}"#,
            "Railway has no application",
        ),
        (502, &[("X-Railway-Fallback", "true")], "", "listens on another port"),
        (404, &[("X-Vercel-Error", "DEPLOYMENT_NOT_FOUND")], "", "Vercel has no deployment"),
        (404, &[("X-Vercel-Error", "NOT_FOUND")], "", "Vercel has nothing at this path"),
        (500, &[("X-Vercel-Error", "FUNCTION_INVOCATION_FAILED")], "", "does not serve websockets"),
        (404, &[], "Not Found - Request ID: 01G7A9TPH89R1NZ3AT1G87W4G0", "Netlify has no site"),
        (
            502,
            &[("fly-request-id", "01K5-fra"), ("Server", "Fly/90a8089aa")],
            "",
            "the answer does not tell which",
        ),
        (404, &[], "response 404 (backend NotFound), service rules for [ /ws ] non-existent", "Google Cloud"),
        (
            502,
            &[("Via", "1.1 google")],
            "The server encountered a temporary error and could not complete your request.",
            "got no valid answer from the server behind it",
        ),
        (403, &[("X-Azure-Ref", "0a")], "<h2>The request is blocked.</h2>", "firewall of Azure Front Door"),
        (504, &[("Server", "Microsoft-Azure-Application-Gateway/v2")], "", "no healthy server"),
        (400, &[ALB], "", "headers for too large"),
        (463, &[ALB], "", "more than 30 addresses"),
        (464, &[ALB], "", "a websocket needs HTTP/1.1"),
        (561, &[ALB], "", "identity provider"),
        (500, &[ALB], "", "failed by itself"),
        (403, &[ENVOY], "", "as it seems without the server behind it"),
        (403, &[ENVOY, TOOK], "", "the server behind it refuses access"),
        (404, &[ENVOY], "", "it has no route"),
        (404, &[ENVOY, TOOK], "", "the server behind it has nothing at this path"),
        (503, &[], "no available server\n", "Traefik knows no healthy server"),
        (503, &[], r#"{"message":"name resolution failed"}"#, "Kong cannot look up"),
        (403, &[], "<h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.", "HAProxy"),
        (403, &[], "Reference&#32;&#35;18&#46;1a2b", "Akamai"),
        (
            403,
            &[],
            "The Amazon CloudFront distribution is configured to block access from your country.",
            "the place",
        ),
    ];
    for (code, headers, body, cause) in rows {
        let finding = refused(*code, headers, body);
        assert!(finding.cause.contains(cause), "{code} {headers:?} {body}: {}", finding.cause);
        assert!(!finding.fixes.is_empty(), "{finding:?}");
    }
}

#[test]
fn words_of_a_gateway_come_before_what_only_its_headers_tell() {
    let envoy = [("server", "envoy")];
    assert!(refused(403, &envoy, "RBAC: access denied").cause.contains("AuthorizationPolicy"));
    assert!(refused(403, &envoy, "Jwt is missing").cause.contains("wants a JWT"));
    let unknown = refused(403, &envoy, "");
    assert!(fixes(&unknown).contains("access log decides"), "{unknown:?}");
}

#[test]
fn a_status_of_a_front_is_only_its_own_with_its_sign() {
    for code in [502, 503, 504, 521, 525] {
        let finding = refused(code, &[("Server", "Kestrel")], "the feed sleeps");
        assert_eq!(finding.code.word(), "http-5xx");
        assert!(
            ["Cloudflare", "nginx", "AWS"].iter().all(|name| !finding.cause.contains(name)),
            "{finding:?}"
        );
    }
    assert_eq!(refused(403, &[], "cloudflare is a company").cause, refused(403, &[], "").cause);
}

#[test]
fn a_refusal_by_law_advises_another_region_and_not_another_path() {
    let finding = refused(451, &[], "");
    assert_eq!(finding.title, "the server did not upgrade (451)");
    assert!(fixes(&finding).contains("region") && !fixes(&finding).contains("path"), "{finding:?}");
}

#[test]
fn the_header_that_tells_is_evidence() {
    let finding = refused(403, &[CLOUDFLARE, ("CF-RAY", "8a"), ("cf-mitigated", "challenge")], "");
    assert!(finding.evidence.contains(&"cf-mitigated: challenge".to_owned()), "{:?}", finding.evidence);
}

#[test]
fn an_engine_io_server_that_misses_its_query_has_the_query_as_a_fix() {
    let unknown = r#"{"code":0,"message":"Transport unknown"}"#;
    let fix = |url, body| edits(&[at(url, 400, &[], body)]);
    assert_eq!(
        fix("ws://feed.example/socket.io/", unknown),
        ["url=ws://feed.example/socket.io/?EIO=4&transport=websocket"]
    );
    assert_eq!(
        fix("ws://feed.example/socket.io/?room=a&transport=polling", unknown),
        ["url=ws://feed.example/socket.io/?room=a&EIO=4&transport=websocket"]
    );
    assert_eq!(
        fix("ws://feed.example/socket.io/?EIO=4&sid=abc", r#"{"code":1,"message":"Session ID unknown"}"#),
        ["url=ws://feed.example/socket.io/?EIO=4&transport=websocket"]
    );
    assert_eq!(
        edits(&[at("ws://feed.example/echo", 200, &[], "Welcome to SockJS!\n")]),
        ["url=ws://feed.example/echo/websocket"]
    );
}

#[test]
fn a_limit_of_rates_says_when_to_come_back() {
    let cause = |headers: &[(&str, &str)]| refused(429, headers, "").cause;
    assert_eq!(
        cause(&[("Retry-After", "30")]),
        "The server limits how often a client may connect; come back in 30 s, by Retry-After."
    );
    assert!(cause(&[("X-RateLimit-Reset", "1768348900")]).contains("at 2026-01-14 00:01:40 UTC"));
    assert!(cause(&[("X-RateLimit-Reset", "1768348900000")]).contains("at 2026-01-14 00:01:40 UTC"));
    assert!(cause(&[("RateLimit", "limit=10, remaining=0, reset=7")]).contains("in 7 s, by RateLimit"));
    assert!(cause(&[("X-RateLimit-Reset-After", "1.5")]).contains("in 1.5 s"));
    assert_eq!(cause(&[]), "The server limits how often a client may connect.");
    let busy = refused(503, &[("Retry-After", "120")], "");
    assert!(busy.evidence.contains(&"come back in 120 s, by Retry-After".to_owned()), "{:?}", busy.evidence);
}
