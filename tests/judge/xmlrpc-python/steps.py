"""Python's xmlrpc.client: `steps.py basic|struct STEPS`; see ../common/xmlrpc.md for the steps.

Traits of its own: white space in base64, `<nil/>` for None, dates as DateTime, `Expect`-less posts,
gzip when it is offered, credentials out of the URL.
"""

import json
import os
import re
import ssl
import subprocess
import sys
import time
import urllib.parse
import xmlrpc.client

MODE, STEPS = sys.argv[1:]
KEY, SECRET = os.environ["LYCHGATE_API_KEY"], os.environ["LYCHGATE_SHARED_SECRET"]
LOGIN = {"api_key": KEY, "shared_secret": SECRET}
names = {}


def proxy(login):
    url = urllib.parse.urlsplit(os.environ["LYCHGATE_URL"] + "/RPC2")
    place = url.netloc
    if login == "right" and MODE == "basic":
        place = f"{KEY}:{SECRET}@{place}"
    elif login == "wrong":
        place = f"{KEY}:wrong@{place}"
    tls = ssl.create_default_context(cafile=os.environ["LYCHGATE_CA"]) if url.scheme == "https" else None
    return xmlrpc.client.ServerProxy(url._replace(netloc=place).geturl(), allow_none=True, context=tls)


def native(value):
    """A value of the steps as this library has it."""
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda name: names[name[1]], value)
    if isinstance(value, list):
        return [native(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "$date" in value:
        return xmlrpc.client.DateTime(value["$date"])
    if "$int" in value:
        return int(native(value["$int"]))
    if "$base64" in value:
        return xmlrpc.client.Binary(native(value["$base64"]).encode())
    return {native(name): native(one) for name, one in value.items()}


def at(value, path):
    for part in path.split(".") if path else []:
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def call(step):
    params = native(step.get("params", []))
    login = step.get("login", "right")
    if login == "right" and MODE == "struct" and not step["method"].startswith("system."):
        if len(params) == 1 and isinstance(params[0], dict):
            params[0] = {**LOGIN, **params[0]}
        else:
            params.insert(0, LOGIN)
    method = getattr(proxy(login), step["method"])
    try:
        result = method(*params)
    except xmlrpc.client.Fault as fault:
        assert fault.faultCode == step.get("fault"), f"{step}: {fault}"
        return
    assert "fault" not in step, f"{step}: {result}"
    for path, expected in step.get("is", {}).items():
        assert at(result, path) == native(expected), f"{step}: {path} in {result}"
    for path, member in step.get("has", {}).items():
        assert native(member) in at(result, path), f"{step}: {path} in {result}"
    assert native(step.get("file", "")) in (result.data.decode() if "file" in step else ""), f"{step}: {result}"
    for name, path in step.get("keep", {}).items():
        names[name] = at(result, path)


def wait(step):
    for _ in range(100):
        try:
            return call(step)
        except AssertionError:
            time.sleep(0.2)
    call(step)


def happen(event):
    with open("events.ndjson", "w", encoding="utf-8") as file:
        file.write(json.dumps(native(event)) + "\n")
    server = ["--server", os.environ["LYCHGATE_URL"]]
    subprocess.run([os.environ["LYCHGATE_BIN"], "events", "import", "events.ndjson", *server], check=True)


with open(STEPS, encoding="utf-8") as file:
    for step in json.load(file):
        if "event" in step:
            happen(step["event"])
        else:
            wait(step) if step.get("wait") else call(step)
