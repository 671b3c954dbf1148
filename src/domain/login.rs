//! Who is calling.

use std::collections::BTreeMap;
use std::hash::Hasher;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest as _, Sha256};
use siphasher::sip::SipHasher13;
use subtle::ConstantTimeEq as _;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use super::account::Accounts;
use super::credential::{CredentialKind, CredentialRecord, password};
use super::error::{Broken, Refusal, Result};
use super::ids::{AccountId, Ids};
use super::throttle::Throttle;
use crate::store::tables;

/// For how long a verified password is remembered after it was last used, so that hashing does not
/// dominate a call. A revoked credential is refused at once all the same.
const REMEMBERED_FOR: Duration = Duration::from_secs(60);
/// Verified passwords remembered.
const MAX_REMEMBERED: usize = 10_000;
/// Passwords hashed at once: each takes 19 MiB and a core.
const HASHED_AT_ONCE: usize = 2;
/// Logins that may wait for their password to be hashed; more are told to come back later.
const MAX_WAITING: usize = 64;
/// Longest login name that is looked up, in bytes; a longer one is unknown.
const MAX_LOGIN_BYTES: usize = 254;

/// What of logins is kept in memory. Everything in it is bounded, and no password is in it.
#[derive(Debug)]
pub(super) struct Logins {
    /// Of this process, random: what is remembered is worth nothing outside it.
    key: [u8; 32],
    remembered: Mutex<BTreeMap<u64, Remembered>>,
    /// By its proof, what those hold or wait for who have the same password verified.
    turns: Mutex<BTreeMap<[u8; 32], Weak<Turn>>>,
    credentials: Throttle,
    peers: Throttle,
    waiting: Semaphore,
    hashing: Semaphore,
    cost: HashCost,
}

type Turn = tokio::sync::Mutex<()>;

/// What hashing a password costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HashCost {
    /// argon2id with 19 MiB and two passes: OWASP's first choice.
    Full,
    /// The least that argon2id can: for hashes that never leave the process's memory.
    Least,
}

/// A password that was verified, as a keyed hash.
#[derive(Debug)]
struct Remembered {
    proof: [u8; 32],
    until: Instant,
}

/// A try to log in: the login's keyed hash, and who tries.
#[derive(Debug, Clone, Copy)]
struct Try {
    login: u64,
    peer: IpAddr,
    now: Instant,
}

impl Logins {
    pub fn new(ids: &Ids) -> Self {
        let mut key = [0; 32];
        ids.fill(&mut key);
        Self {
            key,
            remembered: Mutex::default(),
            turns: Mutex::default(),
            credentials: Throttle::default(),
            peers: Throttle::default(),
            waiting: Semaphore::new(MAX_WAITING),
            hashing: Semaphore::new(HASHED_AT_ONCE),
            cost: HashCost::Full,
        }
    }

    /// With passwords hashed at this cost from now on.
    pub fn at_cost(self, cost: HashCost) -> Self {
        Self { cost, ..self }
    }

    fn attempt(&self, login: &str, peer: IpAddr) -> Try {
        let now = Instant::now();
        Try { login: self.tag(login), peer, now }
    }

    /// Of IPv6 the network counts: whoever has one address of it has 2⁶⁴.
    fn tag_of_peer(&self, peer: IpAddr) -> u64 {
        const HOST_BITS: u32 = 64;
        let network = match peer.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> HOST_BITS << HOST_BITS).into()),
        };
        self.tag(&network.to_string())
    }

    fn tag(&self, text: &str) -> u64 {
        let mut hasher = SipHasher13::new();
        hasher.write(&self.key);
        hasher.write(text.as_bytes());
        hasher.finish()
    }

    fn admit(&self, attempt: Try) -> Result<(), Refusal> {
        let admitted = self.credentials.admits(attempt.login, attempt.now)
            && self.peers.admits(self.tag_of_peer(attempt.peer), attempt.now);
        if admitted { Ok(()) } else { Err(Refusal::LoginThrottled) }
    }

    fn failed(&self, attempt: Try) -> Refusal {
        self.credentials.failed(attempt.login, attempt.now);
        self.peers.failed(self.tag_of_peer(attempt.peer), attempt.now);
        Refusal::LoginInvalid
    }

    fn succeeded(&self, attempt: Try) {
        self.credentials.succeeded(attempt.login);
        self.peers.succeeded(self.tag_of_peer(attempt.peer));
    }

    /// Bound to the stored credential, so that a password is not remembered beyond it.
    fn proof(&self, record: &CredentialRecord, password: &[u8]) -> [u8; 32] {
        let hash = Sha256::new().chain_update(self.key).chain_update(record.hash);
        hash.chain_update(password).finalize().into()
    }

    fn remembers(&self, attempt: Try, record: &CredentialRecord, passwords: &[&[u8]]) -> bool {
        // All are made before one is compared, and outside of the lock.
        let Some((first, others)) = passwords.split_first() else { return false };
        let first = self.proof(record, first);
        let others: Vec<_> = others.iter().map(|other| self.proof(record, other)).collect();
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        let one = remembered.get_mut(&attempt.login).filter(|one| one.until > attempt.now);
        let fits = |one: &Remembered| {
            std::iter::once(&first).chain(&others).any(|proof| proof.ct_eq(&one.proof).into())
        };
        let Some(one) = one.filter(|one| fits(one)) else { return false };
        one.until = attempt.now + REMEMBERED_FOR;
        true
    }

    /// The caller's turn to have its password verified. Of many callers with one password the first
    /// has it hashed, and the others find it remembered.
    async fn turn(
        &self,
        record: &CredentialRecord,
        passwords: &[&[u8]],
    ) -> tokio::sync::OwnedMutexGuard<()> {
        let proof = self.proof(record, passwords.first().copied().unwrap_or_default());
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            turns.retain(|_, turn| turn.strong_count() > 0);
            let held = turns.get(&proof).and_then(Weak::upgrade);
            held.unwrap_or_else(|| {
                let turn = Arc::new(Turn::default());
                turns.insert(proof, Arc::downgrade(&turn));
                turn
            })
        };
        turn.lock_owned().await
    }

    fn remember(&self, attempt: Try, record: &CredentialRecord, password: &[u8]) {
        let proof = self.proof(record, password);
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= MAX_REMEMBERED {
            remembered.retain(|_, one| one.until > attempt.now);
        }
        if remembered.len() < MAX_REMEMBERED {
            let until = attempt.now + REMEMBERED_FOR;
            remembered.insert(attempt.login, Remembered { proof, until });
        }
    }
}

impl Accounts<'_> {
    /// Who is calling. `passwords` are readings of one password (UTF-8, Latin-1); any may fit.
    ///
    /// An unknown login costs what a wrong password costs. A failure slows the next tries of its
    /// credential and of its peer; a remembered password passes all the same, so that nobody can
    /// lock a running client out.
    pub async fn authenticate(
        self,
        login: &str,
        passwords: &[&[u8]],
        peer: IpAddr,
    ) -> Result<AccountId> {
        let login = login.trim().to_lowercase();
        let record = self.known(&login).await?;
        Ok(self.prove(&login, record, passwords, peer).await?.account)
    }

    /// Counts a failure that only its peer is to blame for.
    pub(super) fn failed_by(self, peer: IpAddr) -> Refusal {
        let logins = &self.context.logins;
        let (peer, now) = (logins.tag_of_peer(peer), Instant::now());
        if !logins.peers.admits(peer, now) {
            return Refusal::LoginThrottled;
        }
        logins.peers.failed(peer, now);
        Refusal::LoginInvalid
    }

    /// The credential under `name`, if one of `passwords` is its own.
    pub(super) async fn prove(
        self,
        name: &str,
        record: Option<Arc<CredentialRecord>>,
        passwords: &[&[u8]],
        peer: IpAddr,
    ) -> Result<Arc<CredentialRecord>> {
        let logins = &self.context.logins;
        let attempt = logins.attempt(name, peer);
        if let Some(known) = &record
            && logins.remembers(attempt, known, passwords)
        {
            return Ok(Arc::clone(known));
        }
        logins.admit(attempt)?;
        let mut _turn = None;
        if let Some(known) = &record {
            _turn = Some(logins.turn(known, passwords).await);
            let attempt = logins.attempt(name, peer);
            if logins.remembers(attempt, known, passwords) {
                return Ok(Arc::clone(known));
            }
            logins.admit(attempt)?;
        }
        let Ok(_waiting) = logins.waiting.try_acquire() else {
            return Err(Refusal::LoginThrottled.into());
        };
        let fitting = self.verify(record.as_deref(), passwords).await?;
        let (Some(record), Some(fitting)) = (record, fitting) else {
            return Err(logins.failed(attempt).into());
        };
        logins.succeeded(attempt);
        logins.remember(attempt, &record, fitting);
        Ok(record)
    }

    /// Who is calling, by a proof made from the clear password that `verify` judges. Only for
    /// credentials made with `digest`; the others fail as an unknown login does.
    pub async fn authenticate_digest(
        self,
        login: &str,
        peer: IpAddr,
        verify: impl Fn(&str) -> bool + Send + Sync,
    ) -> Result<AccountId> {
        let login = login.trim().to_lowercase();
        let logins = &self.context.logins;
        let attempt = logins.attempt(&login, peer);
        logins.admit(attempt)?;
        let record = self.known(&login).await?;
        let nonce = record.as_ref().and_then(|record| record.digest_nonce);
        let secret = Zeroizing::new(self.digest_key().await?);
        // For an unknown login a password is made too: it takes as long, and fits nobody.
        let password = password(&secret, &nonce.unwrap_or_default(), &login);
        let fits = verify(&password);
        match record {
            Some(record) if fits && nonce.is_some() => {
                logins.succeeded(attempt);
                Ok(record.account)
            }
            _ => Err(logins.failed(attempt).into()),
        }
    }

    async fn known(self, login: &str) -> Result<Option<Arc<CredentialRecord>>> {
        if login.is_empty() || login.len() > MAX_LOGIN_BYTES {
            return Ok(None);
        }
        let stored = self.credential(&tables::login(login)).await?;
        Ok(stored.filter(|record| record.kind == CredentialKind::Login))
    }

    /// The one of `passwords` that the credential was made with. Without a credential each of them
    /// is hashed all the same.
    async fn verify<'p>(
        self,
        record: Option<&CredentialRecord>,
        passwords: &[&'p [u8]],
    ) -> Result<Option<&'p [u8]>> {
        let mut fitting = None;
        for (number, password) in passwords.iter().enumerate() {
            if passwords.iter().take(number).any(|earlier| earlier == password) {
                continue;
            }
            let salt = record.map_or([0; 16], |record| record.salt);
            let hash = self.hash_password(password.to_vec(), salt).await?;
            if record.is_some_and(|record| hash.ct_eq(&record.hash).into()) {
                fitting = Some(*password);
            }
        }
        Ok(fitting)
    }

    /// argon2id, off the async threads where it takes long.
    pub(super) async fn hash_password(self, password: Vec<u8>, salt: [u8; 16]) -> Result<[u8; 32]> {
        const DOING: &str = "hash a password";
        let password = Zeroizing::new(password);
        let cost = self.context.logins.cost;
        let hashed = if cost == HashCost::Least {
            cost.hash(&password, &salt)
        } else {
            let permit = self.context.logins.hashing.acquire().await;
            let _permit = permit.map_err(|error| Broken::new(DOING, error))?;
            let hashed = tokio::task::spawn_blocking(move || cost.hash(&password, &salt));
            hashed.await.map_err(|error| Broken::new(DOING, error))?
        };
        Ok(hashed.map_err(|error| Broken::new(DOING, error.to_string()))?)
    }
}

impl HashCost {
    fn hash(self, password: &[u8], salt: &[u8; 16]) -> Result<[u8; 32], argon2::Error> {
        let params = match self {
            Self::Full => Params::DEFAULT,
            Self::Least => Params::new(Params::MIN_M_COST, Params::MIN_T_COST, 1, None)?,
        };
        let mut hash = [0; 32];
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon2.hash_password_into(password, salt, &mut hash).map(|()| hash)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::domain::testing::{account, context, refusal};

    const PEER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const OTHER_PEER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

    #[test]
    fn a_network_of_ipv6_is_slowed_down_as_one_peer() {
        let logins = Logins::new(&Ids::random());
        let tag = |text: &str| logins.tag_of_peer(text.parse().unwrap());
        assert_eq!(tag("2606:4700::1"), tag("2606:4700::ffff:1"));
        assert_ne!(tag("2606:4700::1"), tag("2606:4700:0:1::1"));
        assert_eq!(tag("::ffff:192.0.2.1"), tag("192.0.2.1"));
        assert_ne!(tag("192.0.2.2"), tag("192.0.2.1"));
    }

    #[tokio::test]
    async fn a_login_has_the_vendors_form_and_its_password_fits_in_either_reading() {
        let context = context().await;
        let (one, accounts) = (account(&context, "one").await.id, context.accounts());
        let made = accounts.credential_add(one, false).await.unwrap();
        let name = made.login.strip_prefix("apiuser-").unwrap();
        let name = name.strip_suffix("@apiconnector.com").unwrap();
        assert!(name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_eq!(made.password.len(), 24);
        let right = made.password.as_bytes();
        let login = made.login.to_uppercase();
        let came_in = accounts.authenticate(&login, &[b"other", right], PEER).await.unwrap();
        assert_eq!(came_in, one);
        let wrong = accounts.authenticate(&made.login, &[b"other", b""], PEER).await;
        assert_eq!(refusal(wrong), Refusal::LoginInvalid);
        let unknown = accounts.authenticate("nobody", &[right], PEER).await;
        assert_eq!(refusal(unknown), Refusal::LoginInvalid);
    }

    #[tokio::test]
    async fn many_failures_are_slowed_but_do_not_lock_out_a_remembered_password() {
        let context = context().await;
        let (one, accounts) = (account(&context, "one").await.id, context.accounts());
        let made = accounts.credential_add(one, false).await.unwrap();
        let right: &[&[u8]] = &[made.password.as_bytes()];
        accounts.authenticate(&made.login, right, PEER).await.unwrap();
        for _ in 0..6 {
            let wrong = accounts.authenticate(&made.login, &[b"wrong"], OTHER_PEER).await;
            assert_eq!(refusal(wrong), Refusal::LoginInvalid);
        }
        let slowed = accounts.authenticate(&made.login, &[b"wrong"], PEER).await;
        assert_eq!(refusal(slowed), Refusal::LoginThrottled, "the credential is slowed");
        let slowed = accounts.authenticate("another", &[b"wrong"], OTHER_PEER).await;
        assert_eq!(refusal(slowed), Refusal::LoginThrottled, "the peer is slowed");
        assert_eq!(accounts.authenticate(&made.login, right, OTHER_PEER).await.unwrap(), one);
    }

    #[tokio::test]
    async fn a_crowd_with_one_password_comes_in_at_once() {
        let context = context().await;
        let (one, accounts) = (account(&context, "one").await.id, context.accounts());
        let made = accounts.credential_add(one, false).await.unwrap();
        let right: &[&[u8]] = &[made.password.as_bytes()];
        let crowd = (0..4 * MAX_WAITING).map(|_| accounts.authenticate(&made.login, right, PEER));
        let came_in = futures_util::future::try_join_all(crowd).await.unwrap();
        assert!(came_in.iter().all(|account| *account == one));
    }

    #[tokio::test]
    async fn a_revoked_credential_is_refused_at_once() {
        let context = context().await;
        let (one, accounts) = (account(&context, "one").await.id, context.accounts());
        let made = accounts.credential_add(one, false).await.unwrap();
        let right: &[&[u8]] = &[made.password.as_bytes()];
        accounts.authenticate(&made.login, right, PEER).await.unwrap();
        accounts.credential_revoke(&made.login).await.unwrap();
        let refused = accounts.authenticate(&made.login, right, PEER).await;
        assert_eq!(refusal(refused), Refusal::LoginInvalid);
        assert_eq!(accounts.credential_list(one).await.unwrap(), []);
        let again = accounts.credential_revoke(&made.login).await;
        assert_eq!(refusal(again), Refusal::CredentialNotFound);
    }

    #[tokio::test]
    async fn a_digest_is_taken_only_where_it_was_allowed() {
        let context = context().await;
        let (one, accounts) = (account(&context, "one").await.id, context.accounts());
        let open = accounts.credential_add(one, true).await.unwrap();
        let closed = accounts.credential_add(one, false).await.unwrap();
        let fits = |right: &str| {
            let right = right.to_owned();
            move |password: &str| password == right
        };
        let came_in = accounts.authenticate_digest(&open.login, PEER, fits(&open.password)).await;
        assert_eq!(came_in.unwrap(), one);
        let refused = accounts.authenticate_digest(&closed.login, PEER, |_| true).await;
        assert_eq!(refusal(refused), Refusal::LoginInvalid);
        let unknown = accounts.authenticate_digest("nobody", PEER, |_| true).await;
        assert_eq!(refusal(unknown), Refusal::LoginInvalid);
        let passwords: &[&[u8]] = &[open.password.as_bytes()];
        assert_eq!(accounts.authenticate(&open.login, passwords, PEER).await.unwrap(), one);
        let listed = accounts.credential_list(one).await.unwrap();
        assert_eq!(listed.iter().filter(|credential| credential.digest).count(), 1);
    }
}
