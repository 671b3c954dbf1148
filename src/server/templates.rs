//! Templates that the operator brings along, over HTTP with the admin token.

use bytes::Bytes;

use super::operator::{Tally, broken, lines, not_utf8};
use crate::domain::template::TemplateLine;
use crate::domain::{Context, Error, Refusal};
use crate::protocol::http::Reply;

/// Creates or replaces templates given as NDJSON. Good lines count whatever stands in the others.
///
/// 200 when at least one line was recorded or there was none; 422 when every line is bad.
pub async fn import(context: &Context, body: &Bytes) -> Reply {
    let Some(lines) = lines(body) else { return not_utf8() };
    let mut tally = Tally::default();
    for (number, line) in lines {
        let read = match TemplateLine::from_json(line) {
            Ok(read) => read,
            Err(error) => {
                tally.bad(number, &error);
                continue;
            }
        };
        match put(context, read).await {
            Ok(()) => tally.recorded += 1,
            Err(Error::Refused(Refusal::Unavailable)) => {
                return broken("import templates", &Refusal::Unavailable.into());
            }
            Err(Error::Refused(refusal)) => tally.bad(number, &refusal),
            Err(error @ Error::Broken(_)) => return broken("import templates", &error),
        }
    }
    tally.reply()
}

async fn put(context: &Context, line: TemplateLine) -> Result<(), Error> {
    let account = context.accounts().find(&line.account).await?.id;
    context.account(account).templates().put(line.id, line.template).await?;
    Ok(())
}
