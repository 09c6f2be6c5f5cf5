//! Reads the code that browsers copy: `fetch`, `new WebSocket`, and `Invoke-WebRequest` of PowerShell.

use std::sync::LazyLock;

use regex::Regex;

use super::imported::Imported;

/// Imports code; `None` if the text is none that is known.
pub(super) fn import(text: &str) -> Option<Result<Imported, String>> {
    if text.contains("Invoke-WebRequest") || text.contains("Invoke-RestMethod") {
        return Some(powershell(text));
    }
    let call = ["fetch(", "new WebSocket("].into_iter().find_map(|name| {
        let at = text.find(name).filter(|at| *at < 200)?;
        let before = text[..at].trim();
        let is_code = before.is_empty() || before.ends_with("await") || before.ends_with('=');
        is_code.then(|| (name, &text[at + name.len()..]))
    });
    call.map(|(name, rest)| code(name == "fetch(", rest))
}

/// The arguments of a call, which begin with the address.
fn code(is_fetch: bool, rest: &str) -> Result<Imported, String> {
    let (url, rest) = literal(rest.trim_start()).ok_or("the address in quotes is missing behind the '('")?;
    let mut imported = Imported::default();
    let options = rest.trim_start().strip_prefix(',').map(str::trim_start);
    if is_fetch {
        if let Some(options) = options.filter(|options| options.starts_with('{')) {
            fetch_options(&mut imported, options)?;
        }
    } else if let Some(protocols) = options {
        let mut names = Vec::new();
        let mut rest = protocols.trim_start_matches(['[', ' ', '\n']);
        while let Some((name, behind)) = literal(rest) {
            names.push(name);
            rest = behind.trim_start_matches([',', ' ', '\n']);
        }
        if !names.is_empty() {
            imported.header("Sec-WebSocket-Protocol", &names.join(", "));
        }
    }
    imported.to(&url)?;
    Ok(imported)
}

/// The object behind the address: `{ "headers": { … }, "method": "GET" }`.
fn fetch_options(imported: &mut Imported, text: &str) -> Result<(), String> {
    let end = object_end(text).ok_or("a bracket is not closed")?;
    // A flow map of YAML has the names and quotes that code may have.
    let options: serde_yaml::Value = serde_yaml::from_str(&text[..end].replace('\t', " "))
        .map_err(|_| "the options of fetch cannot be read")?;
    let text_of = |name: &str| options.get(name).and_then(serde_yaml::Value::as_str);
    let headers = options.get("headers").and_then(serde_yaml::Value::as_mapping);
    for (name, value) in headers.into_iter().flatten() {
        if let (Some(name), Some(value)) = (name.as_str(), value.as_str()) {
            imported.header(name, value);
        }
    }
    if let Some(referrer) = text_of("referrer").filter(|referrer| referrer.contains("://")) {
        imported.header("Referer", referrer);
    }
    if let Some(method) = text_of("method").filter(|method| !method.eq_ignore_ascii_case("GET")) {
        imported.left_out.push(format!("method {method}"));
    }
    if text_of("body").is_some() {
        imported.left_out.push("body".to_owned());
    }
    Ok(())
}

/// The offset behind the bracket that closes the first one.
fn object_end(text: &str) -> Option<usize> {
    let (mut depth, mut quote, mut is_escaped) = (0, None, false);
    for (at, c) in text.char_indices() {
        if is_escaped {
            is_escaped = false;
        } else if let Some(open) = quote {
            is_escaped = c == '\\';
            quote = quote.filter(|_| c != open);
        } else {
            match c {
                '"' | '\'' | '`' => quote = Some(c),
                '{' => depth += 1,
                '}' if depth == 1 => return Some(at + 1),
                '}' => depth -= 1,
                _ => {}
            }
        }
    }
    None
}

/// A text in quotes, and the rest behind it.
fn literal(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let mut value = String::new();
    let mut rest = text[1..].char_indices();
    while let Some((at, c)) = rest.next() {
        match c {
            c if c == quote => return Some((value, &text[at + 2..])),
            '\\' => value.push(rest.next()?.1),
            c => value.push(c),
        }
    }
    None
}

/// A text in double quotes of PowerShell, whose escapes begin with a backtick.
const QUOTED: &str = r#""((?:[^"`]|`[\s\S]|"")*)""#;

static URI: LazyLock<Regex> = LazyLock::new(|| expression(&format!(r"-Uri\s+{QUOTED}")));
static AGENT: LazyLock<Regex> = LazyLock::new(|| expression(&format!(r"\.UserAgent\s*=\s*{QUOTED}")));
static COOKIE: LazyLock<Regex> =
    LazyLock::new(|| expression(&format!(r"System\.Net\.Cookie\({QUOTED},\s*{QUOTED}")));
static PAIR: LazyLock<Regex> = LazyLock::new(|| expression(&format!(r"{QUOTED}\s*=\s*{QUOTED}")));
static METHOD: LazyLock<Regex> = LazyLock::new(|| expression(r#"-Method\s+"?([A-Za-z]+)"#));

fn expression(text: &str) -> Regex {
    Regex::new(text).expect("the expression is well formed")
}

fn powershell(text: &str) -> Result<Imported, String> {
    let mut imported = Imported::default();
    let uri = URI.captures(text).map(|found| unescaped(&found[1]));
    if let Some(agent) = AGENT.captures(text) {
        imported.header("User-Agent", &unescaped(&agent[1]));
    }
    for cookie in COOKIE.captures_iter(text) {
        imported.header("Cookie", &format!("{}={}", unescaped(&cookie[1]), unescaped(&cookie[2])));
    }
    let headers = text.split_once("-Headers @{").map_or("", |(_, rest)| rest);
    let mut end = 0;
    for pair in PAIR.captures_iter(headers) {
        let whole = pair.get(0).map_or(0..0, |whole| whole.range());
        // The map ends at its bracket.
        if headers[end..whole.start].contains('}') {
            break;
        }
        end = whole.end;
        imported.header(&unescaped(&pair[1]), &unescaped(&pair[2]));
    }
    if let Some(method) = METHOD.captures(text).filter(|method| !method[1].eq_ignore_ascii_case("GET")) {
        imported.left_out.push(format!("-Method {}", &method[1]));
    }
    // Its cookies stand in the lines before, where those were pasted too.
    if text.contains("-WebSession $") && !text.contains("New-Object") {
        imported.left_out.push("-WebSession $session".to_owned());
    }
    for option in ["-Body", "-SkipCertificateCheck", "-Proxy "] {
        if text.contains(option) {
            match option {
                "-SkipCertificateCheck" => imported.trust_anyone(option),
                _ => imported.left_out.push(option.trim().to_owned()),
            }
        }
    }
    imported.to(&uri.ok_or("there is no -Uri in double quotes")?)?;
    Ok(imported)
}

fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '`' => match rest.next() {
                Some('n') => plain.push('\n'),
                Some('t') => plain.push('\t'),
                Some(other) => plain.push(other),
                None => {}
            },
            '"' if rest.peek() == Some(&'"') => plain.extend(rest.next()),
            c => plain.push(c),
        }
    }
    plain
}
