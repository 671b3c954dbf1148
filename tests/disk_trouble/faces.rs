//! A write on every face, and what each says when it cannot be done.

use std::path::Path;

use super::support::{Caller, Reply, Server, run_well, text};

/// The demo account of a server, and a list in it.
pub struct Faces {
    pub caller: Caller,
    api_key: String,
    shared_secret: String,
    selzy_key: String,
    list: String,
}

impl Faces {
    /// Makes a list for the faces that need one.
    pub fn of_demo(ready: &serde_json::Value) -> Self {
        let part = |of: &str, name: &str| ready[of][name].as_str().unwrap().to_owned();
        let address = ready["address"].as_str().unwrap().trim_end_matches('/');
        let authority = address.split("//").nth(1).unwrap();
        let (user, password) = (part("dotdigital", "user"), part("dotdigital", "password"));
        let caller = Caller::new(authority, &user, &password);
        let reply = caller.call_well(
            "CreateAddressBook",
            "<apiAddressBook xmlns:a=\"http://apiconnector.com\"><a:Id>0</a:Id>\
             <a:Name>Trouble</a:Name><a:Visibility>Private</a:Visibility>\
             <a:Contacts>0</a:Contacts></apiAddressBook>",
        );
        Self {
            list: text(&reply, "Id").to_owned(),
            api_key: part("empower", "api_key"),
            shared_secret: part("empower", "shared_secret"),
            selzy_key: part("selzy", "api_key"),
            caller,
        }
    }

    pub fn create(&self, address: &str) -> std::io::Result<Reply> {
        self.caller.call(
            "CreateContact",
            &format!(
                "<apiContact xmlns:a=\"http://apiconnector.com\"><a:Id>0</a:Id>\
                 <a:Email>{address}</a:Email><a:OptInType>Unknown</a:OptInType>\
                 <a:EmailType>Html</a:EmailType><a:Status>Subscribed</a:Status></apiContact>"
            ),
        )
    }

    pub fn find(&self, address: &str) -> Reply {
        self.caller.call("GetContactByEmail", &format!("<email>{address}</email>")).unwrap()
    }

    /// The store is sound, and over it a server finds everybody whose creation it acknowledged:
    /// addresses and ids.
    pub fn ensure_all_there(&mut self, data: &Path, created: &[(String, String)]) {
        run_well(&["store", "check", "--data", data.to_str().unwrap()]);
        let server = Server::start(data, &[]);
        self.caller.authority = server.authority();
        for (address, id) in created {
            assert_eq!(text(&self.find(address).body, "Id"), id, "{address}");
        }
        server.stop();
    }

    /// Status and text of the page that says whether the server is ready.
    pub fn ready(&self) -> (u16, String) {
        let reply = self.caller.send("GET", "/_lychgate/ready", "", b"").unwrap();
        (reply.status, reply.body)
    }

    fn send(&self, path: &str, content_type: &str, body: &str) -> Reply {
        let headers = format!("Content-Type: {content_type}\r\nAccept: application/json\r\n");
        self.caller.send("POST", path, &headers, body.as_bytes()).unwrap()
    }

    /// Every face refuses a write for a while, in its own form and without a word of the cause.
    pub fn ensure_all_refuse(&self) {
        let soap = self.create("refused@trouble.example").unwrap();
        assert!(soap.body.contains("<faultstring"), "{}", soap.body);
        let rest =
            self.send("/v2/contacts", "application/json", r#"{"email":"a@trouble.example"}"#);
        assert!(rest.status >= 500 && rest.body.starts_with("{\"message\":"), "{}", rest.body);
        let call = format!(
            "<api><authentication><api_key>{}</api_key><shared_secret>{}</shared_secret>\
             <response_type>xml</response_type></authentication><data><methodCall>\
             <methodName>legacy.manage_subscriber</methodName><email>b@trouble.example</email>\
             </methodCall></data></api>",
            self.api_key, self.shared_secret
        );
        let empower = self.send("/api/xmlrpc/index.php", "text/xml", &call);
        assert!(empower.body.contains("<methodResponse>"), "{}", empower.body);
        assert!(empower.body.contains("<error>"), "{}", empower.body);
        let xmlrpc = self.send("/RPC2", "text/xml", &self.xmlrpc_call());
        assert!(xmlrpc.body.contains("<fault>"), "{}", xmlrpc.body);
        let form = format!("api_key={}&format=json&title=Trouble+2", self.selzy_key);
        let selzy = self.send("/en/api/createList", "application/x-www-form-urlencoded", &form);
        assert!(selzy.body.starts_with("{\"error\":"), "{}", selzy.body);
        let path = format!("/Which50API/contactLists/{}/contact", self.list);
        let contact = r#"{"values":{"Email":"c@trouble.example","FirstName":"C"}}"#;
        let which50 = self.send(&path, "application/json", contact);
        assert!(which50.status >= 500 && which50.body.contains("Message"), "{}", which50.body);
        for reply in [soap, rest, empower, xmlrpc, selzy, which50] {
            let said = reply.body.to_lowercase();
            assert!(!said.contains("disk") && !said.contains("sled"), "{}", reply.body);
        }
    }

    /// A call that adds a subscriber, as XML-RPC libraries send it.
    fn xmlrpc_call(&self) -> String {
        let member = |(name, value): (&str, &str)| {
            format!("<member><name>{name}</name><value>{value}</value></member>")
        };
        let arguments = [
            ("api_key", &*self.api_key),
            ("shared_secret", &self.shared_secret),
            ("email", "d@trouble.example"),
        ];
        format!(
            "<methodCall><methodName>legacy.manage_subscriber</methodName><params><param><value>\
             <struct>{}</struct></value></param></params></methodCall>",
            arguments.map(member).concat()
        )
    }
}
