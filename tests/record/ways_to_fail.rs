//! What a recorder refuses, and what it says when its upstream does not answer.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use crate::support::{Caller, Server, lychgate, run};
use crate::trial::{SAME, Trial, files, recorded, recorder};

fn refused(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("recording");
    let fixed = ["contract", "record", "--listen", "127.0.0.1:0", "-o", output.to_str().unwrap()];
    let output = run(&[&fixed[..], arguments].concat());
    assert!(!output.status.success(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn an_upstream_that_may_not_be_called_is_refused_at_the_start() {
    let other = ["--upstream", "https://api.example.org", "--allow-host", "staging.example.org"];
    assert!(refused(&other).contains("none of the allowed hosts"));
    assert!(refused(&["--upstream", "ftp://api.example.org"]).contains("http://"));
    assert!(refused(&["--upstream", "http://no-such-host.invalid"]).contains("no address"));
    let face = ["--upstream", "http://127.0.0.1:9", "--face", "soap"];
    assert!(refused(&face).contains("dotdigital-soap"));
    let operation = ["--upstream", "http://127.0.0.1:9", "--filter", "getContactByMail"];
    assert!(refused(&operation).contains("the nearest known one is `GetContactByEmail`"));
}

#[test]
fn a_recorder_never_calls_itself() {
    // A port that is free now; another program could take it, which would be refused as well.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (address, url) = (format!("127.0.0.1:{port}"), format!("http://localhost:{port}"));
    let folder = tempfile::tempdir().unwrap();
    let output = lychgate(&["contract", "record", "--listen", &address, "--upstream", &url, "-o"])
        .arg(folder.path().join("recording"))
        .output()
        .unwrap();
    assert!(!output.status.success());
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("this server itself"), "{error}");
}

/// Hands connections on to whoever `to` says.
fn relay(listener: &TcpListener, to: &str) {
    for socket in listener.incoming() {
        let (mut near, Ok(mut far)) = (socket.unwrap(), TcpStream::connect(to)) else { return };
        let (mut back, mut forth) = (far.try_clone().unwrap(), near.try_clone().unwrap());
        thread::spawn(move || std::io::copy(&mut near, &mut far));
        thread::spawn(move || {
            drop(std::io::copy(&mut back, &mut forth));
            drop(forth.shutdown(std::net::Shutdown::Both));
        });
    }
}

#[test]
fn a_call_that_comes_round_again_by_another_way_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let way = format!("http://{}", listener.local_addr().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let recorder = recorder(&way, &folder.path().join("recording"), &[]);
    let to = recorder.authority();
    thread::spawn(move || relay(&listener, &to));
    let reply = Caller::new(&recorder.authority(), "a", "b").call("GetServerTime", "").unwrap();
    assert!(reply.body.contains("through this server before"), "{}", reply.body);
}

#[test]
fn an_upstream_that_is_gone_is_said_in_each_faces_own_form_and_nothing_is_recorded() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("recording");
    let recorder = recorder(&url, &recording, &[]);
    let caller = Caller::new(&recorder.authority(), "a", "b");
    let soap = caller.call("GetServerTime", "").unwrap();
    assert!(soap.body.contains("<faultstring"), "{}", soap.body);
    let rest = caller.send("GET", "/v2/address-books", "", b"").unwrap();
    assert!(rest.status >= 500 && rest.body.contains("message"), "{}", rest.body);
    let xml = "Content-Type: text/xml\r\n";
    let call = b"<methodCall><methodName>account.getCategories</methodName></methodCall>";
    let empower = caller.send("POST", "/api/xmlrpc/index.php", xml, call).unwrap();
    assert!(empower.body.contains("<methodResponse>"), "{}", empower.body);
    let selzy = caller.send("GET", "/en/api/getLists?api_key=x", "", b"").unwrap();
    assert!(selzy.body.contains("\"error\""), "{}", selzy.body);
    let which50 = caller.send("GET", "/Which50API/contactLists", "", b"").unwrap();
    assert!(which50.status >= 500 && which50.body.contains("Message"), "{}", which50.body);
    for reply in [soap, rest, empower, selzy, which50] {
        assert!(!reply.body.contains(&url), "{}", reply.body);
    }
    let recorded = recorded(recorder);
    assert_eq!((recorded.code, recorded.cases.len()), (Some(0), 0));
    assert!(files(&recording).is_empty());
}

#[test]
fn an_upstream_that_never_answers_is_given_up_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let recorder = recorder(&url, &folder.path().join("recording"), &["--timeout", "1"]);
    let reply = Caller::new(&recorder.authority(), "a", "b").call("GetServerTime", "").unwrap();
    assert!(reply.body.contains("no reply in time"), "{}", reply.body);
}

#[test]
fn an_upstream_with_tls_is_believed_with_its_certificate_only() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let upstream = Server::start(&data, &[&SAME[..], &["--self-signed"]].concat());
    let ca = data.join("self-signed.pem");
    let recording = folder.path().join("recording");
    let calls = |more: &[&str]| {
        let recorder = recorder(&upstream.url(), &recording, more);
        let authority = recorder.authority();
        let caller = Caller { authority, ..Caller::of_demo(&upstream) };
        let reply = caller.call("GetServerTime", "").unwrap();
        (reply, recorded(recorder).cases)
    };
    let (reply, cases) = calls(&["--ca", ca.to_str().unwrap()]);
    assert_eq!((reply.status, cases.len()), (200, 1), "{}", reply.body);
    let (reply, cases) = calls(&[]);
    assert!(reply.body.contains("certificate"), "{}", reply.body);
    assert!(cases.is_empty());
}

#[test]
fn a_recorder_that_is_killed_leaves_whole_cases_only() {
    let trial = Trial::start(&[]);
    let caller = trial.caller();
    for number in 0..20 {
        caller.call("GetContactByEmail", &format!("<email>a{number}@b.example</email>")).unwrap();
    }
    let Trial { recorder: mut running, upstream, recording, folder: _folder } = trial;
    assert!(running.line().contains("GetContactByEmail"));
    running.kill();
    for case in std::fs::read_dir(recording.join("dotdigital-soap/GetContactByEmail")).unwrap() {
        let case = case.unwrap().path();
        for file in ["case.toml", "request.http", "response.http"] {
            assert!(case.join(file).is_file(), "{}", case.display());
        }
    }
    // The next one clears away what was half-way.
    std::fs::create_dir_all(recording.join(".part-1/dotdigital-soap")).unwrap();
    let next = recorder(&upstream.url(), &recording, &[]);
    assert!(!recording.join(".part-1").exists());
    assert_eq!(recorded(next).code, Some(0));
    let mut socket = TcpStream::connect(upstream.authority()).unwrap();
    socket.write_all(b"GET /_lychgate/health HTTP/1.0\r\n\r\n").unwrap();
    let mut said = String::new();
    socket.read_to_string(&mut said).unwrap();
    assert!(said.contains("200"));
}
