//! Columns of preferences and consents.

use lychgate::domain::import::{MergeOption, NewImport};
use lychgate::domain::{FieldKind, NewConsent, NewPreference, PreferenceId, PreferenceKind};

use crate::support::{ENGINES, Engine, World, csv};

async fn preference(world: &World, name: &str, category: Option<PreferenceId>) -> PreferenceId {
    let kind =
        if name == "Marketing" { PreferenceKind::Category } else { PreferenceKind::Preference };
    let new = NewPreference {
        public_name: format!("{name} for you"),
        private_name: name.to_owned(),
        kind: Some(kind),
        place: None,
        is_public: None,
        category: Some(category),
    };
    world.account().preferences().create(new).await.unwrap().preference.id
}

/// What a contact chose, in order of the preferences, as `+1 -2`.
async fn chosen(world: &World, address: &str) -> String {
    let id = world.contact(address).await.id;
    let chosen = world.account().preferences().of_contact(id).await.unwrap();
    let chosen = chosen.iter().map(|one| {
        let sign = if one.opted_in { '+' } else { '-' };
        format!("{sign}{}", one.preference)
    });
    chosen.collect::<Vec<_>>().join(" ")
}

async fn consents(world: &World, address: &str) -> Vec<NewConsent> {
    let id = world.contact(address).await.id;
    let recorded = world.account().consents().of_contact(id).await.unwrap();
    recorded.into_iter().map(|consent| consent.given).collect()
}

#[tokio::test]
async fn a_column_of_a_preference_opts_in_and_out() {
    for engine in ENGINES {
        let world = World::over(engine).await;
        let marketing = preference(&world, "Marketing", None).await;
        preference(&world, "Offers", Some(marketing)).await;
        preference(&world, "Chess", None).await;
        let (report, faults) = world
            .import_csv(
                "Email,Preference:Marketing>Offers,preference: chess for you ,Preference:Nothing\n\
                 a@a.example,True,no,x\n\
                 b@a.example,FALSE,,x\n\
                 c@a.example,perhaps,yes,x\n",
            )
            .await;
        assert_eq!((report.new_contacts, report.failures), (2, 1));
        assert!(faults.contains("Failures,c@a.example,perhaps,yes,x"), "{faults}");
        assert_eq!(chosen(&world, "a@a.example").await, "+2 -3");
        assert_eq!(chosen(&world, "b@a.example").await, "-2");
    }
}

#[tokio::test]
async fn a_choice_names_the_list_that_it_came_in_with() {
    let world = World::over(Engine::Memory).await;
    preference(&world, "Chess", None).await;
    let news = world.list("News").await;
    let new = csv("Email,Preference:Chess\na@a.example,1\n");
    world.import(NewImport { list: Some(news), ..new }).await;
    let id = world.contact("a@a.example").await.id;
    let chosen = world.account().preferences().of_contact(id).await.unwrap();
    assert_eq!(chosen.iter().map(|one| one.list).collect::<Vec<_>>(), [Some(news)]);
}

#[tokio::test]
async fn each_merge_option_treats_choices_as_it_does_values() {
    for (merge, expected) in [
        (MergeOption::Overwrite, ["-1", "+1", "+1", ""]),
        (MergeOption::OnlyOverwriteIfNotEmpty, ["+1", "+1", "+1", ""]),
        (MergeOption::OnlyOverwriteIfContactDataNotPopulated, ["+1", "-1", "+1", ""]),
    ] {
        let world = World::over(Engine::Memory).await;
        preference(&world, "Chess", None).await;
        world.import_csv("Email,Preference:Chess\na@a.example,yes\nb@a.example,no\n").await;
        let second = "Email,Preference:Chess\na@a.example,\nb@a.example,yes\n\
                      c@a.example,yes\nd@a.example,\n";
        world.import(NewImport { merge, ..csv(second) }).await;
        for (name, expected) in ["a", "b", "c", "d"].into_iter().zip(expected) {
            let found = chosen(&world, &format!("{name}@a.example")).await;
            assert_eq!(found, expected, "{merge:?} {name}");
        }
    }
}

#[tokio::test]
async fn columns_of_a_consent_are_recorded_together_and_once() {
    for engine in ENGINES {
        let world = World::over(engine).await;
        let file = "Email,consentText,ConsentDateTime,consenturl,CONSENTIP,consentUserAgent\n\
                    a@a.example,\"Yes, write\",2018-01-26T21:29:00Z,https://a.example/,127.0.0.1,Moz\n\
                    b@a.example,,,,,\n\
                    c@a.example,Yes,someday,,,\n";
        for _ in 0..2 {
            let (report, faults) = world.import_csv(file).await;
            assert_eq!(report.failures, 1);
            assert!(faults.contains("Failures,c@a.example,Yes,someday"), "{faults}");
        }
        let whole = NewConsent {
            text: Some("Yes, write".to_owned()),
            consented: Some("2018-01-26T21:29:00Z".parse().unwrap()),
            url: Some("https://a.example/".to_owned()),
            ip_address: Some("127.0.0.1".to_owned()),
            user_agent: Some("Moz".to_owned()),
        };
        assert_eq!(consents(&world, "a@a.example").await, [whole]);
        assert_eq!(consents(&world, "b@a.example").await, []);
    }
}

#[tokio::test]
async fn a_data_field_comes_before_a_part_of_a_consent() {
    let world = World::over(Engine::Memory).await;
    world.field("CONSENTTEXT", FieldKind::Text).await;
    world.import_csv("Email,ConsentText\na@a.example,Yes\n").await;
    assert_eq!(world.value("a@a.example", "CONSENTTEXT").await, "Yes");
    assert_eq!(consents(&world, "a@a.example").await, []);
}

#[tokio::test]
async fn who_has_as_many_consents_as_one_may_is_imported_all_the_same() {
    let world = World::over(Engine::Memory).await;
    for number in 0..52 {
        let file = format!("Email,ConsentText\na@a.example,Text {number}\nb{number}@a.example,x\n");
        let (report, _) = world.import_csv(&file).await;
        assert_eq!(report.refused(), 0);
    }
    assert_eq!(consents(&world, "a@a.example").await.len(), 50);
    assert_eq!(consents(&world, "b51@a.example").await.len(), 1);
}
