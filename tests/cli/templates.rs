//! `lychgate template`, on a store and through a server.

use std::path::Path;

use crate::support::{Server, lychgate, run, run_well};

const TEMPLATES: &str = "{\"id\":1055589,\"subject\":\"Order Confirmation\",\"plain\":\"Hi\"}\n\
                         \n\
                         {\"subject\":\"Welcome\",\"welcome\":{\"default\":true}}\n";

fn store_with_account(folder: &Path) -> String {
    let data = folder.join("data").to_str().unwrap().to_owned();
    run_well(&["account", "add", "acme", "--data", &data]);
    data
}

fn said(output: &[u8]) -> String {
    String::from_utf8_lossy(output).into_owned()
}

#[test]
fn templates_are_imported_into_a_store_and_through_a_server_and_listed() {
    let folder = tempfile::tempdir().unwrap();
    let data = store_with_account(folder.path());
    let file = folder.path().join("templates.ndjson");
    std::fs::write(&file, TEMPLATES).unwrap();
    let import = ["template", "import", file.to_str().unwrap(), "--account", "acme"];
    assert_eq!(run_well(&[&import[..], &["--data", &data]].concat()), "2 templates imported\n");
    let server = Server::start(Path::new(&data), &[]);
    let output = lychgate(&[&import[..], &["--server", &server.url()]].concat())
        .env("LYCHGATE_ADMIN_TOKEN", server.text("admin_token"))
        .output()
        .unwrap();
    assert_eq!(said(&output.stdout), "2 templates imported\n");
    drop(server);
    let listed = run_well(&["template", "list", "acme", "--data", &data]);
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines.len(), 4, "{listed}");
    assert!(lines[1].starts_with("1055589  transactional"), "{listed}");
    assert!(lines[1].ends_with("Order Confirmation"), "{listed}");
    assert!(lines[2].starts_with("1055590  welcome, default"), "{listed}");
}

#[test]
fn a_bad_template_is_named_by_line_and_fails_the_command_without_losing_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let data = store_with_account(folder.path());
    let file = folder.path().join("templates.ndjson");
    let bad = "{\"account\":\"nobody\",\"subject\":\"x\"}\n{\"id\":0,\"subject\":\"x\"}\n";
    std::fs::write(&file, format!("{TEMPLATES}{bad}{{}}\n")).unwrap();
    let file = file.to_str().unwrap();
    let output = run(&["template", "import", file, "--account", "acme", "--data", &data]);
    let error = said(&output.stderr);
    assert!(!output.status.success());
    for line in ["line 4: there is no such account", "line 5: id is not valid", "line 6:"] {
        assert!(error.contains(line), "{error}");
    }
    assert_eq!(said(&output.stdout), "2 templates imported\n");
}
