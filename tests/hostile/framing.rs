//! Bodies whose lengths lie, chunks that lie, and both at once.

use super::case::{Case, Expected, Form, answered, refused};
use super::gateway::{Gateway, SERVER_TIME, envelope};
use super::wire::Reply;

const STEAL: &str = "hides a second request in the body of the first from a proxy";

pub fn cases(gateway: &Gateway) -> Vec<Case> {
    let http = Http { gateway, body: envelope(Form::Soap11, "", SERVER_TIME) };
    let mut cases = http.lengths();
    cases.extend(http.chunks());
    cases
}

fn case(name: &str, why: &'static str, wire: Vec<u8>, expected: Expected) -> Case {
    Case::new(name, why, Form::Http, wire, expected)
}

struct Http<'g> {
    gateway: &'g Gateway,
    /// A body that is answered.
    body: String,
}

fn ends(reply: &Reply) -> Result<(), String> {
    reply.closed.then_some(()).ok_or_else(|| format!("the connection goes on behind {reply}"))
}

const OTHER: &str = "GET /_lychgate/health HTTP/1.1\r\nHost: t\r\n\r\n";

impl Http<'_> {
    /// A SOAP call with these headers about its body, and this body.
    fn call(&self, framing: &str, body: &str) -> Vec<u8> {
        let basic = &self.gateway.basic;
        format!(
            "POST /v2/api.svc HTTP/1.1\r\nHost: api.example.org\r\nAuthorization: {basic}\r\n\
             Content-Type: text/xml; charset=utf-8\r\nSOAPAction: \"\"\r\n{framing}\r\n{body}"
        )
        .into_bytes()
    }

    fn lengths(&self) -> Vec<Case> {
        let length = self.body.len();
        let bad = || refused(Form::Http, 400, "");
        let rows: Vec<(&str, &'static str, String, Expected)> = vec![
            (
                "two lengths",
                STEAL,
                format!("Content-Length: {length}\r\nContent-Length: 0\r\n"),
                bad(),
            ),
            ("two lengths in one line", STEAL, format!("Content-Length: {length}, 0\r\n"), bad()),
            (
                "a negative length",
                "wraps around to a huge one",
                "Content-Length: -5\r\n".into(),
                bad(),
            ),
            ("a length with a plus", STEAL, format!("Content-Length: +{length}\r\n"), bad()),
            ("a length in hex", STEAL, format!("Content-Length: {length:#x}\r\n"), bad()),
            ("a length in words", STEAL, "Content-Length: five\r\n".into(), bad()),
            ("a length with a fraction", STEAL, format!("Content-Length: {length}.0\r\n"), bad()),
            ("no length in the header", STEAL, "Content-Length:\r\n".into(), bad()),
            (
                "a length beyond 64 bits",
                "wraps around",
                "Content-Length: 18446744073709551617\r\n".into(),
                bad(),
            ),
            (
                "the largest length",
                "is set aside in memory",
                "Content-Length: 18446744073709551614\r\n".into(),
                refused(Form::Http, 431, ""),
            ),
            (
                "a length of a gigabyte",
                "is set aside in memory",
                "Content-Length: 1073741824\r\n".into(),
                refused(Form::Soap11, 413, "message size quota"),
            ),
            ("a space before the colon", STEAL, format!("Content-Length : {length}\r\n"), bad()),
            ("a folded length", STEAL, format!("Content-Length:\r\n {length}\r\n"), bad()),
            ("a NUL in a header", STEAL, format!("X: a\0b\r\nContent-Length: {length}\r\n"), bad()),
            (
                "a bare CR in a header",
                STEAL,
                format!("X: a\rContent-Length: 0\r\nContent-Length: {length}\r\n"),
                bad(),
            ),
            (
                "a folded header",
                STEAL,
                format!("X: a\r\n b\r\nContent-Length: {length}\r\n"),
                bad(),
            ),
            (
                "a header without a name",
                STEAL,
                format!(": a\r\nContent-Length: {length}\r\n"),
                bad(),
            ),
            (
                "a header without a colon",
                STEAL,
                format!("nothing\r\nContent-Length: {length}\r\n"),
                bad(),
            ),
            (
                "two lengths that agree",
                STEAL,
                format!("Content-Length: {length}\r\nContent-Length: {length}\r\n"),
                answered("GetServerTimeResult"),
            ),
        ];
        let of = |(name, why, framing, expected): (&str, &'static str, String, Expected)| {
            case(name, why, self.call(&framing, &self.body), expected)
        };
        let mut cases: Vec<Case> = rows.into_iter().map(of).collect();
        let short = self.call(&format!("Content-Length: {}\r\n", length - 20), &self.body);
        let truncated = refused(Form::Soap11, 500, "ends too early");
        cases.push(case("a length that is too short", STEAL, short, truncated));
        let long = self.call(&format!("Content-Length: {}\r\n", length + 20), &self.body);
        let cut = refused(Form::Soap11, 500, "");
        let why = "waits for what never comes";
        cases.push(case("a length that is too long", why, long, cut).hanging_up());
        cases
    }

    fn chunks(&self) -> Vec<Case> {
        const CHUNKED: &str = "Transfer-Encoding: chunked\r\n";
        let (length, body) = (self.body.len(), &self.body);
        let whole = format!("{length:x}\r\n{body}\r\n0\r\n\r\n");
        let both = "has two lengths, and each of two servers believes another";
        // RFC 9112, 6.3: chunks go first, and the connection ends behind the answer.
        let not_both = || answered("GetServerTimeResult");
        let broken = || refused(Form::Soap11, 500, "chunks are damaged");
        let rows: Vec<(&str, &'static str, String, String, Expected)> = vec![
            (
                "a length before chunks",
                both,
                format!("Content-Length: {length}\r\n{CHUNKED}"),
                whole.clone(),
                not_both(),
            ),
            (
                "chunks before a length",
                both,
                format!("{CHUNKED}Content-Length: 3\r\n"),
                format!("{whole}{OTHER}"),
                not_both(),
            ),
            (
                "a length of nothing beside chunks",
                both,
                format!("Content-Length: 0\r\n{CHUNKED}"),
                whole.clone(),
                not_both(),
            ),
            (
                "chunked twice",
                both,
                format!("{CHUNKED}{CHUNKED}"),
                whole.clone(),
                refused(Form::Http, 501, "chunked"),
            ),
            (
                "chunked and then identity",
                both,
                "Transfer-Encoding: chunked, identity\r\n".into(),
                whole.clone(),
                refused(Form::Http, 400, ""),
            ),
            (
                "an unknown coding and chunked",
                both,
                "Transfer-Encoding: x, chunked\r\n".into(),
                whole.clone(),
                refused(Form::Http, 501, "chunked"),
            ),
            (
                "xchunked",
                both,
                "Transfer-Encoding: xchunked\r\n".into(),
                whole.clone(),
                refused(Form::Http, 400, ""),
            ),
            (
                "chunked in quotes",
                both,
                "Transfer-Encoding: \"chunked\"\r\n".into(),
                whole.clone(),
                refused(Form::Http, 400, ""),
            ),
            (
                "chunked behind a tab",
                STEAL,
                "Transfer-Encoding:\tchunked\r\n".into(),
                whole.clone(),
                answered("GetServerTimeResult"),
            ),
            (
                "a chunk's size that is no number",
                STEAL,
                CHUNKED.into(),
                format!("zz\r\n{body}\r\n0\r\n\r\n"),
                broken(),
            ),
            (
                "a chunk's size with 0x",
                STEAL,
                CHUNKED.into(),
                format!("{length:#x}\r\n{body}\r\n0\r\n\r\n"),
                broken(),
            ),
            (
                "a negative chunk",
                "wraps around",
                CHUNKED.into(),
                format!("-1\r\n{body}\r\n0\r\n\r\n"),
                broken(),
            ),
            (
                "a chunk beyond 64 bits",
                "wraps around",
                CHUNKED.into(),
                format!("10000000000000001\r\n{body}"),
                broken(),
            ),
            (
                "a chunk of nearly 64 bits",
                "is set aside",
                CHUNKED.into(),
                format!("fffffffffffffff0\r\n{body}"),
                refused(Form::Soap11, 500, ""),
            ),
            (
                "a chunk without its line's end",
                STEAL,
                CHUNKED.into(),
                format!("{length:x}\r\n{body}XX0\r\n\r\n"),
                broken(),
            ),
            (
                "a chunk's size that ends in LF",
                STEAL,
                CHUNKED.into(),
                format!("{length:x}\n{body}\r\n0\r\n\r\n"),
                broken(),
            ),
            (
                "an extension of a megabyte",
                "is kept or skipped for ever",
                CHUNKED.into(),
                format!("{length:x};{}\r\n{body}\r\n0\r\n\r\n", "a".repeat(1 << 20)),
                broken(),
            ),
            (
                "an extension with a line feed",
                STEAL,
                CHUNKED.into(),
                format!("{length:x};a\n{body}\r\n0\r\n\r\n"),
                broken(),
            ),
            (
                "an extension",
                "is passed over",
                CHUNKED.into(),
                format!("{length:x};a=\"b\"\r\n{body}\r\n0\r\n\r\n"),
                answered("GetServerTimeResult"),
            ),
            (
                "a trailer that is a length",
                "changes the head behind the body",
                CHUNKED.into(),
                format!("{length:x}\r\n{body}\r\n0\r\nContent-Length: 3\r\n\r\n"),
                answered("GetServerTimeResult"),
            ),
            (
                "a trailer of a megabyte",
                "is kept",
                CHUNKED.into(),
                format!("{length:x}\r\n{body}\r\n0\r\nX: {}\r\n\r\n", "a".repeat(1 << 20)),
                broken(),
            ),
            (
                "10,000 trailers",
                "is kept",
                CHUNKED.into(),
                format!("{length:x}\r\n{body}\r\n0\r\n{}\r\n", "X: a\r\n".repeat(10_000)),
                broken(),
            ),
            (
                "chunks that do not end",
                "waits for the rest",
                CHUNKED.into(),
                format!("{length:x}\r\n{body}\r\n"),
                refused(Form::Soap11, 500, ""),
            ),
        ];
        rows.into_iter()
            .map(|(name, why, framing, body, expected)| {
                let case = case(name, why, self.call(&framing, &body), expected);
                // The connection must end although the caller has not hung up.
                if why == both { case.then(|_, reply| ends(reply)) } else { case.hanging_up() }
            })
            .chain([self.byte_by_byte()])
            .collect()
    }

    /// Costs a frame for each byte.
    fn byte_by_byte(&self) -> Case {
        let bytes = self.body.bytes().map(|byte| format!("1\r\n{}\r\n", char::from(byte)));
        let body: String = bytes.chain(["0\r\n\r\n".to_owned()]).collect();
        let wire = self.call("Transfer-Encoding: chunked\r\n", &body);
        case("chunks of one byte", "costs a frame for each", wire, answered("GetServerTimeResult"))
    }
}
