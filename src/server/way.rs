//! Who answers a call: this gateway, a recording, or an upstream; decided at the start.
//!
//! The operator's routes are laid out by face and operation, so that a call looks its way up. The
//! first route that names a call's operation wins; a call that none names is answered here. Where
//! everything is answered here nothing is looked up at all.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use tracing::{info, warn};

use super::parity::Compared;
use super::{Mount, StartError};
use crate::contract::recorded::Shelf;
use crate::contract::upstream::{Upstream, UpstreamError};
use crate::domain::nearest::{meant, nearest};
use crate::domain::wildcard::is_like;
use crate::faces::{Face, OperationName, short_name};
use crate::protocol::http::client::ClientError;

/// For an upstream's name to be looked up at the start.
const FIND: Duration = Duration::from_secs(5);

/// Who answers.
#[derive(Debug, Clone, Default)]
pub enum Way {
    /// This gateway.
    #[default]
    Here,
    /// What was recorded.
    Recordings(Arc<Shelf>),
    /// The upstream.
    Upstream(Arc<Upstream>),
    /// This gateway; the upstream's answer is compared with its own, later.
    Compare(Arc<Compared>),
}

impl Way {
    /// This gateway answers.
    pub fn is_here(&self) -> bool {
        matches!(self, Self::Here | Self::Compare(_))
    }
}

/// What the operator wants of some calls.
#[derive(Debug, Clone)]
pub struct Route {
    pub face: String,
    /// An operation's name with `*` for any letters; `None` for all calls of the face.
    pub operation: Option<String>,
    pub way: Way,
}

/// Why routes cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum BadRoute {
    #[error("there is no face `{face}`; those that are served are {served}")]
    UnknownFace { face: String, served: String },
    #[error("{face} has no operation `{operation}`{}", meant(nearest.as_deref()))]
    UnknownOperation { face: String, operation: String, nearest: Option<String> },
}

/// The ways of all faces. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Ways(Arc<BTreeMap<&'static str, FaceWays>>);

/// The ways of one face's operations.
#[derive(Debug)]
pub struct FaceWays {
    by_operation: BTreeMap<&'static str, (Way, OperationName)>,
    /// Of calls that name no operation.
    other: Way,
    leads_away: bool,
}

impl Ways {
    /// Lays the routes out over the operations of the faces that are served.
    pub fn new(routes: &[Route], mounts: &[Mount]) -> Result<Self, BadRoute> {
        let face_named = |name: &str| mounts.iter().find(|mount| mount.face.name() == name);
        for route in routes {
            let Some(mount) = face_named(&route.face) else {
                let served: Vec<_> = mounts.iter().map(|mount| mount.face.name()).collect();
                let (face, served) = (route.face.clone(), served.join(", "));
                return Err(BadRoute::UnknownFace { face, served });
            };
            ensure_known(mount.face.as_ref(), route)?;
        }
        let mut ways = BTreeMap::new();
        for mount in mounts {
            let face = mount.face.as_ref();
            let own: Vec<&Route> = routes.iter().filter(|one| one.face == face.name()).collect();
            if !own.is_empty() {
                ways.insert(face.name(), FaceWays::new(face, &own));
            }
        }
        Ok(Self(Arc::new(ways)))
    }

    /// The ways of a face of which some lead away from here.
    pub fn away(&self, face: &str) -> Option<&FaceWays> {
        self.0.get(face).filter(|ways| ways.leads_away)
    }

    pub fn of(&self, face: &str) -> Option<&FaceWays> {
        self.0.get(face)
    }

    /// Every way that a call may take.
    fn all(&self) -> impl Iterator<Item = &Way> {
        self.0.values().flat_map(|face| {
            face.by_operation.values().map(|(way, _)| way).chain(std::iter::once(&face.other))
        })
    }

    /// Every upstream that is asked, each once.
    pub fn upstreams(&self) -> Vec<Arc<Upstream>> {
        distinct(self.all().filter_map(|way| match way {
            Way::Upstream(upstream) => Some(upstream),
            Way::Compare(compared) => Some(&compared.upstream),
            Way::Here | Way::Recordings(_) => None,
        }))
    }

    /// Looks the upstreams' addresses up, so that a name which leads nowhere is in the log, and one
    /// which leads to us, at `own`, stops the start.
    pub async fn find_upstreams(&self, own: SocketAddr) -> Result<(), StartError> {
        for upstream in self.upstreams() {
            upstream.avoid(own);
            let origin = upstream.origin();
            match timeout(FIND, upstream.find()).await {
                Ok(Ok(())) => {}
                Ok(Err(UpstreamError::Client(ClientError::OwnAddress))) => {
                    return Err(StartError::OwnUpstream { origin });
                }
                Ok(Err(error)) => warn!("{origin} cannot be asked now: {error}"),
                Err(_) => warn!("{origin} cannot be asked now: its name is not found in time"),
            }
        }
        Ok(())
    }

    /// All recordings that are answered from, each folder once for a face.
    pub fn shelves(&self) -> Vec<Arc<Shelf>> {
        distinct(self.all().filter_map(|way| match way {
            Way::Recordings(shelf) => Some(shelf),
            Way::Here | Way::Upstream(_) | Way::Compare(_) => None,
        }))
    }
}

/// Reads recordings again; what is in use stays when they cannot be used.
pub async fn reload(shelf: Arc<Shelf>) {
    let folder = shelf.folder().display().to_string();
    match tokio::task::spawn_blocking(move || shelf.reload()).await {
        Ok(Ok(recordings)) => info!(recordings, "{folder} was read again"),
        Ok(Err(error)) => warn!("{folder} was not read again: {error}"),
        // `log_panics` has written where.
        Err(_) => {}
    }
}

fn distinct<'a, T: 'a>(all: impl Iterator<Item = &'a Arc<T>>) -> Vec<Arc<T>> {
    let mut found: Vec<Arc<T>> = Vec::new();
    for one in all {
        if !found.iter().any(|known| Arc::ptr_eq(known, one)) {
            found.push(Arc::clone(one));
        }
    }
    found
}

impl FaceWays {
    fn new(face: &dyn Face, routes: &[&Route]) -> Self {
        let way_of = |name: Option<&str>| {
            let route = routes.iter().find(|route| route.takes(name));
            route.map(|route| route.way.clone()).unwrap_or_default()
        };
        let operations = face.operations().into_iter();
        let by_operation: BTreeMap<_, _> =
            operations.map(|one| (one.name, (way_of(Some(one.name)), one))).collect();
        let other = way_of(None);
        let leads_away = !other.is_here() || by_operation.values().any(|(way, _)| !way.is_here());
        Self { by_operation, other, leads_away }
    }

    /// The way of a call by the operation that it names.
    pub fn of(&self, operation: Option<&str>) -> &Way {
        let named = operation.and_then(|name| self.by_operation.get(name));
        named.map_or(&self.other, |(way, _)| way)
    }

    /// Whether calls of the operation are known to change nothing.
    pub fn only_reads(&self, operation: &str) -> bool {
        self.by_operation.get(operation).is_some_and(|(_, name)| name.only_reads)
    }
}

impl Route {
    fn takes(&self, operation: Option<&str>) -> bool {
        match (&self.operation, operation) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(pattern), Some(name)) => fits(pattern, name),
        }
    }
}

fn ensure_known(face: &dyn Face, route: &Route) -> Result<(), BadRoute> {
    let Some(pattern) = &route.operation else { return Ok(()) };
    let operations = face.operations();
    if operations.iter().any(|operation| fits(pattern, operation.name)) {
        return Ok(());
    }
    let names = || operations.iter().map(|operation| operation.name);
    let short = nearest(short_name(pattern), names().map(short_name));
    let nearest = short.and_then(|short| names().find(|name| short_name(name) == short));
    Err(BadRoute::UnknownOperation {
        face: route.face.clone(),
        operation: pattern.clone(),
        nearest: nearest.map(str::to_owned),
    })
}

/// Whether a pattern names the operation, by its whole name or by its short one.
fn fits(pattern: &str, name: &str) -> bool {
    is_like(pattern, name) || is_like(pattern, short_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faces::dotdigital_rest::{self, DotdigitalRest};
    use crate::faces::selzy::{self, Selzy};

    fn mounts() -> Vec<Mount> {
        let selzy = Arc::new(Selzy::new(selzy::Settings::default()));
        let rest = Arc::new(DotdigitalRest::new(dotdigital_rest::Settings::default()));
        vec![Mount::everywhere(selzy), Mount::everywhere(rest)]
    }

    fn upstream() -> Way {
        use crate::contract::upstream::{PassGuard, Settings};
        let settings = Settings::of("http://127.0.0.1:9");
        Way::Upstream(Arc::new(Upstream::new(&settings, PassGuard::new([0; 8])).unwrap()))
    }

    fn route(face: &str, operation: Option<&str>, way: Way) -> Route {
        Route { face: face.to_owned(), operation: operation.map(str::to_owned), way }
    }

    #[test]
    fn an_operation_is_named_by_its_short_name_too() {
        assert!(fits("GetContactById", "ApiContact_GetContactById"));
        assert!(!fits("segment", "legacy.retrieve_segment"));
    }

    #[test]
    fn the_first_route_that_names_an_operation_wins() {
        let routes =
            [route("selzy", Some("getLists"), Way::Here), route("selzy", Some("get*"), upstream())];
        let ways = Ways::new(&routes, &mounts()).unwrap();
        let selzy = ways.away("selzy").unwrap();
        assert!(selzy.of(Some("getLists")).is_here());
        assert!(!selzy.of(Some("getTags")).is_here());
        assert!(selzy.of(Some("subscribe")).is_here());
        assert!(selzy.of(None).is_here());
        assert!(ways.of("dotdigital-rest").is_none());
        assert_eq!(ways.upstreams().len(), 1);
    }

    #[test]
    fn where_all_is_answered_here_nothing_is_looked_up() {
        let ways = Ways::new(&[route("selzy", None, Way::Here)], &mounts()).unwrap();
        assert!(ways.away("selzy").is_none());
        assert!(ways.of("selzy").is_some());
        assert!(ways.of("selzy").unwrap().only_reads("getTags"));
        assert!(!ways.of("selzy").unwrap().only_reads("subscribe"));
    }

    #[test]
    fn unknown_names_are_refused_with_what_was_likely_meant() {
        let error = |route| Ways::new(&[route], &mounts()).unwrap_err().to_string();
        assert_eq!(
            error(route("selsy", None, Way::Here)),
            "there is no face `selsy`; those that are served are selzy, dotdigital-rest"
        );
        assert_eq!(
            error(route("selzy", Some("getList"), Way::Here)),
            "selzy has no operation `getList`; the nearest known one is `getLists`"
        );
        let rest = error(route("dotdigital-rest", Some("GetContactByIdd"), Way::Here));
        assert!(rest.contains("_GetContactById`"), "{rest}");
    }
}
