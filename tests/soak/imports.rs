//! Files of contacts, and what must become of each row.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::faces::{self, Logins, encode, json as rest};
use super::model::{Person, Standing};
use super::support::random::Random;
use super::support::text;
use super::wire::{Reply, Request};

/// How a file comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Soap,
    RestJson,
    RestMultipart,
    Selzy,
    Which50,
}

pub const WAYS: [Way; 5] = [Way::Soap, Way::RestJson, Way::RestMultipart, Way::Selzy, Way::Which50];

/// A row of a file.
#[derive(Debug, Clone)]
pub struct Row {
    pub address: String,
    pub first: String,
    /// The reason in the faults file; `None` for a row that is taken.
    pub fault: Option<&'static str>,
    /// The row makes a contact that was not there.
    pub is_new: bool,
}

/// A file that is to come, or has come, to its end.
#[derive(Debug)]
pub struct Import {
    pub way: Way,
    pub list: u32,
    pub rows: Vec<Row>,
    /// Which of the client's addresses it holds, and who is there afterwards.
    pub holds: Vec<(usize, Person)>,
    /// The import's name in the calls about it, once it was told.
    pub id: String,
}

/// What becomes of a row for somebody.
pub fn row(person: &Person, address: &str, first: &str, list: u32) -> (Row, Person) {
    let fault = match person.standing {
        Standing::Nobody | Standing::Subscribed => None,
        Standing::Unsubscribed => Some("Unsubscribed"),
        Standing::HardBounced => Some("Hard bounced"),
    };
    let mut after = person.clone();
    if fault.is_none() {
        after.standing = Standing::Subscribed;
        after.first = first.to_owned();
        after.lists.insert(list);
    }
    let row = Row {
        address: address.to_owned(),
        first: first.to_owned(),
        fault,
        is_new: person.is(Standing::Nobody),
    };
    (row, after)
}

impl Import {
    /// Some rows that cannot be taken are put between those that can.
    pub fn spoil(&mut self, random: &mut Random) {
        for number in 0..random.below(4) {
            let at = random.index(self.rows.len() + 1);
            let address = format!("no address {number}");
            let fault = Some("Invalid Email");
            self.rows.insert(at, Row { address, first: "Nobody".to_owned(), fault, is_new: false });
        }
        let taken: Vec<Row> = self.rows.iter().filter(|row| row.fault.is_none()).cloned().collect();
        if self.way != Way::Selzy && !taken.is_empty() {
            let again = random.pick(&taken).clone();
            let again = Row {
                address: again.address.to_uppercase(),
                fault: Some("Duplicate"),
                is_new: false,
                ..again
            };
            self.rows.push(again);
        }
    }

    fn file(&self) -> String {
        let mut file = String::from("Email,FIRSTNAME\r\n");
        for Row { address, first, .. } in &self.rows {
            write!(file, "{address},{}\r\n", cell(first)).unwrap();
        }
        file
    }

    /// The request that brings the rows.
    pub fn upload(&self, logins: &Logins) -> Request {
        let list = self.list;
        let file = self.file();
        let path = format!("/v2/address-books/{list}/contacts/import");
        match self.way {
            Way::Soap => {
                let data = STANDARD.encode(file);
                let members = format!(
                    "<addressBookId>{list}</addressBookId><data>{data}</data><dataType>csv</dataType>"
                );
                faces::envelope(logins, "/v2/api.svc", "ImportContactsToAddressBook", &members)
            }
            Way::RestJson => {
                let body = json!({ "fileName": "a.csv", "data": STANDARD.encode(file) });
                rest(logins, "POST", &path, &body)
            }
            Way::RestMultipart => {
                let body = format!(
                    "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n\
                     {file}\r\n--b--\r\n"
                );
                let mut request = rest(logins, "POST", &path, &Value::Null);
                request.headers = request
                    .headers
                    .replace("Type: application/json", "Type: multipart/form-data; boundary=b");
                request.body = body.into_bytes();
                request
            }
            Way::Selzy => self.selzy(logins),
            Way::Which50 => {
                let path = format!("/Which50API/contactLists/{list}/import/{}", self.id);
                let contacts = self.rows.iter().map(
                    |row| json!({ "Values": { "Email": row.address, "FirstName": row.first } }),
                );
                rest(logins, "POST", &path, &contacts.collect())
            }
        }
    }

    fn selzy(&self, logins: &Logins) -> Request {
        let mut form = String::from(
            "field_names[0]=email&field_names[1]=FIRSTNAME&field_names[2]=email_list_ids",
        );
        for (number, row) in self.rows.iter().enumerate() {
            let cells = [encode(&row.address), encode(&row.first), self.list.to_string()];
            for (column, cell) in cells.iter().enumerate() {
                write!(form, "&data[{number}][{column}]={cell}").unwrap();
            }
        }
        faces::selzy_form(logins, "importContacts", &form)
    }

    /// Reads the answer to the upload. Selzy's import is at its end with it.
    pub fn accepted(&mut self, reply: &Reply) -> Result<bool, String> {
        match self.way {
            Way::Soap if reply.status == 200 => {
                text(&reply.body, "Id").clone_into(&mut self.id);
                Ok(false)
            }
            Way::RestJson | Way::RestMultipart if reply.status == 202 => {
                let said: Value = serde_json::from_str(&reply.body).unwrap();
                said["id"].as_str().ok_or("no id")?.clone_into(&mut self.id);
                Ok(false)
            }
            Way::Selzy => self.judge_selzy(reply).map(|()| true),
            Way::Which50 if reply.status == 200 => Ok(false),
            _ => Err("the file is not taken".to_owned()),
        }
    }

    fn count(&self, fits: impl Fn(&Row) -> bool) -> u64 {
        self.rows.iter().map(|row| u64::from(fits(row))).sum()
    }

    fn counts(&self) -> (u64, u64) {
        let new = self.count(|row| row.fault.is_none() && row.is_new);
        let updated = self.count(|row| row.fault.is_none() && !row.is_new);
        (new, updated)
    }

    fn faults(&self, reason: &str) -> u64 {
        self.count(|row| row.fault == Some(reason))
    }

    fn judge_selzy(&self, reply: &Reply) -> Result<(), String> {
        let said: Value = serde_json::from_str(&reply.body).map_err(|error| error.to_string())?;
        let (new, updated) = self.counts();
        let result = &said["result"];
        let counts = ["total", "inserted", "updated", "invalid"].map(|name| result[name].as_u64());
        let expected = [self.count(|_| true), new, updated, self.faults("Invalid Email")].map(Some);
        let logged = result["log"].as_array().map(Vec::len);
        let fits =
            counts == expected && logged == usize::try_from(self.faults("Invalid Email")).ok();
        fits.then_some(()).ok_or_else(|| format!("not {expected:?}"))
    }

    /// The request that asks how far it is; by either of Dotdigital's faces for a file of either.
    pub fn progress(&self, logins: &Logins, random: &mut Random) -> Request {
        if self.way == Way::Which50 {
            let path = format!("/Which50API/contactLists/{}/import/{}", self.list, self.id);
            return rest(logins, "GET", &path, &Value::Null);
        }
        self.ask(logins, "GetContactImportProgress", "", random)
    }

    fn ask(&self, logins: &Logins, operation: &str, page: &str, random: &mut Random) -> Request {
        let id = &self.id;
        if random.once_in(2) {
            let member = format!("<importId>{id}</importId>");
            return faces::envelope(logins, "/v2/api.svc", operation, &member);
        }
        rest(logins, "GET", &format!("/v2/contacts/import/{id}{page}"), &Value::Null)
    }

    /// Whether it is at its end. Which50 tells what became of the rows in the same answer.
    pub fn is_ended(&self, reply: &Reply) -> Result<bool, String> {
        if reply.status != 200 {
            return Err("no progress".to_owned());
        }
        let said: Value = serde_json::from_str(&reply.body).unwrap_or_default();
        if self.way == Way::Which50 {
            return match said["CurrentStatus"].as_str() {
                Some("InProgress") => Ok(false),
                Some("Completed") => self.judge_which50(&said).map(|()| true),
                _ => Err("not a status".to_owned()),
            };
        }
        let status = said["status"].as_str().unwrap_or_else(|| text(&reply.body, "Status"));
        match status {
            "NotFinished" => Ok(false),
            "Finished" => Ok(true),
            other => Err(format!("it ended as {other}")),
        }
    }

    fn judge_which50(&self, said: &Value) -> Result<(), String> {
        let (new, updated) = self.counts();
        let invalid = self.faults("Invalid Email");
        let refused = self.count(|_| true) - new - updated - invalid;
        let names =
            ["InsertedContacts", "UpdatedContacts", "NotUpdatedContacts", "InvalidEmailCount"];
        let counts = names.map(|name| said[name].as_u64());
        let expected = [new, updated, refused, invalid].map(Some);
        let fits = counts == expected;
        fits.then_some(()).ok_or_else(|| format!("not {expected:?}"))
    }

    /// What is asked at the end of a Dotdigital import.
    pub fn report(&self, logins: &Logins, random: &mut Random) -> Request {
        self.ask(logins, "GetContactImportReport", "/report", random)
    }

    pub fn judge_report(&self, reply: &Reply) -> Result<(), String> {
        let (new, updated) = self.counts();
        let expected = [
            ("NewContacts", new),
            ("UpdatedContacts", updated),
            ("InvalidEntries", self.faults("Invalid Email")),
            ("DuplicateEmails", self.faults("Duplicate")),
            ("Unsubscribed", self.faults("Unsubscribed")),
            ("HardBounced", self.faults("Hard bounced")),
            ("Failures", 0),
        ];
        let said: Value = serde_json::from_str(&reply.body).unwrap_or_default();
        let member = |name: &str| {
            let mut members = said.as_object()?.iter();
            members.find(|(member, _)| member.eq_ignore_ascii_case(name))?.1.as_u64()
        };
        for (name, count) in expected {
            let told = member(name).or_else(|| text(&reply.body, name).parse().ok());
            if told != Some(count) {
                return Err(format!("{name} is not {count}"));
            }
        }
        Ok(())
    }

    pub fn faults_file(&self, logins: &Logins, random: &mut Random) -> Request {
        self.ask(logins, "GetContactImportReportFaults", "/report-faults", random)
    }

    pub fn judge_faults_file(&self, reply: &Reply) -> Result<(), String> {
        let mut expected = String::from("\u{feff}Reason,email,firstname\r\n");
        for row in &self.rows {
            if let Some(reason) = row.fault {
                write!(expected, "{reason},{},{}\r\n", row.address, cell(&row.first)).unwrap();
            }
        }
        let file = if reply.body.contains("GetContactImportReportFaultsResult") {
            let data = text(&reply.body, "GetContactImportReportFaultsResult");
            String::from_utf8(STANDARD.decode(data).unwrap()).unwrap()
        } else {
            reply.body.clone()
        };
        (file == expected).then_some(()).ok_or_else(|| format!("not {expected:?} but {file:?}"))
    }
}

/// A cell of CSV.
fn cell(text: &str) -> String {
    if text.contains([',', '"']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.into()
    }
}
