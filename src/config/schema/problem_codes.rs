//! The codes of problems, and what each means.

/// A row: a code that never changes, and its meaning in a sentence without a full stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProblemCode {
    pub code: &'static str,
    pub meaning: &'static str,
}

const fn row(code: &'static str, meaning: &'static str) -> ProblemCode {
    ProblemCode { code, meaning }
}

/// Every code of a problem, in the order of the alphabet.
pub static PROBLEM_CODES: &[ProblemCode] = &[
    row("auth-several", "Several fields write the same header of the request"),
    row("bad-pattern", "A pattern for files is not valid"),
    row("both-openings", "Both open_message and open_messages are set"),
    row("both-roots", "Both tls.root_cas and tls.root_cas_file are set"),
    row("claim-milliseconds", "A time of the token is in milliseconds, and servers read seconds"),
    row("claim-not-a-number", "A time of the token is not a number"),
    row("claim-unsignable", "A claim or header of the token is nothing that JSON can say"),
    row("client-cert-expired", "The client certificate has expired, or is not valid yet"),
    row("client-cert-incomplete", "A client certificate lacks its certificate or its key"),
    row("client-cert-twice", "A client certificate is given both as text and as a file"),
    row("client-certs-several", "There is more than one client certificate"),
    row("component", "A component is not known, or there is more than one in its place"),
    row("duplicate-group", "A block is written twice, and only the last one counts"),
    row("duplicate-key", "A key is written twice"),
    row("empty-list", "A list is empty and can be removed"),
    row("empty-value", "A value is empty, which is not the same as its default"),
    row("enclosed-connection", "The file is a recording of another program, and its connection is read"),
    row("enclosed-pipeline", "The pipeline stands inside another document, and is read there"),
    row("engine-failed", "The engine did not give its own verdict"),
    row("engine-lint", "The engine's own lint says so"),
    row("engine-not-asked", "There is no engine to ask"),
    row("expected-object", "The fields of an input are expected"),
    row("expression-as-text", "An interpolation stands where the pipeline takes it as text"),
    row("expression-broken", "An interpolation cannot be read"),
    row("expression-not-worked-out", "Sockeye cannot work out an interpolation"),
    row("expression-null", "An interpolation gives null"),
    row("field-not-known-there", "The followed engine does not know the field"),
    row("file-not-found", "There is no such file"),
    row("file-too-large", "The file is too large for a config"),
    row("file-unreadable", "The file or folder cannot be read"),
    row("file-unwritten", "The mended file cannot be written"),
    row("fraction-cut", "The fraction of a number is cut off"),
    row("go-template", "The file is a Go template"),
    row("header-name", "The name of a header is not valid"),
    row("header-not-allowed", "The handshake sets this header itself"),
    row("header-value", "The value of a header is not valid"),
    row("headers-unreadable", "The file of headers cannot be read"),
    row("incomplete-input", "An input has no component"),
    row("json-as-binary", "An opening message of JSON goes out in a binary frame"),
    row("jwt-key", "The private key of the token cannot be used"),
    row("jwt-key-kind", "The private key does not fit the method that signs the token"),
    row("jwt-method", "The method that signs the token is not known"),
    row("key-mismatch", "The private key does not belong to the certificate"),
    row("key-password", "The private key cannot be decrypted with the password"),
    row("key-too-weak", "A key is too short"),
    row("key-unreadable", "A certificate or a key cannot be read"),
    row("label", "A label is not valid, is missing or is used twice"),
    row("max-retries", "The number of retries is not what it seems"),
    row("max-retries-empty", "An empty max_retries means 0, and a failed attempt is never retried"),
    row("max-retries-zero", "With max_retries 0 the first failed attempt ends the input"),
    row("merge-key", "The pipeline does not follow a merge key"),
    row("misplaced-field", "A key stands where its component takes none"),
    row("missing-resource", "A resource is named that the file does not have"),
    row("no-config", "A folder holds no pipeline"),
    row("no-renegotiation", "This build cannot renegotiate"),
    row("no-such-input", "The file has no such websocket input"),
    row("no-unix-sockets", "This system has no unix sockets"),
    row("no-websocket-input", "The file has no websocket input"),
    row("not-a-config", "The file is of another kind"),
    row("not-text", "The file is not text"),
    row("not-utf8", "The file is not UTF-8"),
    row("option-unread", "An option that no pipeline has cannot be read"),
    row("option-without-tls", "An option for TLS is set for an address that is not encrypted"),
    row("plugin", "The plugin key has no effect"),
    row("profile", "A profile cannot be used"),
    row("proxy-malformed", "The address of the proxy is not valid"),
    row("proxy-no-password", "The address of the proxy has a user without a password"),
    row("proxy-scheme", "The scheme of the proxy is not known"),
    row("proxy-url-empty", "The address of the proxy is empty, which is not the same as absent"),
    row("roots-without-certificate", "The roots hold no certificate"),
    row("secret-not-found", "A secret that an argument refers to is not there"),
    row(
        "secret-not-text",
        "YAML reads a secret as a number, a bool or a date, and the pipeline does not start",
    ),
    row("several-inputs", "The file has several websocket inputs"),
    row("size-capped", "The limit of a message is beyond what Sockeye takes"),
    row("source-family", "The source address is of another kind than those that are tried"),
    row("switched-off", "A block has values and is switched off"),
    row("template-value", "A value is written by a Go template, and not known"),
    row("tls-on-ws", "TLS is enabled for an address that is not encrypted"),
    row("tls-unused", "TLS is enabled for an address that is not encrypted, and has no effect"),
    row("token-expired", "A token has expired, or is not valid yet"),
    row("too-many-entries", "A map or a list has too many entries"),
    row("too-many-files", "A folder or a pattern has too many entries"),
    row("two-tokens", "Two settings write the same header, Authorization"),
    row("unknown-field", "No field has this name"),
    row("unknown-key", "A component has no key of this name"),
    row("url-malformed", "The address is not valid"),
    row("url-required", "There is no address"),
    row("user-with-colon", "The name of the user holds a colon"),
    row("variable-not-set", "A variable of the environment is not set"),
    row("variable-undecoded", "The value of a variable cannot be decoded"),
    row("wrong-choice", "The value is not one of the choices"),
    row("wrong-kind", "The value is a text, a list or a map where another of these is expected"),
    row("wrong-type", "The value has the wrong type"),
    row("wrong-value", "The value is out of range"),
    row("yaml-syntax", "The file is not YAML"),
    row("yaml-tab", "There is a tab in the indentation"),
    row("yaml-too-large", "The document is too large"),
    row("yaml-version", "The pipeline reads YAML 1.1 only"),
];

#[cfg(test)]
mod tests {
    use super::PROBLEM_CODES;

    #[test]
    fn codes_stand_in_their_order_once() {
        assert!(PROBLEM_CODES.is_sorted_by(|one, next| one.code < next.code));
    }
}
