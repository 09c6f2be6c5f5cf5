//! Cipher suites of TLS 1.2 that no server of ours has: AES-CBC with HMAC-SHA1, MAC then encrypt (RFC 5246, section 6.2.3.2).

use aes::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _, block_padding::NoPadding};
use hmac::{Hmac, KeyInit as _, Mac as _};
use rustls::{
    CipherSuite, CipherSuiteCommon, ConnectionTrafficSecrets, ContentType, Error, ProtocolVersion,
    SupportedCipherSuite, Tls12CipherSuite,
    crypto::{
        aws_lc_rs::cipher_suite,
        cipher::{
            AeadKey, InboundOpaqueMessage, InboundPlainMessage, KeyBlockShape, MessageDecrypter,
            MessageEncrypter, OutboundOpaqueMessage, OutboundPlainMessage, PrefixedPayload,
            Tls12AeadAlgorithm, UnsupportedOperationError,
        },
    },
};
use sha1::Sha1;

const MAC: usize = 20;
const BLOCK: usize = 16;

/// The suite of this number, with a key of AES of so many bytes; authenticated as `like` is.
fn suite(suite: CipherSuite, aes: &'static Cbc, like: &SupportedCipherSuite) -> SupportedCipherSuite {
    let SupportedCipherSuite::Tls12(like) = like else { unreachable!("it is one of TLS 1.2") };
    let common = CipherSuiteCommon {
        suite,
        hash_provider: like.common.hash_provider,
        confidentiality_limit: u64::MAX,
    };
    // A suite lives as long as the program.
    SupportedCipherSuite::Tls12(Box::leak(Box::new(Tls12CipherSuite {
        common,
        prf_provider: like.prf_provider,
        kx: like.kx,
        sign: like.sign,
        aead_alg: aes,
    })))
}

/// The four that Go still has.
pub fn suites() -> Vec<SupportedCipherSuite> {
    let (rsa, ecdsa) = (
        &cipher_suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        &cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    );
    vec![
        suite(CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, &Cbc { key: 16 }, rsa),
        suite(CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, &Cbc { key: 32 }, rsa),
        suite(CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, &Cbc { key: 16 }, ecdsa),
        suite(CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, &Cbc { key: 32 }, ecdsa),
    ]
}

/// A suite that is only named: nobody who speaks it is here.
pub fn only_named(number: u16, rsa: bool) -> SupportedCipherSuite {
    let like = if rsa {
        &cipher_suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    } else {
        &cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    };
    suite(CipherSuite::from(number), &Cbc { key: 16 }, like)
}

struct Cbc {
    key: usize,
}

struct Half {
    mac: Vec<u8>,
    key: Vec<u8>,
}

impl Tls12AeadAlgorithm for Cbc {
    // The key block is MAC keys, then keys: what is called a key here is that of the MAC, the "fixed IV" that of AES.
    fn key_block_shape(&self) -> KeyBlockShape {
        KeyBlockShape { enc_key_len: MAC, fixed_iv_len: self.key, explicit_nonce_len: 0 }
    }

    fn encrypter(&self, mac: AeadKey, key: &[u8], _: &[u8]) -> Box<dyn MessageEncrypter> {
        Box::new(Half { mac: mac.as_ref().to_vec(), key: key.to_vec() })
    }

    fn decrypter(&self, mac: AeadKey, key: &[u8]) -> Box<dyn MessageDecrypter> {
        Box::new(Half { mac: mac.as_ref().to_vec(), key: key.to_vec() })
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

impl Half {
    fn mac(&self, seq: u64, kind: ContentType, payload: &[u8]) -> Vec<u8> {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.mac).expect("any length does");
        mac.update(&seq.to_be_bytes());
        mac.update(&[u8::from(kind), 3, 3]);
        mac.update(&u16::try_from(payload.len()).expect("a record is small").to_be_bytes());
        mac.update(payload);
        mac.finalize().into_bytes().to_vec()
    }
}

impl MessageEncrypter for Half {
    fn encrypt(
        &mut self,
        message: OutboundPlainMessage<'_>,
        seq: u64,
    ) -> Result<OutboundOpaqueMessage, Error> {
        let mut plain = message.payload.to_vec();
        plain.extend(self.mac(seq, message.typ, &plain));
        let padding = BLOCK - plain.len() % BLOCK;
        plain.extend(vec![u8::try_from(padding - 1).expect("it is small"); padding]);
        let mut iv = [0; BLOCK];
        getrandom::fill(&mut iv).map_err(|_| Error::EncryptError)?;
        let size = plain.len();
        if self.key.len() == 16 {
            let aes = cbc::Encryptor::<aes::Aes128>::new_from_slices(&self.key, &iv).expect("they fit");
            aes.encrypt_padded::<NoPadding>(&mut plain, size).expect("they are whole blocks");
        } else {
            let aes = cbc::Encryptor::<aes::Aes256>::new_from_slices(&self.key, &iv).expect("they fit");
            aes.encrypt_padded::<NoPadding>(&mut plain, size).expect("they are whole blocks");
        }
        let mut payload = PrefixedPayload::with_capacity(BLOCK + size);
        payload.extend_from_slice(&iv);
        payload.extend_from_slice(&plain);
        Ok(OutboundOpaqueMessage::new(message.typ, ProtocolVersion::TLSv1_2, payload))
    }

    fn encrypted_payload_len(&self, len: usize) -> usize {
        BLOCK + (len + MAC) / BLOCK * BLOCK + BLOCK
    }
}

impl MessageDecrypter for Half {
    fn decrypt<'a>(
        &mut self,
        mut message: InboundOpaqueMessage<'a>,
        seq: u64,
    ) -> Result<InboundPlainMessage<'a>, Error> {
        let (iv, body) = message.payload.split_at_mut_checked(BLOCK).ok_or(Error::DecryptError)?;
        if self.key.len() == 16 {
            let aes = cbc::Decryptor::<aes::Aes128>::new_from_slices(&self.key, iv).expect("they fit");
            aes.decrypt_padded::<NoPadding>(body).map_err(|_| Error::DecryptError)?;
        } else {
            let aes = cbc::Decryptor::<aes::Aes256>::new_from_slices(&self.key, iv).expect("they fit");
            aes.decrypt_padded::<NoPadding>(body).map_err(|_| Error::DecryptError)?;
        }
        let padding = usize::from(*body.last().ok_or(Error::DecryptError)?) + 1;
        let end = body.len().checked_sub(padding + MAC).ok_or(Error::DecryptError)?;
        if self.mac(seq, message.typ, &message.payload[BLOCK..BLOCK + end])
            != message.payload[BLOCK + end..][..MAC]
        {
            return Err(Error::DecryptError);
        }
        Ok(message.into_plain_message_range(BLOCK..BLOCK + end))
    }
}
