//! Selzy's face beside the SOAP face, over a real socket: contacts of the one are those of the
//! other, an opt-out here refuses an import there, and merging comes to the same. Bodies in every
//! form and compression, and hostile ones.

#[cfg(test)]
#[expect(dead_code, reason = "every user of it needs another part")]
mod empower_support;
#[cfg(test)]
#[expect(dead_code, reason = "every user of it needs another part")]
mod support;

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::thread::sleep;
    use std::time::{Duration, Instant};

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde_json::{Value, json};

    use crate::empower_support::decoded;
    use crate::support::{Caller, Server, text, texts};

    /// How often an import is asked how far it is, and how long that goes on.
    const POLL: Duration = Duration::from_millis(20);
    const POLLS: u32 = 1_000;

    /// A hostile form is answered at once.
    const AT_ONCE: Duration = Duration::from_secs(10);

    const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

    /// A server with the demo account and a caller of each of its faces.
    struct Trial {
        soap: Caller,
        key: String,
        server: Server,
        _folder: tempfile::TempDir,
    }

    impl Trial {
        fn start() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let server = Server::start(&folder.path().join("data"), &["--demo"]);
            let soap = Caller::of_demo(&server);
            let key = server.ready["selzy"]["api_key"].as_str().unwrap().to_owned();
            Self { soap, key, server, _folder: folder }
        }

        /// Posts a body; HTTP says 200 whatever the reply says.
        fn send(&self, target: &str, headers: &str, body: &[u8]) -> Value {
            let authority = self.server.authority();
            let caller = Caller { authority, authorization: "none".to_owned() };
            let reply = caller.send("POST", target, headers, body).unwrap();
            assert_eq!(reply.status, 200, "{}", reply.body);
            serde_json::from_str(&reply.body).unwrap()
        }

        fn call(&self, method: &str, form: &str) -> Value {
            let target = format!("/en/api/{method}?format=json&api_key={}", self.key);
            self.send(&target, FORM, form.as_bytes())
        }

        fn result(&self, method: &str, form: &str) -> Value {
            let mut said = self.call(method, form);
            assert!(said.get("error").is_none(), "{method}: {said}");
            said["result"].take()
        }

        /// Imports a file over SOAP into a list to its end, and returns its faults file.
        fn import(&self, list: u64, file: &str) -> String {
            let file = STANDARD.encode(file);
            let members = format!(
                "<addressBookId>{list}</addressBookId><data>{file}</data><dataType>csv</dataType>"
            );
            let started = self.soap.call_well("ImportContactsToAddressBook", &members);
            let id = format!("<importId>{}</importId>", text(&started, "Id"));
            let is_finished = || {
                let said = self.soap.call_well("GetContactImportProgress", &id);
                text(&said, "Status") == "Finished"
            };
            let finished = (0..POLLS).any(|_| {
                let finished = is_finished();
                if !finished {
                    sleep(POLL);
                }
                finished
            });
            assert!(finished, "the import does not end");
            let faults = self.soap.call_well("GetContactImportReportFaults", &id);
            decoded(text(&faults, "GetContactImportReportFaultsResult"))
        }

        fn field(&self, email: &str, name: &str) -> Value {
            let form = format!("email={email}&include_fields=1");
            self.result("getContact", &form)["email"]["fields"][name].take()
        }
    }

    #[test]
    fn an_import_of_one_face_is_seen_by_the_other_and_merges_alike() {
        let trial = Trial::start();
        let list = trial.result("createList", "title=Across")["id"].as_u64().unwrap();
        let file = "Email,FIRSTNAME\r\nann@selzy.example,Ann\r\nbob@selzy.example,Bob\r\n";
        assert_eq!(trial.import(list, file), "\u{FEFF}Reason,email,firstname\r\n");
        let shown = trial.result("getContact", "email=ann%40selzy.example&include_lists=1");
        assert_eq!(shown["email"]["status"], "new");
        assert_eq!(shown["email"]["lists"][0]["title"], "Across");

        let form = format!(
            "field_names[]=email&field_names[]=LASTNAME&field_names[]=email_list_ids\
             &data[0][]=ann%40selzy.example&data[0][]=Bell&data[0][]={list}\
             &data[1][]=cid%40selzy.example&data[1][]=Cole&data[1][]={list}"
        );
        let report = trial.result("importContacts", &form);
        assert_eq!((&report["updated"], &report["inserted"]), (&json!(1), &json!(1)));
        let found = trial.soap.call_well("GetContactByEmail", "<email>cid@selzy.example</email>");
        assert_eq!(text(&found, "Email"), "cid@selzy.example");
        // Neither face empties a field that it does not name.
        let file = "Email,FIRSTNAME\r\ncid@selzy.example,Cid\r\n";
        assert_eq!(trial.import(list, file), "\u{FEFF}Reason,email,firstname\r\n");
        for (email, first, last) in
            [("ann%40selzy.example", "Ann", "Bell"), ("cid%40selzy.example", "Cid", "Cole")]
        {
            assert_eq!(trial.field(email, "FIRSTNAME"), first);
            assert_eq!(trial.field(email, "LASTNAME"), last);
        }
        let count = trial.soap.call_well("GetAddressBookContactCount", &format!("<id>{list}</id>"));
        assert_eq!(text(&count, "GetAddressBookContactCountResult"), "3");
    }

    #[test]
    fn an_opt_out_here_refuses_the_next_import_there() {
        let trial = Trial::start();
        let list = trial.result("createList", "title=Across")["id"].as_u64().unwrap();
        let file = "Email\r\nann@selzy.example\r\nbob@selzy.example\r\n";
        assert_eq!(trial.import(list, file), "\u{FEFF}Reason,email\r\n");
        trial.result("unsubscribe", "contact_type=email&contact=ann%40selzy.example");
        let form = format!("contact_type=email&contact=bob%40selzy.example&list_ids={list}");
        trial.result("unsubscribe", &form);
        trial.result("unsubscribe", "contact_type=email&contact=new%40selzy.example");
        let file = "Email\r\nann@selzy.example\r\nbob@selzy.example\r\nnew@selzy.example\r\n";
        let faults = trial.import(list, file);
        let refused: Vec<&str> = faults.lines().skip(1).collect();
        assert_eq!(refused.len(), 3, "{faults}");
        for email in ["ann@selzy.example", "bob@selzy.example", "new@selzy.example"] {
            assert!(refused.iter().any(|line| line.ends_with(email)), "{faults}");
        }
        let since =
            "<startDate>2000-01-01T00:00:00Z</startDate><select>1000</select><skip>0</skip>";
        let suppressed = trial.soap.call_well("GetUnsubscribedContacts", since);
        let emails = texts(&suppressed, "Email");
        assert!(emails.contains(&"ann@selzy.example") && emails.contains(&"new@selzy.example"));
    }

    #[test]
    fn a_number_alone_is_in_no_list_of_addresses() {
        let trial = Trial::start();
        let list = trial.result("createList", "title=Across")["id"].as_u64().unwrap();
        let form = format!(
            "field_names[0]=phone&field_names[1]=phone_list_ids\
             &data[0][0]=%2B353871234567&data[0][1]={list}"
        );
        assert_eq!(trial.result("importContacts", &form)["inserted"], 1);
        let page =
            format!("<addressBookId>{list}</addressBookId><select>100</select><skip>0</skip>");
        let members = trial.soap.call_well("GetContactsInAddressBook", &page);
        assert_eq!(texts(&members, "Email"), Vec::<&str>::new());
        let all = trial.soap.call_well("GetContacts", "<select>1000</select><skip>0</skip>");
        assert!(texts(&all, "Email").iter().all(|email| email.contains('@')));
    }

    #[test]
    fn a_body_may_be_compressed_in_every_way_that_clients_have() {
        let trial = Trial::start();
        let form = |title: &str| format!("title={title}&api_key={}", trial.key);
        let bzip2 = |plain: String| {
            let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
            encoder.write_all(plain.as_bytes()).unwrap();
            encoder.finish().unwrap()
        };
        let gzip = |plain: String| {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(plain.as_bytes()).unwrap();
            encoder.finish().unwrap()
        };
        let target = "/en/api/createList?format=json";
        for (headers, target, body) in [
            (FORM.to_owned(), target.to_owned(), form("plain").into_bytes()),
            (format!("{FORM}Content-Encoding: gzip\r\n"), target.to_owned(), gzip(form("gzip"))),
            (format!("{FORM}Content-Encoding: bzip2\r\n"), target.to_owned(), bzip2(form("head"))),
            (FORM.to_owned(), format!("{target}&request_compression=bzip2"), bzip2(form("query"))),
        ] {
            let said = trial.send(&target, &headers, &body);
            assert!(said["result"]["id"].is_u64(), "{headers}{target}: {said}");
        }
        let zeros = bzip2("0".repeat(50_000_000));
        let headers = format!("{FORM}Content-Encoding: bzip2\r\n");
        for (headers, target) in [
            (headers, target.to_owned()),
            (FORM.to_owned(), format!("{target}&request_compression=bzip2")),
        ] {
            let began = Instant::now();
            let said = trial.send(&target, &headers, &zeros);
            assert_eq!(said["code"], "invalid_arg", "{said}");
            assert!(began.elapsed() < AT_ONCE);
        }
    }

    #[test]
    fn hostile_forms_are_refused_at_once() {
        let trial = Trial::start();
        let many = "a&".repeat(100_000);
        let deep = format!("title{}=x", "[a]".repeat(300));
        let long = format!("{}=x", "a".repeat(100_000));
        let broken = "field_names[0=email&data[[[0]]]=x&%5B%5D=&data[0][0][0][0]=a&=&&&%";
        let rows = format!(
            "field_names[0]=email&{}",
            (0..59_000).map(|row| format!("data[{row}]=x")).collect::<Vec<_>>().join("&")
        );
        for (name, form) in [
            ("many", &*many),
            ("deep", &deep),
            ("long", &long),
            ("broken", broken),
            ("rows", &rows),
        ] {
            let began = Instant::now();
            let said = trial.call("importContacts", form);
            assert_eq!(said["code"], "invalid_arg", "{name}: {said}");
            assert!(began.elapsed() < AT_ONCE, "{name} took {:?}", began.elapsed());
        }
        let huge = vec![b'a'; 11 * 1024 * 1024];
        let target = format!("/en/api/importContacts?api_key={}", trial.key);
        let said = trial.send(&target, FORM, &huge);
        assert_eq!(said["code"], "invalid_arg", "{said}");
    }
}
