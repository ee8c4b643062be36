//! What an operator wants to know of the database before a server relies on it.

use sqlx::Row;

use super::OfDatabase;
use super::{MIGRATIONS, Store, StoreError};
use crate::texts::Told;

/// The state of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    pub postgresql: String,
    /// `None`: the extension is not there.
    pub postgis: Option<String>,
    /// Migrations of this program that have been applied, and all of them.
    pub applied: usize,
    pub known: usize,
    /// Migrations that this program does not know: a newer one was here.
    pub foreign: Vec<i64>,
    /// What the account lacks to serve and to migrate.
    pub missing_rights: Vec<Told>,
}

impl Store {
    /// Looks at the database without changing it.
    pub async fn inspect(&self) -> Result<Inspection, StoreError> {
        let sql = "SELECT current_setting('server_version') AS postgresql, \
                     (SELECT extversion FROM pg_extension WHERE extname = 'postgis') AS postgis, \
                     has_database_privilege(current_database(), 'CREATE') AS may_create_schemas, \
                     has_schema_privilege('public', 'CREATE') AS may_create_tables, \
                     (SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = to_regclass('public.feature')) \
                       AS owns, \
                     to_regclass('public._sqlx_migrations') IS NOT NULL AS migrated";
        let row = sqlx::query(sql).fetch_one(self.pool()).await?;
        let applied: Vec<i64> = if row.try_get("migrated")? {
            let sql = "SELECT version FROM _sqlx_migrations WHERE success ORDER BY version";
            sqlx::query_scalar(sql).fetch_all(self.pool()).await?
        } else {
            Vec::new()
        };
        let known: Vec<i64> = MIGRATIONS.iter().map(|migration| migration.version).collect();
        let rights = [
            ("may_create_schemas", OfDatabase::CreateOnDatabase),
            ("may_create_tables", OfDatabase::CreateOnSchema),
            ("owns", OfDatabase::Ownership),
        ];
        let mut missing_rights = Vec::new();
        for (column, right) in rights {
            if row.try_get::<Option<bool>, _>(column)? == Some(false) {
                missing_rights.push(Told::of(&right));
            }
        }
        Ok(Inspection {
            postgresql: row.try_get("postgresql")?,
            postgis: row.try_get("postgis")?,
            applied: applied.iter().filter(|version| known.contains(version)).count(),
            known: known.len(),
            foreign: applied.into_iter().filter(|version| !known.contains(version)).collect(),
            missing_rights,
        })
    }
}
