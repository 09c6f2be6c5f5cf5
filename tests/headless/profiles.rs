//! Connections with names: kept, listed, compared, used; and where their secrets come from.

use std::{fs, net::SocketAddr};

use tempfile::TempDir;
use tokio::{io::AsyncWriteExt, net::TcpListener, task::JoinHandle};

use crate::{
    program::{Ran, sockeye},
    support::servers::{header, once, read_head, switching, until_left},
};

/// Runs the program with its config folder here.
async fn run_at(home: &TempDir, args: &[&str]) -> Ran {
    let mut command = sockeye(args);
    command
        .env("XDG_CONFIG_HOME", home.path())
        .env("PATH", "/usr/bin:/bin")
        .env("FEED_TOKEN", "t0ken-5ecret");
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.expect("no panic").expect("the program starts");
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("its output is UTF-8"),
        err: String::from_utf8(output.stderr).expect("its words are UTF-8"),
    }
}

fn home() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn write(home: &TempDir, name: &str, text: &str) {
    let folder = home.path().join("sockeye/profiles");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join(name).with_extension("toml"), text).expect("a file");
}

fn stored(home: &TempDir, name: &str) -> String {
    fs::read_to_string(home.path().join("sockeye/profiles").join(name).with_extension("toml"))
        .expect("a file")
}

/// What a server is asked by a probe with these arguments, in which `URL` stands for its address.
async fn asked(home: &TempDir, args: &[&str], profile: &str) -> (String, Ran) {
    let server = once(async |mut stream| {
        let request = read_head(&mut stream).await;
        let answer = switching(&request, "");
        tokio::io::AsyncWriteExt::write_all(&mut stream, answer.as_bytes())
            .await
            .expect("the client listens");
        until_left(stream).await;
        request
    })
    .await;
    write(home, "feed", &profile.replace("URL", &server.ws("/feed")));
    let ran = run_at(home, args).await;
    (server.outcome().await, ran)
}

#[tokio::test]
async fn a_profile_keeps_references_and_no_secret_and_is_used_by_its_name() {
    let home = home();
    let saved = run_at(
        &home,
        &[
            "profiles",
            "save",
            "feed",
            "wss://feed.example/ticks",
            "--bearer",
            "env:FEED_TOKEN",
            "-u",
            "me:plain-5ecret",
            "--resolve",
            "feed.example:443:127.0.0.1",
        ],
    )
    .await;
    assert_eq!(saved.code, Some(0), "{}", saved.err);
    assert!(saved.err.contains("basic_auth.password is a secret and not kept"), "{}", saved.err);
    let text = stored(&home, "feed");
    assert!(text.contains("beyond.bearer = \"env:FEED_TOKEN\""), "{text}");
    assert!(text.contains("beyond.resolve.0 = \"feed.example:443:127.0.0.1\""), "{text}");
    assert!(!text.contains("5ecret"), "{text}");

    let list = run_at(&home, &["profiles", "list"]).await;
    assert_eq!(list.out, "feed  wss://feed.example/ticks\n");
    let show = run_at(&home, &["profiles", "show", "feed"]).await;
    assert!(show.out.contains("beyond.bearer        env:FEED_TOKEN"), "{}", show.out);
    let gone = run_at(&home, &["profiles", "delete", "feed"]).await;
    assert_eq!((gone.code, run_at(&home, &["profiles", "list"]).await.out.as_str()), (Some(0), ""));
    let unknown = run_at(&home, &["probe", "--profile", "feed"]).await;
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.err.contains("there is no profile 'feed'; there is none"), "{}", unknown.err);
}

#[tokio::test]
async fn a_secret_comes_from_a_variable_a_file_or_a_command() {
    let home = home();
    let file = home.path().join("token");
    fs::write(&file, "file-5ecret\n").expect("a file");
    let file = format!("@{}", file.display());
    for (reference, secret) in [
        ("${FEED_TOKEN}", "t0ken-5ecret"),
        ("env:FEED_TOKEN", "t0ken-5ecret"),
        (file.as_str(), "file-5ecret"),
        ("cmd:printf 'c0mmand-5ecret\\\\nuser: me\\\\n'", "c0mmand-5ecret"),
    ] {
        let profile = format!("url = 'URL'\nbeyond.bearer = \"{reference}\"\n");
        let (request, ran) = asked(&home, &["probe", "--profile", "feed", "--for", "10ms"], &profile).await;
        let authorization = format!("Bearer {secret}");
        assert_eq!(header(&request, "Authorization"), Some(authorization.as_str()), "{}", ran.err);
        assert!(!format!("{}{}", ran.out, ran.err).contains(secret), "{reference}");
    }
}

#[tokio::test]
async fn an_environment_holds_in_place_and_a_flag_over_both() {
    let home = home();
    let profile = "url = 'ws://feed.invalid/'\nheaders.X-Feed = 'one'\nheaders.X-Other = 'a'\n\
                   [env.staging]\nurl = 'URL'\nheaders.X-Feed = 'two'\n";
    let args = ["probe", "--profile", "feed", "--env", "staging", "--for", "10ms", "-H", "X-Other: b"];
    let (request, _) = asked(&home, &args, profile).await;
    assert_eq!((header(&request, "X-Feed"), header(&request, "X-Other")), (Some("two"), Some("b")));

    let compared = run_at(&home, &["profiles", "compare", "feed", "feed@staging"]).await;
    let lines: Vec<_> = compared.out.lines().collect();
    assert!(lines[1].starts_with("headers.X-Feed  one"), "{}", compared.out);
    assert!(lines[1].ends_with("two"), "{}", compared.out);
    assert_eq!(lines.last(), Some(&"2 different, 1 equal"));

    let unknown = run_at(&home, &["probe", "--profile", "feed", "--env", "prod"]).await;
    assert!(unknown.err.contains("has no environment 'prod'; it has staging"), "{}", unknown.err);
}

#[tokio::test]
async fn a_profile_says_whose_behaviour_is_followed_and_a_flag_outranks_it() {
    let home = home();
    let saved = run_at(&home, &["profiles", "save", "feed", "ws://feed.example/", "--as", "connect"]).await;
    assert_eq!((saved.code, stored(&home, "feed").contains("as = \"connect\"\n")), (Some(0), true));
    assert!(run_at(&home, &["profiles", "show", "feed"]).await.out.ends_with("as   connect\n"));

    let profile = "url = 'URL'\nas = 'connect'\n[env.ours]\nas = 'standard'\n";
    for (args, agent) in [
        (&[][..], "Go-http-client/1.1"),
        (&["--as", "standard"], "sockeye/"),
        (&["--env", "ours"], "sockeye/"),
        (&["--env", "ours", "--as", "connect"], "Go-http-client/1.1"),
    ] {
        let args = [&["probe", "--profile", "feed", "--for", "10ms"], args].concat();
        let (request, ran) = asked(&home, &args, profile).await;
        let sent = header(&request, "User-Agent").unwrap_or_default();
        assert!(sent.starts_with(agent), "{args:?}: {sent} {}", ran.err);
    }

    write(&home, "feed", "url = 'ws://h'\nas = 'conect'\n");
    let ran = run_at(&home, &["probe", "--profile", "feed"]).await;
    let expected = "'conect' is not one of standard, bento, benthos, connect, connect-4.106";
    assert!(ran.code == Some(2) && ran.err.contains("feed.toml:2:1"), "{}", ran.err);
    assert!(ran.err.contains(expected), "{}", ran.err);
}

#[tokio::test]
async fn a_command_that_fails_is_named_without_its_arguments() {
    let home = home();
    write(&home, "feed", "url = 'ws://h'\nbeyond.bearer = \"cmd:sh -c 'echo x-5ecret; exit 3'\"\n");
    let ran = run_at(&home, &["probe", "--profile", "feed"]).await;
    assert_eq!(ran.code, Some(2));
    let expected = "beyond.bearer: the command 'sh' failed: exit status: 3";
    assert!(ran.err.contains(expected) && !ran.err.contains("5ecret"), "{}", ran.err);
}

/// Refuses the first `refusals` requests with 401; a later one is answered, and sent a message of two bytes. What each
/// was authorised by.
#[cfg(unix)]
async fn refusing(refusals: usize, requests: usize) -> (SocketAddr, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    let server = tokio::spawn(async move {
        let mut seen = Vec::new();
        for nth in 0..requests {
            let (mut stream, _) = listener.accept().await.expect("someone connects");
            let request = read_head(&mut stream).await;
            seen.push(header(&request, "Authorization").unwrap_or_default().to_owned());
            let bytes = if nth < refusals {
                b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n".to_vec()
            } else {
                // A text frame of two bytes follows (RFC 6455, section 5.7).
                [switching(&request, "").as_bytes(), &[0x81, 2, b'h', b'i']].concat()
            };
            stream.write_all(&bytes).await.expect("the client listens");
            until_left(stream).await;
        }
        seen
    });
    (address, server)
}

/// A profile whose command gives a secret with a number, one more each time it is run.
#[cfg(unix)]
fn write_counting(home: &TempDir, address: SocketAddr) {
    let count = home.path().join("count").display().to_string();
    let script = format!("echo >> {count}; echo $(wc -l < {count})-5ecret");
    write(home, "feed", &format!("url = 'ws://{address}/'\nbeyond.bearer = \"cmd:sh -c '{script}'\"\n"));
}

#[cfg(unix)]
#[tokio::test]
async fn every_command_runs_the_command_for_a_refused_secret_once_more() {
    let home = home();
    let script = home.path().join("script");
    fs::write(&script, "wait /hi/\n").expect("a file");
    let script = script.display().to_string();
    for args in [
        &["tail", "--count", "1"][..],
        &["tail", "--count", "1", "--no-retry"],
        &["tail", "--count", "1", "--connection-max-retries", "0"],
        &["probe"],
        &["send", "hello", "--wait", "hi"],
        &["run", &script],
        &["check", "--expect", "count>=1 within 20s"],
    ] {
        drop(fs::remove_file(home.path().join("count")));
        let (address, server) = refusing(1, 2).await;
        write_counting(&home, address);
        let ran = run_at(&home, &[args, &["--profile", "feed"]].concat()).await;
        assert_eq!(ran.code, Some(0), "{args:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains("the command for beyond.bearer gave another secret"), "{}", ran.err);
        assert_eq!(server.await.expect("no panic"), ["Bearer 1-5ecret", "Bearer 2-5ecret"], "{args:?}");
        assert!(!format!("{}{}", ran.out, ran.err).contains("5ecret"), "{args:?}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_second_refusal_ends_a_session_without_retries() {
    let home = home();
    let script = home.path().join("script");
    fs::write(&script, "wait /hi/\n").expect("a file");
    let script = script.display().to_string();
    for args in [&["tail", "--no-retry"][..], &["probe"], &["send", "hello"], &["run", &script]] {
        drop(fs::remove_file(home.path().join("count")));
        let (address, server) = refusing(2, 2).await;
        write_counting(&home, address);
        let ran = run_at(&home, &[args, &["--profile", "feed"]].concat()).await;
        assert_eq!(ran.code, Some(22), "{args:?}: {}{}", ran.out, ran.err);
        assert_eq!(server.await.expect("no panic"), ["Bearer 1-5ecret", "Bearer 2-5ecret"], "{args:?}");
        assert_eq!(fs::read_to_string(home.path().join("count")).as_deref().ok(), Some("\n\n"), "{args:?}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_command_that_gives_the_refused_secret_again_ends_a_session_without_retries() {
    let home = home();
    let (address, server) = refusing(1, 1).await;
    write(&home, "feed", &format!("url = 'ws://{address}/'\nbeyond.bearer = 'cmd:echo same-5ecret'\n"));
    let ran = run_at(&home, &["send", "hello", "--profile", "feed"]).await;
    assert_eq!(ran.code, Some(22), "{}", ran.err);
    assert_eq!(server.await.expect("no panic"), ["Bearer same-5ecret"]);
}

#[cfg(unix)]
#[tokio::test]
async fn each_side_of_a_comparison_runs_the_command_for_a_refused_secret() {
    let home = home();
    let count = home.path().join("count").display().to_string();
    let secret = format!("cmd:sh -c 'echo >> {count}; echo $(wc -l < {count})-5ecret'");
    let ((one, ones), (other, others)) = (refusing(1, 2).await, refusing(1, 2).await);
    let sides = [one, other].map(|address| format!("ws://{address}/"));
    let args = ["compare", &sides[0], &sides[1], "--bearer", &secret, "--for", "2s", "--report"];
    let ran = run_at(&home, &args).await;
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    for side in ["A", "B"] {
        let told = format!("{side}: 401: the command for beyond.bearer gave another secret");
        assert!(ran.err.contains(&told), "{}", ran.err);
    }
    for server in [ones, others] {
        let seen = server.await.expect("no panic");
        assert!(seen.len() == 2 && seen[0] != seen[1] && seen[1].ends_with("-5ecret"), "{seen:?}");
    }
    assert!(!format!("{}{}", ran.out, ran.err).contains("5ecret"));
}
