//! Which client stack made a call, from the traits of its bytes.

use http::HeaderMap;

/// A family of client libraries that share their settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stack {
    /// WCF: Framework, Core and Mono.
    Wcf,
    /// Proxies of `wsdl.exe` and *Add Web Reference*.
    Asmx,
    Php,
    Zeep,
    Suds,
    /// JAX-WS, CXF, Axis and Spring-WS.
    Java,
    Perl,
    Node,
    Gsoap,
    /// Python's `xmlrpc.client` and `requests`.
    Python,
}

/// User agents by a part of them, in lower case.
const AGENTS: &[(&str, Stack)] = &[
    ("ms web services client protocol", Stack::Asmx),
    ("php", Stack::Php),
    ("nusoap", Stack::Php),
    ("guzzlehttp", Stack::Php),
    ("zeep/", Stack::Zeep),
    // suds has no name of its own; see `of`.
    ("soap::lite", Stack::Perl),
    ("libwww-perl", Stack::Perl),
    ("xmlrpc::lite", Stack::Perl),
    ("rpc::xml", Stack::Perl),
    ("node", Stack::Node),
    ("axios", Stack::Node),
    ("undici", Stack::Node),
    ("jax-ws", Stack::Java),
    ("metro/", Stack::Java),
    ("apache cxf", Stack::Java),
    ("axis", Stack::Java),
    ("apache-httpclient", Stack::Java),
    ("java/", Stack::Java),
    ("gsoap/", Stack::Gsoap),
    ("python-xmlrpc", Stack::Python),
    ("python-requests", Stack::Python),
];

impl Stack {
    /// The stack of a request, when its head tells. `body` is its beginning.
    pub(super) fn of(headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let agent = text("user-agent").unwrap_or_default().to_ascii_lowercase();
        let has_action = headers.contains_key("soapaction");
        if agent.starts_with("python-urllib") && has_action {
            return Some(Self::Suds);
        }
        if let Some((_, stack)) = AGENTS.iter().find(|(part, _)| agent.contains(part)) {
            return Some(*stack);
        }
        if headers.contains_key("vsdebuggercausalitydata") {
            return Some(Self::Wcf);
        }
        // WCF names itself nowhere. Its writer's prefix is `s`, and no other stack's is.
        let head = body.get(..body.len().min(160)).unwrap_or_default();
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let is_wcf = agent.is_empty() && head.windows(12).any(|at| at == b"<s:Envelope ");
        is_wcf.then_some(Self::Wcf)
    }

    /// The names under which a page's advice is for this stack.
    pub const fn advised_as(self) -> &'static [&'static str] {
        match self {
            Self::Wcf => &[".NET", ".NET (WCF)"],
            Self::Asmx => &[".NET", ".NET (asmx)"],
            Self::Php => &["PHP"],
            Self::Zeep => &["Python", "Python (zeep)"],
            Self::Suds => &["Python", "Python (suds)"],
            Self::Java => &["Java"],
            Self::Perl => &["Perl"],
            Self::Node => &["Node"],
            Self::Gsoap => &["gSOAP"],
            Self::Python => &["Python"],
        }
    }

    /// Every name that advice may be under, besides those for anybody and the server.
    pub const NAMES: &'static [&'static str] = &[
        ".NET",
        ".NET (WCF)",
        ".NET (asmx)",
        "PHP",
        "Python",
        "Python (zeep)",
        "Python (suds)",
        "Java",
        "Perl",
        "Node",
        "gSOAP",
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(agent: &str, body: &str) -> Option<Stack> {
        let mut headers = HeaderMap::new();
        if !agent.is_empty() {
            headers.insert("user-agent", agent.parse().unwrap());
        }
        Stack::of(&headers, body.as_bytes())
    }

    #[test]
    fn stacks_are_known_by_the_names_that_they_send() {
        let asmx = "Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 4.0.30319)";
        for (agent, stack) in [
            (asmx, Stack::Asmx),
            ("PHP-SOAP/8.2.36", Stack::Php),
            ("Zeep/4.3.3 (www.python-zeep.org)", Stack::Zeep),
            ("SOAP::Lite/Perl/1.27", Stack::Perl),
            ("node-soap/1.13.0", Stack::Node),
            ("JAX-WS RI 2.3.0", Stack::Java),
            ("gSOAP/2.8", Stack::Gsoap),
            ("Python-xmlrpc/3.11", Stack::Python),
        ] {
            assert_eq!(of(agent, ""), Some(stack), "{agent}");
        }
        assert_eq!(of("curl/7.88", "<s:Envelope >"), None);
    }

    #[test]
    fn wcf_is_known_by_its_prefix_and_by_what_its_debugger_adds() {
        assert_eq!(of("", "<s:Envelope xmlns:s=\"urn:x\">"), Some(Stack::Wcf));
        assert_eq!(of("", "<soap:Envelope xmlns:soap=\"urn:x\">"), None);
        let mut headers = HeaderMap::new();
        headers.insert("vsdebuggercausalitydata", "uIDPo".parse().unwrap());
        assert_eq!(Stack::of(&headers, b""), Some(Stack::Wcf));
    }

    #[test]
    fn suds_is_urllib_with_an_action() {
        let mut headers = HeaderMap::new();
        headers.insert("user-agent", "Python-urllib/3.11".parse().unwrap());
        assert_eq!(Stack::of(&headers, b""), None);
        headers.insert("soapaction", "\"\"".parse().unwrap());
        assert_eq!(Stack::of(&headers, b""), Some(Stack::Suds));
    }
}
