//! Faults on purpose strike calls that somebody else answers, too.

use std::time::{Duration, Instant};

use http::Request;
use lychgate::domain::Refusal;
use lychgate::domain::on_purpose::{Cut, Meant, Plan, Wait};
use lychgate::server::Way;

use crate::calls::{CALLS, Call, EMPOWER, REST, SELZY, SOAP, WHICH50, text};
use crate::gateway::{Gateway, route, upstream};

fn plan(call: Call) -> Plan {
    Plan {
        face: call.face.to_owned(),
        operation: Some(call.operation.to_owned()),
        account: None,
        rate: 1.0,
        wait: Wait::default(),
        error: None,
        cut: None,
    }
}

/// A gateway that passes every call on to another.
async fn passing(plans: Vec<Plan>) -> (Gateway, Gateway) {
    let behind = Gateway::plain().await;
    let way = Way::Upstream(upstream(&behind.url()));
    let front = Gateway::start(&CALLS.map(|call| route(call.face, None, way.clone()))).await;
    front.context.on_purpose.plan(plans);
    (front, behind)
}

#[tokio::test]
async fn an_error_comes_in_the_faces_own_form_and_the_upstream_is_not_asked() {
    let error = |call, error| Plan { error: Some(error), ..plan(call) };
    let plans = vec![
        error(SOAP, Meant::Refusal(Refusal::ContactSuppressed)),
        error(REST, Meant::Code("ERROR_PROGRAM_NOT_FOUND")),
        error(EMPOWER, Meant::Code("428")),
        error(SELZY, Meant::Refusal(Refusal::Unavailable)),
        error(WHICH50, Meant::Status(503)),
    ];
    let (front, behind) = passing(plans).await;
    for (call, status, part) in [
        (SOAP, 500, ">Error: ERROR_CONTACT_SUPPRESSED<"),
        (REST, 404, "\"Error: ERROR_PROGRAM_NOT_FOUND\""),
        (EMPOWER, 200, "<![CDATA[428]]>"),
        (SELZY, 200, "\"code\":\"retry_later\""),
        (WHICH50, 503, "<h1>503 Service Unavailable</h1>"),
    ] {
        let answer = front.send(call.request(&behind.login)).await;
        let body = text(&answer.body);
        assert_eq!(answer.status, status, "{}: {body}", call.face);
        assert!(body.contains(part), "{}: {part} in {body}", call.face);
    }
    let metrics = text(&front.page("/_lychgate/metrics").await.body);
    for call in CALLS {
        let struck =
            format!("face=\"{}\",operation=\"{}\",kind=\"error\"", call.face, call.operation);
        assert!(metrics.contains(&struck), "{struck} in {metrics}");
    }
    assert!(!metrics.contains("outcome=\"passed\""), "{metrics}");
}

#[tokio::test]
async fn a_passed_call_waits_or_ends_without_a_reply() {
    let fixed = Duration::from_millis(80);
    let slow = Plan { wait: Wait { fixed, spread: None }, ..plan(REST) };
    let cut = |call, cut| Plan { cut: Some(cut), ..plan(call) };
    let plans = vec![slow, cut(SOAP, Cut::Before), cut(SELZY, Cut::After)];
    let (front, behind) = passing(plans).await;
    let began = Instant::now();
    assert_eq!(front.send(REST.request(&behind.login)).await.status, 200);
    assert!(began.elapsed() >= fixed);
    for call in [SOAP, SELZY] {
        let Err(error) = front.try_send(call.request(&behind.login)).await else {
            panic!("{} is answered", call.face);
        };
        assert_eq!(error.word(), "cut-short", "{}", call.face);
    }
    let metrics = text(&front.page("/_lychgate/metrics").await.body);
    // The upstream carried the second one out.
    assert!(!metrics.contains("face=\"dotdigital-soap\",outcome=\"passed\""), "{metrics}");
    assert!(metrics.contains("face=\"selzy\",outcome=\"passed\"} 1"), "{metrics}");
}

#[tokio::test]
async fn a_plan_for_one_account_spares_calls_of_which_nobody_knows_whose_they_are() {
    let account = Some(lychgate::domain::AccountId(1));
    let (front, behind) =
        passing(vec![Plan { account, cut: Some(Cut::Before), ..plan(REST) }]).await;
    let request: Request<_> = REST.request(&behind.login);
    assert_eq!(front.send(request).await.status, 200);
}
