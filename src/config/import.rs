//! Imports a connection from an address, or from a command line of curl, websocat or wscat.

use super::schema::{Origin, Values, is_handshake};

/// The result of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub values: Values,
    /// Unknown options, which are ignored.
    pub left_out: Vec<String>,
}

/// The meaning of an option.
#[derive(Clone, Copy)]
enum OptionMeaning {
    /// `NAME: VALUE`
    Header,
    /// The value of a header with this name.
    Named(&'static str),
    /// `NAME:PASSWORD`
    User,
    Field(&'static str),
    /// A proxy, which may lack its scheme.
    Proxy,
    /// A switch that sets this field.
    Switch(&'static str),
    /// The address.
    Address,
    /// No meaning for a connection; the flag says whether a value follows.
    Ignored(bool),
}

const TLS: &str = "tls.enabled";

/// The options of the programs: short name, long name and meaning.
const CURL: &[(&str, &str, OptionMeaning)] = &[
    ("-H", "--header", OptionMeaning::Header),
    ("-A", "--user-agent", OptionMeaning::Named("User-Agent")),
    ("-e", "--referer", OptionMeaning::Named("Referer")),
    ("-b", "--cookie", OptionMeaning::Named("Cookie")),
    ("-u", "--user", OptionMeaning::User),
    ("-x", "--proxy", OptionMeaning::Proxy),
    ("-k", "--insecure", OptionMeaning::Switch("tls.skip_cert_verify")),
    ("", "--cacert", OptionMeaning::Field("tls.root_cas_file")),
    ("-E", "--cert", OptionMeaning::Field("tls.client_certs.0.cert_file")),
    ("", "--key", OptionMeaning::Field("tls.client_certs.0.key_file")),
    ("", "--pass", OptionMeaning::Field("tls.client_certs.0.password")),
    ("", "--url", OptionMeaning::Address),
    ("-i", "--include", OptionMeaning::Ignored(false)),
    ("-N", "--no-buffer", OptionMeaning::Ignored(false)),
    ("-s", "--silent", OptionMeaning::Ignored(false)),
    ("-v", "--verbose", OptionMeaning::Ignored(false)),
    ("", "--http1.1", OptionMeaning::Ignored(false)),
    ("", "--compressed", OptionMeaning::Ignored(false)),
    ("-o", "--output", OptionMeaning::Ignored(true)),
    ("-X", "--request", OptionMeaning::Ignored(true)),
];
const WEBSOCAT: &[(&str, &str, OptionMeaning)] = &[
    ("-H", "--header", OptionMeaning::Header),
    ("", "--basic-auth", OptionMeaning::User),
    ("", "--protocol", OptionMeaning::Named("Sec-WebSocket-Protocol")),
    ("", "--origin", OptionMeaning::Named("Origin")),
    ("-k", "--insecure", OptionMeaning::Switch("tls.skip_cert_verify")),
    ("-t", "--text", OptionMeaning::Ignored(false)),
    ("-b", "--binary", OptionMeaning::Ignored(false)),
    ("-v", "--verbose", OptionMeaning::Ignored(false)),
    ("-n", "--no-close", OptionMeaning::Ignored(false)),
    ("-E", "--exit-on-eof", OptionMeaning::Ignored(false)),
];
const WSCAT: &[(&str, &str, OptionMeaning)] = &[
    ("-c", "--connect", OptionMeaning::Address),
    ("-H", "--header", OptionMeaning::Header),
    ("", "--auth", OptionMeaning::User),
    ("-s", "--subprotocol", OptionMeaning::Named("Sec-WebSocket-Protocol")),
    ("-o", "--origin", OptionMeaning::Named("Origin")),
    ("", "--ca", OptionMeaning::Field("tls.root_cas_file")),
    ("", "--cert", OptionMeaning::Field("tls.client_certs.0.cert_file")),
    ("", "--key", OptionMeaning::Field("tls.client_certs.0.key_file")),
    ("", "--passphrase", OptionMeaning::Field("tls.client_certs.0.password")),
    ("", "--proxy", OptionMeaning::Field("proxy_url")),
    ("-x", "--execute", OptionMeaning::Field("open_message")),
    ("-n", "--no-check", OptionMeaning::Switch("tls.skip_cert_verify")),
    ("", "--no-color", OptionMeaning::Ignored(false)),
    ("-P", "--show-ping-pong", OptionMeaning::Ignored(false)),
    ("-w", "--wait", OptionMeaning::Ignored(true)),
];

/// Whether a text is YAML, rather than an address or a command line.
#[must_use]
pub fn is_yaml(text: &str) -> bool {
    let lines =
        || text.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let is_key = |line: &str| {
        line.split_once(':').is_some_and(|(key, rest)| {
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            key.trim_start_matches("- ").chars().all(is_name) && (rest.is_empty() || rest.starts_with(' '))
        })
    };
    lines().next().is_some_and(|line| is_key(line) || line.starts_with('{'))
}

/// Imports an address or a command line.
///
/// # Errors
///
/// The text is incomplete or of an unknown kind.
pub fn import(text: &str) -> Result<Imported, String> {
    let text = text.trim().trim_start_matches("$ ");
    if text.is_empty() {
        return Err("enter an address such as wss://feed.example/ticks".to_owned());
    }
    let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
    let words = shlex::split(&joined).ok_or("a quote is not closed")?;
    let program = words.first().map(|word| word.rsplit('/').next().unwrap_or_default().to_owned());
    match program.as_deref() {
        Some("curl") => options(&words[1..], CURL),
        Some("websocat") => options(&words[1..], WEBSOCAT),
        Some("wscat") => options(&words[1..], WSCAT),
        Some("sockeye") => {
            Err("use the options of sockeye on its command line; paste only the address here".to_owned())
        }
        _ if words.len() == 1 || !joined.contains(char::is_whitespace) => {
            let mut imported = Imported::default();
            set(&mut imported, "url", &address(&joined)?);
            Ok(imported)
        }
        _ => Err("this is not an address, a command line of curl, websocat or wscat, or YAML".to_owned()),
    }
}

fn options(words: &[String], known: &[(&str, &str, OptionMeaning)]) -> Result<Imported, String> {
    let mut imported = Imported::default();
    let mut url = None;
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if !word.starts_with('-') || word.len() == 1 {
            url = url.or_else(|| Some(word.clone()));
            continue;
        }
        let (name, attached) = split_option(word);
        let Some((.., meaning)) = known.iter().find(|(short, long, _)| *short == name || *long == name)
        else {
            imported.left_out.push(word.clone());
            continue;
        };
        let mut value =
            || attached.clone().or_else(|| rest.next().cloned()).ok_or(format!("{name} needs a value"));
        match meaning {
            OptionMeaning::Header => {
                let header = value()?;
                let (name, value) = header
                    .split_once(':')
                    .ok_or(format!("'{header}' is not a header of the form NAME: VALUE"))?;
                if !is_handshake(name.trim()) {
                    set(&mut imported, &format!("headers.{}", name.trim()), value.trim());
                }
            }
            OptionMeaning::Named(header) => set(&mut imported, &format!("headers.{header}"), &value()?),
            OptionMeaning::User => {
                let pair = value()?;
                let (name, password) = pair.split_once(':').unwrap_or((pair.as_str(), ""));
                set(&mut imported, "basic_auth.enabled", "true");
                set(&mut imported, "basic_auth.username", name);
                set(&mut imported, "basic_auth.password", password);
            }
            OptionMeaning::Field(path) => {
                if path.starts_with("tls.") {
                    set(&mut imported, TLS, "true");
                }
                set(&mut imported, path, &value()?);
            }
            // For curl a proxy without a scheme is an HTTP proxy.
            OptionMeaning::Proxy => {
                let proxy = value()?;
                let scheme = if proxy.contains("://") { "" } else { "http://" };
                set(&mut imported, "proxy_url", &format!("{scheme}{proxy}"));
            }
            OptionMeaning::Switch(path) => {
                set(&mut imported, TLS, "true");
                set(&mut imported, path, "true");
            }
            OptionMeaning::Address => url = Some(value()?),
            OptionMeaning::Ignored(true) => drop(value()?),
            OptionMeaning::Ignored(false) => {}
        }
    }
    let url = url.ok_or("there is no address in this command line")?;
    set(&mut imported, "url", &address(&url)?);
    Ok(imported)
}

/// Separates the value that is attached to an option: `--header=Accept: x`, `-HAccept: x`.
fn split_option(word: &str) -> (&str, Option<String>) {
    match word.split_once('=') {
        Some((name, value)) if name.starts_with("--") => (name, Some(value.to_owned())),
        _ if !word.starts_with("--") && word.chars().count() > 2 => {
            let at = word.char_indices().nth(2).map_or(word.len(), |(at, _)| at);
            (&word[..at], Some(word[at..].to_owned()))
        }
        _ => (word, None),
    }
}

fn set(imported: &mut Imported, path: &str, text: &str) {
    imported.values.set(path, text, Origin::Form);
}

/// The websocket address of a text: http becomes ws; without a scheme it is wss, or ws for this machine.
fn address(text: &str) -> Result<String, String> {
    if text.contains(char::is_whitespace) {
        return Err(format!("'{text}' is not an address: it contains a space"));
    }
    Ok(match text.split_once("://") {
        Some(("http" | "ws", rest)) => format!("ws://{rest}"),
        Some(("https" | "wss", rest)) => format!("wss://{rest}"),
        Some((other, _)) => {
            return Err(format!("'{other}' is not a websocket scheme; write wss:// or ws://"));
        }
        None => {
            let host = text.split(['/', ':', '?']).next().unwrap_or_default();
            let is_near = host == "localhost" || host.starts_with("127.") || text.starts_with("[::1]");
            if !is_near && !host.contains('.') {
                return Err(format!("'{text}' is not an address such as wss://feed.example/ticks"));
            }
            format!("{}://{text}", if is_near { "ws" } else { "wss" })
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{import, is_yaml};

    fn values(line: &str) -> Vec<(String, String)> {
        let imported = import(line).expect("it can be read");
        imported.values.iter().map(|(path, value)| (path.to_owned(), value.text.clone())).collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn an_address_may_have_no_scheme_or_an_http_scheme() {
        for (typed, url) in [
            ("wss://feed.example/ticks?a=1", "wss://feed.example/ticks?a=1"),
            ("feed.example/ticks", "wss://feed.example/ticks"),
            ("localhost:9000", "ws://localhost:9000"),
            ("https://feed.example", "wss://feed.example"),
            ("  ws://h/  ", "ws://h/"),
        ] {
            assert_eq!(values(typed), pairs(&[("url", url)]), "{typed}");
        }
    }

    #[test]
    fn a_command_line_of_curl_keeps_its_headers_except_those_of_the_handshake() {
        let line = "curl -i -N -H 'Connection: Upgrade' -H \"Sec-WebSocket-Key: abc==\" \\\n  -H 'X-Api-Key: k v' \
                    -u reader:s3cret -k https://feed.example/ticks";
        assert_eq!(
            values(line),
            pairs(&[
                ("headers.X-Api-Key", "k v"),
                ("basic_auth.enabled", "true"),
                ("basic_auth.username", "reader"),
                ("basic_auth.password", "s3cret"),
                ("tls.enabled", "true"),
                ("tls.skip_cert_verify", "true"),
                ("url", "wss://feed.example/ticks"),
            ])
        );
    }

    #[test]
    fn a_proxy_of_curl_without_a_scheme_is_an_http_proxy() {
        for (value, proxy) in [("me:pw@p:3128", "http://me:pw@p:3128"), ("socks5h://p:1", "socks5h://p:1")] {
            let read = values(&format!("curl -x {value} wss://h.example"));
            assert_eq!(read, pairs(&[("proxy_url", proxy), ("url", "wss://h.example")]));
        }
    }

    #[test]
    fn command_lines_of_websocat_and_wscat_are_imported() {
        assert_eq!(
            values("websocat -k --protocol=v1 -H 'A: b' wss://h.example/x"),
            pairs(&[
                ("tls.enabled", "true"),
                ("tls.skip_cert_verify", "true"),
                ("headers.Sec-WebSocket-Protocol", "v1"),
                ("headers.A", "b"),
                ("url", "wss://h.example/x"),
            ])
        );
        assert_eq!(
            values("wscat -c ws://h.example -x '{\"op\":\"sub\"}' -w 5 --auth u:p"),
            pairs(&[
                ("open_message", "{\"op\":\"sub\"}"),
                ("basic_auth.enabled", "true"),
                ("basic_auth.username", "u"),
                ("basic_auth.password", "p"),
                ("url", "ws://h.example"),
            ])
        );
    }

    #[test]
    fn unknown_options_are_listed_and_invalid_lines_are_errors() {
        assert_eq!(
            import("curl --frobnicate wss://h.example").expect("it can be read").left_out,
            ["--frobnicate"]
        );
        for (line, message) in [
            ("", "enter an address"),
            ("hello world", "not an address, a command line of curl"),
            ("ftp://h", "'ftp' is not a websocket scheme"),
            ("curl -H", "-H needs a value"),
            ("curl -k", "no address in this command line"),
            ("curl 'x", "a quote is not closed"),
            ("nonsense", "is not an address"),
        ] {
            assert!(import(line).expect_err(line).contains(message), "{line}");
        }
    }

    #[test]
    fn yaml_is_distinguished_from_command_lines() {
        assert!(is_yaml("input:\n  websocket:\n    url: wss://h"));
        assert!(is_yaml("# mine\nurl: wss://h"));
        assert!(!is_yaml("wss://h/x"));
        assert!(!is_yaml("localhost:9000"));
        assert!(!is_yaml("curl -H 'A: b' wss://h"));
    }
}
