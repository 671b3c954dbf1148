//! Replies that are larger than what clients read by default.

use super::{Element, page};
use crate::contract::doctor::ailment::{Ailment, Look, Severity};
use crate::contract::doctor::client::Stack;
use crate::contract::doctor::seen::Seen;

/// `MaxReceivedMessageSize` of every WCF client, in bytes.
const WCF_MESSAGE_BYTES: u64 = 65_536;
/// `MaxStringContentLength` up to .NET 4.0, in characters.
const WCF_STRING_CHARS: usize = 8_192;
/// `MaxArrayLength` up to .NET 4.0, in items, which are bytes for base64.
const WCF_ARRAY_ITEMS: usize = 16_384;
/// `MaxDepth` up to .NET 4.0, in elements.
const WCF_DEPTH: usize = 32;
/// What libxml2 reads of one text without `huge_tree`, in bytes.
const LIBXML_TEXT_BYTES: usize = 10_000_000;

/// Whether the client may be one of WCF: by its traits, or because it has none.
fn may_be_wcf(seen: &Seen<'_>) -> bool {
    seen.is_soap() && seen.stack.is_none_or(|stack| stack == Stack::Wcf)
}

/// What of the reply's elements is told first.
fn first_of(
    seen: &Seen<'_>,
    told: impl Fn(usize, &Element<'_>) -> Option<String>,
) -> Option<String> {
    let root = seen.answered.root().filter(|_| may_be_wcf(seen))?;
    root.walk().into_iter().find_map(|(depth, element)| told(depth, element))
}

pub static MESSAGE: Ailment = Ailment {
    code: "reply-over-64-kb",
    severity: Severity::MayFail,
    page: page!("reply-over-64-kb"),
    look: Look::Exchange(|seen| {
        let bytes = seen.reply_bytes();
        let is_metadata = seen.exchange.request.method == http::Method::GET;
        (may_be_wcf(seen) && !is_metadata && bytes > WCF_MESSAGE_BYTES).then(|| {
            format!("The reply has {bytes} bytes; WCF reads {WCF_MESSAGE_BYTES} by default.")
        })
    }),
};

pub static STRING: Ailment = Ailment {
    code: "string-over-8192-characters",
    severity: Severity::MayFail,
    page: page!("string-over-8192-characters"),
    look: Look::Exchange(|seen| {
        first_of(seen, |_, element| {
            let chars = element.text_chars;
            let is_binary = chars > WCF_STRING_CHARS && looks_like_base64(element);
            (chars > WCF_STRING_CHARS && !is_binary).then(|| {
                let name = element.local();
                format!("`{name}` in the reply has {chars} characters, over {WCF_STRING_CHARS}.")
            })
        })
    }),
};

pub static ARRAY: Ailment = Ailment {
    code: "array-over-16384-items",
    severity: Severity::MayFail,
    page: page!("array-over-16384-items"),
    look: Look::Exchange(|seen| {
        first_of(seen, |_, element| {
            let bytes = element.text_bytes / 4 * 3;
            let of_bytes = bytes > WCF_ARRAY_ITEMS && looks_like_base64(element);
            let items = if of_bytes { bytes } else { element.children.len() };
            (items > WCF_ARRAY_ITEMS).then(|| {
                let (name, what) = (element.local(), if of_bytes { "bytes" } else { "items" });
                format!("`{name}` in the reply has {items} {what}, over {WCF_ARRAY_ITEMS}.")
            })
        })
    }),
};

/// By the text that was kept of it.
fn looks_like_base64(element: &Element<'_>) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "+/=\r\n".contains(c);
    !element.text.is_empty() && element.text.chars().all(is_letter)
}

pub static DEPTH: Ailment = Ailment {
    code: "depth-over-32",
    severity: Severity::MayFail,
    page: page!("depth-over-32"),
    look: Look::Exchange(|seen| {
        first_of(seen, |depth, element| {
            (depth > WCF_DEPTH).then(|| {
                format!("`{}` in the reply is at depth {depth}, over {WCF_DEPTH}.", element.local())
            })
        })
    }),
};

pub static LIBXML: Ailment = Ailment {
    code: "text-over-10-mb",
    severity: Severity::MayFail,
    page: page!("text-over-10-mb"),
    look: Look::Exchange(|seen| {
        let reads_by_libxml = matches!(seen.stack, None | Some(Stack::Zeep));
        let root = seen.answered.root().filter(|_| reads_by_libxml && seen.is_soap())?;
        let all = root.walk();
        let (_, long) = all.iter().find(|(_, element)| element.text_bytes > LIBXML_TEXT_BYTES)?;
        Some(format!(
            "`{}` in the reply has a text of {} bytes, over the {LIBXML_TEXT_BYTES} of libxml2.",
            long.local(),
            long.text_bytes
        ))
    }),
};
