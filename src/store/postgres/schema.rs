//! The schema and its versions: a list of steps that only grows.

use super::pool::Pool;
use super::sql::create;
use super::trouble::Trouble;
use crate::store::seam::{Space, StoreError, Table};

/// What brings a schema from one version to the next. A step that was released is not changed any
/// more: what comes later is a further one.
struct Step {
    /// Tables that come new with it.
    tables: &'static [Table],
    statements: &'static [&'static str],
}

const STEPS: &[Step] = &[FIRST, GATEWAYS, CHANGES];

const FIRST: Step = Step {
    tables: &[
        Table::Meta,
        Table::Account,
        Table::Credential,
        Table::Counter,
        Table::Contact,
        Table::Address,
        Table::List,
        Table::Member,
        Table::DataField,
        Table::Segment,
        Table::Import,
        Table::Suppression,
        Table::Campaign,
        Table::ActiveImport,
        Table::FromAddress,
        Table::FreshAddress,
        Table::ExternalId,
        Table::EventId,
        Table::Activity,
        Table::ContactActivity,
        Table::Template,
        Table::Text,
        Table::Outbox,
        Table::Category,
        Table::RelationalTable,
        Table::RelationalRow,
        Table::Task,
        Table::Tag,
        Table::Phone,
        Table::Preference,
        Table::ContactPreference,
        Table::Consent,
        Table::InsightCollection,
        Table::InsightRecord,
        Table::InsightOfContact,
        Table::Webhook,
        Table::BatchedImport,
        Table::EmailMessage,
        Table::Document,
        Table::Send,
        Table::Bulk,
    ],
    statements: &[
        "create table if not exists lychgate_day (day integer not null, number smallint not null, \
         primary key (day, number))",
        "create table if not exists lychgate_commit (gateway bigint not null, \
         number bigint not null, fence boolean not null, \
         made timestamp with time zone not null default current_timestamp, \
         primary key (gateway, number))",
    ],
};

/// What several gateways over one database tell each other.
const GATEWAYS: Step = Step { tables: &[Table::Lease, Table::Nonce], statements: &[] };

/// A mark for each table of `changes::MARKED`.
const CHANGES: Step = Step {
    tables: &[],
    statements: &[
        "create table if not exists lychgate_change (number smallint not null primary key, \
         mark bigint not null)",
        "insert into lychgate_change (number, mark) \
         values (1, 0), (2, 0), (8, 0), (11, 0), (20, 0) on conflict (number) do nothing",
    ],
};

const REGISTER: &str = "create table if not exists lychgate_schema \
                        (id integer not null primary key, version integer not null); \
                        insert into lychgate_schema (id, version) values (1, 0) \
                        on conflict (id) do nothing";

/// From which version to which a schema was brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migrated {
    pub from: u32,
    pub to: u32,
}

fn known() -> u32 {
    u32::try_from(STEPS.len()).unwrap_or(u32::MAX)
}

/// Refuses a database whose schema is not that of this program.
pub async fn ensure_current(pool: &Pool) -> Result<(), StoreError> {
    let (found, known) = (version(pool).await?, known());
    if found > known {
        return Err(StoreError::NewerFormat { found, known });
    }
    if found < known {
        return Err(StoreError::NotMigrated { found, known });
    }
    Ok(())
}

/// The version that a database has; 0 for one without any.
async fn version(pool: &Pool) -> Result<u32, StoreError> {
    let doing = "read the version of the schema";
    let found = pool.query("select version from lychgate_schema where id = 1", &[]).await;
    let rows = match found {
        Err(trouble) if trouble.is_absent_table() => return Ok(0),
        found => found.map_err(|trouble| trouble.at(doing))?,
    };
    let Some(row) = rows.first() else { return Ok(0) };
    let version: i32 = row.try_get(0).map_err(|error| Trouble::from(error).at(doing))?;
    Ok(u32::try_from(version).unwrap_or(0))
}

/// Takes every step that the database lacks, each in a transaction of its own. Two programs that do
/// so at once queue for the register's row.
pub async fn migrate(pool: &Pool) -> Result<Migrated, StoreError> {
    let doing = "migrate the schema";
    pool.transact_again(REGISTER).await.map_err(|trouble| trouble.at(doing))?;
    let (from, to) = (version(pool).await?, known());
    if from > to {
        return Err(StoreError::NewerFormat { found: from, known: to });
    }
    let mut version = 0;
    for step in STEPS {
        version += 1;
        if version > from {
            let taken = take(pool, step, version).await;
            taken.map_err(|trouble| trouble.at(doing))?;
        }
    }
    Ok(Migrated { from, to })
}

/// Takes a step. Every statement may run twice, so that a step is done once whoever comes first;
/// the version never goes back.
async fn take(pool: &Pool, step: &Step, version: u32) -> Result<(), Trouble> {
    let mut sql = vec!["select version from lychgate_schema where id = 1 for update".to_owned()];
    sql.extend(step.tables.iter().map(|table| create(Space::Main, *table)));
    sql.extend(step.statements.iter().map(|statement| (*statement).to_owned()));
    sql.push(format!(
        "update lychgate_schema set version = {version} where id = 1 and version < {version}"
    ));
    pool.transact(&sql.join("; ")).await?;
    pool.advise(Space::Main, step.tables).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::changes::MARKED;
    use super::super::sql::name;
    use super::*;

    #[test]
    fn every_table_is_made_by_one_step() {
        let mut made: Vec<Table> = STEPS.iter().flat_map(|step| step.tables.to_vec()).collect();
        made.sort();
        assert_eq!(made, Table::ALL, "a new table needs a step of its own at the end of `STEPS`");
    }

    #[test]
    fn every_marked_table_has_a_mark() {
        let marked = MARKED.map(|table| format!("({}, 0)", table.byte())).join(", ");
        assert!(CHANGES.statements[1].contains(&format!("values {marked} on conflict")));
    }

    /// What is called so in a database must be called so for ever.
    #[test]
    fn the_tables_keep_their_names() {
        let names = Table::ALL.map(|table| name(Space::Main, table).replace("lychgate_", ""));
        assert_eq!(
            names.join(" "),
            "meta account credential counter contact address list member data_field segment import \
             suppression campaign active_import from_address fresh_address external_id event_id \
             activity contact_activity template text outbox category relational_table \
             relational_row task tag phone preference contact_preference consent \
             insight_collection insight_record insight_of_contact webhook batched_import \
             email_message document send lease nonce bulk"
        );
        assert_eq!(name(Space::Day(-3), Table::Bulk), "lychgate_day_m3_bulk");
    }
}
