//! The code of each diagnosis.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// The codes, in the order of the stages. `diagnose::FINDINGS` has a row for each. Their words, such as
/// `cert-expired`, are stable.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[strum(serialize_all = "kebab-case")]
pub enum FindingCode {
    DnsNotFound,
    DnsFailed,
    AddressFamily,

    TcpRefused,
    TcpUnreachable,
    TcpTimeout,
    TcpFailed,

    ProxyDns,
    ProxyRefused,
    ProxyTimeout,
    ProxyFailed,
    ProxyAuth,
    ProxyDenied,
    ProxyScheme,
    ProxyFromEnv,

    TlsPlainServer,
    CertExpired,
    CertNotYetValid,
    CertWrongName,
    CertSelfSigned,
    CertUnknownIssuer,
    CertChainIncomplete,
    CertInvalid,
    CertPin,
    TlsVersion,
    TlsSuite,
    ClientCertWanted,
    ClientCertRefused,
    KeyPassword,
    KeyMismatch,
    KeyUnreadable,
    TlsRenegotiation,
    TlsRoots,
    TlsTimeout,
    TlsFailed,
    TlsGoDiffers,
    VerificationOff,
    CertExpiresSoon,
    KeysLogged,
    BeyondPipeline,

    TlsOnWs,
    HttpRedirect,
    #[strum(serialize = "http-400")]
    Http400,
    #[strum(serialize = "auth-401")]
    Auth401,
    #[strum(serialize = "auth-403")]
    Auth403,
    #[strum(serialize = "http-404")]
    Http404,
    #[strum(serialize = "http-426")]
    Http426,
    #[strum(serialize = "http-429")]
    Http429,
    #[strum(serialize = "http-5xx")]
    Http5xx,
    HttpOther,
    NotHttp,
    UpgradeAccept,
    UpgradeHeader,
    ExtensionNotAsked,
    DeflateUnasked,
    Subprotocol,
    UpgradeHttpVersion,
    UpgradeHeadForm,
    UpgradeValue,
    UpgradeHeaderRepeated,
    UpgradeWithBody,
    ExtensionUnasked,
    ExtensionMalformed,
    DeflateParameters,
    UpgradeTimeout,
    ClosedEarly,
    AnswerTooLarge,
    InterimAnswer,
    HeaderUnsendable,

    JwtKey,
    JwtMethod,
    JwtExpired,
    JwtAlgOverridden,
    OauthPipeline,
    AuthSeveral,

    OpenTimeout,
    OpenType,
    ClosedAfterOpen,
    SilentAfterOpen,

    CloseNormal,
    CloseGoingAway,
    CloseProtocol,
    CloseUnsupported,
    CloseNoCode,
    ClosedAbnormally,
    CloseInvalidData,
    ClosePolicy,
    CloseTooBig,
    CloseExtension,
    CloseServerError,
    CloseRestart,
    CloseTryLater,
    CloseBadGateway,
    CloseApp,
    CloseUnknown,
    HeartbeatUnanswered,
    InvalidUtf8,
    LengthNotShortest,
    CloseHalfCode,
    DataAfterClose,
    CompressedControl,
    CompressedContinuation,
    DeflateAfterLastBlock,
    ProtocolError,
    MessageTooLarge,
    MessageOverPipelineLimit,
    ConnectionFailed,

    Flapping,
    SameLossAgain,
    SequenceGap,
    Silence,
    KindSilence,
    Lag,
    OtherBeginning,
    ShapeChanged,
    ReadingPaused,
    ReplayHoldsUp,
    PoisonMessage,
    AroundTheOutput,
    NackDropped,
    StopWaits,
    ReplaysLost,
    CaptureFailed,
    CaptureLarge,
    Imported,

    /// A code that this version does not know, read from a capture of another version.
    Unknown,
}

impl FindingCode {
    /// The code as text: `cert-expired`.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Whether the problem is with the proxy.
    #[must_use]
    pub const fn is_about_proxy(self) -> bool {
        matches!(
            self,
            Self::ProxyDns
                | Self::ProxyRefused
                | Self::ProxyTimeout
                | Self::ProxyFailed
                | Self::ProxyAuth
                | Self::ProxyDenied
                | Self::ProxyScheme
                | Self::ProxyFromEnv
        )
    }
}

impl Serialize for FindingCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for FindingCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(String::deserialize(deserializer)?.parse().unwrap_or(Self::Unknown))
    }
}
