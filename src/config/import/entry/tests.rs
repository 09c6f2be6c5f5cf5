//! Lines as the programs print them.

use super::{import, is_yaml};

fn values(line: &str) -> Vec<(String, String)> {
    let imported = import(line).expect("it can be read");
    imported.values.iter().map(|(path, value)| (path.to_owned(), value.text.clone())).collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn an_address_may_have_no_scheme_or_an_http_scheme() {
    for (typed, url) in [
        ("wss://feed.example/ticks?a=1", "wss://feed.example/ticks?a=1"),
        ("feed.example/ticks", "wss://feed.example/ticks"),
        ("localhost:9000", "ws://localhost:9000"),
        ("https://feed.example", "wss://feed.example"),
        ("  ws://h/  ", "ws://h/"),
    ] {
        assert_eq!(values(typed), pairs(&[("url", url)]), "{typed}");
    }
}

#[test]
fn a_command_line_of_curl_keeps_its_headers_except_those_of_the_handshake() {
    let line = "curl -i -N -H 'Connection: Upgrade' -H \"Sec-WebSocket-Key: abc==\" \\\n  -H 'X-Api-Key: k v' \
                -u reader:s3cret -k https://feed.example/ticks";
    assert_eq!(
        values(line),
        pairs(&[
            ("headers.X-Api-Key", "k v"),
            ("basic_auth.enabled", "true"),
            ("basic_auth.username", "reader"),
            ("basic_auth.password", "s3cret"),
            ("tls.enabled", "true"),
            ("tls.skip_cert_verify", "true"),
            ("url", "wss://feed.example/ticks"),
        ])
    );
}

#[test]
fn a_proxy_of_curl_without_a_scheme_is_an_http_proxy() {
    for (value, proxy) in [("me:pw@p:3128", "http://me:pw@p:3128"), ("socks5h://p:1", "socks5h://p:1")] {
        let read = values(&format!("curl -x {value} wss://h.example"));
        assert_eq!(read, pairs(&[("proxy_url", proxy), ("url", "wss://h.example")]));
    }
}

#[test]
fn command_lines_of_websocat_and_wscat_are_imported() {
    assert_eq!(
        values("websocat -k --protocol=v1 -H 'A: b' wss://h.example/x"),
        pairs(&[
            ("tls.enabled", "true"),
            ("tls.skip_cert_verify", "true"),
            ("headers.Sec-WebSocket-Protocol", "v1"),
            ("headers.A", "b"),
            ("url", "wss://h.example/x"),
        ])
    );
    assert_eq!(
        values("wscat -c ws://h.example -x '{\"op\":\"sub\"}' -w 5 --auth u:p"),
        pairs(&[
            ("basic_auth.enabled", "true"),
            ("basic_auth.username", "u"),
            ("basic_auth.password", "p"),
            ("open_message", "{\"op\":\"sub\"}"),
            ("open_message_type", "text"),
            ("url", "ws://h.example"),
        ])
    );
}

#[test]
fn unknown_options_are_listed_and_invalid_lines_are_errors() {
    assert_eq!(
        import("curl --frobnicate wss://h.example").expect("it can be read").left_out,
        ["--frobnicate"]
    );
    for (line, message) in [
        ("", "enter an address"),
        ("hello world", "not an address, a command line of curl"),
        ("ftp://h", "'ftp' is not a websocket scheme"),
        ("curl -H", "-H needs a value"),
        ("curl -k", "no address in this command line"),
        ("curl 'x", "a quote is not closed"),
        ("nonsense", "is not an address"),
    ] {
        assert!(import(line).expect_err(line).contains(message), "{line}");
    }
}

#[test]
fn yaml_is_distinguished_from_command_lines() {
    assert!(is_yaml("input:\n  websocket:\n    url: wss://h"));
    assert!(is_yaml("# mine\nurl: wss://h"));
    assert!(!is_yaml("wss://h/x"));
    assert!(!is_yaml("localhost:9000"));
    assert!(!is_yaml("curl -H 'A: b' wss://h"));
}

#[test]
fn lines_that_browsers_copy_are_imported() {
    let expected = pairs(&[
        ("headers.Origin", "https://a.example"),
        ("headers.Cookie", "a=it's!"),
        ("url", "wss://h.example/x?a=1&b=2"),
    ]);
    for line in [
        "curl 'wss://h.example/x?a=1&b=2' \\\n  -H 'Upgrade: websocket' \\\n  -H 'Origin: https://a.example' \\\n  -b $'a=it\\'s\\u0021'",
        "curl ^\"wss://h.example/x?a=1^&b=2^\" ^\r\n  -H ^\"Origin: https://a.example^\" ^\r\n  -b ^\"a=it's^!^\"",
        "curl.exe \"wss://h.example/x?a=1&b=2\" ^\n -H \"Origin: https://a.example\" ^\n -b \"a=it's!\"",
        "await fetch(\"https://h.example/x?a=1&b=2\", {\n  \"headers\": {\n    \"Origin\": \"https://a.example\",\n    \"Cookie\": \"a=it's!\"\n  },\n  \"body\": null,\n  \"method\": \"GET\"\n});",
        "fetch('https://h.example/x?a=1&b=2', {\n  method: 'GET',\n  headers: {\n    'Origin': 'https://a.example',\n    'Cookie': \"a=it's!\"\n  }\n})",
        "GET /x?a=1&b=2 HTTP/1.1\nHost: h.example\nOrigin: https://a.example\nCookie: a=it's!\nSec-WebSocket-Key: k\n\n",
        "http GET 'https://h.example/x?a=1' Origin:https://a.example \"Cookie:a=it's!\" b==2",
        "wget --quiet --method GET --timeout=0 --header 'Origin: https://a.example' --header \"Cookie: a=it's!\" 'https://h.example/x?a=1&b=2'",
    ] {
        assert_eq!(values(line), expected, "{line}");
    }
    let session = "$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n$session.UserAgent = \"Mozilla/5.0\"\n\
                   $session.Cookies.Add((New-Object System.Net.Cookie(\"a\", \"1\", \"/\", \"h.example\")))\n\
                   Invoke-WebRequest -UseBasicParsing -Uri \"https://h.example/x\" `\n-WebSession $session `\n-Headers @{\n\
                   \"method\"=\"`\"q`\"\"\n  \"Origin\"=\"https://a.example\"\n}";
    assert_eq!(
        values(session),
        pairs(&[
            ("headers.User-Agent", "Mozilla/5.0"),
            ("headers.Cookie", "a=1"),
            ("headers.method", "\"q\""),
            ("headers.Origin", "https://a.example"),
            ("url", "wss://h.example/x"),
        ])
    );
    let socket = pairs(&[("headers.Sec-WebSocket-Protocol", "a, b"), ("url", "wss://h.example/x")]);
    assert_eq!(values("const ws = new WebSocket('wss://h.example/x', ['a', \"b\"]);"), socket);
}

#[test]
fn options_in_one_word_and_values_before_the_address_are_understood() {
    for line in [
        "curl -sSfLXGET -m 10 -HX-A:b http://h.example/",
        "curl -i -s -m10 -X $'GET' -H $'X-A: b' --connect-to h.example:80:: $'http://h.example/'",
        "websocat -H='X-A: b' ws://h.example/",
        "websocat --header='X-A: b' --ping-interval 5 -t - autoreconnect:ws://h.example/",
        "sudo npx wscat -H X-A:b -c ws://h.example/ -w 5",
        "curl --unknown value -H 'X-A: b' http://h.example/ | jq .",
    ] {
        assert_eq!(values(line), pairs(&[("headers.X-A", "b"), ("url", "ws://h.example/")]), "{line}");
    }
}

#[test]
fn options_that_no_pipeline_has_are_imported() {
    let line = "curl -4 --resolve h.example:443:127.0.0.1 --resolve h.example:80:127.0.0.1 \
                --unix-socket /run/a --pinnedpubkey sha256//A https://h.example/";
    assert_eq!(
        values(line),
        pairs(&[
            ("beyond.ip_version", "4"),
            ("beyond.resolve.0", "h.example:443:127.0.0.1"),
            ("beyond.resolve.1", "h.example:80:127.0.0.1"),
            ("beyond.unix_socket", "/run/a"),
            ("beyond.pin", "sha256//A"),
            ("url", "wss://h.example/"),
        ])
    );
    let domain = pairs(&[("beyond.server_name", "a.example"), ("url", "wss://h.example/")]);
    assert_eq!(values("websocat --tls-domain a.example wss://h.example/"), domain);
}

#[test]
fn messages_of_wscat_are_texts_in_their_order() {
    assert_eq!(
        values("wscat -c ws://h.example/x -x one -x two"),
        pairs(&[
            ("open_messages.0", "one"),
            ("open_messages.1", "two"),
            ("open_message_type", "text"),
            ("url", "ws://h.example/x"),
        ])
    );
}

#[test]
fn what_is_lost_is_listed_and_a_check_that_is_off_is_told() {
    let imported =
        import("curl -vk -d hunter2 -XPOST --connect-timeout 5 https://h.example").expect("it can be read");
    assert_eq!(imported.left_out, ["-d", "-X POST", "--connect-timeout"]);
    assert_eq!(imported.notes, ["-k: the certificate is not checked (tls.skip_cert_verify)"]);
    let imported = import("http --verify=no https://h.example a=b").expect("it can be read");
    assert_eq!((imported.left_out, imported.notes.len()), (vec!["a".to_owned()], 1));
}

#[test]
fn options_of_tls_are_left_out_without_tls() {
    let imported = import("curl -k --cacert ca.pem http://h.example/").expect("it can be read");
    let read: Vec<_> = imported.values.iter().map(|(path, _)| path).collect();
    assert_eq!((read, imported.notes.len()), (vec!["url"], 1));
}

#[test]
fn credentials_and_proxies_are_carried_over() {
    assert_eq!(
        values("curl -x p:1 -U me:pw --oauth2-bearer t -E c.pem:pw -b a=1 -b b=2 wss://h.example"),
        pairs(&[
            ("proxy_url", "http://me:pw@p:1"),
            ("headers.Authorization", "Bearer t"),
            ("tls.enabled", "true"),
            ("tls.client_certs.0.cert_file", "c.pem"),
            ("tls.client_certs.0.password", "pw"),
            ("headers.Cookie", "a=1; b=2"),
            ("url", "wss://h.example"),
        ])
    );
}

#[test]
fn a_certificate_in_pkcs12_goes_into_its_own_option() {
    let expected = pairs(&[
        ("tls.enabled", "true"),
        ("url", "wss://h.example"),
        ("beyond.client_p12", "c.p12"),
        ("beyond.client_p12_password", "pw"),
    ]);
    assert_eq!(values("curl --cert-type P12 -E c.p12:pw wss://h.example"), expected);
    assert_eq!(values("curl -E c.p12 --pass pw --cert-type p12 wss://h.example"), expected);
    let line = "websocat --client-pkcs12-der c.p12 --client-pkcs12-passwd pw wss://h.example";
    assert_eq!(values(line)[..2], expected[2..]);
    let left_out = |line: &str| import(line).expect("it can be read").left_out;
    assert_eq!(left_out("curl --cert-type ENG -E c wss://h.example"), ["--cert-type"]);
    assert_eq!(left_out("curl --cert-type PEM -E c.pem wss://h.example"), [""; 0]);
}

#[test]
fn the_variables_of_postman_are_named() {
    let notes = |line: &str| import(line).expect("it can be read").notes;
    assert_eq!(
        notes("curl 'wss://{{host}}/ws?a={{host}}' -H 'X-Key: {{key}}'"),
        ["{{key}}, {{host}}: a variable of Postman or Insomnia, write its value in its place"]
    );
    assert_eq!(notes("curl wss://feed.example/ws -H 'X-Key: ${{KEY}}'"), [""; 0]);
}

#[test]
fn a_session_of_powershell_that_is_not_pasted_too_is_left_out() {
    let line = "Invoke-WebRequest -Uri \"https://feed.example/ws\" -WebSession $session";
    assert_eq!(import(line).expect("it can be read").left_out, ["-WebSession $session"]);
}
