//! What can be fetched without an `api_key`, by addresses that nobody can guess.
//!
//! Clients get these addresses in results and fetch them with whatever they have: result files of
//! tasks, web versions of letters, and the files that go with messages. Who gets a letter of
//! confirmation answers it the same way.

use std::sync::Arc;

use futures_util::StreamExt as _;
use http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, HeaderName};
use http::{HeaderValue, StatusCode};
use tracing::error;

use super::confirm;
use super::download::Download;
use super::method::Call;
use crate::domain::email_message::EmailMessage;
use crate::domain::web_key::Readable;
use crate::domain::{
    Account, AccountId, CampaignId, ContactId, Context, EmailMessageId, Error, ListId,
};
use crate::protocol::http::{BodyBroken, Head, Reply};

/// The folder of all of them, behind the language.
const FOLDER: &str = "files/";
const EXPORT: &str = "export-";
const LETTER: &str = "letter-";
const CONFIRMATION: &str = "confirm-";
const ATTACHMENT: &str = "attachment-";

const HTML: &str = "text/html; charset=utf-8";
const BINARY: &str = "application/octet-stream";
const CSV: &str = "text/csv; charset=utf-8";
const PLAIN: &str = "text/plain; charset=utf-8";

/// How the domain ends the names of result files, and how they end here.
const TASK_SUFFIX: &str = ".xml";
const CSV_SUFFIX: &str = ".csv";

/// A letter is not ours: it shows pictures and styles, and runs nothing.
const LETTER_POLICY: HeaderValue = HeaderValue::from_static(
    "sandbox; default-src 'none'; img-src * data:; style-src 'unsafe-inline' *; font-src *",
);
const X_CONTENT_TYPE_OPTIONS: HeaderName = HeaderName::from_static("x-content-type-options");

/// Name in metrics.
pub const OPERATION: &str = "files";

/// Where an account's things can be fetched.
#[derive(Debug, Clone)]
pub struct Place {
    context: Arc<Context>,
    account: AccountId,
    base_url: String,
}

impl Place {
    pub fn of(call: Call<'_>) -> Self {
        let (context, account) = (Arc::clone(call.context), call.account.id);
        Self { context, account, base_url: call.base_url.to_owned() }
    }

    fn account(&self) -> Account<'_> {
        self.context.account(self.account)
    }

    fn url(&self, name: &str) -> String {
        format!("{}/en/{FOLDER}{name}", self.base_url)
    }

    /// A task's result file. Its name cannot be guessed.
    pub fn export(&self, task_file: &str) -> String {
        let stem = task_file.strip_suffix(TASK_SUFFIX).unwrap_or(task_file);
        self.url(&format!("{EXPORT}{}-{stem}{CSV_SUFFIX}", self.account))
    }

    /// What a campaign says, for browsers.
    pub fn letter(&self, campaign: CampaignId) -> String {
        let key = self.account().web_key(Readable::Campaign(campaign.0));
        self.url(&format!("{LETTER}{}-{campaign}-{key}", self.account))
    }

    /// Where a contact confirms a subscription.
    pub fn confirmation(&self, list: ListId, contact: ContactId) -> String {
        let of = Readable::Confirmation { list: list.0, contact: contact.0 };
        let key = self.account().web_key(of);
        self.url(&format!("{CONFIRMATION}{}-{list}-{contact}-{key}", self.account))
    }

    /// A file of a message, by its place among them.
    pub fn attachment(&self, message: &EmailMessage, number: usize) -> String {
        let key = self.account().web_key(Readable::EmailMessage(message.id.0));
        self.url(&format!("{ATTACHMENT}{}-{}-{key}-{number}", self.account, message.id))
    }
}

/// The name of a file that a path asks for; `None` when it asks for none.
pub fn name(path: &str) -> Option<&str> {
    let (language, rest) = path.strip_prefix('/')?.split_once('/')?;
    let is_language =
        language.len() == 2 && language.bytes().all(|byte| byte.is_ascii_alphabetic());
    rest.strip_prefix(FOLDER).filter(|_| is_language)
}

/// Answers a file. One that is not there, or whose key is wrong, is simply not found.
pub async fn answer(context: &Arc<Context>, head: &Head, name: &str) -> Reply {
    let found = match find(context, name).await {
        Ok(found) => found,
        Err(Error::Refused(_)) => None,
        Err(Error::Broken(broken)) => {
            error!("a file of call {} could not be read: {broken}", head.request_id);
            let text = "The file cannot be read now.\n";
            return Reply::new(StatusCode::INTERNAL_SERVER_ERROR, PLAIN, text)
                .for_operation(OPERATION);
        }
    };
    let missing = || Reply::new(StatusCode::NOT_FOUND, PLAIN, "There is no such file.\n");
    let mut reply = found.unwrap_or_else(missing);
    reply.headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    reply.for_operation(OPERATION)
}

async fn find(context: &Arc<Context>, name: &str) -> Result<Option<Reply>, Error> {
    if let Some(name) = name.strip_prefix(EXPORT) {
        return export(context, name).await;
    }
    if let Some(name) = name.strip_prefix(LETTER) {
        return letter(context, name).await;
    }
    if let Some(name) = name.strip_prefix(CONFIRMATION) {
        return confirmation(context, name).await;
    }
    match name.strip_prefix(ATTACHMENT) {
        Some(name) => attachment(context, name).await,
        None => Ok(None),
    }
}

/// The account that a name begins with, and what is behind it.
fn of_account<'c, 'n>(context: &'c Context, name: &'n str) -> Option<(Account<'c>, &'n str)> {
    let (account, rest) = name.split_once('-')?;
    Some((context.account(AccountId(account.parse().ok()?)), rest))
}

fn number_and_rest(name: &str) -> Option<(u32, &str)> {
    let (number, rest) = name.split_once('-')?;
    Some((number.parse().ok()?, rest))
}

async fn export(context: &Arc<Context>, name: &str) -> Result<Option<Reply>, Error> {
    let Some((account, rest)) = of_account(context, name) else { return Ok(None) };
    let Some(stem) = rest.strip_suffix(CSV_SUFFIX) else { return Ok(None) };
    let file = account.tasks().file(&format!("{stem}{TASK_SUFFIX}")).await?;
    if !file.task_type.is_export() {
        return Ok(None);
    }
    let csv = Download::new(context, account.id, file).await?.stream();
    let csv = csv.map(|piece| piece.map_err(BodyBroken::because));
    let mut reply = Reply::streamed(StatusCode::OK, CSV, csv);
    reply.headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    Ok(Some(reply))
}

async fn letter(context: &Context, name: &str) -> Result<Option<Reply>, Error> {
    let Some((account, rest)) = of_account(context, name) else { return Ok(None) };
    let Some((campaign, key)) = number_and_rest(rest) else { return Ok(None) };
    if !account.is_web_key(Readable::Campaign(campaign), key) {
        return Ok(None);
    }
    let (html, plain) = account.campaigns().bodies(CampaignId(campaign)).await?;
    let mut reply = if html.is_empty() {
        Reply::new(StatusCode::OK, PLAIN, plain)
    } else {
        Reply::new(StatusCode::OK, HTML, html)
    };
    reply.headers.insert(CONTENT_SECURITY_POLICY, LETTER_POLICY);
    Ok(Some(reply))
}

async fn confirmation(context: &Arc<Context>, name: &str) -> Result<Option<Reply>, Error> {
    let Some((account, rest)) = of_account(context, name) else { return Ok(None) };
    let Some((list, rest)) = number_and_rest(rest) else { return Ok(None) };
    let Some((contact, key)) = number_and_rest(rest) else { return Ok(None) };
    let (list, contact) = (ListId(list), ContactId(contact));
    let said = confirm::answer(context, account, list, contact, key).await?;
    Ok(said.map(|said| Reply::new(StatusCode::OK, PLAIN, said)))
}

async fn attachment(context: &Context, name: &str) -> Result<Option<Reply>, Error> {
    let Some((account, rest)) = of_account(context, name) else { return Ok(None) };
    let Some((message, rest)) = number_and_rest(rest) else { return Ok(None) };
    let Some((key, number)) = rest.split_once('-') else { return Ok(None) };
    let Ok(number) = number.parse::<usize>() else { return Ok(None) };
    if !account.is_web_key(Readable::EmailMessage(message), key) {
        return Ok(None);
    }
    let messages = account.email_messages();
    let message = messages.get(EmailMessageId(message)).await?;
    let Some(file) = messages.file(&message, number).await? else { return Ok(None) };
    let mut reply = Reply::new(StatusCode::OK, BINARY, file.content);
    reply.headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    Ok(Some(reply))
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_file_lies_behind_any_language() {
        for (path, expected) in [
            ("/en/files/letter-1-2-x", Some("letter-1-2-x")),
            ("/ru/files/", Some("")),
            ("/en/api/getLists", None),
            ("/v2/files/x", None),
            ("/files/x", None),
        ] {
            assert_eq!(name(path), expected, "{path}");
        }
    }
}
