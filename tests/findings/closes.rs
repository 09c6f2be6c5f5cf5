//! What a close means, by its reason, by its protocol and by what was said before it.

use std::time::Duration;

use sockeye::{
    config::Secret,
    diagnose::{self, Conversation},
    session::{CloseFrame, Finding, LossKind, Lost, Side},
};

use crate::fixtures::{binary, codes, lost, of_loss, settings, texts};

/// A connection that the server closes after a while, and what it says.
struct End {
    url: &'static str,
    subprotocol: Option<&'static str>,
    heard: Vec<&'static str>,
    open_for: Duration,
}

const END: End = End {
    url: "wss://feed.example/ticks",
    subprotocol: None,
    heard: Vec::new(),
    open_for: Duration::from_millis(300),
};

impl End {
    fn by(&self, code: u16, reason: &str) -> Vec<Finding> {
        let frame = CloseFrame { code: Some(code), reason: reason.to_owned() };
        self.of(LossKind::Closed { by: Side::Server, frame })
    }

    fn of(&self, kind: LossKind) -> Vec<Finding> {
        let mut conversation = Conversation::new(self.subprotocol.map(str::to_owned));
        if !self.heard.is_empty() {
            drop(conversation.hear(&texts(&self.heard), 0, self.open_for));
        }
        let mut settings = settings(self.url);
        settings.open_messages = vec![Secret::new("{}")];
        let messages = self.heard.len() as u64;
        let lost = Lost { kind, open_for: self.open_for, messages, message: "it ended".to_owned() };
        diagnose::lost(&settings, &lost, &conversation)
    }
}

fn told(finding: &Finding) -> String {
    let fixes: Vec<_> = finding.fixes.iter().map(|fix| fix.title.as_str()).collect();
    format!("{} {} {}", finding.title, finding.cause, fixes.join("; "))
}

#[test]
fn the_reason_says_more_than_the_code() {
    for (code, reason, words) in [
        (4401, "Unauthorized", "credentials"),
        (3000, "no auth", "credentials"),
        (1000, r#"{"server_error_msg":"4400: secret required"}"#, "credentials"),
        (1008, "token_expired", "credentials"),
        (1008, "Pong timeout", "missed a pong"),
        (1001, "Idle timeout exceeded", "hears nothing"),
        (1000, "Connection closed due to inactivity", "hears nothing"),
        (1008, "Too many requests", "limit of the server"),
        (1013, "slow consumer", "reads too slowly"),
        (1009, "Max message size exceeded", "larger than the server accepts"),
        (1008, "duplicate connection", "another took its place"),
        (1008, "Service unavailable from a restricted location", "country or region"),
        (1011, "insufficient funds", "does not pay"),
        (1003, "Unknown channel: tick", "subscription"),
        (1002, "malformed JSON", "does not understand"),
    ] {
        let findings = END.by(code, reason);
        assert_eq!(findings.len(), 1, "{reason}: {:?}", codes(&findings));
        assert!(told(&findings[0]).contains(words), "{reason}: {}", told(&findings[0]));
        assert!(!told(&findings[0]).contains("nothing to do"), "{reason}: {}", told(&findings[0]));
        assert!(findings[0].evidence.contains(&format!("reason: {reason}")), "{:?}", findings[0].evidence);
    }
}

#[test]
fn words_within_other_words_say_nothing() {
    for reason in ["shipping closed", "stopping", "the author left", "tokenized", "Goodbye", "epidural"] {
        for finding in END.by(1001, reason) {
            let words = format!("{} {}", finding.title, finding.cause);
            assert!(!words.contains("heartbeat") && !words.contains("misses credentials"), "{words}");
        }
    }
}

#[test]
fn a_restart_needs_nothing() {
    let found = END.by(1012, "Server restarting");
    assert!(told(&found[0]).contains("nothing to do"), "{found:?}");
}

#[test]
fn a_reason_right_after_the_opening_is_never_called_normal() {
    let found = END.by(1000, "E-1234 wrong lane");
    assert_eq!(codes(&found), ["close-normal"]);
    assert_eq!(found[0].cause, "The server closed soon after the opening and says why in its reason.");
    assert!(!told(&found[0]).contains("nothing to do"));
    let late = End { open_for: Duration::from_mins(15), ..END }.by(1000, "bye");
    assert!(told(&late[0]).contains("nothing to do"), "{late:?}");
}

#[test]
fn an_error_message_before_the_close_is_quoted_and_read() {
    let end = End { heard: vec![r#"{"type":"error","message":"invalid api key"}"#], ..END };
    for kind in [
        LossKind::Closed { by: Side::Server, frame: CloseFrame { code: Some(1000), reason: String::new() } },
        LossKind::Ended,
    ] {
        let found = end.of(kind);
        assert_eq!(found.len(), 1);
        let cause = "The server misses credentials, or does not accept them: its last message before the end says so.";
        assert_eq!(found[0].cause, cause);
        let said = r#"said before: {"type":"error","message":"invalid api key"}"#;
        assert!(found[0].evidence.contains(&said.to_owned()), "{:?}", found[0].evidence);
    }
}

#[test]
fn an_error_message_that_the_feed_went_on_after_is_not_the_cause() {
    let mut heard = vec![r#"{"type":"error","message":"invalid api key"}"#];
    heard.extend([r#"{"tick":1}"#; 3]);
    let mut conversation = Conversation::default();
    drop(conversation.hear(&texts(&heard), 0, Duration::ZERO));
    drop(conversation.hear(&texts(&[r#"{"tick":1}"#; 9]), 0, Duration::from_secs(1)));
    let frame = CloseFrame { code: Some(1000), reason: String::new() };
    let kind = LossKind::Closed { by: Side::Server, frame };
    let lost = Lost { kind, open_for: Duration::from_secs(2), messages: 13, message: String::new() };
    let found = diagnose::lost(&settings("ws://h/"), &lost, &conversation);
    assert!(found[0].cause.starts_with("The server has sent all"), "{}", found[0].cause);
}

#[test]
fn what_expired_right_after_the_opening_is_a_credential() {
    assert_eq!(END.by(1008, "session expired")[0].title, "closed over credentials (1008)");
    let hour = End { open_for: Duration::from_hours(1), ..END };
    for reason in ["session expired", "max connection age reached"] {
        assert_eq!(hour.by(1008, reason)[0].title, "closed at its greatest age (1008)");
    }
}

#[test]
fn messages_that_look_like_errors_are_kept_and_others_are_not() {
    let quoted = |text: &'static str| {
        let found = End { heard: vec![text], ..END }.by(1000, "");
        found.iter().flat_map(|finding| &finding.evidence).any(|line| line.starts_with("said before: "))
    };
    for error in [
        r#"{"event":"error","msg":"x","code":"60009"}"#,
        r#"{"success":false,"ret_msg":"x"}"#,
        r#"[{"T":"error","code":402,"msg":"auth failed"}]"#,
        r#"{"error":{"code":-32600,"message":"x"}}"#,
        r#"{"event":"pusher:error","data":{"code":4001}}"#,
        r#"{"type":"disconnect","reason":"unauthorized","reconnect":false}"#,
        r#"{"type":"auth_invalid","message":"x"}"#,
        r#"{"code":403,"message":"x"}"#,
        r#"44{"message":"x"}"#,
        "ERROR\nmessage:x",
        r#"{"Error":"Exceeded msg rate"}"#,
        r#"{"event":"auth","status":"FAILED","code":10100,"msg":"apikey: invalid"}"#,
        r#"{"event":"subscriptionStatus","status":"error","errorMessage":"Currency pair not supported"}"#,
        r#"[{"ev":"status","status":"max_connections","message":"x"}]"#,
        r#"[{"ev":"status","status":"auth_timeout","message":"x"}]"#,
        r#"{"jsonrpc":"2.0","id":1,"error":{"code":13009,"message":"unauthorized"}}"#,
        r#"{"action":9,"error":{"code":40142,"statusCode":401,"message":"x"}}"#,
        r#"{"type":"ack","ackId":1,"success":false,"error":{"name":"Forbidden"}}"#,
        "{\"type\":7,\"error\":\"x\"}\u{1e}",
        "{\"error\":\"Requested protocol 'x' is not available.\"}\u{1e}",
        r#"["1","1","room:a","phx_reply",{"response":{"reason":"x"},"status":"error"}]"#,
        r#"[null,null,"room:a","phx_error",{}]"#,
        r#"{"topic":"t","event":"phx_reply","payload":{"status":"error","response":{}},"ref":"1"}"#,
        r#"{"topic":"t","event":"system","payload":{"status":"error","message":"x"},"ref":null}"#,
        r#"[3,{"message":"x"},"wamp.error.no_such_realm"]"#,
        r#"[4,"19223201","NotImplemented","",{}]"#,
        r#"["NOTICE","x"]"#,
        r#"["CLOSED","sub","auth-required: x"]"#,
        r#"{"type":"ERROR","object":{"kind":"Status","status":"Failure","code":410}}"#,
        r#"{"type":"connection_error","payload":{"message":"x"}}"#,
    ] {
        assert!(quoted(error), "{error}");
    }
    for message in [
        r#"{"jsonrpc":"2.0","error":null,"result":1}"#,
        r#"{"type":"tick","errors":[],"error_code":0}"#,
        r#"{"headline":"An error of judgement","author":"x"}"#,
        r#"{"success":true,"code":200,"message":"ok"}"#,
        r#"{"code":404}"#,
        "44.1",
        r#"[4,"BTC-USD","bid","64000.1",2]"#,
        r#"[4,"a","b","c",[]]"#,
        r#"["CLOSEDLOOP",1]"#,
        r#"{"device":"pump","event":"disconnected","message":"valve 4"}"#,
        r#"{"event":"info","msg":"reconnection of a customer"}"#,
        r#"{"type":"info","message":"weekly report"}"#,
        "{\"type\":6}\u{1e}",
        r#"{"status":"shipped","payload":{"status":"ok"}}"#,
    ] {
        assert!(!quoted(message), "{message}");
    }
}

#[test]
fn an_announced_end_is_its_cause_although_the_feed_went_on() {
    for (farewell, words) in [
        (
            r#"{"event":"notice","code":"64008","msg":"The connection will soon be closed for a service upgrade. Please reconnect."}"#,
            "restarts, shuts down",
        ),
        (
            r#"{"event":"info","code":20051,"msg":"Stopping. Please try to reconnect"}"#,
            "restarts, shuts down",
        ),
        (r#"{"event":"info","code":20060,"msg":"Entering in Maintenance mode"}"#, "restarts, shuts down"),
        (r#"{"goAway":{"timeLeft":"50s"}}"#, "greatest age"),
        (r#"{"metadata":{"message_type":"session_reconnect"},"payload":{}}"#, "restarts, shuts down"),
        ("{\"type\":7,\"allowReconnect\":true}\u{1e}", "restarts, shuts down"),
        (
            r#"[6,{"message":"The host is shutting down now."},"wamp.close.system_shutdown"]"#,
            "restarts, shuts down",
        ),
    ] {
        let mut conversation = Conversation::default();
        drop(conversation.hear(&texts(&[farewell]), 0, Duration::from_mins(1)));
        for second in 61..90 {
            drop(conversation.hear(&texts(&[r#"{"tick":1}"#]), 0, Duration::from_secs(second)));
        }
        let frame = CloseFrame { code: Some(1000), reason: String::new() };
        let kind = LossKind::Closed { by: Side::Server, frame };
        let lost = Lost { kind, open_for: Duration::from_secs(90), messages: 30, message: String::new() };
        let found = diagnose::lost(&settings("ws://h/"), &lost, &conversation);
        assert!(found[0].cause.contains(words), "{farewell}: {}", found[0].cause);
    }
}

#[test]
fn a_server_that_asked_for_credentials_and_heard_none_closed_for_that() {
    let asked = r#"{"type":"auth_required","ha_version":"2026.11"}"#;
    let slow = Duration::from_secs(11);
    let silent = End { heard: vec![asked], open_for: slow, ..END }.by(1000, "");
    assert_eq!(silent[0].title, "closed over credentials (1000)");
    let answered = End { heard: vec![asked, r#"{"type":"auth_ok"}"#], open_for: slow, ..END }.by(1000, "");
    assert_eq!(answered[0].title, "closed normally (1000)");
}

#[test]
fn words_of_services_are_read_by_their_subject() {
    for (code, reason, words) in [
        (
            1008,
            "models/x is not found for API version v1beta, or is not supported for bidiGenerateContent",
            "does not understand",
        ),
        (1011, "You exceeded your current quota", "limit of the server"),
        (1007, "Request contains an invalid argument.", "does not understand"),
        (1001, "CloudFlare WebSocket proxy restarting", "restarts, shuts down"),
        (1008, "DATA-0000", "does not understand"),
        (1011, "NET-0000", "fault of its own"),
        (1011, "NET-0001", "hears nothing"),
        (1008, "Origin not allowed", "the Origin"),
        (4000, "kicked by admin", "on purpose"),
        (1008, "ErrSlowConsume", "reads too slowly"),
        (4404, "", "subscription"),
        (4500, "", "fault of its own"),
    ] {
        let late = End { open_for: Duration::from_mins(1), ..END };
        let found = late.by(code, reason);
        assert!(told(&found[0]).contains(words), "{reason}: {}", told(&found[0]));
    }
    for (said, words) in [
        (r#"[{"T":"error","code":406,"msg":"connection limit exceeded"}]"#, "limit of the server"),
        (r#"[{"T":"error","code":407,"msg":"slow client"}]"#, "reads too slowly"),
        (r#"[{"T":"error","code":409,"msg":"insufficient subscription"}]"#, "does not pay"),
        (r#"{"type":"disconnect","reason":"invalid_request","reconnect":false}"#, "the Origin"),
        (r#"{"type":"disconnect","reason":"too_many_websockets"}"#, "limit of the server"),
        (r#"{"type":"disconnect","reason":"refresh_requested"}"#, "greatest age"),
        (r#"{"type":"disconnect","reason":"server_restart","reconnect":true}"#, "restarts, shuts down"),
        (r#"{"Error":"Exceeded msg rate"}"#, "limit of the server"),
    ] {
        let found = End { heard: vec![said], ..END }.by(1000, "");
        assert!(told(&found[0]).contains(words), "{said}: {}", told(&found[0]));
    }
}

#[test]
fn the_channel_for_errors_of_kubernetes_is_read() {
    let status = b"\x03{\"metadata\":{},\"status\":\"Failure\",\"message\":\"pods is forbidden\"}";
    let heard = |subprotocol: &str| {
        let mut conversation = Conversation::new(Some(subprotocol.to_owned()));
        drop(conversation.hear(&binary(status), 0, Duration::ZERO));
        let frame = CloseFrame { code: Some(1000), reason: String::new() };
        let kind = LossKind::Closed { by: Side::Server, frame };
        let lost = Lost { kind, open_for: Duration::from_secs(1), messages: 1, message: String::new() };
        diagnose::lost(&settings("ws://h/"), &lost, &conversation)[0].title.clone()
    };
    assert_eq!(heard("v4.channel.k8s.io"), "closed over credentials (1000)");
    assert_eq!(heard("v5.channel.k8s.io"), "closed over credentials (1000)");
    assert_eq!(heard("binary"), "closed normally (1000)");
}

#[test]
fn a_code_is_asserted_with_a_sign_of_its_protocol() {
    let discord = vec![r#"{"t":null,"s":null,"op":10,"d":{"heartbeat_interval":41250}}"#];
    let pusher = vec![r#"{"event":"pusher:connection_established","data":"{}"}"#];
    let welcome = vec![r#"{"metadata":{"message_type":"session_welcome"}}"#];
    for (end, code, words) in [
        (End { heard: discord, ..END }, 4004, "Discord closes with this code and means: the token is wrong"),
        (
            End { heard: pusher, ..END },
            4001,
            "Pusher closes with this code and means: no application has the key",
        ),
        (
            End { heard: welcome, ..END },
            4003,
            "Twitch EventSub closes with this code and means: no subscription",
        ),
        (End { subprotocol: Some("graphql-transport-ws"), ..END }, 4408, "no connection_init came in time"),
        (End { url: "wss://ws.okx.com:8443/ws/v5/public", ..END }, 4001, "the login failed"),
        (End { url: "wss://a.example/connection/websocket", ..END }, 3500, "the token is not valid"),
        (End { url: "wss://streaming.assemblyai.com/v3/ws", ..END }, 3009, "too many sessions at once"),
        (End { url: "wss://api.openai.com/v1/realtime", ..END }, 3000, "the key is wrong"),
        (End { subprotocol: Some("obswebsocket.json"), ..END }, 4009, "the password is wrong"),
        (End { url: "wss://a.example/connection/websocket", ..END }, 3009, "the server could not write"),
        (End { url: "wss://streaming.assemblyai.com/v3/ws", ..END }, 3005, "without another code"),
        (End { url: "wss://a1.execute-api.eu-west-1.amazonaws.com/p", ..END }, 1003, "it takes text only"),
        (End { url: "wss://a.example/connection/websocket", ..END }, 3503, "on purpose"),
        (End { subprotocol: Some("obswebsocket.json"), ..END }, 4011, "on purpose"),
        (End { subprotocol: Some("graphql-transport-ws"), ..END }, 4409, "does not understand a message"),
        (End { url: "wss://ws.kraken.com/v2", ..END }, 1013, "market data are not available"),
        (
            End { url: "wss://generativelanguage.googleapis.com/ws/x", ..END },
            1008,
            "does not exist for this key",
        ),
    ] {
        let found = end.by(code, "");
        let last = &found[found.len() - 1];
        assert!(last.cause.contains(words), "{code}: {}", last.cause);
    }
    let hours = Duration::from_hours(2);
    let gateway = "wss://a1.execute-api.eu-west-1.amazonaws.com/production";
    let found = End { url: gateway, open_for: hours, ..END }.by(1001, "Going away");
    assert!(found[0].cause.contains("after 2 hours"), "{}", found[0].cause);
    let young = End { url: gateway, open_for: Duration::from_secs(30), ..END }.by(1001, "");
    assert!(!young[0].cause.contains("hours"), "{}", young[0].cause);
}

#[test]
fn a_code_without_a_sign_is_told_with_what_it_may_mean() {
    let late = End { open_for: Duration::from_mins(1), ..END };
    let [finding] = &late.by(4004, "")[..] else { panic!("there is one finding") };
    assert!(
        finding.cause.starts_with("The server closed with an application-specific code"),
        "{}",
        finding.cause
    );
    for line in [
        "if this is Discord: the token is wrong",
        "if this is Pusher: the application has too many connections",
    ] {
        assert!(finding.evidence.contains(&line.to_owned()), "{:?}", finding.evidence);
    }
    assert_eq!(finding.fixes[0].title, "look 4004 up in the server's documentation");
}

#[test]
fn registered_codes_are_explained_without_the_servers_documentation() {
    let late = End { open_for: Duration::from_mins(1), ..END };
    for (code, words) in
        [(3000, "credentials"), (3003, "credentials"), (3008, "hears nothing"), (4401, "credentials")]
    {
        let found = late.by(code, "");
        assert_eq!(codes(&found), ["close-app"]);
        assert!(told(&found[0]).contains(words) && !told(&found[0]).contains("look"), "{}", told(&found[0]));
    }
}

#[test]
fn a_missed_pong_says_what_became_of_the_pings() {
    let pings = |received: u64, answered: u64| {
        let mut conversation = Conversation::default();
        for nth in 0..received {
            conversation.pinged(Duration::from_secs(nth));
        }
        for _ in 0..answered {
            conversation.ponged(Duration::from_secs(received));
        }
        let frame = CloseFrame { code: Some(1008), reason: "Pong timeout".to_owned() };
        let kind = LossKind::Closed { by: Side::Server, frame };
        let lost = Lost { kind, open_for: Duration::from_secs(9), messages: 4, message: String::new() };
        let [finding] = &diagnose::lost(&settings("ws://h/"), &lost, &conversation)[..] else {
            panic!("there is one finding")
        };
        finding.evidence.last().cloned().unwrap_or_default()
    };
    assert_eq!(pings(0, 0), "the server sent no ping frame on this connection");
    assert_eq!(pings(1, 1), "the server sent 1 ping frame; each was answered, the slowest after 1 s");
    assert_eq!(pings(3, 2), "the server sent 3 ping frames, and 2 pongs went out; one waited for 9 s");
}

#[test]
fn what_broke_an_open_connection_is_told_in_plain_words() {
    for (error, words) in [
        ("Connection reset by peer (os error 104)", "reset the connection"),
        (
            "An existing connection was forcibly closed by the remote host. (os error 10054)",
            "reset the connection",
        ),
        ("Connection timed out (os error 110)", "was not acknowledged"),
        ("No route to host (os error 113)", "The way to the server was lost"),
        ("Broken pipe (os error 32)", "the other side had closed already"),
        ("the server ended TLS with the alert internal_error", "TLS broke off"),
        ("Input/output error (os error 5)", "The operating system reported an error"),
    ] {
        let found = of_loss(&settings("ws://h/"), &lost(LossKind::Io { error: error.to_owned() }));
        assert!(found[0].cause.contains(words), "{error}: {}", found[0].cause);
        assert!(found[0].evidence.contains(&format!("error: {error}")), "{:?}", found[0].evidence);
    }
}
