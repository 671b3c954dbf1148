//! Calls that are passed on.

use lychgate::server::{Server, ServerConfig, StartError, Way, Ways};

use crate::calls::{CALLS, REST, SOAP, stranger, text};
use crate::gateway::{Gateway, route, upstream};

/// A URL at which nothing listens.
async fn nowhere() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[tokio::test]
async fn every_face_passes_its_calls_on_with_their_callers_credentials() {
    let behind = Gateway::plain().await;
    let way = Way::Upstream(upstream(&behind.url()));
    let routes = CALLS.map(|call| route(call.face, None, way.clone()));
    let front = Gateway::start(&routes).await;
    for call in CALLS {
        let direct = behind.send(call.request(&behind.login)).await;
        let passed = front.send(call.request(&behind.login)).await;
        assert_eq!((passed.status, text(&passed.body)), (direct.status, text(&direct.body)));
        assert_eq!(direct.status, 200, "{}", call.face);
        // Whether a caller is known is the upstream's to say, in its words.
        let direct = behind.send(call.request(&stranger())).await;
        let passed = front.send(call.request(&stranger())).await;
        assert_eq!((passed.status, text(&passed.body)), (direct.status, text(&direct.body)));
    }
    let metrics = text(&front.page("/_lychgate/metrics").await.body);
    for call in CALLS {
        let line = format!("lychgate_routed_total{{face=\"{}\",outcome=\"passed\"}} 2", call.face);
        assert!(metrics.contains(&line), "{line} in {metrics}");
        let line = format!("operation=\"{}\"", call.operation);
        assert!(metrics.contains(&line), "{line}");
    }
}

#[tokio::test]
async fn an_upstream_that_is_away_is_said_in_the_faces_own_form() {
    let way = Way::Upstream(upstream(&nowhere().await));
    let front = Gateway::start(&CALLS.map(|call| route(call.face, None, way.clone()))).await;
    for call in CALLS {
        let answer = front.send(call.request(&front.login)).await;
        let body = text(&answer.body);
        let status = if call.unanswered == 501 { 502 } else { call.unanswered };
        assert_eq!(answer.status, status, "{}: {body}", call.face);
        assert!(body.contains("cannot be passed on"), "{}: {body}", call.face);
        assert!(!body.contains("127.0.0.1"), "{}: {body}", call.face);
    }
}

#[tokio::test]
async fn one_operation_is_passed_on_while_the_rest_is_answered_here() {
    let way = Way::Upstream(upstream(&nowhere().await));
    for call in [SOAP, REST] {
        let others = Gateway::start(&[route(call.face, Some("GetServerTime"), way.clone())]).await;
        let here = others.send(call.request(&others.login)).await;
        assert_eq!(here.status, 200, "{}", text(&here.body));
        let own = Gateway::start(&[route(call.face, Some(call.operation), way.clone())]).await;
        let away = own.send(call.request(&own.login)).await;
        assert!(text(&away.body).contains("cannot be passed on"), "{}", call.face);
    }
}

#[tokio::test]
async fn a_call_that_is_answered_here_after_its_body_was_read_is_admitted_like_any_other() {
    let way = Way::Upstream(upstream(&nowhere().await));
    let front = Gateway::start(&[route(SOAP.face, Some("CreateContact"), way)]).await;
    let known = front.send(SOAP.request(&front.login)).await;
    assert_eq!(known.status, 200);
    let unknown = front.send(SOAP.request(&stranger())).await;
    let plain = Gateway::plain().await;
    let expected = plain.send(SOAP.request(&stranger())).await;
    assert_eq!((unknown.status, unknown.body), (expected.status, expected.body));
    assert_ne!(unknown.status, 200);
}

#[tokio::test]
async fn a_server_that_would_pass_calls_to_itself_does_not_start() {
    let behind = Gateway::plain().await;
    let address = behind.running.local_address();
    let context = std::sync::Arc::clone(&behind.context);
    behind.running.stop().await.unwrap();
    let way = Way::Upstream(upstream(&format!("http://localhost:{}", address.port())));
    let mounts: Vec<_> =
        crate::gateway::faces().into_iter().map(lychgate::server::Mount::everywhere).collect();
    let mut config = ServerConfig::plain(address);
    config.ways = Ways::new(&[route("selzy", None, way)], &mounts).unwrap();
    let refused = Server::bind(config, mounts, context).await;
    assert!(matches!(refused, Err(StartError::OwnUpstream { .. })), "{refused:?}");
}
