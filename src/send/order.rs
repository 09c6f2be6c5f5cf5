//! What is ordered in words: `repeat 5s TEXT`, `reply FILTER TEXT`, `ping`, `pong off`, `close 4000 bye`.

use std::time::Duration;

use bytes::Bytes;

use crate::{
    filter::Filter,
    payload::{document::MemberPath, parse_duration},
    session::{CloseFrame, Pongs},
};

use super::{Message, script::close};

/// An order, as it is written in the palette.
#[derive(Clone, Debug)]
pub enum Order {
    Repeat(Duration, Message),
    StopRepeating,
    Reply(Box<Filter>, Message),
    StopReplying,
    Ping(Bytes),
    PingEvery(Duration),
    StopPinging,
    Pong(Bytes),
    SetPongs(Pongs),
    Close(CloseFrame),
    /// Requests and answers are paired by the value at this path; `None` by the id of their protocol.
    Pair(Option<MemberPath>),
}

/// The first word of each order, what follows it, and what it does.
pub static ORDERS: &[(&str, &str, &str)] = &[
    ("repeat", "TIME TEXT | off", "sends a message again and again"),
    ("reply", "FILTER TEXT | off", "answers each message that matches; a filter of several words in ( )"),
    ("ping", "[TEXT] | every TIME | off", "sends a ping, once or again and again"),
    ("pong", "[TEXT] | off | on", "sends a pong; off leaves pings unanswered"),
    ("close", "[CODE [REASON]]", "closes the connection"),
    ("pair", "PATH | off", "pairs requests and answers by the id at a path; off by the id of their protocol"),
];

/// The shortest pause of what is sent again and again.
const SHORTEST: Duration = Duration::from_millis(100);

impl Order {
    /// Reads an order; `None` if the first word begins none.
    ///
    /// # Errors
    ///
    /// What is wrong, and what would be right.
    #[must_use]
    pub fn parse(text: &str) -> Option<Result<Self, String>> {
        let text = text.trim();
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim_start();
        Some(match word {
            "repeat" if !rest.is_empty() => repeat(rest),
            "reply" if !rest.is_empty() => reply(rest),
            "ping" => match rest.split_once(char::is_whitespace) {
                Some(("every", time)) => pause(time.trim()).map(Self::PingEvery),
                _ if rest == "off" => Ok(Self::StopPinging),
                _ => Ok(Self::Ping(rest.to_owned().into())),
            },
            "pong" => Ok(match rest {
                "off" => Self::SetPongs(Pongs::Withheld),
                "on" => Self::SetPongs(Pongs::Sent),
                text => Self::Pong(text.to_owned().into()),
            }),
            "close" => close(rest).map(Self::Close),
            "pair" if rest == "off" => Ok(Self::Pair(None)),
            "pair" if !rest.is_empty() => MemberPath::parse(rest).map(|path| Self::Pair(Some(path))),
            _ => return None,
        })
    }
}

fn repeat(rest: &str) -> Result<Order, String> {
    if rest == "off" {
        return Ok(Order::StopRepeating);
    }
    let (time, text) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let every = pause(time)?;
    message(text).map(|message| Order::Repeat(every, message))
}

fn reply(rest: &str) -> Result<Order, String> {
    if rest == "off" {
        return Ok(Order::StopReplying);
    }
    let (filter, text) = rest.split_at(filter_end(rest));
    let filter = Filter::parse(filter).map_err(|error| error.to_string())?;
    message(text).map(|message| Order::Reply(Box::new(filter), message))
}

fn pause(text: &str) -> Result<Duration, String> {
    let time = parse_duration(text)?;
    if time < SHORTEST { Err("the shortest pause is 100ms".to_owned()) } else { Ok(time) }
}

fn message(text: &str) -> Result<Message, String> {
    let message = Message::text(text.trim());
    if message.text.is_empty() {
        return Err("write the message behind it".to_owned());
    }
    message.prepare().map(|_| message).map_err(|fault| format!("the message, {fault}"))
}

/// Where the first term of a filter ends: at a blank outside of quotes and parentheses.
fn filter_end(text: &str) -> usize {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if c.is_whitespace() && depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        match Order::parse(text) {
            None => "none".to_owned(),
            Some(Err(message)) => message,
            Some(Ok(order)) => match order {
                Order::Reply(filter, message) => format!("reply {filter} with {}", message.text),
                Order::Repeat(every, message) => format!("repeat {every:?} {}", message.text),
                other => format!("{other:?}"),
            },
        }
    }

    #[test]
    fn each_order_is_read() {
        for (text, expected) in [
            ("repeat 5s {\"op\":\"ping\"}", "repeat 5s {\"op\":\"ping\"}"),
            ("repeat off", "StopRepeating"),
            ("repeat 1ms x", "the shortest pause is 100ms"),
            ("repeat 5s", "write the message behind it"),
            ("repeat 5s {{nov}}", "the message, column 1: there is no variable"),
            ("reply ping pong", "reply \"ping\" with pong"),
            ("reply \"a b\" c d", "reply \"a b\" with c d"),
            ("reply (.op == \"ping\") {\"op\":\"pong\"}", "reply .op == \"ping\" with {\"op\":\"pong\"}"),
            ("reply .op", "write the message behind it"),
            ("ping", "Ping(b\"\")"),
            ("ping every 20s", "PingEvery(20s)"),
            ("pong off", "SetPongs(Withheld)"),
            ("close", "Close(CloseFrame { code: Some(1000), reason: \"\" })"),
            ("close bye", "\"bye\" is no close code; write a number such as 1000"),
            ("pair off", "Pair(None)"),
            ("pair .a.id", "Pair(Some(MemberPath { text: \".a.id\""),
            ("pair id", "\"id\" is no path"),
            ("repeat", "none"),
            ("reconnect", "none"),
        ] {
            assert!(told(text).starts_with(expected), "{text}: {}", told(text));
        }
    }
}
