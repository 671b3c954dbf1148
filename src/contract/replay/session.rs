//! One case after the other in one world.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use jiff::SignedDuration;

use super::brought::{Brought, bring_about, work};
use super::security::Renewal;
use super::world::{World, head_of};
use crate::contract::case::{BadCase, Case, GivenApiUser, Login, StandIns, noon_in_april};
use crate::contract::{Request, Response};
use crate::domain::{Access, NewApiUser};
use crate::protocol::http::Reply;

/// Longest reply that is read, in bytes.
const MOST_REPLY_BYTES: usize = 128 * 1024 * 1024;

/// Credentials of one face that a sequence may use, by their numbers.
const MOST_LOGINS: u16 = 64;

/// What a call was answered.
#[derive(Debug)]
pub struct Answered {
    pub response: Response,
    /// The operation as the reply names it.
    pub operation: &'static str,
    /// The operation as the face named it beforehand.
    pub named: Option<&'static str>,
}

/// A world in which the cases of a sequence, or a single case, are made one after the other.
#[derive(Debug)]
pub struct Session {
    pub(super) world: World,
    /// What earlier replies told.
    pub(super) names: StandIns,
    /// Login name and password, key and secret, or a token alone: what was made for each number.
    pub(super) logins: BTreeMap<(Login, u16), (String, String)>,
    /// Calls so far.
    calls: u64,
    takes_digests: bool,
}

impl Session {
    /// A fresh world with the login that `first` needs, at the time of cases that do not say when.
    pub async fn begin(first: &Case) -> Result<Self, BadCase> {
        let world =
            World::open(noon_in_april(), &first.told.gateway.clone().unwrap_or_default()).await;
        let world = world.map_err(|error| first.wrong(format_args!("no gateway: {error}")))?;
        let mut session = Self {
            world,
            names: StandIns::default(),
            logins: BTreeMap::new(),
            calls: 0,
            takes_digests: false,
        };
        let user = first.told.api_user.clone().unwrap_or_default();
        let made = session.make_login(first.dialect.login, 1, &user).await;
        made.map_err(|error| first.wrong(format_args!("no credential: {error}")))?;
        Ok(session)
    }

    /// Brings about what the case says was there before, and makes its call.
    pub async fn run(&mut self, case: &Case) -> Result<Answered, BadCase> {
        self.run_with(case, &case.request).await
    }

    /// As [`Session::run`], but makes this call instead of the one on record.
    pub async fn run_with(&mut self, case: &Case, request: &Request) -> Result<Answered, BadCase> {
        bring_about(self, case).await?;
        self.world.clock.set(case.now());
        if let Some(id) = self.newest_import(case).await? {
            self.names.keep("import", &id);
        }
        let answered = self.exchange(case, request).await?;
        if let Some(id) = self.newest_import(case).await? {
            self.names.keep("import", &id);
        }
        Ok(answered)
    }

    /// Works to their ends the tasks that earlier calls have started, at the time of this one.
    pub async fn work(&self, case: &Case) -> Result<(), BadCase> {
        self.world.clock.set(case.now());
        work(&self.world).await.map_err(|why| case.wrong(format_args!("its tasks: {why}")))
    }

    /// What stands in the replies on record for what only this session knows: its credentials, and
    /// the id of the newest import.
    pub fn stand_ins_of_replies(&self, case: &Case) -> StandIns {
        let mut told = self.credentials(case);
        if let Some(import) = self.names.get("import") {
            told.keep("import", import);
        }
        told
    }

    pub(super) fn world(&self) -> &World {
        &self.world
    }

    pub(super) fn names_mut(&mut self) -> &mut StandIns {
        &mut self.names
    }

    /// Makes a request with everything put in.
    pub(super) async fn exchange(
        &mut self,
        case: &Case,
        request: &Request,
    ) -> Result<Answered, BadCase> {
        self.make_missing_logins(case, request).await?;
        if self.names.is_wanting(request, "password_digest") {
            self.take_digests(case).await?;
        }
        let mut names = self.names.clone();
        names.take(self.credentials(case));
        self.calls = self.calls.wrapping_add(1);
        let renewal = Renewal {
            by: SignedDuration::ZERO,
            password: names.get("password"),
            nonce: self.nonce(),
        };
        let renewed = renewal.request(request);
        let sent = names.fill_request(renewed.as_ref().unwrap_or(request));
        let sent = sent.ok_or_else(|| case.wrong("what a stand-in stands for fits nowhere"))?;
        let head = Arc::new(head_of(&sent, case.told.request.peer));
        let Some(face) = self.world.face(&head) else {
            return Err(case.wrong(format_args!("no face serves {}", head.path)));
        };
        let named = face.operation_of(&head, &sent.body);
        // The server would hide a panic behind the face's own error; a replay must not.
        let reply =
            AssertUnwindSafe(self.world.answer(face, &head, sent.body)).catch_unwind().await;
        let reply = reply.map_err(|_| case.wrong("answering the call panicked"))?;
        let Reply { status, headers, body, operation } = reply;
        let body = body.gather(MOST_REPLY_BYTES).await;
        let body = body.map_err(|broken| case.wrong(broken.reasons()))?;
        Ok(Answered { response: Response { status, headers, body }, operation, named })
    }

    /// Another one for each call.
    fn nonce(&self) -> [u8; 16] {
        u128::from(self.calls).to_be_bytes()
    }

    /// The newest import's id; nobody knows it before.
    pub(super) async fn newest_import(&self, case: &Case) -> Result<Option<String>, BadCase> {
        let newest = self.world.account().imports().list(1).await;
        let newest = newest.map_err(|error| case.wrong(error))?;
        Ok(newest.first().map(|import| import.id.to_string()))
    }

    fn credentials(&self, case: &Case) -> StandIns {
        let mut names = StandIns::default();
        let of_face = self.logins.iter().filter(|((login, _), _)| *login == case.dialect.login);
        for ((_, number), (user, password)) in of_face {
            let suffix = if *number == 1 { String::new() } else { format!("_{number}") };
            for name in ["login", "api_key"] {
                names.keep(&format!("{name}{suffix}"), user);
            }
            for name in ["password", "shared_secret"] {
                names.keep(&format!("{name}{suffix}"), password);
            }
        }
        names
    }

    /// From the first digest on, the caller is one whose digests are taken.
    async fn take_digests(&mut self, case: &Case) -> Result<(), BadCase> {
        if self.takes_digests {
            return Ok(());
        }
        self.takes_digests = true;
        let made = self.world.context.accounts().credential_add(self.world.caller, true).await;
        let made = made.map_err(|error| case.wrong(format_args!("no credential: {error}")))?;
        self.logins.insert((Login::Password, 1), (made.login, made.password));
        Ok(())
    }

    /// Further credentials are for the same account, and may do everything.
    async fn make_missing_logins(&mut self, case: &Case, request: &Request) -> Result<(), BadCase> {
        for name in self.credentials(case).missing_for(request) {
            let number = name.rsplit_once('_').and_then(|(_, number)| number.parse().ok());
            let number: u16 = number.unwrap_or(1);
            if number > MOST_LOGINS {
                let what = format_args!("{{{name}}}: there are at most {MOST_LOGINS} credentials");
                return Err(case.wrong(what));
            }
            let made = self.make_login(case.dialect.login, number, &GivenApiUser::default()).await;
            made.map_err(|error| case.wrong(format_args!("no credential: {error}")))?;
        }
        Ok(())
    }

    pub(super) async fn make_login(
        &mut self,
        login: Login,
        number: u16,
        user: &GivenApiUser,
    ) -> Brought {
        if self.logins.contains_key(&(login, number)) {
            return Ok(());
        }
        let accounts = self.world.context.accounts();
        let account = self.world.caller;
        let made = match login {
            Login::Password => {
                let made = accounts.credential_add(account, false).await?;
                (made.login, made.password)
            }
            Login::Token => (accounts.token_add(account).await?.token, String::new()),
            Login::KeyPair => {
                let made = accounts.api_user_add(account, allowed(user)?).await?;
                (made.api_key, made.shared_secret)
            }
        };
        self.logins.insert((login, number), made);
        Ok(())
    }
}

fn allowed(user: &GivenApiUser) -> Brought<NewApiUser> {
    let access = if user.methods.is_empty() {
        Access::Full
    } else {
        Access::custom(user.methods.iter().map(String::as_str))
    };
    let whitelist =
        user.whitelist.iter().map(String::as_str).map(str::parse).collect::<Result<_, _>>()?;
    Ok(NewApiUser { access, whitelist })
}
