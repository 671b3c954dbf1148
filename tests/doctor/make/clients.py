"""Calls of real client stacks, each as short as such a program is."""

import os
import pathlib
import subprocess
import tempfile

import requests
import suds.client
import suds.transport.http
import zeep
import zeep.transports
import zeep.wsse.username

USER, PASSWORD = os.environ["LYCHGATE_USER"], os.environ["LYCHGATE_PASSWORD"]
KEY, SECRET = os.environ["LYCHGATE_API_KEY"], os.environ["LYCHGATE_SHARED_SECRET"]
SELZY_KEY = os.environ["LYCHGATE_SELZY_KEY"]
CONTACT = {"Id": -1, "Email": "doctor@example.org", "OptInType": "Single", "EmailType": "Html"}


def with_zeep(url, operation, *args, wsdl=None, login=(USER, PASSWORD), wsse=None, address=None, **parameters):
    session = requests.Session()
    session.auth = login if login and not wsse else None
    transport = zeep.transports.Transport(session=session)
    client = zeep.Client((wsdl or url + "/v2/api.svc") + "?wsdl", transport=transport, wsse=wsse)
    service = client.create_service("{http://apiconnector.com/v2}Secure_ApiService", address) if address else client.service
    try:
        return getattr(service, operation)(*args, **parameters)
    except Exception as error:  # what a broken exchange does to its client is the point
        return error


def with_suds(url, operation, build):
    transport = suds.transport.http.HttpAuthenticated(username=USER, password=PASSWORD)
    client = suds.client.Client(url + "/v2/api.svc?wsdl", transport=transport, cache=None)
    try:
        return getattr(client.service, operation)(build(client))
    except Exception as error:
        return error


def with_requests(method, url, login=(USER, PASSWORD), **given):
    return requests.request(method, url, auth=login, **given)


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return done.stdout + done.stderr


def with_php(url, code, wsdl="/v2/api.svc?wsdl", options=""):
    wsdl = f"'{url}{wsdl}'" if wsdl else "null"
    return run("php", "-r", f"""
        $api = new SoapClient({wsdl}, ['location' => '{url}/v2/api.svc', 'cache_wsdl' => WSDL_CACHE_NONE,
            'login' => '{USER}', 'password' => '{PASSWORD}', {options}]);
        try {{ {code}; }} catch (SoapFault $fault) {{ echo $fault->getMessage(); }}""")


def with_node(url, operation, argument):
    return run("node", "-e", f"""
        const soap = require('soap');
        soap.createClient('{url}/v2/api.svc?wsdl', (error, client) => {{
            if (error) throw error;
            client.setSecurity(new soap.BasicAuthSecurity('{USER}', '{PASSWORD}'));
            client.{operation}({argument}, (error, result) => console.log(String(error)));
        }});""")


def with_perl(url, code, set_up=""):
    return run("perl", "-e", f"""
        use SOAP::Lite;
        {{ no warnings; *SOAP::Transport::HTTP::Client::get_basic_credentials = sub {{ ('{USER}', '{PASSWORD}') }}; }}
        my $soap = SOAP::Lite->proxy('{url}/v2/api.svc')->default_ns('http://apiconnector.com/v2');
        $soap->on_fault(sub {{ $_[1] }}); {set_up} {code};""")


def with_wcf(url, binding):
    here = pathlib.Path(__file__).resolve().parent
    with tempfile.TemporaryDirectory() as folder:
        program = f"{folder}/calls.exe"
        said = run("mcs", "-nologo", "-warn:0", f"-out:{program}", "-r:System.ServiceModel", "-r:System.Runtime.Serialization",
                   here.parent.parent / "judge" / "mono-wcf" / "Contract.cs", here / "Calls.cs")
        return said + run("mono", program, binding, url, USER, PASSWORD)


def with_asmx(url, code):
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "main.cs").write_text(
            "static class P { static void Main() {"
            f'var api = new ApiService {{ Url = "{url}/v2/Api.svc", Credentials = new System.Net.NetworkCredential("{USER}", "{PASSWORD}") }};'
            f"{code}; System.Environment.Exit(0); }} }}"
        )
        said = run("wsdl", "-nologo", f"-out:{folder}/proxy.cs", f"{url}/v2/Api.svc?wsdl")
        said += run("mcs", "-nologo", "-warn:0", f"-out:{folder}/calls.exe", "-r:System.Web.Services", f"{folder}/proxy.cs", f"{folder}/main.cs")
        return said + run("mono", f"{folder}/calls.exe")
