//! Relational tables: small tables of an account beside its contacts, each with typed columns.
//!
//! This is their definition; [`RelationalTables`] holds the limits. Rows are loaded whole by a job
//! and replace those before at once.

mod definition;
pub(super) mod rows;

use bytes::Bytes;

pub use definition::{Column, ColumnFormat, ColumnKind, NewTable, RelationalTable, RowSet};
pub use rows::MAX_ROWS;

use super::context::Account;
use super::edit::Edit;
use super::error::{Error, Refusal, Result};
use super::ids::TableId;
use crate::store::{KeyRange, Order, Record, Space, StoreError, Table, tables};

/// Tables of one account, as the vendor documents it.
pub const MAX_TABLES: usize = 4;

/// An account's relational tables.
#[derive(Debug, Clone, Copy)]
pub struct RelationalTables<'a> {
    pub(super) account: Account<'a>,
}

impl<'a> RelationalTables<'a> {
    /// In order of id; there are at most [`MAX_TABLES`].
    pub async fn all(self) -> Result<Vec<RelationalTable>> {
        let broken = |error| Error::store("read relational tables", error);
        let range = KeyRange::prefix(tables::account(self.account.id.0));
        let store = &self.account.context.store;
        let found = store
            .scan(Space::Main, Table::RelationalTable, range, Order::Ascending, usize::MAX)
            .await
            .map_err(broken)?;
        let decoded = found.iter().map(|(_, value)| RelationalTable::decode(value));
        decoded.collect::<Result<_, StoreError>>().map_err(broken)
    }

    /// The table called `name`, in any case.
    pub async fn named(self, name: &str) -> Result<RelationalTable> {
        let name = name.trim();
        let mut all = self.all().await?.into_iter();
        let found = all.find(|table| table.name.eq_ignore_ascii_case(name));
        Ok(found.ok_or(Refusal::RelationalTableNotFound)?)
    }

    /// Makes a table without rows.
    pub async fn create(self, new: NewTable) -> Result<RelationalTable> {
        let new = new.checked()?;
        self.account.change("create a relational table", |edit| self.create_once(edit, &new)).await
    }

    async fn create_once(
        self,
        mut edit: Edit<'a>,
        new: &NewTable,
    ) -> Result<(Edit<'a>, RelationalTable)> {
        let all = self.all().await?;
        if all.iter().any(|table| table.name.eq_ignore_ascii_case(&new.name)) {
            return Err(Refusal::RelationalTableInUse.into());
        }
        if all.len() >= MAX_TABLES {
            return Err(Refusal::RelationalTableLimit.into());
        }
        let NewTable { name, display_name, columns } = new.clone();
        let table =
            RelationalTable { id: edit.next_table(), name, display_name, columns, rows: None };
        let value = encoded(&table)?;
        edit.batch.put_if_absent(Table::RelationalTable, self.key(table.id), value);
        Ok((edit, table))
    }

    /// Shows a date or a number column in another format from now on.
    pub async fn alter_column(
        self,
        table: &str,
        column: &str,
        format: ColumnFormat,
    ) -> Result<RelationalTable> {
        self.account
            .change("alter a relational table", |edit| self.alter_once(edit, table, column, format))
            .await
    }

    async fn alter_once(
        self,
        mut edit: Edit<'a>,
        table: &str,
        column: &str,
        format: ColumnFormat,
    ) -> Result<(Edit<'a>, RelationalTable)> {
        let mut table = self.named(table).await?;
        let read = encoded(&table)?;
        table.column_mut(column).ok_or(Refusal::RelationalColumnNotFound)?.reformat(format)?;
        let value = encoded(&table)?;
        edit.batch.replace(Table::RelationalTable, self.key(table.id), Some(read), value);
        Ok((edit, table))
    }

    pub(super) fn key(self, table: TableId) -> Bytes {
        tables::numbered(self.account.id.0, table.0)
    }
}

pub(super) fn encoded(table: &RelationalTable) -> Result<Bytes> {
    table.encode().map_err(|error| Error::store("write a relational table", error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::display::{DateFormat, NumberFormat, Separators};
    use crate::domain::testing::{account, context, refusal};

    fn column(name: &str, kind: ColumnKind) -> Column {
        Column { name: name.to_owned(), display_name: name.to_owned(), kind }
    }

    fn new(name: &str, columns: Vec<Column>) -> NewTable {
        NewTable { name: name.to_owned(), display_name: format!("The {name}"), columns }
    }

    fn orders() -> NewTable {
        let number = NumberFormat { decimals: 2, separators: Separators::Point };
        new(
            "orders",
            vec![
                column("sku", ColumnKind::Text),
                column("bought", ColumnKind::Date(DateFormat::YearMonthDay)),
                column("price", ColumnKind::Number(number)),
                column("shop", ColumnKind::Geo),
            ],
        )
    }

    #[tokio::test]
    async fn a_table_is_found_by_name_in_any_case() {
        let context = context().await;
        let tables = account(&context, "one").await.relational_tables();
        let made = tables.create(orders()).await.unwrap();
        assert_eq!(tables.named(" ORDERS ").await.unwrap(), made);
        assert_eq!(tables.all().await.unwrap(), [made]);
        assert_eq!(refusal(tables.named("other").await), Refusal::RelationalTableNotFound);
        let again = NewTable { name: "Orders".to_owned(), ..orders() };
        assert_eq!(refusal(tables.create(again).await), Refusal::RelationalTableInUse);
    }

    #[tokio::test]
    async fn an_account_has_four_tables_at_most() {
        let context = context().await;
        let tables = account(&context, "one").await.relational_tables();
        for name in ["a", "b", "c", "d"] {
            tables.create(new(name, vec![column("x", ColumnKind::Text)])).await.unwrap();
        }
        assert_eq!(refusal(tables.create(orders()).await), Refusal::RelationalTableLimit);
    }

    #[tokio::test]
    async fn columns_are_bounded_by_type_and_have_names_of_their_own() {
        let context = context().await;
        let tables = account(&context, "one").await.relational_tables();
        let date = ColumnKind::Date(DateFormat::MonthDayYear);
        let number =
            ColumnKind::Number(NumberFormat { decimals: 0, separators: Separators::Point });
        for (kind, most) in [(ColumnKind::Text, 10), (date, 4), (number, 5), (ColumnKind::Geo, 1)] {
            let columns = |count| (0..count).map(|at| column(&format!("c{at}"), kind)).collect();
            let refused = tables.create(new("t", columns(most + 1))).await;
            assert_eq!(refusal(refused), Refusal::RelationalTableInvalid, "{kind:?}");
            new("t", columns(most)).checked().unwrap();
        }
        for columns in [vec![], vec![column("a", date), column("A", date)]] {
            let refused = tables.create(new("t", columns)).await;
            assert_eq!(refusal(refused), Refusal::RelationalTableInvalid);
        }
        for name in ["", "two words", "sch\u{f6}n", "a-b"] {
            let refused = tables.create(NewTable { name: name.to_owned(), ..orders() }).await;
            assert_eq!(refusal(refused), Refusal::RelationalTableInvalid, "{name}");
        }
    }

    #[tokio::test]
    async fn a_column_takes_a_format_of_its_own_type_only() {
        let context = context().await;
        let tables = account(&context, "one").await.relational_tables();
        tables.create(orders()).await.unwrap();
        let date = ColumnFormat::Date(DateFormat::DayMonthYear);
        tables.alter_column("Orders", "Bought", date).await.unwrap();
        let kinds: Vec<_> =
            tables.named("orders").await.unwrap().columns.iter().map(|one| one.kind).collect();
        assert_eq!(kinds[1], ColumnKind::Date(DateFormat::DayMonthYear));
        for column in ["sku", "price", "shop"] {
            let refused = tables.alter_column("orders", column, date).await;
            assert_eq!(refusal(refused), Refusal::RelationalFormatInvalid, "{column}");
        }
        let refused = tables.alter_column("orders", "none", date).await;
        assert_eq!(refusal(refused), Refusal::RelationalColumnNotFound);
        let refused = tables.alter_column("none", "bought", date).await;
        assert_eq!(refusal(refused), Refusal::RelationalTableNotFound);
    }
}
