//! The habits of the REST API's clients, over plain sockets against the real server, and the list
//! of operations against the vendor's own.

#[cfg(test)]
#[expect(dead_code, reason = "every user of it needs another part")]
mod support;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;
    use std::path::PathBuf;
    use std::time::Duration;

    use lychgate::faces::dotdigital_rest::operations;
    use serde_json::Value;

    use crate::support::{Caller, Server};

    /// Operations whose status is another than the OpenAPI's, and why.
    const DIFFERENT: &[(&str, &str)] = &[(
        "ApiAddressBook_DeleteAddressBook",
        "204 by the vendor's WADL, whose reply is empty as the OpenAPI's is, too",
    )];

    const PATIENCE: Duration = Duration::from_secs(60);

    /// A server with the demo account, and its login.
    struct World {
        server: Server,
        caller: Caller,
        _folder: tempfile::TempDir,
    }

    impl World {
        fn new() -> Self {
            Self::with("")
        }

        /// With these lines in the configuration file.
        fn with(config: &str) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("lychgate.toml");
            std::fs::write(&file, config).unwrap();
            let data = folder.path().join("data");
            let arguments = ["--demo", "--config", file.to_str().unwrap()];
            let server = Server::start(&data, &arguments);
            let caller = Caller::of_demo(&server);
            Self { server, caller, _folder: folder }
        }

        fn connect(&self) -> TcpStream {
            let socket = TcpStream::connect(self.server.authority()).unwrap();
            socket.set_read_timeout(Some(PATIENCE)).unwrap();
            socket
        }

        /// A request line, these headers and a login, without the end of the head.
        fn head(&self, line: &str, headers: &str) -> String {
            let (host, login) = (&self.caller.authority, &self.caller.authorization);
            format!("{line} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {login}\r\n{headers}")
        }

        /// One call on a connection of its own, exactly as said.
        fn ask(&self, line: &str, headers: &str, body: &str) -> Reply {
            let mut socket = self.connect();
            let head = self.head(line, headers);
            let length = body.len();
            write!(socket, "{head}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}")
                .unwrap();
            Reply::read_to_end(&mut socket)
        }

        fn contact(&self, body: &str) -> i64 {
            let reply = self.ask("POST /v2/contacts", "Content-Type: application/json\r\n", body);
            assert_eq!(reply.status, 201, "{}", reply.body);
            reply.json()["id"].as_i64().unwrap()
        }
    }

    #[derive(Debug)]
    struct Reply {
        status: u16,
        head: String,
        body: String,
    }

    impl Reply {
        fn read_to_end(socket: &mut TcpStream) -> Self {
            let mut raw = Vec::new();
            socket.read_to_end(&mut raw).unwrap();
            let text = String::from_utf8(raw).unwrap();
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            let status = head.split(' ').nth(1).unwrap().parse().unwrap();
            Self { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
        }

        fn json(&self) -> Value {
            serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{self:?}"))
        }

        fn header(&self, name: &str) -> Option<&str> {
            let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
            lines.find(|(known, _)| *known == name).map(|(_, value)| value)
        }
    }

    fn read_head(socket: &mut TcpStream) -> String {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            socket.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        String::from_utf8(head).unwrap()
    }

    /// cURL with `CURLOPT_PUT`, as the vendor's Magento code has it.
    #[test]
    fn a_put_that_waits_for_100_continue_is_asked_for_its_body() {
        let world = World::new();
        let id = world.contact(r#"{"email":"put@example.org"}"#);
        let body = r#"{"Email":"put@example.org","OptInType":"Single"}"#;
        let headers = format!(
            "Accept: */*\r\nContent-Type: application/json\r\nConnection: close\r\n\
             Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
            body.len()
        );
        let mut socket = world.connect();
        let head = world.head(&format!("PUT /v2/contacts/{id}"), &headers);
        socket.write_all(head.as_bytes()).unwrap();
        assert!(read_head(&mut socket).starts_with("HTTP/1.1 100 "));
        socket.write_all(body.as_bytes()).unwrap();
        let reply = Reply::read_to_end(&mut socket);
        assert_eq!((reply.status, &reply.json()["optInType"]), (200, &"Single".into()));
    }

    #[test]
    fn who_is_denied_is_not_asked_for_the_body() {
        let world = World::new();
        let mut socket = world.connect();
        let host = &world.caller.authority;
        write!(
            socket,
            "PUT /v2/contacts/1 HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
             Content-Length: 1000000\r\nExpect: 100-continue\r\n\r\n"
        )
        .unwrap();
        let reply = Reply::read_to_end(&mut socket);
        assert_eq!(reply.status, 401);
        let denied = "Authorization has been denied for this request.";
        assert_eq!(reply.json()["message"], denied);
        assert_eq!(reply.header("www-authenticate"), Some("basic realm=\"lychgate\""));
    }

    #[test]
    fn what_clients_send_where_there_is_nothing_to_send_is_passed_over() {
        let world = World::new();
        let id = world.contact(r#"{"email":"nothing@example.org"}"#);
        let json = "Content-Type: application/json\r\n";
        for body in ["null", "\"\"", "", " \r\n"] {
            let reply = world.ask(&format!("GET /v2/contacts/{id}/"), json, body);
            assert_eq!(reply.status, 200, "{body}: {}", reply.body);
        }
        let reply = world.ask("POST /v2/accounts/empty-recycle-bin/", json, "null");
        assert_eq!(reply.status, 200, "{}", reply.body);
        let reply = world.ask("POST /v2/contacts", json, "null");
        assert_eq!(reply.json()["message"], "Error: ERROR_MALFORMED_REQUEST");
    }

    #[test]
    fn addresses_stand_in_paths_as_clients_write_them() {
        let world = World::new();
        world.contact(r#"{"email":"plus+sign@example.org"}"#);
        for path in ["plus+sign@example.org", "plus%2Bsign%40example.org", "PLUS+SIGN@example.org/"]
        {
            let reply = world.ask(&format!("GET /v2/contacts/{path}"), "", "");
            assert_eq!(reply.status, 200, "{path}");
            assert_eq!(reply.header("content-type"), Some("application/json; charset=utf-8"));
            assert_eq!(reply.json()["email"], "plus+sign@example.org");
        }
    }

    #[test]
    fn a_deletion_answers_nothing_at_all() {
        let world = World::new();
        let id = world.contact(r#"{"email":"gone@example.org"}"#);
        let reply = world.ask(&format!("DELETE /v2/contacts/{id}"), "", "");
        assert_eq!((reply.status, reply.body.as_str()), (204, ""));
        assert_eq!(reply.header("content-type"), None);
        let reply = world.ask(&format!("GET /v2/contacts/{id}"), "", "");
        assert_eq!(reply.json()["message"], "Error: ERROR_CONTACT_NOT_FOUND");
    }

    #[test]
    fn several_calls_fit_on_one_connection() {
        let world = World::new();
        let mut socket = world.connect();
        let head = world.head("GET /v2/contacts?select=1", "");
        for _ in 0..3 {
            write!(socket, "{head}\r\n").unwrap();
            let head = read_head(&mut socket).to_ascii_lowercase();
            assert!(head.starts_with("http/1.1 200 "), "{head}");
            let length = head.split("content-length: ").nth(1).unwrap();
            let length: usize = length.lines().next().unwrap().parse().unwrap();
            let mut body = vec![0; length];
            socket.read_exact(&mut body).unwrap();
            assert!(body.starts_with(b"["), "{body:?}");
        }
    }

    #[test]
    fn head_answers_what_get_does_without_the_body() {
        let world = World::new();
        let reply = world.ask("HEAD /v2/contacts/count", "", "");
        assert_eq!((reply.status, reply.body.as_str()), (200, ""));
        assert_eq!(reply.header("content-type"), Some("application/json; charset=utf-8"));
    }

    #[test]
    fn the_soap_service_keeps_its_path() {
        let world = World::new();
        let reply = world.ask("GET /v2/api.svc?wsdl", "", "");
        assert_eq!(reply.status, 200);
        assert!(reply.body.contains("definitions"), "{}", reply.body);
        let reply = world.ask("GET /v2/no-such-thing", "", "");
        assert_eq!(reply.status, 404);
        assert!(reply.json()["message"].as_str().unwrap().starts_with("No HTTP resource"));
    }

    #[test]
    fn a_body_that_is_too_large_is_refused_in_the_words_of_the_api() {
        let world = World::with("[dotdigital_rest]\nbody_bytes = 1000\n");
        let json = "Content-Type: application/json\r\n";
        let large = format!(r#"{{"email":"a@example.org","more":"{}"}}"#, "x".repeat(1_000));
        let reply = world.ask("POST /v2/contacts", json, &large);
        assert_eq!(reply.status, 413);
        assert!(reply.json()["message"].as_str().unwrap().contains("larger than 1000 bytes"));
    }

    #[test]
    fn an_account_that_calls_too_often_waits_for_the_next_minute() {
        let world = World::with("[dotdigital_rest]\ncalls_per_minute = 2\n");
        let mut left = Vec::new();
        let last = loop {
            let reply = world.ask("GET /v2/contacts/count", "", "");
            assert_eq!(reply.header("x-ratelimit-limit"), Some("2"));
            assert_eq!(reply.header("x-ratelimit-scope"), Some("lowcallrate"));
            let reset = reply.header("x-ratelimit-reset").unwrap();
            assert!(reset.parse::<u64>().unwrap() > 1_700_000_000);
            left.push(reply.header("x-ratelimit-remaining").unwrap().to_owned());
            if reply.status != 200 || left.len() > 5 {
                break reply;
            }
        };
        assert_eq!((last.status, left.as_slice()), (429, &["1", "0", "0"].map(str::to_owned)[..]));
        assert!(last.json()["message"].as_str().unwrap().ends_with(" ERROR_APIUSAGE_EXCEEDED"));
        let wait: u64 = last.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
    }

    #[test]
    fn no_two_operations_have_one_name_and_folders_of_fixtures_can_be_told_apart() {
        let names: BTreeSet<&str> = operations::all().map(|operation| operation.id).collect();
        assert_eq!(names.len(), operations::all().count());
        let folders: BTreeSet<&str> =
            operations::all().map(lychgate::faces::dotdigital_rest::Operation::name).collect();
        assert_eq!(folders.len(), names.len());
    }

    fn folders(of: PathBuf) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(of).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.is_dir()).collect()
    }

    /// The recorded exchanges of an operation's folder: each case with its status.
    fn cases(operation: PathBuf) -> Vec<(PathBuf, i64)> {
        let status = |case: PathBuf| {
            let told = std::fs::read_to_string(case.join("case.toml")).unwrap();
            let told: toml::Table = told.parse().unwrap();
            let status = told.get("status").map_or(200, |status| status.as_integer().unwrap());
            (case, status)
        };
        folders(operation).into_iter().map(status).collect()
    }

    fn fixtures() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("xml-fixtures/dotdigital-rest")
    }

    #[test]
    fn every_operation_that_is_built_has_a_success_on_record() {
        let missing: Vec<&str> = operations::all()
            .filter(|operation| operation.run.is_some())
            .map(lychgate::faces::dotdigital_rest::Operation::name)
            .filter(|name| {
                let folder = fixtures().join(name);
                !folder.is_dir() || cases(folder).iter().all(|(_, status)| *status >= 300)
            })
            .collect();
        assert!(missing.is_empty(), "no success on record: {missing:?}");
    }

    /// Magento's and PHP's clients take whatever has a `message` for an error.
    #[test]
    fn no_success_on_record_has_a_message() {
        let mut looked_at = 0;
        for (case, status) in folders(fixtures()).into_iter().flat_map(cases) {
            let Ok(reply) = std::fs::read(case.join("response.json")) else { continue };
            let reply: Value = serde_json::from_slice(&reply).unwrap();
            let rows = reply.as_array().map_or(std::slice::from_ref(&reply), Vec::as_slice);
            let says = rows.iter().any(|row| row.get("message").is_some());
            // 409 has a record of its own.
            assert_eq!(says, status >= 400 && status != 409, "{}", case.display());
            looked_at += 1;
        }
        assert!(looked_at > 100, "{looked_at}");
    }

    /// The vendor's OpenAPI is not in the project: `LYCHGATE_EVIDENCE` names its folder.
    #[test]
    fn every_operation_is_the_vendors_by_name_method_path_and_status() {
        let named = std::env::var_os("LYCHGATE_EVIDENCE").map(PathBuf::from);
        let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/evidence");
        let file = "dotdigital-rest/openapi/dotdigital-v2-api-swagger.json";
        let file = named.unwrap_or_else(beside).join(file);
        let Ok(openapi) = std::fs::read(&file) else {
            println!("skipped: there is no {}; set LYCHGATE_EVIDENCE", file.display());
            return;
        };
        let openapi: Value = serde_json::from_slice(&openapi).unwrap();
        let mut theirs = BTreeSet::new();
        for (path, methods) in openapi["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let Some(id) = operation["operationId"].as_str() else { continue };
                let statuses = operation["responses"].as_object().unwrap().keys();
                let success = statuses.clone().find(|status| status.starts_with('2')).unwrap();
                theirs.insert(format!("{id} {} {path} {success}", method.to_uppercase()));
            }
        }
        let ours: BTreeSet<String> = operations::all()
            .map(|operation| {
                let (id, method, path) = (operation.id, &operation.method, operation.path);
                format!("{id} {method} {path} {}", operation.success.as_u16())
            })
            .collect();
        let differs = |operation: &&String| {
            let name = operation.split(' ').next().unwrap();
            DIFFERENT.iter().all(|(known, _)| *known != name)
        };
        let missing: Vec<_> = theirs.difference(&ours).filter(differs).collect();
        let more: Vec<_> = ours.difference(&theirs).filter(differs).collect();
        assert!(missing.is_empty() && more.is_empty(), "missing {missing:#?}, more {more:#?}");
    }
}
