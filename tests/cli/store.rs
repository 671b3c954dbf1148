//! `lychgate store`.

use crate::support::{Caller, Server, run, run_well, texts};

const PAGE: &str = "<withFullData>true</withFullData><select>1000</select><skip>0</skip>";

#[test]
fn a_copy_and_an_export_hold_what_the_store_holds() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (first, copied, restored) = (place("first"), place("copied"), place("restored"));
    let file = place("backup.ndjson");

    let server = Server::start(first.as_ref(), &["--demo"]);
    let demo = Caller::of_demo(&server);
    let expected = demo.call_well("GetContacts", PAGE);
    assert!(texts(&expected, "Email").len() > 500);
    server.stop();
    assert_eq!(run_well(&["store", "check", "--data", &first]), "the store is sound\n");
    run_well(&["store", "copy", "--data", &first, "--to", &copied]);
    run_well(&["store", "export", &file, "--data", &first]);
    run_well(&["store", "import", &file, "--data", &restored]);

    for data in [copied, restored] {
        assert_eq!(run_well(&["store", "check", "--data", &data]), "the store is sound\n");
        let server = Server::start(data.as_ref(), &[]);
        let demo = Caller { authority: server.authority(), ..demo.clone() };
        assert!(demo.call_well("GetContacts", PAGE) == expected, "other contacts in {data}");
        server.stop();
        let again = run(&["store", "import", &file, "--data", &data]);
        assert!(!again.status.success(), "an import into a store that holds something");
    }
}

#[test]
fn a_damaged_export_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup.ndjson");
    std::fs::write(&file, "{\"begin\":{\"format\":1}}\n").unwrap();
    let data = folder.path().join("data");
    let output =
        run(&["store", "import", file.to_str().unwrap(), "--data", data.to_str().unwrap()]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(error.contains("it ends early"), "{error}");
    assert!(!data.exists());
}

#[test]
fn a_folder_without_a_store_is_not_made_into_one_by_a_check() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(&["store", "check", "--data", folder.path().to_str().unwrap()]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(error.contains("there is no store at"), "{error}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
}
