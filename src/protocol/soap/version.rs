//! The two SOAP versions and what differs between them on the wire.

/// A SOAP version. A call is answered in the version that it came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    Soap11,
    Soap12,
}

/// What the `Content-Type` of a request says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// `text/xml` or `application/soap+xml`: the envelope must be of this version.
    Of(Version),
    /// `application/xml`, or nothing: the envelope decides.
    Undecided,
    /// Anything else; WCF answers 415.
    Foreign,
}

impl Version {
    /// Namespace of `Envelope`, `Header`, `Body` and `Fault`.
    pub const fn namespace(self) -> &'static str {
        match self {
            Self::Soap11 => "http://schemas.xmlsoap.org/soap/envelope/",
            Self::Soap12 => "http://www.w3.org/2003/05/soap-envelope",
        }
    }

    pub fn of_namespace(namespace: &str) -> Option<Self> {
        [Self::Soap11, Self::Soap12].into_iter().find(|version| version.namespace() == namespace)
    }

    /// The exact `Content-Type` of a reply; WCF clients compare it with their binding's.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Soap11 => "text/xml; charset=utf-8",
            Self::Soap12 => "application/soap+xml; charset=utf-8",
        }
    }

    /// The attribute that addresses a header block: `actor` or `role`.
    pub const fn role_attribute(self) -> &'static str {
        match self {
            Self::Soap11 => "actor",
            Self::Soap12 => "role",
        }
    }

    /// Whether a header block for this role is for us: the next node, or the ultimate receiver.
    pub fn is_our_role(self, role: &str) -> bool {
        match self {
            Self::Soap11 => role.is_empty() || role == "http://schemas.xmlsoap.org/soap/actor/next",
            Self::Soap12 => matches!(
                role,
                "" | "http://www.w3.org/2003/05/soap-envelope/role/next"
                    | "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver"
            ),
        }
    }
}

impl MediaType {
    /// Reads the value of a `Content-Type` header; `None` when there is no such header.
    pub fn of(content_type: Option<&str>) -> Self {
        let Some(value) = content_type else { return Self::Undecided };
        let essence = value.split(';').next().unwrap_or_default().trim();
        let is = |known: &str| essence.eq_ignore_ascii_case(known);
        if is("text/xml") {
            Self::Of(Version::Soap11)
        } else if is("application/soap+xml") {
            Self::Of(Version::Soap12)
        } else if is("application/xml") || essence.is_empty() {
            Self::Undecided
        } else {
            Self::Foreign
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_media_type_names_the_version_whatever_its_case_and_parameters() {
        let soap12 = "Application/SOAP+xml; charset=utf-8; action=\"urn:x\"";
        assert_eq!(MediaType::of(Some(soap12)), MediaType::Of(Version::Soap12));
        assert_eq!(MediaType::of(Some("text/xml;charset=UTF-8")), MediaType::Of(Version::Soap11));
        assert_eq!(MediaType::of(Some("application/xml")), MediaType::Undecided);
        assert_eq!(MediaType::of(None), MediaType::Undecided);
        assert_eq!(MediaType::of(Some("application/json")), MediaType::Foreign);
        assert_eq!(MediaType::of(Some("multipart/related")), MediaType::Foreign);
    }

    #[test]
    fn a_header_block_for_the_next_node_is_ours_and_one_for_a_stranger_is_not() {
        assert!(Version::Soap11.is_our_role(""));
        assert!(Version::Soap11.is_our_role("http://schemas.xmlsoap.org/soap/actor/next"));
        assert!(!Version::Soap11.is_our_role("urn:someone-else"));
        assert!(
            Version::Soap12
                .is_our_role("http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver")
        );
        assert!(!Version::Soap12.is_our_role("http://www.w3.org/2003/05/soap-envelope/role/none"));
    }
}
