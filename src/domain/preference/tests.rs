use jiff::Timestamp;

use super::*;
use crate::domain::testing::{account, contact, context, list, noon, refusal};
use crate::domain::{Account, Clock, ContactId, ListId, NewContactWith, check};

fn new(name: &str) -> NewPreference {
    NewPreference {
        public_name: name.to_owned(),
        private_name: format!("{name} (private)"),
        kind: Some(PreferenceKind::Preference),
        place: None,
        is_public: None,
        category: None,
    }
}

fn category(name: &str) -> NewPreference {
    NewPreference { kind: None, ..new(name) }
}

fn within(name: &str, category: PreferenceId) -> NewPreference {
    NewPreference { category: Some(Some(category)), ..new(name) }
}

async fn created(account: Account<'_>, new: NewPreference) -> PreferenceId {
    account.preferences().create(new).await.unwrap().preference.id
}

async fn person(account: Account<'_>, name: &str) -> ContactId {
    account.contacts().create(contact(&format!("{name}@b.example"))).await.unwrap().id
}

fn choice(preference: PreferenceId, opted_in: bool) -> Choice {
    Choice { preference, category: None, opted_in }
}

/// The tree as `name(children)`.
async fn shown(account: Account<'_>) -> Vec<String> {
    let names = |children: &[Preference]| {
        children.iter().map(|one| one.public_name.as_str()).collect::<Vec<_>>().join(" ")
    };
    let tree = account.preferences().tree().await.unwrap();
    for branches in [tree.iter().map(|one| &one.preference).collect::<Vec<_>>()]
        .into_iter()
        .chain(tree.iter().map(|one| one.children.iter().collect()))
    {
        for (order, one) in (0..).zip(branches) {
            assert_eq!(one.order, order, "{}", one.public_name);
        }
    }
    let shown = |one: &Branch| format!("{}({})", one.preference.public_name, names(&one.children));
    tree.iter().map(shown).collect()
}

#[tokio::test]
async fn preferences_stand_alone_or_in_categories_each_in_its_place() {
    let context = context().await;
    let account = account(&context, "one").await;
    let contact = created(account, category("Contact")).await;
    created(account, within("Email", contact)).await;
    created(account, within("Push", contact)).await;
    let football = created(account, new("Football")).await;
    assert_eq!(shown(account).await, ["Contact(Email Push)", "Football()"]);
    let first = NewPreference { place: Some(PlaceAmong::Top), ..within("Post", contact) };
    created(account, first).await;
    let second = NewPreference { place: Some(PlaceAmong::At(1)), ..category("Sports") };
    let sports = created(account, second).await;
    assert_eq!(shown(account).await, ["Contact(Post Email Push)", "Sports()", "Football()"]);
    let moved = account.preferences().update(football, within("Football", sports)).await.unwrap();
    assert_eq!(moved.preference.category, Some(sports));
    let last = NewPreference { place: Some(PlaceAmong::At(99)), kind: None, ..new("Contact") };
    let last = account.preferences().update(contact, last).await.unwrap();
    assert_eq!((last.preference.order, last.children.len()), (1, 3));
    assert_eq!(shown(account).await, ["Sports(Football)", "Contact(Post Email Push)"]);
    let alone = NewPreference { category: Some(None), ..new("Football") };
    account.preferences().update(football, alone).await.unwrap();
    assert_eq!(shown(account).await, ["Sports()", "Contact(Post Email Push)", "Football()"]);
    account.preferences().delete(sports).await.unwrap();
    assert_eq!(shown(account).await, ["Contact(Post Email Push)", "Football()"]);
}

#[tokio::test]
async fn what_makes_no_tree_is_refused() {
    let context = context().await;
    let account = account(&context, "one").await;
    let preferences = account.preferences();
    let sports = created(account, category("Sports")).await;
    let football = created(account, within("Football", sports)).await;
    let nested = NewPreference { category: Some(Some(sports)), ..category("Balls") };
    let invalid = [
        nested.clone(),
        within("Goal", football),
        NewPreference { private_name: " ".to_owned(), ..new("x") },
        NewPreference { public_name: String::new(), ..new("x") },
        new(&"x".repeat(MAX_NAME_CHARS)),
    ];
    for new in invalid {
        assert_eq!(refusal(preferences.create(new).await), Refusal::PreferenceInvalid);
    }
    assert_eq!(refusal(preferences.update(sports, nested).await), Refusal::PreferenceInvalid);
    let turned = preferences.update(sports, new("Sports")).await;
    assert_eq!(refusal(turned), Refusal::PreferenceInvalid);
    let nowhere = within("x", PreferenceId(99));
    assert_eq!(refusal(preferences.create(nowhere).await), Refusal::PreferenceNotFound);
    let unknown = preferences.update(PreferenceId(99), new("x")).await;
    assert_eq!(refusal(unknown), Refusal::PreferenceNotFound);
    assert_eq!(refusal(preferences.delete(PreferenceId(99)).await), Refusal::PreferenceNotFound);
    assert_eq!(shown(account).await, ["Sports(Football)"]);
}

#[tokio::test]
async fn an_account_has_a_bounded_number_of_preferences() {
    let context = context().await;
    let account = account(&context, "one").await;
    for number in 0..MAX_PREFERENCES {
        let top = NewPreference { place: Some(PlaceAmong::Bottom), ..new(&number.to_string()) };
        created(account, top).await;
    }
    let more = account.preferences().create(new("more")).await;
    assert_eq!(refusal(more), Refusal::PreferenceInvalid);
}

#[tokio::test]
async fn a_category_is_listed_as_changed_when_one_of_its_preferences_is() {
    let mut context = context().await;
    let (sports, football, id) = {
        let account = account(&context, "one").await;
        let sports = created(account, category("Sports")).await;
        created(account, category("Music")).await;
        let football = created(account, within("Football", sports)).await;
        created(account, within("Chess", sports)).await;
        (sports, football, account.id)
    };
    let later: Timestamp = "2026-01-03T00:00:00Z".parse().unwrap();
    context.clock = Clock::Frozen(later);
    let preferences = context.account(id).preferences();
    assert_eq!(preferences.modified_since(later).await.unwrap(), []);
    preferences.update(football, new("Soccer")).await.unwrap();
    let changed = preferences.modified_since(later).await.unwrap();
    let [branch] = changed.as_slice() else { panic!("{changed:?}") };
    assert_eq!((branch.preference.id, branch.children.len()), (sports, 2));
    assert_eq!(preferences.modified_since(noon()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_choice_keeps_its_time_until_it_is_made_otherwise() {
    let mut context = context().await;
    let (id, ann, football) = {
        let account = account(&context, "one").await;
        let ann = person(account, "ann").await;
        (account.id, ann, created(account, new("Football")).await)
    };
    let preferences = context.account(id).preferences();
    preferences.choose(ann, &[choice(football, false), choice(football, true)]).await.unwrap();
    let chosen = preferences.of_contact(ann).await.unwrap();
    let first = Chosen { preference: football, opted_in: true, at: noon(), list: None };
    assert_eq!(chosen, [first]);
    let later: Timestamp = "2026-01-03T00:00:00Z".parse().unwrap();
    context.clock = Clock::Frozen(later);
    let preferences = context.account(id).preferences();
    preferences.choose(ann, &[choice(football, true)]).await.unwrap();
    assert_eq!(preferences.of_contact(ann).await.unwrap(), [first]);
    preferences.choose(ann, &[choice(football, false)]).await.unwrap();
    let second = Chosen { opted_in: false, at: later, ..first };
    assert_eq!(preferences.of_contact(ann).await.unwrap(), [second]);
    let from = ContactId(0);
    assert_eq!(preferences.holders(football, None, from).await.unwrap(), []);
    let changed = preferences.changed_since(football, None, from, later).await.unwrap();
    assert_eq!(changed.iter().map(|one| one.chosen).collect::<Vec<_>>(), [second]);
}

#[tokio::test]
async fn who_chose_is_listed_by_id_unless_suppressed_or_off_the_list() {
    let context = context().await;
    let account = account(&context, "one").await;
    let preferences = account.preferences();
    let football = created(account, new("Football")).await;
    let news = list(account, "News").await;
    for name in ["a", "b", "c", "d"] {
        let id = person(account, name).await;
        preferences.choose(id, &[choice(football, true)]).await.unwrap();
    }
    for name in ["b", "c"] {
        let new = contact(&format!("{name}@b.example"));
        account.contacts().add_to_list(news, new).await.unwrap();
    }
    account.contacts().unsubscribe(contact("c@b.example")).await.unwrap();
    let ids = async |list, from| -> Vec<u32> {
        let found = preferences.holders(football, list, ContactId(from)).await.unwrap();
        found.iter().map(|one| one.contact.id.0).collect()
    };
    assert_eq!(ids(None, 0).await, [1, 2, 4]);
    assert_eq!(ids(None, 2).await, [2, 4]);
    assert_eq!(ids(Some(news), 0).await, [2]);
    assert_eq!(ids(Some(crate::domain::list::ALL_CONTACTS), 0).await, [1, 2, 4]);
    let nowhere = preferences.holders(football, Some(ListId(99)), ContactId(0)).await;
    assert_eq!(refusal(nowhere), Refusal::ListNotFound);
}

#[tokio::test]
async fn a_listing_of_holders_stops_at_a_thousand_and_goes_on_from_an_id() {
    let context = context().await;
    let account = account(&context, "one").await;
    let football = created(account, new("Football")).await;
    for number in 1..=1_005 {
        let new = NewContactWith {
            contact: contact(&format!("c{number}@b.example")),
            consents: Vec::new(),
            choices: vec![choice(football, true)],
        };
        account.contacts().create_with(new).await.unwrap();
    }
    let preferences = account.preferences();
    let first = preferences.holders(football, None, ContactId(0)).await.unwrap();
    assert_eq!(first.len(), 1_000);
    let last = first.last().unwrap().contact.id;
    let rest = preferences.holders(football, None, ContactId(last.0 + 1)).await.unwrap();
    assert_eq!(rest.len(), 5);
}

#[tokio::test]
async fn a_choice_of_what_cannot_be_chosen_changes_nothing() {
    let context = context().await;
    let account = account(&context, "one").await;
    let preferences = account.preferences();
    let sports = created(account, category("Sports")).await;
    let football = created(account, within("Football", sports)).await;
    let chess = created(account, new("Chess")).await;
    let ann = person(account, "ann").await;
    for (id, expected) in
        [(sports, Refusal::PreferenceInvalid), (PreferenceId(99), Refusal::PreferenceNotFound)]
    {
        let refused = preferences.choose(ann, &[choice(football, true), choice(id, true)]).await;
        assert_eq!(refusal(refused), expected);
        let new = NewContactWith {
            contact: contact("new@b.example"),
            consents: Vec::new(),
            choices: vec![choice(id, true)],
        };
        assert_eq!(refusal(account.contacts().create_with(new).await), expected);
    }
    let elsewhere = Choice { category: Some(sports), ..choice(chess, true) };
    let refused = preferences.choose(ann, &[elsewhere]).await;
    assert_eq!(refusal(refused), Refusal::PreferenceInvalid);
    assert_eq!(preferences.of_contact(ann).await.unwrap(), []);
    let within = Choice { category: Some(sports), ..choice(football, true) };
    preferences.choose(ann, &[within]).await.unwrap();
    assert!(preferences.seen_by(ann).await.unwrap().opted_in.contains(&football));
    let stranger = preferences.choose(ContactId(99), &[choice(football, true)]).await;
    assert_eq!(refusal(stranger), Refusal::ContactNotFound);
    assert_eq!(account.counters().await.unwrap().contacts, 1);
}

#[tokio::test]
async fn choices_go_with_their_contact_and_with_their_preference() {
    let context = context().await;
    let account = account(&context, "one").await;
    let preferences = account.preferences();
    let sports = created(account, category("Sports")).await;
    let football = created(account, within("Football", sports)).await;
    let chess = created(account, new("Chess")).await;
    let (ann, ben) = (person(account, "ann").await, person(account, "ben").await);
    for id in [ann, ben] {
        preferences.choose(id, &[choice(football, true), choice(chess, true)]).await.unwrap();
    }
    account.contacts().delete(ann).await.unwrap();
    let store = &*context.store;
    let left = crate::store::tables::choices(account.id.0, chess.0).count(store).await.unwrap();
    assert_eq!(left, 1);
    preferences.delete(sports).await.unwrap();
    let chosen = preferences.of_contact(ben).await.unwrap();
    assert_eq!(chosen.iter().map(|one| one.preference).collect::<Vec<_>>(), [chess]);
    let left = crate::store::tables::choices(account.id.0, football.0).count(store).await.unwrap();
    assert_eq!(left, 0);
    let gone = preferences.holders(football, None, ContactId(0)).await;
    assert_eq!(refusal(gone), Refusal::PreferenceNotFound);
    assert_eq!(check::check(&context).await.unwrap(), []);
}
