//! Every recorded reply of the Selzy API is reproduced, member by member, from stored state.
//!
//! The documents are other people's and not in the project: `LYCHGATE_EVIDENCE` names their folder.
//! Where they are not at hand the comparisons are skipped, and say so.

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;

    use http::{HeaderMap, Method};
    use lychgate::domain::{AccountId, Clock, Context, Ids, Limits, NewAccount};
    use lychgate::faces::Face as _;
    use lychgate::faces::selzy::{Answer, Selzy, Settings};
    use lychgate::protocol::form::{Fields, urlencoded};
    use lychgate::protocol::http::{Head, HttpCall};
    use lychgate::store::MemoryStore;
    use serde_json::Value;

    /// The page of the vendor from which the documents are hides addresses behind this text.
    const HIDDEN_ADDRESS: &str = "[email protected]";

    struct Selzied {
        context: Arc<Context>,
        face: Selzy,
        key: String,
    }

    impl Selzied {
        async fn new(contact_limit: u32) -> Self {
            let clock = Clock::Frozen("2026-04-01T12:00:00Z".parse().unwrap());
            let store = Arc::new(MemoryStore::new());
            let context = Context::open(store, clock, Ids::seeded(7), Limits::default()).await;
            let context = context.unwrap();
            let new = NewAccount { name: "one".to_owned(), ..NewAccount::default() };
            context.accounts().add(new).await.unwrap();
            let key = context.accounts().token_add(AccountId(1)).await.unwrap().token;
            let settings = Settings { contact_limit, ..Settings::default() };
            Self { context: Arc::new(context), face: Selzy::new(settings), key }
        }

        /// Imports rows of cells, and gives the reply as it is.
        async fn import(&self, names: &[&str], rows: &[&[&str]]) -> String {
            let names = names.iter().enumerate();
            let names = names.map(|(at, name)| (format!("field_names[{at}]"), *name));
            let cells = rows.iter().enumerate().flat_map(|(row, cells)| {
                let cells = cells.iter().enumerate();
                cells.map(move |(at, text)| (format!("data[{row}][{at}]"), *text))
            });
            let fields: Fields =
                names.chain(cells).map(|(name, text)| (name, text.to_owned())).collect();
            let head = Head {
                method: Method::POST,
                path: "/en/api/importContacts".to_owned(),
                query: format!("format=json&api_key={}", self.key),
                headers: HeaderMap::new(),
                peer: [127, 0, 0, 1].into(),
                base_url: "https://selzy.example".to_owned(),
                host: "selzy.example".to_owned(),
                request_id: "evidence".to_owned(),
                caller: lychgate::protocol::http::CallerSlot::default(),
            };
            let body = urlencoded::write(&fields).into();
            let call = HttpCall::new(Arc::new(head), body);
            let reply = self.face.answer(&self.context, call).await;
            let body = reply.body.gather(64 * 1024).await.unwrap();
            String::from_utf8(body.to_vec()).unwrap()
        }
    }

    /// A recorded document, if the evidence is at hand.
    fn recorded(name: &str) -> Option<String> {
        let Some(folder) = std::env::var_os("LYCHGATE_EVIDENCE").map(PathBuf::from) else {
            eprintln!("skipped: LYCHGATE_EVIDENCE does not name a folder");
            return None;
        };
        Some(std::fs::read_to_string(folder.join("selzy").join(name)).unwrap())
    }

    /// A document without white space between its tokens: what is left are members in their
    /// order, with their types and values.
    fn compact(document: &str) -> String {
        let mut is_text = false;
        let mut is_escaped = false;
        let keep = |character: &char| {
            let is_kept = is_text || !character.is_whitespace();
            match character {
                '"' if !is_escaped => is_text = !is_text,
                _ => {}
            }
            is_escaped = *character == '\\' && !is_escaped;
            is_kept
        };
        document.chars().filter(keep).collect()
    }

    #[test]
    fn white_space_counts_within_texts_alone() {
        assert_eq!(
            compact("{ \"a b\" : [ 1,\n2 ], \"c\\\" d\":\"\" }"),
            "{\"a b\":[1,2],\"c\\\" d\":\"\"}"
        );
    }

    #[tokio::test]
    async fn the_result_with_errors_is_the_recorded_one() {
        let world = Selzied::new(0).await;
        let names = ["email", "phone", "delete", "email_status"];
        world
            .import(
                &names,
                &[
                    &["old@b.example", "", "", "active"],
                    &["holder@b.example", "+353871234567", "", ""],
                ],
            )
            .await;
        let said = world
            .import(
                &names,
                &[
                    &["nobody", "+353871234568", "", ""],
                    &["gone@b.example", "", "1", ""],
                    &["other@b.example", "+353871234567", "", ""],
                    &["old@b.example", "", "1", ""],
                ],
            )
            .await;
        let Some(recorded) = recorded("importcontacts-result.json") else { return };
        assert_eq!(said, compact(&recorded));
    }

    #[tokio::test]
    async fn the_result_past_the_plan_is_the_recorded_one() {
        let world = Selzied::new(1).await;
        world.import(&["email"], &[&["one@b.example"]]).await;
        let said = world.import(&["email"], &[&["two@b.example"]]).await;
        let Some(recorded) = recorded("importcontacts-overlimit.json") else { return };
        assert_eq!(said, compact(&recorded));
    }

    #[tokio::test]
    async fn the_result_with_an_address_of_a_role_is_the_recorded_one() {
        let world = Selzied::new(0).await;
        let said = world.import(&["email"], &[&["info@b.example"]]).await;
        let Some(recorded) = recorded("importcontacts-rolebased.json") else { return };
        assert!(recorded.contains(HIDDEN_ADDRESS));
        assert_eq!(said, compact(&recorded.replace(HIDDEN_ADDRESS, "info@b.example")));
    }

    #[tokio::test]
    async fn a_success_with_a_warning_has_the_recorded_form() {
        let Some(recorded) = recorded("success-with-warning.json") else { return };
        let document: Value = serde_json::from_str(&recorded).unwrap();
        let warning = document["warnings"][0]["warning"].as_str().unwrap().to_owned();
        let answer = Answer::result(&document["result"]).unwrap().warning(warning);
        let body = answer.reply().body.gather(1024).await.unwrap();
        assert_eq!(body, compact(&recorded));
    }
}
