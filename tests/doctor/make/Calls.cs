// WCF on Mono, one call: `Calls.exe BINDING URL USER PASSWORD`, with the contract of the judge.
// BINDING: basic (HTTP Basic by the stack), ws (WSHttpBinding, Authorization set by the program).
using System;
using System.ServiceModel;
using System.ServiceModel.Channels;
using System.Text;

static class Calls
{
    static int Main(string[] args)
    {
        Binding binding = new WSHttpBinding(SecurityMode.None);
        if (args[0] == "basic")
        {
            var basic = new BasicHttpBinding();
            basic.Security.Mode = BasicHttpSecurityMode.TransportCredentialOnly;
            basic.Security.Transport.ClientCredentialType = HttpClientCredentialType.Basic;
            binding = basic;
        }
        var factory = new ChannelFactory<IApiService>(binding, new EndpointAddress(args[1] + "/v2/Api.svc"));
        factory.Credentials.UserName.UserName = args[2];
        factory.Credentials.UserName.Password = args[3];
        var api = factory.CreateChannel();
        using (new OperationContextScope((IContextChannel)api))
        {
            if (args[0] != "basic")
            {
                var http = new HttpRequestMessageProperty();
                http.Headers["Authorization"] = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(args[2] + ":" + args[3]));
                OperationContext.Current.OutgoingMessageProperties[HttpRequestMessageProperty.Name] = http;
            }
            var made = api.CreateContact(new Contact { Email = "doctor@example.org", EmailType = EmailType.Html, OptInType = OptInType.Single });
            Console.WriteLine(made.Id);
        }
        Environment.Exit(0);
        return 0;
    }
}
