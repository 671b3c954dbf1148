"""A proxy that breaks what passes through it, and keeps calls and replies as both sides saw them."""

import http.client
import http.server
import re
import threading
import urllib.parse


class Tee:
    """Between a client and the server; `change_call` and `change_reply` may alter what passes."""

    def __init__(self, upstream):
        self.upstream = urllib.parse.urlsplit(upstream)
        self.change_call = self.change_reply = None
        self.also_metadata = False
        self.kept = []
        tee = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def handle_any(self):
                tee.pass_on(self)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = handle_any

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def pass_on(self, handler):
        length = int(handler.headers.get("content-length") or 0)
        call = {
            "method": handler.command,
            "target": handler.path,
            "headers": [(n, v) for n, v in handler.headers.items() if n.lower() != "accept-encoding"],
            "body": handler.rfile.read(length),
        }
        is_metadata = "wsdl" in call["target"].lower() or "xsd=" in call["target"]
        is_changed = self.also_metadata or not is_metadata
        if self.change_call and is_changed:
            self.change_call(call)
        set_length(call)
        reply = self.ask(call)
        stated = len(reply["body"])
        if self.change_reply and is_changed:
            self.change_reply(reply)
        set_length(reply, stated if reply.get("keep_length") else None)
        self.kept.append((call, reply))
        handler.send_response_only(reply["status"])
        for name, value in reply["headers"]:
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(reply["body"])
        handler.close_connection = handler.close_connection or bool(reply.get("keep_length"))

    def ask(self, call):
        connection = http.client.HTTPConnection(self.upstream.hostname, self.upstream.port)
        connection.putrequest(call["method"], call["target"], skip_host=True, skip_accept_encoding=True)
        for name, value in call["headers"]:
            if name.lower() not in ("expect", "connection"):
                connection.putheader(name, value)
        connection.endheaders(call["body"] or None)
        answer = connection.getresponse()
        hop = ("transfer-encoding", "connection")
        headers = [(n, v) for n, v in answer.getheaders() if n.lower() not in hop]
        reply = {"status": answer.status, "headers": headers, "body": answer.read()}
        connection.close()
        return reply


def set_length(message, length=None):
    length = len(message["body"]) if length is None else length
    headers = [(n, v) for n, v in message["headers"] if n.lower() != "content-length"]
    if message["body"] or "status" in message or length:
        headers.append(("Content-Length", str(length)))
    message["headers"] = headers


def header(message, name, value):
    """Sets a header, or takes it away with `None`."""
    kept = [(n, v) for n, v in message["headers"] if n.lower() != name.lower()]
    message["headers"] = kept + ([(name, value)] if value is not None else [])


def replace(message, old, new):
    """Replaces text in the body; it must be there."""
    old, new = (text.encode() if isinstance(text, str) else text for text in (old, new))
    assert old in message["body"], (old, message["body"][:2000])
    message["body"] = message["body"].replace(old, new)


def replace_pattern(message, pattern, new, count=1):
    body, found = re.subn(pattern.encode(), new.encode(), message["body"], count=count, flags=re.S)
    assert found, (pattern, message["body"][:2000])
    message["body"] = body
