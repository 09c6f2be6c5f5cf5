//! Splits a command line into words: as a shell of Unix does, or as the command prompt of Windows does.

/// The words of a command line, up to a pipe or the next command.
///
/// # Errors
///
/// A quote is not closed.
pub(super) fn words(text: &str) -> Result<Vec<String>, String> {
    let is_prompt = text.contains("^\"") || text.contains("^\n") || text.contains("^\r\n");
    let mut words = if is_prompt { prompt_words(text) } else { shell_words(text)? };
    let is_end = |word: &String| ["|", "||", "&&", "&", ";", ">", ">>"].contains(&word.as_str());
    if let Some(end) = words.iter().position(is_end) {
        words.truncate(end);
    }
    words.retain(|word| !matches!(word.as_str(), "2>&1" | "2>/dev/null" | ">/dev/null"));
    Ok(words)
}

/// Words as `bash` reads them, `$'…'` included.
fn shell_words(text: &str) -> Result<Vec<String>, String> {
    let unclosed = || "a quote is not closed".to_owned();
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            c if c.is_whitespace() => words.extend(word.take()),
            '\\' => match rest.next() {
                // A line goes on.
                Some('\n') | None => {}
                Some('\r') if rest.peek() == Some(&'\n') => drop(rest.next()),
                Some(next) => word.get_or_insert_default().push(next),
            },
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next().ok_or_else(unclosed)? {
                        '\'' => break,
                        c => word.push(c),
                    }
                }
            }
            '$' if rest.peek() == Some(&'\'') => {
                rest.next();
                ansi_c(&mut rest, word.get_or_insert_default()).ok_or_else(unclosed)?;
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next().ok_or_else(unclosed)? {
                        '"' => break,
                        '\\' => match rest.next().ok_or_else(unclosed)? {
                            '\n' => {}
                            c @ ('"' | '\\' | '$' | '`') => word.push(c),
                            c => word.extend(['\\', c]),
                        },
                        c => word.push(c),
                    }
                }
            }
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Ok(words)
}

/// The text of `$'…'` behind its first quote; `None` if it has no end.
fn ansi_c(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, word: &mut String) -> Option<()> {
    let mut bytes = Vec::new();
    loop {
        let c = match rest.next()? {
            '\'' => break,
            '\\' => match rest.next()? {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'a' => '\x07',
                'b' => '\x08',
                'e' | 'E' => '\x1b',
                'f' => '\x0c',
                'v' => '\x0b',
                'u' => char::from_u32(digits(rest, 0, 16, 4))?,
                'U' => char::from_u32(digits(rest, 0, 16, 8))?,
                'x' => {
                    bytes.extend(u8::try_from(digits(rest, 0, 16, 2)));
                    continue;
                }
                first @ '0'..='7' => {
                    bytes.extend(u8::try_from(digits(rest, first.to_digit(8)?, 8, 2)));
                    continue;
                }
                other => other,
            },
            c => c,
        };
        bytes.extend(c.encode_utf8(&mut [0; 4]).bytes());
    }
    word.push_str(&String::from_utf8_lossy(&bytes));
    Some(())
}

/// A number with its first digits, and at most so many more.
fn digits(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, first: u32, radix: u32, most: usize) -> u32 {
    let mut number = first;
    for _ in 0..most {
        let Some(digit) = rest.peek().and_then(|c| c.to_digit(radix)) else { break };
        number = number.saturating_mul(radix).saturating_add(digit);
        rest.next();
    }
    number
}

/// Words as a program on Windows reads them, behind the command prompt and its carets.
fn prompt_words(text: &str) -> Vec<String> {
    let joined = text.replace("\r\n", "\n");
    let line = if joined.contains("^\"") { without_carets(&joined) } else { joined.replace("^\n", " ") };
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut is_quoted = false;
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            c if c.is_whitespace() && !is_quoted => words.extend(word.take()),
            '\\' if rest.peek() == Some(&'"') => {
                rest.next();
                word.get_or_insert_default().push('"');
            }
            '"' if is_quoted && rest.peek() == Some(&'"') => {
                rest.next();
                word.get_or_insert_default().push('"');
            }
            '"' => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// A caret takes its meaning from the next sign; one at the end of a line joins the next.
fn without_carets(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '^' => match rest.next() {
                // A second line feed stands for itself.
                Some('\n') if rest.peek() == Some(&'\n') => {
                    rest.next();
                    plain.push('\n');
                }
                Some('\n') | None => plain.push(' '),
                Some(next) => plain.push(next),
            },
            c => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_are_those_of_the_shell() {
        for (text, expected) in [
            ("a 'b c' \"d \\\" e\" f\\ g", vec!["a", "b c", "d \" e", "f g"]),
            ("a \\\n  b \\\r\n c", vec!["a", "b", "c"]),
            ("$'it\\'s\\u0021' $'\\x41\\102\\n' $'caf\\xc3\\xa9'", vec!["it's!", "AB\n", "café"]),
            ("a '' b", vec!["a", "", "b"]),
            ("curl x | jq .", vec!["curl", "x"]),
            ("curl http://h/?a=1&b=2", vec!["curl", "http://h/?a=1&b=2"]),
        ] {
            assert_eq!(
                words(text).as_deref(),
                Ok(expected.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>().as_slice()),
                "{text}"
            );
        }
        assert!(words("a 'b").is_err() && words("a \"b").is_err() && words("$'a").is_err());
    }

    #[test]
    fn words_are_those_of_the_command_prompt() {
        for (text, expected) in [
            (
                "curl ^\"http://h/?a=1^&b=2^\" ^\n  -H ^\"X: a^\\^\"b^%^\"",
                vec!["curl", "http://h/?a=1&b=2", "-H", "X: a\"b%"],
            ),
            ("curl \"http://h/\" ^\r\n  -H \"X: a^b\"", vec!["curl", "http://h/", "-H", "X: a^b"]),
        ] {
            assert_eq!(
                words(text).as_deref(),
                Ok(expected.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>().as_slice()),
                "{text}"
            );
        }
    }
}
