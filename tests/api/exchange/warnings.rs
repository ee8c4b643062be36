//! What is taken and worth a look all the same.

use super::ground::Ground;
use super::{How, counted, import_text, scratch};

/// Imports a table and gives the reports of its rows: line, status, reasons, warnings.
pub(super) async fn reported(ground: &Ground, table: &str, how: How<'_>) -> Vec<[String; 4]> {
    let folder = scratch();
    let file = folder.path().join("report.csv");
    import_text(ground, "a.csv", table, How { report: Some(&file), ..how }).await;
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_path(&file).expect("a report");
    let cell = |record: &csv::StringRecord, nth: usize| record.get(nth).unwrap_or_default().to_owned();
    reader
        .records()
        .map(|record| record.expect("a row"))
        .map(|record| [cell(&record, 0), cell(&record, 1), cell(&record, 3), cell(&record, 4)])
        .collect()
}

#[tokio::test]
async fn a_hydrant_in_the_water_is_warned_about_and_one_above_a_tank_is_not() {
    let ground = Ground::start().await;
    let area = |kind: &str, west: f64| {
        let east = west + 0.001;
        format!(
            r#"{{"type":"Feature","geometry":{{"type":"Polygon","coordinates":[[[{west},53.9],[{east},53.9],[{east},53.901],[{west},53.901],[{west},53.9]]]}},"properties":{{"kind":"{kind}","name":"Mühlenteich","usable_volume":100}}}}"#
        )
    };
    let text = format!(
        r#"{{"type":"FeatureCollection","features":[{},{}]}}"#,
        area("lake", 11.4),
        area("underground_tank", 11.41)
    );
    let waters = How { collection: Some("water_sources"), ..How::default() };
    assert_eq!(counted(import_text(&ground, "a.geojson", text, waters).await.counts), "2 new");
    let table = "kind;lon;lat\npillar;11.4005;53.9005\npillar;11.4105;53.9005\npillar;11.4205;53.9005\n";
    let rows = reported(&ground, table, How::default()).await;
    assert_eq!(rows.len(), 3);
    assert!(rows[0][1] == "new" && rows[0][3].contains("open water (Mühlenteich"), "{rows:?}");
    assert!(rows[1][3].is_empty() && rows[2][3].is_empty(), "{rows:?}");
}

#[tokio::test]
async fn twins_are_told_from_what_is_perhaps_the_same_in_the_file_and_in_the_register() {
    let ground = Ground::start().await;
    // A ten-thousandth of a degree is 6.6 m east and 11.1 m north here.
    let table = "kind;lon;lat\npillar;11.46000;53.89000\npillar;11.46006;53.89000\npillar;11.46030;53.89000\n\
                 pillar;11.46033;53.89000\nunderground;11.46001;53.89000\n";
    let rows = reported(&ground, table, How::default()).await;
    let warnings: Vec<&str> = rows.iter().map(|row| row[3].as_str()).collect();
    assert!(warnings[1].contains("a twin of line 2") && warnings[1].contains("3.9 m"), "{warnings:?}");
    assert!(warnings[3].contains("perhaps the same as line 4") && warnings[3].contains("2.0 m"), "{warnings:?}");
    assert!([0, 2, 4].iter().all(|row| warnings[*row].is_empty()), "{warnings:?}");
    // The same places again: what stands there already is no twin of itself.
    let again = reported(&ground, table, How::default()).await;
    assert!(again.iter().all(|row| row[1] == "unchanged" && row[3].is_empty()), "{again:?}");
    let near = "kind;lon;lat;street\npillar;11.46034;53.89001;Am Dom\n";
    let rows = reported(&ground, near, How { accept_duplicates: true, ..How::default() }).await;
    assert!(rows[0][1] == "new" && rows[0][3].contains("perhaps the same as feature"), "{rows:?}");
}

#[tokio::test]
async fn two_flow_tests_of_an_object_on_one_day_are_told() {
    let ground = Ground::start().await;
    let head = "kind;lon;lat;external_ids;flow_rate;flow_measured_on;static_pressure\n";
    let row = |flow: u32, day: &str| {
        format!("pillar;11.46;53.89;\"[{{\"\"system\"\":\"\"werk\"\",\"\"value\"\":\"\"7\"\"}}]\";{flow};{day};4\n")
    };
    let table = format!("{head}{}{}{}", row(800, "2024-05-31"), row(900, "2024-05-31"), row(950, "2024-06-30"));
    let rows = reported(&ground, &table, How::default()).await;
    assert_eq!(rows.iter().map(|row| row[1].as_str()).collect::<Vec<_>>(), ["new", "duplicate", "duplicate"]);
    assert!(rows[1][3].contains("line 2 has a test of the same object on the same day"), "{rows:?}");
    assert!(rows[0][3].is_empty() && rows[2][3].is_empty(), "{rows:?}");
    // Another result of the day that is recorded.
    let rows = reported(&ground, &format!("{head}{}", row(960, "2024-05-31")), How::default()).await;
    assert!(rows[0][1] == "changed" && rows[0][3].contains("with 800 instead of 960"), "{rows:?}");
}

#[tokio::test]
async fn what_is_wrong_with_a_mandatory_property_is_told_once() {
    let ground = Ground::start().await;
    let rows = reported(&ground, "kind;lon;lat\nLaterne;11.46;53.89\n;11.47;53.89\n", How::default()).await;
    for row in &rows {
        assert_eq!((row[1].as_str(), row[2].matches("Kind").count()), ("error", 1), "{row:?}");
    }
    assert!(rows[0][2].contains("Laterne"), "{rows:?}");
}

#[tokio::test]
async fn a_day_that_cannot_be_is_named_and_left_out() {
    let ground = Ground::start().await;
    let table = "kind;lon;lat;status_as_of\npillar;11.46;53.89;31.05.2024\npillar;11.47;53.89;01.01.0001\n\
                 pillar;11.48;53.89;30.12.1899\npillar;11.49;53.89;02.03.2603\n";
    let rows = reported(&ground, table, How { dry_run: true, ..How::default() }).await;
    let told: Vec<(&str, &str)> = rows.iter().map(|row| (row[0].as_str(), row[1].as_str())).collect();
    assert_eq!(told, [("2", "new"), ("3", "new"), ("4", "new"), ("5", "new")], "{rows:?}");
    let reasons = ["not a date", "1950-01-01 is the first day", "ahead of today"];
    for (row, reason) in rows[1..].iter().zip(reasons) {
        assert!(row[3].starts_with("Status checked on (column 'status_as_of', value '"), "{row:?}");
        assert!(row[3].contains(reason) && row[3].ends_with("; not recorded"), "{row:?}");
    }
}
