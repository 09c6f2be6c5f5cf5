//! What the bytes of a server mean to Go's client.

mod dialled;
mod go_hello;
mod recorded;
