//! One event, seen from every face: what bounced is refused by the next SOAP import, stands in the
//! suppression list there, and is flagged in the bounce list of the other vendor's face.

#[cfg(test)]
#[expect(dead_code, reason = "every user of it needs another part")]
mod empower_support;
#[cfg(test)]
#[expect(dead_code, reason = "every user of it needs another part")]
mod support;

#[cfg(test)]
mod tests {
    use std::thread::sleep;
    use std::time::Duration;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use crate::empower_support::{ApiUser, Operator, decoded, elements};
    use crate::support::{Caller, Server, text, texts};

    /// How often an import is asked how far it is, and how long that goes on.
    const POLL: Duration = Duration::from_millis(20);
    const POLLS: u32 = 1_000;

    /// Imports a file over SOAP to its end, and returns its faults file.
    fn import(caller: &Caller, file: &str) -> String {
        let file = STANDARD.encode(file);
        let members = format!("<data>{file}</data><dataType>csv</dataType>");
        let started = caller.call_well("ImportContacts", &members);
        let id = format!("<importId>{}</importId>", text(&started, "Id"));
        let is_finished = || {
            let said = caller.call_well("GetContactImportProgress", &id);
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
        let faults = caller.call_well("GetContactImportReportFaults", &id);
        decoded(text(&faults, "GetContactImportReportFaultsResult"))
    }

    /// What the bounce list says of an address: reasons and flags.
    fn flags(user: &ApiUser, email: &str) -> Vec<(String, String)> {
        let said = user.call(&format!(
            "<methodCall><methodName>transactional.bouncedList</methodName>\
             <email>{email}</email></methodCall>"
        ));
        let found = elements(&said);
        let after = |tag: &str| {
            let places = found.iter().enumerate().filter(move |(_, one)| *one == tag);
            places.map(|(at, _)| found[at + 1].clone()).collect::<Vec<_>>()
        };
        after("<reason>").into_iter().zip(after("<flagged_invalid>")).collect()
    }

    #[test]
    fn a_bounce_is_seen_by_import_suppression_list_and_bounce_list() {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(&folder.path().join("data"), &["--demo"]);
        let (soap, user) = (Caller::of_demo(&server), ApiUser::of_demo(&server));
        let account = server.text("account");
        let operator = Operator::of(&server);
        operator.template(&account, 1_055_589);
        let file = "Email,FIRSTNAME\r\nann@across.example,Ann\r\nbob@across.example,Bob\r\n";
        assert_eq!(import(&soap, file), "\u{FEFF}Reason,email,firstname\r\n");
        assert_eq!(flags(&user, "ann@across.example"), []);

        operator.events(
            &account,
            &[
                r#"{"id":"1","type":"bounced","email":"ann@across.example","template_id":1055589,
                    "reason":"550 5.1.1 user unknown"}"#,
                r#"{"id":"2","type":"bounced","email":"bob@across.example","template_id":1055589,
                    "reason":"452 4.2.2 mailbox full"}"#,
                r#"{"id":"3","type":"bounced","email":"new@across.example","template_id":1055589,
                    "reason":"550 5.1.1 user unknown"}"#,
            ],
        );

        assert_eq!(
            import(
                &soap,
                "Email,FIRSTNAME\r\nann@across.example,Ann\r\nbob@across.example,Bob\r\nnew@across.example,New\r\n"
            ),
            "\u{FEFF}Reason,email,firstname\r\n\
             Hard bounced,ann@across.example,Ann\r\n\
             Soft bounced,bob@across.example,Bob\r\n\
             Hard bounced,new@across.example,New\r\n"
        );
        let flag = |reason: &str, flag: &str| vec![(reason.to_owned(), flag.to_owned())];
        assert_eq!(flags(&user, "ann@across.example"), flag("5-Invalid Recipient", "2"));
        assert_eq!(flags(&user, "bob@across.example"), flag("5-Mailbox Full", "1"));
        assert_eq!(flags(&user, "new@across.example"), flag("5-Invalid Recipient", "4"));
        let since =
            "<startDate>2000-01-01T00:00:00Z</startDate><select>1000</select><skip>0</skip>";
        let suppressed = soap.call_well("GetSuppressedContacts", since);
        let (emails, reasons) = (texts(&suppressed, "Email"), texts(&suppressed, "Reason"));
        let reason = |email: &str| {
            let at = emails.iter().position(|one| *one == email)?;
            reasons.get(at).copied()
        };
        assert_eq!(reason("ann@across.example"), Some("HardBounced"));
        assert_eq!(reason("bob@across.example"), Some("SoftBounced"));
        // Who only got a transactional message is not in the subscriber database.
        assert_eq!(reason("new@across.example"), None);
    }
}
