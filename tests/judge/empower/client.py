"""A client in Python's standard library: CDATA everywhere, minidom, errors by the element's presence."""

import os
import ssl
import sys
import urllib.parse
import urllib.request
from xml.dom import minidom

URL = sys.argv[1]
KEY, SECRET = os.environ["LYCHGATE_API_KEY"], os.environ["LYCHGATE_SHARED_SECRET"]
TLS = ssl.create_default_context(cafile=os.environ["LYCHGATE_CA"]) if "LYCHGATE_CA" in os.environ else None


def leaf(name, text):
    return f"<{name}><![CDATA[{text}]]></{name}>"


def post(secret, *calls):
    """Each call is a list of names and texts; answers the document."""
    calls = "".join(f"<methodCall>{''.join(leaf(*one) for one in call)}</methodCall>" for call in calls)
    login = leaf("shared_secret", secret) + leaf("api_key", KEY)
    document = f"<?xml version=\"1.0\"?>\n<api><data>{calls}</data><authentication>{login}</authentication></api>"
    body = urllib.parse.urlencode({"data": document}).encode()
    with urllib.request.urlopen(URL, body, context=TLS) as reply:
        assert reply.status == 200 and reply.headers.get_content_type() == "text/xml"
        return minidom.parseString(reply.read())


def text(document, name):
    found = document.getElementsByTagName(name)
    assert len(found) == 1, f"{len(found)} of {name}: {document.toxml()}"
    return "".join(node.data for node in found[0].childNodes)


good = [("email", "jdoe@example.com"), ("methodname", "utilities.checkemail")]
bad = [("methodName", "utilities.checkEmail"), ("email", " ")]

answer = post(SECRET, good)
assert text(answer, "email") == "jdoe@example.com"
assert not answer.getElementsByTagName("error")

wrong = post("0123456789abcdef", good)
assert (text(wrong, "responseText"), text(wrong, "responseCode")) == ("Could not authenticate", "445")
assert not wrong.getElementsByTagName("methodName")

halted = post(SECRET, good, bad, good)
names = [node.localName for node in halted.documentElement.childNodes]
assert names == ["item", "item"], halted.toxml()
assert (text(halted, "missing_vars"), text(halted, "totalCompleted")) == ("email", "1")

nothing = post(SECRET)
assert text(nothing, "responseCode") == "446"
