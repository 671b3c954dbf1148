//! Every sample of Which50's help pages is answered, or taken, member by member: the same names in
//! the same order and of the same types, from stored state.
//!
//! The pages are other people's and not in the project: `LYCHGATE_EVIDENCE` names the folder of
//! their samples, beside which `sources` lies. Where they are not at hand the comparisons are
//! skipped, and say so.

#[cfg(test)]
#[expect(dead_code, reason = "every user of it needs another part")]
mod world;

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;

    use http::Method;
    use lychgate::domain::import::Runner;
    use lychgate::domain::{AccountId, NewList, Visibility};
    use lychgate::protocol::rest::{Bounds, Tree, read_json};
    use lychgate::protocol::xml::{Content, Limits, Reader, XmlError};

    use crate::world::{World, head};

    const MOST_REPLY_BYTES: usize = 1 << 20;
    const JSON: &str = "application/json";
    const XML: &str = "text/xml";

    /// The samples, or nothing with a remark.
    fn samples() -> Option<PathBuf> {
        let folder = std::env::var_os("LYCHGATE_EVIDENCE").map(PathBuf::from);
        let folder = folder
            .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/evidence"))
            .join("which50");
        if folder.is_dir() {
            return Some(folder);
        }
        println!("skipped: the samples are not at hand");
        None
    }

    fn sample(name: &str) -> Option<String> {
        Some(std::fs::read_to_string(samples()?.join(name)).unwrap())
    }

    struct Caller(World);

    impl Caller {
        /// An account with one list, which has the number 3.
        async fn new() -> Self {
            let world = World::new().await;
            let new = NewList { name: "News".to_owned(), visibility: Visibility::Private };
            world.context.account(AccountId(1)).lists().create(new).await.unwrap();
            Self(world)
        }

        async fn call(
            &self,
            method: Method,
            path: &str,
            sent: &str,
            body: &str,
            accept: &str,
        ) -> String {
            let headers = [
                ("authorization", self.0.authorization(None)),
                ("content-type", sent.to_owned()),
                ("accept", accept.to_owned()),
            ];
            let path = format!("/Which50API/{path}");
            let reply =
                self.0.answer(head(method, "api.example.org", &path, &headers), body.to_owned());
            let reply = reply.await;
            let (status, body) = (reply.status, reply.body.gather(MOST_REPLY_BYTES).await.unwrap());
            let body = String::from_utf8(body.to_vec()).unwrap();
            assert_eq!(status, 200, "{path}: {body}");
            body
        }

        async fn get(&self, path: &str, accept: &str) -> String {
            self.call(Method::GET, path, JSON, "", accept).await
        }

        /// The path of an import of these fields.
        async fn begin(&self, sent: &str, request: &str) -> String {
            let body = self.call(Method::POST, "contactLists/3/import", sent, request, JSON).await;
            let Tree::Record(members) = json(&body) else { panic!("no record: {body}") };
            let Tree::Number(id) = &members[0].1 else { panic!("no id: {body}") };
            format!("contactLists/3/import/{id}")
        }

        async fn work(&self) {
            Arc::new(Runner::new(Arc::clone(&self.0.context))).drain().await;
        }

        /// The path of an import that is done.
        async fn import(&self) -> String {
            let path = self.begin(JSON, r#"{"FieldNames":["Email","FirstName"]}"#).await;
            let batch = r#"[{"Values":{"Email":"ann@b.example","FirstName":"Ann"}}]"#;
            self.call(Method::POST, &path, JSON, batch, JSON).await;
            self.work().await;
            path
        }
    }

    fn json(text: &str) -> Tree {
        read_json(text.as_bytes(), Bounds::default())
            .unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// What a sample and an answer have in common: kinds of values, and names of members in their
    /// order. A date is told from another text; of a list the first item says what all are; what
    /// is in a dictionary is its caller's own.
    fn shape(tree: &Tree) -> String {
        match tree {
            Tree::Text(text) if text.parse::<jiff::Timestamp>().is_ok() => "a date".to_owned(),
            Tree::List(items) => format!("[{}]", items.first().map(shape).unwrap_or_default()),
            Tree::Record(members) => {
                let member = |(name, value): &(String, Tree)| match name.as_str() {
                    "Values" => "Values: a dictionary".to_owned(),
                    // Nobody was warned.
                    "ValidationWarnings" => "ValidationWarnings: a list".to_owned(),
                    _ => format!("{name}: {}", shape(value)),
                };
                let members: Vec<String> = members.iter().map(member).collect();
                format!("{{{}}}", members.join(", "))
            }
            other => other.kind().to_owned(),
        }
    }

    #[track_caller]
    fn same_json(answered: &str, sample: &str) {
        assert_eq!(shape(&json(answered)), shape(&json(sample)));
    }

    /// An element: its namespace and name, its kind of text, and what is in it.
    fn element(xml: &mut Reader<'_>, name: &str) -> Result<String, XmlError> {
        let mut next = match xml.text_or_child()? {
            Content::Text(text) => return Ok(format!("{name} = {}", kind_of_text(&text))),
            Content::Child(child) => Some(child),
        };
        let mut children: Vec<String> = Vec::new();
        while let Some(child) = next {
            let name = format!("{{{}}}{}", child.namespace(), child.local());
            let child = element(xml, &name)?;
            if !children.contains(&child) {
                children.push(child);
            }
            next = xml.next_child()?;
        }
        Ok(format!("{name} [{}]", children.join(", ")))
    }

    fn kind_of_text(text: &str) -> &'static str {
        match text {
            _ if text.parse::<i64>().is_ok() => "a number",
            _ if text.parse::<jiff::Timestamp>().is_ok() => "a date",
            _ => "a text",
        }
    }

    fn xml_shape(document: &str) -> String {
        let mut xml = Reader::new(document.trim(), Limits::default());
        let root = xml.root().unwrap();
        let name = format!("{{{}}}{}", root.namespace(), root.local());
        let shape = element(&mut xml, &name).unwrap();
        xml.finish().unwrap();
        shape
    }

    #[track_caller]
    fn same_xml(answered: &str, sample: &str) {
        assert_eq!(xml_shape(answered), xml_shape(sample));
    }

    #[tokio::test]
    async fn an_import_is_answered_as_the_samples_have_it() {
        let (Some(as_json), Some(as_xml)) = (sample("importjob.json"), sample("importjob.xml"))
        else {
            return;
        };
        let caller = Caller::new().await;
        let path = caller.import().await;
        same_json(&caller.get(&path, JSON).await, &as_json);
        same_xml(&caller.get(&path, XML).await, &as_xml);
    }

    /// The source document has its three samples at its end, each under its media types.
    #[tokio::test]
    async fn an_import_is_answered_as_the_page_of_its_status_prints_it() {
        let Some(folder) = samples() else { return };
        let page = folder.join("../../sources/which50-import-job-status.txt");
        let Ok(page) = std::fs::read_to_string(page) else {
            println!("skipped: the page is not at hand");
            return;
        };
        let behind = |mark: &str| page.split_once(mark).unwrap().1;
        let (indented, rest) =
            behind("application/json, text/json").split_once("application/csp-report").unwrap();
        let (compact, as_xml) = rest.split_once("application/xml, text/xml").unwrap();
        let caller = Caller::new().await;
        let path = caller.import().await;
        for accept in [JSON, "text/json"] {
            same_json(&caller.get(&path, accept).await, indented.trim());
        }
        let answered = caller.get(&path, "application/csp-report").await;
        same_json(&answered, compact.trim());
        assert!(!answered.contains(": ") && !answered.contains('\n'), "not compact: {answered}");
        for accept in ["application/xml", XML] {
            same_xml(&caller.get(&path, accept).await, as_xml.trim());
        }
        for member in page.split("\n| ").filter_map(|row| row.split_once(" |\n")) {
            let (name, _) = member;
            if name.starts_with(|c: char| c.is_ascii_uppercase())
                && name != "Name"
                && !name.contains('|')
            {
                assert!(answered.contains(&format!("\"{name}\":")), "{name} is not answered");
            }
        }
    }

    #[tokio::test]
    async fn lists_are_answered_as_the_samples_have_them() {
        let (Some(as_json), Some(as_xml)) =
            (sample("contactslist.json"), sample("contactslist.xml"))
        else {
            return;
        };
        let caller = Caller::new().await;
        same_json(&caller.get("contactLists", JSON).await, &as_json);
        same_xml(&caller.get("contactLists", XML).await, &as_xml);
    }

    #[tokio::test]
    async fn the_samples_of_requests_begin_an_import_of_their_fields() {
        let (Some(as_json), Some(as_xml)) =
            (sample("importjobcreaterequest.json"), sample("importjobcreaterequest.xml"))
        else {
            return;
        };
        for (sent, request) in [(JSON, as_json), (XML, as_xml)] {
            let caller = Caller::new().await;
            let path = caller.begin(sent, &request).await;
            let batch = r#"[{"Values":{"Email":"ann@b.example","sample string 1":"one","Sample String 2":"two"}}]"#;
            caller.call(Method::POST, &path, JSON, batch, JSON).await;
            caller.work().await;
            let contacts = caller
                .get("contactLists/3/contacts?$select=sample string 1,sample string 2", JSON)
                .await;
            assert!(
                contacts.contains(r#"{"sample string 1":"one","sample string 2":"two"}"#),
                "{contacts}"
            );
        }
    }

    #[tokio::test]
    async fn the_sample_of_a_batch_is_taken_and_contacts_are_answered_like_it() {
        let Some(batch) = sample("contacts-batch-request.json") else { return };
        let caller = Caller::new().await;
        let path = caller.begin(JSON, r#"{"FieldNames":["sample string 1"]}"#).await;
        caller.call(Method::POST, &path, JSON, &batch, JSON).await;
        caller.work().await;
        let job = caller.get(&path, JSON).await;
        // Its two contacts have no address.
        assert!(job.contains(r#""InvalidEmailCount":2,"#), "{job}");
        caller.import().await;
        same_json(&caller.get("contactLists/3/contacts", JSON).await, &batch);
    }
}
