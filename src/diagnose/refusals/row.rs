//! A row of the tables of refusals.

/// What a refusal looks like, and what it means. Each part that is set must fit.
pub(super) struct Refusal {
    /// Empty: any status that refuses.
    pub(super) status: &'static [u16],
    /// A header and a part of its value, in lower case; an empty part stands for any value.
    pub(super) header: Option<(&'static str, &'static str)>,
    /// One of these is in the body, in lower case. An empty list asks nothing.
    pub(super) body: &'static [&'static str],
    pub(super) cause: &'static str,
    pub(super) mends: &'static [Mend],
}

pub(super) enum Mend {
    Advice(&'static str),
    /// Sets these parameters of the query in `url`, and removes those with an empty value.
    Query(&'static str, &'static [(&'static str, &'static str)]),
    /// Appends this to the path in `url`.
    Path(&'static str, &'static str),
}

pub(super) const fn row(
    status: &'static [u16],
    header: Option<(&'static str, &'static str)>,
    body: &'static [&'static str],
    cause: &'static str,
    mends: &'static [Mend],
) -> Refusal {
    Refusal { status, header, body, cause, mends }
}
