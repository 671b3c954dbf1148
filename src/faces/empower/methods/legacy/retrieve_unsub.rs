//! Who unsubscribed or complained.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::domain::activity::{Between, Message, OptOut, OptOutMethod, OptOuts};
use crate::domain::{AccountId, CampaignId, Context, EmailAddress, ExternalId, Result};
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Rows, Tree, pacific};

/// The page asks for a date unless there is an address.
const WHICH: Need = Need::OneOf("date_deleted1 or email");

pub static METHOD: Method = Method {
    name: "legacy.retrieve_unsub",
    echo: Echo::AsDocumented,
    doc: "Lists who unsubscribed or complained, by date, message or address.",
    args: &[
        Arg::date("date_deleted1", WHICH, "First day, US Pacific."),
        Arg::date("date_deleted2", Need::Optional, "Last day; required with date_deleted1."),
        Arg::text("email", WHICH, "One address."),
        Arg::text("external_id", WHICH, "Whose address; with email both must match."),
        Arg::number("mess_id", WHICH, "Only opt-outs through this message."),
    ],
    combinable: true,
    php: false,
    run: |call| Box::pin(run(call)),
};

const ROW: &str = "deleted_contact_data";

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let (first, last) = ("date_deleted1", "date_deleted2");
    for (given, other) in [(first, last), (last, first)] {
        if call.args.has(given) && !call.args.has(other) {
            return Err(Failure::missing(other));
        }
    }
    let between = Between { from: call.args.time(first)?, before: call.args.time_after(last)? };
    let message = call.args.number("mess_id")?.map(|id| Message::Campaign(CampaignId(id)));
    let by_one = call.args.has("email") || call.args.has("external_id");
    let manifest = if by_one {
        let found = of_one(call, between, message).await?;
        Tree::repeated(ROW, found.iter().map(row).collect())
    } else {
        let opt_outs = call.account.activities().opt_outs(between, message);
        let (context, account) = (Arc::clone(call.context), call.account.id);
        Tree::rows_named(ROW, UnsubRows { context, account, between, message, opt_outs })
    };
    Ok(Answer::coded(201).with("manifest", manifest))
}

async fn of_one(
    call: Call<'_>,
    between: Between,
    message: Option<Message>,
) -> Result<Option<OptOut>, Failure> {
    let address = call.args.text("email").map(EmailAddress::parse).transpose();
    let external_id = call.args.text("external_id").map(ExternalId::parse).transpose();
    // What cannot be an address or an id is nobody's.
    let (Ok(address), Ok(external_id)) = (address, external_id) else { return Ok(None) };
    let address = match external_id {
        None => address,
        Some(id) => call.account.contacts().address_of(address.as_ref(), &id).await?,
    };
    let Some(address) = address else { return Ok(None) };
    Ok(call.account.activities().opt_out_of(&address, between, message).await?)
}

/// No page shows the order of these elements. 0 is how the one known client knows an opt-out that
/// came through no message of a campaign.
fn row(opt_out: &OptOut) -> Tree {
    let message = match opt_out.message {
        Some(Message::Campaign(id)) => id.0,
        Some(Message::Template(_) | Message::Direct) | None => 0,
    };
    let method = match &opt_out.method {
        OptOutMethod::Complaint => "Spam Complaint",
        OptOutMethod::Reported(how) => how,
        OptOutMethod::Message => "Unsubscribe Link",
        OptOutMethod::System => "System",
    };
    Tree::fields(vec![
        ("email", Tree::text(opt_out.address.as_given())),
        ("message_id", Tree::text(message)),
        ("method_unsubscribed", Tree::text(method)),
        ("date_deleted", Tree::text(pacific::date_time(opt_out.since))),
    ])
}

/// Opt-outs as they are read.
#[derive(Debug)]
struct UnsubRows {
    context: Arc<Context>,
    account: AccountId,
    between: Between,
    message: Option<Message>,
    opt_outs: OptOuts,
}

impl Rows for UnsubRows {
    fn next(&mut self) -> BoxFuture<'_, Result<Vec<Tree>>> {
        Box::pin(async move {
            let account = self.context.account(self.account);
            let some = self.opt_outs.next_some(account).await?.unwrap_or_default();
            Ok(some.iter().map(row).collect())
        })
    }

    fn count(&mut self) -> BoxFuture<'_, Result<u64>> {
        Box::pin(async move {
            let account = self.context.account(self.account);
            let mut opt_outs = account.activities().opt_outs(self.between, self.message);
            let mut count = 0;
            while let Some(some) = opt_outs.next_some(account).await? {
                count += u64::try_from(some.len()).unwrap_or(u64::MAX);
            }
            Ok(count)
        })
    }
}
