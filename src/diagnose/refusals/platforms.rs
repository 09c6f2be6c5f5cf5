//! Refusals by platforms that run applications: what they answer in place of one that does not.

use super::row::{Mend, Mend::Advice, Refusal, row};

/// The platform has no application of this name.
const NO_APPLICATION: &[Mend] = &[
    Advice("correct the host in url: the application may have been renamed, removed or never deployed"),
    Advice("right after a deployment or a change of names, wait some minutes"),
];

/// The application does not answer.
const ITS_LOG: &[Mend] = &[
    Advice("see whether the application runs, and listens on the port and address that the platform expects"),
    Advice("the platform's log of the application has the cause"),
];

#[rustfmt::skip]
pub(super) const REFUSALS: &[Refusal] = &[
    row(&[404], None, &["no-such-app.html", "there's nothing here, yet."], "Heroku has no application of this name, or nothing is deployed to it (H81).", NO_APPLICATION),
    row(&[503], None, &["maintenance-mode.html"], "The application at Heroku is in maintenance mode (H80).", &[Advice("switch it off, or wait until its owner does")]),
    row(&[503], None, &["herokucdn.com/error-pages"],
        "The application at Heroku did not answer, and its page does not tell why: it crashed (H10), took longer than 30 s (H12), closed the connection without an answer (H13), was interrupted (H18), or no process of type web runs (H14).",
        &[Advice("the log of the application has a line with the code (H10 to H99), which decides: heroku logs --tail")]),

    row(&[], Some(("x-render-routing", "no-server")), &[], "Render has no service at this host.", NO_APPLICATION),
    row(&[], Some(("x-render-routing", "no-render-subdomain")), &[], "Render has no service at this host.", NO_APPLICATION),
    row(&[], Some(("x-render-routing", "no-deploy")), &[], "The service at Render has no deployment that succeeded.", ITS_LOG),
    row(&[], Some(("x-render-routing", "suspend")), &[], "The service at Render is suspended, as when the hours of its plan are used up.", &[Advice("resume it in Render's dashboard")]),
    row(&[], Some(("x-render-routing", "hibernate")), &[], "The service at Render sleeps, and did not wake in time.", &[Advice("try again in a minute"), Advice("use a plan whose services do not sleep")]),
    row(&[500, 502, 503, 504], Some(("x-render-routing", "error")), &[], "The service at Render does not answer.", ITS_LOG),
    row(&[404], Some(("x-railway-fallback", "true")), &[], "Railway has no application at this host, or none that is deployed.", NO_APPLICATION),
    row(&[502, 503], Some(("x-railway-fallback", "true")), &[], "The application at Railway does not answer: it is down, or listens on another port than the one that its domain leads to.", ITS_LOG),

    row(&[], Some(("x-vercel-error", "deployment")), &[], "Vercel has no deployment for this host, or it is disabled.", NO_APPLICATION),
    row(&[], Some(("x-vercel-error", "not_found")), &[], "Vercel has nothing at this path: no function of the deployment serves it.",
        &[Advice("correct the path in url"), Advice("or use a host that keeps connections open: functions of Vercel end after a time")]),
    row(&[], Some(("x-vercel-error", "function")), &[], "The function at Vercel failed, or does not serve websockets.",
        &[Advice("the function's log at Vercel has the cause"), Advice("or use a host that keeps connections open: functions of Vercel end after a time")]),
    row(&[404], None, &["not found - request id: "], "Netlify has no site at this host.", NO_APPLICATION),

    row(&[502, 503], Some(("fly-request-id", "")), &[],
        "Fly.io, in front of the application, got no answer from it, or passes on its own failure; the answer does not tell which.",
        &[Advice("the log of the application has a line of the proxy with a code (such as PR or PC and a number), which decides: fly logs"),
          Advice("see whether a machine runs, and listens on internal_port at 0.0.0.0")]),

    row(&[403], None, &["this web app is stopped"], "The Azure web app is stopped.", &[Advice("start it")]),
    row(&[404], None, &["(backend notfound), service rules for"], "The load balancer of Google Cloud (the ingress of GKE) has no rule for this host and path.",
        &[Advice("correct host and path in url"), Advice("or add a rule for them to the ingress")]),
    row(&[502, 503, 504], None, &["the server encountered a temporary error and could not complete your request"],
        "The load balancer of Google Cloud got no valid answer from the server behind it.",
        &[Advice("see whether the backends are healthy; the log of the load balancer names the cause in statusDetails")]),
];
