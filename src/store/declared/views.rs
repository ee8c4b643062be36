//! Views in the database that follow the declarations and harm nothing that others have built on them.
//!
//! A view keeps the columns it has in their places and gets new ones behind them, which PostgreSQL takes in place: grants
//! stay, and so do views of others on top. Only where a column goes or changes its type the view is made anew; if
//! something is built on it then, nothing is touched and the start ends with the names of what stands in the way.
//! Nobody writes through a view: [`REFUSAL`].

use sqlx::{PgConnection, Row};

use super::super::StoreError;
use super::{described, execute, quoted};
use crate::collection::{Property, PropertyKind};

/// What answers every attempt to write through a view. A view over one table could be written by itself otherwise, by
/// whoever owns it, and neither the journal nor the server would hear of it.
pub const REFUSAL: &str = "\
CREATE OR REPLACE FUNCTION register.refuse_writing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'register.% can only be read', TG_TABLE_NAME USING
        ERRCODE = 'object_not_in_prerequisite_state',
        HINT = 'Changes go through the server, which keeps a journal of them: POST, PUT, PATCH and DELETE below '
            || '/ogc/collections/<collection>/items, or the command geokontor import.';
END $$";

/// A view as it should be.
#[derive(Debug)]
pub struct View {
    pub name: String,
    /// Where its rows are.
    pub table: String,
    /// Which of them; `None`: all.
    pub condition: Option<String>,
    pub columns: Vec<Column>,
    pub comment: String,
}

/// A column as it should be.
#[derive(Debug, Clone)]
pub struct Column {
    pub name: String,
    /// As PostgreSQL writes the type.
    pub kind: String,
    /// An expression over the partition.
    pub value: String,
    pub comment: Option<String>,
}

/// The typed column of a property.
pub fn column(property: &Property) -> Column {
    let name = &property.name;
    let text = format!("properties->>'{name}'");
    let kind = match property.kind {
        PropertyKind::Text { .. } | PropertyKind::Code(_) => "text",
        PropertyKind::Integer { .. } => "bigint",
        PropertyKind::Number { .. } => "double precision",
        PropertyKind::Boolean => "boolean",
        PropertyKind::Date { .. } => "date",
        PropertyKind::Instant => "timestamp with time zone",
        PropertyKind::List(_) => "jsonb",
    };
    let value = match kind {
        "text" => text,
        "jsonb" => format!("properties->'{name}'"),
        _ => format!("({text})::{kind}"),
    };
    let mut comment = described(&property.title, property.description.as_ref());
    if let Some(unit) = &property.unit {
        comment = format!("{comment} [{unit}]");
    }
    Column { name: name.clone(), kind: kind.to_owned(), value, comment: Some(comment) }
}

/// Makes the view what it should be.
///
/// # Errors
/// [`StoreError::Dependents`] if it would have to be dropped and something of others is built on it.
pub async fn apply(connection: &mut PgConnection, view: &View) -> Result<(), StoreError> {
    let present = columns_of(connection, &view.name).await?;
    let columns = match continued(view, &present) {
        Ok(columns) => columns,
        Err(lost) => {
            let dependents = dependents_of(connection, &view.name).await?;
            if !dependents.is_empty() {
                return Err(StoreError::Dependents {
                    view: view.name.clone(),
                    lost,
                    dependents: dependents.join(", "),
                });
            }
            execute(connection, format!("DROP VIEW register.{}", view.name)).await?;
            view.columns.iter().collect()
        }
    };
    for statement in statements(view, &columns) {
        execute(connection, statement).await?;
    }
    Ok(())
}

/// The columns in the order in which the view can have them without being dropped; else what is in the way.
fn continued<'v>(view: &'v View, present: &[(String, String)]) -> Result<Vec<&'v Column>, String> {
    let mut columns = Vec::with_capacity(view.columns.len());
    for (name, kind) in present {
        let kept = view.columns.iter().find(|column| column.name == *name);
        match kept {
            Some(kept) if kept.kind == *kind => columns.push(kept),
            Some(kept) => return Err(format!("its column {name} becomes {} instead of {kind}", kept.kind)),
            None => return Err(format!("its column {name} goes")),
        }
    }
    columns.extend(view.columns.iter().filter(|column| present.iter().all(|(name, _)| *name != column.name)));
    Ok(columns)
}

/// All that makes a view, in the order of the declaration.
pub fn definition(view: &View) -> Vec<String> {
    statements(view, &view.columns.iter().collect::<Vec<_>>())
}

fn statements(view: &View, columns: &[&Column]) -> Vec<String> {
    let View { name, table, .. } = view;
    let rows = view.condition.as_ref().map_or_else(String::new, |condition| format!(" WHERE {condition}"));
    let selected: Vec<String> = columns.iter().map(|column| format!("{} AS {}", column.value, column.name)).collect();
    let mut statements = vec![
        format!("CREATE OR REPLACE VIEW register.{name} AS SELECT {} FROM {table}{rows}", selected.join(", ")),
        format!(
            "CREATE OR REPLACE TRIGGER read_only INSTEAD OF INSERT OR UPDATE OR DELETE ON register.{name} \
             FOR EACH ROW EXECUTE FUNCTION register.refuse_writing()"
        ),
        format!("COMMENT ON VIEW register.{name} IS {}", quoted(&view.comment)),
    ];
    statements.extend(columns.iter().filter_map(|column| {
        let comment = quoted(column.comment.as_ref()?);
        Some(format!("COMMENT ON COLUMN register.{name}.{} IS {comment}", column.name))
    }));
    statements
}

/// Names and types of the columns there are; none if there is no such view.
async fn columns_of(connection: &mut PgConnection, view: &str) -> Result<Vec<(String, String)>, StoreError> {
    let sql = "SELECT attname::text AS name, format_type(atttypid, atttypmod) AS kind FROM pg_attribute \
               WHERE attrelid = to_regclass('register.' || $1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum";
    let rows = sqlx::query(sql).bind(view).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.try_get("name")?, row.try_get("kind")?))).collect()
}

/// What others have built on the view itself.
async fn dependents_of(connection: &mut PgConnection, view: &str) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT DISTINCT coalesce(rule.ev_class::regclass::text, pg_describe_object(d.classid, d.objid, 0)) AS name \
               FROM pg_depend d LEFT JOIN pg_rewrite rule ON d.classid = 'pg_rewrite'::regclass AND rule.oid = d.objid \
               WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = to_regclass('register.' || $1) \
                 AND d.deptype = 'n' AND rule.ev_class IS DISTINCT FROM d.refobjid ORDER BY name";
    Ok(sqlx::query_scalar(sql).bind(view).fetch_all(connection).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, kind: &str) -> Column {
        Column { name: name.to_owned(), kind: kind.to_owned(), value: name.to_owned(), comment: None }
    }

    #[test]
    fn columns_keep_their_places_and_new_ones_come_last() {
        let columns = vec![named("id", "uuid"), named("new", "text"), named("old", "bigint")];
        let (name, table) = ("sirens".to_owned(), "feature_sirens".to_owned());
        let view = View { name, table, condition: None, columns, comment: String::new() };
        let present = [("id".to_owned(), "uuid".to_owned()), ("old".to_owned(), "bigint".to_owned())];
        let names = |columns: Vec<&Column>| columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
        assert_eq!(continued(&view, &present).map(names), Ok(vec!["id".into(), "old".into(), "new".into()]));
        let text = [("old".to_owned(), "text".to_owned())];
        assert_eq!(continued(&view, &text).map(names), Err("its column old becomes bigint instead of text".to_owned()));
        let gone = [("gone".to_owned(), "text".to_owned())];
        assert_eq!(continued(&view, &gone).map(names), Err("its column gone goes".to_owned()));
    }
}
