//! Every recorded document of the Empower API is reproduced, element by element, from the same
//! stored state; or it is listed with the reason why it cannot be.
//!
//! The documents are other people's and not in the project: `LYCHGATE_EVIDENCE` names their folder.
//! Where they are not at hand the comparisons are skipped, and say so.

#[cfg(test)]
#[expect(dead_code, reason = "every user of it needs another part")]
mod empower_support;
#[cfg(test)]
#[expect(dead_code, reason = "every user of it needs another part")]
mod support;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::PathBuf;

    use lychgate::protocol::xml::{Content, Limits, Reader, XmlError};
    use serde_json::json;

    use crate::empower_support::{ApiUser, Operator};
    use crate::support::{Server, run_well, text};

    const TEMPLATE: u32 = 1_055_589;

    /// What stands in no document, because its writer left it out: the vendor's pages say of every
    /// item that it has the first three and of every template that it has a binding, and print most
    /// without.
    const LEFT_OUT: [&str; 4] = ["responseCode", "responseText", "responseNum", "binding"];

    /// Documents that are not compared, and why.
    const NOT_COMPARED: &[(&str, &str)] = &[
        (
            "MessageTest_0.xml",
            "prints the members of responseData right below the item; the code that reads it in \
             production looks for them in responseData, where the vendor's page has them",
        ),
        (
            "rebuild_template_response.xml",
            "is a copy of the answer to sendTest with its two texts; the vendor's page has the one \
             text `Template ID N cache has been rebuilt`",
        ),
    ];

    /// An element with its text, or with those in it.
    #[derive(Debug, PartialEq)]
    struct Element {
        name: String,
        text: String,
        children: Vec<Element>,
    }

    fn read(document: &str) -> Result<Element, XmlError> {
        let mut reader = Reader::new(document.trim(), Limits::default());
        let name = reader.root()?.local().to_owned();
        let root = element(&mut reader, name)?;
        reader.finish()?;
        Ok(root)
    }

    fn element(reader: &mut Reader<'_>, name: String) -> Result<Element, XmlError> {
        let mut child = match reader.text_or_child()? {
            Content::Text(text) => {
                return Ok(Element { name, text: text.trim().to_owned(), children: Vec::new() });
            }
            Content::Child(child) => Some(child.local().to_owned()),
        };
        let mut children = Vec::new();
        while let Some(name) = child {
            children.push(element(reader, name)?);
            child = reader.next_child()?.map(|name| name.local().to_owned());
        }
        Ok(Element { name, text: String::new(), children })
    }

    impl Element {
        fn has(&self, name: &str) -> bool {
            self.children.iter().any(|child| child.name == name)
        }

        /// What of the other differs from this one, which was recorded; nothing if it says the
        /// same in the same order. Text of elements that `anything` names is not compared.
        fn difference(&self, ours: &Self, anything: &[&str]) -> Option<String> {
            let same_text = if self.name == "methodName" {
                // Documents and clients do not agree on its letter case.
                self.text.eq_ignore_ascii_case(&ours.text)
            } else {
                self.text == ours.text || anything.contains(&&*self.name)
            };
            if self.name != ours.name || !same_text {
                return Some(format!("{self:?}\nis\n{ours:?}"));
            }
            let left_out = |name: &str| LEFT_OUT.contains(&name) && !self.has(name);
            let theirs = self.children.iter();
            let ours: Vec<_> =
                ours.children.iter().filter(|child| !left_out(&child.name)).collect();
            if theirs.len() != ours.len() {
                let names: Vec<_> = ours.iter().map(|child| &child.name).collect();
                return Some(format!("{} has {names:?}", self.name));
            }
            theirs.zip(ours).find_map(|(theirs, ours)| theirs.difference(ours, anything))
        }

        /// Gives the texts of all elements of this name numbers in the order in which they occur:
        /// what is left of ids that are the vendor's own.
        fn renumber(&mut self, name: &str) {
            let mut known = Vec::new();
            self.renumber_by(name, &mut known);
        }

        fn renumber_by(&mut self, name: &str, known: &mut Vec<String>) {
            if self.name == name {
                let found = known.iter().position(|text| *text == self.text);
                let number = found.unwrap_or_else(|| {
                    known.push(self.text.clone());
                    known.len() - 1
                });
                self.text = number.to_string();
            }
            self.children.iter_mut().for_each(|child| child.renumber_by(name, known));
        }
    }

    fn folder() -> PathBuf {
        let named = std::env::var_os("LYCHGATE_EVIDENCE").map(PathBuf::from);
        let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/evidence");
        named.unwrap_or_else(beside).join("empower")
    }

    /// A recorded document; `None`, and a line that says so, where it is not at hand.
    fn recorded(name: &str) -> Option<String> {
        let path = folder().join(name);
        let read = std::fs::read_to_string(&path).ok();
        if read.is_none() {
            println!("skipped: there is no {}; set LYCHGATE_EVIDENCE", path.display());
        }
        read
    }

    /// A server with one account and its API user.
    struct Trial {
        user: ApiUser,
        operator: Operator,
        _server: Server,
        _folder: tempfile::TempDir,
    }

    impl Trial {
        fn start() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let data = folder.path().join("data").to_str().unwrap().to_owned();
            run_well(&["account", "add", "acme", "--data", &data]);
            let add =
                ["account", "credential", "add", "acme", "--face", "empower", "--data", &data];
            let said = run_well(&add);
            let inbox = folder.path().join("inbox");
            let host = inbox.join("www.mysite.com");
            std::fs::create_dir_all(&host).unwrap();
            std::fs::write(host.join("list.txt"), "email\njdoe@example.com\n").unwrap();
            let config = folder.path().join("lychgate.toml");
            std::fs::write(&config, format!("[files]\ninbox = {inbox:?}\n")).unwrap();
            let server = Server::start(data.as_ref(), &["--config", config.to_str().unwrap()]);
            let user = ApiUser::printed(&server, &said);
            Self { user, operator: Operator::of(&server), _server: server, _folder: folder }
        }

        fn call(&self, method: &str, arguments: &str) -> String {
            let call =
                format!("<methodCall><methodName>{method}</methodName>{arguments}</methodCall>");
            self.user.call(&call)
        }

        /// Like [`Self::call`] for a call that must succeed.
        fn call_well(&self, method: &str, arguments: &str) -> String {
            let said = self.call(method, arguments);
            assert!(!said.contains("<error>"), "{said}");
            said
        }

        /// Posts a recorded request with a key that is known here.
        fn replay(&self, request: &str) -> String {
            let request = request.replace("fake_key", &self.user.api_key);
            self.user.post(&request.replace("fake_secret", &self.user.shared_secret))
        }

        fn template(&self, id: u32, notes: &str, bills: &str, html: &str, plain: &str) {
            self.operator.templates(&[json!({
                "account": "acme", "id": id, "subject": "Order Confirmation",
                "from_description": "Buffalo Barn", "from_email": "from@buffalobarn.com",
                "reply_email": "replies@buffalobarn.com", "message_notes": notes,
                "bill_codes": bills, "html": html, "plain": plain,
            })]);
        }
    }

    /// Holds what was answered against the recorded document of this name.
    fn agrees(name: &str, recorded: &str, answered: &str, anything: &[&str]) {
        let difference = read(recorded).unwrap().difference(&read(answered).unwrap(), anything);
        assert_eq!(difference, None, "{name} against {answered}");
    }

    #[test]
    fn every_document_is_compared_or_listed_with_its_reason() {
        let Ok(entries) = std::fs::read_dir(folder()) else {
            println!("skipped: there is no {}; set LYCHGATE_EVIDENCE", folder().display());
            return;
        };
        let source = include_str!("empower_evidence.rs");
        let listed: BTreeSet<&str> = NOT_COMPARED.iter().map(|(name, _)| *name).collect();
        for entry in entries {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let is_used = source.contains(&format!("recorded(\"{name}\")"));
            let is_listed = listed.contains(&*name);
            assert!(is_used != is_listed, "{name} is neither compared nor listed, or both");
        }
        assert!(NOT_COMPARED.iter().all(|(_, reason)| !reason.is_empty()));
    }

    #[test]
    fn a_file_of_subscribers_to_delete_is_a_job() {
        let (Some(request), Some(response)) =
            (recorded("ClientTest_0.xml"), recorded("ClientTest_1.xml"))
        else {
            return;
        };
        // What stands at the recorded address is nobody's here: the inbox has the same file. A bare
        // call's credentials come by HTTP Basic. The job's number is the vendor's own.
        let request = request.replace("https://", "ftp://");
        agrees("ClientTest_1.xml", &response, &Trial::start().replay(&request), &["job_id"]);
    }

    #[test]
    fn an_existing_subscriber_is_updated() {
        let Some(response) = recorded("ClientTest_2.xml") else { return };
        let trial = Trial::start();
        let email = "<email>jdoe@example.com</email>";
        trial.call_well("legacy.manage_subscriber", email);
        let answered = trial.call_well("legacy.manage_subscriber", email);
        agrees("ClientTest_2.xml", &response, &answered, &[]);
    }

    #[test]
    fn a_wrong_secret_is_not_authenticated() {
        let Some(response) = recorded("ErrorMessageTest_0.xml") else { return };
        let Some(request) = recorded("send_test_request.xml") else { return };
        // As recorded, with a key that nobody has, and no other credentials.
        let trial = Trial::start();
        agrees("ErrorMessageTest_0.xml", &response, &trial.user.post(&request), &[]);
    }

    #[test]
    fn segments_and_categories_are_listed() {
        let Some(response) = recorded("LegacyRetrieveSegmentTest_0.xml") else { return };
        let trial = Trial::start();
        let category = |name: &str| {
            let arguments = format!("<category_name>{name}</category_name>");
            let said = trial.call_well("account.addCategory", &arguments);
            leaf(&said, "category_id")
        };
        let purchases = category("Purchase Categories");
        let between = category("Between");
        let regions = category("Regions");
        let removed = format!("<category_id>{between}</category_id>");
        trial.call_well("account.removeCategory", &removed);
        for (name, category) in [
            ("T-shirts", &purchases),
            ("Shoes", &purchases),
            ("zip-92127, 36 miles", &regions),
            ("zip-99999, 50 miles", &regions),
        ] {
            let arguments = format!("<name>{name}</name><category_id>{category}</category_id>");
            trial.call_well("account.addStaticSegment", &arguments);
        }
        let both = "<return_group_data>1</return_group_data>\
                    <return_category_data>1</return_category_data>";
        let answered = trial.call_well("legacy.retrieve_segment", both);
        let (mut theirs, mut ours) = (read(&response).unwrap(), read(&answered).unwrap());
        for tree in [&mut theirs, &mut ours] {
            tree.renumber("group_id");
            tree.renumber("category_id");
        }
        assert_eq!(theirs.difference(&ours, &[]), None, "{answered}");
    }

    /// The text of the first leaf of this name.
    fn leaf(document: &str, name: &str) -> String {
        text(&document.replace("<![CDATA[", "").replace("]]>", ""), name).to_owned()
    }

    /// A draft's key.
    fn draft(trial: &Trial) -> String {
        let said = trial.call_well("account.addStaticSegment", "<name>Readers</name>");
        let arguments = format!(
            "<grp>{}</grp><msubject>News</msubject><text_mbody>Read this.</text_mbody>\
             <from_email>news@example.com</from_email><reply_email>news@example.com</reply_email>\
             <fromdesc>News</fromdesc>",
            leaf(&said, "id")
        );
        leaf(&trial.call_well("legacy.send_campaign", &arguments), "message_key")
    }

    #[test]
    fn a_campaign_is_sent_by_its_key() {
        let Some(response) = recorded("LegacySendCampaignTest_0.xml") else { return };
        let trial = Trial::start();
        let key = format!("<message_key>{}</message_key>", draft(&trial));
        let answered = trial.call_well("legacy.send_campaign", &key);
        agrees("LegacySendCampaignTest_0.xml", &response, &answered, &[]);
    }

    #[test]
    fn a_campaign_is_not_released_in_the_past() {
        let Some(response) = recorded("LegacySendCampaignTest_1.xml") else { return };
        let arguments = "<msubject>News</msubject><text_mbody>Read this.</text_mbody>\
            <from_email>news@example.com</from_email><reply_email>news@example.com</reply_email>\
            <fromdesc>News</fromdesc><timed_release>Y</timed_release><date>2011-11-11</date>\
            <hour>11</hour>";
        let answered = Trial::start().call_well("legacy.send_campaign", arguments);
        agrees("LegacySendCampaignTest_1.xml", &response, &answered, &[]);
    }

    #[test]
    fn templates_are_listed_with_both_bodies() {
        let Some(response) = recorded("TransactionalListTemplatesTest_0.xml") else { return };
        let mut tree = read(&response).unwrap();
        let item = tree.children.first_mut().unwrap();
        let body = |index: usize, name: &str| {
            let template = &item.children[index].children;
            let data = template.iter().find(|one| one.name == "template_data");
            data.unwrap().children.iter().find(|one| one.name == name).unwrap().text.clone()
        };
        let trial = Trial::start();
        for (index, id, notes, bills) in [
            (1, TEMPLATE, "important message note", "shoe deparment"),
            (2, 1_030_098, "another important message note", "shirt deparment"),
        ] {
            trial.template(id, notes, bills, &body(index, "html"), &body(index, "plain"));
        }
        // Templates are listed by id; nothing says how the document's two came into their order.
        item.children[1..].reverse();
        let answered = trial.call_well("transactional.listTemplates", "");
        assert_eq!(tree.difference(&read(&answered).unwrap(), &[]), None, "{answered}");
    }

    #[test]
    fn missing_variables_are_an_error() {
        let Some(response) = recorded("error_response.xml") else { return };
        let answered = Trial::start().call("transactional.updateTemplate", "<subject>x</subject>");
        // It names a variable that this method does not have: the fixture was put together.
        agrees("error_response.xml", &response, &answered, &["missing_vars"]);
        assert_eq!(leaf(&answered, "missing_vars"), "template_id");
    }

    #[test]
    fn a_template_is_rebuilt() {
        let Some(request) = recorded("rebuild_template_request.xml") else { return };
        let trial = Trial::start();
        trial.template(TEMPLATE, "", "", "<p>Thanks</p>", "Thanks");
        let answered = trial.replay(&request);
        let text = format!("Template ID {TEMPLATE} cache has been rebuilt");
        assert_eq!(leaf(&answered, "responseText"), text, "{answered}");
        assert_eq!(leaf(&answered, "template_id"), TEMPLATE.to_string());
    }

    #[test]
    fn a_template_is_tried_out() {
        let (Some(request), Some(response)) =
            (recorded("send_test_request.xml"), recorded("send_test_response.xml"))
        else {
            return;
        };
        let trial = Trial::start();
        trial.template(TEMPLATE, "", "", "<p>{$var1}</p>", "{$var1}");
        agrees("send_test_response.xml", &response, &trial.replay(&request), &[]);
    }

    #[test]
    fn a_template_is_updated() {
        let (Some(request), Some(response)) =
            (recorded("update_template_request.xml"), recorded("update_template_response.xml"))
        else {
            return;
        };
        let trial = Trial::start();
        trial.template(TEMPLATE, "", "", "<p>Thanks</p>", "Thanks");
        // The recorded answer is about another template than its request.
        let answered = trial.replay(&request.replace("1111", &TEMPLATE.to_string()));
        agrees("update_template_response.xml", &response, &answered, &[]);
        let listed = trial.call_well("transactional.listTemplates", "");
        assert_eq!(leaf(&listed, "subject"), "fake subject");
        assert_eq!(leaf(&listed, "html"), "html");
    }
}
