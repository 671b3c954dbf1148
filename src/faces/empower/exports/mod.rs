//! Result files of tasks as `utilities.getFile` answers them: XML that is laid out while it goes
//! out, in the documented shapes. Their root elements are known to no source.

mod recipient;
#[cfg(test)]
mod tests;
mod xml;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;

use self::xml::Lines;
use super::answer::Pieces;
use super::contact_data;
use super::tree::Tree;
use crate::domain::jobs::{Exported, ResultFile, TaskType};
use crate::domain::{Context, Result};

pub use self::recipient::{Layout, MESSAGE_CONTACT_ACTIVITY, MESSAGE_CONTACTS, SALESFORCE};

/// What stands in front of the root.
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// A result file on its way out. Holds some hundred kilobytes of it at a time.
#[derive(Debug)]
pub struct Export {
    context: Arc<Context>,
    file: ResultFile,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Head,
    Lines,
    Ended,
}

impl Export {
    pub fn new(context: &Arc<Context>, file: ResultFile) -> Self {
        Self { context: Arc::clone(context), file, stage: Stage::Head }
    }

    fn root(&self) -> &'static str {
        match self.file.task_type {
            TaskType::ExportContacts => "manifest",
            TaskType::ExportActivity => Layout::of(&self.file.layout).root(),
            TaskType::CountSegments => "dynamic_segments",
            _ => "task",
        }
    }

    fn line(&self, out: &mut Lines, line: &Exported) {
        match line {
            Exported::Contact(contact, invalid) => {
                let layout = contact_data::Layout::of_words(&self.file.layout);
                let tree = layout.contact(contact, *invalid, self.file.schema());
                out.tree("contact_data", &tree);
            }
            Exported::Recipient(recipient) => {
                out.tree(
                    Layout::of(&self.file.layout).element(),
                    &Layout::of(&self.file.layout).tree(recipient),
                );
            }
            // A file that another API asked for, in columns that this one does not know.
            Exported::Person(_) => {}
            Exported::Segment(id, contacts) => {
                let tree =
                    Tree::fields(vec![("id", Tree::text(id)), ("count", Tree::text(contacts))]);
                out.tree("item", &tree);
            }
        }
        out.push("\n");
    }
}

impl Pieces for Export {
    fn next(&mut self) -> BoxFuture<'_, Result<Option<Bytes>>> {
        Box::pin(async move {
            let mut out = Lines::default();
            match self.stage {
                Stage::Head => {
                    out.push(DECLARATION);
                    out.push(&format!("<{}>\n", self.root()));
                    self.stage = Stage::Lines;
                }
                Stage::Lines => {
                    let lines = self.file.next_lines(&self.context).await?;
                    for line in lines.iter().flatten() {
                        self.line(&mut out, line);
                    }
                    if lines.is_none() {
                        out.push(&format!("</{}>\n", self.root()));
                        self.stage = Stage::Ended;
                    }
                }
                Stage::Ended => return Ok(None),
            }
            Ok(Some(out.finish()))
        })
    }
}
