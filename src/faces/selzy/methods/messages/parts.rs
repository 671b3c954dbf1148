//! Arguments that several methods of messages have.

use crate::domain::EmailAddress;
use crate::domain::email_message::{Alignment, NewFile};
use crate::faces::selzy::{Args, Failure};

/// Rows of one page, and how many there may be at most, as documented.
const ROWS: usize = 50;
const MOST_ROWS: usize = 100;

/// The address that a message is from.
pub fn sender(args: &Args) -> Result<String, Failure> {
    let text = args.required("sender_email")?;
    let address = EmailAddress::parse(&text).map_err(|_| Failure::invalid("sender_email"))?;
    Ok(address.as_given().to_owned())
}

/// The language of what the vendor added to messages: two letters.
pub fn language(args: &Args) -> Result<Option<String>, Failure> {
    let Some(text) = args.text("lang") else { return Ok(None) };
    let is_code = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    if is_code { Ok(Some(text.to_ascii_lowercase())) } else { Err(Failure::invalid("lang")) }
}

/// `skip`, `left`, `center` or `right`.
pub fn alignment(args: &Args) -> Result<Alignment, Failure> {
    Ok(match args.text("wrap_type").as_deref() {
        None | Some("skip") => Alignment::Own,
        Some("left") => Alignment::Left,
        Some("center") => Alignment::Center,
        Some("right") => Alignment::Right,
        Some(_) => return Err(Failure::invalid("wrap_type")),
    })
}

/// The wire's word for where the text stands.
pub fn alignment_word(alignment: Alignment) -> &'static str {
    match alignment {
        Alignment::Own => "skip",
        Alignment::Left => "left",
        Alignment::Center => "center",
        Alignment::Right => "right",
    }
}

/// `attachments[name]=content`, the content as it is.
pub fn files(args: &Args) -> Vec<NewFile> {
    let file = |(name, content)| NewFile { name, content };
    args.files("attachments").into_iter().map(file).collect()
}

/// `offset` and `limit` as documented: none unless given, and 50 up to 100.
pub fn limits(args: &Args) -> Result<(usize, usize), Failure> {
    let limit = args.number("limit")?.unwrap_or(ROWS);
    if !(1..=MOST_ROWS).contains(&limit) {
        return Err(Failure::invalid("limit"));
    }
    Ok((args.number("offset")?.unwrap_or(0), limit))
}
