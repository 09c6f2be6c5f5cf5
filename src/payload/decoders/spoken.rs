//! Protocols whose messages are plain JSON, known by their members: Phoenix channels, Action Cable, GraphQL over
//! websockets, WAMP. Each has a rule that other feeds do not meet by chance; what meets none is JSON.

use super::{
    super::decoded::{Body, Decoder, Input, Misfit, Opened, Sample},
    json_text::is_json_text,
    members::{Members, unquoted},
    text::utf8,
};

pub(super) static PHOENIX: Decoder = Decoder {
    name: "phoenix",
    title: "Phoenix",
    extension: "json",
    looks_like: super::phoenix::is_binary,
    read: |input| match input.payload.first() {
        Some(0..=2) => super::phoenix::read(input),
        _ => spoken(input, phoenix),
    },
};

pub(super) static ACTION_CABLE: Decoder = Decoder {
    name: "cable",
    title: "Action Cable",
    extension: "json",
    looks_like: asked_by_json,
    read: |input| spoken(input, cable),
};

pub(super) static GRAPHQL: Decoder = Decoder {
    name: "graphql",
    title: "GraphQL",
    extension: "json",
    looks_like: asked_by_json,
    read: |input| spoken(input, graphql),
};

pub(super) static WAMP: Decoder = Decoder {
    name: "wamp",
    title: "WAMP",
    extension: "json",
    looks_like: asked_by_json,
    read: |input| spoken(input, wamp),
};

/// The decoder of JSON asks these itself, once it has read the text.
fn asked_by_json(_: &Sample<'_>) -> bool {
    false
}

type Says = fn(&Members<'_>, &str) -> Option<String>;

/// The protocol that a JSON text belongs to, and what the title says of it.
pub(super) fn of(text: &str) -> Option<(&'static Decoder, String)> {
    let members = Members::of(text);
    let rules: [(&'static Decoder, Says); 4] =
        [(&PHOENIX, phoenix), (&ACTION_CABLE, cable), (&GRAPHQL, graphql), (&WAMP, wamp)];
    rules.into_iter().find_map(|(decoder, says)| Some((decoder, says(&members, text)?)))
}

fn spoken(input: Input<'_>, says: Says) -> Result<Opened<'_>, Misfit> {
    let text = utf8(input).filter(|text| is_json_text(text, input.goes_on())).ok_or("it is not JSON")?;
    let title = says(&Members::of(text), text).ok_or("its members are not those of this protocol")?;
    Ok(Opened::Titled(Body::Json(text.into()), title))
}

/// Version 2 has arrays of join reference, reference, topic, event, payload; version 1 objects.
fn phoenix(members: &Members<'_>, _: &str) -> Option<String> {
    let is_reference = |value: &str| value == "null" || value.starts_with('"');
    let (topic, event, reference) = match members.all[..] {
        [("", join), ("", reference), ("", topic), ("", event), ("", payload)]
            if is_reference(join) && is_reference(reference) && payload.starts_with('{') =>
        {
            (topic, event, reference)
        }
        _ if members.only(&["topic", "event", "payload", "ref", "join_ref"]) => {
            (members.get("topic")?, members.get("event")?, members.get("ref")?)
        }
        _ => return None,
    };
    if !(topic.starts_with('"') && event.starts_with('"')) {
        return None;
    }
    let reference = if reference == "null" { String::new() } else { format!(", ref {}", word(reference)) };
    Some(format!("{}, topic {}{reference}", word(event), word(topic)))
}

fn cable(members: &Members<'_>, _: &str) -> Option<String> {
    let kind = members.text("type");
    // The identifier is JSON in a string.
    let identifier = members.text("identifier").filter(|text| text.starts_with('{'));
    let channel = identifier.map(|text| text.replace("\\\"", "\""));
    let channel = channel.as_deref().and_then(|text| Members::of(text).text("channel").map(str::to_owned));
    let of = |what: &str| channel.as_ref().map(|channel| format!("{what}, channel {channel}"));
    match (kind, members.text("command")) {
        (Some("ping"), None) if members.only(&["type", "message"]) && members.get("message").is_some() => {
            Some("ping".to_owned())
        }
        (Some("confirm_subscription"), None) => of("subscription confirmed"),
        (Some("reject_subscription"), None) => of("subscription rejected"),
        (Some("disconnect"), None) if members.get("reconnect").is_some() => Some("disconnect".to_owned()),
        (None, Some(command @ ("subscribe" | "unsubscribe" | "message"))) => of(command),
        (None, None) if members.get("message").is_some() => of("message"),
        _ => None,
    }
}

/// graphql-transport-ws, and graphql-ws before it.
fn graphql(members: &Members<'_>, text: &str) -> Option<String> {
    if !members.only(&["id", "type", "payload"]) {
        return None;
    }
    let kind = members.text("type")?;
    let id = members.get("id");
    let has_payload = members.get("payload").is_some();
    let fits = match kind {
        "connection_init" | "connection_ack" | "connection_error" | "connection_terminate" => true,
        "subscribe" | "start" => id.is_some() && text.contains("\"query\""),
        "next" | "data" => {
            id.is_some() && (text.contains("\"data\"") || text.contains("\"errors\"")) && has_payload
        }
        "error" => id.is_some() && text.contains("\"message\"") && has_payload,
        "complete" | "stop" => id.is_some() && !has_payload,
        _ => false,
    };
    fits.then(|| format!("{kind}{}", id.map_or(String::new(), |id| format!(", id {}", word(id)))))
}

/// The messages of WAMP that other arrays of numbers do not equal: the rest of each is of the kinds of its specification.
fn wamp(members: &Members<'_>, _: &str) -> Option<String> {
    let (("", code), rest) = members.all.split_first().map(|(first, rest)| (*first, rest))? else {
        return None;
    };
    let name = match code {
        "1" => "HELLO",
        "2" => "WELCOME",
        "3" => "ABORT",
        "4" => "CHALLENGE",
        "5" => "AUTHENTICATE",
        "6" => "GOODBYE",
        "8" => "ERROR",
        "16" => "PUBLISH",
        "32" => "SUBSCRIBE",
        "36" => "EVENT",
        "48" => "CALL",
        "50" => "RESULT",
        "64" => "REGISTER",
        "68" => "INVOCATION",
        "70" => "YIELD",
        _ => return None,
    };
    let shape: String = rest
        .iter()
        .map(|(_, value)| match value.as_bytes().first() {
            Some(b'"') => 's',
            Some(b'{') => 'd',
            Some(b'[') => 'l',
            Some(b'0'..=b'9') => 'i',
            _ => '?',
        })
        .collect();
    let fits = match code {
        "1" | "4" | "5" => shape == "sd",
        "2" => shape == "id",
        "3" | "6" => shape == "ds",
        "8" => shape.starts_with("iids"),
        "16" | "32" | "48" | "64" => shape.starts_with("ids"),
        "36" | "68" => shape.starts_with("iid"),
        _ => shape.starts_with("id"),
    };
    // An empty object shows as both of its brackets.
    let uri = rest.iter().find(|(_, value)| value.starts_with('"')).map(|(_, value)| word(value));
    let id = rest.first().filter(|(_, value)| value.bytes().all(|byte| byte.is_ascii_digit()));
    let uri = uri.map_or(String::new(), |uri| format!(" {uri}"));
    let id = id.map_or(String::new(), |(_, id)| format!(", id {id}"));
    fits.then(|| format!("{name}{uri}{id}"))
}

/// A string of JSON as a word of a title.
fn word(value: &str) -> &str {
    unquoted(value).unwrap_or(value)
}
