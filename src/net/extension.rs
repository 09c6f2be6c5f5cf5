//! Negotiation of permessage-deflate (RFC 7692).

use crate::wire::{Extension, Inflater, extensions};

/// The compression that the server enabled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Deflate {
    /// As the server wrote it.
    pub(super) words: String,
    /// The server compresses each message on its own (section 7.1.1.1).
    pub(super) server_no_takeover: bool,
    /// The client must compress each message on its own (section 7.1.1.2).
    pub(super) client_no_takeover: bool,
}

impl Deflate {
    /// A new inflater for messages from the server.
    pub(super) fn inflate(&self) -> Inflater {
        if self.server_no_takeover { Inflater::without_takeover() } else { Inflater::with_takeover() }
    }
}

/// The compression in the values of `Sec-WebSocket-Extensions`; `None` if there is none. Other extensions are
/// ignored, as in the pipeline.
///
/// # Errors
///
/// Invalid parameters (section 7.1).
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
            server_no_takeover: has("server_no_context_takeover"),
            client_no_takeover: has("client_no_context_takeover"),
        });
    }
    Ok(found)
}

/// The compression as the pipeline reads it: the first extension of exactly that name, whatever its other
/// parameters are.
///
/// # Errors
///
/// Context takeover, which the pipeline refuses.
pub(super) fn pipeline_deflate<'a>(
    values: impl Iterator<Item = &'a str>,
) -> Result<Option<Deflate>, &'static str> {
    let mut listed = values.flat_map(|value| extensions(value).extensions);
    let Some(extension) = listed.find(|extension| extension.name == Extension::DEFLATE) else {
        return Ok(None);
    };
    if extension.has("server_no_context_takeover") && extension.has("client_no_context_takeover") {
        let words = extension.text.to_owned();
        return Ok(Some(Deflate { words, server_no_takeover: true, client_no_takeover: true }));
    }
    Err("the server enabled permessage-deflate without both server_no_context_takeover \
         and client_no_context_takeover, which the pipeline refuses")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_in_any_order_and_spelling() {
        let header =
            ["x-own; a=1", "Permessage-Deflate; client_max_window_bits=\"12\"; server_no_context_takeover"];
        let found = deflate(header.into_iter()).expect("nothing is wrong").expect("there is one");
        assert_eq!((found.server_no_takeover, found.client_no_takeover), (true, false));
        assert!(found.words.starts_with("Permessage-Deflate;"), "{}", found.words);
        assert_eq!(deflate(std::iter::once("x-own, permessage-bzip2")), Ok(None));
    }

    #[test]
    fn an_invalid_parameter_is_named_in_the_error() {
        let fault = |header: &'static str| deflate(std::iter::once(header)).err();
        let level = fault("permessage-deflate; level=9");
        assert_eq!(level.as_deref(), Some("\"level\" is not a parameter of permessage-deflate"));
        let twice = fault("permessage-deflate, permessage-deflate");
        assert_eq!(twice.as_deref(), Some("permessage-deflate is named twice"));
    }

    #[test]
    fn the_pipeline_checks_two_parameters_of_the_first_extension_of_that_name() {
        let accepted = |header: &'static str| pipeline_deflate(std::iter::once(header));
        let both = "permessage-deflate; server_no_context_takeover=1; client_no_context_takeover; level=9";
        let found = accepted(both).expect("it is accepted").expect("there is one");
        assert_eq!(
            found,
            Deflate { words: both.to_owned(), server_no_takeover: true, client_no_takeover: true }
        );
        assert_eq!(accepted("Permessage-Deflate"), Ok(None));
        assert_eq!(accepted("x y, permessage-deflate"), Ok(None));
        assert!(accepted("permessage-deflate; server_no_context_takeover").is_err());
    }
}
