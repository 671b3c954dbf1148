//! Calls written out: lines of JSON, a HAR archive, files with HTTP messages.

use std::path::Path;

use anyhow::{Context as _, Result};
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue};

use super::source::Source;
use crate::cli::output;
use crate::contract::Exchange;
use crate::contract::journal::{Ask, Entry, Line, Page, Start, har};

/// Every entry as it is kept.
pub async fn lines(source: &Source, ask: Ask) -> Result<()> {
    each_page(source, ask, |page| output::bytes(&page.lines)).await
}

/// One archive. It is written as it is read, whatever its size.
pub async fn har(source: &Source, ask: Ask) -> Result<()> {
    output::bytes(har::begin().as_bytes())?;
    let mut is_first = true;
    let missing = each_line(source, ask, |entry| {
        let comma = if std::mem::take(&mut is_first) { "" } else { ",\n" };
        let entry = serde_json::to_string(&har::entry(entry))?;
        output::bytes(format!("{comma}{entry}").as_bytes())
    })
    .await?;
    output::line(har::end(missing))
}

/// A file for each call whose messages were kept.
pub async fn http(source: &Source, ask: Ask, folder: &Path) -> Result<()> {
    let (mut written, mut without) = (0_u64, 0_u64);
    let missing = each_line(source, ask, |entry| {
        let is_written = write(entry, folder)?;
        written += u64::from(is_written);
        without += u64::from(!is_written);
        Ok(())
    })
    .await?;
    output::line(format_args!("{written} calls written to {}", folder.display()))?;
    if without > 0 {
        output::line(format_args!("{without} calls left out: the journal has not both messages"))?;
    }
    if missing > 0 {
        output::line(format_args!("{missing} calls are missing: the journal could not keep them"))?;
    }
    Ok(())
}

/// Hands over each call and answers how many are missing between them.
async fn each_line(
    source: &Source,
    ask: Ask,
    mut take: impl FnMut(&Entry<'_>) -> Result<()>,
) -> Result<u64> {
    let mut missing = 0_u64;
    each_page(source, ask, |page| {
        page.told().try_for_each(|line| match line {
            Line::Call(entry) => take(&entry),
            Line::Gap(gap) => {
                missing = missing.saturating_add(gap.missing);
                Ok(())
            }
        })
    })
    .await?;
    Ok(missing)
}

async fn each_page(
    source: &Source,
    mut ask: Ask,
    mut take: impl FnMut(Page) -> Result<()>,
) -> Result<()> {
    loop {
        let page = source.page(&ask).await?;
        ask.start = Start::From(page.next);
        let at_end = page.at_end;
        take(page)?;
        if at_end {
            return Ok(());
        }
    }
}

fn write(entry: &Entry<'_>, folder: &Path) -> Result<bool> {
    let Some(mut exchange) = entry.exchange() else { return Ok(false) };
    let operation = if entry.operation.is_empty() { "none" } else { &entry.operation };
    let folder = folder.join(file_name(&entry.face)).join(file_name(operation));
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let file = folder.join(format!("{}.http", file_name(&entry.id)));
    let Exchange { request, response } = &mut exchange;
    say_length(&mut request.headers, request.body.len());
    say_length(&mut response.headers, response.body.len());
    let text = [exchange.request.write(), exchange.response.write()].concat();
    std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(true)
}

/// What tells two messages in one file apart.
fn say_length(headers: &mut HeaderMap, bytes: usize) {
    headers.remove(TRANSFER_ENCODING);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes));
}

/// Letters, digits, `-`, `_` and dots within; anything else becomes `_`.
fn file_name(text: &str) -> String {
    let allowed = |c: char| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    let name: String = text.chars().map(allowed).collect();
    if name.starts_with('.') { format!("_{name}") } else { name }
}
