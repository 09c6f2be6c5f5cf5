//! Short programs.

use std::fmt::Write as _;

use super::{Parts, text::Text};
use crate::config::IpVersion;

// Writing to a string cannot fail, here and below.
pub(super) fn python(parts: &Parts) -> String {
    let value = |text: &Text| text.expression("os.environ[\"NAME\"]");
    let mut headers: Vec<_> =
        parts.headers.iter().map(|(name, text)| format!("    {name:?}: {},\n", value(text))).collect();
    if let Some((name, password)) = &parts.basic {
        headers.push(format!(
            "    \"Authorization\": \"Basic \" + base64.b64encode(({} + \":\" + {}).encode()).decode(),\n",
            value(name),
            value(password),
        ));
    }
    let socket = if parts.beyond.ip_version.is_some() { " socket," } else { "" };
    let mut text = format!("import asyncio, base64, os,{socket} ssl\n\nimport websockets\n\n");
    let _ = write!(text, "url = {}\nheaders = {{\n{}}}\n", value(&parts.url), headers.concat());
    text += "options = {}\n";
    if parts.is_unchecked {
        text += "options[\"ssl\"] = ssl._create_unverified_context()\n";
    } else if parts.roots.is_some() || parts.client.is_some() {
        let roots = parts.roots.as_ref().map_or("None".to_owned(), |roots| value(&Text::plain(roots)));
        let _ = writeln!(text, "options[\"ssl\"] = ssl.create_default_context(cafile={roots})");
    }
    if let Some((cert, key)) = &parts.client {
        let (cert, key) = (value(&Text::plain(cert)), value(&Text::plain(key)));
        let _ = writeln!(text, "options[\"ssl\"].load_cert_chain({cert}, {key})");
    }
    if let Some(name) = &parts.beyond.server_name {
        let _ = writeln!(text, "options[\"server_hostname\"] = {}", value(&Text::plain(name)));
    }
    if let Some(version) = parts.beyond.ip_version {
        let family = if version == IpVersion::V4 { "AF_INET" } else { "AF_INET6" };
        let _ = writeln!(text, "options[\"family\"] = socket.{family}");
    }
    if let Some(source) = parts.beyond.source {
        let _ = writeln!(text, "options[\"local_addr\"] = (\"{source}\", 0)");
    }
    if let Some(protocol) = &parts.protocol {
        let names: Vec<_> = protocol.split(',').map(|name| value(&Text::plain(name.trim()))).collect();
        let _ = writeln!(text, "options[\"subprotocols\"] = [{}]", names.join(", "));
    }
    text += "\n\nasync def main():\n";
    text += "    async with websockets.connect(url, additional_headers=headers, proxy=None, **options) as feed:\n";
    for message in &parts.open {
        let encoded = if parts.is_text { "" } else { ".encode()" };
        let _ = writeln!(text, "        await feed.send(({}){encoded})", value(message));
    }
    text += "        async for message in feed:\n            print(message)\n\n\nasyncio.run(main())\n";
    text
}

pub(super) fn go(parts: &Parts) -> String {
    let value = |text: &Text| text.expression("os.Getenv(\"NAME\")");
    let mut imports = vec!["fmt", "log", "net/http", "os"];
    let mut body = String::from("\theader := http.Header{}\n");
    for (name, text) in &parts.headers {
        let _ = writeln!(body, "\theader.Set({name:?}, {})", value(text));
    }
    if let Some(protocol) = &parts.protocol {
        let _ = writeln!(body, "\theader.Set(\"Sec-WebSocket-Protocol\", {})", value(&Text::plain(protocol)));
    }
    if let Some((name, password)) = &parts.basic {
        imports.push("encoding/base64");
        let _ = write!(
            body,
            "\tlogin := base64.StdEncoding.EncodeToString([]byte({} + \":\" + {}))\n\
             \theader.Set(\"Authorization\", \"Basic \"+login)\n",
            value(name),
            value(password),
        );
    }
    body += "\tdialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment}\n";
    if let Some(proxy) = &parts.proxy {
        imports.push("net/url");
        let _ = write!(
            body,
            "\tproxy, err := url.Parse({})\n\tif err != nil {{\n\t\tlog.Fatal(err)\n\t}}\n\
             \tdialer.Proxy = http.ProxyURL(proxy)\n",
            value(proxy),
        );
    }
    if parts.is_unchecked {
        imports.push("crypto/tls");
        body += "\tdialer.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}\n";
    } else if let Some(roots) = &parts.roots {
        imports.extend(["crypto/tls", "crypto/x509"]);
        let _ = write!(
            body,
            "\tpem, err := os.ReadFile({})\n\tif err != nil {{\n\t\tlog.Fatal(err)\n\t}}\n\
             \troots := x509.NewCertPool()\n\troots.AppendCertsFromPEM(pem)\n\
             \tdialer.TLSClientConfig = &tls.Config{{RootCAs: roots}}\n",
            value(&Text::plain(roots)),
        );
    }
    let _ = write!(
        body,
        "\tfeed, answer, err := dialer.Dial({}, header)\n\tif err != nil {{\n\t\tlog.Fatal(err, \" \", answer)\n\t}}\n",
        value(&parts.url)
    );
    for message in &parts.open {
        let kind = if parts.is_text { "TextMessage" } else { "BinaryMessage" };
        let _ = write!(
            body,
            "\tif err := feed.WriteMessage(websocket.{kind}, []byte({})); err != nil {{\n\t\tlog.Fatal(err)\n\t}}\n",
            value(message)
        );
    }
    body += "\tfor {\n\t\t_, message, err := feed.ReadMessage()\n\t\tif err != nil {\n\t\t\tlog.Fatal(err)\n\t\t}\n\
             \t\tfmt.Println(string(message))\n\t}\n";
    if !body.contains("os.") {
        imports.retain(|name| *name != "os");
    }
    imports.sort_unstable();
    let imports: Vec<_> = imports.iter().map(|name| format!("\t\"{name}\"\n")).collect();
    let imports = imports.concat();
    format!(
        "package main\n\nimport (\n{imports}\n\t\"github.com/gorilla/websocket\"\n)\n\nfunc main() {{\n{body}}}\n"
    )
}
