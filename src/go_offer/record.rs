//! Records of TLS 1.2 under AES in chained blocks with a SHA-1 MAC (RFC 5246, section 6.2.3.2).
//!
//! ```text
//! initialisation vector | AES-CBC( fragment | MAC | padding )
//!         16                                    20   1 to 256, to whole blocks
//! ```
//!
//! The MAC covers the fragment and not the padding, so whoever can tell a wrong padding from a wrong MAC can read
//! what was sent. Both are therefore looked at whatever the other says, and both end in the same error.

use std::marker::PhantomData;

use aes::cipher::consts::U16;
use aes::cipher::{
    Array, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, BlockSizeUser,
    InnerIvInit, KeyInit, KeySizeUser,
};
use hmac::{Hmac, Mac};
use rustls::crypto::cipher::{
    AeadKey, InboundOpaqueMessage, InboundPlainMessage, KeyBlockShape, MessageDecrypter, MessageEncrypter,
    OutboundOpaqueMessage, OutboundPlainMessage, PrefixedPayload, Tls12AeadAlgorithm,
    UnsupportedOperationError, make_tls12_aad,
};
use rustls::{ConnectionTrafficSecrets, ContentType, Error, ProtocolVersion};
use sha1::{Digest, Sha1};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, ConstantTimeGreater, ConstantTimeLess};

const BLOCK: usize = 16;
const MAC: usize = 20;
/// The longest fragment of a record (RFC 5246, section 6.2.1).
const LONGEST_FRAGMENT: usize = 1 << 14;

/// A block cipher with blocks of AES's size.
pub trait Cipher:
    BlockCipherEncrypt
    + BlockCipherDecrypt
    + BlockSizeUser<BlockSize = U16>
    + KeyInit
    + Clone
    + Send
    + Sync
    + 'static
{
}

impl<C> Cipher for C where
    C: BlockCipherEncrypt
        + BlockCipherDecrypt
        + BlockSizeUser<BlockSize = U16>
        + KeyInit
        + Clone
        + Send
        + Sync
        + 'static
{
}

/// How records are made and read with the cipher `C`.
pub struct CbcSha1<C>(PhantomData<fn() -> C>);

impl<C> CbcSha1<C> {
    pub const NEW: Self = Self(PhantomData);
}

impl<C: Cipher> Tls12AeadAlgorithm for CbcSha1<C> {
    fn encrypter(&self, key: AeadKey, iv: &[u8], _: &[u8]) -> Box<dyn MessageEncrypter> {
        Box::new(Keys::<C>::new(key.as_ref(), iv))
    }

    fn decrypter(&self, key: AeadKey, iv: &[u8]) -> Box<dyn MessageDecrypter> {
        Box::new(Keys::<C>::new(key.as_ref(), iv))
    }

    /// The keys of the MAC come first and those of the cipher after them, where rustls cuts keys and vectors
    /// (RFC 5246, section 6.3). No vector is cut: since TLS 1.1 each record brings its own.
    fn key_block_shape(&self) -> KeyBlockShape {
        KeyBlockShape {
            enc_key_len: MAC,
            fixed_iv_len: <C as KeySizeUser>::key_size(),
            explicit_nonce_len: 0,
        }
    }

    fn extract_keys(
        &self,
        _: AeadKey,
        _: &[u8],
        _: &[u8],
    ) -> Result<ConnectionTrafficSecrets, UnsupportedOperationError> {
        Err(UnsupportedOperationError)
    }
}

/// The keys of one direction.
struct Keys<C> {
    mac: Hmac<Sha1>,
    cipher: C,
}

impl<C: Cipher> Keys<C> {
    #[expect(clippy::expect_used, reason = "rustls cuts the keys to the lengths asked for")]
    fn new(mac: &[u8], cipher: &[u8]) -> Self {
        Self {
            mac: <Hmac<Sha1> as KeyInit>::new_from_slice(mac).expect("a MAC takes keys of every length"),
            cipher: C::new_from_slice(cipher).expect("the key block has a key of the cipher's length"),
        }
    }

    fn tag(&self, seq: u64, typ: ContentType, version: ProtocolVersion, fragment: &[u8]) -> [u8; MAC] {
        let mut mac = self.mac.clone();
        mac.update(&make_tls12_aad(seq, typ, version, fragment.len()));
        mac.update(fragment);
        mac.finalize().into_bytes().into()
    }
}

impl<C: Cipher> MessageEncrypter for Keys<C> {
    fn encrypt(&mut self, msg: OutboundPlainMessage<'_>, seq: u64) -> Result<OutboundOpaqueMessage, Error> {
        let mut iv = [0; BLOCK];
        aws_lc_rs::rand::fill(&mut iv).map_err(|_| Error::EncryptError)?;
        let fragment = msg.payload.to_vec();
        let whole = self.encrypted_payload_len(fragment.len());
        let padding = whole - BLOCK - fragment.len() - MAC;

        let mut payload = PrefixedPayload::with_capacity(whole);
        payload.extend_from_slice(&iv);
        payload.extend_from_slice(&fragment);
        payload.extend_from_slice(&self.tag(seq, msg.typ, msg.version, &fragment));
        let last = u8::try_from(padding - 1).map_err(|_| Error::EncryptError)?;
        payload.extend(std::iter::repeat_n(&last, padding));

        let (_, body) = payload.as_mut().split_at_mut(BLOCK);
        let (blocks, _) = Array::slice_as_chunks_mut(body);
        cbc::Encryptor::inner_iv_init(self.cipher.clone(), &iv.into()).encrypt_blocks(blocks);
        Ok(OutboundOpaqueMessage::new(msg.typ, msg.version, payload))
    }

    fn encrypted_payload_len(&self, payload_len: usize) -> usize {
        BLOCK + (payload_len + MAC + 1).next_multiple_of(BLOCK)
    }
}

impl<C: Cipher> MessageDecrypter for Keys<C> {
    fn decrypt<'a>(
        &mut self,
        mut msg: InboundOpaqueMessage<'a>,
        seq: u64,
    ) -> Result<InboundPlainMessage<'a>, Error> {
        let (typ, version, length) = (msg.typ, msg.version, msg.payload.len());
        if !length.is_multiple_of(BLOCK) || length < self.encrypted_payload_len(0) {
            return Err(Error::DecryptError);
        }
        let (iv, body) = msg.payload.split_at_mut(BLOCK);
        let iv = Array::try_from(&*iv).map_err(|_| Error::DecryptError)?;
        let (blocks, _) = Array::slice_as_chunks_mut(body);
        cbc::Decryptor::inner_iv_init(self.cipher.clone(), &iv).decrypt_blocks(blocks);

        let (fragment, tag, rest, padded) = parts(body);
        let ours = self.tag(seq, typ, version, fragment);
        // What the padding has taken from the MAC is hashed all the same, so that the time tells little of its length
        // (`crypto/tls/cipher_suites.go`, `tls10MAC`).
        std::hint::black_box(Sha1::digest(rest));
        if !bool::from(ours.as_slice().ct_eq(tag) & padded) {
            return Err(Error::DecryptError);
        }
        let length = fragment.len();
        if length > LONGEST_FRAGMENT {
            return Err(Error::PeerSentOversizedRecord);
        }
        Ok(msg.into_plain_message_range(BLOCK..BLOCK + length))
    }
}

/// The fragment, its MAC and what follows, and whether that is a padding. Where it is none, the fragment is what
/// precedes a padding of one byte, to have something that a MAC can be made of
/// (`crypto/tls/conn.go`, `extractPadding`).
fn parts(body: &[u8]) -> (&[u8], &[u8], &[u8], Choice) {
    let last = body.last().copied().unwrap_or_default();
    let room = u16::try_from(body.len().saturating_sub(MAC + 1)).unwrap_or(u16::MAX);
    let mut padded = !u16::from(last).ct_gt(&room);
    for (back, byte) in (0_u16..256).zip(body.iter().rev()) {
        let outside = u16::from(last).ct_lt(&back);
        padded &= outside | byte.ct_eq(&last);
    }
    let padding = usize::from(u8::conditional_select(&0, &last, padded)) + 1;
    let end = body.len().saturating_sub(MAC + padding);
    let (fragment, after) = body.split_at_checked(end).unwrap_or((body, &[]));
    let (tag, rest) = after.split_at_checked(MAC).unwrap_or((after, &[]));
    (fragment, tag, rest, padded)
}
