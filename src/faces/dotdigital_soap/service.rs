//! What SOAP is told of this face: names, credentials, faults.

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tracing::error;

use super::operations::OPERATIONS;
use super::records::SERVICE;
use super::{DotdigitalSoap, edition};
use crate::domain::{AccountId, Context, Error, Refusal, Result};
use crate::faces::dotdigital_fault::FaultText;
use crate::faces::{Face as _, on_purpose};
use crate::protocol::http::Head;
use crate::protocol::soap::{
    AnyOperation, Credentials, Denied, Edition, EditionShape, Fault, Login, NonceCache, Service,
    ServiceShape,
};

/// Names as the vendor's WSDLs have them, in both editions.
pub static SHAPE: ServiceShape = ServiceShape {
    name: "ApiService",
    port_type: "ApiService",
    binding: "Secure_ApiService",
    port: "Secure_ApiService",
    target_namespace: SERVICE,
    action_prefix: "http://apiconnector.com/v2/ApiService/",
    doc: "Contacts, address books, imports, data fields and segments of an account.",
    realm: "Lychgate",
    language: "en-GB",
    editions: &[
        EditionShape { edition: edition::YEAR_2014, parameter_min_occurs: None },
        // Proxies of 2013 leave out what their programs did not set.
        EditionShape { edition: edition::YEAR_2013, parameter_min_occurs: Some(0) },
    ],
};

impl Service for DotdigitalSoap {
    type Context = Context;
    type Caller = AccountId;
    type Error = Error;

    fn shape(&self) -> &'static ServiceShape {
        &SHAPE
    }

    fn operations(&self) -> &'static [AnyOperation<Self>] {
        OPERATIONS
    }

    fn edition(&self, head: &Head) -> Edition {
        edition::of(head, &self.settings.hosts_2013)
    }

    fn nonces(&self) -> &NonceCache {
        &self.nonces
    }

    fn use_nonce<'a>(
        &'a self,
        context: &'a Context,
        caller: &'a AccountId,
        key: [u8; 16],
        until: Timestamp,
    ) -> BoxFuture<'a, Result<bool>> {
        Box::pin(context.account(*caller).use_nonce(key, until))
    }

    fn now(&self, context: &Context) -> Timestamp {
        context.clock.now()
    }

    fn authenticate<'a>(
        &'a self,
        context: &'a Context,
        head: &'a Head,
        credentials: Credentials,
    ) -> BoxFuture<'a, Result<AccountId, Denied<Error>>> {
        Box::pin(async move { account(context, head, credentials).await.map_err(denied) })
    }

    fn let_in<'a>(
        &'a self,
        context: &'a Context,
        head: &'a Head,
        caller: &'a AccountId,
        operation: &'static str,
    ) -> BoxFuture<'a, Result<()>> {
        context.account(*caller).count_call();
        Box::pin(on_purpose::strike(context, head, self.name(), *caller, operation))
    }

    fn fault(&self, head: &Head, operation: &'static str, error: Error) -> Fault {
        match error {
            Error::Refused(refusal) => Fault::client(FaultText::from(&refusal).to_string()),
            Error::Broken(broken) => {
                let cause = &broken.source;
                error!(operation, cause, "call {} failed: {broken}", head.request_id);
                Fault::internal(FaultText::of_internal_error(&head.request_id).to_string())
            }
        }
    }
}

/// Whose account the credentials open.
async fn account(context: &Context, head: &Head, credentials: Credentials) -> Result<AccountId> {
    let accounts = context.accounts();
    let (user, account) = match &credentials {
        Credentials::Basic(readings) => {
            let user = readings.first().map_or("", |login| login.user.as_str());
            // The head was judged before its body was asked for, and has not changed since.
            if let Some(known) = head.caller.get().filter(|known| known.user == user) {
                return Ok(AccountId(known.account));
            }
            let passwords: Vec<&[u8]> = readings.iter().map(password).collect();
            (user, accounts.authenticate(user, &passwords, head.peer).await?)
        }
        Credentials::Text(login) => {
            let user = login.user.as_str();
            (user, accounts.authenticate(user, &[password(login)], head.peer).await?)
        }
        Credentials::Digest(digest) => {
            let (user, verify) = (digest.user.as_str(), |password: &str| digest.is_of(password));
            (user, accounts.authenticate_digest(user, head.peer, verify).await?)
        }
    };
    head.caller.recognize(account.0, || user.to_owned());
    Ok(account)
}

fn password(login: &Login) -> &[u8] {
    login.password.as_bytes()
}

fn denied(error: Error) -> Denied<Error> {
    match error {
        Error::Refused(Refusal::LoginInvalid) => Denied::Wrong,
        error => Denied::Failed(error),
    }
}
