"""Programs that call the gateways, and what they were told."""

import base64
import http.client
import json
import random
import threading
import time

CALL_SECONDS = 60
# The pause of a caller that got no success, in seconds.
PAUSE_SECONDS = 0.2
# The pause between two imports, in seconds.
IMPORT_PAUSE_SECONDS = 1


class Gone(Exception):
    """No whole answer: what was asked for may have been done or not."""


def call(address, login, method, path, body=None):
    """One call on a connection of its own; returns the status and what is in the JSON."""
    host, port = address.removeprefix("http://").rstrip("/").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=CALL_SECONDS)
    secret = base64.b64encode(f"{login['user']}:{login['password']}".encode()).decode()
    headers = {"Authorization": f"Basic {secret}", "Accept": "application/json"}
    if body is not None:
        body, headers["Content-Type"] = json.dumps(body), "application/json"
    try:
        connection.request(method, path, body, headers)
        reply = connection.getresponse()
        text = reply.read()
        return reply.status, json.loads(text) if text else None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Gone(str(error)) from error
    finally:
        connection.close()


class Ledger:
    """What callers asked for and were told, by all of them together."""

    def __init__(self):
        self.lock = threading.Lock()
        self.acknowledged = {}  # address: id
        self.in_doubt = set()
        self.imports = {}  # id: addresses
        self.under_way = None  # id of an import
        self.unavailable = self.gone = 0
        self.wrong = []
        self.last_success, self.longest_gap = time.monotonic(), 0.0

    def summary(self):
        rows = sum(len(rows) for rows in self.imports.values())
        return (
            f"{len(self.acknowledged)} contacts acknowledged, {len(self.imports)} imports of {rows} rows, "
            f"{self.unavailable} calls answered as unavailable, {self.gone} without an answer, "
            f"{len(self.wrong)} otherwise"
        )

    def success(self):
        now = time.monotonic()
        self.longest_gap = max(self.longest_gap, now - self.last_success)
        self.last_success = now

    def refused(self, status, said, addresses):
        """An unavailable database may have done what was asked for; other refusals are wrong."""
        self.in_doubt.update(addresses)
        if status == 503:
            self.unavailable += 1
        else:
            self.wrong.append(f"{status} {said}")

    def lost(self, addresses):
        self.gone += 1
        self.in_doubt.update(addresses)


class Callers:
    """Creates contacts one after the other in several threads, and imports in one more."""

    def __init__(self, addresses, login, threads, import_rows, seed):
        self.addresses, self.login, self.import_rows = addresses, login, import_rows
        self.ledger, self.stopping = Ledger(), threading.Event()
        works = [(self.create, f"c{number}") for number in range(threads)] + [(self.imports, "i")]
        self.threads = [
            threading.Thread(target=work, args=(name, random.Random(f"{seed} {name}")), daemon=True) for work, name in works
        ]

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def ask(self, chance, path, body, addresses):
        """Asks one of the gateways for a change; returns what it said when that is a success."""
        gateway = chance.choice(self.addresses)
        try:
            status, said = call(gateway, self.login, "POST", path, body)
        except Gone:
            with self.ledger.lock:
                self.ledger.lost(addresses)
            said = None
        else:
            with self.ledger.lock:
                if 200 <= status < 300:
                    self.ledger.success()
                    return said
                self.ledger.refused(status, said, addresses)
        self.stopping.wait(PAUSE_SECONDS)
        return None

    def create(self, name, chance):
        number = 0
        while not self.stopping.is_set():
            number += 1
            address = f"{name}-{number}@patroni.example"
            said = self.ask(chance, "/v2/contacts", {"email": address}, [address])
            if said is not None:
                with self.ledger.lock:
                    self.ledger.acknowledged[address] = said["id"]

    def imports(self, name, chance):
        number = 0
        while not self.stopping.is_set():
            number += 1
            rows = [f"{name}{number}-{row}@patroni.example" for row in range(self.import_rows)]
            data = base64.b64encode("\n".join(["Email", *rows, ""]).encode()).decode()
            said = self.ask(chance, "/v2/contacts/import", {"fileName": "rows.csv", "data": data}, rows)
            if said is not None:
                with self.ledger.lock:
                    self.ledger.imports[said["id"]] = rows
                self.follow(chance, said["id"])
                self.stopping.wait(IMPORT_PAUSE_SECONDS)

    def follow(self, chance, guid):
        """Looks after an import until it is no more under way, or we are to stop."""
        self.ledger.under_way = guid
        while not self.stopping.is_set():
            try:
                status, said = call(chance.choice(self.addresses), self.login, "GET", f"/v2/contacts/import/{guid}")
                if status == 200 and said["status"] != "NotFinished":
                    break
            except Gone:
                pass
            self.stopping.wait(PAUSE_SECONDS)
        self.ledger.under_way = None
