"""Python's suds: `lifecycle.py MODE WSDL LOCATION seed|main FOLDER`; MODE: basic, token.

Traits of its own: values of data fields without xsi:type, base64 left to the caller.
"""

import base64
import csv
import os
import pathlib
import re
import sys
import time

from suds import WebFault
from suds.client import Client
from suds.transport.http import HttpAuthenticated
from suds.wsse import Security, UsernameToken

MODE, WSDL, LOCATION, PHASE, FOLDER = sys.argv[1:]
FOLDER = pathlib.Path(FOLDER)
USER, PASSWORD = os.environ["LYCHGATE_USER"], os.environ["LYCHGATE_PASSWORD"]


def check(holds, what):
    if not holds:
        sys.exit(f"failed: {what}")


def connect():
    if MODE == "basic":
        transport = HttpAuthenticated(username=USER, password=PASSWORD)
        return Client(WSDL, location=LOCATION, transport=transport, cache=None)
    security = Security()
    security.mustUnderstand = True
    security.tokens.append(UsernameToken(USER, PASSWORD))
    return Client(WSDL, location=LOCATION, wsse=security, cache=None)


def seed(client):
    data = {"ApiContactData": [{"Key": "LASTNAME", "Value": "From suds"}]}
    for address in (FOLDER / "contacts.txt").read_text().split():
        contact = {"Email": address, "EmailType": "Html", "DataFields": data}
        made = client.service.CreateContact(contact)
        check(made.Id > 0 and made.Email == address, f"create {address}")
    client.service.UnsubscribeContact({"Email": (FOLDER / "unsubscribe.txt").read_text().strip()})


def expect_fault(code, call, *arguments):
    try:
        call(*arguments)
    except WebFault as fault:
        check(re.search(f"{code}$", fault.fault.faultstring), f"fault: {fault.fault.faultstring}")
        return
    check(False, f"no fault {code}")


def main(client):
    api = client.service
    field = (FOLDER / "field.txt").read_text().strip()
    api.CreateDataField({"Name": field, "Type": "Numeric", "Visibility": "Public", "DefaultValue": "0"})
    book = api.CreateAddressBook({"Name": f"Book of {field}"})
    data = base64.b64encode((FOLDER / "import.csv").read_bytes()).decode()
    started = api.ImportContactsToAddressBook(book.Id, data, "csv")
    status = started.Status
    for _ in range(300):
        if status != "NotFinished":
            break
        time.sleep(0.05)
        status = api.GetContactImportProgress(started.Id).Status
    check(status == "Finished", f"import ended as {status}")

    report = api.GetContactImportReport(started.Id)
    (FOLDER / "report.txt").write_text("".join(f"{name}={number}\n" for name, number in report))
    faults = api.GetContactImportReportFaults(started.Id)
    (FOLDER / "faults.csv").write_bytes(base64.b64decode(faults))

    with open(FOLDER / "contacts.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for skip in range(0, 10):
            page = api.GetContactsInAddressBook(book.Id, True, 1, skip)
            if not page:
                break
            contact = page.ApiContact[0]
            values = {d.Key: d.Value for d in contact.DataFields.ApiContactData}
            writer.writerow([contact.Email, values["FIRSTNAME"], values[field]])

    check(any(f.Name == field for f in api.GetDataFields().ApiDataField), "the new data field is listed")
    expect_fault("ERROR_CONTACT_NOT_FOUND", api.GetContactByEmail, "nobody@nowhere.example")
    unsupported = base64.b64encode(b"Email\r\n").decode()
    expect_fault("ERROR_IMPORT_UNSUPPORTED_FORMAT", api.ImportContacts, unsupported, "pdf")
    expect_fault("ERROR_DATAFIELD_NOTFOUND", api.DeleteDataField, "NO_SUCH_FIELD")


main_or_seed = seed if PHASE == "seed" else main
main_or_seed(connect())
