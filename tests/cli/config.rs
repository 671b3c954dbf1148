//! `lychgate config`, and what a start makes of wrong settings.

use crate::support::{lychgate, run, run_well};

#[test]
fn the_example_is_a_config_file_that_can_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lychgate.toml");
    std::fs::write(&file, run_well(&["config", "example"])).unwrap();
    let said = run_well(&["config", "check", file.to_str().unwrap()]);
    assert!(said.ends_with("good\n"), "{said}");
}

#[test]
fn a_check_fails_and_names_the_nearest_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lychgate.toml");
    std::fs::write(&file, "[import]\nactive_per_acount = 3\n").unwrap();
    let output = run(&["config", "check", file.to_str().unwrap()]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(error.contains("line 2") && error.contains("`active_per_account`"), "{error}");
}

#[test]
fn an_unknown_key_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("lychgate.toml"), "[sever]\n").unwrap();
    let output = lychgate(&["serve", "--ephemeral"]).current_dir(&folder).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(error.contains("unknown section `sever`") && error.contains("`server`"), "{error}");
}

#[test]
fn flags_win_over_the_environment_and_the_environment_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    // Neither of these two could be listened on.
    std::fs::write(folder.path().join("f.toml"), "[server]\nlisten = \"192.0.2.1:1\"\n").unwrap();
    let serve = ["serve", "--ephemeral", "--config", "f.toml"];
    let of_environment = lychgate(&serve)
        .env("LYCHGATE_SERVER_LISTEN", "192.0.2.2:1")
        .current_dir(&folder)
        .output()
        .unwrap();
    let error = String::from_utf8(of_environment.stderr).unwrap();
    assert!(error.contains("192.0.2.2:1 is not loopback"), "{error}");
    let of_flag = lychgate(&[&serve[..], &["--listen", "192.0.2.3:1"]].concat())
        .env("LYCHGATE_SERVER_LISTEN", "192.0.2.2:1")
        .current_dir(&folder)
        .output()
        .unwrap();
    let error = String::from_utf8(of_flag.stderr).unwrap();
    assert!(error.contains("192.0.2.3:1 is not loopback"), "{error}");
}
