//! What the screen knows: plain data, and what can be asked of it. No file here names the app, an action or an
//! effect, so that each part can be read and tested by itself.

pub mod capture;
pub mod connection;
pub mod connections;
pub mod current;
pub mod deliveries;
pub mod editor;
pub mod filter_view;
pub mod form;
mod index;
pub mod journal;
pub mod key;
pub mod look;
pub mod notice;
pub mod overlay;
mod pages;
pub mod panes;
pub mod profile;
pub mod prompt;
pub mod rate;
pub mod reading;
pub mod row;
pub mod saving;
pub mod start;
pub mod step;
pub mod text_input;
pub mod timeline;
mod window;

pub use pages::Ranges;
