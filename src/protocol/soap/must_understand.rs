//! Which header blocks this server understands.

use super::addressing::{self, Addressing};
use super::security::WSSE;

/// Visual Studio's and WCF's tracing headers: machine noise, ignored even when marked.
const TRACING: [&str; 2] = [
    "http://schemas.microsoft.com/vstudio/diagnostics/servicemodelsink",
    "http://schemas.microsoft.com/2004/09/ServiceModel/Diagnostics",
];

/// Whether a `mustUnderstand` attribute says so.
pub fn is_marked(value: &str) -> bool {
    matches!(value.trim(), "1" | "true")
}

/// Whether a header block of this name is understood, so that its mark does no harm.
pub fn understands(namespace: &str, name: &str) -> bool {
    if TRACING.contains(&namespace) || Addressing::of_namespace(namespace).is_some() {
        return true;
    }
    match namespace {
        WSSE => name == "Security",
        addressing::NONE => matches!(name, "Action" | "To"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_addressing_and_tracing_are_understood() {
        assert!(understands(WSSE, "Security"));
        assert!(understands("http://www.w3.org/2005/08/addressing", "To"));
        assert!(understands("http://schemas.xmlsoap.org/ws/2004/08/addressing", "Action"));
        assert!(understands(addressing::NONE, "Action"));
        assert!(understands(
            "http://schemas.microsoft.com/vstudio/diagnostics/servicemodelsink",
            "VsDebuggerCausalityData"
        ));
    }

    #[test]
    fn anything_else_is_not() {
        assert!(!understands(WSSE, "Something"));
        assert!(!understands("", "Security"));
        assert!(!understands(addressing::NONE, "From"));
        assert!(!understands("http://docs.oasis-open.org/ws-rx/wsrm/200702", "Sequence"));
    }

    #[test]
    fn a_mark_is_one_or_true() {
        assert!(is_marked("1") && is_marked("true") && is_marked(" 1 "));
        assert!(!is_marked("0") && !is_marked("false") && !is_marked("") && !is_marked("yes"));
    }
}
