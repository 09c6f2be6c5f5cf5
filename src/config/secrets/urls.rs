//! Finds and masks credentials in addresses: user info, and query parameters with the name of a credential.

use percent_encoding::percent_decode_str;

use super::{MASK, Secret, names_a_secret};

/// Masks user info and credentials in the queries of all URLs in a text.
#[must_use]
pub fn mask_urls(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        shown.push_str(&mask_logins(before));
        let end = after
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>'))
            .unwrap_or(after.len());
        let (url, behind) = after.split_at(end);
        let url = match url.rsplit_once('@') {
            Some((_, host)) => format!("{MASK}@{host}"),
            None => url.to_owned(),
        };
        shown.push_str(mask_location(&format!("//{url}")).trim_start_matches("//"));
        rest = behind;
    }
    shown.push_str(&mask_logins(rest));
    shown
}

/// Masks `name:password` in `name:password@host`, a common form of proxy addresses.
fn mask_logins(text: &str) -> String {
    let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>');
    let words = text.split_inclusive(is_end).map(|word| match word.rsplit_once('@') {
        Some((login, host)) if login.contains(':') => format!("{MASK}@{host}"),
        _ => word.to_owned(),
    });
    words.collect()
}

/// The target of a redirect, absolute or relative, with masked user info and masked credentials in query and fragment.
#[must_use]
pub fn mask_location(text: &str) -> String {
    let (address, fragment) =
        text.split_once('#').map_or((text, None), |(address, fragment)| (address, Some(fragment)));
    let start = address.find("//").map_or(0, |at| at + 2);
    let end = address[start..].find(['/', '?']).map_or(address.len(), |at| start + at);
    let mut shown = mask_query(&match address[start..end].rfind('@') {
        Some(at) => format!("{}{MASK}{}", &address[..start], &address[start + at..]),
        None => address.to_owned(),
    });
    if let Some(fragment) = fragment {
        // A fragment is often a query, with or without a path before it.
        let (path, query) = fragment.split_at(fragment.find('?').map_or(0, |at| at + 1));
        shown.push('#');
        shown.push_str(path);
        shown.push_str(&mask_query(&format!("?{query}"))[1..]);
    }
    shown
}

/// Masks the values of query parameters with the name of a credential.
pub(in crate::config) fn mask_query(target: &str) -> String {
    let Some((path, query)) = target.split_once('?') else {
        return target.to_owned();
    };
    let pairs: String = pairs(query)
        .map(|(pair, end)| match pair.split_once('=') {
            Some((name, value))
                if !value.is_empty() && names_a_secret(&percent_decode_str(name).decode_utf8_lossy()) =>
            {
                format!("{name}={MASK}{end}")
            }
            _ => format!("{pair}{end}"),
        })
        .collect();
    format!("{path}?{pairs}")
}

/// The pairs of a query, each with the separator after it.
fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split_inclusive(['&', ';']).map(|pair| pair.split_at(pair.trim_end_matches(['&', ';']).len()))
}

/// Replaces the masked parameters of an address by those of the same name in another address.
///
/// `None` if a masked part is not in the other address.
#[must_use]
pub fn unmasked(masked: &str, known: &str) -> Option<String> {
    let values: Vec<_> = pairs(known.split_once('?').map_or("", |(_, query)| query)).collect();
    let Some((path, query)) = masked.split_once('?') else {
        return (!masked.contains(MASK)).then(|| masked.to_owned());
    };
    let whole: Option<Vec<String>> = pairs(query)
        .map(|(pair, end)| match pair.split_once('=') {
            Some((name, MASK)) => {
                let same =
                    |(pair, _): &(&str, &str)| pair.split_once('=').is_some_and(|(own, _)| own == name);
                Some(format!("{}{end}", values.iter().find(|pair| same(pair))?.0))
            }
            _ => (!pair.contains(MASK)).then(|| format!("{pair}{end}")),
        })
        .collect();
    (!path.contains(MASK)).then_some(format!("{path}?{}", whole?.concat()))
}

/// The secrets in the user info and the parameters of an address, as written and decoded.
pub fn address_secrets(address: &str) -> Vec<Secret> {
    let shown = mask_location(address);
    let pairs = parts(address).into_iter().zip(parts(&shown));
    let hidden = pairs.filter(|(raw, shown)| raw != shown).flat_map(|(raw, _)| {
        let user_info = raw.rsplit_once('@').map_or(raw, |(user_info, _)| user_info);
        let written =
            raw.split_once('=').or_else(|| user_info.split_once(':')).map(|(_, value)| value.to_owned());
        let decoded = url::form_urlencoded::parse(raw.as_bytes()).map(|(_, value)| value.into_owned());
        decoded.chain(written).collect::<Vec<_>>()
    });
    hidden.map(Secret::new).collect()
}

/// The authority, and the pairs of query and fragment, which are masked separately.
fn parts(address: &str) -> Vec<&str> {
    let (address, fragment) = address.split_once('#').unwrap_or((address, ""));
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let authority = path.split_once("//").map_or("", |(_, rest)| rest.split('/').next().unwrap_or_default());
    let (_, fragment) = fragment.split_once('?').unwrap_or(("", fragment));
    let pairs = |text| pairs(text).map(|(pair, _)| pair);
    std::iter::once(authority).chain(pairs(query)).chain(pairs(fragment)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Redactor;

    #[test]
    fn escaped_names_and_all_separators_are_recognised() {
        let target = "/?%74oken=a&q=1;token=b&x=c";
        assert_eq!(mask_query(target), "/?%74oken=•••&q=1;token=•••&x=c");
        assert_eq!(mask_urls("see wss://h/p#access_token=abc now"), "see wss://h/p#access_token=••• now");
    }

    #[test]
    fn masked_parameters_are_replaced_by_known_ones() {
        let known = "ws://h/feed?token=abc&x=1";
        assert_eq!(unmasked("wss://h/v2?x=2&token=•••", known).as_deref(), Some("wss://h/v2?x=2&token=abc"));
        assert_eq!(unmasked("wss://h/v2", known).as_deref(), Some("wss://h/v2"));
        for masked in ["wss://h/v2?key=•••", "wss://h/•••?x=1", "wss://h/?x=a•••", "•••"]
        {
            assert_eq!(unmasked(masked, known), None, "{masked}");
        }
    }

    #[test]
    fn a_location_is_shown_without_credentials() {
        let table = [
            ("/v2?token=a&b=c", "/v2?token=•••&b=c"),
            ("https://me:pw@h:1/x@y?key=a#top", "https://•••@h:1/x@y?key=•••#top"),
            ("//me@h", "//•••@h"),
            ("https://h/cb#access_token=a&state=b", "https://h/cb#access_token=•••&state=b"),
            ("/app#/in?token=a", "/app#/in?token=•••"),
            ("/users/@me?page=2", "/users/@me?page=2"),
            ("", ""),
        ];
        for (text, shown) in table {
            assert_eq!(mask_location(text), shown, "{text}");
        }
    }

    #[test]
    fn the_secrets_of_a_location_are_found() {
        let addresses = ["/v2?token=s3cr3t%2B&a=bcdef", "https://me:hunter2@h/#key=f00-bar"];
        let redactor: Redactor = addresses.into_iter().flat_map(address_secrets).collect();
        let body = "s3cr3t%2B s3cr3t+ bcdef hunter2 f00-bar";
        assert_eq!(redactor.text(body), "••• ••• bcdef ••• •••");
    }
}
