//! Reads the text of a request, as proxies and browsers show it.

use super::imported::Imported;

/// Imports a request; `None` if the text is not one.
pub(super) fn import(text: &str) -> Option<Result<Imported, String>> {
    let mut lines = text.lines();
    let mut first = lines.next()?.split_whitespace();
    let (method, target) = (first.next()?, first.next()?);
    let version = first.next()?;
    let is_request = method.bytes().all(|byte| byte.is_ascii_uppercase()) && version.starts_with("HTTP/");
    is_request.then(|| {
        let headers: Vec<_> = lines.map_while(|line| line.split_once(':')).collect();
        let value = |name: &str| {
            let found = headers.iter().find(|(own, _)| own.trim().eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.trim())
        };
        let mut imported = Imported::default();
        if method != "GET" {
            imported.left_out.push(method.to_owned());
        }
        for (name, value) in &headers {
            imported.header(name, value);
        }
        if target.contains("://") {
            imported.to(target)?;
        } else {
            let host = value("Host").ok_or("the request has no Host header, so its address is not known")?;
            // The text does not say whether it went over TLS; the page that opened it does.
            let is_plain = value("Origin").is_some_and(|origin| origin.starts_with("http://"))
                || host.ends_with(":80")
                || host.starts_with("localhost")
                || host.starts_with("127.");
            imported.to(&format!("{}://{host}{target}", if is_plain { "ws" } else { "wss" }))?;
        }
        Ok(imported)
    })
}
