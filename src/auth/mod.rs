//! Settings in, request headers out; pure.
