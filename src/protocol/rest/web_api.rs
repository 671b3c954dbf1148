//! What ASP.NET's Web API says of calls that no operation takes.

use http::header::{ALLOW, HeaderValue};

use crate::protocol::http::{Head, Reply};

/// No operation has this path.
pub fn no_resource(head: &Head) -> String {
    let uri = format!("{}{}", head.base_url, head.path);
    format!("No HTTP resource was found that matches the request URI '{uri}'.")
}

/// Operations have this path, but none with this method.
pub fn other_method(head: &Head) -> String {
    format!("The requested resource does not support http method '{}'.", head.method)
}

/// Names the methods that the path is there for.
#[must_use]
pub fn allowing(mut reply: Reply, methods: &[&str]) -> Reply {
    if let Ok(allow) = HeaderValue::from_str(&methods.join(", ")) {
        reply.headers.insert(ALLOW, allow);
    }
    reply
}
