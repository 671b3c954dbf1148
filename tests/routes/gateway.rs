//! Gateways in this process, seen through their sockets.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use lychgate::contract::parity::Yardstick;
use lychgate::contract::upstream::{PassGuard, Settings, Upstream};
use lychgate::domain::{
    Access, AccountId, Clock, Context, HandClock, Ids, Limits, NewAccount, NewApiUser,
};
use lychgate::faces::Face;
use lychgate::faces::dotdigital_rest::DotdigitalRest;
use lychgate::faces::dotdigital_soap::DotdigitalSoap;
use lychgate::faces::empower::Empower;
use lychgate::faces::selzy::Selzy;
use lychgate::faces::which50::Which50;
use lychgate::protocol::http::client::{Answer, CallBounds, Client, ClientError};
use lychgate::server::{
    AdminToken, Compared, Mount, Parity, Room, Route, Running, Server, ServerConfig, Way, Ways,
};
use lychgate::store::MemoryStore;

pub const TOKEN: &str = "the-admin-token-of-these-tests";
const NOON: &str = "2026-04-01T12:00:00Z";

/// Credentials of one account for all faces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    pub user: String,
    pub password: String,
    pub token: String,
    pub api_key: String,
    pub shared_secret: String,
}

pub struct Gateway {
    pub running: Running,
    pub context: Arc<Context>,
    /// The same in every gateway: ids are seeded.
    pub login: Login,
    pub parity: Option<Arc<Parity>>,
    client: Client,
}

pub fn faces() -> Vec<Arc<dyn Face>> {
    vec![
        Arc::new(DotdigitalSoap::default()),
        Arc::new(DotdigitalRest::default()),
        Arc::new(Selzy::default()),
        Arc::new(Empower::default()),
        Arc::new(Which50::default()),
    ]
}

/// A route for all operations that fit, or all calls of a face.
pub fn route(face: &str, operation: Option<&str>, way: Way) -> Route {
    Route { face: face.to_owned(), operation: operation.map(str::to_owned), way }
}

/// The gateway at this URL as an upstream.
pub fn upstream(url: &str) -> Arc<Upstream> {
    let settings = Settings { connect_timeout: Duration::from_secs(5), ..Settings::of(url) };
    Arc::new(Upstream::new(&settings, PassGuard::new([9; 8])).unwrap())
}

pub fn compared(url: &str, ignore: &[&str], writes: bool) -> Way {
    let ignore: Vec<_> = ignore.iter().map(|path| path.parse().unwrap()).collect();
    Way::Compare(Arc::new(Compared {
        upstream: upstream(url),
        yardstick: Yardstick::new(&ignore),
        writes,
    }))
}

impl Gateway {
    /// One that answers everything itself.
    pub async fn plain() -> Self {
        Self::start(&[]).await
    }

    pub async fn start(routes: &[Route]) -> Self {
        let room = Room { at_once: 2, waiting: 100, waiting_bytes: 1 << 20, body_bytes: 1 << 16 };
        Self::with_room(routes, room).await
    }

    pub async fn with_room(routes: &[Route], room: Room) -> Self {
        let clock = Clock::ByHand(HandClock::new(NOON.parse().unwrap()));
        let store = Arc::new(MemoryStore::new());
        let context = Context::open(store, clock, Ids::seeded(7), Limits::default()).await;
        let context = Arc::new(context.unwrap());
        let login = account(&context).await;
        let mounts: Vec<Mount> = faces().into_iter().map(Mount::everywhere).collect();
        let ways = Ways::new(routes, &mounts).unwrap();
        let compares = routes.iter().any(|route| matches!(route.way, Way::Compare(_)));
        let parity =
            compares.then(|| Arc::new(Parity::new(ways.clone(), room, NOON.parse().unwrap())));
        let mut config = ServerConfig::plain("127.0.0.1:0".parse().unwrap());
        config.admin_token = Some(AdminToken::of_text(TOKEN));
        config.ways = ways;
        config.parity.clone_from(&parity);
        let running = Server::bind(config, mounts, Arc::clone(&context)).await.unwrap();
        let bounds = CallBounds {
            connect: Duration::from_secs(5),
            reply: Duration::from_secs(60),
            most_bytes: 1 << 26,
        };
        let client = Client::new(&running.url(), None, bounds).unwrap();
        Self { running, context, login, parity, client }
    }

    pub fn url(&self) -> String {
        self.running.url()
    }

    pub async fn send(&self, request: Request<Bytes>) -> Answer {
        self.try_send(request).await.unwrap()
    }

    pub async fn try_send(&self, request: Request<Bytes>) -> Result<Answer, ClientError> {
        self.client.send(request).await
    }

    /// One of the server's own pages, with the token.
    pub async fn page(&self, path: &str) -> Answer {
        let request = Request::get(path).header("authorization", format!("Bearer {TOKEN}"));
        self.send(request.body(Bytes::new()).unwrap()).await
    }

    /// The counts of an operation once so many calls were judged: equal, different, failed, skipped.
    pub async fn judged(&self, operation: &str, calls: u64) -> [u64; 4] {
        let parity = self.parity.as_ref().unwrap();
        for _ in 0..2_000 {
            let totals = parity.ledger().totals();
            let of = totals.iter().find(|(_, name, _)| *name == operation);
            if let Some((.., counts)) =
                of.filter(|(.., counts)| counts.iter().sum::<u64>() >= calls)
            {
                return *counts;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{operation} was not compared {calls} times: {:?}", parity.ledger().totals());
    }
}

async fn account(context: &Context) -> Login {
    let new = NewAccount {
        name: "demo".to_owned(),
        main_email: Some("owner@example.org".to_owned()),
        main_mobile: None,
    };
    let accounts = context.accounts();
    accounts.add(new).await.unwrap();
    let one = AccountId(1);
    let basic = accounts.credential_add(one, false).await.unwrap();
    let token = accounts.token_add(one).await.unwrap().token;
    let keys = accounts
        .api_user_add(one, NewApiUser { access: Access::Full, whitelist: Vec::new() })
        .await
        .unwrap();
    Login {
        user: basic.login,
        password: basic.password,
        token,
        api_key: keys.api_key,
        shared_secret: keys.shared_secret,
    }
}
