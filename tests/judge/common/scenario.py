#!/usr/bin/env python3
"""Writes one run of the import scenario into a folder, and checks what a client got back.

    scenario.py write FOLDER TAG     the files below, with addresses that only this run uses
    scenario.py check FOLDER         what the client left there against what must be

Written: contacts.txt (addresses to create first), unsubscribe.txt (address to unsubscribe),
events.ndjson (bounces and suppressions), import.csv (one row for every reason, and good ones),
field.txt (name of the numeric data field), expected.json.
The client leaves: report.txt (`Name=number` lines, 14 of them), faults.csv (the bytes it
downloaded), contacts.csv (`email,firstname,number` of the list's contacts, sorted).
"""

import csv
import io
import json
import pathlib
import sys

# One row of every reason, in the order of the file; the reasons are the vendor's words.
# (reason, event type with a bounce's class, report counter)
REASONS = [
    ("Globally Suppressed", "suppress_global", "GloballySuppressed"),
    ("Suppressed by Domain", "suppress_domain", "DomainSuppressed"),
    ("Blocker", "block", "Blocked"),
    ("Complained to ISP", "complained", "IspComplaints"),
    ("Hard bounced", "bounced hard", "HardBounced"),
    ("Mail blocked", "bounced block", "MailBlocked"),
    ("Soft bounced", "bounced soft", "SoftBounced"),
    ("Unsubscribed", None, "Unsubscribed"),
    ("Pending optin", "pending_optin", "PendingDoubleOptin"),
    ("Invalid Email", None, "InvalidEntries"),
    ("Duplicate", None, "DuplicateEmails"),
    ("Failures", None, "Failures"),
]
COUNTERS = [
    "NewContacts", "UpdatedContacts", "GloballySuppressed", "InvalidEntries", "DuplicateEmails",
    "Blocked", "Unsubscribed", "HardBounced", "SoftBounced", "IspComplaints", "MailBlocked",
    "DomainSuppressed", "PendingDoubleOptin", "Failures",
]


def slug(reason):
    return reason.lower().replace(" ", "-")


def scenario(tag):
    """The rows of the file with the reason each is refused for, None for accepted ones."""
    domain = f"{tag}.example"
    rows = [
        ("New", f"new-1@{domain}", "41", "plain", None),
        ("Zoë \"Quote\"", f"new-2@{domain}", "42.5", "has, comma", None),
        ("Existing", f"existing@{domain}", "43", "line\nbreak", None),
    ]
    for reason, event, _ in REASONS:
        address = f"{slug(reason)}@{domain}"
        number = "1"
        if event == "suppress_domain":
            address = f"anyone@suppressed-{tag}.example"
        elif reason == "Invalid Email":
            address = f"not-an-address.{tag}"
        elif reason == "Duplicate":
            address = f"NEW-1@{domain}"
        elif reason == "Failures":
            number = "forty"
        rows.append((f"R {reason}", address, number, "x", reason))
    return rows


def write(folder, tag):
    folder.mkdir(parents=True, exist_ok=True)
    rows = scenario(tag)
    field = ("N" + "".join(c for c in tag if c.isalnum())).upper()[:20]
    by_reason = {reason: address for _, address, _, _, reason in rows if reason}
    events, create = [], [f"existing@{tag}.example"]
    for reason, event, _ in REASONS:
        if event == "suppress_global":
            events.append({"type": event, "email": by_reason[reason]})
        elif event == "suppress_domain":
            events.append({"account": "ACCOUNT", "type": event, "domain": by_reason[reason].split("@")[1]})
        elif event:
            create.append(by_reason[reason])
            kind, _, bounce_class = event.partition(" ")
            said = {"account": "ACCOUNT", "type": kind, "email": by_reason[reason]}
            events.append(said | ({"class": bounce_class} if bounce_class else {}))
    create.append(by_reason["Unsubscribed"])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["FIRSTNAME", "Email", field, "Some Unknown Column"])
    for first, address, number, extra, _ in rows:
        writer.writerow([first, address, number, extra])
    (folder / "import.csv").write_text(out.getvalue(), encoding="utf-8", newline="")
    (folder / "contacts.txt").write_text("".join(a + "\n" for a in create))
    (folder / "unsubscribe.txt").write_text(by_reason["Unsubscribed"] + "\n")
    (folder / "events.ndjson").write_text("".join(json.dumps(e) + "\n" for e in events))
    (folder / "field.txt").write_text(field + "\n")
    counters = dict.fromkeys(COUNTERS, 0)
    counters["NewContacts"], counters["UpdatedContacts"] = 2, 1
    for _, _, counter in REASONS:
        counters[counter] += 1
    expected = {
        "report": counters,
        "faults": [["Reason", "email", "firstname", field.lower(), "some unknown column"]]
        + [[reason, a, first, number, extra] for first, a, number, extra, reason in rows if reason],
        "contacts": sorted([a, first, number] for first, a, number, _, reason in rows if not reason),
    }
    (folder / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False), encoding="utf-8")


def check(folder):
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    lines = (folder / "report.txt").read_text().split()
    report = {name: int(number) for name, number in (line.split("=") for line in lines)}
    wrong = []
    if report != expected["report"]:
        wrong.append(f"report: {report} instead of {expected['report']}")
    raw = (folder / "faults.csv").read_bytes()
    if not raw.startswith(b"\xef\xbb\xbf"):
        wrong.append("the faults file does not begin with a byte order mark")
    faults = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    if faults != expected["faults"]:
        wrong.append(f"faults: {faults} instead of {expected['faults']}")
    with open(folder / "contacts.csv", encoding="utf-8", newline="") as file:
        contacts = sorted(csv.reader(file))
    if contacts != expected["contacts"]:
        wrong.append(f"contacts: {contacts} instead of {expected['contacts']}")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    verb, where = sys.argv[1], pathlib.Path(sys.argv[2])
    sys.exit(write(where, sys.argv[3]) if verb == "write" else check(where))
