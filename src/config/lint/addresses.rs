//! Checks `url` and `proxy_url`: by the standard, which is strict, or as the pipeline takes them.

use crate::config::{
    address::{Endpoint, GoFault, InPipeline, Login, Proxy, ProxyFault, ProxyScheme},
    beyond::with_query,
    schema::{Dialect, FieldId, Problem, Severity, Values},
    secrets::MASK,
};

use super::pipeline_errors::{Course, with_course};

/// The address of `url`, if it can be used.
#[must_use]
pub fn endpoint_of(values: &Values) -> Option<Endpoint> {
    let keys = values.entries(FieldId::QueryKey).into_iter();
    let keys =
        keys.filter(|(_, value)| !value.text.is_empty()).map(|(name, value)| (name, value.text.as_str()));
    let text = with_query(&values.text_of(FieldId::Url), keys);
    let is_pipeline = values.options.dialect.is_pipeline();
    if is_pipeline { Endpoint::in_pipeline(&text).connects() } else { Endpoint::parse(&text).ok() }
}

/// The address of `proxy_url`, if it is set and can be used.
#[must_use]
pub fn proxy_of(values: &Values) -> Option<Proxy> {
    let text = &values.of(FieldId::ProxyUrl)?.text;
    let is_pipeline = values.options.dialect.is_pipeline();
    if is_pipeline { Proxy::in_pipeline(text).connects() } else { Proxy::parse(text).ok() }
}

/// Whether `proxy_url` is an `https` proxy, to which the TLS settings apply too. Redpanda Connect refuses them with
/// `ws` anyway.
pub(super) fn has_secure_proxy(values: &Values) -> bool {
    values.options.dialect != Dialect::Connect
        && proxy_of(values).is_some_and(|proxy| proxy.scheme == ProxyScheme::Https)
}

pub(super) fn problems(values: &Values) -> Vec<Problem> {
    url(values).into_iter().chain(proxy(values)).collect()
}

fn url(values: &Values) -> Option<Problem> {
    let text = &values.of(FieldId::Url)?.text;
    let course = course(FieldId::Url, text, Endpoint::in_pipeline(text), |url| {
        format!("{} and requests {}", url.place(), url.shown_target())
    });
    if let Some(oddity) = Endpoint::oddity(text).filter(|_| matches!(course, Course::Connects(_))) {
        return Some(with_course(values.warning(FieldId::Url, "url-malformed", oddity), values, course));
    }
    problem(values, FieldId::Url, ("url-malformed", Endpoint::parse(text).err()), course)
}

fn proxy(values: &Values) -> Option<Problem> {
    const ADVICE: &str =
        "write http://host:port, https://host:port, socks5://host:port or socks5h://host:port";
    const REMOVE: &str = "remove the field to connect without a proxy";
    let text = &values.of(FieldId::ProxyUrl)?.text;
    let (is_pipeline, course) = (
        values.options.dialect.is_pipeline(),
        course(FieldId::ProxyUrl, text, Proxy::in_pipeline(text), Proxy::place),
    );
    let warning = |code, message| values.warning(FieldId::ProxyUrl, code, message);
    let (code, message) = match Proxy::parse(text) {
        _ if text.is_empty() && is_pipeline => ("proxy-url-empty", "it is empty".to_owned()),
        _ if text.is_empty() => {
            let message =
                "it is empty; in the pipeline every connection fails, and Sockeye treats it as absent";
            return Some(warning("proxy-url-empty", message).advise(REMOVE));
        }
        Err(ProxyFault::Scheme(scheme)) => ("proxy-scheme", unknown(text, &scheme)),
        Err(ProxyFault::Address(message)) => ("proxy-malformed", message),
        Ok(parsed) => {
            let malformed = problem(values, FieldId::ProxyUrl, ("proxy-malformed", None), course);
            let has_half_login = matches!(parsed.login, Some(Login { password: None, .. }));
            return malformed.or_else(|| {
                let message = "it contains a user name without a password, which the pipeline does not send";
                (has_half_login && !parsed.scheme.is_socks()).then(|| {
                    warning("proxy-no-password", message).advise("write http://user:password@host:port")
                })
            });
        }
    };
    let advice = if text.is_empty() { REMOVE } else { ADVICE };
    Some(problem(values, FieldId::ProxyUrl, (code, Some(message)), course)?.advise(advice))
}

fn unknown(text: &str, scheme: &str) -> String {
    match scheme {
        _ if !text.contains("://") => "its scheme is missing".to_owned(),
        "" => "its scheme is empty".to_owned(),
        scheme => format!("'{scheme}' is not the scheme of a proxy"),
    }
}

/// The problem of an address with a fault by the standard, or with a pipeline that cannot connect to it.
///
/// Under `--as` only what the pipeline cannot use is an error.
fn problem(
    values: &Values,
    id: FieldId,
    (code, fault): (&'static str, Option<String>),
    course: Course,
) -> Option<Problem> {
    let connects = matches!(course, Course::Connects(_));
    let is_error = if values.options.dialect.is_pipeline() { !connects } else { fault.is_some() };
    let problem = match (fault, &course) {
        (Some(fault), _) => values.error(id, code, fault),
        (None, Course::Connects(_)) => return None,
        (None, Course::NoStart(_)) if values.text_of(id).contains('%') => values
            .error(id, code, "it contains a percent sign that does not begin an escape")
            .advise("write it as %25"),
        (None, Course::NoStart(_)) => values.error(id, code, "the pipeline cannot read it"),
        (None, Course::NoConnection(_)) => values.error(id, code, "the pipeline cannot connect to it"),
    };
    let severity = if is_error { Severity::Error } else { Severity::Warning };
    Some(with_course(Problem { severity, ..problem }, values, course))
}

fn course<T>(id: FieldId, text: &str, address: InPipeline<T>, place: impl Fn(&T) -> String) -> Course {
    match address {
        InPipeline::NoStart(fault) => Course::NoStart(unparsed(id, text, &fault)),
        // What stands before the first colon may be a user name.
        InPipeline::NoConnection(_) if id == FieldId::ProxyUrl && hides_user(text) => {
            Course::NoConnection(format!("proxy: unknown scheme: {MASK}"))
        }
        InPipeline::NoConnection(error) => Course::NoConnection(error),
        InPipeline::Connects(address) => Course::Connects(place(&address)),
    }
}

fn hides_user(text: &str) -> bool {
    text.contains('@') && !text.contains("://")
}

/// The error of the pipeline, which repeats the address; without it if it may contain a password.
fn unparsed(id: FieldId, text: &str, fault: &GoFault) -> String {
    let error = format!("failed to parse url field '{}'", id.path());
    if text.contains('@') { error } else { format!("{error}: {fault}") }
}

#[cfg(test)]
mod tests;
