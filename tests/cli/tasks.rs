//! `lychgate task` and its pages, on a store and through a server.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::admin::{assert_refused, complaint, json, out, through};
use crate::support::{Caller, Server, run, run_well, text};

/// How long a task may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Calls a method of the Empower face, and returns an element of its reply.
fn asked(server: &Server, method: &str, arguments: &str, element: &str) -> String {
    let part = |name: &str| server.ready["empower"][name].as_str().unwrap().to_owned();
    let caller = Caller::new(&server.authority(), &part("api_key"), &part("shared_secret"));
    let call = format!("<methodCall><methodName>{method}</methodName>{arguments}</methodCall>");
    let reply = caller.send("POST", "/api/xmlrpc/index.php", "", call.as_bytes()).unwrap().body;
    let told = reply.split(&format!("<{element}><![CDATA[")).nth(1);
    told.unwrap_or_else(|| panic!("{reply}")).split("]]>").next().unwrap().to_owned()
}

/// Asks for an export whose file can be fetched, and returns the task's number.
fn export(server: &Server) -> String {
    asked(server, "statistics.getMessageSubscriberData", "<mess_id>9</mess_id>", "task_id")
}

/// Imports a file with one contact, and returns the import's id.
fn import(server: &Server) -> String {
    let file = STANDARD.encode("Email\r\nsecret@task.example\r\n");
    let members = format!("<data>{file}</data><dataType>csv</dataType>");
    let reply = Caller::of_demo(server).call_well("ImportContacts", &members);
    text(&reply, "Id").to_owned()
}

/// All tasks, once every one of them has ended.
fn ended(server: &Server) -> Vec<Value> {
    let begun = Instant::now();
    loop {
        let listed = json(server, "/tasks");
        let tasks = listed["tasks"].as_array().unwrap();
        if tasks.iter().all(|task| task["ended"].is_string()) {
            return tasks.clone();
        }
        assert!(begun.elapsed() < PATIENCE, "{listed}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn tasks_are_listed_and_shown_alike_by_a_server_and_from_its_store() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &["--demo"]);
    let (export, import) = (export(&server), import(&server));
    let tasks = ended(&server);
    let exported = tasks.iter().find(|task| task["id"].as_u64() == export.parse().ok()).unwrap();
    assert_eq!(exported["type"], "ExportActivity", "{exported}");
    assert_eq!(exported["status"], "Complete", "{exported}");
    assert_eq!((&exported["has_file"], &exported["import"]), (&true.into(), &Value::Null));
    let imported = tasks.iter().find(|task| task["import"] == import.as_str()).unwrap();
    assert_eq!((&imported["type"], &imported["done"]), (&"Import".into(), &1.into()), "{imported}");
    let account = exported["account"].to_string();
    assert_eq!(&json(&server, &format!("/tasks/{account}/{export}")), exported);

    let (list, show) = (["task", "list"], ["task", "show", &account, &export]);
    let listed = out(&through(&server, &list));
    let row = listed.lines().find(|line| line.split_whitespace().nth(1) == Some(&export)).unwrap();
    let words: Vec<&str> = row.split_whitespace().collect();
    assert_eq!(words[..4], [&account, &export, "ExportActivity", "Complete"], "{listed}");
    let shown = out(&through(&server, &show));
    for line in [
        &format!("task      {export} of account {account}"),
        "type      ExportActivity",
        "status    Complete",
        &format!("ended     {}", exported["ended"].as_str().unwrap()),
        "file      to be fetched",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "no `{line}` in:\n{shown}");
    }
    server.stop();

    let place = ["--data", folder.path().to_str().unwrap()];
    assert_eq!(run_well(&[&list[..], &place].concat()), listed);
    assert_eq!(run_well(&[&show[..], &place].concat()), shown);
}

#[test]
fn as_many_tasks_are_listed_as_are_asked_for_the_newest_first() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &["--demo"]);
    let numbers = [export(&server), export(&server), export(&server)];
    ended(&server);
    let listed = json(&server, "/tasks?limit=2");
    let newest: Vec<String> =
        listed["tasks"].as_array().unwrap().iter().map(|task| task["id"].to_string()).collect();
    assert_eq!(newest, [numbers[2].as_str(), numbers[1].as_str()]);
    let listed = out(&through(&server, &["task", "list", "--limit", "1"]));
    assert_eq!(listed.lines().count(), 2, "a heading and a task: {listed}");
    assert!(listed.contains(&numbers[2]), "{listed}");
}

#[test]
fn what_is_told_of_a_task_names_no_person_and_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &["--demo"]);
    let (export, _) = (export(&server), import(&server));
    ended(&server);
    let one = format!("<task_id>{export}</task_id>");
    let file = asked(&server, "utilities.getTasks", &one, "file_name");
    let pages = [json(&server, "/tasks").to_string(), out(&through(&server, &["task", "list"]))];
    for told in pages {
        assert!(!told.contains("task.example") && !told.contains(&file), "{told}");
    }
}

#[test]
fn a_task_that_is_not_there_and_a_limit_that_is_none_are_refused_with_their_reasons() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &["--demo"]);
    assert_refused(
        &server,
        &[
            ("/tasks/1/4000000000", 404, "There is no such task.\n"),
            ("/tasks/4000000000/1", 404, "There is no such task.\n"),
            ("/tasks?limit=many", 400, "limit is not a number.\n"),
        ],
    );
    let absent = ["task", "show", "1", "4000000000"];
    let complained = complaint(&through(&server, &absent));
    assert!(complained.contains("There is no such task."), "{complained}");
    let without_token = run(&["task", "list", "--server", &server.url()]);
    assert!(!without_token.status.success());
    server.stop();
    let place = ["--data", folder.path().to_str().unwrap()];
    let complained = complaint(&run(&[&absent[..], &place].concat()));
    assert!(complained.contains("There is no such task."), "{complained}");
}
