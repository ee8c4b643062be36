//! The same object again: recognised, merged, kept, taken back.

use geokontor::editing::{Edit, EditError, Operation, Precondition};
use geokontor::exchange::import::ImportError;
use geokontor::feature::FeatureId;
use geokontor::feature::crs::Crs;
use geokontor::identity::Caller;
use serde_json::{Value as Json, json};

use super::ground::Ground;
use super::{How, counted, features, import_text, scratch, try_import};

const MAPPING: &str = r#"
collection = "hydrants"
supplier = "Werk"
crs = "CRS84"
x = "lon"
y = "lat"
[key]
system = "werk"
columns = ["nr"]
[constants]
kind = "underground"
[[properties]]
property = "main_diameter"
columns = ["dn"]
[[properties]]
property = "flow_rate"
columns = ["flow"]
unit = "m3/h"
[[properties]]
property = "street"
columns = ["street"]
"#;

struct Supplier {
    folder: tempfile::TempDir,
}

impl Supplier {
    fn new() -> Self {
        let folder = scratch();
        std::fs::write(folder.path().join("werk.toml"), MAPPING).expect("written");
        Self { folder }
    }

    async fn sends(&self, ground: &Ground, rows: &str) -> geokontor::exchange::import::ImportOutcome {
        let mapping = self.folder.path().join("werk.toml");
        let how = How { mapping: mapping.to_str(), ..How::default() };
        import_text(ground, "werk.csv", format!("nr;lon;lat;dn;flow;street\n{rows}"), how).await
    }
}

fn id(feature: &Json) -> FeatureId {
    feature["id"].as_str().expect("an id").parse().expect("an id")
}

async fn edit(ground: &Ground, id: FeatureId, properties: Json) {
    let patch = json!({ "properties": properties });
    let operation = Operation::Patch { id, precondition: Precondition::Any, patch };
    let edits = vec![Edit { collection: "hydrants".to_owned(), operation }];
    ground.app.editor.commit(&Caller::operator("Amt"), "corrected", Crs::CRS84, edits).await.expect("edited");
}

#[tokio::test]
async fn the_same_file_twice_changes_nothing_and_a_new_one_only_what_is_new() {
    let (ground, supplier) = (Ground::start().await, Supplier::new());
    let rows = "1;11,46;53,89;100;48;Am Dom\n2;11,47;53,89;150;;\n";
    let first = supplier.sends(&ground, rows).await;
    assert_eq!(counted(first.counts), "2 new");
    let again = supplier.sends(&ground, rows).await;
    assert_eq!((counted(again.counts).as_str(), again.changeset), ("2 unchanged", None));
    // An empty cell blanks nothing; a move of 1.1 km is worth a warning.
    let news = supplier.sends(&ground, "1;11,46;53,89;;96;\n2;11,47;53,90;150;;\n3;11,48;53,89;80;;\n").await;
    assert_eq!((counted(news.counts).as_str(), news.counts.warned), ("1 new, 2 changed", 2));
    let all = features(&ground, "hydrants");
    assert_eq!(
        (&all[0]["properties"]["street"], &all[0]["properties"]["main_diameter"]),
        (&json!("Am Dom"), &json!(100))
    );
    assert_eq!(all[0]["properties"]["flow_rate"], 1600);
    let source =
        ground.count("SELECT (source->'counts'->>'changed')::bigint FROM changeset ORDER BY id DESC LIMIT 1").await;
    assert_eq!(source, 2);
}

#[tokio::test]
async fn what_was_corrected_here_stays_and_is_told_when_the_supplier_says_something_else() {
    let (ground, supplier) = (Ground::start().await, Supplier::new());
    supplier.sends(&ground, "1;11,46;53,89;100;48;Am Dom\n").await;
    let feature = id(&features(&ground, "hydrants")[0]);
    edit(&ground, feature, json!({ "main_diameter": 125 })).await;
    // The supplier says what he said before: ours stays. And he has news of something else: that is taken.
    let next = supplier.sends(&ground, "1;11,46;53,89;100;96;Am Dom\n").await;
    assert_eq!(counted(next.counts), "1 changed");
    let now = &features(&ground, "hydrants")[0]["properties"];
    assert_eq!((&now["main_diameter"], &now["flow_rate"]), (&json!(125), &json!(1600)));
    // Again: still nothing to do, although 100 is not 125.
    assert_eq!(counted(supplier.sends(&ground, "1;11,46;53,89;100;96;Am Dom\n").await.counts), "1 unchanged");
    // Now he says something new of what was corrected.
    let conflict = supplier.sends(&ground, "1;11,46;53,89;150;96;Am Dom\n").await;
    assert_eq!((counted(conflict.counts).as_str(), conflict.changeset), ("1 conflict", None));
    assert!(conflict.faulty[0].reasons.contains("ours is kept"), "{}", conflict.faulty[0].reasons);
    assert_eq!(features(&ground, "hydrants")[0]["properties"]["main_diameter"], 125);
    // What somebody deleted does not come back by itself.
    let edits = vec![Edit {
        collection: "hydrants".into(),
        operation: Operation::Delete { id: feature, precondition: Precondition::Any },
    }];
    ground.app.editor.commit(&Caller::operator("Amt"), "gone", Crs::CRS84, edits).await.expect("deleted");
    assert_eq!(counted(supplier.sends(&ground, "1;11,46;53,89;150;96;Am Dom\n").await.counts), "1 conflict");
}

#[tokio::test]
async fn good_rows_are_taken_and_bad_ones_told_with_their_line_and_all_their_faults() {
    let (ground, supplier) = (Ground::start().await, Supplier::new());
    let rows = "1;11,46;53,89;100;;\n2;0;0;viel;zig;\n3;11,47;53,89;100;;\n3;11,47;53,89;100;;\n4;53,89;11,46;100;;\n";
    let outcome = supplier.sends(&ground, rows).await;
    assert_eq!(counted(outcome.counts), "2 new, 1 duplicate, 2 error");
    let faulty: Vec<(u64, String)> = outcome.faulty.iter().map(|row| (row.line, row.reasons.clone())).collect();
    assert_eq!((faulty[0].0, faulty[1].0, faulty[2].0), (3, 5, 6));
    assert!(faulty[0].1.contains("0/0 usually means"), "{}", faulty[0].1);
    assert!(faulty[2].1.contains("axes swapped"), "{}", faulty[2].1);
    let mapping = supplier.folder.path().join("werk.toml");
    let file = supplier.folder.path().join("rows.csv");
    std::fs::write(&file, "nr;lon;lat;dn;flow;street\n7;11,40;53,89;100;;\n8;0;0;;;\n").expect("written");
    let how = How { mapping: mapping.to_str(), strict: true, ..How::default() };
    assert!(matches!(try_import(&ground, &file, how).await, Err(ImportError::Strict(_))));
    assert_eq!(features(&ground, "hydrants").len(), 2);
    let dry = try_import(&ground, &file, How { strict: false, dry_run: true, ..how }).await.expect("tried");
    assert_eq!((counted(dry.counts).as_str(), dry.changeset), ("1 new, 1 error", None));
}

#[tokio::test]
async fn a_row_without_an_id_on_an_object_is_only_perhaps_the_same() {
    let (ground, supplier) = (Ground::start().await, Supplier::new());
    supplier.sends(&ground, "1;11,46;53,89;100;;Am Dom\n").await;
    // The supplier's own objects are different, however near.
    assert_eq!(counted(supplier.sends(&ground, "2;11,45999;53,89;100;;\n").await.counts), "1 new");
    // 2 m east, the same kind.
    let text = "kind;lon;lat;street\nunderground;11.46003;53.89;Anders\n";
    assert_eq!(counted(import_text(&ground, "a.csv", text, How::default()).await.counts), "1 duplicate");
    let how = How { accept_duplicates: true, ..How::default() };
    assert_eq!(counted(import_text(&ground, "a.csv", text, how).await.counts), "1 new");
}

#[tokio::test]
async fn the_report_has_a_line_for_every_row() {
    let ground = Ground::start().await;
    let folder = scratch();
    let report = folder.path().join("report.csv");
    let text = "kind;lon;lat\nunderground;11.46;53.89\nLaterne;11.47;53.89\n";
    import_text(&ground, "a.csv", text, How { report: Some(&report), ..How::default() }).await;
    let lines = std::fs::read_to_string(&report).expect("a report");
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(
        lines[1].starts_with("2;new;") && lines[2].starts_with("3;error;;") && lines[2].contains("Laterne"),
        "{lines:?}"
    );
}

#[tokio::test]
async fn an_import_is_taken_back_as_a_whole_unless_somebody_has_worked_on_it() {
    let (ground, supplier) = (Ground::start().await, Supplier::new());
    supplier.sends(&ground, "1;11,46;53,89;100;;\n2;11,47;53,89;100;;\n").await;
    let second = supplier.sends(&ground, "1;11,46;53,89;150;;\n3;11,48;53,89;80;;\n").await;
    let changeset = second.changeset.expect("a changeset");
    let before = features(&ground, "hydrants");
    assert_eq!(before.len(), 3);
    let caller = Caller::operator("Amt");
    let undone = ground.app.editor.undo(&caller, changeset, "wrong file").await.expect("taken back");
    assert_eq!(undone.features.len(), 2);
    let after = features(&ground, "hydrants");
    assert_eq!((after.len(), &after[0]["properties"]["main_diameter"]), (2, &json!(100)));
    let twice = ground.app.editor.undo(&caller, changeset, "again").await;
    assert!(matches!(twice, Err(EditError::UndoneAlready { .. })), "{twice:?}");
    // What was taken back counts as never said: the file can come again.
    let again = supplier.sends(&ground, "1;11,46;53,89;150;;\n3;11,48;53,89;80;;\n").await;
    assert_eq!(counted(again.counts), "1 new, 1 changed");
    edit(&ground, id(&features(&ground, "hydrants")[0]), json!({ "street": "Neu" })).await;
    let refused = ground.app.editor.undo(&caller, again.changeset.expect("a changeset"), "wrong file").await;
    assert!(matches!(refused, Err(EditError::ChangedSince { .. })), "{refused:?}");
    assert_eq!(features(&ground, "hydrants").len(), 3);
    // And an undo can itself be taken back: the deleted one returns with its id.
    let back = ground.app.editor.undo(&caller, undone.changeset.expect("a changeset"), "it was right").await;
    assert!(back.is_err(), "feature 1 has been changed since");
}
