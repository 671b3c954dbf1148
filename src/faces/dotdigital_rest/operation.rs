//! What the face is told of an operation.

use futures_util::future::BoxFuture;
use http::Method;
use http::StatusCode;

use super::answer::Answer;
use super::call::Call;
use super::failure::Failure;

/// What an operation does with a call.
pub type Run = for<'a> fn(Call<'a>) -> BoxFuture<'a, Result<Answer, Failure>>;

/// What an operation wants of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// Nothing: whatever is sent is passed over, whatever its type.
    None,
    /// A record, by [`Call::body`] or [`Call::body_if_any`].
    Document,
    /// A file, as it comes in, by [`Call::take_stream`].
    Streamed,
}

/// One operation of the API, declared once.
#[derive(Debug)]
pub struct Operation {
    /// The `operationId` of the vendor's OpenAPI, such as `ApiContact_GetContactById`; names the
    /// call in metrics. Fixtures are in a folder called as the part behind the `_`.
    pub id: &'static str,
    pub method: Method,
    /// The path's template. A parameter whose name ends with `id` takes digits or a GUID, any
    /// other one takes what is left; see [`route`](super::route).
    pub path: &'static str,
    /// The status of an answer that does not say another.
    pub success: StatusCode,
    pub body: Body,
    /// What it does, in one sentence.
    pub doc: &'static str,
    /// `None` for an operation of a feature that accounts do not have here.
    pub run: Option<Run>,
}

impl Operation {
    /// An operation of a feature that accounts do not have here: whatever is asked, the answer is
    /// 403 and `ERROR_FEATURENOTACTIVE`.
    pub const fn inactive(
        id: &'static str,
        method: Method,
        path: &'static str,
        success: StatusCode,
    ) -> Self {
        let doc = "A feature that is not active.";
        Self { id, method, path, success, body: Body::None, doc, run: None }
    }

    /// The part of the id that names fixtures: `GetContactById`.
    pub fn name(&self) -> &'static str {
        self.id.split_once('_').map_or(self.id, |(_, name)| name)
    }
}
