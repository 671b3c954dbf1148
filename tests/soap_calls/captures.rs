//! One call per client stack, with the traits that its captured bytes have.

use crate::service::{BASIC, Parrot, SAID, SAY, TEXT_XML, post, post_to, soap11, soap12};

const ACTION: (&str, &str) = ("soapaction", "\"urn:parrot/v1/ParrotService/Say\"");
const SOAP11_REPLY: &str = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">";
const SOAP12_REPLY: &str = "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\">";

fn assert_said(answer: &crate::service::Answer, envelope: &str, content_type: &str) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.body, format!("{envelope}{SAID}"));
    assert_eq!(answer.content_type, content_type);
    assert_eq!(answer.operation, "Say");
}

#[tokio::test]
async fn an_asmx_proxy_is_answered_as_wcf_would() {
    let answer = post(&[BASIC, TEXT_XML, ACTION], &soap11("", SAY)).await;
    assert_said(&answer, SOAP11_REPLY, "text/xml; charset=utf-8");
}

#[tokio::test]
async fn a_call_without_credentials_is_challenged_first() {
    let answer = post(&[TEXT_XML, ACTION], &soap11("", SAY)).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.headers["www-authenticate"], "Basic realm=\"parrot\"");
    assert_eq!(answer.body, "");
}

#[tokio::test]
async fn php_with_soap_12_is_answered_in_soap_12() {
    let content_type = (
        "content-type",
        "application/soap+xml; charset=utf-8; action=\"urn:parrot/v1/ParrotService/Say\"",
    );
    let say = "<ns1:Say><ns1:times>2</ns1:times><ns1:phrase><d:Text xmlns:d=\"urn:parrot\">hi\
               </d:Text></ns1:phrase></ns1:Say>";
    let answer = post(&[BASIC, content_type], &soap12("", say)).await;
    assert_said(&answer, SOAP12_REPLY, "application/soap+xml; charset=utf-8");
}

#[tokio::test]
async fn zeep_adds_addressing_headers_and_reads_a_plain_reply() {
    let header = "<soap:Header xmlns:wsa=\"http://www.w3.org/2005/08/addressing\"><wsa:Action>\
                  urn:parrot/v1/ParrotService/Say</wsa:Action><wsa:MessageID>urn:uuid:1\
                  </wsa:MessageID><wsa:To>http://127.0.0.1/</wsa:To></soap:Header>";
    let answer = post(&[BASIC, TEXT_XML, ACTION], &soap11(header, SAY)).await;
    assert_said(&answer, SOAP11_REPLY, "text/xml; charset=utf-8");
}

#[tokio::test]
async fn wcf_with_addressing_gets_its_action_and_relation() {
    let header = "<env:Header xmlns:a=\"http://www.w3.org/2005/08/addressing\"><a:Action \
                  env:mustUnderstand=\"1\">urn:parrot/v1/ParrotService/Say</a:Action><a:MessageID>\
                  urn:uuid:7</a:MessageID><a:ReplyTo><a:Address>http://www.w3.org/2005/08/addressing\
                  /anonymous</a:Address></a:ReplyTo><a:To env:mustUnderstand=\"1\">http://here/\
                  </a:To></env:Header>";
    // WSHttpBinding sends neither SOAPAction nor an action parameter, and a byte order mark.
    let content_type = ("content-type", "application/soap+xml; charset=utf-8");
    let body = format!("\u{feff}{}", soap12(header, SAY));
    let answer = post(&[BASIC, content_type], &body).await;
    let expected = format!(
        "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" \
         xmlns:a=\"http://www.w3.org/2005/08/addressing\"><s:Header><a:Action \
         s:mustUnderstand=\"1\">urn:parrot/v1/ParrotService/SayResponse</a:Action>\
         <a:RelatesTo>urn:uuid:7</a:RelatesTo></s:Header>{SAID}"
    );
    assert_eq!(answer.body, expected);
}

#[tokio::test]
async fn action_and_to_without_addressing_are_understood_and_never_sent_back() {
    let header = "<soap:Header><Action soap:mustUnderstand=\"1\" \
                  xmlns=\"http://schemas.microsoft.com/ws/2005/05/addressing/none\">\
                  urn:parrot/v1/ParrotService/Say</Action><To soap:mustUnderstand=\"1\" \
                  xmlns=\"http://schemas.microsoft.com/ws/2005/05/addressing/none\">http://here/</To>\
                  </soap:Header>";
    let answer = post(&[BASIC, TEXT_XML], &soap11(header, SAY)).await;
    assert_said(&answer, SOAP11_REPLY, "text/xml; charset=utf-8");
}

#[tokio::test]
async fn perls_default_action_falls_back_to_the_body() {
    let action = ("soapaction", "\"urn:parrot/v1#Say\"");
    let answer = post(&[BASIC, TEXT_XML, action], &soap11("", SAY)).await;
    assert_said(&answer, SOAP11_REPLY, "text/xml; charset=utf-8");
}

#[tokio::test]
async fn envelopes_in_the_default_namespace_and_with_encoding_style_are_read() {
    let body = "<Envelope xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\" \
                encodingStyle=\"x\" xmlns:q=\"urn:parrot/v1\"><Header/><Body><q:Say><q:times>2\
                </q:times><q:phrase><Text xmlns=\"urn:parrot\">h&#105;</Text></q:phrase></q:Say>\
                </Body></Envelope>\n\n";
    let answer = post(&[BASIC, TEXT_XML, ("soapaction", "")], body).await;
    assert_said(&answer, SOAP11_REPLY, "text/xml; charset=utf-8");
}

#[tokio::test]
async fn utf16_and_latin1_documents_are_read_by_their_own_word() {
    let parrot = Parrot::default();
    let body: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(soap11("", SAY).encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let headers = [BASIC, ("content-type", "text/xml; charset=utf-16"), ACTION];
    let answer = post_to(&parrot, "/parrot", &headers, &body).await;
    assert_said(&answer, SOAP11_REPLY, "text/xml; charset=utf-8");

    let say = SAY.replace("hi", "hï");
    let body = soap11("", &say).replace("encoding=\"utf-8\"", "encoding='iso-8859-1'");
    let bytes: Vec<u8> = body.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let headers = [BASIC, ("content-type", "text/xml"), ACTION];
    let answer = post_to(&parrot, "/parrot", &headers, &bytes).await;
    assert!(answer.body.contains("hïhï"), "{}", answer.body);
}

#[tokio::test]
async fn tracing_headers_of_visual_studio_are_ignored() {
    let header = "<soap:Header><VsDebuggerCausalityData \
                  xmlns=\"http://schemas.microsoft.com/vstudio/diagnostics/servicemodelsink\">uIDPo\
                  </VsDebuggerCausalityData><ActivityId CorrelationId=\"x\" \
                  xmlns=\"http://schemas.microsoft.com/2004/09/ServiceModel/Diagnostics\">y\
                  </ActivityId></soap:Header>";
    let answer = post(&[BASIC, TEXT_XML, ACTION], &soap11(header, SAY)).await;
    assert_said(&answer, SOAP11_REPLY, "text/xml; charset=utf-8");
}
