//! A scene: a server, and the fields with which one dials it.

use std::{io::Write as _, net::TcpStream, sync::Arc};

use super::{
    certificate::Cert,
    key::Key,
    server::{Accepted, Serving, Tls, head},
};

/// One scene. The text `{port}` stands for the server's port, and `{folder}` for that of its files.
#[derive(Clone)]
pub struct Scene {
    pub name: String,
    pub serving: Serving,
    scheme: &'static str,
    host: String,
    enabled: bool,
    block: Vec<String>,
    clients: Vec<String>,
    more: Vec<String>,
    pub env: Vec<(String, String)>,
    folder: Arc<tempfile::TempDir>,
}

/// A scene with this server; its clients trust nobody in particular.
pub fn scene(name: impl Into<String>, serving: Serving) -> Scene {
    Scene {
        name: name.into(),
        serving,
        scheme: "wss",
        host: "localhost".into(),
        enabled: true,
        block: Vec::new(),
        clients: Vec::new(),
        more: Vec::new(),
        env: Vec::new(),
        folder: Arc::new(tempfile::tempdir().expect("a folder can be made")),
    }
}

/// A scene of a server that shows `chain`, and of clients that trust `roots`.
pub fn shows(name: impl Into<String>, chain: &[&Cert], roots: &[&Cert]) -> Scene {
    scene(name, Tls::of(chain).serving()).roots(roots)
}

impl Scene {
    /// Trusts these, by a file.
    #[must_use]
    pub fn roots(self, roots: &[&Cert]) -> Self {
        self.roots_text(&roots.iter().map(|root| root.pem()).collect::<String>())
    }

    /// Trusts what this file says.
    #[must_use]
    pub fn roots_text(self, text: &str) -> Self {
        let path = self.file("roots.pem", text);
        self.tls(format!("root_cas_file: {}", quoted(&path)))
    }

    /// Trusts what this field says.
    #[must_use]
    pub fn roots_inline(self, text: &str) -> Self {
        self.tls(format!("root_cas: {}", quoted(text)))
    }

    /// A line more of the `tls` block.
    #[must_use]
    pub fn tls(mut self, line: impl Into<String>) -> Self {
        self.block.push(line.into());
        self
    }

    /// The block is there, and off.
    #[must_use]
    pub fn off(mut self) -> Self {
        self.enabled = false;
        self
    }

    /// The block is off, and the system trusts these.
    #[must_use]
    pub fn off_trusting(self, root: &Cert) -> Self {
        let path = self.file("system.pem", &root.pem());
        self.off().env("SSL_CERT_FILE", &path)
    }

    #[must_use]
    pub fn skip(self) -> Self {
        self.tls("skip_cert_verify: true")
    }

    /// By the library that can renegotiate.
    #[must_use]
    pub fn renegotiates(mut self) -> Self {
        self.name = format!("again-{}", self.name);
        self.tls("enable_renegotiation: true")
    }

    /// A client certificate by two files.
    #[must_use]
    pub fn client(self, cert: &Cert) -> Self {
        self.client_files(&cert.pem(), &cert.key.pem(), None)
    }

    /// The same with another key.
    #[must_use]
    pub fn client_with(self, cert: &Cert, key: &Key) -> Self {
        self.client_files(&cert.pem(), &key.pem(), None)
    }

    #[must_use]
    pub fn client_files(self, cert: &str, key: &str, password: Option<&str>) -> Self {
        let at = self.clients.len();
        let (cert, key) =
            (self.file(&format!("cert-{at}.pem"), cert), self.file(&format!("key-{at}.pem"), key));
        let mut entry = format!("cert_file: {}, key_file: {}", quoted(&cert), quoted(&key));
        if let Some(password) = password {
            entry += &format!(", password: {}", quoted(password));
        }
        self.client_entry(entry)
    }

    #[must_use]
    pub fn client_inline(self, cert: &str, key: &str) -> Self {
        self.client_entry(format!("cert: {}, key: {}", quoted(cert), quoted(key)))
    }

    #[must_use]
    pub fn client_entry(mut self, entry: impl Into<String>) -> Self {
        self.clients.push(entry.into());
        self
    }

    #[must_use]
    pub fn host(mut self, host: &str) -> Self {
        self.host = host.into();
        self
    }

    #[must_use]
    pub fn scheme(mut self, scheme: &'static str) -> Self {
        self.scheme = scheme;
        self
    }

    /// A field of the input besides `url` and `tls`.
    #[must_use]
    pub fn field(mut self, line: &str) -> Self {
        self.more.push(line.into());
        self
    }

    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// Dials this name, which nobody can look up, through a proxy that leads to the server.
    #[must_use]
    pub fn through_proxy(mut self, host: &str) -> Self {
        let behind = Arc::clone(&self.serving);
        self.serving = Arc::new(move |mut stream: TcpStream, accepted: Accepted<'_>| {
            head(&mut stream)?;
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
            behind(stream, accepted)
        });
        self.host(host).field("proxy_url: http://127.0.0.1:{port}")
    }

    /// A file of the scene; its path.
    pub fn file(&self, name: &str, content: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("the file can be written");
        path.to_str().expect("the path is a text").into()
    }

    pub fn folder(&self) -> &str {
        self.folder.path().to_str().expect("the path is a text")
    }

    pub fn url(&self) -> String {
        format!("{}://{}:{{port}}/", self.scheme, self.host)
    }

    /// The fields besides the url.
    pub fn fields(&self) -> String {
        let mut fields = format!("connection: {{max_retries: 0}}\ntls:\n  enabled: {}\n", self.enabled);
        for line in &self.block {
            fields += &format!("  {line}\n");
        }
        if !self.clients.is_empty() {
            fields += "  client_certs:\n";
            for entry in &self.clients {
                fields += &format!("    - {{{entry}}}\n");
            }
        }
        self.more.iter().for_each(|line| fields += &format!("{line}\n"));
        fields
    }
}

pub fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}
