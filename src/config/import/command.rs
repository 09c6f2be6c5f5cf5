//! Reads command lines of programs that open connections.

use super::{
    imported::Imported,
    options::{CURL, HTTPIE, OptionMeaning, OptionRow, WEBSOCAT, WGET, WSCAT},
    words::words,
};

/// Words before a program that mean nothing for a connection.
const BEFORE: [&str; 6] = ["sudo", "time", "npx", "-y", "--yes", "command"];

/// Imports a command line; `None` if it is not that of a known program.
///
/// # Errors
///
/// It is incomplete, or has no address.
pub(super) fn import(text: &str) -> Result<Option<Imported>, String> {
    let words = words(text)?;
    let mut words = words.into_iter();
    let Some(first) = words.find(|word| !BEFORE.contains(&word.as_str())) else { return Ok(None) };
    let program = first.rsplit(['/', '\\']).next().unwrap_or_default().trim_end_matches(".exe");
    let known = match program {
        "curl" => CURL,
        "websocat" => WEBSOCAT,
        "wscat" => WSCAT,
        "wget" => WGET,
        "http" | "https" | "xh" | "xhs" if words.len() > 0 => HTTPIE,
        "sockeye" => {
            let message = "use the options of sockeye on its command line; paste only the address here";
            return Err(message.to_owned());
        }
        _ => return Ok(None),
    };
    let mut line = Line { known, rest: words, ..Line::default() };
    line.read()?;
    if known == HTTPIE {
        line.items(matches!(program, "https" | "xhs"))?;
    }
    line.finish().map(Some)
}

#[derive(Default)]
struct Line {
    known: &'static [OptionRow],
    rest: std::vec::IntoIter<String>,
    imported: Imported,
    /// Words that are no options.
    others: Vec<String>,
    address: Option<String>,
    messages: Vec<String>,
    proxy_user: Option<String>,
    /// Whether the certificate is in a PKCS#12 file.
    is_p12: bool,
}

impl Line {
    fn read(&mut self) -> Result<(), String> {
        while let Some(word) = self.rest.next() {
            if !word.starts_with('-') || word.len() == 1 {
                self.others.push(word);
            } else if word == "--" {
                self.others.extend(self.rest.by_ref());
            } else if word.starts_with("--") {
                let (name, attached) =
                    word.split_once('=').map_or((word.as_str(), None), |(name, value)| (name, Some(value)));
                self.option(name, attached.map(str::to_owned))?;
            } else {
                self.joined(&word)?;
            }
        }
        Ok(())
    }

    /// Short options in one word: `-vk`, `-XGET`, `-H=Name: value`.
    fn joined(&mut self, word: &str) -> Result<(), String> {
        // Some programs take a long name behind a single dash.
        if self.known.iter().any(|(_, long, _)| !long.is_empty() && long[1..] == *word) {
            return self.option(&format!("-{word}"), None);
        }
        for (at, letter) in word.char_indices().skip(1) {
            let name = format!("-{letter}");
            let row = self.known.iter().find(|(short, ..)| *short == name);
            if row.is_some_and(|(.., meaning)| meaning.takes_value()) {
                let value = word[at + letter.len_utf8()..].trim_start_matches('=');
                return self.option(&name, Some(value.to_owned()).filter(|value| !value.is_empty()));
            }
            self.option(&name, None)?;
        }
        Ok(())
    }

    fn option(&mut self, name: &str, attached: Option<String>) -> Result<(), String> {
        let row = self.known.iter().find(|(short, long, _)| *short == name || *long == name);
        let Some((.., meaning)) = row else {
            self.imported.left_out.push(name.to_owned());
            return Ok(());
        };
        let mut value = String::new();
        if meaning.takes_value() {
            value = attached.or_else(|| self.rest.next()).ok_or(format!("{name} needs a value"))?;
        }
        self.apply(name, *meaning, &value)
    }

    fn apply(&mut self, name: &str, meaning: OptionMeaning, value: &str) -> Result<(), String> {
        let imported = &mut self.imported;
        match meaning {
            OptionMeaning::Header => match value.split_once(':') {
                // Without a value curl leaves a header of its own out.
                Some((_, text)) if text.trim().is_empty() => {}
                Some((header, text)) => imported.header(header, text),
                None if value.ends_with(';') => imported.header(value.trim_end_matches(';'), ""),
                None if value.starts_with('@') => imported.left_out.push(format!("{name} {value}")),
                None => return Err(format!("'{value}' is not a header of the form NAME: VALUE")),
            },
            OptionMeaning::Named(header) => imported.header(header, value),
            OptionMeaning::Cookie if value.contains('=') => imported.header("Cookie", value),
            OptionMeaning::Bearer => imported.header("Authorization", &format!("Bearer {value}")),
            OptionMeaning::User => imported.user(value),
            OptionMeaning::Field(path) => {
                if path.starts_with("tls.") {
                    imported.set("tls.enabled", "true");
                }
                imported.set(path, value);
            }
            OptionMeaning::Fixed(path, text) => imported.set(path, text),
            OptionMeaning::Entry(list) => imported.entry(list, value),
            OptionMeaning::Cert => {
                imported.set("tls.enabled", "true");
                let (file, password) = match value.rsplit_once(':') {
                    Some((file, password)) if file.len() > 1 => (file, Some(password)),
                    _ => (value, None),
                };
                imported.set("tls.client_certs.0.cert_file", file);
                if let Some(password) = password {
                    imported.set("tls.client_certs.0.password", password);
                }
            }
            OptionMeaning::CertType if value.eq_ignore_ascii_case("P12") => self.is_p12 = true,
            OptionMeaning::CertType if value.eq_ignore_ascii_case("PEM") => {}
            // For curl a proxy without a scheme is an HTTP proxy.
            OptionMeaning::Proxy(scheme) => {
                let scheme = if value.contains("://") { "" } else { scheme };
                imported.set("proxy_url", &format!("{scheme}{value}"));
            }
            OptionMeaning::ProxyUser => self.proxy_user = Some(value.to_owned()),
            OptionMeaning::TrustAnyone => imported.trust_anyone(name),
            OptionMeaning::Verify if matches!(value, "no" | "false") => {
                imported.trust_anyone(&format!("{name}={value}"));
            }
            OptionMeaning::Verify if matches!(value, "yes" | "true") => {}
            OptionMeaning::Verify => {
                imported.set("tls.enabled", "true");
                imported.set("tls.root_cas_file", value);
            }
            OptionMeaning::Message => self.messages.push(value.to_owned()),
            OptionMeaning::Address => self.address = Some(value.to_owned()),
            OptionMeaning::Method if value.eq_ignore_ascii_case("GET") => {}
            OptionMeaning::Cookie | OptionMeaning::Method => {
                imported.left_out.push(format!("{name} {value}"));
            }
            OptionMeaning::Ignored | OptionMeaning::IgnoredValue => {}
            // A value may be a secret; only the option is named.
            OptionMeaning::LeftOut | OptionMeaning::LeftOutValue | OptionMeaning::CertType => {
                imported.left_out.push(name.to_owned());
            }
        }
        Ok(())
    }

    /// The words of `HTTPie`: a method, the address, and `Name:value`, `name==value`, `name=value`.
    fn items(&mut self, is_secure: bool) -> Result<(), String> {
        let mut words = std::mem::take(&mut self.others).into_iter().peekable();
        let is_method =
            |word: &String| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase());
        if let Some(method) = words.next_if(is_method).filter(|method| method != "GET") {
            self.imported.left_out.push(method);
        }
        let mut url = words.next().ok_or(NO_ADDRESS)?;
        if url.starts_with(':') {
            url = format!("localhost{url}");
        }
        if !url.contains("://") {
            url = format!("{}://{url}", if is_secure { "https" } else { "http" });
        }
        let mut query = Vec::new();
        for item in words {
            let at = item.find([':', '=', '@']).unwrap_or(item.len());
            match &item.as_bytes()[at..] {
                [b'=', b'=', ..] => query.push(format!("{}={}", &item[..at], &item[at + 2..])),
                [b':', b'=' | b'@', ..] | [b'=' | b'@', ..] | [] => {
                    self.imported.left_out.push(item[..at].to_owned());
                }
                _ => self.imported.header(&item[..at], &item[at + 1..]),
            }
        }
        if !query.is_empty() {
            let sign = if url.contains('?') { '&' } else { '?' };
            url = format!("{url}{sign}{}", query.join("&"));
        }
        self.others.push(url);
        Ok(())
    }

    fn finish(mut self) -> Result<Imported, String> {
        let is_text = !self.messages.is_empty();
        match self.messages.as_slice() {
            [only] => self.imported.set("open_message", only),
            all => {
                for (nth, message) in all.iter().enumerate() {
                    self.imported.set(&format!("open_messages.{nth}"), message);
                }
            }
        }
        if is_text {
            self.imported.set("open_message_type", "text");
        }
        let proxy = self.imported.values.get("proxy_url").map(|value| value.text.clone());
        if let (Some(user), Some(proxy)) = (&self.proxy_user, &proxy)
            && let Some((scheme, place)) = proxy.split_once("://")
            && !place.contains('@')
        {
            self.imported.set("proxy_url", &format!("{scheme}://{user}@{place}"));
        }
        // An overlay of websocat stands before the scheme: `autoreconnect:ws://h`.
        let bare = |word: &String| {
            ["wss://", "ws://"]
                .iter()
                .find_map(|scheme| word.find(scheme))
                .map_or(word.clone(), |at| word[at..].to_owned())
        };
        let mut words: Vec<_> = self.address.into_iter().chain(self.others).map(|word| bare(&word)).collect();
        words.retain(|word| word != "-");
        let is_address = |word: &String| super::address::address(word).is_ok();
        let at = words.iter().position(is_address).unwrap_or_default();
        let url = if words.is_empty() { return Err(NO_ADDRESS.to_owned()) } else { words.remove(at) };
        self.imported.to(&url)?;
        if self.is_p12 {
            self.imported.cert_is_p12();
        }
        self.imported.drop_idle_tls();
        self.imported.left_out.extend(words.into_iter().filter(is_address));
        Ok(self.imported)
    }
}

const NO_ADDRESS: &str = "there is no address in this command line";
