//! What is read here beside what Go reads.

mod certificates;
mod digest;
mod facts;
mod mutations;
mod pem;
