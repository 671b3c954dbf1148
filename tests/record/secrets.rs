//! A secret that is planted everywhere is nowhere on disk.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::support::Caller;
use crate::trial::{Trial, files};

/// The ways in which a text may stand in a file.
fn spellings(secret: &str) -> Vec<Vec<u8>> {
    let in_digits = |before: &str| {
        secret.bytes().fold(String::new(), |all, byte| format!("{all}{before}{byte:02x}"))
    };
    let (hex, percent) = (in_digits(""), in_digits("%"));
    let reversed: Vec<u8> = secret.bytes().rev().collect();
    let mut found =
        vec![secret.as_bytes().to_vec(), hex.into_bytes(), percent.into_bytes(), reversed];
    for offset in 0..3 {
        let padded = [&b"\0\0"[..offset], secret.as_bytes()].concat();
        for encoded in [STANDARD.encode(&padded), URL_SAFE_NO_PAD.encode(&padded)] {
            // The first and the last group also hold what stands beside.
            let inner = &encoded.as_bytes()[4..encoded.len() / 4 * 4 - 4];
            found.push(inner.to_vec());
        }
    }
    found
}

fn is_in(bytes: &[u8], text: &[u8]) -> bool {
    bytes.to_ascii_lowercase().windows(text.len()).any(|window| window == text.to_ascii_lowercase())
}

#[test]
fn a_secret_planted_in_every_place_is_nowhere_on_disk() {
    let trial = Trial::start(&["--redact-emails"]);
    let password = trial.credential("dotdigital", "password");
    let user = trial.credential("dotdigital", "user");
    let key = trial.credential("selzy", "api_key");
    let secret = trial.credential("empower", "shared_secret");
    let caller = trial.caller();
    let nobody = Caller { authorization: format!("Bearer {password}"), ..trial.caller() };

    // As a credential: in headers, in a query, in a form, in documents of two kinds.
    caller.call_well("GetServerTime", "");
    let headers = format!("X-Token: {password}\r\nCookie: session={password}\r\n");
    caller.send("GET", "/v2/address-books?select=1", &headers, b"").unwrap();
    nobody.send("GET", &format!("/en/api/getLists?format=json&api_key={key}"), "", b"").unwrap();
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let posted = format!("format=json&api_key={key}&title=Of%20{key}");
    nobody.send("POST", "/en/api/createList", form, posted.as_bytes()).unwrap();
    let empower = format!(
        "<api><authentication><api_key>{0}</api_key><shared_secret>{secret}</shared_secret>\
         </authentication><data><methodCall><methodName>account.addCategory</methodName>\
         <category_name>{secret}</category_name></methodCall></data></api>",
        trial.credential("empower", "api_key"),
    );
    let xml = "Content-Type: text/xml\r\n";
    nobody.send("POST", "/api/xmlrpc/index.php", xml, empower.as_bytes()).unwrap();

    // Where it has no business: in a text, a query, and a CSV in Base64.
    let book = |name: &str| {
        format!(
            "<apiAddressBook xmlns:a=\"http://apiconnector.com\"><a:Id>0</a:Id><a:Name>{name}\
             </a:Name><a:Visibility>Public</a:Visibility><a:Contacts>0</a:Contacts></apiAddressBook>"
        )
    };
    caller.call_well("CreateAddressBook", &book(&format!("Of {password}")));
    caller.send("GET", &format!("/v2/address-books?select=1&note={password}"), "", b"").unwrap();
    let csv = format!("Email,LASTNAME\r\nann@b.example,{password}\r\n{password}@b.example,x\r\n");
    let import = format!(
        "<addressBookID>1</addressBookID><data>{}</data><dataType>csv</dataType>",
        STANDARD.encode(csv)
    );
    caller.call("ImportContactsToAddressBook", &import).unwrap();

    let (recorded, ended) = trial.end();
    assert_eq!(recorded.code, Some(0), "{}", recorded.end);
    assert!(recorded.cases.len() >= 8, "{:?} {}", recorded.cases, recorded.end);
    let files = files(&ended.recording);
    assert_eq!(files.len(), recorded.cases.len() * 3);
    for planted in [&password, &user, &key, &secret, &"ann@b.example".to_owned()] {
        for spelling in spellings(planted) {
            for (path, bytes) in &files {
                assert!(!is_in(bytes, &spelling), "{} in {}", planted, path.display());
                assert!(!is_in(path.as_os_str().as_encoded_bytes(), &spelling));
            }
        }
    }
}

#[test]
fn a_secret_in_the_folder_that_is_not_the_recordings_is_said_and_ends_with_1() {
    let trial = Trial::start(&[]);
    let password = trial.credential("dotdigital", "password");
    trial.caller().call_well("GetServerTime", "");
    let notes = trial.recording.join("notes.txt");
    std::fs::write(&notes, format!("the password is {}", STANDARD.encode(&password))).unwrap();
    let (recorded, ended) = trial.end();
    assert_eq!(recorded.code, Some(1), "{}", recorded.end);
    assert_eq!(recorded.end["left"], serde_json::json!([notes.to_str().unwrap()]));
    assert!(ended.recording.join("dotdigital-soap/GetServerTime/success").is_dir());
}

#[test]
fn a_case_with_a_secret_in_it_is_deleted_at_the_end() {
    let mut trial = Trial::start(&[]);
    let password = trial.credential("dotdigital", "password");
    trial.caller().call_well("GetServerTime", "");
    let case = trial.recording.join("dotdigital-soap/GetServerTime/success");
    assert!(trial.recorder.line().contains("GetServerTime/success"));
    assert!(case.join("case.toml").exists(), "the case is written while the recorder runs");
    std::fs::write(case.join("seen.txt"), &password).unwrap();
    let (recorded, ended) = trial.end();
    assert_eq!(recorded.code, Some(1), "{}", recorded.end);
    let deleted = serde_json::json!(["dotdigital-soap/GetServerTime/success"]);
    assert_eq!(recorded.end["deleted"], deleted);
    assert!(files(&ended.recording).is_empty());
}
