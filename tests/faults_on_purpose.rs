//! Faults on purpose over real connections: each face in its own form, and only where planned.

#![cfg(test)]

#[expect(dead_code, reason = "every user of it needs another part")]
mod world;

use std::sync::Arc;
use std::time::{Duration, Instant};

use lychgate::domain::on_purpose::{Cut, Plan, Spread, Wait};
use lychgate::domain::{Access, AccountId, NewApiUser};
use lychgate::faces::dotdigital_rest::DotdigitalRest;
use lychgate::faces::dotdigital_soap::DotdigitalSoap;
use lychgate::faces::empower::Empower;
use lychgate::faces::selzy::Selzy;
use lychgate::faces::which50::Which50;
use lychgate::faces::{Face, on_purpose};
use lychgate::server::{Mount, Running, Server, ServerConfig};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use world::World;

/// A face, a call of it that makes something, one that shows whether it was made, and an error.
struct Trial {
    face: fn() -> Arc<dyn Face>,
    /// Of the call that makes something.
    operation: &'static str,
    make: (&'static str, &'static str),
    show: (&'static str, &'static str),
    /// Stands in what is shown once it was made.
    made: &'static str,
    /// The face's own name for an error, and what its reply has then.
    error: (&'static str, &'static [&'static str]),
}

const SOAP: &str = "POST /v2/api.svc text/xml";
const TRIALS: [Trial; 5] = [
    Trial {
        face: || Arc::new(DotdigitalSoap::default()),
        operation: "CreateAddressBook",
        make: (
            SOAP,
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
             <CreateAddressBook xmlns=\"http://apiconnector.com/v2\"><apiAddressBook \
             xmlns:a=\"http://apiconnector.com\"><a:Name>PLANNED</a:Name></apiAddressBook>\
             </CreateAddressBook></s:Body></s:Envelope>",
        ),
        show: (
            SOAP,
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
             <GetAddressBooks xmlns=\"http://apiconnector.com/v2\"><select>10</select>\
             <skip>0</skip></GetAddressBooks></s:Body></s:Envelope>",
        ),
        made: "PLANNED",
        error: (
            "ERROR_SYSTEM_SERVICETEMPORARILYUNAVAILABLE",
            &[
                "HTTP/1.1 500",
                "<faultstring xml:lang=\"en-GB\">Error: ERROR_SYSTEM_SERVICETEMPORARILYUNAVAILABLE<",
            ],
        ),
    },
    Trial {
        face: || Arc::new(DotdigitalRest::default()),
        operation: "*_CreateAddressBook",
        make: (
            "POST /v2/address-books application/json",
            "{\"name\":\"PLANNED\",\"visibility\":\"Private\"}",
        ),
        show: ("GET /v2/address-books application/json", ""),
        made: "PLANNED",
        error: ("ERROR_APIUSAGE_EXCEEDED", &["HTTP/1.1 429", "ERROR_APIUSAGE_EXCEEDED"]),
    },
    Trial {
        face: || Arc::new(Empower::default()),
        operation: "account.addCat*",
        make: (
            "POST /api/xmlrpc/index.php text/xml",
            "<methodCall><methodName>account.addCategory</methodName><category_name>PLANNED</category_name>\
             </methodCall>",
        ),
        show: (
            "POST /api/xmlrpc/index.php text/xml",
            "<methodCall><methodName>account.getCategories</methodName></methodCall>",
        ),
        made: "PLANNED",
        error: ("448", &["HTTP/1.1 200", "<responseCode><![CDATA[448]]></responseCode>"]),
    },
    Trial {
        face: || Arc::new(Selzy::default()),
        operation: "createList",
        make: ("GET /en/api/createList?format=json&api_key={api_key}&title=PLANNED -", ""),
        show: ("GET /en/api/getLists?format=json&api_key={api_key} -", ""),
        made: "PLANNED",
        error: ("retry_later", &["HTTP/1.1 200", "\"code\":\"retry_later\""]),
    },
    Trial {
        face: || Arc::new(Which50::default()),
        operation: "PutApiKey",
        make: ("PUT /Which50API/webhook/apikey application/json", "\"PLANNED\""),
        show: ("GET /Which50API/webhook/apikey application/json", ""),
        made: "PLANNED",
        error: ("503", &["HTTP/1.1 503", "\"Message\":"]),
    },
];

impl Trial {
    fn plan(&self) -> Plan {
        Plan {
            face: (self.face)().name().to_owned(),
            operation: Some(self.operation.to_owned()),
            account: Some(AccountId(1)),
            rate: 1.0,
            wait: Wait::default(),
            error: None,
            cut: None,
        }
    }

    async fn world(&self) -> World {
        match (self.face)().name() {
            "empower" => {
                World::with_keys(NewApiUser { access: Access::Full, whitelist: Vec::new() }).await
            }
            "selzy" => {
                let mut world = World::new().await;
                let made = world.context.accounts().token_add(AccountId(1)).await.unwrap();
                world.user = made.token;
                world
            }
            _ => World::new().await,
        }
    }
}

/// A server with one face and one plan.
struct Serving {
    world: World,
    running: Running,
}

impl Serving {
    async fn of(trial: &Trial, plan: Plan) -> Self {
        let world = trial.world().await;
        world.context.on_purpose.plan(vec![plan]);
        let config = ServerConfig::plain(([127, 0, 0, 1], 0).into());
        let mounts = vec![Mount::everywhere((trial.face)())];
        let running = Server::bind(config, mounts, Arc::clone(&world.context)).await.unwrap();
        Self { world, running }
    }

    /// Everything that comes back until the connection ends; nothing when it is cut.
    async fn ask(&self, (line, body): (&str, &str)) -> String {
        let words: Vec<&str> = line.split(' ').collect();
        let [method, path, content_type] = words[..] else { panic!("{line}") };
        let path = path.replace("{api_key}", &self.world.user);
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: api.example.org\r\nConnection: close\r\n\
             Authorization: {}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n{body}",
            self.world.authorization(None),
            body.len()
        );
        let mut socket = TcpStream::connect(self.running.local_address()).await.unwrap();
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut reply = Vec::new();
        // A connection that is cut may be reset.
        drop(socket.read_to_end(&mut reply).await);
        String::from_utf8(reply).unwrap()
    }

    fn counts(&self) -> Vec<(&'static str, u64)> {
        let counts = self.world.context.on_purpose.counts();
        counts.into_iter().map(|([_, _, kind], count)| (kind, count)).collect()
    }

    /// What the operator sees.
    fn metrics(&self) -> String {
        self.running.metrics().render()
    }
}

/// The face answers with the error of this name, in which all of `expected` stands, and has done
/// nothing.
async fn refused(trial: &Trial, name: &str, expected: &[&str]) -> Serving {
    let face = (trial.face)();
    let error = on_purpose::meant(name, &*face);
    assert!(error.is_some(), "{} knows {name}", face.name());
    let serving = Serving::of(trial, Plan { error, ..trial.plan() }).await;
    let reply = serving.ask(trial.make).await;
    for part in expected {
        assert!(reply.contains(part), "{}: {part} in {reply}", face.name());
    }
    let shown = serving.ask(trial.show).await;
    assert!(shown.starts_with("HTTP/1.1 ") && !shown.contains(trial.made), "{shown}");
    assert_eq!(serving.counts(), [("error", 1)], "{name}");
    serving
}

#[tokio::test]
async fn each_face_refuses_in_its_own_form_and_does_nothing() {
    for trial in &TRIALS {
        let (name, expected) = trial.error;
        let serving = refused(trial, name, expected).await;
        let metrics = serving.metrics();
        let line = format!("lychgate_faults_on_purpose_total{{face=\"{}\",", (trial.face)().name());
        assert!(metrics.contains(&line), "{metrics}");
    }
}

#[tokio::test]
async fn a_connection_is_cut_before_or_after_the_operation_ran() {
    for trial in &TRIALS {
        let name = (trial.face)().name();
        for (cut, kind) in [(Cut::Before, "cut_before"), (Cut::After, "cut_after")] {
            let serving = Serving::of(trial, Plan { cut: Some(cut), ..trial.plan() }).await;
            assert_eq!(serving.ask(trial.make).await, "", "{name} {kind}");
            let shown = serving.ask(trial.show).await;
            assert!(shown.starts_with("HTTP/1.1 "), "{name}: others are spared: {shown}");
            assert_eq!(shown.contains(trial.made), cut == Cut::After, "{name} {kind}: {shown}");
            assert_eq!(serving.counts(), [(kind, 1)], "{name}");
        }
    }
}

#[tokio::test]
async fn a_call_waits_and_is_answered_all_the_same() {
    let from = Duration::from_millis(20);
    let wait = Wait {
        fixed: Duration::from_millis(80),
        spread: Some(Spread::Uniform { from, to: from * 2 }),
    };
    for trial in &TRIALS {
        let name = (trial.face)().name();
        let serving = Serving::of(trial, Plan { wait, ..trial.plan() }).await;
        let began = Instant::now();
        let reply = serving.ask(trial.make).await;
        assert!(began.elapsed() >= Duration::from_millis(100), "{name}");
        assert!(reply.starts_with("HTTP/1.1 20"), "{name}: {reply}");
        assert!(serving.ask(trial.show).await.contains(trial.made), "{name}");
        assert_eq!(serving.counts(), [("latency", 1)], "{name}");
    }
}

#[tokio::test]
async fn other_accounts_and_callers_who_are_not_known_are_spared() {
    for trial in &TRIALS {
        let name = (trial.face)().name();
        let plan = Plan { account: Some(AccountId(9)), cut: Some(Cut::Before), ..trial.plan() };
        let mut serving = Serving::of(trial, plan).await;
        assert!(serving.ask(trial.make).await.starts_with("HTTP/1.1 20"), "{name}");
        let plan = Plan { cut: Some(Cut::Before), ..trial.plan() };
        serving = Serving::of(trial, plan).await;
        serving.world.user = "nobody".to_owned();
        serving.world.password = "nothing".to_owned();
        assert!(serving.ask(trial.make).await.starts_with("HTTP/1.1 "), "{name}");
        assert_eq!(serving.counts(), []);
        assert!(!serving.metrics().contains("faults_on_purpose"), "{name}");
    }
}

#[tokio::test]
async fn codes_that_no_refusal_has_and_statuses_are_answered_too() {
    for (trial, (name, expected)) in TRIALS.iter().zip([
        ("ERROR_CONTACTIMPORT_RETRY", &["HTTP/1.1 500", ">Error: ERROR_CONTACTIMPORT_RETRY<"][..]),
        ("ERROR_PROGRAM_NOT_FOUND", &["HTTP/1.1 404", "\"Error: ERROR_PROGRAM_NOT_FOUND\""]),
        ("428", &["HTTP/1.1 200", "<![CDATA[428]]>", "<![CDATA[Missing variables]]>"]),
        ("not_enough_money", &["HTTP/1.1 200", "\"code\":\"not_enough_money\""]),
        ("417", &["HTTP/1.1 417", "\"Message\":"]),
    ]) {
        let page = ("HTTP/1.1 502", "<h1>502 Bad Gateway</h1>");
        // Which50's errors are statuses: they come in its own form.
        let of_proxy = if name == "417" { ("HTTP/1.1 502", "\"Message\":") } else { page };
        for (name, expected) in [(name, expected), ("502", &[of_proxy.0, of_proxy.1])] {
            refused(trial, name, expected).await;
        }
    }
}

#[test]
fn an_error_that_a_face_does_not_know_is_none() {
    for trial in &TRIALS {
        let face = (trial.face)();
        for name in ["", "ERROR_OF_NOBODY", "700", "retry-later", "418"] {
            assert_eq!(on_purpose::meant(name, &*face), None, "{} {name}", face.name());
        }
        let known = on_purpose::known(&*face);
        assert!(known.iter().all(|name| on_purpose::meant(name, &*face).is_some()));
        assert!(known.iter().any(|name| name == trial.error.0));
    }
}
