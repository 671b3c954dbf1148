//! One domain behind two of the vendor's APIs: what is imported or made over the one is seen by the
//! other, and an import with a merge option ends alike whichever way it came in.

#[cfg(test)]
#[expect(dead_code, reason = "every user of it needs another part")]
mod world;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use base64::Engine as _;
    use base64::prelude::BASE64_STANDARD;
    use http::Method;
    use lychgate::domain::import::{DeclaredFormat, MergeOption, NewImport, Runner};
    use lychgate::domain::{AccountId, NewList, Visibility};
    use serde_json::{Value, json};

    use crate::world::{World, head};

    const HOST: &str = "api.example.org";

    /// No reply of these tests is longer, nor any file.
    const MOST_BYTES: usize = 1 << 20;

    /// Makes a call of the REST API that must succeed; an empty reply is null.
    async fn rest(world: &World, method: Method, path: &str, body: &Value) -> Value {
        let sent = if body.is_null() { String::new() } else { body.to_string() };
        rest_with(world, method, path, ("application/json", sent)).await
    }

    async fn rest_with(
        world: &World,
        method: Method,
        path: &str,
        (content_type, body): (&str, String),
    ) -> Value {
        let headers = [
            ("authorization", world.authorization(None)),
            ("content-type", content_type.to_owned()),
            ("content-length", body.len().to_string()),
        ];
        let reply = world.answer(head(method, HOST, path, &headers), body).await;
        let status = reply.status;
        let said = reply.body.gather(MOST_BYTES).await.unwrap();
        let said = String::from_utf8(said.to_vec()).unwrap();
        assert!(status.is_success(), "{path}: {status} {said}");
        serde_json::from_str(&said).unwrap_or(Value::String(said))
    }

    async fn get(world: &World, path: &str) -> Value {
        rest(world, Method::GET, path, &Value::Null).await
    }

    /// Makes a call of the SOAP API that must succeed.
    async fn soap(world: &World, operation: &str, members: &str) -> String {
        let body = format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
             <{operation} xmlns=\"http://apiconnector.com/v2\">{members}</{operation}>\
             </s:Body></s:Envelope>"
        );
        let action = format!("\"http://apiconnector.com/v2/ApiService/{operation}\"");
        let headers = [
            ("authorization", world.authorization(None)),
            ("content-type", "text/xml; charset=utf-8".to_owned()),
            ("content-length", body.len().to_string()),
            ("soapaction", action),
        ];
        let head = head(Method::POST, HOST, "/v2/api.svc", &headers);
        let reply = world.answer(head, body).await;
        let status = reply.status;
        let said = reply.body.gather(MOST_BYTES).await.unwrap();
        let said = String::from_utf8(said.to_vec()).unwrap();
        assert!(status.is_success(), "{operation}: {said}");
        said
    }

    /// The texts of all elements of this local name.
    fn texts<'a>(document: &'a str, name: &str) -> Vec<&'a str> {
        let tags = document.split('<').skip(1).filter_map(|piece| piece.split_once('>'));
        let named = tags.filter(|(tag, _)| {
            let local = tag.split([' ', '/']).next().unwrap_or_default();
            local.rsplit(':').next() == Some(name) && !tag.ends_with('/')
        });
        named.map(|(_, content)| content).collect()
    }

    /// Works every job to its end.
    async fn work(world: &World) {
        Arc::new(Runner::new(Arc::clone(&world.context))).drain().await;
    }

    /// Emails of contacts as REST lists them.
    fn emails(contacts: &Value) -> Vec<&str> {
        let contacts = contacts.as_array().unwrap().iter();
        contacts.map(|contact| contact["email"].as_str().unwrap()).collect()
    }

    /// A contact's value of a data field, `-` for none.
    fn value<'c>(contact: &'c Value, field: &str) -> &'c str {
        let mut fields = contact["dataFields"].as_array().unwrap().iter();
        let found = fields.find(|one| one["key"] == field).unwrap();
        found["value"].as_str().unwrap_or("-")
    }

    async fn news(world: &World) {
        let new = NewList { name: "News".to_owned(), visibility: Visibility::Public };
        world.context.account(AccountId(1)).lists().create(new).await.unwrap();
    }

    #[tokio::test]
    async fn an_import_over_soap_is_seen_by_rest() {
        let world = World::new().await;
        news(&world).await;
        rest(&world, Method::POST, "/v2/contacts/unsubscribe", &json!({"email": "eve@a.example"}))
            .await;
        let file = "Email,FIRSTNAME\r\nann@a.example,Ann\r\nbob@a.example,Bob\r\n\
                    eve@a.example,Eve\r\nann@a.example,Ann\r\nno address,No\r\n";
        let file = BASE64_STANDARD.encode(file);
        let members =
            format!("<addressBookId>3</addressBookId><data>{file}</data><dataType>csv</dataType>");
        let started = soap(&world, "ImportContactsToAddressBook", &members).await;
        let id = texts(&started, "Id").pop().unwrap().to_owned();
        let progress = format!("/v2/contacts/import/{id}");
        assert_eq!(get(&world, &progress).await["status"], "NotFinished");
        work(&world).await;
        assert_eq!(get(&world, &progress).await, json!({"id": id, "status": "Finished"}));
        let report = get(&world, &format!("{progress}/report")).await;
        let counted = ["newContacts", "unsubscribed", "duplicateEmails", "invalidEntries"];
        assert_eq!(counted.map(|name| report[name].as_i64().unwrap()), [2, 1, 1, 1]);
        let faults = get(&world, &format!("{progress}/report-faults")).await;
        let faults = faults.as_str().unwrap();
        assert!(faults.contains("Unsubscribed,eve@a.example,Eve"), "{faults}");
        let all = get(&world, "/v2/contacts").await;
        assert_eq!(emails(&all), ["ann@a.example", "bob@a.example"]);
        let members = get(&world, "/v2/address-books/3/contacts?withFullData=true").await;
        assert_eq!(emails(&members), ["ann@a.example", "bob@a.example"]);
        assert_eq!(value(&members[0], "FIRSTNAME"), "Ann");
        assert_eq!(get(&world, "/v2/address-books/3").await["contacts"], 2);
        assert_eq!(get(&world, "/v2/contacts/count").await, 2);
    }

    #[tokio::test]
    async fn an_import_over_rest_is_seen_by_soap() {
        let world = World::new().await;
        news(&world).await;
        let file = "Email,LASTNAME\nann@a.example,Bell\nbob@a.example,Moss\n";
        let upload = json!({"fileName": "c.csv", "data": BASE64_STANDARD.encode(file)});
        let path = "/v2/address-books/3/contacts/import";
        let started = rest(&world, Method::POST, path, &upload).await;
        let id = format!("<importId>{}</importId>", started["id"].as_str().unwrap());
        work(&world).await;
        let progress = soap(&world, "GetContactImportProgress", &id).await;
        assert_eq!(texts(&progress, "Status"), ["Finished"]);
        let report = soap(&world, "GetContactImportReport", &id).await;
        assert_eq!(texts(&report, "NewContacts"), ["2"]);
        let members = "<addressBookId>3</addressBookId><withFullData>true</withFullData>\
                       <select>10</select><skip>0</skip>";
        let listed = soap(&world, "GetContactsInAddressBook", members).await;
        assert_eq!(texts(&listed, "Email"), ["ann@a.example", "bob@a.example"]);
        assert!(listed.contains("Bell"), "{listed}");
    }

    #[tokio::test]
    async fn a_contact_made_over_rest_is_seen_by_soap_and_its_opt_out_there_by_rest() {
        let world = World::new().await;
        news(&world).await;
        let ann = json!({
            "email": "Ann@A.example", "optInType": "Double",
            "dataFields": [{"key": "FIRSTNAME", "value": "Ann"}],
        });
        rest(&world, Method::POST, "/v2/address-books/3/contacts/", &ann).await;
        let asked = "<email>ann@a.example</email>";
        let found = soap(&world, "GetContactByEmail", asked).await;
        assert_eq!(texts(&found, "OptInType"), ["Double"]);
        assert!(found.contains(">Ann<"), "{found}");
        let gone = "<apiContact xmlns:a=\"http://apiconnector.com\">\
                    <a:Email>ann@a.example</a:Email></apiContact>";
        soap(&world, "UnsubscribeContact", gone).await;
        let found = get(&world, "/v2/contacts/ann@a.example").await;
        assert_eq!(found["status"], "Unsubscribed");
        let since = get(&world, "/v2/contacts/unsubscribed-since/2026-01-01").await;
        assert_eq!(since[0]["suppressedContact"]["email"], "Ann@A.example");
        assert_eq!(get(&world, "/v2/address-books/3").await["contacts"], 0);
    }

    #[tokio::test]
    async fn an_import_over_either_api_brings_choices_and_consents() {
        let world = World::new().await;
        let offers = json!({"publicName": "Offers", "privateName": "offers", "isPreference": true});
        rest(&world, Method::POST, "/v2/preferences", &offers).await;
        let ann = json!({
            "email": "ann@a.example",
            "dataFields": [{"key": "Preference:Offers", "value": "True"}],
            "consentFields": [
                {"key": "consenttext", "value": "Yes"},
                {"key": "consentip", "value": "127.0.0.1"},
            ],
        });
        let collection = json!({"addressBookIds": [], "mergeOption": 0, "contacts": [ann]});
        rest(&world, Method::POST, "/v2/contacts/import-collection", &collection).await;
        let file = "Email,Preference:offers,ConsentText\r\nbob@a.example,False,Yes as well\r\n";
        let file = BASE64_STANDARD.encode(file);
        let members = format!("<data>{file}</data><dataType>csv</dataType>");
        soap(&world, "ImportContacts", &members).await;
        work(&world).await;
        for (email, is_opted_in, parts) in [
            ("ann@a.example", true, [("TEXT", "Yes"), ("IPADDRESS", "127.0.0.1")].as_slice()),
            ("bob@a.example", false, [("TEXT", "Yes as well")].as_slice()),
        ] {
            let found = get(&world, &format!("/v2/contacts/{email}/subscriptions")).await;
            assert_eq!(found["marketingPreferenceOptIns"][0]["isOptedIn"], is_opted_in, "{email}");
            let found = get(&world, &format!("/v2/contacts/{email}/with-consent")).await;
            let fields = found["consentFields"][0]["fields"].as_array().unwrap();
            let said = fields.iter().zip(parts);
            assert_eq!(fields.len(), parts.len() + 1, "the parts and when it was recorded");
            for (field, (key, value)) in said {
                assert_eq!(*field, json!({"key": key, "value": value}));
            }
        }
    }

    /// How one import with a merge option comes in.
    #[derive(Debug, Clone, Copy)]
    enum Way {
        /// As every other face of the domain hands it over.
        Domain,
        Json,
        Multipart,
        Collection,
    }

    /// The rows of the import: of three contacts who are there, and of a new one. A blank says
    /// nothing, or clears, as the option has it.
    const ROWS: [[&str; 3]; 4] = [
        ["full@a.example", "New", "Name"],
        ["full-blank@a.example", "", "Name"],
        ["bare@a.example", "New", ""],
        ["new@a.example", "New", ""],
    ];

    const OPTIONS: [(&str, MergeOption); 3] = [
        ("Overwrite", MergeOption::Overwrite),
        ("OnlyOverwriteIfNotEmpty", MergeOption::OnlyOverwriteIfNotEmpty),
        (
            "OnlyOverwriteIfContactDataNotPopulated",
            MergeOption::OnlyOverwriteIfContactDataNotPopulated,
        ),
    ];

    fn file() -> String {
        let rows = ROWS.iter().map(|row| format!("{}\r\n", row.join(",")));
        format!("Email,FIRSTNAME,LASTNAME\r\n{}", rows.collect::<String>())
    }

    /// What the import with `option` made of the same three contacts, as both APIs list them.
    async fn merged(way: Way, option: usize) -> (Value, String) {
        let world = World::new().await;
        for (email, first) in
            [("full@a.example", "Old"), ("full-blank@a.example", "Old"), ("bare@a.example", "")]
        {
            let fields = if first.is_empty() {
                json!([])
            } else {
                json!([{"key": "FIRSTNAME", "value": first}, {"key": "LASTNAME", "value": "Was"}])
            };
            let contact = json!({"email": email, "dataFields": fields});
            rest(&world, Method::POST, "/v2/contacts", &contact).await;
        }
        import(&world, way, option).await;
        work(&world).await;
        let seen = get(&world, "/v2/contacts?withFullData=true").await;
        let members = "<withFullData>true</withFullData><select>10</select><skip>0</skip>";
        (seen, soap(&world, "GetContacts", members).await)
    }

    async fn import(world: &World, way: Way, option: usize) {
        let (name, merge) = OPTIONS[option];
        let path = "/v2/contacts/import/with-merge-option";
        match way {
            Way::Domain => {
                let new = NewImport {
                    list: None,
                    file: vec![file().into()],
                    format: DeclaredFormat::Csv,
                    merge,
                    limit_bytes: u64::try_from(MOST_BYTES).unwrap(),
                };
                world.context.account(AccountId(1)).imports().accept(new).await.unwrap();
            }
            Way::Json => {
                let upload = json!({"FileName": "c.csv", "Data": BASE64_STANDARD.encode(file())});
                let path = format!("{path}/{}", name.to_lowercase());
                rest(world, Method::POST, &path, &upload).await;
            }
            Way::Multipart => {
                let body = format!(
                    "--b\r\nContent-Disposition: form-data; name=\"Contacts\"; \
                     filename=\"/C:/Example/c.csv\"\r\n\r\n{}\r\n--b--\r\n",
                    file()
                );
                let path = format!("{path}/{option}");
                let form = ("multipart/form-data; boundary=\"b\"", body);
                rest_with(world, Method::POST, &path, form).await;
            }
            Way::Collection => {
                let contacts: Vec<Value> = ROWS
                    .iter()
                    .map(|[email, first, last]| {
                        json!({"email": email, "dataFields": [
                            {"key": "FIRSTNAME", "value": first},
                            {"key": "LASTNAME", "value": last},
                        ]})
                    })
                    .collect();
                let body = json!({"mergeOption": option, "contacts": contacts});
                rest(world, Method::POST, "/v2/contacts/import-collection", &body).await;
            }
        }
    }

    #[tokio::test]
    async fn a_merge_option_ends_alike_whichever_way_the_import_came_in() {
        let expected = [
            ["New Name", "- Name", "New -", "New -"],
            ["New Name", "Old Name", "New -", "New -"],
            ["Old Was", "Old Was", "New -", "New -"],
        ];
        for (option, expected) in expected.iter().enumerate() {
            let (by_domain, by_domain_soap) = merged(Way::Domain, option).await;
            let names = by_domain.as_array().unwrap().iter().map(|contact| {
                format!("{} {}", value(contact, "FIRSTNAME"), value(contact, "LASTNAME"))
            });
            assert_eq!(names.collect::<Vec<_>>(), *expected, "{}", OPTIONS[option].0);
            for way in [Way::Json, Way::Multipart, Way::Collection] {
                let (seen, seen_soap) = merged(way, option).await;
                assert_eq!(seen, by_domain, "{way:?}, {}", OPTIONS[option].0);
                assert_eq!(seen_soap, by_domain_soap, "{way:?}, {}", OPTIONS[option].0);
            }
        }
    }
}
