//! Handshakes that came to nothing.

use super::page;
use crate::contract::doctor::ailment::{Ailment, Look, Severity};
use crate::contract::doctor::tls::Handshake;

pub static TOO_OLD: Ailment = Ailment {
    code: "tls-too-old",
    severity: Severity::Fails,
    page: page!("tls-too-old"),
    look: Look::Handshake(too_old),
};

/// A hello without signature algorithms is of TLS 1.1 or below, which is why nothing of its offer
/// is on record.
fn too_old(handshake: &Handshake) -> Option<String> {
    const SAID: [&str; 4] = [
        "SignatureAlgorithmsExtensionRequired",
        "Tls12NotOffered",
        "Tls12NotOfferedOrEnabled",
        "ProtocolVersion",
    ];
    SAID.iter()
        .any(|said| handshake.failure.contains(said))
        .then(|| "The client offers TLS 1.1 or older; TLS 1.2 and 1.3 are spoken here.".to_owned())
}

/// No cipher suite was shared.
fn has_none_in_common(handshake: &Handshake) -> bool {
    handshake.failure.contains("NoCipherSuitesInCommon") && handshake.has_offer()
}

pub static CERTIFICATE_KIND: Ailment = Ailment {
    code: "tls-certificate-of-other-kind",
    severity: Severity::Fails,
    page: page!("tls-certificate-of-other-kind"),
    look: Look::Handshake(certificate_kind),
};

fn certificate_kind(handshake: &Handshake) -> Option<String> {
    if !has_none_in_common(handshake) || handshake.offers_tls13() {
        return None;
    }
    let (offered, certificate) = match (handshake.modern("RSA"), handshake.modern("ECDSA")) {
        (true, false) => ("RSA", "an ECDSA"),
        (false, true) => ("ECDSA", "an RSA"),
        _ => return None,
    };
    Some(format!(
        "The client offers GCM or ChaCha20 with {offered} keys only, and the server has \
         {certificate} certificate."
    ))
}

pub static CBC_ONLY: Ailment = Ailment {
    code: "tls-cbc-only",
    severity: Severity::Fails,
    page: page!("tls-cbc-only"),
    look: Look::Handshake(cbc_only),
};

fn cbc_only(handshake: &Handshake) -> Option<String> {
    let has_modern =
        handshake.modern("RSA") || handshake.modern("ECDSA") || handshake.offers_tls13();
    if !has_none_in_common(handshake) || has_modern {
        return None;
    }
    let offered = handshake.suites.iter().filter(|suite| !suite.contains("SCSV"));
    let offered: Vec<&str> = offered.take(6).map(String::as_str).collect();
    Some(format!(
        "The client offers no suite with ECDHE and GCM or ChaCha20. It offers {}.",
        offered.join(", ")
    ))
}

pub static DISTRUSTED: Ailment = Ailment {
    code: "tls-certificate-not-trusted",
    severity: Severity::Fails,
    page: page!("tls-certificate-not-trusted"),
    look: Look::Handshake(distrusted),
};

fn distrusted(handshake: &Handshake) -> Option<String> {
    const ALERTS: [&str; 4] =
        ["UnknownCA", "BadCertificate", "CertificateUnknown", "CertificateExpired"];
    let alert = ALERTS.iter().find(|alert| {
        handshake.failure.contains("fatal alert") && handshake.failure.contains(*alert)
    })?;
    Some(format!("The client refused the server's certificate with the alert `{alert}`."))
}
