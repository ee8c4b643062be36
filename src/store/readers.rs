//! Users of the database who read the views and nothing else: for QGIS, reports and FME.

use std::str::FromStr;

use sqlx::{AssertSqlSafe, Row};

use super::{Store, StoreError};

/// The name of a user of the database: small letters, digits and underscores, so that it needs no quotes anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReaderName(String);

/// The text is no name for a reader.
#[derive(Debug, thiserror::Error)]
#[error(
    "'{0}' is no name for a reader: a small letter, then small letters, digits and underscores, 63 at most, not pg_…"
)]
pub struct InvalidName(pub(super) String);

/// Reserved words of SQL that look like a name.
const RESERVED: [&str; 6] = ["public", "none", "user", "current_user", "session_user", "current_role"];

impl FromStr for ReaderName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let letters = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        let fits = letters
            && text.len() <= 63
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && !text.starts_with("pg_")
            && !RESERVED.contains(&text);
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidName(text.to_owned())) }
    }
}

impl std::fmt::Display for ReaderName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why there is no reader.
#[derive(Debug, thiserror::Error)]
pub enum ReaderError {
    #[error("there is a database user '{0}' already; --new-password gives a reader another password")]
    Taken(ReaderName),
    #[error("there is no reader '{0}'; without --new-password it is made")]
    Unknown(ReaderName),
    #[error("the database user '{0}' may do more than read, so it is left alone")]
    Powerful(ReaderName),
    /// The server's own user may not make users.
    #[error(
        "the database user '{own}' may not make users; with --sql the command tells what an administrator of the \
         database has to run: geokontor database reader {name} --sql | psql …"
    )]
    Forbidden { own: String, name: ReaderName },
    #[error("there are no views to be read yet: start the server on this database, or run geokontor migrate")]
    Bare,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for ReaderError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Store {
    /// What makes a reader, for an administrator of the database to run.
    ///
    /// # Errors
    /// The database's.
    pub async fn reader_sql(&self, name: &ReaderName, verifier: Option<&str>) -> Result<String, ReaderError> {
        let place = self.place_of_readers().await?;
        let statements = statements(name, verifier, &place);
        Ok(statements.into_iter().map(|statement| format!("{statement};\n")).collect())
    }

    async fn place_of_readers(&self) -> Result<ReadersPlace, ReaderError> {
        // Views to come belong to whoever owns the schema, whoever runs this.
        let sql = "SELECT nspowner::regrole::text AS owner, quote_ident(datname) AS database, datdba = nspowner AS ours \
                   FROM pg_namespace, pg_database WHERE nspname = 'register' AND datname = current_database()";
        let row = sqlx::query(sql).fetch_optional(self.pool()).await?;
        let row = row.ok_or(ReaderError::Bare)?;
        let (owner, database) = (row.try_get("owner")?, row.try_get("database")?);
        Ok(ReadersPlace { owner, database, ours: row.try_get("ours")? })
    }

    /// Makes a user of the database who may read the views of the schema `register`, those to come included. `verifier` is
    /// what PostgreSQL keeps of a password; `None`: how the user is known is up to `pg_hba.conf`. Gives what the user can do
    /// all the same because PostgreSQL lets everybody and it was not ours to forbid.
    ///
    /// # Errors
    /// [`ReaderError::Taken`] if there is a user of the name, [`ReaderError::Forbidden`] if the server's own may not make any.
    pub async fn create_reader(&self, name: &ReaderName, verifier: Option<&str>) -> Result<Leeway, ReaderError> {
        let place = self.place_of_readers().await?;
        let sql = "SELECT current_user::text AS own, EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1) AS taken, \
                   (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) AS may";
        let row = sqlx::query(sql).bind(&name.0).fetch_one(self.pool()).await?;
        if row.try_get("taken")? {
            return Err(ReaderError::Taken(name.clone()));
        }
        if !row.try_get::<bool, _>("may")? {
            return Err(ReaderError::Forbidden { own: row.try_get("own")?, name: name.clone() });
        }
        let mut transaction = self.transaction(None).await?;
        for statement in statements(name, verifier, &place) {
            // Safe: the name is checked, what the database calls itself is quoted, a verifier has no quotes.
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *transaction).await?;
        }
        self.alive(transaction.commit()).await?;
        let sql = "SELECT has_database_privilege($1, current_database(), 'TEMP') AS tables, \
                   has_function_privilege($1, 'pg_catalog.lo_create(oid)', 'EXECUTE') AS objects";
        let row = sqlx::query(sql).bind(&name.0).fetch_one(self.pool()).await?;
        Ok(Leeway { temporary_tables: row.try_get("tables")?, large_objects: row.try_get("objects")? })
    }

    /// Gives a reader another password.
    ///
    /// # Errors
    /// [`ReaderError::Unknown`] without such a user, [`ReaderError::Powerful`] if it is none of ours.
    pub async fn renew_reader(&self, name: &ReaderName, verifier: &str) -> Result<(), ReaderError> {
        let sql = "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls \
                       OR has_table_privilege(oid, 'feature', 'SELECT, INSERT, UPDATE, DELETE') \
                       OR NOT has_schema_privilege(oid, 'register', 'USAGE') AS other \
                   FROM pg_roles WHERE rolname = $1";
        let row = sqlx::query(sql).bind(&name.0).fetch_optional(self.pool()).await?;
        let Some(row) = row else { return Err(ReaderError::Unknown(name.clone())) };
        if row.try_get("other")? {
            return Err(ReaderError::Powerful(name.clone()));
        }
        let statement = format!("ALTER ROLE {name}{}", password(Some(verifier)));
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(self.pool()).await?;
        Ok(())
    }
}

/// What PostgreSQL lets everybody do in a database, and with it a reader: neither touches the registers, both fill disks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leeway {
    pub temporary_tables: bool,
    pub large_objects: bool,
}

/// What makes a large object.
const MAKERS_OF_LARGE_OBJECTS: &str = "pg_catalog.lo_create(oid), pg_catalog.lo_creat(integer), \
                                       pg_catalog.lo_from_bytea(oid, bytea)";

/// Where readers read.
struct ReadersPlace {
    /// Whose the views are, quoted if need be; the database likewise.
    owner: String,
    database: String,
    /// The database belongs to whom the views belong to. In one of somebody else others may need what everybody may.
    ours: bool,
}

fn statements(name: &ReaderName, verifier: Option<&str>, place: &ReadersPlace) -> Vec<String> {
    let ReadersPlace { owner, database, ours } = place;
    let mut statements = vec![
        format!("CREATE ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION{}", password(verifier)),
        // What the user finds first, and no snapshot held for ever by a program that was left open.
        format!("ALTER ROLE {name} SET search_path = register, public"),
        format!("ALTER ROLE {name} SET default_transaction_read_only = on"),
        format!("ALTER ROLE {name} SET idle_in_transaction_session_timeout = '10min'"),
        format!("GRANT CONNECT ON DATABASE {database} TO {name}"),
        format!("GRANT USAGE ON SCHEMA register TO {name}"),
        format!("GRANT SELECT ON ALL TABLES IN SCHEMA register TO {name}"),
        format!("ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA register GRANT SELECT ON TABLES TO {name}"),
    ];
    if *ours {
        // Nobody can be denied what everybody may: it is taken from everybody. The owner keeps it.
        statements.push(format!("REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC"));
        // Without effect, and with a warning, unless a superuser runs it.
        statements.push(format!("REVOKE EXECUTE ON FUNCTION {MAKERS_OF_LARGE_OBJECTS} FROM PUBLIC"));
    }
    statements
}

fn password(verifier: Option<&str>) -> String {
    verifier.map_or_else(String::new, |verifier| format!(" PASSWORD '{verifier}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_need_no_quotes() {
        for fine in ["qgis", "bericht_2026", "a"] {
            assert!(fine.parse::<ReaderName>().is_ok(), "{fine}");
        }
        for bad in ["", "QGIS", "1st", "a b", "a;drop", "pg_reader", "public", "größe", "_a"] {
            assert!(bad.parse::<ReaderName>().is_err(), "{bad}");
        }
    }
}
