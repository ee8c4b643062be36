//! Files as portals and programs deliver them: answers of Overpass, zips within zips, workbooks that nobody has calculated,
//! tables with a stray quotation mark.

use std::path::Path;

use serde_json::json;

use super::ground::Ground;
use super::reading::{UTM, made, told};
use super::{How, counted, features, import_text, imported, scratch, try_import};

/// Imports a file and gives the reports of its rows: status, reasons, warnings.
async fn reported(ground: &Ground, file: &Path, how: How<'_>) -> Vec<[String; 3]> {
    let folder = scratch();
    let report = folder.path().join("report.csv");
    imported(ground, file, How { report: Some(&report), ..how }).await;
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_path(&report).expect("a report");
    let cell = |record: &csv::StringRecord, nth: usize| record.get(nth).unwrap_or_default().to_owned();
    let rows = reader.records().map(|record| record.expect("a row"));
    rows.map(|record| [cell(&record, 1), cell(&record, 3), cell(&record, 4)]).collect()
}

/// A tank as a node, a pond as a way and one as a relation; `way` and `relation` are further members of these, `nodes` further
/// objects.
fn overpass(way: &str, relation: &str, nodes: &str) -> String {
    format!(
        r#"{{"version": 0.6, "generator": "Overpass API", "osm3s": {{"copyright": "ODbL"}}, "elements": [
        {{"type": "node", "id": 1, "lat": 53.89, "lon": 11.45, "tags": {{"emergency": "water_tank", "ref": "NODE"}}}},
        {{"type": "relation", "id": 3, "tags": {{"type": "multipolygon", "emergency": "fire_water_pond", "ref": "REL"}}, {relation}}},
        {{"type": "way", "id": 2, "tags": {{"emergency": "fire_water_pond", "ref": "WAY"}}, {way}}}{nodes}
        ]}}"#
    )
}

const RING: &str =
    r#"[{"lat":53.90,"lon":11.40},{"lat":53.90,"lon":11.401},{"lat":53.901,"lon":11.401},{"lat":53.90,"lon":11.40}]"#;

#[tokio::test]
async fn answers_of_overpass_are_read_plain_with_geometries_and_with_centres() {
    let waters = How { collection: Some("water_sources"), mapping: Some("osm"), ..How::default() };
    let node = |id: i32, lat: &str, lon: &str| format!(r#",{{"type":"node","id":{id},"lat":{lat},"lon":{lon}}}"#);
    let corners = node(11, "53.90", "11.40") + &node(12, "53.90", "11.401") + &node(13, "53.901", "11.401");
    let plain = overpass(
        r#""nodes": [11, 12, 13, 11]"#,
        r#""members": [{"type": "way", "ref": 4, "role": "outer"}]"#,
        &format!(r#",{{"type": "way", "id": 4, "nodes": [11, 12, 13, 11]}}{corners}"#),
    );
    let geom = overpass(
        &format!(r#""nodes": [11, 12, 13, 11], "geometry": {RING}"#),
        &format!(r#""members": [{{"type": "way", "ref": 4, "role": "outer", "geometry": {RING}}}]"#),
        "",
    );
    let centre = overpass(
        r#""center": {"lat": 53.9, "lon": 11.4}, "nodes": [11, 12, 13, 11]"#,
        r#""center": {"lat": 53.91, "lon": 11.4}, "members": [{"type": "way", "ref": 4, "role": "outer"}]"#,
        "",
    );
    for (text, areas, form) in [(plain, 2, "plain"), (geom, 2, "geom"), (centre, 0, "center")] {
        let ground = Ground::start().await;
        let outcome = import_text(&ground, "export.json", text, How { accept_duplicates: true, ..waters }).await;
        assert_eq!(counted(outcome.counts), "3 new", "{form} {:?}", outcome.faulty);
        assert_eq!(outcome.header.format, "OpenStreetMap data", "{form}");
        let kinds = features(&ground, "water_sources");
        let are_areas = kinds.iter().filter(|it| it["geometry"]["type"] == "Polygon").count();
        assert_eq!(are_areas, areas, "{form}");
        let of_centres = outcome.counts.warned;
        assert!(if areas == 0 { of_centres >= 2 } else { true }, "{form}: {of_centres}");
    }
}

#[tokio::test]
async fn a_centre_is_told_to_be_one_and_an_answer_that_was_broken_off_is_refused() {
    let ground = Ground::start().await;
    let waters = How { collection: Some("water_sources"), mapping: Some("osm"), ..How::default() };
    let members = r#""center": {"lat": 53.91, "lon": 11.4}, "members": []"#;
    let text = overpass(r#""center": {"lat": 53.9, "lon": 11.4}, "nodes": []"#, members, "");
    let folder = scratch();
    let file = folder.path().join("export.json");
    std::fs::write(&file, &text).expect("written");
    let rows = reported(&ground, &file, How { dry_run: true, german: true, ..waters }).await;
    let centres = rows.iter().filter(|row| row[2].contains("nur den Mittelpunkt")).count();
    assert_eq!((rows.len(), centres), (3, 2), "{rows:?}");
    let cut = text.replace("]}", "], \"remark\": \"runtime error: Query timed out in \\\"query\\\" at line 3\"}");
    let cut =
        cut.rsplit_once("], \"remark\"").map(|(begin, rest)| format!("{begin}], \"remark\"{rest}")).expect("an end");
    for text in [&text[..text.len() - 30], cut.as_str()] {
        std::fs::write(&file, text).expect("written");
        assert!(try_import(&ground, &file, waters).await.is_err(), "{text}");
    }
    assert!(features(&ground, "water_sources").is_empty());
}

#[tokio::test]
async fn a_zip_within_a_zip_is_opened_and_what_is_left_in_one_is_named() {
    const SCRIPT: &str = r#"
import io,sys,zipfile
def table(n,x): return 'Nummer;Bauart;Rechtswert;Hochwert\n%s;Unterflurhydrant;%s;5985400,20\n'%(n,x)
def packed(*files):
  b=io.BytesIO(); z=zipfile.ZipFile(b,'w',zipfile.ZIP_DEFLATED)
  for n,t in files: z.writestr(n,t)
  z.close(); return b.getvalue()
nord=packed(('nord.csv',table('N','254850,10'))); sued=packed(('daten/sued.csv',table('S','254950,10')))
kind=sys.argv[1].rsplit('/',1)[-1].split('.')[0]
files={'portal':[('liesmich.txt','Stand 2026'),('nord.zip',nord),('sued.zip',sued)],
 'beside':[('nord.csv',table('N','254850,10')),('sued.zip',sued)],
 'deep':[('a.zip',packed(('b.zip',packed(('nord.csv',table('N','254850,10'))))))]}[kind]
open(sys.argv[1],'wb').write(packed(*files))
"#;
    let ground = Ground::start().await;
    let (_folder, file) = made("portal.zip", SCRIPT);
    let error = try_import(&ground, &file, UTM).await.expect_err("two").to_string();
    assert!(error.contains("nord") && error.contains("sued"), "{error}");
    let all = imported(&ground, &file, How { layer: Some("all"), ..UTM }).await;
    assert_eq!(counted(all.counts), "2 new", "{:?}", all.faulty);
    let (_folder, file) = made("beside.zip", SCRIPT);
    let beside = imported(&ground, &file, UTM).await;
    assert_eq!(counted(beside.counts), "1 unchanged");
    assert!(told(&beside).contains("not read: sued.zip"), "{}", told(&beside));
    let (_folder, file) = made("deep.zip", SCRIPT);
    let error = try_import(&ground, &file, UTM).await.expect_err("too deep").to_string();
    assert!(error.contains("a.zip/b.zip"), "{error}");
}

/// A workbook with one sheet; a cell that begins with `=` is a formula, and what stands behind `|` its result.
const WORKBOOK: &str = r#"
import sys,zipfile
rows=[['Hydranten der Gemeinde Lossow'],['Nummer','Bauart','Rechtswert','Hochwert','Durchfluss'],['','','m','m','m³/h'],
 ['1','Unterflurhydrant',254850.1,5985400.2,96.0],['2','Unterflurhydrant',254950.1,5985400.2,'=E4/2'],
 ['3','Unterflurhydrant','=C5+100',5985400.2,48.0],['4','Unterflurhydrant',255150.1,5985400.2,'=E4/2|48'],
 ['Summe',4.0,'','',192.0],['gez. Behrens']]
z=zipfile.ZipFile(sys.argv[1],'w')
m='http://schemas.openxmlformats.org/'
z.writestr('[Content_Types].xml','<Types xmlns="%spackage/2006/content-types"/>'%m)
z.writestr('_rels/.rels','<Relationships xmlns="%spackage/2006/relationships"><Relationship Id="r" Type="%sofficeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'%(m,m))
z.writestr('xl/workbook.xml','<workbook xmlns="%sspreadsheetml/2006/main" xmlns:r="%sofficeDocument/2006/relationships"><sheets><sheet name="Liste" sheetId="1" r:id="s1"/></sheets></workbook>'%(m,m))
z.writestr('xl/_rels/workbook.xml.rels','<Relationships xmlns="%spackage/2006/relationships"><Relationship Id="s1" Type="%sofficeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'%(m,m))
def cell(r,c,v):
  a='ABCDE'[c]+str(r+1)
  if isinstance(v,float): return '<c r="%s"><v>%r</v></c>'%(a,v)
  if v.startswith('='):
    f,_,result=v[1:].partition('|')
    return '<c r="%s"><f>%s</f>%s</c>'%(a,f,'<v>%s</v>'%result if result else '')
  return '<c r="%s" t="inlineStr"><is><t>%s</t></is></c>'%(a,v) if v else ''
z.writestr('xl/worksheets/sheet1.xml','<worksheet xmlns="%sspreadsheetml/2006/main"><sheetData>'%m+''.join('<row r="%d">%s</row>'%(r+1,''.join(cell(r,c,v) for c,v in enumerate(row))) for r,row in enumerate(rows))+'</sheetData></worksheet>')
"#;

#[tokio::test]
async fn a_formula_without_a_result_is_named_by_its_cell_and_is_no_value_and_no_place() {
    let (_folder, file) = made("liste.xlsx", WORKBOOK);
    let ground = Ground::start().await;
    let rows = reported(&ground, &file, UTM).await;
    let became: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(became, ["new", "new", "error", "new"], "{rows:?}");
    assert!(rows[1][2].contains("Liste!E5") && rows[1][2].contains("a formula without a result"), "{rows:?}");
    assert!(rows[2][1].contains("Liste!C6") && rows[2][1].contains("a formula without a result"), "{rows:?}");
    let mut flows: Vec<_> = features(&ground, "hydrants")
        .iter()
        .map(|it| (it["properties"]["ref"].to_string(), it["properties"]["flow_rate"].clone()))
        .collect();
    flows.sort_by(|one, other| one.0.cmp(&other.0));
    // The line of units counts: 96 m³/h are 1,600 l/min.
    let expected = [("1", json!(1600)), ("2", json!(null)), ("4", json!(800))];
    assert_eq!(flows, expected.map(|(number, flow)| (format!("\"{number}\""), flow)));
    let told = told(&imported(&ground, &file, How { dry_run: true, ..UTM }).await);
    assert!(told.contains("title on line 1") && told.contains("line 3 has the units"), "{told}");
    assert!(told.contains("1 line of a sum") && told.contains("1 line below the table ('gez. Behrens')"), "{told}");
    assert!(told.contains("2 cell with a formula without a result"), "{told}");
}

#[tokio::test]
async fn a_quotation_mark_that_is_not_closed_is_named_by_its_line_and_nothing_is_taken() {
    let ground = Ground::start().await;
    let folder = scratch();
    let file = folder.path().join("a.csv");
    let rows: String =
        (3..400).map(|n| format!("{n};Unterflurhydrant;{};5985400,20;Weg\n", 254_850 + n * 10)).collect();
    for street in ["\"Am Dom", "\"Am Dom 5\"\" Rohr"] {
        let head =
            "Nummer;Bauart;Rechtswert;Hochwert;Straße\n1;Unterflurhydrant;254850,10;5985400,20;\"Am \"\"Dom\"\"\"\n";
        std::fs::write(&file, format!("{head}2;Unterflurhydrant;254860,10;5985400,20;{street}\n{rows}"))
            .expect("written");
        let error = try_import(&ground, &file, UTM).await.expect_err("a stray mark").to_string();
        assert!(error.contains("the quotation mark on line 3"), "{error}");
    }
    assert!(features(&ground, "hydrants").is_empty());
}

#[tokio::test]
async fn what_is_wrong_with_an_area_is_told_in_the_language_of_the_caller() {
    let ground = Ground::start().await;
    let bow_tie = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"kind":"natural_pond"},"geometry":
        {"type":"Polygon","coordinates":[[[11.40,53.90],[11.41,53.91],[11.41,53.90],[11.40,53.91],[11.40,53.90]]]}}]}"#;
    let folder = scratch();
    let file = folder.path().join("a.geojson");
    std::fs::write(&file, bow_tie).expect("written");
    let how = How { collection: Some("water_sources"), dry_run: true, ..How::default() };
    let german = reported(&ground, &file, How { german: true, ..how }).await;
    assert!(german[0][1].contains("der Außenring schneidet sich selbst"), "{german:?}");
    let english = reported(&ground, &file, how).await;
    assert!(english[0][1].contains("exterior ring has a self-intersection"), "{english:?}");
}
