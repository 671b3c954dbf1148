"""What is called, and how it is broken on its way, for each code."""

import datetime
import os
import xmlrpc.client
from dataclasses import dataclass
from typing import Callable, Optional

import zeep
from zeep.wsse.username import UsernameToken

from clients import (
    CONTACT, KEY, PASSWORD, SECRET, SELZY_KEY, USER, with_asmx, with_node, with_perl, with_php, with_requests, with_suds,
    with_wcf, with_zeep,
)
from tee import header, replace, replace_pattern

CASES = []
SOAP = "/v2/api.svc"
ACTION = "http://apiconnector.com/v2/ApiService/"
DATA = "http://apiconnector.com"
ENVELOPE = (
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>{}</soap:Body></soap:Envelope>'
)
SERVER_TIME = ENVELOPE.format('<GetServerTime xmlns="http://apiconnector.com/v2"/>')
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"


@dataclass
class Case:
    code: str
    said: str
    call: Optional[Callable] = None
    change_call: Optional[Callable] = None
    change_reply: Optional[Callable] = None
    calls: int = 1
    metadata: bool = False
    head: str = ""
    healthy: bool = False


def case(code, said, call=None, change_call=None, change_reply=None, **more):
    CASES.append(Case(code, said, call, change_call, change_reply, **more))


def healthy(code, said, call, **more):
    CASES.append(Case(code, said, call, healthy=True, **more))


def time(url, **more):
    return with_zeep(url, "GetServerTime", **more)


def create(url, **more):
    return with_zeep(url, "CreateContact", apiContact={**CONTACT, **more})


def contacts(url):
    return with_zeep(url, "GetContacts", withFullData=False, select=2, skip=0)


def soap(url, body, content_type="text/xml; charset=utf-8", **more):
    headers = {"Content-Type": content_type, "SOAPAction": '""', **more.pop("headers", {})}
    headers = {name: value for name, value in headers.items() if value}
    return with_requests("POST", url + SOAP, data=body, headers=headers, **more)


def edit(pattern, new):
    return lambda message: replace_pattern(message, pattern, new)


def edit_all(pattern, new):
    return lambda message: replace_pattern(message, pattern, new, count=0)


def swap(old, new):
    return lambda message: replace(message, old, new)


def set_header(name, value):
    return lambda message: header(message, name, value)


def both(*changes):
    def change(message):
        for one in changes:
            one(message)
    return change


def rename_operation(message):
    header(message, "SOAPAction", f'"{ACTION}GetServerTimes"')
    replace(message, "GetServerTime", "GetServerTimes")


# What is asked for.
case("action-and-body-disagree", "zeep's GetServerTime with the action of another operation", time,
     set_header("SOAPAction", f'"{ACTION}GetContactById"'))
case("empty-soap-body", "zeep's GetServerTime without its body's child", time, edit("<soap-env:Body>.*</soap-env:Body>", "<soap-env:Body/>"))
case("unknown-operation", "zeep's GetServerTime with one letter more", time, rename_operation)
case("operation-in-wrong-namespace", "PHP's SoapClient without a WSDL, with a slash too many in its uri",
     lambda url: with_php(url, "$api->GetServerTime()", wsdl=None, options="'uri' => 'http://apiconnector.com/v2/'"))
case("operation-of-another-edition", "zeep, made from the WSDL of 2014, calls the address of 2013",
     lambda url: with_zeep(url, "GetSegments", address=url + "/2013" + SOAP, select=10, skip=0))
case("member-in-wrong-namespace", "zeep's CreateContact with the records in the namespace of the operations", create,
     swap(f'"{DATA}"', '"http://apiconnector.com/v2"'))
case("member-in-other-letters", "zeep's CreateContact with email for Email", create, edit_all(r"(</?ns.:)Email\b", r"\1email"))
case("unknown-member", "zeep's CreateContact with EmailAdress for Email", create, edit_all(r"(</?ns.:)Email\b", r"\1EmailAdress"))
case("members-out-of-order", "zeep's CreateContact with Id behind Email", create, edit(r"(<ns.:Id\b.*?</ns.:Id>)(.*?</ns.:Email>)", r"\2\1"))


def contact_of_suds(client):
    contact = client.factory.create("ns0:ApiContact")
    contact.Id, contact.Email, contact.OptInType, contact.EmailType, contact.Status = -1, CONTACT["Email"], "Single", "Html", "Subscribed"
    field = client.factory.create("ns0:ApiContactData")
    field.Key, field.Value = "FIRSTNAME", "Zoe"
    contact.DataFields = client.factory.create("ns0:ArrayOfApiContactData")
    contact.DataFields.ApiContactData.append(field)
    return contact


case("untyped-value", "suds' CreateContact with one data field", lambda url: with_suds(url, "CreateContact", contact_of_suds))
case("unknown-enum-value", "zeep's CreateContact with HTML for Html", lambda url: create(url, EmailType="HTML"))
case("value-of-wrong-type", "node-soap's GetContactById with an empty text", lambda url: with_node(url, "GetContactById", "{id: ''}"))
case("empty-operation-element", "PHP's SoapClient: GetContactById(['ID' => 7])",
     lambda url: with_php(url, "$api->GetContactById(['ID' => 7])", wsdl="/2013/v2/api.svc?wsdl"))

# Where it goes and what its head says.
case("no-such-path", "zeep calls the path of an asmx service", lambda url: time(url, address=url + "/v2/Api.asmx"))
case("wrong-http-method", "requests with PUT for POST", lambda url: with_requests("PUT", url + "/v2/contacts", json={"email": "doctor@example.org"}))
case("content-type-missing", "requests without a content type", lambda url: soap(url, SERVER_TIME, content_type=None))
case("content-type-not-soap", "requests with JSON's content type", lambda url: soap(url, SERVER_TIME, content_type="application/json"))
case("media-type-refused", "requests with text/plain", lambda url: with_requests(
    "POST", url + "/Which50API/contactLists/3/import", data="x", headers={"Content-Type": "text/csv"}))
case("content-encoding-refused", "requests with a coding that nobody knows", lambda url: soap(url, SERVER_TIME, headers={"Content-Encoding": "br"}))
HEAD = f"POST {SOAP} HTTP/1.1\r\nHost: api.example.org\r\nContent-Type: text/xml; charset=utf-8\r\nSOAPAction: \"{ACTION}ImportContacts\"\r\n"
case("request-too-large", "the head of a call with 200 MB", head=HEAD + "Content-Length: 200000000\r\nConnection: close\r\n\r\n")
case("length-required", "the head of a call without a length", head=HEAD + "Connection: close\r\n\r\n")


def old_proxy(reply):
    reply["status"], reply["body"], reply["headers"] = 417, b"", [("Server", "squid/2.7")]


case("expect-100-continue", "requests with Expect, through a proxy of HTTP/1.0",
     lambda url: soap(url, SERVER_TIME, headers={"Expect": "100-continue"}), None, old_proxy)
MTOM = (
    '--b\r\nContent-Type: application/xop+xml; charset=utf-8; type="text/xml"\r\nContent-ID: <root>\r\n\r\n'
    + SERVER_TIME + "\r\n--b--\r\n"
)
MTOM_TYPE = 'multipart/related; type="application/xop+xml"; start="<root>"; start-info="text/xml"; boundary="b"'
case("mtom-request", "requests with a message in MTOM", lambda url: soap(url, MTOM, content_type=MTOM_TYPE))


# How it is written.
def zoe(url):
    fields = {"ApiContactData": [{"Key": "FIRSTNAME", "Value": zeep.xsd.AnyObject(zeep.xsd.String(), "Zo\u00eb")}]}
    return create(url, DataFields=fields)


def in_latin1(message):
    message["body"] = message["body"].decode().encode("latin-1")


case("charset-disagrees", "zeep's CreateContact, whose content type now says ISO-8859-1", zoe, set_header("Content-Type", "text/xml; charset=iso-8859-1"))
case("invalid-encoding", "zeep's CreateContact, written in ISO-8859-1 under the name of UTF-8", zoe, in_latin1)
case("malformed-xml", "zeep's CreateContact with a bare ampersand", lambda url: create(url, Email="a-and-b@example.org"), swap("-and-", "&"))
case("undeclared-prefix", "PHP's SoapClient without a WSDL, with a prefix in a parameter's name",
     lambda url: with_php(url, "$api->__soapCall('GetContactById', [new SoapParam(7, 'v2:id')])", wsdl=None, options="'uri' => 'http://apiconnector.com/v2'"))
case("doctype", "zeep's GetServerTime with a document type", time, swap("<soap-env:Envelope", "<!DOCTYPE e [<!ENTITY x 'y'>]><soap-env:Envelope"))
case("envelope-in-wrong-namespace", "Perl's SOAP::Lite, whose envelope lost its namespace", lambda url: with_perl(url, "$soap->call('GetServerTime')"),
     edit(' xmlns:soap="[^"]*"', ' xmlns:soap="urn:schemas-xmlsoap-org:soap.v1"'))
case("soap-version-mismatch", "PHP's SoapClient with SOAP 1.2, whose content type is that of 1.1",
     lambda url: with_php(url, "$api->GetServerTime()", options="'soap_version' => SOAP_1_2"), set_header("Content-Type", "text/xml; charset=utf-8"))
case("control-characters", "zeep's CreateContact with a control character, as .NET writes it", zoe, swap("Zo", "Z&#x1F;o"))
case("header-not-understood", "PHP's SoapClient with a header that must be understood",
     lambda url: with_php(url, "$api->__setSoapHeaders(new SoapHeader('urn:acme', 'Trace', 'x', true)); $api->GetServerTime()"))
case("addressing-in-wrong-namespace", "PHP's SoapClient with an Action of its own",
     lambda url: with_php(url, "$api->__setSoapHeaders(new SoapHeader('http://apiconnector.com/v2', 'Action', 'GetServerTime')); $api->GetServerTime()"))
NONE = "http://schemas.microsoft.com/ws/2005/05/addressing/none"
case("addressing-none-in-request", "PHP's SoapClient with a header that was copied from a message log",
     lambda url: with_php(url, f"$api->__setSoapHeaders(new SoapHeader('{NONE}', 'Action', '{ACTION}GetServerTime', true)); $api->GetServerTime()"))
case("addressed-to-another-host", "zeep's GetServerTime to the vendor's address", time, edit("<wsa:To>.*</wsa:To>", "<wsa:To>https://api.dotmailer.com/v2/api.svc</wsa:To>"))

# Who calls.
case("credentials-missing", "zeep without a login", lambda url: time(url, login=None))
case("challenge-not-answered", "zeep without a login, twice", lambda url: [time(url, login=None), time(url, login=None)], calls=2)
case("basic-header-damaged", "requests with a login that is not in base64", lambda url: soap(
    url, SERVER_TIME, login=None, headers={"Authorization": "Basic user@apiconnector.com:secret"}))
case("basic-without-password", "PHP's SoapClient with an empty password", lambda url: with_php(
    url, "$api->GetServerTime()", options="'password' => ''"))
case("password-encoding", "requests with an umlaut in the password", lambda url: soap(url, SERVER_TIME, login=(USER, "p\u00e4ssword")))
case("digest-refused", "zeep with a digest of another password", lambda url: time(url, wsse=UsernameToken(USER, "other", use_digest=True)))
case("credentials-refused", "zeep with another password", lambda url: time(url, login=(USER, "other")))
case("credentials-in-wrong-place", "requests with the login in the query", lambda url: with_requests(
    "GET", url + f"/v2/account-info?username={USER}&password={PASSWORD}", login=None))


def utc(minutes=0):
    return datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(minutes=minutes)


def stamp(minutes=0):
    element = zeep.wsse.utils.WSU("Timestamp")
    text = [(name, utc(at).strftime("%Y-%m-%dT%H:%M:%SZ")) for name, at in (("Created", minutes), ("Expires", minutes + 5))]
    element.extend(getattr(zeep.wsse.utils.WSU, name)(at) for name, at in text)
    return element


def stamped(minutes=0, **more):
    return UsernameToken(USER, PASSWORD, timestamp_token=stamp(minutes), **more)


case("clock-skew", "zeep on a machine whose clock is 20 minutes ahead", lambda url: time(url, wsse=stamped(20)))
case("stale-token", "zeep with a token that was made once, 40 minutes ago",
     lambda url: time(url, wsse=UsernameToken(USER, PASSWORD, use_digest=True, created=utc(-40))))


def twice(url):
    token = UsernameToken(USER, PASSWORD, use_digest=True, nonce="once-and-for-all", created=utc())
    return [time(url, wsse=token), time(url, wsse=token)]


case("nonce-replayed", "zeep with a nonce of the program's own, twice", twice, calls=2)

# Calls by the name of a method.
INDEX = "/api/xmlrpc/index.php"


def rpc(url, method, *args, login=(KEY, SECRET)):
    credentials = f"{login[0]}:{login[1]}@" if login else ""
    proxy = xmlrpc.client.ServerProxy(url.replace("://", "://" + credentials) + "/RPC2")
    try:
        return getattr(proxy, method)(*args)
    except Exception as error:
        return error


case("unknown-method", "Python's xmlrpc.client with a method that is misspelled", lambda url: rpc(url, "account.getCategory"))
case("api-key-missing", "requests with a document without authentication", lambda url: with_requests(
    "POST", url + INDEX, login=None, data={"data": "<api><data><methodCall><methodName>account.getCategories</methodName></methodCall></data></api>"}))
case("misspelled-argument", "requests with titel for title", lambda url: with_requests(
    "POST", url + "/en/api/createList", login=None, data={"api_key": SELZY_KEY, "titel": "Readers"}))
case("xml-rpc-date", "Python's xmlrpc.client with a date as a program of its own writes it", lambda url: rpc(
    url, "legacy.message_stats", {"date": xmlrpc.client.DateTime("2026-01-02 03:04:05Z")}))

# JSON and forms.
case("body-is-null", "requests with None as the record", lambda url: with_requests(
    "POST", url + "/v2/contacts", data="null", headers={"Content-Type": "application/json"}))
case("malformed-json", "requests with the text of a Python dictionary", lambda url: with_requests(
    "POST", url + "/v2/contacts", data=str({"email": "doctor@example.org"}), headers={"Content-Type": "application/json"}))
case("unknown-json-member", "requests with emailAdress for email", lambda url: with_requests(
    "POST", url + "/v2/contacts", json={"emailType": "Html", "optinTypes": "Single", "email": "doctor@example.org"}))
case("brackets-damaged", "requests with names of fields that were encoded beforehand", lambda url: with_requests(
    "POST", url + "/en/api/importContacts", login=None,
    data={"api_key": SELZY_KEY, "field_names%5B0%5D": "email", "data%5B0%5D%5B0%5D": "doctor@example.org"}))


# Replies.
def status(number):
    return lambda reply: reply.update(status=number)


def unknown_contact(url):
    return with_zeep(url, "GetContactById", id=2_000_000_000)


def html(reply):
    reply["status"] = 502
    reply["headers"] = [("Content-Type", "text/html"), ("Server", "nginx")]
    reply["body"] = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n"


def half(reply):
    reply["body"] = reply["body"][: len(reply["body"]) // 2]


def half_of_its_length(reply):
    half(reply)
    reply["keep_length"] = True


def in_front(text):
    return lambda reply: reply.update(body=text + reply["body"])


def mtom(reply):
    reply["body"] = b"--b\r\nContent-Type: application/xop+xml\r\n\r\n" + reply["body"] + b"\r\n--b--\r\n"
    header(reply, "Content-Type", MTOM_TYPE)


def security_of(reply):
    at = utc().strftime("%Y-%m-%dT%H:%M:%SZ")
    block = (
        f'<s:Header><o:Security s:mustUnderstand="1" xmlns:o="{WSSE}"><u:Timestamp xmlns:u="{WSU}">'
        f"<u:Created>{at}</u:Created></u:Timestamp></o:Security></s:Header><s:Body>"
    )
    replace(reply, "<s:Body>", block)


case("fault-with-wrong-status", "zeep's GetContactById of an unknown contact, with the fault's status changed", unknown_contact, None, status(200))
case("fault-with-undeclared-detail", "zeep's GetContactById of an unknown contact, with a detail put into the fault", unknown_contact, None,
     swap("</s:Fault>", '<detail><ErrorCode xmlns="urn:acme">7</ErrorCode></detail></s:Fault>'))
case("reply-content-type", "zeep's GetServerTime with a reply in application/xml", time, None, set_header("Content-Type", "application/xml; charset=utf-8"))
case("reply-is-html", "zeep's GetServerTime with a proxy's page for a reply", time, None, html)
case("bytes-before-xml-declaration", "PHP's GetServerTime with a byte order mark and a blank line in front of the reply",
     lambda url: with_php(url, "$api->GetServerTime()"), None, in_front(b"\xef\xbb\xbf\r\n"))
case("reply-not-well-formed", "zeep's GetServerTime with half a reply", time, None, half)
case("reply-cut-short", "zeep's GetServerTime with a reply that is shorter than it says", time, None, half_of_its_length)
case("mtom-reply", "zeep's GetServerTime with a reply in MTOM", time, None, mtom)
case("reply-with-control-characters", "zeep's GetContacts with a control character in a contact", contacts, None, edit("(<a:Email>)", r"\1&#x1F;"))
case("reply-breaks-contract", "zeep's GetContacts with a member that the WSDL does not have", contacts, None, swap("<a:Email>", "<a:Country>GB</a:Country><a:Email>"))
case("reply-with-unknown-enum-value", "zeep's GetContacts with a status of a later year", contacts, None, swap("<a:Status>Subscribed<", "<a:Status>Snoozed<"))
case("addressing-none-in-reply", "zeep's GetServerTime with a header of a message log in the reply", time, None,
     swap("<s:Body>", f'<s:Header><Action xmlns="{NONE}">{ACTION}GetServerTimeResponse</Action></s:Header><s:Body>'))
case("reply-without-relates-to", "zeep's GetServerTime with its Action marked as WCF marks it, and the reply's RelatesTo taken out", time,
     swap("<wsa:Action>", '<wsa:Action soap-env:mustUnderstand="1">'), edit("<a:RelatesTo>.*?</a:RelatesTo>", ""))
case("reply-timestamp-missing", "zeep with a Timestamp, and the reply's taken out", lambda url: time(url, wsse=stamped()), None,
     edit("<s:Header>.*</s:Header>", ""))
case("reply-security-unasked", "zeep's GetServerTime with a Security header put into the reply", time, None, security_of)

# Sizes, for a client of WCF.
def wcf(url):
    return with_wcf(url, "basic")


def answered(change):
    """Leaves the challenge alone."""
    return lambda reply: change(reply) if reply["status"] == 200 else None


def many(reply):
    body = reply["body"]
    start, end = body.index(b"<a:ApiContactData>"), body.index(b"</a:ApiContactData>") + len(b"</a:ApiContactData>")
    reply["body"] = body[:start] + body[start:end] * (66_000 // (end - start)) + body[end:]


def deep(reply):
    replace_pattern(reply, "<a:Email>[^<]*", "<a:Email>" + "<b>" * 30 + "</b>" * 30)


case("reply-over-64-kb", "WCF on Mono: CreateContact, and a reply with many data fields", wcf, None, answered(many))
case("string-over-8192-characters", "WCF on Mono: CreateContact, and a reply with a long text", wcf, None, answered(edit("(<a:Email>)", r"\1" + "long text " * 900)))
case("array-over-16384-items", "WCF on Mono: CreateContact, and a reply with a file in a member", wcf, None, answered(edit("<a:Email>[^<]*", "<a:Email>" + "QUJD" * 6_000)))
case("depth-over-32", "WCF on Mono: CreateContact, and a reply with elements in elements", wcf, None, answered(deep))
case("text-over-10-mb", "a call for contacts, one with a text that the test grows", contacts, None, edit("(<a:Email>)", r"\1{10 MB}"))
case("wsdl-address-elsewhere", "requests for the WSDL, behind a proxy that keeps its name to itself",
     lambda url: with_requests("GET", url + SOAP + "?singleWsdl"), None, edit_all('location="http://[^/"]*/', 'location="http://backend.internal:8080/'), metadata=True)

# Healthy calls of every stack.
healthy("zeep", "zeep: CreateContact", lambda url: create(url))
healthy("zeep-wsse", "zeep: GetServerTime with a token and a Timestamp", lambda url: time(url, wsse=stamped()))
healthy("zeep-digest", "zeep: GetServerTime with a digest", lambda url: time(url, wsse=UsernameToken(USER, PASSWORD, use_digest=True)))
healthy("zeep-fault", "zeep: a contact that does not exist", unknown_contact)
healthy("suds", "suds: GetContactById", lambda url: with_suds(url, "GetContactById", lambda _: 2_000_000_000))
healthy("php", "PHP: CreateContact", lambda url: with_php(
    url, "$api->CreateContact(['apiContact' => ['Id' => -1, 'Email' => 'doctor@example.org', 'OptInType' => 'Single', 'EmailType' => 'Html', 'Status' => 'Subscribed']])"))
healthy("php-12", "PHP: SOAP 1.2", lambda url: with_php(url, "$api->GetContacts(['withFullData' => false, 'select' => 2, 'skip' => 0])", options="'soap_version' => SOAP_1_2"))
healthy("node", "node-soap: GetContactById", lambda url: with_node(url, "GetContactById", "{id: 1}"))
healthy("perl", "SOAP::Lite with its own action", lambda url: with_perl(
    url, "$soap->call('GetContactById', SOAP::Data->name('id')->type('int')->value(1))"), calls=2)
healthy("rest", "requests: a contact as JSON", lambda url: with_requests("POST", url + "/v2/contacts", json={"email": "doctor@example.org", "optInType": "Single"}))
healthy("which50", "requests: lists as JSON", lambda url: with_requests("GET", url + "/Which50API/contactLists"))
healthy("empower", "Python's xmlrpc.client: categories", lambda url: rpc(url, "account.getCategories"))
healthy("empower-form", "requests: categories by the vendor's own form", lambda url: with_requests(
    "POST", url + INDEX, login=None, data={"data": f"<api><authentication><api_key>{KEY}</api_key><shared_secret>{SECRET}</shared_secret></authentication>"
                                           "<data><methodCall><methodName>account.getCategories</methodName></methodCall></data></api>"}))
healthy("selzy", "requests: lists", lambda url: with_requests("POST", url + "/en/api/getLists", login=None, data={"api_key": SELZY_KEY, "format": "json"}))
healthy("wsdl", "requests: the WSDL in one file", lambda url: with_requests("GET", url + SOAP + "?singleWsdl"), metadata=True)
healthy("wcf", "WCF on Mono: CreateContact, challenged first", lambda url: with_wcf(url, "basic"), calls=2)
healthy("wcf-ws", "WCF on Mono with WSHttpBinding: CreateContact", lambda url: with_wcf(url, "ws"))
healthy("asmx", "an asmx proxy on Mono: GetContactById, challenged first", lambda url: with_asmx(url, "api.GetContactById(1)"), calls=2)
