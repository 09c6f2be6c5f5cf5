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
    row(&[400], ALB, &[], "The AWS load balancer takes the request for malformed, or its headers for too large (16 KB each, 64 KB together).",
        &[Advice("send smaller headers: a long token or many cookies are the usual cause"), Advice("see what a proxy in between does to the request")]),
    row(&[401, 561], ALB, &[], "The AWS load balancer wants a login of its identity provider, or that provider failed.", CREDENTIALS),
    row(&[463], ALB, &[], "The header X-Forwarded-For has more than 30 addresses, which the AWS load balancer refuses (463).", &[Advice("remove headers.X-Forwarded-For, or the proxies that add to it")]),
    row(&[464], ALB, &[], "The target group of the AWS load balancer expects another version of HTTP (464): a websocket needs HTTP/1.1.", &[Advice("set the protocol version of the target group to HTTP1")]),
    row(&[500], ALB, &[], "The AWS load balancer failed by itself: its firewall (AWS WAF) or its login could not be asked.", BEHIND),
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

    row(&[503], None, &["no available server"], "Traefik knows no healthy server behind it.", BEHIND),
    row(&[404], None, &["404 page not found"], "There is no route for this host and path: Traefik answers so, and so do servers in Go.", NO_ROUTE),
    row(&[401], None, &["authorization field missing"], "Tyk, in front of the server, wants a key, and none was sent.", CREDENTIALS),
    row(&[403], None, &["access to this api has been disallowed"], "Tyk, in front of the server, does not allow this key for this API.", CREDENTIALS),
    row(&[404], None, &["default backend - 404"], "The Kubernetes ingress has no rule for this host and path.", NO_ROUTE),
    row(&[404], None, &["no route matched with those values"], "Kong, in front of the server, has no route for this host and path.", NO_ROUTE),
    row(&[401, 403], None, &["no api key found in request"], "Kong, in front of the server, wants an API key, and none was sent.", CREDENTIALS),
    row(&[429], None, &["api rate limit exceeded"], "The gateway in front of the server limits how often a client may connect.", RATE),
    row(&[502], None, &["an invalid response was received from the upstream server"], "Kong got no valid answer from the server behind it.", BEHIND),
    row(&[503], None, &["name resolution failed"], "Kong cannot look up the server behind it.", BEHIND),
    row(&[504], None, &["the upstream server is timing out"], "The server behind Kong did not answer in time.", BEHIND),
    row(&[503], None, &["failure to get a peer from the ring-balancer"], "Kong knows no healthy server behind it.", BEHIND),
    row(&[], None, &["policies.ratelimit.", "ratelimit.quotaviolation"], "Apigee, in front of the server, limits how often a client may connect.", RATE),
    row(&[401, 403], None, &["oauth.v2.", "\"faultstring\":\"failed to resolve api key"], "Apigee, in front of the server, misses the key or token of the API, or refuses it.", CREDENTIALS),
    row(&[404], None, &["messaging.adaptors.http.flow.applicationnotfound"], "Apigee, in front of the server, has nothing at this path.", NO_ROUTE),
    row(&[401], None, &["missing subscription key", "invalid subscription key"], "Azure API Management, in front of the server, wants a valid subscription key.",
        &[Advice("send the key in headers.Ocp-Apim-Subscription-Key, or as subscription-key in the query of url")]),
    row(&[], Some(("x-goog-iap-generated-response", "true")), &[], "Google's Identity-Aware Proxy, in front of the server, wants a login.",
        &[Advice("send an identity token of a service account in headers.Authorization, or in headers.Proxy-Authorization")]),
    row(&[401, 403], None, &["your client does not have permission to get url"], "Google Cloud, in front of the server, does not allow this client: the service is not public.",
        &[Advice("send an identity token in headers.Authorization, or make the service public")]),
    row(&[], Some(("ngrok-error-code", "err_ngrok_3200")), &[], "The ngrok tunnel is offline.", &[Advice("start it, and see whether its address has changed")]),
    row(&[], Some(("ngrok-error-code", "err_ngrok_8012")), &[], "ngrok cannot reach the server at its end of the tunnel.", BEHIND),
    row(&[], Some(("ngrok-error-code", "")), &[], "ngrok, in front of the server, refuses the connection; its code is in the answer.", &[Advice("look the code up at ngrok.com/docs/errors")]),
    row(&[403], None, &["request forbidden by administrative rules"], "A rule of HAProxy, in front of the server, refuses this request: by its address, a header or the path.",
        &[Advice("set headers.User-Agent and headers.Origin: some rules refuse requests without them"), Advice("ask the owner of the server which rule refuses it")]),
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

    // Of these only the headers are known, so what has words of its own comes first.
    row(&[403], Some(("x-envoy-upstream-service-time", "")), &[],
        "Envoy (Istio) passed the request on, and the server behind it refuses access: x-envoy-upstream-service-time shows that it answered.",
        &[Advice("send the credentials that the server expects, and headers.Origin if it wants one"), Advice("the server's log has the cause")]),
    row(&[404], Some(("x-envoy-upstream-service-time", "")), &[],
        "Envoy (Istio) passed the request on, and the server behind it has nothing at this path: x-envoy-upstream-service-time shows that it answered.", NO_ROUTE),
    row(&[403], Some(("server", "envoy")), &[],
        "Envoy (Istio) answered, as it seems without the server behind it: its answer lacks x-envoy-upstream-service-time. A check of credentials (ext_authz) or another filter refuses the request.",
        &[Advice("send the credentials that the check expects"), Advice("Envoy's access log decides: its response flags (UAEX is ext_authz) and response code details")]),
    row(&[404], Some(("server", "envoy")), &[],
        "Envoy (Istio) answered, as it seems without the server behind it: it has no route for this host and path.",
        &[Advice("correct host and path in url"), Advice("or give Envoy a route (Istio: VirtualService and Gateway) for this host; NR in its access log confirms it")]),
];
