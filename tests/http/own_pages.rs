//! `/_lychgate/…`: health, readiness, metrics, and what needs the admin token.

use lychgate::domain::{ContactStatus, EmailAddress, NewAccount};
use tokio::task::JoinSet;

use crate::support::{TOKEN, Trial, post};

fn get(path: &str, headers: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: t\r\n{headers}\r\n")
}

fn bearer() -> String {
    format!("Authorization: Bearer {TOKEN}\r\n")
}

#[tokio::test]
async fn health_and_readiness_are_told_to_anyone() {
    let trial = Trial::start().await;
    assert_eq!(trial.ask(get("/_lychgate/health", "")).await.status, 200);
    assert_eq!(trial.ask(get("/_lychgate/ready", "")).await.text(), "ready\n");
}

#[tokio::test]
async fn a_head_request_gets_the_head_alone() {
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    client.send("HEAD /_lychgate/health HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n").await;
    let whole = client.rest().await;
    assert!(whole.starts_with("HTTP/1.1 200 OK\r\n"), "{whole}");
    assert!(whole.contains("Content-Length: 6\r\n"), "{whole}");
    assert!(whole.ends_with("\r\n\r\n"), "{whole}");
}

#[tokio::test]
async fn a_stopping_server_is_not_ready_but_healthy() {
    let trial = Trial::start().await;
    let mut busy = trial.connect().await;
    let mut probe = trial.connect().await;
    busy.send(post("/slow", "", b"")).await;
    trial.face.slow_began.acquire().await.unwrap().forget();
    // A body that is not there yet keeps the probe's call open over the beginning of the stop.
    probe.send("GET /_lychgate/ready HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n\r\n").await;
    while trial.running.metrics().calls_in_flight.get() < 2 {
        tokio::task::yield_now().await;
    }
    let face = trial.face;
    let mut stopping = JoinSet::new();
    stopping.spawn(trial.running.stop());
    tokio::task::yield_now().await;
    probe.send("x").await;
    let answer = probe.reply().await;
    assert_eq!((answer.status, answer.text()), (503, "stopping\n"));
    face.slow_may_end.notify_one();
    busy.reply().await;
    stopping.join_next().await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn the_metrics_count_calls_by_face_operation_and_status() {
    let trial = Trial::start().await;
    trial.ask(post("/echo", "", b"hello")).await;
    trial.ask(post("/private", "", b"hello")).await;
    let answer = trial.ask(get("/_lychgate/metrics", "")).await;
    let text = answer.text();
    for line in [
        r#"lychgate_calls_total{face="test",operation="test",status="2xx"} 1"#,
        r#"lychgate_calls_total{face="test",operation="test",status="4xx"} 1"#,
        r#"lychgate_call_duration_seconds_count{face="test",operation="test"} 2"#,
        "lychgate_connections_total 3",
        "lychgate_calls_in_flight 1",
        "lychgate_received_bytes_total 5",
        r#"lychgate_import_rows_total{outcome="refused"} 0"#,
        "lychgate_imports_running 0",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in:\n{text}");
    }
    assert!(text.ends_with("# EOF\n"));
}

#[tokio::test]
async fn admin_pages_open_to_the_token_only() {
    let trial = Trial::start().await;
    for headers in ["", "Authorization: Bearer wrong\r\n", "Authorization: Basic dGhlOmFkbWlu\r\n"]
    {
        let answer = trial.ask(get("/_lychgate/imports", headers)).await;
        assert_eq!(answer.status, 401, "{headers}");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
    let answer = trial.ask(get("/_lychgate/imports", &bearer())).await;
    assert_eq!((answer.status, answer.text()), (200, "{\"imports\":[]}\n"));
}

#[tokio::test]
async fn without_a_configured_token_admin_pages_open_to_nobody() {
    let trial = Trial::with(|config| config.admin_token = None).await;
    assert_eq!(trial.ask(get("/_lychgate/imports", &bearer())).await.status, 401);
}

#[tokio::test]
async fn lines_that_are_no_events_are_named_by_their_number() {
    let trial = Trial::start().await;
    let body = b"\nnot json\n{\"type\":\"no_such_type\"}\n";
    let answer = trial.ask(post("/_lychgate/events", &bearer(), body)).await;
    assert_eq!(answer.status, 422);
    let told: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(told["recorded"], 0);
    assert_eq!(told["bad"], 2);
    assert_eq!(told["bad_lines"][0]["line"], 2);
    assert_eq!(told["bad_lines"][1]["line"], 3);
}

#[tokio::test]
async fn good_events_are_recorded_whatever_stands_beside_them() {
    let trial = Trial::start().await;
    let account = NewAccount { name: "acme".to_owned(), main_email: None, main_mobile: None };
    let account = trial.context.accounts().add(account).await.unwrap();
    let lines = [
        r#"{"account":"acme","type":"bounced","class":"hard","email":"a@b.example"}"#,
        r#"{"account":"nobody","type":"bounced","class":"hard","email":"a@b.example"}"#,
        r#"{"account":"acme","type":"bounced","class":"hard","email":"no address"}"#,
        r#"{"account":"acme","type":"unsubscribed","email":"c@d.example"}"#,
    ];
    let body = lines.join("\r\n");
    let answer = trial.ask(post("/_lychgate/events", &bearer(), body.as_bytes())).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let told: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!((&told["recorded"], &told["bad"]), (&2.into(), &2.into()), "{told}");
    let again = trial.ask(post("/_lychgate/events", &bearer(), body.as_bytes())).await;
    let told: serde_json::Value = serde_json::from_slice(&again.body).unwrap();
    assert_eq!((&told["recorded"], &told["known"]), (&0.into(), &2.into()), "{told}");
    let metrics = trial.ask(get("/_lychgate/metrics", "")).await;
    for (outcome, count) in [("accepted", 2), ("duplicate", 2), ("refused", 4)] {
        let line = format!(r#"lychgate_events_total{{outcome="{outcome}"}} {count}"#);
        assert!(metrics.text().lines().any(|found| found == line), "{line} is not there");
    }
    let account = trial.context.account(account.id);
    let address = EmailAddress::parse("a@b.example").unwrap();
    let status = account.contacts().status_by_address(&address).await.unwrap();
    assert_eq!(status, ContactStatus::HardBounced);
}

#[tokio::test]
async fn an_import_that_is_not_there_and_a_wrong_method_are_told_apart() {
    let trial = Trial::start().await;
    let unknown = "/_lychgate/imports/3f0c0f6e-6f0d-4a53-8b0a-2f6d3c1f9e11";
    assert_eq!(trial.ask(get(unknown, &bearer())).await.status, 404);
    assert_eq!(trial.ask(get("/_lychgate/nonsense", "")).await.status, 404);
    let answer = trial.ask(get("/_lychgate/events", &bearer())).await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")));
}
