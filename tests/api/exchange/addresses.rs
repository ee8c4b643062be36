//! House coordinates as the land surveys deliver them. The addresses are invented.

use serde_json::json;

use super::ground::Ground;
use super::{How, counted, features, import_text};

const HOW: How<'static> = How {
    collection: Some("addresses"),
    mapping: Some("hauskoordinaten"),
    crs: None,
    layer: None,
    encoding: None,
    strict: false,
    accept_duplicates: false,
    dry_run: false,
    report: None,
    german: false,
};

const FILE: &str = "# Hauskoordinaten, erfunden\n\
    N;DEMVAL0000000001;A;13;0;74;087;0000;00010;12;a;33267397,361;5977269,578;Mühlenstraße;23966;Wismar;;Altstadt\n\
    N;DEMVAL0000000002;A;13;0;74;087;0000;00010;14;;33267401,000;5977270,000;Mühlenstraße;23966;Wismar;;\n\
    N;DEMVAL0000000003;B;13;0;74;087;0000;00011;1;;33267500,000;5977300,000;Am Dom;23992;Neukloster;b Wismar;\n\
    L;DEMVAL0000000004;A;13;0;74;087;0000;00011;2;;33267510,000;5977310,000;Am Dom;23992;Neukloster;b Wismar;\n";

#[tokio::test]
async fn house_coordinates_come_in_without_a_head_and_again_by_their_number() {
    let ground = Ground::start().await;
    let latin: Vec<u8> = FILE.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
    let first = import_text(&ground, "hk.txt", latin, HOW).await;
    assert_eq!(counted(first.counts), "3 new, 1 skipped", "{:?}", first.faulty);
    assert_eq!(first.located.expect("found").crs.to_string(), "EPSG:5650");
    assert_eq!(first.left_over, ["OTT", "QUA", "SSS"]);
    let all = features(&ground, "addresses");
    let expected = json!({
        "street": "Mühlenstraße", "house_number": "12", "house_number_addition": "a", "postcode": "23966",
        "post_town": "Wismar", "place": "Altstadt", "municipality": "13074087",
        "external_ids": [{ "system": "hk-de", "value": "DEMVAL0000000001" }]
    });
    for (name, value) in expected.as_object().expect("properties") {
        assert_eq!(&all[0]["properties"][name], value, "{name}");
    }
    assert_eq!(all[2]["properties"]["post_town"], "Neukloster b Wismar");
    // The version in Unicode of the same: nothing is new. Then one moves, one is renamed, one comes.
    assert_eq!(counted(import_text(&ground, "hk.csv", FILE, HOW).await.counts), "3 unchanged, 1 skipped");
    let next = FILE
        .replace("33267401,000", "33267411,000")
        .replace("1;;33267500", "3;;33267500")
        .replace("L;DEMVAL0000000004", "N;DEMVAL0000000005");
    assert_eq!(counted(import_text(&ground, "hk.csv", next, HOW).await.counts), "1 new, 2 changed, 1 unchanged");
}

#[tokio::test]
async fn an_edition_with_further_columns_or_without_zones_is_read_and_told() {
    let ground = Ground::start().await;
    let plain = FILE.replace(";33267", ";267").replace('\n', ";DE13;\n");
    let outcome = import_text(&ground, "hk.csv", plain, HOW).await;
    assert_eq!(counted(outcome.counts), "3 new, 1 skipped", "{:?}", outcome.faulty);
    assert_eq!(outcome.located.expect("found").crs.to_string(), "EPSG:25833");
    assert!(outcome.left_over.contains(&"column 19".to_owned()), "{:?}", outcome.left_over);
    // One with a head, in its own order.
    let headed = "OI;STN;HNR;ADZ;PLZ;ONM;ZON;POT;LAN;RBZ;KRS;GMD;NBA;EAST;NORTH\n\
                  DEMVAL0000000001;Mühlenstraße;12;a;23966;Wismar;;Altstadt;13;0;74;087;N;267397,361;5977269,578\n";
    let again = import_text(&ground, "hk.csv", headed, HOW).await;
    assert_eq!(counted(again.counts), "1 unchanged", "{:?}", again.faulty);
}
