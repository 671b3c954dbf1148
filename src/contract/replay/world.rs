//! The faces over a store in memory, with one account.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZero;
use std::sync::Arc;

use bytes::Bytes;
use http::header::HOST;
use jiff::Timestamp;

use super::shelf::Shelf;
use crate::contract::Request;
use crate::contract::case::GivenGateway;
use crate::domain::files::Files;
use crate::domain::{Account, AccountId, Clock, Context, HandClock, Ids, Limits, NewAccount};
use crate::faces::dotdigital_rest::{self, DotdigitalRest};
use crate::faces::dotdigital_soap::DotdigitalSoap;
use crate::faces::empower::Empower;
use crate::faces::selzy::{self, Selzy, SpamTraps};
use crate::faces::which50::Which50;
use crate::faces::{Face, answer_read};
use crate::protocol::http::{CallerSlot, Head, HttpCall, Reply};
use crate::store::MemoryStore;

/// The one account's name. Its id is 1.
pub const ACCOUNT: &str = "demo";

/// Chunks of a body that a face reads itself, in bytes: a prime, so that nothing falls on their
/// ends.
const STREAMED_CHUNK_BYTES: NonZero<usize> = NonZero::new(997).unwrap();

/// Starts every sequence of ids.
const SEED: u64 = 7;

/// Where a call is made that does not say.
const ORDINARY_HOST: &str = "api.example.org";

/// Why there is no gateway as the operator set it.
#[derive(Debug, thiserror::Error)]
pub enum Unopened {
    #[error(transparent)]
    Domain(#[from] crate::domain::Error),
    #[error("[gateway.selzy] spam_traps: {0}")]
    SpamTraps(#[from] selzy::roles::SpamTrapsError),
}

/// A gateway of its own, with nothing in it but one account.
#[derive(Debug)]
pub struct World {
    pub context: Arc<Context>,
    pub clock: HandClock,
    pub shelf: Arc<Shelf>,
    pub(super) store: Arc<MemoryStore>,
    /// Who calls, and for whom things are brought about.
    pub(super) caller: AccountId,
    faces: Vec<Box<dyn Face>>,
}

impl World {
    /// At this moment, as the operator has set it, without any login.
    pub async fn open(at: Timestamp, set: &GivenGateway) -> Result<Self, Unopened> {
        let clock = HandClock::new(at);
        let (shelf, store) = (Arc::new(Shelf::default()), Arc::new(MemoryStore::new()));
        let (by_hand, ids) = (Clock::ByHand(clock.clone()), Ids::seeded(SEED));
        let files: Arc<dyn Files> = shelf.clone();
        let context = Context::in_memory(Arc::clone(&store), by_hand, ids, Limits::default());
        let context = context.await?.with_files(files);
        let new = NewAccount {
            name: ACCOUNT.to_owned(),
            main_email: Some("owner@example.org".to_owned()),
            main_mobile: Some("+44 20 7946 0000".to_owned()),
        };
        context.accounts().add(new).await?;
        let faces: Vec<Box<dyn Face>> = vec![
            Box::new(DotdigitalSoap::default()),
            Box::new(dotdigital_rest(set)),
            Box::new(selzy(set)?),
            Box::new(Empower::default()),
            Box::new(Which50::default()),
        ];
        let caller = AccountId(1);
        Ok(Self { context: Arc::new(context), clock, shelf, store, caller, faces })
    }

    /// The caller's account.
    pub fn account(&self) -> Account<'_> {
        self.context.account(self.caller)
    }

    /// The face that a call with this head belongs to.
    pub fn face(&self, head: &Head) -> Option<&dyn Face> {
        self.faces.iter().find(|face| face.serves(head)).map(AsRef::as_ref)
    }

    /// What the face answers, asked as the server asks it: the head first, then all of it.
    pub async fn answer(&self, face: &dyn Face, head: &Arc<Head>, body: Bytes) -> Reply {
        let call = HttpCall::new(Arc::clone(head), body);
        answer_read(face, &self.context, call, STREAMED_CHUNK_BYTES).await
    }
}

fn dotdigital_rest(set: &GivenGateway) -> DotdigitalRest {
    let limit = Some(set.dotdigital_rest.calls_per_minute).filter(|limit| *limit > 0);
    let settings = dotdigital_rest::Settings { calls_per_minute: limit, ..Default::default() };
    DotdigitalRest::new(settings)
}

fn selzy(set: &GivenGateway) -> Result<Selzy, Unopened> {
    let set = &set.selzy;
    let spam_traps = SpamTraps::parse(&set.spam_traps.join("\n"))?;
    Ok(Selzy::new(selzy::Settings {
        calls_per_minute: set.calls_per_minute,
        contact_limit: set.contact_limit,
        spam_traps: Arc::new(spam_traps),
        ..Default::default()
    }))
}

/// Every operation by its face, and whether its calls change nothing.
pub fn known_operations() -> BTreeMap<(&'static str, &'static str), bool> {
    let faces: [&dyn Face; 5] = [
        &DotdigitalSoap::default(),
        &DotdigitalRest::default(),
        &Selzy::default(),
        &Empower::default(),
        &Which50::default(),
    ];
    let of_face = |face: &dyn Face| {
        let operations = face.operations().into_iter();
        operations.map(|one| ((face.name(), one.name), one.only_reads)).collect::<Vec<_>>()
    };
    faces.into_iter().flat_map(of_face).collect()
}

/// The head of a call that comes over `https` from this machine, or from `peer`.
pub fn head_of(request: &Request, peer: Option<IpAddr>) -> Head {
    let host = request.headers.get(HOST).and_then(|host| host.to_str().ok());
    let authority = host.unwrap_or(ORDINARY_HOST);
    let is_port = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if is_port(port) => host,
        _ => authority,
    };
    Head {
        method: request.method.clone(),
        path: request.path().to_owned(),
        query: request.query().to_owned(),
        headers: request.headers.clone(),
        peer: peer.unwrap_or(Ipv4Addr::LOCALHOST.into()),
        base_url: format!("https://{authority}"),
        host: host.to_ascii_lowercase(),
        request_id: "fixture-call".to_owned(),
        caller: CallerSlot::default(),
    }
}
