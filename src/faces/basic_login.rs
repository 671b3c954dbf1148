//! Callers by HTTP Basic, for the faces whose vendors had it.

use crate::domain::{AccountId, Context, Result};
use crate::protocol::basic;
use crate::protocol::http::Head;

/// Whose account the head's login opens; `None` without one. For the several readings of one
/// header (UTF-8, Latin-1) any password may match.
pub async fn account(context: &Context, head: &Head) -> Result<Option<AccountId>> {
    let logins = basic::logins(&head.headers);
    let Some(user) = logins.first().map(|login| login.user.as_str()) else { return Ok(None) };
    let passwords: Vec<&[u8]> = logins.iter().map(|login| login.password.as_bytes()).collect();
    let account = context.accounts().authenticate(user, &passwords, head.peer).await?;
    head.caller.recognize(account.0, || user.to_owned());
    Ok(Some(account))
}
