//! What the declarations imply in the database: timers, a partition and indexes a collection, and views with typed columns and
//! comments, so that QGIS, reports and FME read plain tables in the schema `register`. Reading is all they can do there:
//! a change beside the server would have no entry in the journal.

mod views;

use std::sync::Arc;

use chrono_tz::Tz;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, PgConnection};

use super::timers::{self, Timers};
use super::{Store, StoreError};
use crate::collection::{Catalogue, Collection, Label, PartOf};
use views::{Column, View};

/// Arbitrary but fixed: processes that start together take turns.
const LOCK: i64 = 0x6765_6f6b_0001;

impl Store {
    /// Brings partitions, views and timers, by which days end in a zone, in line with the declarations. Names come from declarations whose names are checked
    /// to be snake_case; labels are quoted.
    ///
    /// What is in line already is left alone: the statements lock the tables, so a node that starts would wait for every
    /// long transaction, and all writers of all nodes would wait behind it.
    pub async fn apply_declarations(&self, catalogue: &Catalogue, zone: Tz) -> Result<(), StoreError> {
        let timers = Arc::new(Timers::declared(catalogue, zone));
        self.timers.store(timers.clone());
        let collections = catalogue.collections();
        let views: Vec<View> = collections
            .iter()
            .map(|collection| self.view(collection, collection))
            .chain(catalogue.parts().iter().map(|part| self.part(&collections[part.whole], part)))
            .collect();
        let partitions: Vec<String> = collections.iter().flat_map(|collection| self.partition(collection)).collect();
        let mark = fingerprint(&partitions, &views, &timers);
        if self.declared().await?.as_ref() == Some(&mark) {
            return Ok(());
        }
        let mut transaction = self.transaction(None).await?;
        sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *transaction).await?;
        execute(&mut transaction, "CREATE SCHEMA IF NOT EXISTS register".to_owned()).await?;
        execute(&mut transaction, views::REFUSAL.to_owned()).await?;
        for statement in partitions {
            execute(&mut transaction, statement).await?;
        }
        for view in &views {
            views::apply(&mut transaction, view).await?;
        }
        timers::set_all(&mut transaction, &timers).await?;
        execute(&mut transaction, format!("COMMENT ON SCHEMA register IS {}", quoted(&mark))).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The mark of the declarations that were applied last.
    async fn declared(&self) -> Result<Option<String>, StoreError> {
        let sql = "SELECT obj_description(to_regnamespace('register')::oid, 'pg_namespace')";
        Ok(sqlx::query_scalar(sql).fetch_one(self.pool()).await?)
    }

    fn partition(&self, collection: &Collection) -> Vec<String> {
        let (name, srid) = (&collection.name, self.srid());
        let mut statements = vec![
            format!(
                "CREATE TABLE IF NOT EXISTS feature_{name} PARTITION OF feature (CHECK (ST_SRID(geometry) = {srid})) FOR VALUES IN ('{name}')"
            ),
            format!("CREATE INDEX IF NOT EXISTS feature_{name}_geometry ON feature_{name} USING gist (geometry)"),
        ];
        if let Some(reference) = collection.reference.map(|k| &collection.properties[k].name) {
            // The number is what people say on the radio: two objects of one municipality must not share it.
            statements.push(format!(
                "CREATE UNIQUE INDEX IF NOT EXISTS feature_{name}_reference ON feature_{name} \
                 ((properties->>'{reference}'), (coalesce(properties->>'municipality', ''))) WHERE properties ? '{reference}'"
            ));
        }
        statements
    }

    /// The view of a part: the rows of one kind of geometry.
    fn part(&self, whole: &Collection, part: &PartOf) -> View {
        let kinds: Vec<String> =
            part.collection.geometry.iter().map(|kind| format!("'{}'", kind.name().to_uppercase())).collect();
        let condition = format!("GeometryType(geometry) IN ({})", kinds.join(", "));
        View { condition: Some(condition), ..self.view(whole, &part.collection) }
    }

    /// The view that shows the rows of `whole` as `collection`, which is the same or a part of it.
    fn view(&self, whole: &Collection, collection: &Collection) -> View {
        let column = |name: &str, kind: &str, value: &str| Column {
            name: name.to_owned(),
            kind: kind.to_owned(),
            value: value.to_owned(),
            comment: None,
        };
        let geometry = self.geometry_kind(collection);
        let mut columns = vec![
            column("id", "uuid", "id"),
            column("version", "bigint", "version"),
            column("geometry", &geometry, &format!("geometry::{geometry}")),
        ];
        columns.extend(collection.properties.iter().map(views::column));
        View {
            name: collection.name.clone(),
            table: format!("feature_{}", whole.name),
            condition: None,
            columns,
            comment: described(&collection.title, Some(&collection.description)),
        }
    }

    /// A single declared kind is cast to, so that GIS programs know it without looking at the data; with several kinds
    /// only the SRID can be promised.
    fn geometry_kind(&self, collection: &Collection) -> String {
        let kind = match collection.geometry.as_slice() {
            [kind] => kind.name(),
            _ => "Geometry",
        };
        format!("geometry({kind},{})", self.srid())
    }
}

fn described(title: &Label, description: Option<&Label>) -> String {
    match description {
        Some(description) => format!("{} / {}: {}", title.de, title.en, description.de),
        None => format!("{} / {}", title.de, title.en),
    }
}

/// Tells one set of partitions, views and timers from another, whichever program made them.
fn fingerprint(partitions: &[String], views: &[View], timers: &Timers) -> String {
    let mut hash = Sha256::new();
    hash.update(partitions.join(";"));
    hash.update(views::REFUSAL);
    hash.update(timers.mark());
    for view in views {
        hash.update(views::definition(view).join(";"));
    }
    let digits: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("Views with typed columns, derived from the declarations (state {digits})")
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

async fn execute(connection: &mut PgConnection, statement: String) -> Result<(), StoreError> {
    // Safe: made of checked names, quoted labels and numbers of our own.
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await?;
    Ok(())
}
