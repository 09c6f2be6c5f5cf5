//! What can be set, one row each: the reader, the check and the template go by this table.

use clap::ValueEnum;
use strum::VariantArray as _;
use toml::{Spanned, de::DeValue};

use super::fault::allowed;
use crate::{
    ack::AckMode,
    app::{Bindings, Column, Columns, TimeStyle},
    cli::Theme,
    store::Compress,
};

/// How a person wants the screen. What they did not set is `None`; a flag of the command line outranks each.
#[derive(Clone, Debug, Default)]
pub struct Preferences {
    pub theme: Option<Theme>,
    pub time: Option<TimeStyle>,
    pub columns: Option<Columns>,
    /// Whether sessions are captured.
    pub captures: Option<bool>,
    pub compress: Option<Compress>,
    pub ack_mode: Option<AckMode>,
    /// Whether the bell rings when the data stops or numbers are missing.
    pub notifies: Option<bool>,
    pub bindings: Bindings,
}

/// One thing that can be set.
pub(super) struct Setting {
    pub name: &'static str,
    pub doc: &'static str,
    /// As it is written when it is what holds without it.
    pub default: &'static str,
    /// Takes a value, or says what is wrong with it, at its own place or at that of a part.
    pub take: fn(&mut Preferences, &Value<'_>) -> Result<(), Mistake>,
}

pub(super) type Value<'a> = Spanned<DeValue<'a>>;

/// What is wrong with a value, and the byte where that begins.
pub(super) struct Mistake {
    pub byte: usize,
    pub message: String,
}

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "theme",
        doc: "The colours of the screen: auto, dark, light, 16 or plain (--theme).",
        default: r#""auto""#,
        take: |preferences, value| {
            preferences.theme = Some(word_of("theme", value)?);
            Ok(())
        },
    },
    Setting {
        name: "time",
        doc: "How times are shown: clock, session, connection, selected or age (t goes from one to the next).",
        default: r#""clock""#,
        take: |preferences, value| {
            let written = text_of(value)?;
            let words = || TimeStyle::VARIANTS.iter().map(|style| <&str>::from(*style));
            let style = written.parse().map_err(|_| unknown("time style", written, value, words()))?;
            preferences.time = Some(style);
            Ok(())
        },
    },
    Setting {
        name: "columns",
        doc: "The columns of the feed from left to right: number, time, delta, way, type, size, delivery, and paths of\n\
              JSON such as \".price\"; the preview stands behind them. What is chosen on the screen (|) is kept elsewhere\n\
              and outranks this line until you change it.",
        default: r#"["number", "time", "delta", "way", "type", "size", "delivery"]"#,
        take: |preferences, value| {
            preferences.columns = Some(columns_of(value)?);
            Ok(())
        },
    },
    Setting {
        name: "capture",
        doc: "Whether sessions on the screen are captured: true or false (--no-capture, --capture FILE).",
        default: "true",
        take: |preferences, value| {
            let captures = value.get_ref().as_bool().ok_or_else(|| mistake(value, "write true or false"))?;
            preferences.captures = Some(captures);
            Ok(())
        },
    },
    Setting {
        name: "compress",
        doc: "When a capture is compressed as it is left: auto, always or never (--compress).",
        default: r#""auto""#,
        take: |preferences, value| {
            preferences.compress = Some(word_of("way to compress", value)?);
            Ok(())
        },
    },
    Setting {
        name: "ack",
        doc: "The ack mode that sessions on the screen begin with, as o takes it: auto, manual 64, reject btc,\n\
              reject 30%, slow 200ms; delay:20ms in-flight:4 threads:2 may follow (--ack and its flags).",
        default: r#""auto""#,
        take: |preferences, value| {
            let mode = AckMode::parse(text_of(value)?).map_err(|error| mistake(value, &error.to_string()))?;
            preferences.ack_mode = Some(mode);
            Ok(())
        },
    },
    Setting {
        name: "notify",
        doc: "Whether the bell rings, and the terminal tells the desktop, when the data stops or numbers are missing:\n\
              true or false (--notify).",
        default: "false",
        take: |preferences, value| {
            let notifies = value.get_ref().as_bool().ok_or_else(|| mistake(value, "write true or false"))?;
            preferences.notifies = Some(notifies);
            Ok(())
        },
    },
];

fn columns_of(value: &Value<'_>) -> Result<Columns, Mistake> {
    let Some(list) = value.get_ref().as_array() else {
        return Err(mistake(value, r#"write a list, such as ["time", "size", ".price"]"#));
    };
    let mut columns = Vec::new();
    for one in list {
        let written = text_of(one)?;
        let unread = |message: String| {
            if written.starts_with('.') {
                return mistake(one, &message);
            }
            let words = allowed(written, Column::words());
            mistake(one, &format!("{message}; {words}, or a path such as .price"))
        };
        let column = written.parse().map_err(unread)?;
        if columns.contains(&column) {
            return Err(mistake(one, &format!("the column {written} is there already")));
        }
        columns.push(column);
    }
    Ok(Columns::of(columns))
}

/// Reads one of the words of a flag.
fn word_of<T: ValueEnum>(name: &str, value: &Value<'_>) -> Result<T, Mistake> {
    let written = text_of(value)?;
    let words = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let words: Vec<_> = words.map(|word| word.get_name().to_owned()).collect();
    T::from_str(written, false).map_err(|_| unknown(name, written, value, words.iter().map(String::as_str)))
}

fn unknown<'a>(
    what: &str,
    written: &str,
    value: &Value<'_>,
    words: impl Iterator<Item = &'a str>,
) -> Mistake {
    mistake(value, &format!("there is no {what} \"{written}\"; {}", allowed(written, words)))
}

pub(super) fn text_of<'a>(value: &'a Value<'_>) -> Result<&'a str, Mistake> {
    let kind = value.get_ref().type_str();
    value.get_ref().as_str().ok_or_else(|| mistake(value, &format!("write a text in quotes, not {kind}")))
}

pub(super) fn mistake(value: &Value<'_>, message: &str) -> Mistake {
    Mistake { byte: value.span().start, message: message.to_owned() }
}
