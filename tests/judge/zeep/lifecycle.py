"""Python's zeep: `lifecycle.py MODE WSDL LOCATION seed|main FOLDER`; MODE: basic, text, digest."""

import csv
import os
import pathlib
import re
import sys
import time

import requests
import zeep
import zeep.helpers
from zeep.transports import Transport
from zeep.wsse.username import UsernameToken
from zeep import xsd

MODE, WSDL, LOCATION, PHASE, FOLDER = sys.argv[1:]
FOLDER = pathlib.Path(FOLDER)
USER, PASSWORD = os.environ["LYCHGATE_USER"], os.environ["LYCHGATE_PASSWORD"]


def check(holds, what):
    if not holds:
        sys.exit(f"failed: {what}")


def connect():
    session = requests.Session()
    # Otherwise a REQUESTS_CA_BUNDLE of whoever runs this goes before `verify`.
    session.trust_env = False
    session.verify = os.environ.get("LYCHGATE_CA") or True
    token = None
    if MODE == "basic":
        session.auth = (USER, PASSWORD)
    else:
        token = UsernameToken(USER, PASSWORD, use_digest=MODE == "digest")
    client = zeep.Client(WSDL, transport=Transport(session=session), wsse=token)
    return client, client.create_service("{http://apiconnector.com/v2}Secure_ApiService", LOCATION)


def contact(client, address):
    data = client.get_type("{http://apiconnector.com}ArrayOfApiContactData")
    entry = {"Key": "LASTNAME", "Value": xsd.AnyObject(xsd.String(), "From zeep")}
    return {"Email": address, "EmailType": "Html", "DataFields": data([entry])}


def seed(client, api):
    for address in (FOLDER / "contacts.txt").read_text().split():
        made = api.CreateContact(contact(client, address))
        check(made.Id > 0 and made.Email == address, f"create {address}")
    api.UnsubscribeContact({"Email": (FOLDER / "unsubscribe.txt").read_text().strip()})


def expect_fault(codes, call, *arguments):
    try:
        call(*arguments)
    except zeep.exceptions.Fault as fault:
        check(re.search(f"({codes})$", fault.message), f"fault: {fault.message}")
        return
    check(False, f"no fault {codes}")


def main(client, api):
    field = (FOLDER / "field.txt").read_text().strip()
    default = xsd.AnyObject(xsd.Integer(), 0)
    api.CreateDataField({"Name": field, "Type": "Numeric", "Visibility": "Public", "DefaultValue": default})
    book = api.CreateAddressBook({"Name": f"Book of {field}"})
    started = api.ImportContactsToAddressBook(book.Id, (FOLDER / "import.csv").read_bytes(), "text/csv")
    status = started.Status
    for _ in range(300):
        if status != "NotFinished":
            break
        time.sleep(0.05)
        status = api.GetContactImportProgress(started.Id).Status
    check(status == "Finished", f"import ended as {status}")

    report = zeep.helpers.serialize_object(api.GetContactImportReport(started.Id))
    (FOLDER / "report.txt").write_text("".join(f"{k}={v}\n" for k, v in report.items()))
    (FOLDER / "faults.csv").write_bytes(api.GetContactImportReportFaults(started.Id))

    with open(FOLDER / "contacts.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for skip in range(0, 10):
            page = api.GetContactsInAddressBook(book.Id, True, 1, skip)
            if not page:
                break
            values = {d.Key: d.Value for d in page[0].DataFields.ApiContactData}
            writer.writerow([page[0].Email, values["FIRSTNAME"], values[field]])

    check(any(f.Name == field for f in api.GetDataFields()), "the new data field is listed")
    expect_fault("ERROR_CONTACT_NOT_FOUND", api.GetContactByEmail, "nobody@nowhere.example")
    expect_fault("ERROR_IMPORT_UNSUPPORTED_FORMAT", api.ImportContacts, b"Email\r\n", "pdf")
    expect_fault("ERROR_DATAFIELD_NOTFOUND", api.DeleteDataField, "NO_SUCH_FIELD")


main_or_seed = seed if PHASE == "seed" else main
main_or_seed(*connect())
