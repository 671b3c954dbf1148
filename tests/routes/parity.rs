//! Answers compared with an upstream's.

use bytes::Bytes;
use http::Request;
use lychgate::server::Room;

use crate::calls::{CALLS, REST, SELZY, text};
use crate::gateway::{Gateway, compared, route};

#[tokio::test]
async fn two_gateways_alike_are_equal_for_every_face() {
    let behind = Gateway::plain().await;
    let way = compared(&behind.url(), &[], false);
    let front = Gateway::start(&CALLS.map(|call| route(call.face, None, way.clone()))).await;
    assert_eq!(front.login, behind.login);
    for call in CALLS {
        let answer = front.send(call.request(&front.login)).await;
        assert_eq!(answer.status, 200, "{}", call.face);
        assert_eq!(front.judged(call.operation, 1).await, [1, 0, 0, 0], "{}", call.face);
    }
}

/// A list on one side alone.
async fn one_list_more(gateway: &Gateway) {
    let token = &gateway.login.token;
    let target = format!("/en/api/createList?format=json&title=Secret&api_key={token}");
    let answer = gateway.send(Request::get(target).body(Bytes::new()).unwrap()).await;
    assert!(text(&answer.body).contains("\"id\""), "{}", text(&answer.body));
}

#[tokio::test]
async fn what_differs_is_reported_by_place_and_never_by_value() {
    let behind = Gateway::plain().await;
    one_list_more(&behind).await;
    let front = Gateway::start(&[route("selzy", None, compared(&behind.url(), &[], false))]).await;
    for calls in 1..=3 {
        front.send(SELZY.request(&front.login)).await;
        assert_eq!(front.judged("getLists", calls).await, [0, calls, 0, 0]);
    }
    let page = front.page("/_lychgate/parity").await;
    let page = text(&page.body);
    let report: serde_json::Value = serde_json::from_str(&page).unwrap();
    let line = &report["operations"][0];
    assert_eq!((&line["face"], &line["operation"]), (&"selzy".into(), &"getLists".into()));
    assert_eq!((&line["different"], &line["equal"]), (&3.into(), &0.into()));
    let place = &line["differences"][0];
    assert!(place["path"].as_str().unwrap().starts_with("/result"), "{page}");
    assert_eq!(place["count"], 3);
    assert!(!page.contains("Secret"), "{page}");
    let metrics = text(&front.page("/_lychgate/metrics").await.body);
    let line =
        "lychgate_parity_total{face=\"selzy\",operation=\"getLists\",outcome=\"different\"} 3";
    assert!(metrics.contains(line), "{metrics}");
}

#[tokio::test]
async fn places_that_the_operator_ignores_do_not_differ() {
    let behind = Gateway::plain().await;
    one_list_more(&behind).await;
    let way = compared(&behind.url(), &["/result"], false);
    let front = Gateway::start(&[route("selzy", None, way)]).await;
    front.send(SELZY.request(&front.login)).await;
    assert_eq!(front.judged("getLists", 1).await, [1, 0, 0, 0]);
}

#[tokio::test]
async fn what_changes_something_is_not_done_twice_unless_asked_for() {
    for (writes, lists_behind) in [(false, 0), (true, 1)] {
        let behind = Gateway::plain().await;
        let front =
            Gateway::start(&[route("selzy", None, compared(&behind.url(), &[], writes))]).await;
        one_list_more(&front).await;
        let expected = if writes { [1, 0, 0, 0] } else { [0, 0, 0, 1] };
        assert_eq!(front.judged("createList", 1).await, expected);
        let lists = text(&behind.send(SELZY.request(&behind.login)).await.body);
        assert_eq!(lists.matches("Secret").count(), lists_behind, "{lists}");
    }
}

#[tokio::test]
async fn an_upstream_that_is_away_is_a_failure_and_the_caller_does_not_notice() {
    let behind = Gateway::plain().await;
    let url = behind.url();
    behind.running.stop().await.unwrap();
    let front = Gateway::start(&[route("dotdigital-rest", None, compared(&url, &[], false))]).await;
    assert_eq!(front.send(REST.request(&front.login)).await.status, 200);
    assert_eq!(front.judged(REST.operation, 1).await, [0, 0, 1, 0]);
    let report = text(&front.page("/_lychgate/parity").await.body);
    assert!(report.contains("unreachable"), "{report}");
}

#[tokio::test]
async fn what_finds_no_room_is_counted() {
    let behind = Gateway::plain().await;
    let room = Room { at_once: 1, waiting: 1, waiting_bytes: 1 << 20, body_bytes: 4 };
    let way = compared(&behind.url(), &[], false);
    let front = Gateway::with_room(&[route("dotdigital-rest", None, way)], room).await;
    front.send(REST.request(&front.login)).await;
    assert_eq!(front.judged(REST.operation, 1).await, [0, 0, 0, 1]);
    let report = text(&front.page("/_lychgate/parity").await.body);
    assert!(report.contains("\"unkept\":1"), "{report}");
}

#[tokio::test]
async fn the_report_is_for_the_operator_alone() {
    let behind = Gateway::plain().await;
    let way = compared(&behind.url(), &[], false);
    let front = Gateway::start(&[route("selzy", None, way)]).await;
    let ask = Request::get("/_lychgate/parity").body(Bytes::new()).unwrap();
    assert_eq!(front.send(ask).await.status, 401);
    assert_eq!(behind.page("/_lychgate/parity").await.status, 404);
}
