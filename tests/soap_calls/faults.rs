//! Faults in both versions, and the requests that deserve them.

use crate::service::{BASIC, Parrot, SAY, TEXT_XML, post, post_to, soap11, soap12};

const SOAP12: (&str, &str) = ("content-type", "application/soap+xml; charset=utf-8");

#[tokio::test]
async fn a_refusal_is_a_client_fault_without_detail() {
    let sing = "<Sing xmlns=\"urn:parrot/v1\"/>";
    let answer = post(&[BASIC, TEXT_XML], &soap11("", sing)).await;
    assert_eq!((answer.status, answer.operation), (500, "Sing"));
    assert_eq!(answer.content_type, "text/xml; charset=utf-8");
    assert_eq!(
        answer.body,
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault>\
         <faultcode>s:Client</faultcode><faultstring xml:lang=\"en-GB\">The parrot is moulting. \
         ERROR_MOULTING</faultstring></s:Fault></s:Body></s:Envelope>"
    );

    let answer = post(&[BASIC, SOAP12], &soap12("", sing)).await;
    assert_eq!(answer.status, 500);
    assert_eq!(answer.content_type, "application/soap+xml; charset=utf-8");
    assert_eq!(
        answer.body,
        "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Body><s:Fault><s:Code>\
         <s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text xml:lang=\"en-GB\">The parrot is \
         moulting. ERROR_MOULTING</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>"
    );
}

#[tokio::test]
async fn an_addressed_fault_names_its_action_and_subcode_in_the_callers_addressing() {
    let header = "<env:Header xmlns:a=\"http://www.w3.org/2005/08/addressing\"><a:MessageID>m\
                  </a:MessageID><a:Action env:mustUnderstand=\"1\">urn:no</a:Action></env:Header>";
    let answer = post(&[BASIC, SOAP12], &soap12(header, "<x/>")).await;
    assert!(
        answer.body.contains(
            "<a:Action s:mustUnderstand=\"1\">http://www.w3.org/2005/08/addressing/fault\
             </a:Action><a:RelatesTo>m</a:RelatesTo>"
        ),
        "{}",
        answer.body
    );
    assert!(
        answer.body.contains(
            "<s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>a:ActionNotSupported\
             </s:Value></s:Subcode></s:Code>"
        ),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_header_that_must_be_understood_and_is_not_is_named() {
    let block = "<x:Lease xmlns:x=\"urn:lease\" soap:mustUnderstand=\"true\">1</x:Lease>";
    let header = format!("<soap:Header>{block}</soap:Header>");
    let answer = post(&[BASIC, TEXT_XML], &soap11(&header, SAY)).await;
    assert_eq!(answer.status, 500);
    assert!(answer.body.contains("<faultcode>s:MustUnderstand</faultcode>"), "{}", answer.body);
    assert!(answer.body.contains("The header 'Lease' from the namespace 'urn:lease' was not"));

    let header = header.replace("soap:", "env:");
    let answer = post(&[BASIC, SOAP12], &soap12(&header, SAY)).await;
    assert!(answer.body.contains("<s:Value>s:MustUnderstand</s:Value>"), "{}", answer.body);
    assert!(
        answer.body.contains(
            "<s:Header><s:NotUnderstood qname=\"a:Lease\" xmlns:a=\"urn:lease\"/></s:Header>"
        ),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_header_for_somebody_else_or_unmarked_is_passed_over() {
    for attributes in [
        "soap:mustUnderstand=\"1\" soap:actor=\"urn:someone-else\"",
        "soap:mustUnderstand=\"0\"",
        "soap:mustUnderstand=\"false\"",
        "mustUnderstand=\"1\"",
        "",
    ] {
        let header =
            format!("<soap:Header><x:Lease xmlns:x=\"urn:lease\" {attributes}/></soap:Header>");
        let answer = post(&[BASIC, TEXT_XML], &soap11(&header, SAY)).await;
        assert_eq!(answer.status, 200, "{attributes}: {}", answer.body);
    }
}

#[tokio::test]
async fn an_envelope_of_the_other_version_is_a_version_mismatch() {
    let answer = post(&[BASIC, TEXT_XML], &soap12("", SAY)).await;
    assert_eq!(answer.status, 500);
    assert_eq!(answer.content_type, "text/xml; charset=utf-8");
    assert!(answer.body.contains("<faultcode>s:VersionMismatch</faultcode>"), "{}", answer.body);
    let answer = post(&[BASIC, SOAP12], &soap11("", SAY)).await;
    assert_eq!(answer.content_type, "application/soap+xml; charset=utf-8");
    assert!(answer.body.contains("<s:Value>s:VersionMismatch</s:Value>"), "{}", answer.body);
}

#[tokio::test]
async fn an_undecided_content_type_lets_the_envelope_decide() {
    for headers in [vec![BASIC], vec![BASIC, ("content-type", "application/xml")]] {
        let answer = post(&headers, &soap12("", SAY)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.content_type, "application/soap+xml; charset=utf-8");
    }
}

#[tokio::test]
async fn what_is_no_envelope_is_a_client_fault() {
    let no_namespace = soap11("", SAY).replace("soap:", "").replace("xmlns:soap", "xmlns:x");
    let no_body = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"/>";
    let unprefixed = soap11("", "<p:Say/>");
    let two = soap11("", &format!("{SAY}{SAY}"));
    let other_root = "<Say xmlns=\"urn:parrot/v1\"/>";
    let text_in_body = soap11("", "hello");
    let cases =
        [&no_namespace, no_body, &unprefixed, &two, other_root, &text_in_body, "", "{\"a\":1}"];
    for body in cases {
        let parrot = Parrot::default();
        let answer = post_to(&parrot, "/parrot", &[BASIC, TEXT_XML], body.as_bytes()).await;
        assert_eq!(answer.status, 500, "{body}: {}", answer.body);
        assert!(answer.body.contains("<s:Fault><faultcode"), "{}", answer.body);
        assert!(!answer.body.contains("s:Server"), "{}", answer.body);
        assert_eq!(parrot.ran.into_inner(), 0, "{body}");
    }
}

#[tokio::test]
async fn a_wrong_value_is_a_deserialization_failure_that_names_the_place() {
    let say = SAY.replace("<times>2<", "<times>two<");
    let answer = post(&[BASIC, TEXT_XML], &soap11("", &say)).await;
    assert!(
        answer.body.contains(
            "<faultcode xmlns:a=\"http://schemas.microsoft.com/net/2005/12/\
             windowscommunicationfoundation/dispatcher\">a:DeserializationFailed</faultcode>"
        ),
        "{}",
        answer.body
    );
    assert!(answer.body.contains("times"), "{}", answer.body);
    assert!(!answer.body.contains("two"), "{}", answer.body);
}

#[tokio::test]
async fn a_failure_nobody_foresaw_is_an_internal_service_fault() {
    use lychgate::protocol::soap;
    let head = crate::service::head(http::Method::POST, "/parrot", &[TEXT_XML]);
    let reply = soap::broken(&Parrot::default(), &head, "Internal error r-1.");
    let answer = crate::service::Answer::from(reply);
    assert_eq!(answer.status, 500);
    assert!(answer.body.contains("a:InternalServiceFault</faultcode>"), "{}", answer.body);
}
