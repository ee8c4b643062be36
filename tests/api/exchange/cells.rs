//! What cells mean: words beside numbers, units of columns, days, notations of places, values that do not fit.

use geokontor::collection::Language;
use serde_json::{Value as Json, json};

use super::ground::Ground;
use super::warnings::reported;
use super::{How, counted, features, import_text, scratch};

/// The features of a collection by their numbers.
fn by_number(ground: &Ground) -> impl Fn(&str) -> Json {
    let all = features(ground, "hydrants");
    move |number| {
        let found = all.iter().find(|feature| feature["properties"]["ref"] == number);
        found.cloned().unwrap_or_else(|| panic!("there is no {number}"))
    }
}

#[tokio::test]
async fn a_number_among_words_that_change_it_is_told_and_not_recorded() {
    let ground = Ground::start().await;
    let head = "Nummer;Bauart;Rechtswert;Hochwert;Durchfluss;Ruhedruck;Nennweite Leitung\n";
    let row = |n: u32, cells: &str| format!("W-{n};Unterflurhydrant;254{n}0,10;5985000,20;{cells}\n");
    let rows = [
        "unter 400 l/min;;",
        "bis 800;;",
        "max. 48 m³/h;unter 2 bar;",
        ";;kleiner DN 80",
        "ca. 800 l/min;mind. 2,5 bar;DN 100 mm",
        "kein Wasser, Soll 800 l/min;;",
    ];
    let table: String = rows.iter().zip(10..).map(|(cells, n)| row(n, cells)).collect();
    let told = reported(&ground, &format!("{head}{table}"), How::default()).await;
    assert!(told.iter().all(|row| row[1] == "new"), "{told:?}");
    assert!(
        told[0][3].contains("column 'Durchfluss', value 'unter 400 l/min'") && told[0][3].contains("not recorded"),
        "{told:?}"
    );
    assert!(told[2][3].contains("Static pressure") && told[3][3].contains("Main diameter"), "{told:?}");
    assert!(told[5][3].contains("check its status"), "{told:?}");
    let of = by_number(&ground);
    for number in ["W-10", "W-11", "W-12", "W-13", "W-15"] {
        let properties = &of(number)["properties"];
        let measured = ["flow_rate", "static_pressure", "main_diameter"].map(|name| properties[name].is_null());
        assert_eq!(measured, [true; 3], "{properties}");
    }
    let plain = &of("W-14")["properties"];
    assert_eq!(
        (&plain["flow_rate"], &plain["static_pressure"], &plain["main_diameter"]),
        (&json!(800), &json!(2.5), &json!(100))
    );
    assert_eq!(of("W-15")["properties"]["status_reason"], "Durchfluss: kein Wasser, Soll 800 l/min");
}

#[tokio::test]
async fn the_unit_of_a_column_may_stand_in_its_head() {
    let ground = Ground::start().await;
    for (n, head) in
        ["Durchfluss (m³/h)", "Durchfluss [m³/h]", "Durchfluss in m³/h", "Durchfluss m³/h"].iter().enumerate()
    {
        let n = n + 1;
        let table = format!(
            "Nummer;Rechtswert [m];Hochwert [m];Bauart;{head};Nennweite Leitung (cm);Ruhedruck in mbar\nU-{n};2541{n}0;5985000;Unterflurhydrant;96;10;4500\n"
        );
        assert_eq!(counted(import_text(&ground, "a.csv", table, How::default()).await.counts), "1 new", "{head}");
    }
    let of = by_number(&ground);
    for n in 1..=4 {
        let properties = &of(&format!("U-{n}"))["properties"];
        assert_eq!(
            (&properties["flow_rate"], &properties["main_diameter"], &properties["static_pressure"]),
            (&json!(1600), &json!(100), &json!(4.5)),
            "{properties}"
        );
    }
}

#[tokio::test]
async fn a_place_is_read_in_any_notation_from_two_columns_or_one() {
    let ground = Ground::start().await;
    let pairs = "Nummer;Bauart;Breite;Länge\nP-1;Unterflurhydrant;N53.95863;E11.26230\n\
                 P-2;Unterflurhydrant;N 53° 57.520;E 11° 15.840\nP-3;Unterflurhydrant;\"53°57'31,1\"\"N\";\"11°15'54,3\"\"O\"\n\
                 P-4;Unterflurhydrant;53,95880° N;11,26660° O\nP-5;Unterflurhydrant;53,95880;11,26860\n";
    assert_eq!(counted(import_text(&ground, "a.csv", pairs, How::default()).await.counts), "5 new");
    let single = "Nummer;Bauart;Koordinaten\nP-6;Unterflurhydrant;53.95863, 11.27060\nP-7;Unterflurhydrant;32U PE 4873 8053\n\
                  P-8;Unterflurhydrant;POINT(11.27260 53.95863)\n\
                  P-9;Unterflurhydrant;\"{\"\"type\"\":\"\"Point\"\",\"\"coordinates\"\":[11.27460,53.95863]}\"\n\
                  P-10;Unterflurhydrant;\"53° 57' 31.1\"\" N 11° 16' 36.6\"\" E\"\nP-11;Unterflurhydrant;irgendwo\n";
    let told = reported(&ground, single, How::default()).await;
    let became: Vec<&str> = told.iter().map(|row| row[1].as_str()).collect();
    assert_eq!(became, ["new", "new", "new", "new", "new", "error"], "{told:?}");
    assert!(told[5][2].contains("column 'Koordinaten', value 'irgendwo'") && told[5][2].contains("UTMREF"), "{told:?}");
    assert!(told[1][3].contains("a square 10 m wide"), "{told:?}");
    let of = by_number(&ground);
    let expected = [
        (1, 11.2623),
        (2, 11.264),
        (3, 11.26508),
        (4, 11.2666),
        (5, 11.2686),
        (6, 11.2706),
        (8, 11.2726),
        (9, 11.2746),
        (10, 11.27683),
    ];
    for (n, lon) in expected {
        let at = &of(&format!("P-{n}"))["geometry"]["coordinates"];
        let (x, y) = (at[0].as_f64().expect("a number"), at[1].as_f64().expect("a number"));
        assert!((x - lon).abs() < 2e-5 && (y - 53.9587).abs() < 3e-4, "P-{n}: {at}");
    }
}

#[tokio::test]
async fn days_are_read_as_they_are_written_and_what_is_unclear_in_them_is_told() {
    let ground = Ground::start().await;
    let days = [
        "02.05.24",
        "2.5.24",
        "45414",
        "2. Mai 2024",
        "02-05-2024",
        "5/31/2024",
        "Mai 2024",
        "05/2024",
        "KW 18/2024",
        "02.05.2034",
    ];
    let row = |(n, day): (usize, &&str)| format!("D-{n};Unterflurhydrant;2541{n}0,10;5985000,20;{day}\n");
    let rows: String = days.iter().enumerate().map(row).collect();
    let table = format!("Nummer;Bauart;Rechtswert;Hochwert;Zustand geprüft am\n{rows}");
    let told = reported(&ground, &table, How::default()).await;
    assert!(told.iter().all(|row| row[1] == "new"), "{told:?}");
    let of = by_number(&ground);
    let read: Vec<Json> =
        (0..days.len()).map(|n| of(&format!("D-{n}"))["properties"]["status_as_of"].clone()).collect();
    let may = json!("2024-05-02");
    let expected = [
        may.clone(),
        may.clone(),
        may.clone(),
        may.clone(),
        may,
        json!("2024-05-31"),
        json!("2024-05-01"),
        json!("2024-05-01"),
        Json::Null,
        Json::Null,
    ];
    assert_eq!(read, expected);
    assert!(told[..4].iter().all(|row| row[3].is_empty()) && told[5][3].is_empty(), "{told:?}");
    for (row, part) in [
        (4, "other way round"),
        (6, "first of the month"),
        (7, "first of the month"),
        (8, "not a date"),
        (9, "ahead of today"),
    ] {
        assert!(told[row][3].contains(part), "{:?}", told[row]);
    }
}

#[tokio::test]
async fn an_inch_is_rounded_and_an_unclear_tag_is_left_out_as_the_mapping_says() {
    let ground = Ground::start().await;
    let node = |id: u32, diameter: &str, flow: &str| {
        format!(
            "<node id='{id}' version='1' lat='53.9620' lon='11.2{id}'><tag k='emergency' v='fire_hydrant'/><tag k='ref' v='I-{id}'/>\
             <tag k='fire_hydrant:diameter' v='{diameter}'/><tag k='fire_hydrant:flow_capacity' v='{flow}'/></node>"
        )
    };
    let osm = format!(
        "<?xml version='1.0'?><osm version='0.6'>{}{}{}</osm>",
        node(60, "4&quot;", "50 m³/h"),
        node(62, "viel", "999999"),
        node(64, "100", "1000 gpm")
    );
    let how = How { mapping: Some("osm"), strict: true, ..How::default() };
    let outcome = import_text(&ground, "a.osm", osm, how).await;
    assert_eq!(counted(outcome.counts), "3 new", "{:?}", outcome.faulty);
    let of = by_number(&ground);
    let both = |number: &str| {
        let properties = &of(number)["properties"];
        (properties["main_diameter"].clone(), properties["flow_rate"].clone())
    };
    assert_eq!(both("I-60"), (json!(102), json!(833)));
    assert_eq!(both("I-62"), (Json::Null, Json::Null));
    assert_eq!(both("I-64"), (json!(100), Json::Null));
}

#[tokio::test]
async fn an_absurd_value_costs_an_object_only_that_value_unless_the_import_is_strict() {
    let ground = Ground::start().await;
    let table = "Nummer;Bauart;lon;lat;Durchfluss;Nennweite Leitung;Baujahr;Betriebszustand\n\
                 A-1;Unterflurhydrant;11,46;53,89;800;99999;12;\nA-2;Unterflurhydrant;11,47;53,89;-5;100;1998;\n\
                 A-3;Laterne;11,48;53,89;800;100;1998;\nA-4;Unterflurhydrant;11,49;53,89;800;100;1998;halb\n";
    let told = reported(&ground, table, How { dry_run: true, strict: false, ..How::default() }).await;
    let became: Vec<&str> = told.iter().map(|row| row[1].as_str()).collect();
    assert_eq!(became, ["new", "new", "error", "error"], "{told:?}");
    assert!(
        told[0][3].contains(
            "Main diameter (column 'Nennweite Leitung', value '99999'): must lie between 25 and 2000 mm; not recorded"
        ),
        "{told:?}"
    );
    assert!(told[0][3].contains("Year built") && told[1][3].contains("value '-5'"), "{told:?}");
    assert!(
        told[3][2].contains("Operational status (column 'Betriebszustand', value 'halb'): not one of Ready"),
        "{told:?}"
    );
    let folder = scratch();
    let file = folder.path().join("a.csv");
    std::fs::write(&file, table).expect("written");
    let strict = super::try_import(&ground, &file, How { strict: true, ..How::default() }).await;
    let Err(geokontor::exchange::import::ImportError::Strict(outcome)) = strict else { panic!("{strict:?}") };
    assert_eq!(outcome.counts.error, 4);
    // A mapping may say that whatever is unclear is left out.
    let mapping = folder.path().join("amt.toml");
    let rules = "collection = \"hydrants\"\notherwise = \"\"\n[[properties]]\nproperty = \"kind\"\ncolumns = [\"Bauart\"]\n\
                 [[properties]]\nproperty = \"operational_status\"\ncolumns = [\"Betriebszustand\"]\n\
                 [[properties]]\nproperty = \"main_diameter\"\ncolumns = [\"Nennweite Leitung\"]\n";
    std::fs::write(&mapping, rules).expect("written");
    let how = How { mapping: mapping.to_str(), ..How::default() };
    let outcome = import_text(&ground, "a.csv", table, how).await;
    assert_eq!(
        counted(outcome.counts),
        "3 new, 1 error",
        "what is mandatory and has no default is needed all the same"
    );
    let all = features(&ground, "hydrants");
    assert!(all.iter().all(|feature| feature["properties"]["operational_status"] == "unknown"), "{all:?}");
}

#[tokio::test]
async fn words_for_none_are_no_keys_and_no_numbers() {
    let ground = Ground::start().await;
    let folder = scratch();
    let mapping = folder.path().join("werk.toml");
    let rules = |none: &str| {
        format!(
            "collection = \"hydrants\"\nsupplier = \"Werk\"\n[key]\nsystem = \"werk\"\ncolumns = [\"Anlage\"]\n{none}\n[constants]\nkind = \"pillar\"\n\
         [[properties]]\nproperty = \"ref\"\ncolumns = [\"Nummer\"]\n"
        )
    };
    std::fs::write(&mapping, rules("")).expect("written");
    let how = How { mapping: mapping.to_str(), ..How::default() };
    let table = "Anlage;Nummer;lon;lat\n-;ohne;11,46;53,89\nk.A.;-;11,47;53,89\n0;k. A.;11,48;53,89\nohne;0;11,49;53,89\n4711;17;11,50;53,89\n";
    assert_eq!(counted(import_text(&ground, "a.csv", table, how).await.counts), "5 new");
    let all = features(&ground, "hydrants");
    let known = |name: &str| all.iter().filter(|feature| !feature["properties"][name].is_null()).count();
    assert_eq!((known("ref"), known("external_ids")), (1, 1), "{all:?}");
    // Words of one's own go in the place of the usual ones.
    std::fs::write(&mapping, rules("none = [\"leer\"]")).expect("written");
    let table = "Anlage;Nummer;lon;lat\nleer;;11,51;53,89\nLeer;;11,52;53,89\n0;;11,53;53,89\n";
    assert_eq!(counted(import_text(&ground, "a.csv", table, how).await.counts), "3 new");
    let told = features(&ground, "hydrants");
    assert_eq!(told.iter().filter(|feature| !feature["properties"]["external_ids"].is_null()).count(), 2);
}

#[tokio::test]
async fn a_report_speaks_the_language_of_whoever_ordered_it_and_sums_its_reasons() {
    let ground = Ground::start().await;
    let table = "Nummer;Bauart;lon;lat;Durchfluss\nL-1;Laterne;11,46;53,89;\nL-2;Mast;11,47;53,89;\nL-3;Unterflurhydrant;11,48;53,89;viel\n";
    let how = How { german: true, ..How::default() };
    let outcome = import_text(&ground, "a.csv", table, how).await;
    let expected =
        "Bauart (Spalte „Bauart“, Wert „Laterne“): nicht vorgesehen; möglich sind Überflurhydrant, Unterflurhydrant";
    assert!(outcome.faulty[0].reasons.starts_with(expected), "{:?}", outcome.faulty);
    let collection = ground.app.catalogue.get("hydrants").expect("declared");
    let sums: Vec<(u64, u64, String)> =
        outcome.sums.iter().map(|sum| (sum.count, sum.line, sum.first.text(collection, Language::De))).collect();
    assert_eq!((sums[0].0, sums[0].1), (2, 2), "{sums:?}");
    assert_eq!(sums[1].2, "Durchfluss (Spalte „Durchfluss“, Wert „viel“): keine Zahl in l/min; nicht übernommen");
}

#[tokio::test]
async fn suspects_with_a_number_are_taken_when_they_are_accepted() {
    let ground = Ground::start().await;
    let head = "ref;kind;lon;lat\n";
    assert_eq!(
        counted(import_text(&ground, "a.csv", format!("{head}1;pillar;11.46;53.89\n"), How::default()).await.counts),
        "1 new"
    );
    let near = format!("{head}2;pillar;11.46003;53.89\n");
    assert_eq!(counted(import_text(&ground, "a.csv", &near, How::default()).await.counts), "1 duplicate");
    // A suspect that was refused keeps its number from nobody.
    let both = format!("{near}2;pillar;11.47;53.89\n");
    assert_eq!(
        counted(import_text(&ground, "a.csv", &both, How { dry_run: true, ..How::default() }).await.counts),
        "1 new, 1 duplicate"
    );
    let how = How { accept_duplicates: true, ..How::default() };
    assert_eq!(counted(import_text(&ground, "a.csv", &near, how).await.counts), "1 new");
    assert_eq!(counted(import_text(&ground, "a.csv", &near, how).await.counts), "1 unchanged");
}

#[tokio::test]
async fn a_report_as_a_workbook_is_mended_and_sent_again() {
    let ground = Ground::start().await;
    let folder = scratch();
    let report = folder.path().join("bericht.xlsx");
    let table = "Nummer;Bauart;lon;lat;Durchfluss (m³/h);Bemerkung\n0017;Laterne;11,46;53,89;96;=1+1\n\
                 0018;Unterflurhydrant;11,47;53,89;48;\n";
    let how = How { report: Some(&report), german: true, ..How::default() };
    assert_eq!(counted(import_text(&ground, "a.csv", table, how).await.counts), "1 new, 1 error");
    let sheet = folder.path().join("bericht.csv");
    let mut turn = std::process::Command::new("ogr2ogr");
    turn.env("OGR_XLSX_HEADERS", "FORCE").args(["-f", "CSV"]).arg(&sheet).arg(&report);
    assert!(turn.status().expect("ogr2ogr").success());
    let text = std::fs::read_to_string(&sheet).expect("a table");
    let head = "Import: Ergebnis,Import: Gründe,Import: Hinweise,Nummer,Bauart,lon,lat,Durchfluss (m³/h),Bemerkung,";
    assert!(text.starts_with(head), "{text}");
    assert!(text.contains("Fehler,\"Bauart (Spalte „Bauart“, Wert „Laterne“): nicht vorgesehen"), "{text}");
    // As it is, it says the same again; mended, it is taken, and its own columns are passed over.
    let again = super::imported(&ground, &report, How::default()).await;
    assert_eq!(counted(again.counts), "1 unchanged, 1 error", "{:?}", again.faulty);
    assert!(again.left_over.is_empty(), "{:?}", again.left_over);
    let mended = text.replace(",Laterne,", ",Überflurhydrant,");
    let outcome = import_text(&ground, "mended.csv", mended, How::default()).await;
    assert_eq!(counted(outcome.counts), "1 new, 1 unchanged", "{:?}", outcome.faulty);
    let of = by_number(&ground);
    let properties = &of("0017")["properties"];
    assert_eq!((&properties["flow_rate"], &properties["remark"]), (&json!(1600), &json!("=1+1")));
}

#[tokio::test]
async fn a_workbook_of_a_file_with_geometries_says_where_they_are() {
    let ground = Ground::start().await;
    let folder = scratch();
    let report = folder.path().join("report.xlsx");
    let point = |n: u32, kind: &str| {
        format!(
            r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":[11.4{n},53.89]}},"properties":{{"ref":"G-{n}","kind":"{kind}","main_diameter":100}}}}"#
        )
    };
    let text =
        format!(r#"{{"type":"FeatureCollection","features":[{},{}]}}"#, point(1, "pillar"), point(2, "underground"));
    let how = How { report: Some(&report), dry_run: true, ..How::default() };
    assert_eq!(counted(import_text(&ground, "a.geojson", &text, how).await.counts), "2 new");
    assert_eq!(counted(super::imported(&ground, &report, How::default()).await.counts), "2 new");
    assert_eq!(counted(import_text(&ground, "a.geojson", &text, How::default()).await.counts), "2 unchanged");
}
