//! Bodies that unpack to more than they are, to nothing, or not at all.

use super::case::{Case, Expected, Form, answered, refused};
use super::gateway::{Gateway, SERVER_TIME, envelope, request};
use super::make::{bzip2, deflate, gzip, gzip_of_zeros, zlib};

const BOMB: &str = "a megabyte that unpacks to a gigabyte";

pub fn cases(gateway: &Gateway) -> Vec<Case> {
    let mut cases = bombs(gateway);
    cases.extend(damaged(gateway));
    cases.extend(selzy(gateway));
    cases
}

/// A POST to where the face reads bodies.
fn post(gateway: &Gateway, door: Form, coding: &str, body: &[u8]) -> Vec<u8> {
    let (path, content_type) = match door {
        Form::RestJson => ("/v2/contacts", "application/json"),
        Form::Empower => ("/api/xmlrpc/index.php", "text/xml"),
        Form::XmlRpc => ("/RPC2", "text/xml"),
        Form::Which50Json => ("/Which50API/contactLists/3/contact", "application/json"),
        Form::Selzy => ("/en/api/getLists?format=json", "application/x-www-form-urlencoded"),
        _ => ("/v2/api.svc", "text/xml; charset=utf-8\r\nSOAPAction: \"\""),
    };
    let headers = format!(
        "Authorization: {}\r\nContent-Type: {content_type}\r\nContent-Encoding: {coding}\r\n",
        gateway.basic
    );
    request("POST", path, &headers, body)
}

fn bombs(gateway: &Gateway) -> Vec<Case> {
    let bomb = gzip_of_zeros(1 << 30);
    let doors = [
        (Form::Soap11, 413),
        (Form::RestJson, 413),
        (Form::Empower, 413),
        (Form::XmlRpc, 413),
        (Form::Which50Json, 413),
        (Form::Selzy, 200),
    ];
    let mut cases: Vec<Case> = doors
        .map(|(door, status)| {
            let wire = post(gateway, door, "gzip", &bomb);
            let expected = refused(door, status, "");
            Case::new(format!("a gzip bomb to {door:?}"), BOMB, door, wire, expected)
        })
        .into();
    let zeros = vec![0; 64 << 20];
    let wide = refused(Form::Soap11, 413, "");
    for (name, coding, body) in [
        ("a zlib bomb", "deflate", zlib(&zeros)),
        ("a deflate bomb", "deflate", deflate(&zeros)),
        ("a bzip2 bomb", "bzip2", bzip2(&zeros)),
        ("a bomb in a bomb", "gzip", gzip(&gzip(&zeros))),
    ] {
        let wire = post(gateway, Form::Soap11, coding, &body);
        let expected = match name {
            // What comes out is the inner one, which is no XML.
            "a bomb in a bomb" => refused(Form::Soap11, 500, ""),
            _ => wide.clone(),
        };
        cases.push(Case::new(name, "a little that unpacks to much", Form::Soap11, wire, expected));
    }
    let members = gzip(b"").repeat(100_000);
    let wire = post(gateway, Form::Soap11, "gzip", &members);
    let why = "is 100,000 archives of nothing";
    let expected = refused(Form::Soap11, 500, "the compressed body is damaged");
    cases.push(Case::new("100,000 members", why, Form::Soap11, wire, expected));
    cases
}

fn damaged(gateway: &Gateway) -> Vec<Case> {
    let plain = envelope(Form::Soap11, "", SERVER_TIME);
    let packed = gzip(plain.as_bytes());
    let changed = |at: usize| {
        let mut changed = packed.clone();
        changed[at] ^= 0xff;
        changed
    };
    let end = packed.len();
    let endless_name = [b"\x1f\x8b\x08\x08\0\0\0\0\0\xff".to_vec(), vec![b'n'; 2 << 20]].concat();
    let broken = || refused(Form::Soap11, 500, "the compressed body is damaged");
    let unknown = || refused(Form::Soap11, 415, "");
    let rows: Vec<(&str, &'static str, &str, Vec<u8>, Expected)> = vec![
        ("gzip cut short", "lost its end", "gzip", packed[..end / 2].to_vec(), broken()),
        ("gzip without its checksum", "lost its end", "gzip", packed[..end - 8].to_vec(), broken()),
        (
            "gzip with another checksum",
            "was changed on the way",
            "gzip",
            changed(end - 8),
            broken(),
        ),
        ("gzip with another length", "was changed on the way", "gzip", changed(end - 2), broken()),
        ("gzip of another method", "is no deflate", "gzip", changed(2), broken()),
        (
            "gzip with flags that are reserved",
            "has a head of another kind",
            "gzip",
            changed(3),
            broken(),
        ),
        (
            "gzip with rubbish behind",
            "hides what follows",
            "gzip",
            [&packed[..], b"rubbish"].concat(),
            broken(),
        ),
        ("gzip with an endless name", "keeps the name", "gzip", endless_name, broken()),
        ("no gzip at all", "lies about its coding", "gzip", plain.clone().into_bytes(), broken()),
        (
            "zlib with another checksum",
            "was changed",
            "deflate",
            {
                let mut packed = zlib(plain.as_bytes());
                let last = packed.len() - 1;
                packed[last] ^= 0xff;
                packed
            },
            broken(),
        ),
        ("deflate of rubbish", "is no deflate", "deflate", vec![0xff; 4_096], broken()),
        (
            "bzip2 cut short",
            "lost its end",
            "bzip2",
            {
                let packed = bzip2(plain.as_bytes());
                packed[..packed.len() / 2].to_vec()
            },
            broken(),
        ),
        ("bzip2 of rubbish", "is no bzip2", "bzip2", b"BZh9rubbish".to_vec(), broken()),
        ("gzip twice", "unpacks to what unpacks", "gzip, gzip", gzip(&packed), unknown()),
        ("brotli", "is a coding that nobody agreed on", "br", packed.clone(), unknown()),
        ("zstd", "is a coding that nobody agreed on", "zstd", packed.clone(), unknown()),
        ("compress", "is a coding of 1984", "compress", packed.clone(), unknown()),
        (
            "a coding with a parameter",
            "is read as another by some",
            "gzip;q=0",
            packed.clone(),
            unknown(),
        ),
        (
            "identity and gzip",
            "is what it says",
            "identity, gzip",
            packed.clone(),
            answered("GetServerTimeResult"),
        ),
        (
            "nothing at all in gzip",
            "is neither empty nor whole",
            "gzip",
            Vec::new(),
            refused(Form::Soap11, 500, ""),
        ),
    ];
    rows.into_iter()
        .map(|(name, why, coding, body, expected)| {
            let wire = post(gateway, Form::Soap11, coding, &body);
            Case::new(name, why, Form::Soap11, wire, expected)
        })
        .collect()
}

/// The vendor's wrapper compresses the form and says so in the query.
fn selzy(gateway: &Gateway) -> Vec<Case> {
    const QUERY: &str = "&request_compression=bzip2";
    let bomb = bzip2(&vec![0; 128 << 20]);
    let packed = bzip2(b"limit=1");
    let broken = || refused(Form::Selzy, 200, "The request cannot be read");
    let rows: [(&str, &'static str, Vec<u8>, Expected); 4] = [
        ("a form that is a bzip2 bomb", BOMB, bomb, broken()),
        (
            "a form in bzip2 cut short",
            "lost its end",
            packed[..packed.len() - 4].to_vec(),
            broken(),
        ),
        ("a form that is no bzip2", "lies about its coding", b"limit=1".to_vec(), broken()),
        (
            "a form in bzip2 with rubbish behind",
            "hides what follows",
            [&packed[..], b"&a=b"].concat(),
            answered("\"result\""),
        ),
    ];
    rows.map(|(name, why, body, expected)| {
        let wire = gateway.selzy("getLists", QUERY, body);
        Case::new(name, why, Form::Selzy, wire, expected)
    })
    .into()
}
