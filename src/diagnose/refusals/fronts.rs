//! Refusals by what stands before a server: networks of delivery, firewalls and their checks for browsers.

use super::row::{Mend, Mend::Advice, Refusal, row};

const CLOUDFLARE: Option<(&str, &str)> = Some(("server", "cloudflare"));

/// A check that only a browser passes.
const NO_BROWSER: &[Mend] = &[
    Advice(
        "ask the owner of the server to exempt this path, or your address, from the check; no setting of the input passes it",
    ),
    Advice("use an endpoint that is meant for programs, if the service has one"),
];

/// A rule that refuses this request.
const A_RULE: &[Mend] = &[
    Advice("ask the owner of the server which rule refuses it: the id in the answer finds it in their log"),
    Advice(
        "try what rules look at: headers.User-Agent, headers.Origin, and the address the pipeline comes from",
    ),
];

/// A login that a person passes in a browser.
const A_LOGIN: &[Mend] = &[
    Advice("send a token or a cookie that the front accepts in headers; the input cannot log in by itself"),
    Advice("or use an address of the feed that does not lie behind the login"),
];

/// The front cannot reach the server.
const BEHIND: &[Mend] =
    &[Advice("the fault is behind the front: the server's owner has to mend it; reconnect later")];

#[rustfmt::skip]
pub(super) const REFUSALS: &[Refusal] = &[
    row(&[302], Some(("location", ".cloudflareaccess.com/")), &[],
        "Cloudflare Access, in front of the server, sends to a login.",
        &[Advice("send a service token: headers.CF-Access-Client-Id and headers.CF-Access-Client-Secret")]),
    row(&[302, 303, 307], Some(("location", "login.microsoftonline.com/")), &[],
        "Something in front of the server sends to the login of Microsoft Entra.", A_LOGIN),
    row(&[302, 303, 307], Some(("location", "accounts.google.com/")), &[],
        "Something in front of the server sends to the login of Google.", A_LOGIN),
    row(&[], Some(("cf-mitigated", "challenge")), &[],
        "Cloudflare, in front of the server, answers with a challenge: a check that only a browser passes.", NO_BROWSER),
    row(&[403, 429, 503], CLOUDFLARE, &["just a moment...", "challenge-platform", "cf-chl-"],
        "Cloudflare, in front of the server, answers with a challenge: a check that only a browser passes.", NO_BROWSER),
    row(&[], CLOUDFLARE, &["error code: 1020"],
        "A rule of Cloudflare's firewall, in front of the server, refuses this request (1020).", A_RULE),
    row(&[], CLOUDFLARE, &["error code: 1010"],
        "Cloudflare, in front of the server, refuses this kind of client by its headers (1010).", A_RULE),
    row(&[], CLOUDFLARE, &["error code: 1006", "error code: 1007", "error code: 1008", "error code: 1106"],
        "The owner of the server has banned this address at Cloudflare.", A_RULE),
    row(&[], CLOUDFLARE, &["error code: 1015"],
        "Cloudflare, in front of the server, limits how often this address may connect (1015).",
        &[Advice("wait before the next connection, and look for other clients behind the same address")]),
    row(&[], CLOUDFLARE, &["error code: 1003"],
        "Cloudflare does not serve an address in place of a name (1003).", &[Advice("use the host name of the server in url")]),
    row(&[], CLOUDFLARE, &["error code: 1033"],
        "The server is behind a Cloudflare tunnel whose other end is not connected (1033).", &[Advice("start cloudflared beside the server")]),
    row(&[], CLOUDFLARE, &["error code: 1016"],
        "Cloudflare cannot look up the server behind it (1016).", BEHIND),
    row(&[], CLOUDFLARE, &["attention required! | cloudflare", "sorry, you have been blocked"],
        "A rule of Cloudflare's firewall, in front of the server, refuses this request.", A_RULE),
    row(&[520], CLOUDFLARE, &[], "Cloudflare got an answer it does not understand from the server behind it (520).", BEHIND),
    row(&[521], CLOUDFLARE, &[], "The server behind Cloudflare refuses its connections (521): it is down, or its firewall blocks Cloudflare.", BEHIND),
    row(&[522], CLOUDFLARE, &[], "The server behind Cloudflare does not answer its connections (522).", BEHIND),
    row(&[523], CLOUDFLARE, &[], "Cloudflare has no route to the server behind it (523).", BEHIND),
    row(&[524], CLOUDFLARE, &[], "The server behind Cloudflare took the connection and did not answer in time (524).", BEHIND),
    row(&[525], CLOUDFLARE, &[], "The TLS handshake between Cloudflare and the server behind it fails (525).", BEHIND),
    row(&[526], CLOUDFLARE, &[], "Cloudflare does not accept the certificate of the server behind it (526).", BEHIND),
    row(&[530], CLOUDFLARE, &[], "Cloudflare cannot reach the server behind it (530).", BEHIND),
    row(&[403], Some(("server", "akamaighost")), &[], "A rule of Akamai, in front of the server, refuses this request.", A_RULE),
    row(&[403], None, &["errors.edgesuite.net", "reference&#32;&#35;"], "A rule of Akamai, in front of the server, refuses this request.", A_RULE),
    row(&[], Some(("x-amzn-waf-action", "challenge")), &[], "AWS WAF, in front of the server, answers with a challenge: a check that only a browser passes.", NO_BROWSER),
    row(&[], Some(("x-amzn-waf-action", "captcha")), &[], "AWS WAF, in front of the server, asks for a captcha.", NO_BROWSER),
    row(&[403], None, &["generated by cloudfront"], "CloudFront, in front of the server, refuses this request: a rule of its firewall, or a path that it does not serve.", A_RULE),
    row(&[502, 503, 504], None, &["generated by cloudfront"], "CloudFront got no valid answer from the server behind it.", BEHIND),
    row(&[], None, &["incapsula incident id", "_incapsula_resource"], "Imperva (Incapsula), in front of the server, refuses this request or wants a browser.", NO_BROWSER),
    row(&[403], Some(("x-datadome", "")), &[], "DataDome, in front of the server, takes this client for a robot.", NO_BROWSER),
    row(&[403], None, &["captcha-delivery.com"], "DataDome, in front of the server, takes this client for a robot.", NO_BROWSER),
    row(&[403], Some(("x-sucuri-block", "")), &[], "The firewall of Sucuri, in front of the server, refuses this request.", A_RULE),
    row(&[403], None, &["sucuri website firewall"], "The firewall of Sucuri, in front of the server, refuses this request.", A_RULE),
    row(&[403, 429], None, &["px-captcha", "_pxappid"], "HUMAN (PerimeterX), in front of the server, takes this client for a robot.", NO_BROWSER),
    row(&[403, 429], Some(("x-kpsdk-ct", "")), &[], "Kasada, in front of the server, takes this client for a robot.", NO_BROWSER),
    row(&[], Some(("x-vercel-mitigated", "challenge")), &[], "Vercel, in front of the server, answers with a challenge: a check that only a browser passes.", NO_BROWSER),
    row(&[], Some(("x-vercel-mitigated", "deny")), &[], "A rule of Vercel's firewall, in front of the server, refuses this request.", A_RULE),
    row(&[], None, &["the requested url was rejected. please consult with your administrator"], "A firewall of F5, in front of the server, refuses this request.", A_RULE),
    row(&[403, 406, 501], None, &["generated by mod_security"], "A rule of ModSecurity, in the web server before the feed, refuses this request.", A_RULE),
    row(&[403], Some(("server", "microsoft-azure-application-gateway")), &[], "The firewall of an Azure application gateway, in front of the server, refuses this request.", A_RULE),
    row(&[403], Some(("x-azure-ref", "")), &["the request is blocked"], "The firewall of Azure Front Door, in front of the server, refuses this request.", A_RULE),
    row(&[502, 504], Some(("server", "microsoft-azure-application-gateway")), &[], "The Azure application gateway finds no healthy server behind it, or got no valid answer.", BEHIND),
    row(&[404, 503, 504], Some(("x-azure-ref", "")), &["our services aren't available right now"], "Azure Front Door has no route for this host, or cannot reach the server behind it.", BEHIND),
    row(&[500, 503], None, &["fastly error: unknown domain"], "Fastly does not serve this host.", &[Advice("correct the host in url, and headers.Host if it is set")]),
    row(&[503], None, &["guru meditation"], "Varnish (or Fastly), in front of the server, got no answer from it, or does not pass websockets on.",
        &[Advice("let Varnish pipe the upgrade (return (pipe)), or use an address that does not lie behind it"), Advice("see whether the server behind it runs")]),
    row(&[], Some(("x-squid-error", "")), &[], "A Squid proxy in between answered in place of the server.", &[Advice("allow the host in the proxy, or set proxy_url so that a tunnel is used")]),
    row(&[], None, &["zscaler", "fortiguard", "cisco umbrella", "netskope", "mcafee web gateway", "blue coat"],
        "A filter of the network in between answered in place of the server.", &[Advice("have the host allowed in the filter; with wss it sees less of the connection")]),
];
