#!/usr/bin/env python3
"""Asks WireMock of every pair of XML documents whether the two are equal.

    pairs.py JAR FOLDER check     fails when docs/contract/wiremock.md says otherwise
    pairs.py JAR FOLDER write     writes the table there

The stub is `equalToXml` with the expected document and the options that the pair's `wiremock` line
gives, otherwise WireMock's defaults; where that fails, each of OTHERWISE besides. The found document
is posted. FOLDER is WireMock's root.
"""

import base64
import json
import pathlib
import queue
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[3]
PAIRS = ROOT / "tests" / "comparison" / "pairs"
PAGE = ROOT / "docs" / "contract" / "wiremock.md"
BEGIN, END = "<!-- begin of the table -->\n", "<!-- end of the table -->\n"
START_SECONDS = 60
ANSWER_SECONDS = 30


# Options that change one thing and leave the comparison a comparison: tried where the defaults fail.
OTHERWISE = [
    {"namespaceAwareness": "LEGACY"},
    {"namespaceAwareness": "NONE"},
    {"exemptedComparisons": ["NODE_TYPE"]},
    {"exemptedComparisons": ["SCHEMA_LOCATION"]},
    {"exemptedComparisons": ["NAMESPACE_URI"]},
    {"ignoreOrderOfSameNode": True},
]


class Pair:
    """One section of a file of pairs; the format is in tests/comparison/README.md."""

    def __init__(self, file, text):
        head, *documents = text.split("\n--- ")
        self.file = file
        self.sentence, *lines = head.split("\n")
        self.equal = "equal" in lines
        self.options = {}
        self.has_rules = False
        for line in lines:
            if line.startswith("wiremock "):
                self.options = json.loads(line.removeprefix("wiremock "))
            elif line and line not in ("equal", "only forth") and not line.startswith("different at "):
                self.has_rules = True
        self.expected, self.found = (self.document(document) for document in documents)

    @staticmethod
    def document(section):
        media_type, _, text = section.partition("\n")
        text = text.rstrip("\n").encode()
        form = media_type.rsplit(" ", 1)[-1]
        if form == "base64":
            text = base64.b64decode(text)
        elif form == "escaped":
            named = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"\\": b"\\"}
            undone = lambda m: named.get(m[1]) or bytes([int(m[1][1:], 16)])
            text = re.sub(rb"\\(x[0-9A-Fa-f]{2}|.)", undone, text)
        return media_type.removesuffix(f" {form}" if form in ("base64", "escaped") else ""), text


def pairs():
    for file in sorted(PAIRS.glob("xml-*.txt")):
        sections = ("\n" + file.read_text()).split("\n## ")[1:]
        yield from (Pair(file.stem, section) for section in sections)


def as_text(document):
    """A stub is JSON, so its document is text: decoded as its own first bytes or its media type say."""
    media_type, data = document
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    declared = re.search(rb"encoding=[\"']([A-Za-z0-9._-]+)", data[:200])
    if data[:3] == b"\xef\xbb\xbf":
        return data.decode("utf-8-sig")
    charset = re.search(r"charset=\"?([A-Za-z0-9._-]+)", media_type)
    name = charset[1] if charset else declared[1].decode() if declared else "utf-8"
    try:
        return data.decode(name)
    except (LookupError, UnicodeDecodeError):
        return data.decode("latin-1")


class WireMock:
    def __init__(self, jar, folder):
        command = ["java", "-Xmx256m", "-jar", jar, "--port", "0", "--bind-address", "127.0.0.1"]
        command += ["--root-dir", folder, "--no-request-journal", "--disable-banner"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        lines = queue.Queue()
        self.lines = lines
        threading.Thread(target=self.read, daemon=True).start()
        while True:
            line = lines.get(timeout=START_SECONDS)
            if line is None:
                raise RuntimeError("WireMock ended before it listened")
            port = re.match(r"port:\s+(\d+)", line)
            if port:
                self.url = f"http://127.0.0.1:{port[1]}"
                return

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def send(self, method, path, body=b"", media_type="application/json"):
        request = urllib.request.Request(self.url + path, body, {"Content-Type": media_type}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as reply:
                return reply.status
        except urllib.error.HTTPError as error:
            error.read()
            return error.code

    def judges_equal(self, pair, options):
        """Whether it answers the found document by the stub of the expected one."""
        pattern = {"equalToXml": as_text(pair.expected), **options}
        stub = {"request": {"method": "POST", "url": "/x", "bodyPatterns": [pattern]}, "response": {"status": 200}}
        self.send("DELETE", "/__admin/mappings")
        if self.send("POST", "/__admin/mappings", json.dumps(stub).encode()) != 201:
            return None
        media_type, data = pair.found
        return self.send("POST", "/x", data, media_type) == 200

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def judged(pair, wiremock):
    """The verdict, and the options that it needed."""
    if wiremock.judges_equal(pair, pair.options) == pair.equal:
        return "right", pair.options
    if pair.has_rules and not pair.options:
        return "no such rule", {}
    for more in OTHERWISE:
        options = {**pair.options, **more}
        if wiremock.judges_equal(pair, options) == pair.equal:
            return "right if told", options
    return "**wrong**", pair.options


def table(results):
    rows = ["| the pair | is | Lychgate | WireMock |", "| --- | --- | --- | --- |"]
    file = None
    for pair, verdict, options in results:
        if pair.file != file:
            file = pair.file
            rows.append(f"| **{file}** | | | |")
        said = json.dumps(options)[1:-1].replace('"', "")
        told = f" ({said})" if said else ""
        sentence = pair.sentence.replace("|", "\\|").replace("<", "&lt;")
        rows.append(f"| {sentence} | {'equal' if pair.equal else 'different'} | right | {verdict}{told} |")
    count = lambda wanted: sum(verdict == wanted for _, verdict, _ in results)
    sums = ", ".join(
        f"{count(verdict)} {word}"
        for verdict, word in (
            ("right", "right"), ("right if told", "right when given an option that the pair does not ask for"),
            ("**wrong**", "wrong"), ("no such rule", "that need a rule which it has not"),
        )
    )
    return f"Of {len(results)} pairs WireMock judges {sums}.\n\n" + "\n".join(rows) + "\n"


def main(jar, folder, deed):
    wiremock = WireMock(jar, folder)
    try:
        results = [(pair, *judged(pair, wiremock)) for pair in pairs()]
    finally:
        wiremock.stop()
    written = table(results)
    before, rest = PAGE.read_text().split(BEGIN)
    stands, after = rest.split(END)
    if deed == "write":
        PAGE.write_text(before + BEGIN + written + END + after)
    elif stands != written:
        for ours, theirs in zip(stands.splitlines(), written.splitlines()):
            if ours != theirs:
                print(f"the page says: {ours}\nWireMock says: {theirs}")
        print(f"{PAGE.name} is not true any more: `pairs.py JAR FOLDER write` writes its table")
        return 1
    print(written.splitlines()[0])
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
