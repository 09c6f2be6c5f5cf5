//! What the server agreed on beside the protocol itself: permessage-deflate (RFC 7692).

use crate::wire::{Extension, Inflater, extensions};

/// A compression that the server switched on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Deflate {
    /// As the server wrote it.
    pub(super) words: String,
    /// Each message of the server stands for itself (section 7.1.1.1).
    pub(super) server_fresh: bool,
    /// Each message of ours must stand for itself (section 7.1.1.2).
    pub(super) client_fresh: bool,
}

impl Deflate {
    /// What receives by it.
    pub(super) fn inflate(&self) -> Inflater {
        if self.server_fresh { Inflater::without_takeover() } else { Inflater::with_takeover() }
    }
}

/// The compression in the values of `Sec-WebSocket-Extensions`; `None` where there is none. Other
/// extensions are passed over, as the pipeline does.
///
/// # Errors
///
/// What is wrong with its parameters, in words (section 7.1).
pub(super) fn deflate<'a>(values: impl Iterator<Item = &'a str>) -> Result<Option<Deflate>, String> {
    let mut found = None;
    for extension in values.flat_map(|value| extensions(value).extensions) {
        if !extension.name.eq_ignore_ascii_case(Extension::DEFLATE) {
            continue;
        }
        if found.is_some() {
            return Err(format!("{} is named twice", Extension::DEFLATE));
        }
        if let Some(fault) = extension.deflate_fault() {
            return Err(fault);
        }
        let has =
            |wanted: &str| extension.parameters.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found = Some(Deflate {
            words: extension.text.to_owned(),
            server_fresh: has("server_no_context_takeover"),
            client_fresh: has("client_no_context_takeover"),
        });
    }
    Ok(found)
}

/// The same as the pipeline reads it: the first extension of exactly that name, whatever else its
/// parameters say.
///
/// # Errors
///
/// A message could refer back to those before it, which the pipeline does not take.
pub(super) fn deflate_of_pipeline<'a>(
    values: impl Iterator<Item = &'a str>,
) -> Result<Option<Deflate>, &'static str> {
    let mut listed = values.flat_map(|value| extensions(value).extensions);
    let Some(extension) = listed.find(|extension| extension.name == Extension::DEFLATE) else {
        return Ok(None);
    };
    if extension.has("server_no_context_takeover") && extension.has("client_no_context_takeover") {
        let words = extension.text.to_owned();
        return Ok(Some(Deflate { words, server_fresh: true, client_fresh: true }));
    }
    Err("the server switched on permessage-deflate without both server_no_context_takeover \
         and client_no_context_takeover, which the pipeline does not take")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_in_any_order_and_spelling() {
        let header =
            ["x-own; a=1", "Permessage-Deflate; client_max_window_bits=\"12\"; server_no_context_takeover"];
        let found = deflate(header.into_iter()).expect("nothing is wrong").expect("there is one");
        assert_eq!((found.server_fresh, found.client_fresh), (true, false));
        assert!(found.words.starts_with("Permessage-Deflate;"), "{}", found.words);
        assert_eq!(deflate(std::iter::once("x-own, permessage-bzip2")), Ok(None));
    }

    #[test]
    fn what_is_wrong_is_told() {
        let wrong = |header: &'static str| deflate(std::iter::once(header)).err();
        let level = wrong("permessage-deflate; level=9");
        assert_eq!(level.as_deref(), Some("\"level\" is not a parameter of permessage-deflate"));
        let twice = wrong("permessage-deflate, permessage-deflate");
        assert_eq!(twice.as_deref(), Some("permessage-deflate is named twice"));
    }

    #[test]
    fn the_pipeline_looks_for_two_parameters_in_the_first_of_its_name() {
        let taken = |header: &'static str| deflate_of_pipeline(std::iter::once(header));
        let both = "permessage-deflate; server_no_context_takeover=1; client_no_context_takeover; level=9";
        let found = taken(both).expect("it is taken").expect("there is one");
        assert_eq!(found, Deflate { words: both.to_owned(), server_fresh: true, client_fresh: true });
        assert_eq!(taken("Permessage-Deflate"), Ok(None));
        assert_eq!(taken("x y, permessage-deflate"), Ok(None));
        assert!(taken("permessage-deflate; server_no_context_takeover").is_err());
    }
}
