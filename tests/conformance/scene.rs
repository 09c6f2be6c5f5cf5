//! A scene: what a server does, the config that both sides run, and what of it is compared.

use std::{io, sync::Arc, time::Duration};

use crate::{
    engines::{self, Engine},
    server::{Conn, Play},
};

/// One scene. Its fields are set by the methods of the same names.
#[derive(Clone)]
pub struct Scene {
    pub name: String,
    pub play: Option<Play>,
    pub url: String,
    pub fields: String,
    pub env: Vec<(String, String)>,
    pub engines: Vec<Engine>,
    pub judge: String,
    pub pipeline: String,
    pub flags: Vec<String>,
    pub lasts: Duration,
    pub until: usize,
    pub after_note: Option<Duration>,
    pub timing: Timing,
    pub differs: Vec<(Vec<Engine>, &'static str)>,
    pub signed: bool,
    pub unordered: bool,
}

/// What of the timing is compared.
#[derive(Clone, Debug, Default)]
pub struct Timing {
    /// The bounds of each pause between two connections, in milliseconds.
    pub pauses: Vec<(u128, u128)>,
    /// How often one connects, and what comes of it, is a matter of speed.
    pub free: bool,
    /// When the client's frames come is compared, to so many milliseconds.
    pub frames_within: Option<u128>,
}

/// A scene of this name, whose server plays `play` with each connection and its index.
pub fn scene(
    name: impl Into<String>,
    play: impl Fn(&mut Conn, usize) -> io::Result<()> + Send + Sync + 'static,
) -> Scene {
    Scene { play: Some(Arc::new(play)), ..closed_port(name) }
}

/// A scene in which nothing listens.
pub fn closed_port(name: impl Into<String>) -> Scene {
    Scene {
        name: name.into(),
        play: None,
        url: "ws://127.0.0.1:{port}/ticks".into(),
        fields: String::new(),
        env: Vec::new(),
        engines: engines::ALL.to_vec(),
        judge: "rule: all".into(),
        pipeline: String::new(),
        flags: Vec::new(),
        lasts: Duration::from_millis(700),
        until: 0,
        after_note: None,
        timing: Timing::default(),
        differs: Vec::new(),
        signed: false,
        unordered: false,
    }
}

impl Scene {
    /// The YAML of the input's fields, besides `url`. `{port}` stands for the server's port, here and in the url.
    pub fn fields(mut self, fields: impl Into<String>) -> Self {
        self.fields = fields.into();
        self
    }

    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = url.into();
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    pub fn engines(mut self, engines: &[Engine]) -> Self {
        self.engines = engines.to_vec();
        self
    }

    /// The rule of the output, and the flags by which Sockeye follows it.
    pub fn judge(mut self, rule: &str, flags: &[&str]) -> Self {
        self.judge = rule.into();
        self.flags = flags.iter().map(|flag| (*flag).to_owned()).collect();
        self
    }

    /// What stands in the file between the input and the output.
    pub fn pipeline(mut self, pipeline: impl Into<String>) -> Self {
        self.pipeline = pipeline.into();
        self
    }

    /// The order of deliveries is a race in the engine; which there are is compared.
    pub fn unordered(mut self) -> Self {
        self.unordered = true;
        self
    }

    /// How long the scene goes on after the first connection, or from the start where none comes.
    pub fn lasts(mut self, milliseconds: u64) -> Self {
        self.lasts = Duration::from_millis(milliseconds);
        self
    }

    /// The scene is over as soon as so many connections have come.
    pub fn until(mut self, connections: usize) -> Self {
        self.until = connections;
        self
    }

    /// The scene is over so long after the script remembered something.
    pub fn after_note(mut self, milliseconds: u64) -> Self {
        self.after_note = Some(Duration::from_millis(milliseconds));
        self
    }

    pub fn pauses(mut self, pauses: &[(u128, u128)]) -> Self {
        self.timing.pauses = pauses.to_vec();
        self
    }

    pub fn free(mut self) -> Self {
        self.timing.free = true;
        self
    }

    pub fn frames_within(mut self, milliseconds: u128) -> Self {
        self.timing.frames_within = Some(milliseconds);
        self
    }

    /// The two sides are not equal, and this is why.
    pub fn differs(mut self, engines: &[Engine], reason: &'static str) -> Self {
        self.differs.push((engines.to_vec(), reason));
        self
    }

    /// The `Authorization` is an OAuth 1 signature, which each side makes with a nonce of its own.
    pub fn signed(mut self) -> Self {
        self.signed = true;
        self
    }

    pub fn reason(&self, engine: Engine) -> Option<&'static str> {
        self.differs.iter().find(|(engines, _)| engines.contains(&engine)).map(|(_, reason)| *reason)
    }

    /// The whole config, for a server at this port.
    pub fn config(&self, port: u16) -> String {
        let mut fields =
            format!("url: {}\n{}", json(&self.url), self.fields).replace("{port}", &port.to_string());
        fields = fields.lines().fold(String::new(), |all, line| all + "    " + line + "\n");
        let Self { judge, pipeline, .. } = self;
        format!(
            "http: {{enabled: false}}\nlogger: {{level: DEBUG, format: json}}\ninput:\n  websocket:\n{fields}\
             {pipeline}output:\n  judge: {{early: true, {judge}}}\n"
        )
    }
}

fn json(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}
