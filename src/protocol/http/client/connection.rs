//! One connection, and one call at a time over it.

use std::net::SocketAddr;
use std::pin::{Pin, pin};

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::{Either, select};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::{Answer, ClientError, Place};

/// Bytes in both directions, plain or by TLS.
trait Socket: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Socket for S {}

type Driver = http1::Connection<TokioIo<Box<dyn Socket>>, Full<Bytes>>;

/// An open connection. It moves only while a call is under way.
pub(super) struct Connection {
    sender: Sender,
    driver: Pin<Box<Driver>>,
}

/// What became of a call.
pub(super) enum Sent {
    Answered {
        answer: Answer,
        /// When it can take another call.
        connection: Option<Connection>,
    },
    /// Nothing of it went out.
    Unsent(Request<Bytes>),
    Failed(ClientError),
}

impl Connection {
    /// Connects to `address`, by TLS when told how and to whom.
    pub async fn open(
        address: SocketAddr,
        tls: Option<(&TlsConnector, &Place)>,
    ) -> Result<Self, ClientError> {
        let socket = TcpStream::connect(address).await;
        let socket = socket.map_err(|error| ClientError::Unreachable(error.kind()))?;
        // Calls are small and written at once; without this they may wait for an acknowledgement.
        drop(socket.set_nodelay(true));
        let socket: Box<dyn Socket> = match tls {
            None => Box::new(socket),
            Some((tls, place)) => {
                let name = ServerName::try_from(place.host.clone());
                let name = name.map_err(|_| ClientError::UnknownHost)?;
                let secured = tls.connect(name, socket).await;
                Box::new(secured.map_err(|error| ClientError::of_handshake(&error))?)
            }
        };
        let handshake = http1::handshake(TokioIo::new(socket)).await;
        let (sender, driver) = handshake.map_err(|error| ClientError::of_exchange(&error))?;
        Ok(Self { sender, driver: Box::pin(driver) })
    }

    /// Whether the other side has not closed it while it rested.
    pub fn is_open(&mut self) -> bool {
        (&mut self.driver).now_or_never().is_none() && self.sender.is_ready()
    }

    /// Sends `request` and reads the reply to its end, up to `most_bytes` of body.
    pub async fn exchange(self, request: Request<Bytes>, most_bytes: u64) -> Sent {
        let sent = pin!(send(self.sender, request, most_bytes));
        let (result, driver) = match select(sent, self.driver).await {
            Either::Left((result, driver)) => (result, Some(driver)),
            // What is read already is still handed out when the connection has ended.
            Either::Right((_, sent)) => (sent.await, None),
        };
        let (answer, sender) = match result {
            Ok(answered) => answered,
            Err(failed) => return failed,
        };
        let connection = driver.map(|driver| Self { sender, driver });
        let connection = connection.and_then(|mut this| this.is_open().then_some(this));
        Sent::Answered { answer, connection }
    }
}

type Sender = http1::SendRequest<Full<Bytes>>;

async fn send(
    mut sender: Sender,
    request: Request<Bytes>,
    most_bytes: u64,
) -> Result<(Answer, Sender), Sent> {
    match sender.try_send_request(request.map(Full::new)).await {
        Ok(response) => match read(response, most_bytes).await {
            Ok(answer) => Ok((answer, sender)),
            Err(error) => Err(Sent::Failed(error)),
        },
        Err(mut failed) => Err(match failed.take_message() {
            Some(unsent) => Sent::Unsent(unsent.map(taken_back)),
            None => Sent::Failed(ClientError::of_exchange(failed.error())),
        }),
    }
}

/// The bytes of a body that was not sent.
fn taken_back(body: Full<Bytes>) -> Bytes {
    match body.collect().now_or_never() {
        Some(Ok(whole)) => whole.to_bytes(),
        Some(Err(never)) => match never {},
        None => Bytes::new(),
    }
}

async fn read(response: Response<Incoming>, most_bytes: u64) -> Result<Answer, ClientError> {
    let (head, body) = response.into_parts();
    let most = usize::try_from(most_bytes).unwrap_or(usize::MAX);
    let body = Limited::new(body, most).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() {
            return ClientError::TooLarge { limit_bytes: most_bytes };
        }
        error.downcast_ref::<hyper::Error>().map_or(ClientError::CutShort, ClientError::of_exchange)
    })?;
    Ok(Answer { status: head.status, headers: head.headers, body: body.to_bytes() })
}
