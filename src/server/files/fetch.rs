//! Fetching by HTTP and HTTPS from hosts that the operator allows.

use std::net::{IpAddr, SocketAddr};
use std::pin::pin;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use futures_util::future::{Either, select};
use http::{HeaderValue, Request, Response, header};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::FileSources;
use super::address::is_public;
use crate::domain::files::{FileError, FilePlace};
use crate::protocol::http::client::tls_connector;

/// Redirects that are followed, each to an allowed host only.
const MAX_REDIRECTS: usize = 5;

/// Fetches one file.
#[derive(Debug, Clone, Copy)]
pub struct Fetcher<'a> {
    pub sources: &'a FileSources,
}

/// What an exchange came to.
enum Fetched {
    File(Bytes),
    Elsewhere(String),
}

impl Fetcher<'_> {
    /// The file at `place`, wherever its host sends us within the allowed hosts.
    pub async fn fetch(self, place: &FilePlace) -> Result<Bytes, FileError> {
        let mut place = place.clone();
        for _ in 0..=MAX_REDIRECTS {
            let address = self.address(&place).await?;
            match self.exchange(&place, address).await? {
                Fetched::File(file) => return Ok(file),
                Fetched::Elsewhere(location) => place = redirected(&place, &location)?,
            }
        }
        Err(FileError::Unreachable)
    }

    /// The address to call. It is checked and then called itself: a name that changes its mind in
    /// between gains nothing.
    async fn address(self, place: &FilePlace) -> Result<SocketAddr, FileError> {
        let usual = if place.scheme == "https" { 443 } else { 80 };
        let port = place.port.unwrap_or(usual);
        let allowed = |entry: &String| {
            let entry = entry.trim().to_ascii_lowercase();
            let bracketed = format!("[{}]", place.host);
            [&place.host, &bracketed]
                .into_iter()
                .any(|host| entry == format!("{host}:{port}") || (entry == *host && port == usual))
        };
        if !self.sources.fetch_hosts.iter().any(allowed) {
            return Err(FileError::HostNotAllowed);
        }
        // An address that the operator wrote down is meant, wherever it is.
        if let Ok(literal) = place.host.parse::<IpAddr>() {
            return Ok(SocketAddr::new(literal, port));
        }
        let found = tokio::net::lookup_host((place.host.as_str(), port)).await;
        let mut found = found.map_err(|_| FileError::Unreachable)?;
        found.find(|address| is_public(address.ip())).ok_or(FileError::HostNotAllowed)
    }

    async fn exchange(self, place: &FilePlace, address: SocketAddr) -> Result<Fetched, FileError> {
        let unreachable = |_| FileError::Unreachable;
        let socket = TcpStream::connect(address).await.map_err(unreachable)?;
        let request = request(place)?;
        if place.scheme != "https" {
            return self.answered(socket, request).await;
        }
        let tls = tls_connector(self.sources.ca.as_deref()).map_err(|error| {
            tracing::error!(%error, "files cannot be fetched by https: {error}");
            FileError::Unreachable
        })?;
        let name = ServerName::try_from(place.host.clone());
        let name = name.map_err(|_| FileError::PlaceInvalid)?;
        let socket = tls.connect(name, socket).await.map_err(unreachable)?;
        self.answered(socket, request).await
    }

    async fn answered(
        self,
        socket: impl AsyncRead + AsyncWrite + Unpin,
        request: Request<Empty<Bytes>>,
    ) -> Result<Fetched, FileError> {
        let handshake = http1::Builder::new().handshake(TokioIo::new(socket)).await;
        let (mut sender, connection) = handshake.map_err(|_| FileError::Unreachable)?;
        let read = pin!(async move {
            let response = sender.send_request(request).await;
            self.read(response.map_err(|_| FileError::Unreachable)?).await
        });
        match select(read, pin!(connection)).await {
            Either::Left((fetched, _)) => fetched,
            Either::Right((_, read)) => read.await,
        }
    }

    async fn read(self, response: Response<Incoming>) -> Result<Fetched, FileError> {
        let status = response.status();
        if status.is_redirection() {
            let location = response.headers().get(header::LOCATION);
            let location = location.and_then(|location| location.to_str().ok());
            return location
                .map(|location| Fetched::Elsewhere(location.to_owned()))
                .ok_or(FileError::Unreachable);
        }
        if matches!(status.as_u16(), 404 | 410) {
            return Err(FileError::NotFound);
        }
        if status != http::StatusCode::OK {
            return Err(FileError::Unreachable);
        }
        let limit_bytes = self.sources.limit_bytes;
        let mut body = response.into_body();
        let mut file = BytesMut::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| FileError::Unreachable)?;
            if let Some(part) = frame.data_ref() {
                file.extend_from_slice(part);
            }
            if u64::try_from(file.len()).unwrap_or(u64::MAX) > limit_bytes {
                return Err(FileError::TooLarge { limit_bytes });
            }
        }
        Ok(Fetched::File(file.freeze()))
    }
}

fn request(place: &FilePlace) -> Result<Request<Empty<Bytes>>, FileError> {
    let host = match place.port {
        Some(port) => format!("{}:{port}", bracketed(&place.host)),
        None => bracketed(&place.host),
    };
    let mut request = Request::builder()
        .uri(place.target.as_str())
        .header(header::HOST, host)
        .header(header::CONNECTION, "close")
        .header(header::ACCEPT, "*/*");
    if let Some((user, password)) = &place.user {
        let login = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
        let login = HeaderValue::from_str(&login).map_err(|_| FileError::PlaceInvalid)?;
        request = request.header(header::AUTHORIZATION, login);
    }
    request.body(Empty::new()).map_err(|_| FileError::PlaceInvalid)
}

fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

/// Where a redirect leads: never from HTTPS to HTTP, and with no login but the location's own.
fn redirected(from: &FilePlace, location: &str) -> Result<FilePlace, FileError> {
    let to = if location.starts_with('/') && !location.starts_with("//") {
        let port = from.port.map(|port| format!(":{port}")).unwrap_or_default();
        let host = bracketed(&from.host);
        FilePlace::from_url(&format!("{}://{host}{port}{location}", from.scheme))?
    } else {
        FilePlace::from_url(location)?
    };
    let is_http = matches!(to.scheme.as_str(), "http" | "https");
    if !is_http || (from.scheme == "https" && to.scheme != "https") {
        return Err(FileError::HostNotAllowed);
    }
    Ok(to)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;
    use crate::domain::files::Files as _;

    /// Answers each connection with the next of `replies`; gives its port.
    async fn serve(replies: Vec<String>) -> (u16, tokio::task::JoinSet<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut tasks = tokio::task::JoinSet::new();
        tasks.spawn(async move {
            for reply in replies {
                let (mut socket, _) = listener.accept().await.unwrap();
                let mut asked = [0; 4096];
                let size = socket.read(&mut asked).await.unwrap();
                assert!(asked[..size].starts_with(b"GET /"), "{:?}", &asked[..size]);
                // Who has had enough may close early.
                drop(socket.write_all(reply.as_bytes()).await);
            }
        });
        (port, tasks)
    }

    fn sources(hosts: &[String]) -> FileSources {
        FileSources {
            fetch_hosts: hosts.to_vec(),
            limit_bytes: 1_000,
            timeout: Duration::from_secs(10),
            ..FileSources::default()
        }
    }

    fn ok(body: &str) -> String {
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    }

    async fn fetch(sources: &FileSources, url: &str) -> Result<Bytes, FileError> {
        sources.fetch(&FilePlace::from_url(url).unwrap()).await
    }

    #[tokio::test]
    async fn a_file_is_fetched_from_an_allowed_host_and_its_redirects_within_them() {
        let (port, _serving) = serve(vec![
            "HTTP/1.1 302 Found\r\nLocation: /b.csv\r\nContent-Length: 0\r\n\r\n".to_owned(),
            ok("email\n"),
        ])
        .await;
        let sources = sources(&[format!("127.0.0.1:{port}")]);
        let file = fetch(&sources, &format!("http://127.0.0.1:{port}/a.csv")).await;
        assert_eq!(file, Ok(Bytes::from_static(b"email\n")));
    }

    #[tokio::test]
    async fn hosts_and_ports_that_nobody_allowed_are_not_called() {
        let sources = sources(&["files.example".to_owned(), "127.0.0.1".to_owned()]);
        for url in [
            "http://other.example/x",
            "http://files.example:8080/x",
            "http://127.0.0.1:8080/x",
            "http://127.1/x",
            "http://[::ffff:127.0.0.1]/x",
        ] {
            assert_eq!(fetch(&sources, url).await, Err(FileError::HostNotAllowed), "{url}");
        }
        assert_eq!(fetch(&sources, "ftp://files.example/x").await, Err(FileError::NotFound));
        let none = FileSources::default();
        assert_eq!(fetch(&none, "http://files.example/x").await, Err(FileError::NotConfigured));
    }

    #[tokio::test]
    async fn a_name_that_leads_to_this_machine_is_not_called_although_it_is_allowed() {
        let sources = sources(&["localhost".to_owned()]);
        let refused = fetch(&sources, "http://localhost/x").await;
        assert_eq!(refused, Err(FileError::HostNotAllowed));
    }

    #[tokio::test]
    async fn a_redirect_to_another_host_or_scheme_is_not_followed() {
        for location in ["http://127.0.0.2/x", "file:///etc/passwd", "ftp://127.0.0.1/x", "//x/y"] {
            let reply =
                format!("HTTP/1.1 301 Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
            let (port, _serving) = serve(vec![reply]).await;
            let sources = sources(&[format!("127.0.0.1:{port}")]);
            let refused = fetch(&sources, &format!("http://127.0.0.1:{port}/a")).await;
            let refused = refused.unwrap_err();
            let right = [FileError::HostNotAllowed, FileError::PlaceInvalid];
            assert!(right.contains(&refused), "{location}: {refused}");
        }
    }

    #[tokio::test]
    async fn a_file_over_the_limit_and_an_error_page_are_refused() {
        let endless = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(5_000));
        for (reply, error) in [
            (ok(&"x".repeat(1_001)), FileError::TooLarge { limit_bytes: 1_000 }),
            (endless, FileError::TooLarge { limit_bytes: 1_000 }),
            ("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n".to_owned(), FileError::NotFound),
            ("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n".to_owned(), FileError::Unreachable),
            ("rubbish\r\n\r\n".to_owned(), FileError::Unreachable),
        ] {
            let (port, _serving) = serve(vec![reply]).await;
            let sources = sources(&[format!("127.0.0.1:{port}")]);
            let refused = fetch(&sources, &format!("http://127.0.0.1:{port}/a")).await;
            assert_eq!(refused, Err(error));
        }
    }
}
