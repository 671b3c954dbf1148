//! Calls for the tests of this folder.

use std::time::Duration;

use crate::contract::{Ended, Exchange, Facts, Request, Response};

pub fn facts(number: u64) -> Facts {
    Facts {
        request_id: format!("{number:016x}"),
        at: "2026-01-01T00:00:00.123456Z".parse().unwrap(),
        took: Duration::from_micros(321),
        peer: "192.0.2.1".parse().unwrap(),
        base_url: "http://127.0.0.1:8080".to_owned(),
        face: "dotdigital-soap",
        operation: "GetServerTime",
        caller: Some((1, "apiuser-1@apiconnector.com".to_owned())),
        received_bytes: 4,
        sent_bytes: 4,
        ended: Ended::Whole,
    }
}

pub fn exchange(asked: &str, answered: &str) -> Exchange {
    let request = format!("POST /v2/api.svc HTTP/1.1\nhost: a\ncontent-type: text/xml\n\n{asked}");
    let response = format!("HTTP/1.1 200 OK\ncontent-type: text/xml\n\n{answered}");
    Exchange {
        request: Request::read(request.as_bytes()).unwrap(),
        response: Response::read(response.as_bytes()).unwrap(),
    }
}
