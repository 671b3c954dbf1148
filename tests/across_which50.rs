//! One store behind two faces: what is imported over SOAP is there for Which50, and the other way
//! round; who unsubscribes over one is refused by an import over the other.

#[cfg(test)]
#[expect(dead_code, reason = "every user of it needs another part")]
mod support;

#[cfg(test)]
mod tests {
    use std::thread::sleep;
    use std::time::Duration;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde_json::{Value, json};

    use crate::support::{Caller, Server, text};

    /// How often an import is asked how far it is, and how long that goes on.
    const POLL: Duration = Duration::from_millis(20);
    const POLLS: u32 = 1_000;

    fn until(mut is_so: impl FnMut() -> bool) {
        let came = (0..POLLS).any(|_| {
            let is_so = is_so();
            if !is_so {
                sleep(POLL);
            }
            is_so
        });
        assert!(came, "the import does not end");
    }

    /// Calls Which50; the reply's JSON.
    fn which50(caller: &Caller, method: &str, path: &str, body: &Value) -> Value {
        let path = format!("/Which50API/{path}");
        let headers = "Content-Type: application/json\r\nAccept: application/json\r\n";
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let reply = caller.send(method, &path, headers, body.as_bytes()).unwrap();
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        serde_json::from_str(&reply.body).unwrap()
    }

    fn addresses(contacts: &Value) -> Vec<&str> {
        let contacts = contacts.as_array().unwrap().iter();
        contacts.map(|contact| contact["Values"]["Email"].as_str().unwrap()).collect()
    }

    /// Imports contacts over Which50 to the end; the job.
    fn import(caller: &Caller, list: &str, contacts: &Value) -> Value {
        let fields = json!({"FieldNames": ["Email", "FirstName"]});
        let path = format!("contactLists/{list}/import");
        let job = which50(caller, "POST", &path, &fields);
        let path = format!("{path}/{}", job["Id"]);
        which50(caller, "POST", &path, contacts);
        let mut job = Value::Null;
        until(|| {
            job = which50(caller, "GET", &path, &Value::Null);
            job["CurrentStatus"] == "Completed"
        });
        job
    }

    fn import_over_soap(caller: &Caller, list: &str, file: &str) {
        let file = STANDARD.encode(file);
        let members = format!(
            "<addressBookId>{list}</addressBookId><data>{file}</data><dataType>csv</dataType>"
        );
        let started = caller.call_well("ImportContactsToAddressBook", &members);
        let id = format!("<importId>{}</importId>", text(&started, "Id"));
        until(|| {
            let said = caller.call_well("GetContactImportProgress", &id);
            text(&said, "Status") == "Finished"
        });
    }

    #[test]
    fn an_import_over_either_face_is_seen_by_the_other() {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(&folder.path().join("data"), &["--demo"]);
        let caller = Caller::of_demo(&server);
        let made = caller.call_well(
            "CreateAddressBook",
            "<apiAddressBook xmlns:a=\"http://apiconnector.com\"><a:Id>0</a:Id>\
             <a:Name>Across</a:Name><a:Visibility>Private</a:Visibility></apiAddressBook>",
        );
        let list = text(&made, "Id").to_owned();
        import_over_soap(&caller, &list, "Email,FIRSTNAME\r\nann@across.example,Ann\r\n");

        let of_list = format!("contactLists/{list}/contacts?$select=Email,FirstName");
        let contacts = which50(&caller, "GET", &of_list, &Value::Null);
        assert_eq!(addresses(&contacts), ["ann@across.example"]);
        assert_eq!(contacts[0]["Values"]["FirstName"], "Ann");
        let lists = which50(&caller, "GET", &format!("contactLists/{list}"), &Value::Null);
        assert_eq!(
            lists,
            json!({"Id": list.parse::<u32>().unwrap(), "Name": "Across", "Count": 1})
        );

        let batch = json!([
            {"Values": {"Email": "bob@across.example", "FirstName": "Bob"}},
            {"Values": {"Email": "ANN@across.example", "FirstName": "Anna"}},
        ]);
        let job = import(&caller, &list, &batch);
        assert_eq!((&job["InsertedContacts"], &job["UpdatedContacts"]), (&json!(1), &json!(1)));
        let email = "<email>bob@across.example</email>";
        let bob = caller.call_well("GetContactByEmail", email);
        assert!(bob.contains(">Bob<"), "{bob}");
        let ann = caller.call_well("GetContactByEmail", "<email>ann@across.example</email>");
        assert!(ann.contains(">Anna<"), "{ann}");

        let contact = "<apiContact xmlns:a=\"http://apiconnector.com\"><a:Id>0</a:Id>\
             <a:Email>bob@across.example</a:Email></apiContact>";
        caller.call_well("UnsubscribeContact", contact);
        let job = import(&caller, &list, &batch);
        assert_eq!((&job["UpdatedContacts"], &job["NotUpdatedContacts"]), (&json!(1), &json!(1)));
        let contacts = which50(&caller, "GET", &of_list, &Value::Null);
        assert_eq!(addresses(&contacts), ["ann@across.example"]);
    }
}
