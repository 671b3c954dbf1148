//! Bounces of one template's messages, or of one address.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::domain::activity::{Between, Bounced, Bounces, Message, Of};
use crate::domain::bounce::Invalid;
use crate::domain::{
    Account, AccountId, Context, EmailAddress, ExternalId, Refusal, Result, TemplateId,
};
use crate::faces::empower::tree::Node;
use crate::faces::empower::{
    Answer, Arg, Call, Echo, Failure, Form, Method, Need, Rows, Tree, pacific,
};

const WHICH: Need = Need::OneOf("email or template_id");

pub static METHOD: Method = Method {
    name: "transactional.bouncedList",
    echo: Echo::LowerCase,
    doc: "Lists the bounces of one template's messages, or of one address.",
    args: &[
        Arg::text("email", WHICH, "The address whose bounces are asked for."),
        Arg::text("external_id", Need::Optional, "Whose address; with email both must match."),
        Arg::number("template_id", WHICH, "The template whose bounces are asked for."),
        Arg::date("start_date", Need::Optional, "No bounces before this; US Pacific."),
        Arg::date("end_date", Need::Optional, "No bounces after this; US Pacific."),
    ],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let account = call.account;
    let template = template(call).await?;
    let before = call.args.time_after("end_date")?;
    let between = Between { from: call.args.time("start_date")?, before };
    let (echoed, name, search) = match (call.args.text("email"), template) {
        (Some(email), _) => {
            let of = template.map_or(Of::Templates, |id| Of::Message(Message::Template(id)));
            (email.to_owned(), "email", at_address(call, email, of).await?)
        }
        (None, Some(id)) => (id.0.to_string(), "template_id", of_template(call, id).await?),
        (None, None) => return Err(Failure::missing("email or template_id")),
    };
    let shape = Shape {
        by_template: name == "template_id",
        // The documents print answers to their bare form without it.
        date: call.form != Form::Bare,
        external_id: account.settings().await?.external_id,
    };
    let value = Tree::fields(vec![("value", Tree::text(echoed))]);
    let list = match search {
        Some(search) => {
            value.followed_by(Tree::rows(BounceRows::new(call, search, between, shape)))
        }
        None => value,
    };
    let answer = match call.form {
        Form::Bare => Answer::silent(),
        Form::Api | Form::XmlRpc => Answer::new(205, "Successfully returned bounced data"),
    };
    Ok(answer.beside(name, list))
}

/// The template that is asked for. One that does not exist, or that cannot be an id, is 429.
async fn template(call: Call<'_>) -> Result<Option<TemplateId>, Failure> {
    let Some(text) = call.args.text("template_id") else { return Ok(None) };
    let Ok(id) = text.parse().map(TemplateId) else {
        return Err(Refusal::TemplateNotFound.into());
    };
    if !call.account.templates().exists(id).await? {
        return Err(Refusal::TemplateNotFound.into());
    }
    Ok(Some(id))
}

/// By address; `None` when nobody can be meant.
async fn at_address(call: Call<'_>, email: &str, of: Of) -> Result<Option<Search>, Failure> {
    let Ok(address) = EmailAddress::parse(email) else { return Ok(None) };
    let meant = match call.args.text("external_id") {
        None => Some(address),
        Some(id) => owner(call.account, Some(&address), id).await?,
    };
    Ok(meant.map(|address| Search::Address(address, of)))
}

/// By template, and by who has the external id if one is given; `None` when nobody has it.
async fn of_template(call: Call<'_>, id: TemplateId) -> Result<Option<Search>, Failure> {
    let message = Message::Template(id);
    let Some(external_id) = call.args.text("external_id") else {
        return Ok(Some(Search::Message(message)));
    };
    let owner = owner(call.account, None, external_id).await?;
    Ok(owner.map(|address| Search::Address(address, Of::Message(message))))
}

/// The address of the contact with an external id; what cannot be one is nobody's.
async fn owner(
    account: Account<'_>,
    address: Option<&EmailAddress>,
    external_id: &str,
) -> Result<Option<EmailAddress>> {
    let Ok(id) = ExternalId::parse(external_id) else { return Ok(None) };
    account.contacts().address_of(address, &id).await
}

/// Whose bounces are asked for.
#[derive(Debug, Clone)]
enum Search {
    Message(Message),
    Address(EmailAddress, Of),
}

impl Search {
    fn open(&self, account: Account<'_>, between: Between) -> Bounces {
        match self {
            Self::Message(message) => account.activities().bounces_of(*message, between),
            Self::Address(address, of) => account.activities().bounces_at(address, *of, between),
        }
    }
}

/// What a bounce says in the answer.
#[derive(Debug, Clone, Copy)]
struct Shape {
    by_template: bool,
    date: bool,
    external_id: bool,
}

impl Shape {
    fn row(self, bounced: Bounced) -> Tree {
        let Bounced { activity, invalid, external_id } = bounced;
        let mut row = Node::with_capacity(5);
        if self.by_template {
            row.push_text("email", activity.address.into_given());
            if self.external_id {
                let id = external_id.as_ref().map_or("", ExternalId::as_str);
                row.push_text("external_id", id.to_owned());
            }
        } else if let Some(Message::Template(id)) = activity.message {
            row.push("template_id", Tree::text(id));
        }
        let reason = activity.what.bounce_reason().map_or("", |reason| reason.text());
        row.push_text("reason", reason);
        row.push_text("flagged_invalid", flag(invalid));
        if self.by_template && self.date {
            row.push_text("bounced_date", pacific::date_time(activity.time));
        }
        Tree::Node(row)
    }
}

/// The number of `flagged_invalid`.
fn flag(invalid: Invalid) -> &'static str {
    ["0", "1", "2", "3", "4"].get(usize::from(invalid.number())).copied().unwrap_or_default()
}

/// Bounces as they are read.
#[derive(Debug)]
struct BounceRows {
    context: Arc<Context>,
    account: AccountId,
    search: Search,
    between: Between,
    shape: Shape,
    bounces: Bounces,
    /// What a count promised; bounces that come later are left out.
    left: Option<u64>,
}

impl BounceRows {
    fn new(call: Call<'_>, search: Search, between: Between, shape: Shape) -> Self {
        let bounces = search.open(call.account, between);
        let (context, account) = (Arc::clone(call.context), call.account.id);
        Self { context, account, search, between, shape, bounces, left: None }
    }

    async fn read_on(&mut self) -> Result<Vec<Tree>> {
        let account = self.context.account(self.account);
        let mut some = self.bounces.next_some(account).await?.unwrap_or_default();
        if let Some(left) = &mut self.left {
            some.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
            *left = left.saturating_sub(u64::try_from(some.len()).unwrap_or(u64::MAX));
        }
        Ok(some.into_iter().map(|bounced| self.shape.row(bounced)).collect())
    }
}

impl Rows for BounceRows {
    fn next(&mut self) -> BoxFuture<'_, Result<Vec<Tree>>> {
        Box::pin(self.read_on())
    }

    fn count(&mut self) -> BoxFuture<'_, Result<u64>> {
        Box::pin(async move {
            let account = self.context.account(self.account);
            let count = self.search.open(account, self.between).count(account).await?;
            self.left = Some(count);
            Ok(count)
        })
    }
}
