//! Which face a call belongs to, by host name and path.

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;

use super::reply::plain;
use crate::faces::Face;
use crate::protocol::http::{Head, Reply};

/// A face and where it listens.
#[derive(Debug, Clone)]
pub struct Mount {
    pub face: Arc<dyn Face>,
    /// Host names that this face answers to, lower case; empty for all.
    pub hosts: Vec<String>,
}

impl Mount {
    /// The face on every host name.
    pub fn everywhere(face: Arc<dyn Face>) -> Self {
        Self { face, hosts: Vec::new() }
    }

    fn takes(&self, head: &Head) -> bool {
        (self.hosts.is_empty() || self.hosts.contains(&head.host)) && self.face.serves(head)
    }
}

/// The first face that takes the call.
pub fn face_for<'m>(mounts: &'m [Mount], head: &Head) -> Option<&'m Arc<dyn Face>> {
    mounts.iter().find(|mount| mount.takes(head)).map(|mount| &mount.face)
}

/// Plain words for a path that no face serves.
pub fn not_found(mounts: &[Mount]) -> Reply {
    let mut text = String::from("Nothing is served at this path. Paths that are:\n");
    let paths = mounts.iter().flat_map(|mount| mount.face.paths());
    for path in paths.chain(&["/_lychgate/health", "/_lychgate/ready", "/_lychgate/metrics"]) {
        text.push_str("  ");
        text.push_str(path);
        text.push('\n');
    }
    plain(StatusCode::NOT_FOUND, Bytes::from(text))
}
