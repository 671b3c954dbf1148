//! Result files of tasks as CSV, written while they go out.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{Stream, stream};

use super::args::shown_time;
use super::methods::exports::columns::Columns;
use super::outcome::Outcome;
use super::value;
use crate::domain::jobs::{Exported, Recipient, ResultFile};
use crate::domain::{AccountId, ContactId, Context, FieldId, Result, Schema};

/// What a task's file is laid out as. Written with the task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layout {
    /// People in these columns.
    People(String),
    /// What became of a campaign, with these fields beside each recipient.
    Deliveries(Vec<FieldId>),
}

/// What the text of [`Layout::Deliveries`] begins with; no column is called so.
const DELIVERIES: &str = "deliveries:";

impl Layout {
    pub fn to_text(&self) -> String {
        match self {
            Self::People(columns) => columns.clone(),
            Self::Deliveries(fields) => {
                let ids: Vec<String> = fields.iter().map(|field| field.0.to_string()).collect();
                format!("{DELIVERIES}{}", ids.join(","))
            }
        }
    }

    fn of_text(text: &str) -> Self {
        match text.strip_prefix(DELIVERIES) {
            Some(ids) => {
                let ids = ids.split(',').filter_map(|id| id.parse().ok()).map(FieldId);
                Self::Deliveries(ids.collect())
            }
            None => Self::People(text.to_owned()),
        }
    }
}

/// A file on its way out. Holds some hundred kilobytes of it at a time.
#[derive(Debug)]
pub struct Download {
    context: Arc<Context>,
    account: AccountId,
    file: ResultFile,
    rows: Rows,
    /// The names of the columns, until they are written.
    head: Option<Vec<String>>,
}

#[derive(Debug)]
enum Rows {
    People(Columns),
    Deliveries(Vec<FieldId>, Schema),
}

impl Download {
    pub async fn new(context: &Arc<Context>, account: AccountId, file: ResultFile) -> Result<Self> {
        let rows = match Layout::of_text(&file.layout) {
            Layout::People(columns) => {
                Rows::People(Columns::of_layout(context.account(account), &columns).await?)
            }
            Layout::Deliveries(fields) => Rows::Deliveries(fields, file.schema().clone()),
        };
        let head = Some(rows.names());
        Ok(Self { context: Arc::clone(context), account, file, rows, head })
    }

    /// The file's bytes.
    pub fn stream(self) -> impl Stream<Item = Result<Bytes>> + Send + 'static {
        stream::unfold(Some(self), |download| async move {
            let mut download = download?;
            match download.next_some().await {
                Ok(Some(some)) => Some((Ok(some), Some(download))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        })
    }

    async fn next_some(&mut self) -> Result<Option<Bytes>> {
        let mut csv = String::new();
        if let Some(names) = self.head.take() {
            push_row(&mut csv, &names);
        } else {
            let Some(lines) = self.file.next_lines(&self.context).await? else { return Ok(None) };
            for cells in self.cells(&lines).await? {
                push_row(&mut csv, &cells);
            }
        }
        Ok(Some(csv.into()))
    }

    async fn cells(&self, lines: &[Exported]) -> Result<Vec<Vec<String>>> {
        match &self.rows {
            Rows::People(columns) => {
                let cells = |line: &Exported| match line {
                    Exported::Person(person) => Some(columns.cells(person)),
                    _ => None,
                };
                Ok(lines.iter().filter_map(cells).collect())
            }
            Rows::Deliveries(fields, schema) => self.deliveries(lines, fields, schema).await,
        }
    }

    async fn deliveries(
        &self,
        lines: &[Exported],
        fields: &[FieldId],
        schema: &Schema,
    ) -> Result<Vec<Vec<String>>> {
        let recipients: Vec<&Recipient> = lines
            .iter()
            .filter_map(|line| match line {
                Exported::Recipient(recipient) => Some(&**recipient),
                _ => None,
            })
            .collect();
        let nobody = ContactId(0);
        let ids: Vec<ContactId> =
            recipients.iter().map(|one| one.contact.unwrap_or(nobody)).collect();
        let account = self.context.account(self.account);
        let contacts = if fields.is_empty() {
            vec![None; ids.len()]
        } else {
            account.contact_store().load(&ids).await?
        };
        let row = |(recipient, contact): (
            &Recipient,
            Option<crate::domain::contact_store::ContactRecord>,
        )| {
            let outcome = Outcome::from(recipient);
            let at = outcome.at.map(shown_time).unwrap_or_default();
            let mut cells = vec![recipient.address.clone(), outcome.word.to_owned(), at];
            cells.extend(fields.iter().map(|field| {
                let default = || schema.by_id(*field)?.default.as_ref();
                let held = contact.as_ref().and_then(|contact| contact.value(*field));
                held.or_else(default).map(value::shown).unwrap_or_default()
            }));
            cells
        };
        Ok(recipients.into_iter().zip(contacts).map(row).collect())
    }
}

/// Adds a row (RFC 4180): cells with a comma, a quote or a line break in them stand in quotes.
fn push_row(csv: &mut String, cells: &[String]) {
    for (number, cell) in cells.iter().enumerate() {
        if number > 0 {
            csv.push(',');
        }
        if cell.contains([',', '"', '\n', '\r']) {
            csv.push('"');
            csv.push_str(&cell.replace('"', "\"\""));
            csv.push('"');
        } else {
            csv.push_str(cell);
        }
    }
    csv.push('\n');
}

impl Rows {
    fn names(&self) -> Vec<String> {
        match self {
            Self::People(columns) => columns.names().into_iter().map(str::to_owned).collect(),
            Self::Deliveries(fields, schema) => {
                let own = ["email", "send_result", "last_update"].map(str::to_owned);
                let label = |field: &FieldId| {
                    schema.by_id(*field).map(|field| field.label().to_owned()).unwrap_or_default()
                };
                own.into_iter().chain(fields.iter().map(label)).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;

    use super::*;
    use crate::domain::activity::{Between, Message};
    use crate::domain::jobs::{Action, ExportActivity, ExportPeople, NewTask, Runner, Work};
    use crate::domain::people::{PeopleFilter, Wanted};
    use crate::domain::testing::{account, context, with_field};
    use crate::domain::{CampaignId, Event};

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let mut csv = String::new();
        push_row(&mut csv, &["a", "b,c", "say \"x\"", "two\nlines", ""].map(str::to_owned));
        assert_eq!(csv, "a,\"b,c\",\"say \"\"x\"\"\",\"two\nlines\",\n");
    }

    #[test]
    fn a_layout_is_read_as_it_is_written() {
        for layout in [
            Layout::People("email,tags".to_owned()),
            Layout::Deliveries(vec![FieldId(3), FieldId(7)]),
            Layout::Deliveries(Vec::new()),
        ] {
            assert_eq!(Layout::of_text(&layout.to_text()), layout);
        }
    }

    #[tokio::test]
    async fn a_file_of_people_and_one_of_deliveries_are_csv_from_first_to_last() {
        let context = Arc::new(context().await);
        let account = account(&context, "one").await;
        account.contacts().create(with_field("ann@b.example", "FIRSTNAME", "A, nn")).await.unwrap();
        let event = r#"{"account":"one","type":"opened","email":"ann@b.example","campaign_id":7}"#;
        context.events().record(&Event::from_json(event).unwrap()).await.unwrap();
        let of = Message::Campaign(CampaignId(7));
        let sent = ExportActivity::new(of, Between::default(), Action::ALL.to_vec());
        let people = ExportPeople::new(PeopleFilter::default(), Wanted::default());
        for (work, layout, csv) in [
            (
                Work::ExportPeople(people),
                Layout::People("email,FIRSTNAME,Gone".to_owned()),
                "email,FIRSTNAME,Gone\nann@b.example,\"A, nn\",\n",
            ),
            (
                Work::ExportActivity(sent),
                Layout::Deliveries(vec![FieldId(1)]),
                "email,send_result,last_update,FIRSTNAME\n\
                 ann@b.example,ok_read,2026-01-02 12:00:00,\"A, nn\"\n",
            ),
        ] {
            let new = NewTask { layout: layout.to_text(), ..NewTask::new(work, "test") };
            let task = account.tasks().start(new).await.unwrap();
            Arc::new(Runner::new(Arc::clone(&context))).drain().await;
            let name = account.tasks().get(task).await.unwrap().file.unwrap();
            let file = account.tasks().file(&name).await.unwrap();
            let download = Download::new(&context, account.id, file).await.unwrap();
            let pieces: Vec<Bytes> = download.stream().map(Result::unwrap).collect().await;
            assert_eq!(String::from_utf8(pieces.concat()).unwrap(), csv);
        }
    }
}
