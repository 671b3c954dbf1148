// One WCF program, many bindings: `Lifecycle.exe BINDING seed|main FOLDER`.
//
// BINDING: basic (BasicHttpBinding, HTTP Basic by the stack), basic-header (BasicHttpBinding
// without security, Authorization set by the program), ws (WSHttpBinding, None), soap12 (text
// SOAP 1.2 without addressing). The address decides between http and https.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Reflection;
using System.ServiceModel;
using System.ServiceModel.Channels;
using System.Text;
using System.Threading;

static class Lifecycle
{
    static string url, user, password, binding;

    // Mono may abort while its runtime shuts down with pool threads in flight. The work is done by
    // then, so the process ends without a shutdown.
    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "_exit")]
    static extern void EndAtOnce(int code);

    static int Main(string[] args)
    {
        var code = Run(args);
        Console.Out.Flush();
        EndAtOnce(code);
        return code;
    }

    static int Run(string[] args)
    {
        binding = args[0];
        url = Environment.GetEnvironmentVariable("LYCHGATE_URL") + "/v2/Api.svc";
        user = Environment.GetEnvironmentVariable("LYCHGATE_USER");
        password = Environment.GetEnvironmentVariable("LYCHGATE_PASSWORD");
        // The trial certificate is self-signed; a real program trusts it in its machine store.
        ServicePointManager.ServerCertificateValidationCallback = (sender, certificate, chain, errors) => true;
        ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12;
        var factory = new ChannelFactory<IApiService>(MakeBinding(), new EndpointAddress(url));
        if (binding == "basic")
        {
            factory.Credentials.UserName.UserName = user;
            factory.Credentials.UserName.Password = password;
        }
        var api = factory.CreateChannel();
        Action run = () => { if (args[1] == "seed") Seed(api, args[2]); else Import(api, args[2]); };
        if (binding == "basic") run();
        else WithHeader(api, run);
        ((IClientChannel)api).Close();
        factory.Close();
        return 0;
    }

    // Runs calls with credentials that the program itself puts into the HTTP header.
    static void WithHeader(IApiService api, Action run)
    {
        using (new OperationContextScope((IContextChannel)api))
        {
            var http = new HttpRequestMessageProperty();
            var token = Convert.ToBase64String(Encoding.UTF8.GetBytes(user + ":" + password));
            http.Headers["Authorization"] = "Basic " + token;
            OperationContext.Current.OutgoingMessageProperties[HttpRequestMessageProperty.Name] = http;
            run();
        }
    }

    static Binding MakeBinding()
    {
        bool secure = url.StartsWith("https:");
        const int large = 64 * 1024 * 1024;
        if (binding == "ws")
        {
            var ws = new WSHttpBinding(secure ? SecurityMode.Transport : SecurityMode.None);
            ws.Security.Transport.ClientCredentialType = HttpClientCredentialType.None;
            ws.MaxReceivedMessageSize = large;
            return ws;
        }
        if (binding == "soap12")
        {
            var text = new TextMessageEncodingBindingElement(MessageVersion.Soap12, Encoding.UTF8);
            HttpTransportBindingElement transport = secure
                ? new HttpsTransportBindingElement() : new HttpTransportBindingElement();
            transport.MaxReceivedMessageSize = large;
            return new CustomBinding(text, transport);
        }
        var basic = new BasicHttpBinding();
        basic.MaxReceivedMessageSize = large;
        basic.Security.Mode = secure ? BasicHttpSecurityMode.Transport
            : binding == "basic" ? BasicHttpSecurityMode.TransportCredentialOnly : BasicHttpSecurityMode.None;
        if (binding == "basic")
            basic.Security.Transport.ClientCredentialType = HttpClientCredentialType.Basic;
        return basic;
    }

    static void Seed(IApiService api, string folder)
    {
        foreach (var address in File.ReadAllLines(Path.Combine(folder, "contacts.txt")))
        {
            var made = api.CreateContact(new Contact { Email = address, EmailType = EmailType.Html });
            Check(made.Id > 0 && made.Email == address, "create " + address);
        }
        var gone = File.ReadAllText(Path.Combine(folder, "unsubscribe.txt")).Trim();
        var suppression = api.UnsubscribeContact(new Contact { Email = gone });
        Check(suppression.Reason == ContactStatus.Unsubscribed, "reason " + suppression.Reason);
        Check(suppression.SuppressedContact.Email == gone, "suppressed contact");
        Check(suppression.DateRemoved.Year >= 2020, "date removed " + suppression.DateRemoved);
    }

    static void Import(IApiService api, string folder)
    {
        var field = File.ReadAllText(Path.Combine(folder, "field.txt")).Trim();
        var made = api.CreateDataField(new DataField { Name = field, Type = DataType.Numeric, DefaultValue = 0 });
        Check(made.Name == field && made.Type == DataType.Numeric, "new data field");
        var book = api.CreateAddressBook(new AddressBook { Name = "Book of " + field });
        Check(book.Id > 0 && book.Contacts == 0, "new address book");

        var file = File.ReadAllBytes(Path.Combine(folder, "import.csv"));
        var import = api.ImportContactsToAddressBook(book.Id, file, "csv");
        var id = import.Id;
        for (int i = 0; import.Status == ImportStatus.NotFinished && i < 300; i++)
        {
            Thread.Sleep(50);
            import = api.GetContactImportProgress(id);
        }
        Check(import.Status == ImportStatus.Finished && import.Id == id, "import ended as " + import.Status);

        var report = api.GetContactImportReport(id);
        var lines = typeof(ImportReport).GetFields().Select(f => f.Name + "=" + f.GetValue(report));
        File.WriteAllLines(Path.Combine(folder, "report.txt"), lines);
        File.WriteAllBytes(Path.Combine(folder, "faults.csv"), api.GetContactImportReportFaults(id));

        var contacts = api.GetContactsInAddressBook(book.Id, true, 1000, 0);
        WriteContacts(Path.Combine(folder, "contacts.csv"), contacts, field);
        Check(api.GetAddressBookById(book.Id).Contacts == contacts.Count, "count of the address book");
        Check(api.GetContactsInAddressBook(book.Id, false, 1, 1)[0].Id == contacts[1].Id, "second page");

        var account = api.GetCurrentAccountInfo();
        var endpoint = account.Properties.Single(p => p.Name == "ApiEndpoint").Value;
        Check(url.StartsWith(endpoint), "ApiEndpoint " + endpoint);
        Check(Math.Abs((api.GetServerTime().ToUniversalTime() - DateTime.UtcNow).TotalMinutes) < 5, "server time");

        ExpectFault("ERROR_CONTACT_NOT_FOUND", () => api.GetContactById(2000000000));
        ExpectFault("ERROR_IMPORT_NOT_FOUND", () => api.GetContactImportProgress(Guid.NewGuid()));
        ExpectFault("ERROR_NO_EMAIL_COLUMN",
            () => api.ImportContactsToAddressBook(book.Id, Encoding.UTF8.GetBytes("a,b\r\n1,2\r\n"), "csv"));
    }

    static void WriteContacts(string path, ContactList contacts, string field)
    {
        using (var writer = new StreamWriter(path, false, new UTF8Encoding(false)))
            foreach (var contact in contacts)
            {
                Func<string, object> value = key => contact.DataFields.Single(d => d.Key == key).Value;
                var number = (IFormattable)value(field);
                var text = number.ToString(null, System.Globalization.CultureInfo.InvariantCulture);
                var first = "\"" + ((string)value("FIRSTNAME")).Replace("\"", "\"\"") + "\"";
                writer.Write(contact.Email + "," + first + "," + text + "\r\n");
            }
    }

    static void ExpectFault(string code, Action call)
    {
        try { call(); }
        catch (FaultException fault)
        {
            Check(fault.Message.EndsWith(code), "fault text: " + fault.Message);
            return;
        }
        Check(false, "no fault " + code);
    }

    static void Check(bool holds, string what)
    {
        if (holds) return;
        Console.Error.WriteLine("failed: " + what);
        Environment.Exit(1);
    }
}
