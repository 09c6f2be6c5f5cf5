//! Refusals of the upgrade that tell by themselves who refused and why: one row for each.
//!
//! To teach another one, add a row to a table in `refusals/`. A row holds only words that nobody else writes: a row
//! that fits by chance names a wrong cause, and without a row the status alone is explained.

mod fronts;
mod gateways;
mod platforms;
mod row;
mod servers;

use crate::session::{Finding, FindingCode, Fix, Response, Timestamp};

use self::row::{Mend, Refusal};

use super::{
    auth,
    failed_connection::FailedConnection,
    finding::{advice, cut, set_url},
    listing::{Listing, any_of, joined, wire},
    response::with_response,
};

/// The tables, in the order in which they are tried.
const TABLES: [&[Refusal]; 4] =
    [servers::REFUSALS, fronts::REFUSALS, gateways::REFUSALS, platforms::REFUSALS];

/// How much of a body is searched.
const SEARCHED: usize = 64 * 1024;

/// The finding about a refusal that a row knows.
pub(super) fn finding(failed: &FailedConnection, status: u16) -> Option<Finding> {
    let response = failed.response()?;
    let body = lower_case(&response.body);
    let refusal = TABLES.into_iter().flatten().find(|refusal| refusal.fits(status, response, &body))?;
    let sign = refusal.header.and_then(|(name, _)| {
        let value = response.header(name)?;
        Some(format!("{name}: {}", cut(value, 200)))
    });
    let about_credentials = matches!(status, 401 | 403);
    let credentials = if about_credentials { auth::credential_lines(failed) } else { Vec::new() };
    let (code, title) = named(status);
    let finding = with_response(failed, code, refusal.cause);
    let shown = sign.filter(|line| !finding.evidence.iter().any(|shown| shown.eq_ignore_ascii_case(line)));
    let finding = match title {
        Some(title) => finding.title(title),
        None => finding,
    };
    let mends = refusal.mends.iter().map(|mend| mend.fix(failed));
    Some(finding.evidence(shown).evidence(credentials).evidence(come_back(response)).fix(mends))
}

/// The rows for the page of findings, in the order in which they are tried.
pub(super) fn listing() -> Listing {
    Listing {
        title: "Refusals of the upgrade",
        intro: "Where one of these signs is in an answer, the finding names who refused and why; the first row that fits \
                wins. Without one the status alone is explained.",
        heads: &["status", "sign", "cause", "what mends it"],
        rows: TABLES.into_iter().flatten().map(Refusal::listed).collect(),
    }
}

impl Refusal {
    fn listed(&self) -> Vec<String> {
        let status: Vec<String> = self.status.iter().map(u16::to_string).collect();
        let header = self.header.map(|(name, part)| match part {
            "" => format!("header {}", wire(name)),
            part => format!("header {}", wire(&format!("{name}: {part}"))),
        });
        let body = (!self.body.is_empty())
            .then(|| format!("body {}", any_of(self.body.iter().map(|word| wire(word)))));
        let signs: Vec<String> = header.into_iter().chain(body).collect();
        let mends = joined(self.mends.iter().map(Mend::title));
        vec![status.join(", "), signs.join(", "), self.cause.to_owned(), mends]
    }

    fn fits(&self, status: u16, response: &Response, body: &str) -> bool {
        let header = self.header.is_none_or(|(name, part)| {
            response.header(name).is_some_and(|value| value.to_ascii_lowercase().contains(part))
        });
        (self.status.is_empty() || self.status.contains(&status))
            && header
            && (self.body.is_empty() || self.body.iter().any(|word| body.contains(word)))
    }
}

impl Mend {
    const fn title(&self) -> &'static str {
        match self {
            Self::Advice(title) | Self::Query(title, _) | Self::Path(title, _) => title,
        }
    }

    fn fix(&self, failed: &FailedConnection) -> Fix {
        match *self {
            Self::Advice(title) => advice(title),
            Self::Query(title, parameters) => changed(failed, title, |path, query| {
                let names = parameters.iter().map(|(name, _)| *name);
                let kept = query.split('&').filter(|pair| {
                    let name = pair.split('=').next().unwrap_or_default();
                    !pair.is_empty() && !names.clone().any(|other| other == name)
                });
                let set = parameters.iter().filter(|(_, value)| !value.is_empty());
                let pairs: Vec<String> = kept
                    .map(str::to_owned)
                    .chain(set.map(|(name, value)| format!("{name}={value}")))
                    .collect();
                (path.to_owned(), pairs.join("&"))
            }),
            Self::Path(title, end) => changed(failed, title, |path, query| {
                (format!("{}{end}", path.trim_end_matches('/')), query.to_owned())
            }),
        }
    }
}

/// A fix that sets `url` with another path and query.
fn changed(
    failed: &FailedConnection,
    title: &str,
    change: impl FnOnce(&str, &str) -> (String, String),
) -> Fix {
    let url = &failed.settings.url;
    let (path, query) = url.target.split_once('?').unwrap_or((&url.target, ""));
    let (path, query) = change(path, query);
    let scheme = if url.secure { "wss" } else { "ws" };
    let mark = if query.is_empty() { "" } else { "?" };
    set_url(failed.settings, title, &format!("{scheme}://{}{path}{mark}{query}", url.authority))
}

/// The finding of a status, and its title where the table has none with the number.
fn named(status: u16) -> (FindingCode, Option<String>) {
    match status {
        301 | 302 | 303 | 307 | 308 => (FindingCode::HttpRedirect, None),
        400 => (FindingCode::Http400, None),
        401 => (FindingCode::Auth401, None),
        403 => (FindingCode::Auth403, None),
        404 => (FindingCode::Http404, None),
        407 => (FindingCode::ProxyAuth, None),
        426 => (FindingCode::Http426, None),
        429 => (FindingCode::Http429, None),
        500..=599 => (FindingCode::Http5xx, Some(format!("the server failed ({status})"))),
        _ => (FindingCode::HttpOther, Some(format!("the server did not upgrade ({status})"))),
    }
}

/// The headers that say when a client may come back; the first wins.
const COME_BACK: [&str; 6] = [
    "Retry-After",
    "RateLimit-Reset",
    "X-RateLimit-Reset",
    "X-Rate-Limit-Reset",
    "X-RateLimit-Reset-After",
    "RateLimit",
];

/// Numbers from here on are moments since 1970, in seconds; those below are seconds to wait.
const MOMENT: i64 = 1_000_000_000;
/// Numbers from here on are moments since 1970, in milliseconds.
const MILLISECONDS: i64 = 1_000_000_000_000;

/// When the server lets the client come back, by a header.
pub(super) fn wait(response: &Response) -> Option<(String, &'static str)> {
    let (value, name) = COME_BACK.iter().find_map(|name| Some((response.header(name)?.trim(), *name)))?;
    // `RateLimit: limit=100, remaining=0, reset=50`, or `"default";r=0;t=50`.
    let number = match name {
        "RateLimit" => {
            let parts = value.split([',', ';']).map(str::trim);
            parts.filter_map(|part| part.split_once('=')).find(|(key, _)| matches!(*key, "reset" | "t"))?.1
        }
        _ => value,
    };
    let whole = number.split('.').next().unwrap_or_default();
    let when = match whole.parse::<i64>() {
        Ok(..0) => return None,
        Ok(0..MOMENT) => format!("in {number} s"),
        Ok(moment @ MOMENT..MILLISECONDS) => format!("at {}", Timestamp(moment * 1_000_000).utc()),
        Ok(milliseconds) => format!("at {}", Timestamp(milliseconds.saturating_mul(1_000)).utc()),
        Err(_) => format!("at {}", cut(number, 40)),
    };
    Some((when, name))
}

/// A line of evidence with the moment after which the server takes the client back.
pub(super) fn come_back(response: &Response) -> Option<String> {
    wait(response).map(|(when, name)| format!("come back {when}, by {name}"))
}

fn lower_case(body: &str) -> String {
    let end = body.floor_char_boundary(SEARCHED);
    body[..end].to_ascii_lowercase()
}
