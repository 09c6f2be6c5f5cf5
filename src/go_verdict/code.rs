//! The numbers of TLS that Go's client knows (`crypto/tls/common.go`, `crypto/tls/cipher_suites.go`).

/// Versions of the protocol.
pub mod version {
    pub const TLS_12: u16 = 0x0303;
    pub const TLS_13: u16 = 0x0304;
}

/// Suites of ciphers.
pub mod suite {
    pub const TLS13_AES_128_GCM_SHA256: u16 = 0x1301;
    pub const TLS13_AES_256_GCM_SHA384: u16 = 0x1302;
    pub const TLS13_CHACHA20_POLY1305_SHA256: u16 = 0x1303;
    pub const ECDHE_ECDSA_AES_128_CBC_SHA: u16 = 0xc009;
    pub const ECDHE_ECDSA_AES_256_CBC_SHA: u16 = 0xc00a;
    pub const ECDHE_RSA_AES_128_CBC_SHA: u16 = 0xc013;
    pub const ECDHE_RSA_AES_256_CBC_SHA: u16 = 0xc014;
    pub const ECDHE_ECDSA_AES_128_GCM_SHA256: u16 = 0xc02b;
    pub const ECDHE_ECDSA_AES_256_GCM_SHA384: u16 = 0xc02c;
    pub const ECDHE_RSA_AES_128_GCM_SHA256: u16 = 0xc02f;
    pub const ECDHE_RSA_AES_256_GCM_SHA384: u16 = 0xc030;
    pub const ECDHE_RSA_CHACHA20_POLY1305: u16 = 0xcca8;
    pub const ECDHE_ECDSA_CHACHA20_POLY1305: u16 = 0xcca9;
}

/// Groups of the key exchange (`CurveID`).
pub mod group {
    pub const P256: u16 = 23;
    pub const P384: u16 = 24;
    pub const P521: u16 = 25;
    pub const X25519: u16 = 29;
    pub const SECP256R1_MLKEM768: u16 = 0x11eb;
    pub const X25519_MLKEM768: u16 = 0x11ec;
    pub const SECP384R1_MLKEM1024: u16 = 0x11ed;
}

/// Signature schemes.
pub mod scheme {
    pub const PKCS1_SHA1: u16 = 0x0201;
    pub const ECDSA_SHA1: u16 = 0x0203;
    pub const PKCS1_SHA256: u16 = 0x0401;
    pub const ECDSA_P256_SHA256: u16 = 0x0403;
    pub const PKCS1_SHA384: u16 = 0x0501;
    pub const ECDSA_P384_SHA384: u16 = 0x0503;
    pub const PKCS1_SHA512: u16 = 0x0601;
    pub const ECDSA_P521_SHA512: u16 = 0x0603;
    pub const PSS_SHA256: u16 = 0x0804;
    pub const PSS_SHA384: u16 = 0x0805;
    pub const PSS_SHA512: u16 = 0x0806;
    pub const ED25519: u16 = 0x0807;

    /// Is it a scheme of RSA that Go knows (`crypto/tls/auth.go`, `typeAndHashFromSignatureScheme`)?
    pub fn is_rsa(scheme: u16) -> bool {
        is_pkcs1(scheme) || matches!(scheme, PSS_SHA256 | PSS_SHA384 | PSS_SHA512)
    }

    /// Is it a scheme of ECDSA or Ed25519 that Go knows?
    pub fn is_elliptic(scheme: u16) -> bool {
        matches!(scheme, ECDSA_SHA1 | ECDSA_P256_SHA256 | ECDSA_P384_SHA384 | ECDSA_P521_SHA512 | ED25519)
    }

    /// The bytes that a modulus has at least to have room for the scheme (`crypto/tls/auth.go`, `rsaSignatureSchemes`).
    /// `None`: no scheme of RSA that Go signs with.
    pub fn least_modulus(scheme: u16) -> Option<usize> {
        /// The length of the name of a hash before it, and of the least padding.
        const PKCS1: usize = 19 + 11;
        Some(match scheme {
            PSS_SHA256 => 32 * 2 + 2,
            PSS_SHA384 => 48 * 2 + 2,
            PSS_SHA512 => 64 * 2 + 2,
            PKCS1_SHA256 => PKCS1 + 32,
            PKCS1_SHA384 => PKCS1 + 48,
            PKCS1_SHA512 => PKCS1 + 64,
            _ => return None,
        })
    }

    /// RSA with the old padding, which TLS 1.3 leaves out.
    pub fn is_pkcs1(scheme: u16) -> bool {
        matches!(scheme, PKCS1_SHA1 | PKCS1_SHA256 | PKCS1_SHA384 | PKCS1_SHA512)
    }
}
