//! What an operation may reach: the caller's account, and what the call says.

use std::sync::Arc;

use bytes::Bytes;

use super::Settings;
use super::failure::Failure;
use super::path::PathArgs;
use crate::domain::{Account, Contact, ContactId, Context, ListId};
use crate::protocol::form::{Fields, text};
use crate::protocol::http::Head;

/// An authenticated call.
#[derive(Debug)]
pub struct Call<'a> {
    pub context: &'a Arc<Context>,
    /// The caller's; nothing else is in reach.
    pub account: Account<'a>,
    pub settings: &'a Settings,
    pub head: &'a Head,
    /// The values of the path's parameters.
    pub path: PathArgs,
    /// The parameters behind the `?`.
    pub(super) query: Fields,
    pub(super) body: &'a Bytes,
}

impl<'a> Call<'a> {
    /// A parameter of the query, by name in any letter case; the last of several counts, and an
    /// empty one is as good as absent.
    pub fn option(&self, name: &str) -> Option<String> {
        let given = self.query.iter().filter(|field| field.name.eq_ignore_ascii_case(name));
        let text = text::read(&given.last()?.value).trim().to_owned();
        (!text.is_empty()).then_some(text)
    }

    /// A parameter of the query that is a number from 0 on.
    pub fn number(&self, name: &'static str) -> Result<Option<u32>, Failure> {
        let parsed = self.option(name).map(|text| text.parse());
        parsed.transpose().map_err(|_| Failure::malformed(format!("{name} is not a number.")))
    }

    /// The list of the path, which has to be there.
    pub async fn list(&self, name: &'static str) -> Result<crate::domain::List, Failure> {
        let id = ListId(self.path.id(name)?);
        Ok(self.account.lists().get(id).await?)
    }

    /// The contact of the path, by its encrypted id, and the list that the id was given out for.
    pub async fn contact(&self) -> Result<(ListId, Contact), Failure> {
        let unknown = || Failure::not_found("Contact");
        let id = self.account.of_opaque_id(self.path.text("contactId"));
        let (list, contact) = id.ok_or_else(unknown)?;
        Ok((list, self.any_contact(contact).await?))
    }

    async fn any_contact(&self, id: ContactId) -> Result<Contact, Failure> {
        let contact = self.account.contacts().of_any_status(id).await?;
        contact.ok_or_else(|| Failure::not_found("Contact"))
    }

    /// The account's context, for what outlives the call.
    pub fn shared(&self) -> Arc<Context> {
        Arc::clone(self.context)
    }

    /// The bytes of the body as they came, decompressed.
    pub fn body(&self) -> &'a Bytes {
        self.body
    }
}
