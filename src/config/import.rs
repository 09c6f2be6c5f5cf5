//! Reading a connection from what people have at hand: an address, or a line for curl, websocat or wscat.

use super::schema::{Origin, Values};

/// What a line came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub values: Values,
    /// Options that were not understood, and are left out.
    pub left_out: Vec<String>,
}

/// What an option of one of the programs means.
#[derive(Clone, Copy)]
enum OptionMeaning {
    Header,
    /// A header of this name.
    Named(&'static str),
    /// `NAME:PASSWORD`
    User,
    Field(&'static str),
    /// A proxy, whose scheme may be missing.
    Proxy,
    /// A switch that sets this field.
    On(&'static str),
    /// The address itself.
    Address,
    /// Nothing for a connection; whether a word follows it.
    Nothing(bool),
}

const TLS: &str = "tls.enabled";

/// Options by program: short and long name, and what they mean.
const CURL: &[(&str, &str, OptionMeaning)] = &[
    ("-H", "--header", OptionMeaning::Header),
    ("-A", "--user-agent", OptionMeaning::Named("User-Agent")),
    ("-e", "--referer", OptionMeaning::Named("Referer")),
    ("-b", "--cookie", OptionMeaning::Named("Cookie")),
    ("-u", "--user", OptionMeaning::User),
    ("-x", "--proxy", OptionMeaning::Proxy),
    ("-k", "--insecure", OptionMeaning::On("tls.skip_cert_verify")),
    ("", "--cacert", OptionMeaning::Field("tls.root_cas_file")),
    ("-E", "--cert", OptionMeaning::Field("tls.client_certs.0.cert_file")),
    ("", "--key", OptionMeaning::Field("tls.client_certs.0.key_file")),
    ("", "--pass", OptionMeaning::Field("tls.client_certs.0.password")),
    ("", "--url", OptionMeaning::Address),
    ("-i", "--include", OptionMeaning::Nothing(false)),
    ("-N", "--no-buffer", OptionMeaning::Nothing(false)),
    ("-s", "--silent", OptionMeaning::Nothing(false)),
    ("-v", "--verbose", OptionMeaning::Nothing(false)),
    ("", "--http1.1", OptionMeaning::Nothing(false)),
    ("", "--compressed", OptionMeaning::Nothing(false)),
    ("-o", "--output", OptionMeaning::Nothing(true)),
    ("-X", "--request", OptionMeaning::Nothing(true)),
];
const WEBSOCAT: &[(&str, &str, OptionMeaning)] = &[
    ("-H", "--header", OptionMeaning::Header),
    ("", "--basic-auth", OptionMeaning::User),
    ("", "--protocol", OptionMeaning::Named("Sec-WebSocket-Protocol")),
    ("", "--origin", OptionMeaning::Named("Origin")),
    ("-k", "--insecure", OptionMeaning::On("tls.skip_cert_verify")),
    ("-t", "--text", OptionMeaning::Nothing(false)),
    ("-b", "--binary", OptionMeaning::Nothing(false)),
    ("-v", "--verbose", OptionMeaning::Nothing(false)),
    ("-n", "--no-close", OptionMeaning::Nothing(false)),
    ("-E", "--exit-on-eof", OptionMeaning::Nothing(false)),
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
    ("-n", "--no-check", OptionMeaning::On("tls.skip_cert_verify")),
    ("", "--no-color", OptionMeaning::Nothing(false)),
    ("-P", "--show-ping-pong", OptionMeaning::Nothing(false)),
    ("-w", "--wait", OptionMeaning::Nothing(true)),
];

/// Whether a text is more than a line of these kinds: YAML, which the reader of configs takes.
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

/// Reads an address or a line.
///
/// # Errors
///
/// What is missing or cannot be read, and what would be right.
pub fn import(text: &str) -> Result<Imported, String> {
    let text = text.trim().trim_start_matches("$ ");
    if text.is_empty() {
        return Err("type an address such as wss://feed.example/ticks".to_owned());
    }
    let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
    let words = shlex::split(&joined).ok_or("a quote is not closed")?;
    let program = words.first().map(|word| word.rsplit('/').next().unwrap_or_default().to_owned());
    match program.as_deref() {
        Some("curl") => options(&words[1..], CURL),
        Some("websocat") => options(&words[1..], WEBSOCAT),
        Some("wscat") => options(&words[1..], WSCAT),
        Some("sockeye") => {
            Err("options of sockeye belong on its command line; paste the address here".to_owned())
        }
        _ if words.len() == 1 || !joined.contains(char::is_whitespace) => {
            let mut imported = Imported::default();
            set(&mut imported, "url", &address(&joined)?);
            Ok(imported)
        }
        _ => Err("this is no address, no line of curl, websocat or wscat, and no YAML".to_owned()),
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
        let (name, attached) = match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(value.to_owned())),
            // A short option may have its word attached: -HAccept: x
            _ if !word.starts_with("--") && word.chars().count() > 2 => {
                let at = word.char_indices().nth(2).map_or(word.len(), |(at, _)| at);
                (&word[..at], Some(word[at..].to_owned()))
            }
            _ => (word.as_str(), None),
        };
        let Some((.., means)) = known.iter().find(|(short, long, _)| *short == name || *long == name) else {
            imported.left_out.push(word.clone());
            continue;
        };
        let mut value = || {
            attached.clone().or_else(|| rest.next().cloned()).ok_or(format!("{name} wants a word behind it"))
        };
        match means {
            OptionMeaning::Header => {
                let header = value()?;
                let (key, value) =
                    header.split_once(':').ok_or(format!("'{header}' is no header: NAME: VALUE"))?;
                // What belongs to the handshake is made anew.
                let ours = ["upgrade", "connection", "host", "content-length", "accept-encoding"];
                let key = key.trim();
                let is_ours = ours.contains(&key.to_ascii_lowercase().as_str());
                let is_key = key.to_ascii_lowercase().starts_with("sec-websocket-")
                    && !key.eq_ignore_ascii_case("sec-websocket-protocol");
                if !is_ours && !is_key {
                    set(&mut imported, &format!("headers.{key}"), value.trim());
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
            // To curl a proxy without a scheme is an HTTP one.
            OptionMeaning::Proxy => {
                let proxy = value()?;
                let scheme = if proxy.contains("://") { "" } else { "http://" };
                set(&mut imported, "proxy_url", &format!("{scheme}{proxy}"));
            }
            OptionMeaning::On(path) => {
                set(&mut imported, TLS, "true");
                set(&mut imported, path, "true");
            }
            OptionMeaning::Address => url = Some(value()?),
            OptionMeaning::Nothing(true) => drop(value()?),
            OptionMeaning::Nothing(false) => {}
        }
    }
    let url = url.ok_or("there is no address in this line")?;
    set(&mut imported, "url", &address(&url)?);
    Ok(imported)
}

fn set(imported: &mut Imported, path: &str, text: &str) {
    imported.values.set(path, text, Origin::Form);
}

/// An address as a websocket's: http becomes ws, and without a scheme it is wss, but ws on this machine.
fn address(text: &str) -> Result<String, String> {
    if text.contains(char::is_whitespace) {
        return Err(format!("'{text}' is no address: it holds a blank"));
    }
    Ok(match text.split_once("://") {
        Some(("http" | "ws", rest)) => format!("ws://{rest}"),
        Some(("https" | "wss", rest)) => format!("wss://{rest}"),
        Some((other, _)) => {
            return Err(format!("'{other}' is no scheme of a websocket; write wss:// or ws://"));
        }
        None => {
            let host = text.split(['/', ':', '?']).next().unwrap_or_default();
            let is_near = host == "localhost" || host.starts_with("127.") || text.starts_with("[::1]");
            if !is_near && !host.contains('.') {
                return Err(format!("'{text}' is no address; write one such as wss://feed.example/ticks"));
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
        imported.values.iter().map(|(path, given)| (path.to_owned(), given.text.clone())).collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn an_address_may_lack_its_scheme_or_have_that_of_http() {
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
    fn a_line_of_curl_keeps_its_headers_and_leaves_the_handshake_to_us() {
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
    fn a_proxy_of_curl_without_a_scheme_is_an_http_one() {
        for (given, proxy) in [("me:pw@p:3128", "http://me:pw@p:3128"), ("socks5h://p:1", "socks5h://p:1")] {
            let read = values(&format!("curl -x {given} wss://h.example"));
            assert_eq!(read, pairs(&[("proxy_url", proxy), ("url", "wss://h.example")]));
        }
    }

    #[test]
    fn lines_of_websocat_and_wscat_are_read() {
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
    fn what_is_not_understood_is_told() {
        assert_eq!(
            import("curl --frobnicate wss://h.example").expect("it can be read").left_out,
            ["--frobnicate"]
        );
        for (line, message) in [
            ("", "type an address"),
            ("hello world", "no address, no line of curl"),
            ("ftp://h", "'ftp' is no scheme"),
            ("curl -H", "-H wants a word"),
            ("curl -k", "no address in this line"),
            ("curl 'x", "a quote is not closed"),
            ("nonsense", "is no address"),
        ] {
            assert!(import(line).expect_err(line).contains(message), "{line}");
        }
    }

    #[test]
    fn yaml_is_told_from_lines() {
        assert!(is_yaml("input:\n  websocket:\n    url: wss://h"));
        assert!(is_yaml("# mine\nurl: wss://h"));
        assert!(!is_yaml("wss://h/x"));
        assert!(!is_yaml("localhost:9000"));
        assert!(!is_yaml("curl -H 'A: b' wss://h"));
    }
}
