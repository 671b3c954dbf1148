//! The vendor's page of `transactional.bouncedList`: its two requests, byte for byte as printed,
//! get its two answers, element by element, from events that were recorded.

#[cfg(test)]
#[expect(dead_code, reason = "every user of it needs another part")]
mod empower_support;
#[cfg(test)]
#[expect(dead_code, reason = "every user of it needs another part")]
mod support;

#[cfg(test)]
mod tests {
    use crate::empower_support::{ApiUser, Operator, elements};
    use crate::support::{Server, run_well};

    const REQUEST_ONE: &str = "<methodCall>\n\n\
        <methodName>transactional.bouncedlist</methodName>\n\n\
        <template_id>1055589</template_id>\n\n\
        </methodCall>";

    const REQUEST_TWO: &str = "<methodCall>\n\n\
        <methodName>transactional.bouncedlist</methodName>\n\n\
        <email>jdoe@example.com</email>\n\n\
        </methodCall>";

    const RESPONSE_ONE: &str = "<methodResponse>\n\n<item>\n\n\
        <methodName>transactional.bouncedlist</methodName>\n\n\
        <template_id>\n\n<value>1055589</value>\n\n\
        <item>\n\n<email>jdoe@example.com</email>\n\n\
        <reason>5-Invalid Recipient</reason>\n\n\
        <flagged_invalid>4</flagged_invalid>\n\n</item>\n\n\
        <item>\n\n<email>1@2.com</email>\n\n\
        <reason>5-DNS Failure</reason>\n\n\
        <flagged_invalid>4</flagged_invalid>\n\n</item>\n\n\
        <item>\n\n<email>ksmith@example.com</email>\n\n\
        <reason>5-DNS Failure</reason>\n\n\
        <flagged_invalid>4</flagged_invalid>\n\n</item>\n\n\
        </template_id>\n\n\
        <responseNum>1</responseNum>\n\n</item>\n\n</methodResponse>";

    const RESPONSE_TWO: &str = "<methodResponse>\n\n<item>\n\n\
        <methodName>transactional.bouncedlist</methodName>\n\n\
        <email>\n\n<value>jdoe@example.com</value>\n\n\
        <item>\n\n<template_id>1055589</template_id>\n\n\
        <reason>5-DNS Failure</reason>\n\n\
        <flagged_invalid>4</flagged_invalid>\n\n</item>\n\n\
        </email>\n\n\
        <responseNum>1</responseNum>\n\n</item>\n\n</methodResponse>";

    /// Makes an account and, for it, an API user; says what was printed of that.
    fn account(data: &str, name: &str) -> String {
        run_well(&["account", "add", name, "--data", data]);
        run_well(&["account", "credential", "add", name, "--face", "empower", "--data", data])
    }

    /// The page's two examples show two states: in the second, another bounce of `jdoe`.
    #[test]
    fn the_requests_of_the_document_get_its_answers_from_stored_events() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data").to_str().unwrap().to_owned();
        let (first, second) = (account(&data, "first"), account(&data, "second"));
        let server = Server::start(data.as_ref(), &[]);
        let operator = Operator::of(&server);
        for name in ["first", "second"] {
            operator.template(name, 1_055_589);
        }
        operator.events(
            "first",
            &[
                r#"{"type":"bounced","email":"jdoe@example.com","template_id":1055589,
                    "reason":"550 5.1.1 user unknown","time":"2017-01-06T03:23:45Z"}"#,
                r#"{"type":"bounced","email":"1@2.com","template_id":1055589,
                    "reason":"NXDOMAIN","time":"2017-01-07T03:23:45Z"}"#,
                r#"{"type":"bounced","email":"ksmith@example.com","template_id":1055589,
                    "reason":"5-DNS Failure","time":"2017-01-08T03:23:45Z"}"#,
                r#"{"type":"delivered","email":"well@example.com","template_id":1055589}"#,
            ],
        );
        operator.events(
            "second",
            &[r#"{"type":"bounced","email":"JDoe@example.com","template_id":1055589,
                  "reason":"Host or domain name not found"}"#],
        );
        let first = ApiUser::printed(&server, &first);
        assert_eq!(elements(&first.post(REQUEST_ONE)), elements(RESPONSE_ONE));
        let second = ApiUser::printed(&server, &second);
        assert_eq!(elements(&second.post(REQUEST_TWO)), elements(RESPONSE_TWO));
    }
}
