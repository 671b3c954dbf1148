//! What a client's document may cost.

/// Bounds of one document, each checked before the work it bounds.
///
/// The number of bytes is not here: whoever reads the body bounds that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Elements inside one another. The deepest legitimate call in the captures has 9;
    /// WCF readers stop at 32 by default.
    pub depth: usize,
    /// Elements in the document. A list of 100,000 contact ids still fits.
    pub elements: usize,
    /// Attributes of one element, namespace declarations included. Most clients send up to 8,
    /// node-soap as many as it declares namespaces.
    pub attributes: usize,
    /// Namespace declarations in scope at any element. Most clients have up to 12; node-soap
    /// declares every prefix of its WSDL on the envelope, 126 with the vendor's of 2014. A bound
    /// on the whole document would hurt: asmx proxies declare the data namespace on every member.
    pub namespaces: usize,
    /// Bytes of one name with its prefix, as Membrane bounds it.
    pub name_bytes: usize,
    /// Bytes of the text of one element. A 50 MB file in base64 fits.
    pub text_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 64,
            elements: 200_000,
            attributes: 256,
            namespaces: 200,
            name_bytes: 1_000,
            text_bytes: 72 << 20,
        }
    }
}
