//! Callers who prove themselves inside the envelope.

use crate::service::{Answer, Parrot, SAY, TEXT_XML, post_to, soap11};

const WSSE: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const WSU: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
const PROFILE: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0";

/// Base64(SHA-1("0123456789abcdef" + "2026-11-21T20:02:23+00:00" + "crackër")), by Python's hashlib.
const DIGEST: &str = "6qB3vOOYvyugJlK2VcZhQAVJ8BU=";

fn secured(content: &str) -> String {
    let header = format!(
        "<soap:Header><o:Security soap:mustUnderstand=\"1\" xmlns:o=\"{WSSE}\" \
         xmlns:u=\"{WSU}\">{content}</o:Security></soap:Header>"
    );
    soap11(&header, SAY)
}

fn text_token(user: &str, password: &str) -> String {
    format!(
        "<o:UsernameToken><o:Username>{user}</o:Username><o:Password \
         Type=\"{PROFILE}#PasswordText\">{password}</o:Password></o:UsernameToken>"
    )
}

fn digest_token(digest: &str, created: &str) -> String {
    format!(
        "<o:UsernameToken><o:Username>polly</o:Username><o:Password \
         Type=\"{PROFILE}#PasswordDigest\">{digest}</o:Password><o:Nonce>MDEyMzQ1Njc4OWFiY2RlZg==\
         </o:Nonce><u:Created>{created}</u:Created></o:UsernameToken>"
    )
}

async fn send(parrot: &Parrot, body: &str) -> Answer {
    post_to(parrot, "/parrot", &[TEXT_XML], body.as_bytes()).await
}

fn assert_fault(answer: &Answer, code: &str) {
    assert_eq!(answer.status, 500, "{}", answer.body);
    let expected = format!("<faultcode xmlns:a=\"{WSSE}\">a:{code}</faultcode>");
    assert!(answer.body.contains(&expected), "{}", answer.body);
}

#[tokio::test]
async fn a_text_token_is_enough_and_the_reply_says_nothing_of_security() {
    let answer = send(&Parrot::default(), &secured(&text_token("polly", "crackër"))).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(!answer.body.contains("Security"), "{}", answer.body);
}

#[tokio::test]
async fn a_timestamp_in_the_request_is_answered_with_one_in_the_reply_and_in_a_fault() {
    let timestamp = "<u:Timestamp u:Id=\"_0\"><u:Created>2026-11-21T20:02:26Z</u:Created>\
                     <u:Expires>2026-11-21T20:12:26Z</u:Expires></u:Timestamp>";
    let reply = format!(
        "xmlns:u=\"{WSU}\"><s:Header><o:Security s:mustUnderstand=\"1\" xmlns:o=\"{WSSE}\">\
         <u:Timestamp u:Id=\"_0\"><u:Created>2026-11-21T20:02:30.000Z</u:Created><u:Expires>\
         2026-11-21T20:07:30.000Z</u:Expires></u:Timestamp></o:Security></s:Header>"
    );
    let right = secured(&format!("{timestamp}{}", text_token("polly", "crackër")));
    let answer = send(&Parrot::default(), &right).await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains(&reply), "{}", answer.body);

    let wrong = secured(&format!("{timestamp}{}", text_token("polly", "biscuit")));
    let answer = send(&Parrot::default(), &wrong).await;
    assert_eq!(answer.status, 500);
    assert!(answer.body.contains(&reply), "{}", answer.body);
    assert!(answer.body.contains("a:FailedAuthentication</faultcode>"), "{}", answer.body);
}

#[tokio::test]
async fn a_digest_is_believed_once() {
    let parrot = Parrot::default();
    let body = secured(&digest_token(DIGEST, "2026-11-21T20:02:23+00:00"));
    assert_eq!(send(&parrot, &body).await.status, 200);
    let again = send(&parrot, &body).await;
    assert_fault(&again, "InvalidSecurity");
    assert!(again.body.contains("An error occurred when verifying security for the message."));
}

#[tokio::test]
async fn a_wrong_digest_is_refused_and_its_nonce_stays_free() {
    let parrot = Parrot::default();
    let wrong = digest_token("AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "2026-11-21T20:02:23+00:00");
    assert_fault(&send(&parrot, &secured(&wrong)).await, "FailedAuthentication");
    let right = secured(&digest_token(DIGEST, "2026-11-21T20:02:23+00:00"));
    assert_eq!(send(&parrot, &right).await.status, 200);
}

#[tokio::test]
async fn what_is_too_old_or_too_early_is_not_believed() {
    let parrot = Parrot::default();
    for created in ["2026-11-21T19:52:29Z", "2026-11-21T20:07:31Z", "nonsense"] {
        let answer = send(&parrot, &secured(&digest_token(DIGEST, created))).await;
        assert_fault(&answer, "InvalidSecurity");
    }
    let stale = "<u:Timestamp><u:Created>2026-11-21T19:40:00Z</u:Created><u:Expires>\
                 2026-11-21T19:45:00Z</u:Expires></u:Timestamp>";
    let body = secured(&format!("{stale}{}", text_token("polly", "crackër")));
    assert_fault(&send(&parrot, &body).await, "InvalidSecurity");
}

#[tokio::test]
async fn a_failure_to_authenticate_is_the_services_own_fault() {
    let answer = send(&Parrot::default(), &secured(&text_token("busy", "x"))).await;
    assert!(answer.body.contains("ERROR_MOULTING"), "{}", answer.body);
}

#[tokio::test]
async fn a_security_header_for_somebody_else_proves_nothing() {
    let body = secured(&text_token("polly", "crackër")).replace(
        "<o:Security soap:mustUnderstand=\"1\"",
        "<o:Security soap:mustUnderstand=\"1\" soap:actor=\"urn:someone-else\"",
    );
    assert_eq!(send(&Parrot::default(), &body).await.status, 401);
}

#[tokio::test]
async fn a_security_header_without_a_token_leaves_the_proof_to_http() {
    let timestamp = "<u:Timestamp><u:Created>2026-11-21T20:02:26Z</u:Created></u:Timestamp>";
    assert_eq!(send(&Parrot::default(), &secured(timestamp)).await.status, 401);
}
