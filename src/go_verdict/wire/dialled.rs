//! What the client that dialled had offered, read from its own first message.

use crate::go_verdict::wire::bytes::Bytes;
use crate::go_verdict::wire::client_hello::ClientHello;
use crate::go_verdict::wire::extension;
use crate::go_verdict::wire::offer::Offer;

/// The hello of the dial, as far as a server's answer depends on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dialled {
    pub offer: Offer,
    pub session_id: Vec<u8>,
    pub random: [u8; 32],
    pub asked: Asked,
}

/// What the dial asked for and Go does not: a server's answer to it is none to Go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a request of its own")]
pub struct Asked {
    pub session_tickets: bool,
    pub protocols: bool,
    pub encrypted_hello: bool,
    /// The dial tried to take up an earlier session, so the answer may leave out what Go would see.
    pub resumption: bool,
}

impl Dialled {
    /// Reads the first bytes that the client sent, records and all. `None`: they hold no whole hello.
    pub fn read(sent: &[u8]) -> Option<Self> {
        const HANDSHAKE: u8 = 22;
        const CLIENT_HELLO: u8 = 1;
        let mut records = Bytes(sent);
        let mut hand = Vec::new();
        loop {
            let mut message = Bytes(&hand);
            if message.u8() == Some(CLIENT_HELLO)
                && let Some(body) = message.block(3)
            {
                return ClientHello::read(body.0).map(Self::from);
            }
            if records.u8()? != HANDSHAKE {
                return None;
            }
            records.u16()?;
            hand.extend(records.filled_block(2)?.0);
        }
    }
}

impl From<ClientHello> for Dialled {
    fn from(hello: ClientHello) -> Self {
        let has = |id: u16| hello.extensions.contains(&id);
        let versions = if hello.versions.is_empty() { vec![hello.legacy_version] } else { hello.versions };
        Self {
            offer: Offer {
                versions,
                suites: hello.suites,
                groups: hello.groups,
                shares: hello.shares.into_iter().map(|share| share.group).collect(),
                schemes: hello.schemes,
                certificate_schemes: hello.certificate_schemes,
            },
            session_id: hello.session_id,
            random: hello.random,
            asked: Asked {
                session_tickets: has(extension::SESSION_TICKET),
                protocols: has(extension::ALPN),
                encrypted_hello: has(extension::ENCRYPTED_HELLO),
                resumption: hello.has_ticket || has(extension::PRE_SHARED_KEY),
            },
        }
    }
}
