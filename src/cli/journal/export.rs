//! Calls written out: lines of JSON, a HAR archive, files with HTTP messages.

use std::path::Path;

use anyhow::{Context as _, Result};
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue};

use super::source::Source;
use crate::cli::output;
use crate::contract::Exchange;
use crate::contract::journal::{Ask, Entry, Page, Start, har};

/// Every entry as it is kept.
pub async fn lines(source: &Source, ask: Ask) -> Result<()> {
    each_page(source, ask, |page| output::bytes(&page.lines)).await
}

/// One archive. It is written as it is read, whatever its size.
pub async fn har(source: &Source, ask: Ask) -> Result<()> {
    output::bytes(har::begin().as_bytes())?;
    let mut is_first = true;
    each_page(source, ask, |page| {
        page.entries().try_for_each(|entry| {
            let comma = if std::mem::take(&mut is_first) { "" } else { ",\n" };
            output::bytes(
                format!("{comma}{}", serde_json::to_string(&har::entry(&entry))?).as_bytes(),
            )
        })
    })
    .await?;
    output::line(har::END)
}

/// A file for each call whose messages were kept.
pub async fn http(source: &Source, ask: Ask, folder: &Path) -> Result<()> {
    let mut written = 0_u64;
    each_page(source, ask, |page| {
        for entry in page.entries() {
            written += u64::from(write(&entry, folder)?);
        }
        Ok(())
    })
    .await?;
    output::line(format_args!("{written} calls written to {}", folder.display()))
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
