//! Refusals by proxies, load balancers and gateways of APIs that pass requests on to a server.

use super::row::{Mend, Mend::Advice, Refusal, row};

const ALB: Option<(&str, &str)> = Some(("server", "awselb"));

/// The server behind is the one to look at.
const BEHIND: &[Mend] = &[
    Advice("see whether the server behind it runs and listens where the proxy looks for it"),
    Advice("the log of the proxy has the cause"),
];

const NO_ROUTE: &[Mend] =
    &[Advice("correct host and path in url"), Advice("or give the proxy a route for this host and path")];

const CREDENTIALS: &[Mend] = &[Advice(
    "send the credentials that the gateway expects: a key or a token in headers, or in the query of url",
)];

const RATE: &[Mend] =
    &[Advice("wait before the next connection, and look for other clients with the same credentials")];

const SIGNATURE: &[Mend] = &[Advice(
    "AWS wants the request signed (SigV4): sign url anew before each connection; the input cannot sign, and a signature is valid for minutes",
)];

/// The header by which the gateways of AWS name an error.
const AMAZON: &str = "x-amzn-errortype";

#[rustfmt::skip]
pub(super) const REFUSALS: &[Refusal] = &[
    row(&[403], None, &["missing authentication token"],
        "This is an AWS API gateway, and it has nothing at this path: its stage is missing, or the path is wrong. It answers that with “Missing Authentication Token”.",
        &[Advice("end the path in url with the stage of the API, such as /production"), Advice("if the API is there, sign the request or send the key that it wants")]),
    row(&[], Some((AMAZON, "signature")), &[], "The AWS gateway does not accept the signature of the request.", SIGNATURE),
    row(&[], Some((AMAZON, "expiredtoken")), &[], "The AWS credentials of the request have expired.", SIGNATURE),
    row(&[401], Some((AMAZON, "unauthorized")), &[], "The authorizer of the AWS API gateway misses the credentials that it looks for, or refuses them.", CREDENTIALS),
    row(&[403], Some((AMAZON, "accessdenied")), &[], "The credentials are known to the AWS API gateway and do not allow this: a policy denies it.", CREDENTIALS),
    row(&[403], Some((AMAZON, "forbidden")), &[], "The AWS API gateway refuses the request: the stage or the path is wrong, its key is missing, or a rule denies it.",
        &[Advice("check the stage at the end of the path in url"), Advice("send the key in headers.x-api-key, if the API wants one")]),
    row(&[], Some((AMAZON, "limitexceeded")), &[], "The AWS API gateway limits how often a client may connect.", RATE),
    row(&[], Some((AMAZON, "toomanyrequests")), &[], "The AWS API gateway limits how often a client may connect.", RATE),
    row(&[], Some((AMAZON, "throttling")), &[], "The AWS API gateway limits how often a client may connect.", RATE),
    row(&[500, 502], Some((AMAZON, "internalserver")), &[], "What the AWS API gateway calls for $connect (its function or authorizer) failed.", &[Advice("the log of that function has the cause")]),
    row(&[502], ALB, &[], "The AWS load balancer got no valid answer from the server behind it.", BEHIND),
    row(&[503], ALB, &[], "The AWS load balancer has no server for this request: its target group is empty.", BEHIND),
    row(&[504], ALB, &[], "The server behind the AWS load balancer did not answer in time.", BEHIND),
    row(&[403], ALB, &[], "A rule of the AWS load balancer, or of its firewall (AWS WAF), refuses this request.",
        &[Advice("ask the owner of the server which rule refuses it; rules look at the address, headers.Origin and headers.User-Agent")]),

    row(&[], None, &["no healthy upstream"], "Envoy (Istio), in front of the server, knows no healthy server behind it.", BEHIND),
    row(&[], None, &["reset reason: overflow"], "Envoy (Istio), in front of the server, allows no more connections to it: its circuit breaker is open.", BEHIND),
    row(&[], None, &["upstream connect error or disconnect/reset before headers"],
        "Envoy (Istio), in front of the server, could not connect to it, or was cut off before an answer. The text after “reset reason” says how.", BEHIND),
    row(&[504], None, &["upstream request timeout"], "The server behind Envoy (Istio) did not answer in time.", BEHIND),
    row(&[403], None, &["rbac: access denied"], "A policy of Envoy (Istio: AuthorizationPolicy), in front of the server, refuses this request.", CREDENTIALS),
    row(&[401, 403], None, &["jwt is missing"], "Envoy (Istio), in front of the server, wants a JWT, and none was sent.", CREDENTIALS),
    row(&[401, 403], None, &["jwt is expired"], "Envoy (Istio), in front of the server, says that the JWT has expired.", &[Advice("send a token that is still valid, or let jwt sign one")]),
    row(&[401, 403], None, &["jwt verification fails", "jwt issuer is not configured", "audiences in jwt are not allowed"],
        "Envoy (Istio), in front of the server, does not accept the JWT.", &[Advice("check issuer, audience and key of the token")]),

    row(&[404], None, &["404 page not found"], "There is no route for this host and path: Traefik answers so, and so do servers in Go.", NO_ROUTE),
    row(&[401], None, &["authorization field missing"], "Tyk, in front of the server, wants a key, and none was sent.", CREDENTIALS),
    row(&[403], None, &["access to this api has been disallowed"], "Tyk, in front of the server, does not allow this key for this API.", CREDENTIALS),
    row(&[404], None, &["default backend - 404"], "The Kubernetes ingress has no rule for this host and path.", NO_ROUTE),
    row(&[404], None, &["no route matched with those values"], "Kong, in front of the server, has no route for this host and path.", NO_ROUTE),
    row(&[401, 403], None, &["no api key found in request"], "Kong, in front of the server, wants an API key, and none was sent.", CREDENTIALS),
    row(&[429], None, &["api rate limit exceeded"], "The gateway in front of the server limits how often a client may connect.", RATE),
    row(&[502], None, &["an invalid response was received from the upstream server"], "Kong got no valid answer from the server behind it.", BEHIND),
    row(&[503], None, &["failure to get a peer from the ring-balancer"], "Kong knows no healthy server behind it.", BEHIND),
    row(&[], None, &["policies.ratelimit.", "ratelimit.quotaviolation"], "Apigee, in front of the server, limits how often a client may connect.", RATE),
    row(&[401, 403], None, &["oauth.v2.", "\"faultstring\":\"failed to resolve api key"], "Apigee, in front of the server, misses the key or token of the API, or refuses it.", CREDENTIALS),
    row(&[404], None, &["messaging.adaptors.http.flow.applicationnotfound"], "Apigee, in front of the server, has nothing at this path.", NO_ROUTE),
    row(&[401], None, &["missing subscription key", "invalid subscription key"], "Azure API Management, in front of the server, wants a valid subscription key.",
        &[Advice("send the key in headers.Ocp-Apim-Subscription-Key, or as subscription-key in the query of url")]),
    row(&[403], None, &["this web app is stopped"], "The Azure web app is stopped.", &[Advice("start it")]),
    row(&[], Some(("x-goog-iap-generated-response", "true")), &[], "Google's Identity-Aware Proxy, in front of the server, wants a login.",
        &[Advice("send an identity token of a service account in headers.Authorization, or in headers.Proxy-Authorization")]),
    row(&[401, 403], None, &["your client does not have permission to get url"], "Google Cloud, in front of the server, does not allow this client: the service is not public.",
        &[Advice("send an identity token in headers.Authorization, or make the service public")]),
    row(&[], Some(("ngrok-error-code", "err_ngrok_3200")), &[], "The ngrok tunnel is offline.", &[Advice("start it, and see whether its address has changed")]),
    row(&[], Some(("ngrok-error-code", "err_ngrok_8012")), &[], "ngrok cannot reach the server at its end of the tunnel.", BEHIND),
    row(&[], Some(("ngrok-error-code", "")), &[], "ngrok, in front of the server, refuses the connection; its code is in the answer.", &[Advice("look the code up at ngrok.com/docs/errors")]),
    row(&[404], None, &["no-such-app.html", "there's nothing here, yet."], "Heroku has no application of this name.", NO_ROUTE),
    row(&[503], None, &["herokucdn.com/error-pages"], "The application at Heroku crashed, sleeps or does not answer.", &[Advice("the log of the application has a line with a code of Heroku (H10 to H99) that says why")]),
    row(&[503], None, &["no server is available to handle this request"], "HAProxy, in front of the server, knows no healthy server behind it.", BEHIND),
    row(&[502], None, &["the server returned an invalid or incomplete response"], "HAProxy got no valid answer from the server behind it.", BEHIND),
    row(&[504], None, &["the server didn't respond in time"], "The server behind HAProxy did not answer in time.", BEHIND),
    row(&[500, 502, 503], None, &["the proxy server received an invalid response from an upstream server"],
        "Apache, in front of the server, got no valid answer from it.",
        &[Advice("let Apache pass websockets on: mod_proxy_wstunnel, or upgrade=websocket at ProxyPass"), Advice("see whether the server behind it runs")]),
    row(&[400], None, &["request header or cookie too large"], "nginx, in front of the server, does not take headers of this size.",
        &[Advice("send smaller headers: a long token or many cookies are the usual cause"), Advice("or raise large_client_header_buffers in nginx")]),
    row(&[502], Some(("server", "nginx")), &["<center>nginx"], "nginx got no valid answer from the server behind it: it refuses connections, or broke this one off.", BEHIND),
    row(&[503], Some(("server", "nginx")), &["<center>nginx"], "nginx has no server for this request, or a limit of its own (limit_conn, limit_req) is reached.", BEHIND),
    row(&[504], Some(("server", "nginx")), &["<center>nginx"], "The server behind nginx did not answer in time.", BEHIND),
    row(&[502], Some(("server", "caddy")), &[], "Caddy could not reach the server behind it.", BEHIND),
];
