//! Calls of several kinds at once, until there were enough.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::facts::{Fact, INVALID_EVERY, ROWS, row_address, template_text};
use super::support::text;

/// Logins of the account under trial.
#[derive(Debug, Clone)]
pub struct Logins {
    authorization: String,
    api_key: String,
    shared_secret: String,
}

impl Logins {
    /// From the line that `--ready-json` prints.
    pub fn read(ready: &Value) -> Self {
        let part = |of: &str, name: &str| ready[of][name].as_str().unwrap().to_owned();
        let login = format!("{}:{}", part("dotdigital", "user"), part("dotdigital", "password"));
        Self {
            authorization: format!("Basic {}", STANDARD.encode(login)),
            api_key: part("empower", "api_key"),
            shared_secret: part("empower", "shared_secret"),
        }
    }
}

/// A server that is called, and what it acknowledged on the connection from which port.
#[derive(Debug)]
pub struct Load {
    authority: String,
    logins: Logins,
    /// Begins whatever must have a name of its own.
    tag: String,
    acknowledged: Mutex<Vec<(u16, Fact)>>,
    /// The ports of all connections.
    ports: Mutex<BTreeSet<u16>>,
}

/// A whole reply, and the port that it came to.
struct Reply {
    port: u16,
    status: u16,
    body: String,
}

impl Load {
    pub fn new(authority: &str, logins: Logins, tag: String) -> Self {
        let (acknowledged, ports) = (Mutex::default(), Mutex::default());
        Self { authority: authority.to_owned(), logins, tag, acknowledged, ports }
    }

    /// Calls of all kinds beside each other; `effort` is how many of each.
    pub fn run(&self, effort: u32) {
        std::thread::scope(|scope| {
            scope.spawn(|| self.contacts(effort));
            scope.spawn(|| self.templates(effort));
            scope.spawn(|| self.lists(effort / 4));
            scope.spawn(|| self.imports(effort / 12));
        });
    }

    pub fn acknowledged(self) -> Vec<(u16, Fact)> {
        self.acknowledged.into_inner().unwrap()
    }

    fn note(&self, reply: &Reply, fact: Fact) {
        self.acknowledged.lock().unwrap().push((reply.port, fact));
    }

    /// Contacts are made, renamed again and again, unsubscribed or deleted.
    fn contacts(&self, many: u32) {
        let lasting = format!("lasting@{}.example", self.tag);
        let (lasting_id, _) = self.create_contact(&lasting);
        for number in 0..many {
            let address = format!("single-{number}@{}.example", self.tag);
            let (id, reply) = self.create_contact(&address);
            let reply = match number % 6 {
                4 => {
                    let reply = self.soap("UnsubscribeContact", &contact(id, &address, ""));
                    self.note(&reply, Fact::Unsubscribed { address });
                    continue;
                }
                5 => {
                    let reply = self.soap("DeleteContact", &format!("<id>{id}</id>"));
                    self.note(&reply, Fact::Deleted { address });
                    continue;
                }
                _ => reply,
            };
            self.note(&reply, Fact::Contact { address, id });
            let name = first_name(&format!("Name {number}"));
            let reply = self.soap("UpdateContact", &contact(lasting_id, &lasting, &name));
            self.note(&reply, Fact::Named { address: lasting.clone(), version: number });
        }
    }

    fn create_contact(&self, address: &str) -> (u32, Reply) {
        let reply = self.soap("CreateContact", &contact(0, address, ""));
        (text(&reply.body, "Id").parse().unwrap(), reply)
    }

    /// One template, its text anew with every call.
    fn templates(&self, many: u32) {
        let reply = self.method(&format!(
            "<methodName>transactional.insertTemplate</methodName><subject>Trial</subject>\
             <from_description>Trial</from_description><from_email>a@trial.example</from_email>\
             <reply_email>a@trial.example</reply_email>{}",
            template_data(0)
        ));
        let id = reply.body.split("Template ID ").nth(1).expect(&reply.body);
        let id: u32 = id.split(' ').next().unwrap().parse().unwrap();
        self.note(&reply, Fact::Template { id, version: 0 });
        for version in 1..many {
            let reply = self.method(&format!(
                "<methodName>transactional.updateTemplate</methodName>\
                 <template_id>{id}</template_id>{}",
                template_data(version)
            ));
            assert!(reply.body.contains("<responseNum>"), "{}", reply.body);
            self.note(&reply, Fact::Template { id, version });
        }
    }

    /// Lists that get members; every other one is emptied by a task.
    fn lists(&self, many: u32) {
        for number in 0..many {
            let name = format!("{} {number}", self.tag);
            let reply = self.soap(
                "CreateAddressBook",
                &format!(
                    "<apiAddressBook xmlns:a=\"http://apiconnector.com\"><a:Id>0</a:Id>\
                     <a:Name>{name}</a:Name><a:Visibility>Private</a:Visibility>\
                     <a:Contacts>0</a:Contacts></apiAddressBook>"
                ),
            );
            let list: u32 = text(&reply.body, "Id").parse().unwrap();
            self.note(&reply, Fact::List { id: list, name });
            let is_emptied = number % 2 == 1;
            for member in 0..5 {
                let address = format!("member-{number}-{member}@{}.example", self.tag);
                let book = format!("<addressBookId>{list}</addressBookId>");
                let members = book + &contact(0, &address, "");
                let reply = self.soap("AddContactToAddressBook", &members);
                if !is_emptied {
                    self.note(&reply, Fact::Member { list, address });
                }
            }
            if is_emptied {
                let path = format!("/v2/address-books/{list}/contacts/delete-all");
                let reply = self.send(&path, "application/json", b"null");
                assert_eq!(reply.status, 202, "{}", reply.body);
                self.note(&reply, Fact::Emptied { list });
            }
        }
    }

    /// Every file twice: the second time its rows are known and have another value.
    fn imports(&self, many: u32) {
        for number in 0..many {
            let tag = format!("{}-import-{}", self.tag, number / 2);
            let is_first = number % 2 == 0;
            let file = STANDARD.encode(file_of(&tag, number));
            let members = format!("<data>{file}</data><dataType>csv</dataType>");
            let reply = self.soap("ImportContacts", &members);
            let id = text(&reply.body, "Id").to_owned();
            self.note(&reply, Fact::Import { id: id.clone(), tag, is_first });
            let query = format!("<importId>{id}</importId>");
            while text(&self.soap("GetContactImportProgress", &query).body, "Status") != "Finished"
            {
                std::thread::sleep(Duration::from_millis(50));
            }
        }
    }

    fn soap(&self, operation: &str, members: &str) -> Reply {
        let body = format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
             <{operation} xmlns=\"http://apiconnector.com/v2\">{members}</{operation}>\
             </s:Body></s:Envelope>"
        );
        let action = format!(
            "text/xml; charset=utf-8\r\n\
             SOAPAction: \"http://apiconnector.com/v2/ApiService/{operation}\""
        );
        let reply = self.send("/v2/api.svc", &action, body.as_bytes());
        assert_eq!(reply.status, 200, "{operation}: {}", reply.body);
        reply
    }

    fn method(&self, call: &str) -> Reply {
        let Logins { api_key, shared_secret, .. } = &self.logins;
        let body = format!(
            "<api><authentication><api_key>{api_key}</api_key>\
             <shared_secret>{shared_secret}</shared_secret><response_type>xml</response_type>\
             <no_halt>0</no_halt></authentication><data><methodCall>{call}</methodCall></data></api>"
        );
        let reply = self.send("/api/xmlrpc/index.php", "text/xml", body.as_bytes());
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply
    }

    /// A connection from a port that none had before: the system gives one out again a second after
    /// its end.
    fn connect(&self) -> (TcpStream, u16) {
        loop {
            let socket = TcpStream::connect(&self.authority).unwrap();
            let port = socket.local_addr().unwrap().port();
            if self.ports.lock().unwrap().insert(port) {
                return (socket, port);
            }
        }
    }

    /// One call on one connection, so that its port tells the reply in the recording.
    fn send(&self, path: &str, content_type: &str, body: &[u8]) -> Reply {
        let (mut socket, port) = self.connect();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: {}\r\nConnection: close\r\n\
             Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
            self.authority,
            self.logins.authorization,
            body.len()
        );
        socket.write_all(head.as_bytes()).unwrap();
        socket.write_all(body).unwrap();
        let mut raw = String::new();
        socket.read_to_string(&mut raw).unwrap();
        let (head, body) = raw.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Reply { port, status, body: body.to_owned() }
    }
}

fn contact(id: u32, address: &str, fields: &str) -> String {
    format!(
        "<apiContact xmlns:a=\"http://apiconnector.com\"><a:Id>{id}</a:Id><a:Email>{address}</a:Email>\
         <a:OptInType>Unknown</a:OptInType><a:EmailType>Html</a:EmailType>{fields}\
         <a:Status>Subscribed</a:Status></apiContact>"
    )
}

fn first_name(name: &str) -> String {
    format!(
        "<a:DataFields><a:ApiContactData><a:Key>FIRSTNAME</a:Key>\
         <a:Value xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xmlns:b=\"http://www.w3.org/2001/XMLSchema\" i:type=\"b:string\">{name}</a:Value>\
         </a:ApiContactData></a:DataFields>"
    )
}

fn template_data(version: u32) -> String {
    let html = template_text(version);
    format!("<template_data><html><![CDATA[{html}]]></html><plain>x</plain></template_data>")
}

fn file_of(tag: &str, number: u32) -> String {
    let mut file = String::from("Email,FIRSTNAME\r\n");
    for row in 0..ROWS {
        let address = row_address(tag, row);
        let address = if row % INVALID_EVERY == 0 { "no address" } else { address.as_str() };
        writeln!(file, "{address},Name {number}\r").unwrap();
    }
    file
}
