//! Files and faults are kept for some days, then gone, from disk too.

use std::sync::Arc;

use lychgate::domain::jobs::{Runner, sweep};
use lychgate::domain::{Error, Refusal};

use crate::support::{ENGINES, World, csv};

#[tokio::test]
async fn faults_can_be_fetched_for_seven_days_and_are_then_gone_from_disk() {
    for engine in ENGINES {
        let world = World::over(engine).await;
        let ended = world.import(csv("Email\nrubbish\n")).await;
        let day = world.context.clock.today();
        assert_eq!(world.context.store.days().await.unwrap(), [day]);

        let late = world.at("2014-10-15T11:59:59Z").await;
        assert_eq!(sweep(&late).await.unwrap(), 0);
        late.account(world.id).imports().faults(ended.id).await.unwrap().whole().await.unwrap();

        let over = world.at("2014-10-15T12:00:00Z").await;
        let imports = over.account(world.id).imports();
        let gone = imports.faults(ended.id).await.unwrap_err();
        assert!(matches!(gone, Error::Refused(Refusal::ImportNotFound)), "{gone}");
        assert_eq!(sweep(&over).await.unwrap(), 1);
        assert!(over.store.days().await.unwrap().is_empty(), "{engine:?}");
        assert_eq!(imports.report(ended.id).await.unwrap().invalid_entries, 1);
    }
}

#[tokio::test]
async fn a_day_stays_as_long_as_an_import_of_it_is_not_ended() {
    for engine in ENGINES {
        let world = World::over(engine).await;
        let accepted = world.accept(csv("Email\nann@a.example\nrubbish\n")).await.unwrap();
        let later = world.at("2014-11-30T00:00:00Z").await;
        sweep(&later).await.unwrap();
        Arc::new(Runner::new(Arc::clone(&later))).drain().await;
        let imports = later.account(world.id).imports();
        assert_eq!(imports.report(accepted.id).await.unwrap().new_contacts, 1);
        let week_after = world.at("2014-12-06T23:00:00Z").await;
        assert_eq!(sweep(&week_after).await.unwrap(), 0);
        week_after
            .account(world.id)
            .imports()
            .faults(accepted.id)
            .await
            .unwrap()
            .whole()
            .await
            .unwrap();
        let day_after = world.at("2014-12-07T00:00:00Z").await;
        assert_eq!(sweep(&day_after).await.unwrap(), 1);
    }
}
