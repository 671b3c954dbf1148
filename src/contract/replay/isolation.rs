//! What one account has makes no difference to another, whatever is called.
//!
//! Every case of `xml-fixtures` is made by a stranger: an account beside the one that has what the
//! case says was there before, with its own credentials and the other's numbers, addresses, names,
//! GUIDs and tokens in its call. The reply must be, byte for byte, the one in a gateway where the
//! other account has nothing; and of the other's entries in the store none may change. The stranger
//! has nothing either, or the same things as the other, so that what a call names on its way is
//! there. As every operation has cases, a new one is held to this by its first fixture.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use bytes::Bytes;
use regex::Regex;

use super::brought::{bring_about, work};
use super::{Answered, Session, known_operations};
use crate::contract::case::{Case, Given, StandIns, read_all};
use crate::domain::{AccountId, NewAccount};
use crate::faces::dotdigital_rest::operations::all as rest_operations;
use crate::faces::selzy::methods::absent::METHODS as ABSENT;
use crate::store::{KeyRange, Order, Space, Table};

/// Whose call it is; the owner is the first account.
const STRANGER: AccountId = AccountId(2);

/// What the stranger has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Has {
    Nothing,
    TheSame,
}

/// Every entry of a store, but for bulk data, by the number of its table and its key.
type Entries = BTreeMap<(usize, Bytes), Bytes>;

/// Masks what is made up anew by each gateway: GUIDs, tokens and opaque ids.
fn masked(text: &str) -> String {
    let made_up = Regex::new("[A-Za-z0-9_-]{16,}").unwrap();
    let mask = |found: &regex::Captures<'_>| {
        let is_made_up = found[0].bytes().any(|byte| byte.is_ascii_digit());
        if is_made_up { "#".to_owned() } else { found[0].to_owned() }
    };
    made_up.replace_all(text, mask).into_owned()
}

fn shown(answered: &Answered) -> String {
    let response = &answered.response;
    let body = String::from_utf8_lossy(&response.body);
    masked(&format!("{} {body}", response.status))
}

async fn entries(session: &Session) -> Entries {
    let store = &session.world.context.store;
    let mut all = Entries::new();
    for (number, table) in Table::ALL.into_iter().enumerate() {
        let range = KeyRange::all();
        let found = store.scan(Space::Main, table, range, Order::Ascending, usize::MAX).await;
        all.extend(found.unwrap().into_iter().map(|(key, value)| ((number, key), value)));
    }
    all
}

/// Entries that differ and are not the stranger's own.
fn touched(before: &Entries, after: &Entries) -> Vec<(usize, Bytes)> {
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let differ = keys.into_iter().filter(|key| before.get(*key) != after.get(*key));
    let stranger = STRANGER.0.to_be_bytes();
    let is_theirs = |key: &Bytes| {
        key.starts_with(&stranger)
            || key.starts_with(&[0; 4]) && key.windows(4).any(|part| part == stranger)
    };
    differ.filter(|(_, key)| !is_theirs(key)).cloned().collect()
}

/// What the owner has, brought about and worked to its end, and what it is called.
async fn owner(case: &Case) -> Option<(Session, StandIns)> {
    let mut session = Session::begin(case).await.unwrap();
    bring_about(&mut session, case).await.ok()?;
    session.world.clock.set(case.now());
    work(&session.world).await.ok()?;
    if let Some(import) = session.newest_import(case).await.unwrap() {
        session.names.keep("import", &import);
    }
    let names = session.names.clone();
    Some((session, names))
}

/// From here on the stranger calls.
async fn enter_stranger(session: &mut Session, case: &Case, has: Has) -> Option<()> {
    let accounts = session.world.context.accounts();
    let new = NewAccount {
        name: "stranger".to_owned(),
        main_email: Some("owner@example.org".to_owned()),
        main_mobile: Some("+44 20 7946 0000".to_owned()),
    };
    assert_eq!(accounts.add(new).await.unwrap().id, STRANGER);
    session.world.caller = STRANGER;
    session.logins.clear();
    let user = case.told.api_user.clone().unwrap_or_default();
    session.make_login(case.dialect.login, 1, &user).await.unwrap();
    if has == Has::TheSame {
        bring_about(session, case).await.ok()?;
        session.world.clock.set(case.now());
        work(&session.world).await.ok()?;
    }
    Some(())
}

/// The stranger's call beside the owner and without it. `None` where what the case needs cannot be
/// there twice.
async fn call(case: &Case, has: Has, wrong: &mut Vec<String>) -> Option<Answered> {
    let (mut beside, names) = owner(case).await?;
    enter_stranger(&mut beside, case, has).await?;
    beside.names = names.clone();
    let before = entries(&beside).await;
    let answered = beside.exchange(case, &case.request).await.unwrap();
    work(&beside.world).await.unwrap();
    let touched = touched(&before, &entries(&beside).await);
    let id = case.id();
    if !touched.is_empty() {
        wrong.push(format!("{id}, having {has:?}, changes what is not its own: {touched:?}"));
    }

    let mut alone = Session::begin(case).await.unwrap();
    alone.world.clock.set(case.now());
    for step in &case.told.given {
        // Where files come from belongs to all.
        if let Given::File(file) = step {
            alone.world.shelf.put(&file.name, &file.text);
        }
    }
    enter_stranger(&mut alone, case, has).await?;
    alone.names = names;
    let expected = alone.exchange(case, &case.request).await.unwrap();
    let (answer, expected) = (shown(&answered), shown(&expected));
    if answer != expected {
        wrong.push(format!("{id}, having {has:?}, tells of another: {answer}\nalone: {expected}"));
    }
    Some(answered)
}

/// Without what no account can do here, and the WSDL, which anybody may read.
fn touches_accounts((face, operation): (&str, &str)) -> bool {
    match face {
        "dotdigital-rest" => rest_operations().any(|one| one.name() == operation),
        "selzy" => !ABSENT.iter().any(|one| one.name == operation),
        _ => operation != "metadata",
    }
}

/// The disk belongs to all.
fn fills_the_disk(case: &Case) -> bool {
    case.told.given.iter().any(|step| matches!(step, Given::Disk(_)))
}

#[tokio::test]
async fn what_one_account_has_makes_no_difference_to_another() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("xml-fixtures");
    let cases = read_all(&fixtures).unwrap();
    let mut called = BTreeSet::new();
    let (mut made, mut well) = (0, 0);
    let mut wrong = Vec::new();
    for case in cases.iter().filter(|case| !fills_the_disk(case)) {
        for has in [Has::Nothing, Has::TheSame] {
            let Some(answered) = call(case, has, &mut wrong).await else { continue };
            made += 1;
            well += usize::from(answered.response.status.is_success());
            called.insert(answered.named.unwrap_or(answered.operation));
        }
    }
    assert!(wrong.is_empty(), "{} times:\n{}", wrong.len(), wrong.join("\n\n"));
    let missing: Vec<_> = known_operations()
        .into_keys()
        .filter(|operation| touches_accounts(*operation) && !called.contains(operation.1))
        .collect();
    assert!(missing.is_empty(), "no case calls {missing:?}");
    println!("{made} calls, {well} of them successful");
    assert!(made > 2_000 && well * 2 > made, "{well} of {made}");
}

/// What the test above looks for is found where it is: when the owner calls.
#[tokio::test]
async fn what_an_account_has_makes_a_difference_to_itself() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("xml-fixtures/which50");
    let (mut told, mut changed) = (0, 0);
    for case in read_all(&fixtures).unwrap().iter().filter(|case| !fills_the_disk(case)) {
        let Some((mut session, names)) = owner(case).await else { continue };
        let before = entries(&session).await;
        let answered = session.exchange(case, &case.request).await.unwrap();
        changed += usize::from(!touched(&before, &entries(&session).await).is_empty());
        let mut alone = Session::begin(case).await.unwrap();
        alone.world.clock.set(case.now());
        alone.names = names;
        let without = alone.exchange(case, &case.request).await.unwrap();
        told += usize::from(shown(&answered) != shown(&without));
    }
    assert!(told > 40 && changed > 20, "{told} replies and {changed} stores differ");
}
