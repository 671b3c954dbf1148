//! Where this face listens.

/// The vendor's own dialect; XML-RPC too when a document is that.
pub const INDEX: &str = "/api/xmlrpc/index.php";
/// XML-RPC, where libraries look for it.
pub const XML_RPC: &str = "/RPC2";

/// In any letter case, with the script's name left to the web server as the original allowed.
pub fn is_index(path: &str) -> bool {
    const SHORT: [&str; 2] = ["/api/xmlrpc", "/api/xmlrpc/"];
    path.eq_ignore_ascii_case(INDEX) || SHORT.iter().any(|short| path.eq_ignore_ascii_case(short))
}

pub fn is_xml_rpc(path: &str) -> bool {
    path.strip_suffix('/').unwrap_or(path).eq_ignore_ascii_case(XML_RPC)
}
