//! From a request to its reply: who calls, which methods, in which order, in which form.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use tracing::error;

use super::answer::{Answer, Failure, File};
use super::envelope::{self, Login, Post, ResponseType};
use super::method::{Call, Form, Method};
use super::reply;
use super::tree::{Node, Tree};
use super::{Empower, NAME, body, methods, xmlrpc};
use crate::domain::{ApiUser, Context};
use crate::faces::on_purpose;
use crate::protocol::basic;
use crate::protocol::http::{Head, HttpCall, Reply};

/// Longest method name that a reply repeats, in characters.
const ECHOED_CHARS: usize = 128;

/// Name in metrics of a call that named no method of ours, or several.
const OTHER: &str = "other";

/// The method that a request names; several in one post, or none of ours, have no name.
pub fn operation_of(face: &Empower, head: &Head, body: &Bytes) -> Option<&'static str> {
    let call = HttpCall::new(Arc::new(head.clone()), body.clone());
    let document = body::document(&call).ok().flatten()?;
    let is_rpc = super::path::is_xml_rpc(&head.path);
    if face.settings.xmlrpc && (is_rpc || envelope::is_xml_rpc(&document)) {
        return xmlrpc::operation_of(&document);
    }
    let post = Post::read(&document).ok()?;
    Some(operation(&post.calls)).filter(|name| *name != OTHER)
}

/// Answers in the dialect of the call.
pub async fn answer(face: &Empower, context: &Arc<Context>, call: &HttpCall) -> Reply {
    let is_rpc = super::path::is_xml_rpc(&call.head.path);
    let document = match body::document(call) {
        Ok(Some(document)) => document,
        Ok(None) if is_rpc => Cow::Borrowed(""),
        Err(error) if is_rpc => return xmlrpc::unreadable(&error),
        Ok(None) => return no_document(Failure::new(446, "No XML data passed")).await,
        Err(error) => return no_document(Failure::new(446, unreadable(&error))).await,
    };
    if face.settings.xmlrpc && (is_rpc || envelope::is_xml_rpc(&document)) {
        return xmlrpc::answer(face, context, &call.head, &document).await;
    }
    match Post::read(&document) {
        Ok(post) => answer_post(face, context, &call.head, post).await,
        Err(unread) => {
            let failure = Failure::new(446, unreadable(&unread.error));
            reply::items(unread.response_type, vec![of_no_call(failure, 1)]).await
        }
    }
}

fn unreadable(error: &impl std::fmt::Display) -> String {
    format!("Invalid XML data passed: {error}")
}

async fn no_document(failure: Failure) -> Reply {
    reply::items(ResponseType::Xml, vec![of_no_call(failure, 1)]).await
}

async fn answer_post(face: &Empower, context: &Arc<Context>, head: &Head, post: Post) -> Reply {
    let total = post.calls.len();
    let refuse =
        |failure| reply::items(post.response_type, vec![of_no_call(failure, total.max(1))]);
    let user = match authenticate(context, head, post.login.as_ref()).await {
        Ok(user) => user,
        Err(failure) => return refuse(logged(failure, "authenticate", head)).await,
    };
    if total == 0 {
        return refuse(Failure::new(446, "No XML data passed")).await;
    }
    if total > face.settings.calls_per_post {
        let limit = face.settings.calls_per_post;
        let text = format!("Too many method calls: at most {limit} may stand in one POST");
        return refuse(Failure::plain(text)).await;
    }
    let session = Session { context, user: &user, head };
    let operation = operation(&post.calls);
    match session.run_all(&post).await {
        Ran::File(file) => reply::file(file).await,
        Ran::Items(items, response_type) => reply::items(response_type, items).await,
    }
    .for_operation(operation)
}

/// Who is calling: by the document, else by HTTP Basic, as the documents' bare form needs it.
pub async fn authenticate(
    context: &Context,
    head: &Head,
    login: Option<&Login>,
) -> Result<ApiUser, Failure> {
    let basic = || {
        let login = basic::logins(&head.headers).into_iter().next()?;
        let shared_secret = login.password.to_string();
        Some(Login { api_key: login.user, shared_secret })
    };
    let login = login.cloned().or_else(basic).unwrap_or_default();
    let accounts = context.accounts();
    let user = accounts.authenticate_key(&login.api_key, &login.shared_secret, head.peer).await?;
    head.caller.recognize(user.account.0, || login.api_key.clone());
    context.account(user.account).count_call();
    Ok(user)
}

fn operation(calls: &[(String, super::Args)]) -> &'static str {
    match calls {
        [(name, _)] => methods::find(name).map_or(OTHER, |method| method.name),
        _ => OTHER,
    }
}

/// One post's caller.
#[derive(Debug, Clone, Copy)]
pub struct Session<'a> {
    pub context: &'a Arc<Context>,
    pub user: &'a ApiUser,
    pub head: &'a Head,
}

enum Ran {
    Items(Vec<Node>, ResponseType),
    File(File),
}

impl Session<'_> {
    /// Calls in their order, each an item; a failing one is the last unless the post says no.
    async fn run_all(self, post: &Post) -> Ran {
        let total = post.calls.len();
        let mut items = Vec::new();
        let mut completed = 0;
        let mut response_type = post.response_type;
        for (index, (name, args)) in post.calls.iter().enumerate() {
            let method = methods::find(name);
            if method.is_some_and(|method| !method.php) {
                response_type = ResponseType::Xml;
            }
            let called = method.map_or_else(|| echo_of_unknown(name), Method::echoed);
            let number = index + 1;
            match self.run(method, args, post.form, total > 1).await {
                Ok(Answer { file: Some(file), .. }) => return Ran::File(file),
                Ok(answer) => {
                    completed += 1;
                    items.push(item(called, answer, number));
                }
                Err(failure) => {
                    let failure = logged(failure, method.map_or(OTHER, |one| one.name), self.head);
                    let counts = Counts { number, total, completed };
                    items.push(failed_item(Some(called), failure, counts));
                    if !post.no_halt {
                        break;
                    }
                }
            }
        }
        Ran::Items(items, response_type)
    }

    /// One call, with everything that holds for every method.
    pub async fn run(
        self,
        method: Option<&Method>,
        args: &super::Args,
        form: Form,
        in_company: bool,
    ) -> Result<Answer, Failure> {
        let Some(method) = method else {
            return Err(Failure::plain("Incorrect Action Specified"));
        };
        if !self.user.access.allows(method.name) {
            return Err(Failure::coded(445));
        }
        if in_company && !method.combinable {
            let text = "This method cannot be combined with any other method call within the \
                        same POST";
            return Err(Failure::plain(text));
        }
        on_purpose::strike(self.context, self.head, NAME, self.user.account, method.name).await?;
        let missing = method.missing(args);
        if !missing.is_empty() {
            return Err(Failure::missing(missing.join(", ")));
        }
        let account = self.context.account(self.user.account);
        (method.run)(Call { context: self.context, account, args, form }).await
    }
}

/// The failure with what is ours about it written to the log, where it is handled.
pub fn logged(failure: Failure, operation: &'static str, head: &Head) -> Failure {
    if let Some(broken) = &failure.broken {
        let cause = &broken.source;
        error!(operation, cause, "call {} failed: {broken}", head.request_id);
        let text = format!("An internal error occurred in call {}", head.request_id);
        return Failure { text: text.into(), ..failure };
    }
    failure
}

fn echo_of_unknown(name: &str) -> String {
    name.chars().take(ECHOED_CHARS).collect()
}

fn item(method: String, answer: Answer, number: usize) -> Node {
    let mut fields = vec![("methodName", Tree::Text(method.into()))];
    if let Some(code) = answer.code {
        fields.push(("responseCode", Tree::text(code)));
    }
    let texts: Vec<Tree> = answer.texts.into_iter().map(Tree::text).collect();
    match <[Tree; 1]>::try_from(texts) {
        Ok([text]) => fields.push(("responseText", text)),
        Err(texts) if texts.is_empty() => {}
        Err(texts) => fields.push(("responseText", Tree::items(texts))),
    }
    let mut item = Node::of(fields);
    item.members.extend(answer.beside.members);
    if let Some(data) = answer.data {
        item.push("responseData", Tree::Node(data));
    }
    item.push("responseNum", Tree::text(number));
    item
}

/// Where a failing call stands among those of its post.
#[derive(Debug, Clone, Copy)]
struct Counts {
    number: usize,
    total: usize,
    completed: usize,
}

/// A failure that is about no call: without `methodName`.
fn of_no_call(failure: Failure, total: usize) -> Node {
    failed_item(None, failure, Counts { number: 1, total, completed: 0 })
}

fn failed_item(method: Option<String>, failure: Failure, counts: Counts) -> Node {
    let mut item = Node::default();
    if let Some(method) = method {
        item.push("methodName", Tree::Text(method.into()));
    }
    item.push("error", Tree::text(1));
    item.push("responseText", Tree::text(&failure.text));
    let mut data = Node::default();
    for (name, text) in failure.data {
        data.push(name, Tree::Text(text.into()));
    }
    if let Some(code) = failure.code {
        data.push("responseCode", Tree::text(code));
    }
    item.push("responseData", Tree::Node(data));
    item.push("responseNum", Tree::text(counts.number));
    item.push("totalRequests", Tree::text(counts.total));
    item.push("totalCompleted", Tree::text(counts.completed));
    item
}

/// The reply to a call whose body could not be read, or whose answering panicked.
pub fn bare_error(status: StatusCode, text: String) -> Reply {
    bare_failure(status, Failure::plain(text))
}

/// As [`bare_error`], with a code of its own.
pub fn bare_failure(status: StatusCode, failure: Failure) -> Reply {
    reply::now(status, of_no_call(failure, 1))
}
