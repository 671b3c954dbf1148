// A program over a proxy that `wsdl` generated: `asmx-*.exe URL 11|12 seed|main FOLDER`.
//
// Proxies of different years differ in signatures (`xSpecified` parameters, results that were
// void), so this one source calls them by name and fills what the proxy at hand asks for. What
// travels is wholly the generated proxy's.
using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Reflection;
using System.Text;
using System.Threading;
using System.Web.Services.Protocols;

static class Lifecycle
{
    static SoapHttpClientProtocol proxy;

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
        ServicePointManager.ServerCertificateValidationCallback = (sender, certificate, chain, errors) => true;
        ServicePointManager.SecurityProtocol = SecurityProtocolType.Tls12;
        proxy = (SoapHttpClientProtocol)Activator.CreateInstance(Type("ApiService"));
        proxy.Url = args[0];
        proxy.Credentials = new NetworkCredential(
            Environment.GetEnvironmentVariable("LYCHGATE_USER"),
            Environment.GetEnvironmentVariable("LYCHGATE_PASSWORD"));
        if (args[1] == "12") proxy.SoapVersion = SoapProtocolVersion.Soap12;
        if (args[2] == "seed") Seed(args[3]); else Import(args[3]);
        return 0;
    }

    static void Seed(string folder)
    {
        foreach (var address in File.ReadAllLines(Path.Combine(folder, "contacts.txt")))
        {
            var made = Call("CreateContact", Contact(address));
            Check((int)Get(made, "Id") > 0 && (string)Get(made, "Email") == address, "create " + address);
        }
        var gone = File.ReadAllText(Path.Combine(folder, "unsubscribe.txt")).Trim();
        var suppression = Call("UnsubscribeContact", Contact(gone));
        // Void in proxies of 2013.
        if (suppression != null)
            Check(Get(suppression, "Reason").ToString() == "Unsubscribed", "reason of the suppression");
    }

    static void Import(string folder)
    {
        var field = File.ReadAllText(Path.Combine(folder, "field.txt")).Trim();
        Call("CreateDataField", Make("ApiDataField", "Name", field, "Type", "Numeric", "DefaultValue", 0m));
        var book = Call("CreateAddressBook", Make("ApiAddressBook", "Name", "Book of " + field));
        var bookId = (int)Get(book, "Id");

        var file = File.ReadAllBytes(Path.Combine(folder, "import.csv"));
        var import = Call("ImportContactsToAddressBook", bookId, file, "CSV");
        var id = (string)Get(import, "Id");
        for (int i = 0; Get(import, "Status").ToString() == "NotFinished" && i < 300; i++)
        {
            Thread.Sleep(50);
            import = Call("GetContactImportProgress", id);
        }
        Check(Get(import, "Status").ToString() == "Finished", "import ended as " + Get(import, "Status"));

        var report = Call("GetContactImportReport", id);
        var counters = report.GetType().GetProperties()
            .Where(p => p.PropertyType == typeof(int))
            .Select(p => p.Name + "=" + p.GetValue(report, null));
        File.WriteAllLines(Path.Combine(folder, "report.txt"), counters);
        File.WriteAllBytes(Path.Combine(folder, "faults.csv"), (byte[])Call("GetContactImportReportFaults", id));

        var contacts = (Array)Call("GetContactsInAddressBook", bookId, true, 1000, 0);
        WriteContacts(Path.Combine(folder, "contacts.csv"), contacts, field);
        Check(CountOf(bookId) == contacts.Length, "count");
        var first = Get(contacts.GetValue(0), "Id");
        Call("DeleteContactFromAddressBook", bookId, first);
        Check(CountOf(bookId) == contacts.Length - 1, "count after removal");

        ExpectFault("ERROR_CONTACT_NOT_FOUND", "GetContactById", 2000000000);
        ExpectFault("ERROR_IMPORT_NOT_FOUND", "GetContactImportProgress", Guid.NewGuid().ToString());
        ExpectFault("ERROR_ADDRESSBOOK_NOT_FOUND", "DeleteAddressBook", 2000000000);
    }

    // An address book says its size since 2014; before, there was an operation for it.
    static int CountOf(int bookId)
    {
        return Has("GetAddressBookContactCount")
            ? (int)Call("GetAddressBookContactCount", bookId)
            : (int)Get(Call("GetAddressBookById", bookId), "Contacts");
    }

    static bool Has(string operation)
    {
        return proxy.GetType().GetMethods().Any(m => m.Name == operation);
    }

    static object Contact(string address)
    {
        return Make("ApiContact", "Email", address, "EmailType", "Html");
    }

    static void WriteContacts(string path, Array contacts, string field)
    {
        using (var writer = new StreamWriter(path, false, new UTF8Encoding(false)))
            foreach (var contact in contacts)
            {
                var data = ((Array)Get(contact, "DataFields")).Cast<object>()
                    .ToDictionary(d => (string)Get(d, "Key"), d => Get(d, "Value"));
                var number = ((IFormattable)data[field]).ToString(null, System.Globalization.CultureInfo.InvariantCulture);
                var first = "\"" + ((string)data["FIRSTNAME"]).Replace("\"", "\"\"") + "\"";
                writer.Write(Get(contact, "Email") + "," + first + "," + number + "\r\n");
            }
    }

    static Type Type(string name)
    {
        return Assembly.GetExecutingAssembly().GetTypes().Single(t => t.Name == name);
    }

    // An object of the proxy's, with members set by name and their `Specified` twins.
    static object Make(string type, params object[] members)
    {
        var made = Activator.CreateInstance(Type(type));
        for (int i = 0; i < members.Length; i += 2)
        {
            var property = made.GetType().GetProperty((string)members[i]);
            var value = members[i + 1];
            if (property.PropertyType.IsEnum) value = Enum.Parse(property.PropertyType, (string)value);
            property.SetValue(made, value, null);
            var specified = made.GetType().GetProperty(members[i] + "Specified");
            if (specified != null) specified.SetValue(made, true, null);
        }
        return made;
    }

    static object Get(object from, string name)
    {
        return from.GetType().GetProperty(name).GetValue(from, null);
    }

    // Calls an operation; a value parameter's `xSpecified` twin, where there is one, is true.
    static object Call(string operation, params object[] values)
    {
        var method = proxy.GetType().GetMethods().Single(m => m.Name == operation);
        var given = new Queue<object>(values);
        var arguments = method.GetParameters()
            .Select(p => p.IsOut ? null : p.Name.EndsWith("Specified") ? true : given.Dequeue()).ToArray();
        var result = method.Invoke(proxy, arguments);
        // An optional value result is an out parameter of the proxy's method.
        var outs = method.GetParameters().Where(p => p.IsOut && !p.Name.EndsWith("Specified"));
        return outs.Any() ? arguments[outs.First().Position] : result;
    }

    static void ExpectFault(string code, string operation, params object[] values)
    {
        try { Call(operation, values); }
        catch (TargetInvocationException thrown)
        {
            var fault = thrown.InnerException as SoapException;
            Check(fault != null && fault.Message.EndsWith(code), "fault: " + thrown.InnerException.Message);
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
