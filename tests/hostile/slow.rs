//! Callers who say nothing, or say it slowly: each is let go in its time, and holds nobody up.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use super::case::Form;
use super::gateway::{Gateway, SERVER_TIME, envelope};
use super::wire::connect;

/// The longest of the gateway's times, and some for the machine.
const LONGEST: Duration = Duration::from_secs(12);

/// What a caller says at once, what it says again and again, why, and how its reply begins.
type Row = (&'static str, &'static str, String, &'static str, &'static str);

fn rows(gateway: &Gateway) -> Vec<Row> {
    let call = |length: &str| {
        format!(
            "POST /v2/api.svc HTTP/1.1\r\nHost: t\r\nAuthorization: {}\r\n\
             Content-Type: text/xml; charset=utf-8\r\n{length}\r\n",
            gateway.basic
        )
    };
    let to = |path: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: t\r\nAuthorization: {}\r\nContent-Length: 100\r\n\r\n",
            gateway.basic
        )
    };
    let late = "HTTP/1.1 408";
    vec![
        ("silence", "holds a connection", String::new(), "", ""),
        ("half a request line", "holds a connection", "POST /v2/ap".into(), "", "HTTP/1.1 408"),
        (
            "a head without an end",
            "holds a connection",
            "GET / HTTP/1.1\r\nHost: t\r\n".into(),
            "",
            "HTTP/1.1 408",
        ),
        (
            "a head letter by letter",
            "is never silent for long",
            "GET / HTTP/1.1\r\nX: ".into(),
            "x",
            "HTTP/1.1 408",
        ),
        (
            "a head line by line",
            "is never silent for long",
            "GET / HTTP/1.1\r\n".into(),
            "X: a\r\n",
            "HTTP/1.1 408",
        ),
        ("empty lines", "is never silent for long", String::new(), "\r\n", ""),
        ("a body that does not come", "holds a body", call("Content-Length: 100\r\n"), "", late),
        (
            "half a body",
            "holds a body",
            format!("{}<s:Env", call("Content-Length: 100\r\n")),
            "",
            late,
        ),
        (
            "a body letter by letter",
            "is never silent for long",
            call("Content-Length: 1000\r\n"),
            "<",
            late,
        ),
        (
            "chunks letter by letter",
            "is never silent for long",
            call("Transfer-Encoding: chunked\r\n"),
            "1\r\n<\r\n",
            late,
        ),
        (
            "a chunk's size digit by digit",
            "is never silent for long",
            call("Transfer-Encoding: chunked\r\n"),
            "0",
            "",
        ),
        (
            "half a body in JSON",
            "holds a body",
            format!("{}{{", to("/v2/contacts")),
            "",
            "HTTP/1.1 408",
        ),
        ("half a form", "holds a body", format!("{}a=", to("/en/api/getLists")), "", "HTTP/1.1"),
        (
            "half a methodCall",
            "holds a body",
            format!("{}<", to("/api/xmlrpc/index.php")),
            "",
            "HTTP/1.1",
        ),
        (
            "half a batch",
            "holds a body",
            format!("{}[", to("/Which50API/contactLists/3/contact")),
            "",
            "HTTP/1.1 408",
        ),
    ]
}

#[test]
fn who_says_nothing_or_says_it_slowly_is_let_go() {
    let gateway = Gateway::start();
    let wrong: Vec<String> = thread::scope(|scope| {
        let callers = rows(&gateway).into_iter().map(|row| scope.spawn(|| let_go(&gateway, row)));
        let callers: Vec<_> = callers.collect();
        // They are all there, and others are answered.
        for door in [
            Form::Soap11,
            Form::RestJson,
            Form::Empower,
            Form::XmlRpc,
            Form::Which50Json,
            Form::Selzy,
        ] {
            gateway.still_answers(door).unwrap();
        }
        callers.into_iter().filter_map(|caller| caller.join().unwrap().err()).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    gateway.still_answers(Form::Soap11).unwrap();
}

fn let_go(gateway: &Gateway, (name, why, at_once, again, begins): Row) -> Result<(), String> {
    let began = Instant::now();
    let mut socket = connect(&gateway.authority);
    let mut writing = socket.try_clone().unwrap();
    let reply = thread::scope(|scope| {
        scope.spawn(move || say_slowly(&mut writing, &at_once, again));
        let mut reply = Vec::new();
        // A reset behind a reply is an end, too.
        drop(socket.read_to_end(&mut reply));
        drop(socket.shutdown(std::net::Shutdown::Both));
        String::from_utf8_lossy(&reply).into_owned()
    });
    let took = began.elapsed();
    if took > LONGEST || !reply.starts_with(begins) {
        return Err(format!("{name} ({why}) took {took:?} and was answered {reply:?}"));
    }
    Ok(())
}

fn say_slowly(socket: &mut TcpStream, at_once: &str, again: &str) {
    let mut open = socket.write_all(at_once.as_bytes()).is_ok();
    let began = Instant::now();
    while open && !again.is_empty() && began.elapsed() < LONGEST * 2 {
        thread::sleep(Duration::from_millis(100));
        open = socket.write_all(again.as_bytes()).is_ok();
    }
}

#[test]
fn a_thousand_silent_callers_hold_nobody_up_for_long() {
    let gateway = Gateway::start();
    let idle: Vec<TcpStream> = (0..600).map(|_| connect(&gateway.authority)).collect();
    gateway.still_answers(Form::Soap11).unwrap();
    let body = envelope(Form::Soap11, "", SERVER_TIME);
    let reply = gateway.ask(&gateway.soap(Form::Soap11, body)).unwrap();
    assert_eq!(reply.status, 200, "{reply}");
    drop(idle);
}
