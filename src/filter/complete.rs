//! What a filter that is being written may go on with: the name of a key, a word of a key, a path that was seen, the
//! name of a filter.

use super::key::{KEYS, Key};

/// What may stand where the cursor is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// Where in the text they begin, in bytes.
    pub from: usize,
    /// Each whole, in order; `size:`, `type:text`, `.data.price`.
    pub candidates: Vec<String>,
}

/// What may stand in place of the word before the cursor, which is in bytes. `words` are what begins with a sign, in
/// order: paths of JSON that were seen, and names of filters as `@name`. Nothing is offered inside of a phrase or a regex, and nothing where nothing is written.
#[must_use]
pub fn complete<'a>(text: &str, cursor: usize, words: impl IntoIterator<Item = &'a str>) -> Completions {
    let before = text.get(..cursor).unwrap_or(text);
    let Some(from) = word(before) else { return Completions::default() };
    let written = &before[from..];
    let begins = |candidate: &String| candidate.starts_with(written) && candidate != written;
    let candidates: Vec<String> = match written.split_once(':') {
        _ if written.is_empty() => Vec::new(),
        _ if written.starts_with(['.', '@']) => words.into_iter().map(str::to_owned).filter(begins).collect(),
        Some((name, _)) => Key::find(name).into_iter().flat_map(values(written)).filter(begins).collect(),
        None => KEYS.iter().map(|key| format!("{}:", key.name)).filter(begins).collect(),
    };
    Completions { from, candidates }
}

impl Completions {
    /// What they have in common, if that goes on behind what is written, else the first of them.
    #[must_use]
    pub fn next(&self, written: &str) -> Option<&str> {
        let first = self.candidates.first()?;
        let shared = self.candidates.iter().fold(first.as_str(), |shared, candidate| {
            let same = shared.chars().zip(candidate.chars()).take_while(|(one, other)| one == other);
            &shared[..same.map(|(letter, _)| letter.len_utf8()).sum()]
        });
        Some(if shared.len() > written.len() { shared } else { first })
    }
}

/// What a key may be asked for, behind what is written of it: of `dir:in|` the second word.
fn values(written: &str) -> impl Fn(&'static Key) -> Vec<String> {
    let done = written.rfind([':', '|', ',']).map_or(written, |at| &written[..=at]);
    move |key| key.words.iter().map(|word| format!("{done}{word}")).collect()
}

/// Where the word before the end begins; `None` inside of a phrase or a regex.
fn word(before: &str) -> Option<usize> {
    let mut from = 0;
    let mut closing = None;
    let mut is_escaped = false;
    for (at, letter) in before.char_indices() {
        match closing {
            Some(_) if is_escaped => is_escaped = false,
            Some(_) if letter == '\\' => is_escaped = true,
            Some(sign) if letter == sign => closing = None,
            None if letter == '"' || (letter == '/' && at == from) => closing = Some(letter),
            None if letter.is_whitespace() || "!(|&,".contains(letter) && !is_value(&before[from..at]) => {
                from = at + letter.len_utf8();
            }
            Some(_) | None => {}
        }
    }
    closing.is_none().then_some(from)
}

/// Whether it is the beginning of what a key is asked for, in which words are joined by signs.
fn is_value(word: &str) -> bool {
    word.split_once(':').is_some_and(|(name, _)| Key::find(name).is_some())
}

#[cfg(test)]
mod tests {
    use super::complete;

    const PATHS: [&str; 4] = [".data[].price", ".data[].size", ".type", "@errors"];

    fn completed(text: &str) -> Vec<String> {
        let completions = complete(text, text.len(), PATHS);
        let whole = |candidate: &String| format!("{}{candidate}", &text[..completions.from]);
        completions.candidates.iter().map(whole).collect()
    }

    #[test]
    fn keys_their_words_and_paths_are_completed() {
        assert_eq!(completed("btc si"), ["btc size:"]);
        assert_eq!(completed("!dir:o"), ["!dir:out"]);
        assert_eq!(completed("btc !@e"), ["btc !@errors"]);
        assert_eq!(completed("type:p"), ["type:ping", "type:pong"]);
        assert_eq!(completed("type:text|b"), ["type:text|binary"]);
        assert_eq!(completed("(a or .data[].p"), ["(a or .data[].price"]);
        assert_eq!(completed(".da"), [".data[].price", ".data[].size"]);
        assert_eq!(completed(".type == 1 and .data[].s"), [".type == 1 and .data[].size"]);
    }

    #[test]
    fn nothing_is_offered_where_nothing_fits() {
        for text in ["", "btc ", "\"si", "/si", "size:", "size:>1", "type:text", "colour:r", "ä", ".x"] {
            assert_eq!(completed(text), [] as [&str; 0], "{text}");
        }
    }

    #[test]
    fn what_all_have_in_common_comes_first() {
        let completions = complete(".d", 2, PATHS);
        assert_eq!(completions.next(".d"), Some(".data[]."));
        assert_eq!(completions.next(".data[]."), Some(".data[].price"));
    }

    #[test]
    fn what_stands_behind_the_cursor_plays_no_part() {
        assert_eq!(complete("si btc", 2, PATHS).candidates, ["size:"]);
    }
}
