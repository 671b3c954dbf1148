//! A running server looks at its calls, counts what is wrong with them, and says so in its metrics.

use std::sync::Arc;
use std::time::Duration;

use lychgate::contract::Listener;
use lychgate::contract::doctor::lint::{Lint, Settings};
use lychgate::domain::{Clock, Context, Ids, Limits};
use lychgate::faces::dotdigital_soap::DotdigitalSoap;
use lychgate::server::{Mount, Server, ServerConfig};
use lychgate::store::MemoryStore;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// No test waits for longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends what is to be the whole talk of a connection, and reads the reply to its end.
async fn talk(address: &str, text: &str) -> String {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(text.as_bytes()).await.unwrap();
    let mut reply = String::new();
    socket.read_to_string(&mut reply).await.unwrap();
    reply
}

#[tokio::test]
async fn a_call_that_names_no_operation_is_in_the_metrics() {
    let lint = Arc::new(Lint::start(Settings { calls_per_second: 100 }).unwrap());
    let listener: Arc<Lint> = Arc::clone(&lint);
    let listeners: Vec<Arc<dyn Listener>> = vec![listener];
    let config = ServerConfig {
        listeners,
        client_troubles: Some(lint.troubles()),
        ..ServerConfig::plain(([127, 0, 0, 1], 0).into())
    };
    let (ids, limits) = (Ids::seeded(1), Limits::default());
    let context = Context::open(Arc::new(MemoryStore::new()), Clock::System, ids, limits);
    let context = Arc::new(context.await.unwrap());
    let mounts = vec![Mount::everywhere(Arc::new(DotdigitalSoap::default()))];
    let running = Server::bind(config, mounts, context).await.unwrap();
    let url = running.url();
    let address = url.trim_start_matches("http://").trim_end_matches('/');

    let body = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
                <GetServerTimes xmlns=\"http://apiconnector.com/v2\"/></s:Body></s:Envelope>";
    let length = body.len();
    let call = format!(
        "POST /v2/api.svc HTTP/1.1\r\nHost: {address}\r\nContent-Type: text/xml\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    let reply = talk(address, &call).await;
    assert!(reply.starts_with("HTTP/1.1 401"), "{reply}");

    let wanted =
        "lychgate_client_troubles_total{face=\"dotdigital-soap\",code=\"unknown-operation\"} 1";
    let ask =
        format!("GET /_lychgate/metrics HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let seen = tokio::time::timeout(PATIENCE, async {
        while !talk(address, &ask).await.contains(wanted) {}
    });
    seen.await.expect("the metrics tell of the call");
    running.stop().await.unwrap();
}
