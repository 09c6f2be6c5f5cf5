//! Which of the schemes that the peer takes is signed with.

use rustls::SignatureScheme;

/// The first of the peer's schemes that is among ours: the preference is the peer's
/// (`crypto/tls/auth.go`, `selectSignatureScheme`).
pub fn first_common(offered: &[SignatureScheme], ours: &[SignatureScheme]) -> Option<SignatureScheme> {
    offered.iter().copied().find(|scheme| ours.contains(scheme))
}
