//! Why a call came to nothing: a closed list, so that each has its word in logs and metrics.

use std::io;

/// Why a URL or its certificates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadPlace {
    #[error("it is no URL with a host")]
    NoUrl,
    #[error("it begins neither with http:// nor with https://")]
    Scheme,
    #[error("it has a user name, a query or a fragment")]
    Extras,
    #[error("give trusted certificates: {0}")]
    Roots(io::Error),
}

/// What was waited for in vain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Connect,
    Reply,
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFlaw {
    #[error("it is from an issuer that is not trusted")]
    Issuer,
    #[error("it is for another host name")]
    Name,
    #[error("it has expired")]
    Expired,
    #[error("it is not valid yet")]
    NotYet,
    #[error("it is damaged or not meant for servers")]
    Other,
}

/// Why there is no answer. Names no host and nothing of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    #[error("the host name has no address")]
    UnknownHost,
    #[error("the address is this server's own")]
    OwnAddress,
    #[error("the host name leads to this machine or its link, which nobody said was meant")]
    InwardAddress,
    #[error("there is no connection ({0})")]
    Unreachable(io::ErrorKind),
    #[error("the certificate is refused: {0}")]
    Certificate(CertificateFlaw),
    #[error("there is no TLS connection")]
    Handshake,
    #[error("there was no {} in time", match .0 { Stage::Connect => "connection", Stage::Reply => "reply" })]
    TimedOut(Stage),
    #[error("the connection ended before the reply did")]
    CutShort,
    #[error("the reply is no HTTP/1.1")]
    BadReply,
    #[error("the reply is larger than {limit_bytes} bytes")]
    TooLarge { limit_bytes: u64 },
}

impl ClientError {
    /// One word for metrics.
    pub fn word(self) -> &'static str {
        match self {
            Self::UnknownHost => "unknown-host",
            Self::OwnAddress => "own-address",
            Self::InwardAddress => "inward-address",
            Self::Unreachable(_) => "unreachable",
            Self::Certificate(_) => "certificate",
            Self::Handshake => "tls",
            Self::TimedOut(Stage::Connect) => "connect-timeout",
            Self::TimedOut(Stage::Reply) => "reply-timeout",
            Self::CutShort => "cut-short",
            Self::BadReply => "bad-reply",
            Self::TooLarge { .. } => "too-large",
        }
    }

    /// What a TLS handshake ended with.
    pub(super) fn of_handshake(error: &io::Error) -> Self {
        use rustls::CertificateError as Flaw;
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        let Some(rustls::Error::InvalidCertificate(flaw)) = inner else { return Self::Handshake };
        Self::Certificate(match flaw {
            Flaw::UnknownIssuer | Flaw::BadSignature => CertificateFlaw::Issuer,
            Flaw::NotValidForName | Flaw::NotValidForNameContext { .. } => CertificateFlaw::Name,
            Flaw::Expired | Flaw::ExpiredContext { .. } => CertificateFlaw::Expired,
            Flaw::NotValidYet | Flaw::NotValidYetContext { .. } => CertificateFlaw::NotYet,
            _ => CertificateFlaw::Other,
        })
    }

    pub(super) fn of_exchange(error: &hyper::Error) -> Self {
        if error.is_parse() || error.is_parse_status() { Self::BadReply } else { Self::CutShort }
    }
}
