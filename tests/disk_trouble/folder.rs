//! Folders that a server must not, or cannot, work in.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::mounted::Mounted;
use super::support::{Server, run, run_well};

/// Every file below `folder` with its content.
fn content(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(content(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

fn refusal(data: &Path) -> String {
    let data = data.to_str().unwrap();
    let output = run(&["serve", "--listen", "127.0.0.1:0", "--data", data]);
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_store_of_a_newer_version_is_refused_and_not_a_byte_of_it_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    Server::start(&data, &["--demo"]).stop();
    fs::write(data.join("format"), "99\n").unwrap();
    let before = content(&data);
    let said = refusal(&data);
    assert!(said.contains("written by a newer version (format 99"), "{said}");
    assert_eq!(content(&data), before);
}

#[test]
fn a_read_only_disk_is_refused_at_the_start_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    Server::start(&folder.path().join("data"), &["--demo"]).stop();
    let Some(read_only) = Mounted::read_only(folder.path()) else { return };
    let data = read_only.path().join("data");
    let said = refusal(&data);
    assert!(said.contains("Read-only file system"), "{said}");
    assert!(said.contains(data.to_str().unwrap()), "{said}");
    drop(read_only);
    run_well(&["store", "check", "--data", folder.path().join("data").to_str().unwrap()]);
}

#[test]
fn the_lock_of_a_killed_server_holds_nobody_up_and_that_of_a_live_one_does() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    Server::start(&data, &[]).kill();
    let server = Server::start(&data, &[]);
    let said = refusal(&data);
    assert!(said.contains("another process uses this store"), "{said}");
    server.kill();
    Server::start(&data, &[]).stop();
}

#[test]
fn a_database_that_a_cut_left_unfinished_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let unfinished = data.join("main.new");
    fs::create_dir_all(&unfinished).unwrap();
    fs::write(unfinished.join("conf"), "segm").unwrap();
    Server::start(&data, &["--demo"]).stop();
    assert!(!unfinished.exists());
    run_well(&["store", "check", "--data", data.to_str().unwrap()]);
}

#[test]
fn a_snapshot_that_a_cut_left_unfinished_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    Server::start(&data, &["--demo"]).stop();
    let snapshot = data.join("main/snap.7FFFFFFFFFFFFFFF.generating");
    fs::write(&snapshot, "torn").unwrap();
    run_well(&["store", "check", "--data", data.to_str().unwrap()]);
    assert!(!snapshot.exists());
}
