//! Files as offices send them: several layers, wrong encodings, titles and notes around tables, rows without a place.

use std::path::{Path, PathBuf};
use std::process::Command;

use geokontor::exchange::import::ImportOutcome;
use serde_json::{Value as Json, json};

use super::ground::Ground;
use super::{How, counted, features, import_text, imported, scratch, try_import};

const HEAD: &str = "Nummer;Bauart;Rechtswert;Hochwert;Straße";

/// A line of a table for a place that is its own.
fn line(n: u32, street: &str) -> String {
    format!("R-{n};Unterflurhydrant;{},10;5985400,20;{street}", 254_800 + n * 10)
}

/// Makes files with Python, as `sys.argv[1]` says where.
pub(super) fn made(name: &str, script: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = scratch();
    let file = folder.path().join(name);
    let status = Command::new("python3").args(["-c", script]).arg(&file).current_dir(folder.path()).status();
    assert!(status.expect("python").success(), "{name}");
    (folder, file)
}

/// Writes the parts of a Shapefile of two hydrants (ESRI's Technical Description of 1998, and dBase III); the second has no
/// geometry if `whole` is false. `street` is in whatever letters, and so is the name of its column.
fn shapefile(folder: &Path, name: &str, street: &[u8], language: u8, cpg: Option<&str>, whole: bool) {
    let point = |x: f64, y: f64| [&1_i32.to_le_bytes()[..], &x.to_le_bytes(), &y.to_le_bytes()].concat();
    let second = if whole { point(254_860.1, 5_985_400.2) } else { 0_i32.to_le_bytes().to_vec() };
    let (mut shapes, mut index) = (Vec::new(), Vec::new());
    for (k, record) in [point(254_850.1, 5_985_400.2), second].iter().enumerate() {
        let length = (record.len() as u32 / 2).to_be_bytes();
        index.extend([((100 + shapes.len()) as u32 / 2).to_be_bytes(), length].concat());
        shapes.extend([&(k as u32 + 1).to_be_bytes()[..], &length, record].concat());
    }
    let head = |length: usize| {
        let mut head = vec![0; 100];
        head[..4].copy_from_slice(&9994_u32.to_be_bytes());
        head[24..28].copy_from_slice(&((100 + length) as u32 / 2).to_be_bytes());
        head[28..32].copy_from_slice(&1000_u32.to_le_bytes());
        head[32..36].copy_from_slice(&1_u32.to_le_bytes());
        head
    };
    let sharp_s: &[u8] = if language == 2 { b"\xE1" } else { b"\xDF" };
    let column = if std::str::from_utf8(street).is_ok() {
        "Straße".as_bytes().to_vec()
    } else {
        [b"Stra", sharp_s, b"e"].concat()
    };
    let padded = |text: &[u8], width: usize| [text, &vec![b' '; width - text.len()]].concat();
    let mut table = vec![3, 126, 1, 1, 2, 0, 0, 0];
    table.extend([(32 + 3 * 32 + 1_u16).to_le_bytes(), 61_u16.to_le_bytes()].concat());
    table.resize(32, 0);
    table[29] = language;
    for (column, width) in [(b"Nummer".as_slice(), 10_u8), (b"Bauart", 20), (&column, 30)] {
        let mut field = column.to_vec();
        field.resize(11, 0);
        field.push(b'C');
        field.resize(16, 0);
        field.push(width);
        field.resize(32, 0);
        table.extend(field);
    }
    table.push(b'\r');
    for k in 1..=2 {
        let number = format!("{name}-{k}");
        table.extend(
            [b" ".to_vec(), padded(number.as_bytes(), 10), padded(b"Unterflurhydrant", 20), padded(street, 30)]
                .concat(),
        );
    }
    table.push(0x1a);
    let write =
        |ending: &str, bytes: &[u8]| std::fs::write(folder.join(format!("{name}.{ending}")), bytes).expect("written");
    write("shp", &[head(shapes.len()), shapes.clone()].concat());
    write("shx", &[head(index.len()), index.clone()].concat());
    write("dbf", &table);
    cpg.iter().for_each(|cpg| write("cpg", cpg.as_bytes()));
}

fn zipped(folder: &Path, names: &[&str]) -> PathBuf {
    let script = "import sys,zipfile,os\nz=zipfile.ZipFile(sys.argv[1],'w')\n\
                  [z.write(f) for f in sorted(os.listdir('.')) if f.rsplit('.',1)[0] in sys.argv[2:] and not f.endswith('.zip')]";
    let file = folder.join("all.zip");
    let status = Command::new("python3").args(["-c", script]).arg(&file).args(names).current_dir(folder).status();
    assert!(status.expect("python").success());
    file
}

fn streets(ground: &Ground) -> Vec<Json> {
    features(ground, "hydrants").iter().map(|feature| feature["properties"]["street"].clone()).collect()
}

/// What was told about the file: its format, remarks, and what was passed over.
pub(super) fn told(outcome: &ImportOutcome) -> String {
    let remarks = outcome.header.remarks.iter().map(|remark| remark.en.clone());
    let passed = outcome.passed.iter().map(|passed| format!("{} {}", passed.count, passed.reason.en));
    std::iter::once(outcome.header.format.clone()).chain(remarks).chain(passed).collect::<Vec<_>>().join("; ")
}

pub(super) const UTM: How<'static> = How {
    collection: None,
    mapping: None,
    crs: Some("EPSG:25833"),
    layer: None,
    encoding: None,
    strict: false,
    accept_duplicates: true,
    dry_run: false,
    report: None,
    german: false,
};

#[tokio::test]
async fn of_several_shapefiles_in_a_zip_one_is_asked_for_each_is_reached_and_all_are_taken() {
    let folder = scratch();
    shapefile(folder.path(), "nord", b"Nordweg", 0x57, None, true);
    shapefile(folder.path(), "sued", b"S\xFCdweg", 0, Some("CP1252"), true);
    let file = zipped(folder.path(), &["nord", "sued"]);
    let ground = Ground::start().await;
    let error = try_import(&ground, &file, UTM).await.expect_err("two").to_string();
    assert!(error.contains("nord, sued") && error.contains("--layer all"), "{error}");
    assert!(try_import(&ground, &file, How { layer: Some("west"), ..UTM }).await.is_err());
    assert_eq!(counted(imported(&ground, &file, How { layer: Some("sued"), ..UTM }).await.counts), "2 new");
    assert_eq!(streets(&ground), [json!("Südweg"), json!("Südweg")]);
    let all = imported(&ground, &file, How { layer: Some("all"), ..UTM }).await;
    assert_eq!((all.counts.rows, all.further.len()), (4, 1), "{:?}", all.faulty);
    assert!(features(&ground, "hydrants").len() > 2);
}

#[tokio::test]
async fn several_tables_in_a_zip_are_layers_like_any_others() {
    let (_folder, file) = made(
        "listen.zip",
        "import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1],'w')\n\
         [z.writestr(n+'.csv','Nummer;Bauart;Rechtswert;Hochwert\\n'+n+';Unterflurhydrant;'+x+';5985400,20\\n') for n,x in (('a','254850,10'),('b','254950,10'))]",
    );
    let ground = Ground::start().await;
    let error = try_import(&ground, &file, UTM).await.expect_err("two").to_string();
    assert!(error.contains("a, b"), "{error}");
    assert_eq!(counted(imported(&ground, &file, How { layer: Some("b"), ..UTM }).await.counts), "1 new");
    assert_eq!(counted(imported(&ground, &file, How { layer: Some("all"), ..UTM }).await.counts), "1 new, 1 unchanged");
}

#[tokio::test]
async fn the_letters_of_a_shapefile_are_found_whatever_is_said_about_them() {
    let cases: [(&[u8], u8, Option<&str>, &str); 5] = [
        (b"M\xFChlenstra\xDFe", 0, Some("UTF-8"), "Windows-1252"),
        (b"M\xFChlenstra\xDFe", 0, None, "Windows-1252"),
        (b"M\x81hlenstra\xE1e", 2, None, "CP850"),
        (b"M\x81hlenstra\xE1e", 2, Some("ISO-8859-1"), "CP850"),
        ("Mühlenstraße".as_bytes(), 0x57, None, "UTF-8"),
    ];
    for (letters, language, cpg, encoding) in cases {
        let folder = scratch();
        shapefile(folder.path(), "lossow", letters, language, cpg, true);
        let ground = Ground::start().await;
        let outcome = imported(&ground, &folder.path().join("lossow.shp"), UTM).await;
        assert_eq!(counted(outcome.counts), "2 new", "{:?}", outcome.faulty);
        assert!(outcome.header.format.contains(encoding), "{}", outcome.header.format);
        assert_eq!(streets(&ground)[0], "Mühlenstraße", "{encoding}");
    }
    // Whoever knows better says so; letters that make no sense then are warned about.
    let folder = scratch();
    shapefile(folder.path(), "lossow", b"M\xFChlenstra\xDFe", 0, None, true);
    let ground = Ground::start().await;
    let how = How { encoding: Some("UTF-8"), ..UTM };
    let outcome = imported(&ground, &folder.path().join("lossow.shp"), how).await;
    assert_eq!(outcome.counts.warned, 2);
}

#[tokio::test]
async fn letters_of_ms_dos_in_a_table_are_read_and_named() {
    let ground = Ground::start().await;
    let table = [
        b"Nummer;Bauart;Rechtswert;Hochwert;Stra\xE1e\r\n".as_slice(),
        b"7;\x9Aberflurhydrant;254850,10;5985400,20;Sch\x84ferstra\xE1e\r\n",
    ]
    .concat();
    let outcome = import_text(&ground, "dos.csv", table, UTM).await;
    assert_eq!(counted(outcome.counts), "1 new", "{:?}", outcome.faulty);
    assert_eq!(outcome.header.format, "CSV (CP850, ';')");
    assert_eq!(streets(&ground), [json!("Schäferstraße")]);
}

#[tokio::test]
async fn a_row_without_a_place_is_one_fault_in_every_format_and_the_others_are_taken() {
    let folder = scratch();
    shapefile(folder.path(), "lossow", b"Weg", 0x57, None, false);
    let geojson = r#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[11.46,53.89]},"properties":{"kind":"pillar"}},{"type":"Feature","geometry":null,"properties":{"kind":"pillar"}}]}"#;
    std::fs::write(folder.path().join("a.geojson"), geojson).expect("written");
    let status =
        Command::new("ogr2ogr").args(["-f", "GPKG", "a.gpkg", "a.geojson"]).current_dir(folder.path()).status();
    assert!(status.expect("ogr2ogr").success());
    let kml = "<kml><Document><Placemark><ExtendedData><Data name=\"Bauart\"><value>Unterflurhydrant</value></Data></ExtendedData><Point><coordinates>11.46,53.89</coordinates></Point></Placemark><Placemark><name>ohne</name><ExtendedData><Data name=\"Bauart\"><value>Unterflurhydrant</value></Data></ExtendedData></Placemark></Document></kml>";
    std::fs::write(folder.path().join("a.kml"), kml).expect("written");
    for name in ["lossow.shp", "a.geojson", "a.gpkg", "a.kml"] {
        let ground = Ground::start().await;
        let how = if name.ends_with("shp") { UTM } else { How::default() };
        let outcome = imported(&ground, &folder.path().join(name), how).await;
        assert_eq!(counted(outcome.counts), "1 new, 1 error", "{name} {:?}", outcome.faulty);
        assert_eq!(outcome.faulty[0].line, 2, "{name}");
    }
}

#[tokio::test]
async fn the_lines_of_a_table_are_those_an_editor_shows() {
    for end in ["\r\n", "\r", "\n"] {
        let ground = Ground::start().await;
        let rows = [
            HEAD.to_owned(),
            line(1, "a"),
            String::new(),
            line(2, "\"zwei\nZeilen\""),
            line(3, "c").replace("Unterflurhydrant", "Falsch"),
        ];
        let outcome = import_text(&ground, "a.csv", rows.join("\n").replace('\n', end), UTM).await;
        assert_eq!(counted(outcome.counts), "2 new, 1 error", "{end:?}");
        assert_eq!(outcome.faulty[0].line, 6, "{end:?}");
    }
}

#[tokio::test]
async fn titles_units_sums_and_signatures_around_a_table_are_told_and_are_no_rows() {
    let ground = Ground::start().await;
    let table = "sep=;\r\nHydranten der Gemeinde Lossow;;;;\r\nStand: 01.05.2026;;;;\r\nNummer;Bauart;Rechtswert;Hochwert;Durchfluss\r\n;;m;m;m³/h\r\n\
                 1;Unterflurhydrant;254850,10;5985400,20;96\r\n2;Unterflurhydrant;254950,10;5985400,20;48\r\nSumme;2;;;\r\ngez. Behrens;;;;\r\n";
    let outcome = import_text(&ground, "a.csv", table, UTM).await;
    assert_eq!(counted(outcome.counts), "2 new", "{:?}", outcome.faulty);
    let flows: Vec<_> = features(&ground, "hydrants").iter().map(|it| it["properties"]["flow_rate"].clone()).collect();
    assert_eq!(flows, [json!(1600), json!(800)]);
    assert_eq!(
        told(&outcome),
        "CSV (UTF-8, ';'); titles on lines 2 to 3: 'Hydranten der Gemeinde Lossow', 'Stand: 01.05.2026'; \
         line 5 has the units of the columns; 1 line of a sum ('Summe'); 1 line below the table ('gez. Behrens')"
    );
}

/// A workbook as small as one can be: sheets of rows of cells, as XLSX or ODS.
const WORKBOOK: &str = r#"
import sys,zipfile
sheets=[('Deckblatt','visible',[['Verzeichnis 2026'],[],['Frau Möller']]),
 ('Liste','visible',[['Hydranten'],[],['Koordinaten','','','Leitung'],['Nummer','Bauart','Rechtswert','Hochwert','Straße'],['','','m','m'],['7','Unterflurhydrant',254850.1,5985400.2,'Weg'],[None]*5,[None]*5,['8','Unterflurhydrant',254950.1,5985400.2,'Weg',None],['gez. Möller']]),
 ('Alt','hidden',[['Nummer','Bauart'],['1','x']])]
z=zipfile.ZipFile(sys.argv[1],'w')
def x(t): return str(t).replace('&','&amp;')
if sys.argv[1].endswith('xlsx'):
  z.writestr('[Content_Types].xml','<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
  z.writestr('_rels/.rels','<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>')
  z.writestr('xl/workbook.xml','<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'+''.join('<sheet name="%s" sheetId="%d" state="%s" r:id="s%d"/>'%(n,k+1,s,k) for k,(n,s,_) in enumerate(sheets))+'</sheets></workbook>')
  z.writestr('xl/_rels/workbook.xml.rels','<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'+''.join('<Relationship Id="s%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet%d.xml"/>'%(k,k+1) for k in range(len(sheets)))+'</Relationships>')
  def cell(r,c,v):
    a='ABCDEFGH'[c]+str(r+1)
    if v is None or v=='': return '<c r="%s" s="0"/>'%a
    if isinstance(v,float): return '<c r="%s"><v>%r</v></c>'%(a,v)
    return '<c r="%s" t="inlineStr"><is><t>%s</t></is></c>'%(a,x(v))
  for k,(n,s,rows) in enumerate(sheets):
    z.writestr('xl/worksheets/sheet%d.xml'%(k+1),'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'+''.join('<row r="%d">%s</row>'%(r+1,''.join(cell(r,c,v) for c,v in enumerate(row))) for r,row in enumerate(rows))+'</sheetData></worksheet>')
else:
  z.writestr('mimetype','application/vnd.oasis.opendocument.spreadsheet')
  z.writestr('META-INF/manifest.xml','<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>')
  def cell(v):
    if v is None or v=='': return '<table:table-cell/>'
    if isinstance(v,float): return '<table:table-cell office:value-type="float" office:value="%r"><text:p>%r</text:p></table:table-cell>'%(v,v)
    return '<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>'%x(v)
  z.writestr('content.xml','<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"><office:automatic-styles><style:style style:name="v" style:family="table"><style:table-properties table:display="true"/></style:style><style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>'+''.join('<table:table table:name="%s" table:style-name="%s">%s</table:table>'%(n,'h' if s=='hidden' else 'v',''.join('<table:table-row>%s</table:table-row>'%''.join(cell(v) for v in row) for row in rows)) for n,s,rows in sheets)+'</office:spreadsheet></office:body></office:document-content>')
"#;

#[tokio::test]
async fn the_sheet_with_the_table_is_found_beside_cover_and_hidden_sheets_and_blank_rows_are_none() {
    for name in ["a.xlsx", "a.ods"] {
        let (_folder, file) = made(name, WORKBOOK);
        let ground = Ground::start().await;
        let outcome = imported(&ground, &file, UTM).await;
        assert_eq!(counted(outcome.counts), "2 new", "{name} {:?}", outcome.faulty);
        let told = told(&outcome);
        assert!(told.contains("Deckblatt (no table), Alt (hidden)"), "{name} {told}");
        assert!(told.contains("titles on lines 1 to 3") && told.contains("line 5 has the units"), "{name} {told}");
        assert!(told.contains("1 line below the table ('gez. Möller')"), "{name} {told}");
        assert_eq!(outcome.header.layer.as_deref(), Some("Liste"));
        let error = try_import(&ground, &file, How { layer: Some("Neu"), ..UTM }).await.expect_err("none").to_string();
        assert!(error.contains("Liste") && error.contains("hidden"), "{error}");
    }
}

#[tokio::test]
async fn google_earth_files_bring_labels_with_umlauts_folders_and_tables_out_of_html() {
    let ground = Ground::start().await;
    let kml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><name>Orte</name><Folder><name>Nord</name>\
        <Placemark><name>N-1</name><description><![CDATA[<table><tr><td>Bauart</td><td>Unterflurhydrant</td></tr><tr><td>Straße</td><td>Am &Ouml;fchen</td></tr></table>]]></description><Point><coordinates>\n 11.46,53.89,0\n</coordinates></Point></Placemark></Folder>\
        <Folder><name>Süd</name><Placemark><name>S-1</name><ExtendedData><Data name=\"Bauart\"><value>Überflurhydrant</value></Data><Data name=\"Zustand geprüft am\"><value>12.10.2025</value></Data></ExtendedData><MultiGeometry><Point><coordinates>11.47,53.89</coordinates></Point></MultiGeometry></Placemark></Folder></Document></kml>";
    let outcome = import_text(&ground, "a.kml", kml, How::default()).await;
    assert_eq!(counted(outcome.counts), "2 new", "{:?}", outcome.faulty);
    assert_eq!(outcome.left_over, ["folder", "name"]);
    let all = features(&ground, "hydrants");
    assert_eq!(
        (&all[0]["properties"]["street"], &all[1]["properties"]["kind"]),
        (&json!("Am Öfchen"), &json!("pillar"))
    );
    assert_eq!(all[1]["properties"]["status_as_of"], "2025-10-12");
    let other = Ground::start().await;
    let south = import_text(&other, "a.kml", kml, How { layer: Some("Süd"), ..How::default() }).await;
    assert_eq!(counted(south.counts), "1 new");
    assert_eq!(told(&south), "KML; not read: Orte, Nord; 1 placemark of another folder");
}

const WATERS: How<'static> = How { collection: Some("water_sources"), mapping: Some("osm"), crs: None, ..UTM };

#[tokio::test]
async fn osm_objects_of_an_editor_are_read_in_any_order_and_what_is_not_taken_is_counted() {
    let ground = Ground::start().await;
    let osm = r#"<?xml version='1.0'?><osm version='0.6' generator='JOSM'>
      <relation id='-40' action='modify'><member type='way' ref='-31' role='outer'/><member type='way' ref='-32' role='outer'/><tag k='type' v='multipolygon'/><tag k='emergency' v='fire_water_pond'/><tag k='ref' v='REL'/></relation>
      <way id='-30' action='modify'><nd ref='-1'/><nd ref='-2'/><nd ref='-3'/><nd ref='-1'/><tag k='emergency' v='water_tank'/><tag k='ref' v='CLOSED'/></way>
      <way id='-31'><nd ref='-4'/><nd ref='-5'/><nd ref='-6'/></way><way id='-32'><nd ref='-4'/><nd ref='-7'/><nd ref='-6'/></way>
      <way id='-33'><nd ref='-1'/><nd ref='-2'/><tag k='emergency' v='water_tank'/></way>
      <way id='-34'><nd ref='-1'/><nd ref='-2'/><nd ref='-99'/><nd ref='-1'/><tag k='emergency' v='water_tank'/></way>
      <way id='77' action='delete'><tag k='emergency' v='water_tank'/></way>
      <node id='-7' lat='53.901' lon='11.42'/><node id='-6' lat='53.901' lon='11.421'/><node id='-5' lat='53.9' lon='11.421'/><node id='-4' lat='53.9' lon='11.42'/>
      <node id='-3' lat='53.901' lon='11.401'/><node id='-2' lat='53.9' lon='11.401'/><node id='-1' lat='53.9' lon='11.4'/>
      <node id='9' lat='53.9' lon='11.43'><tag k='emergency' v='water_tank'/><tag k='ref' v='NODE'/></node><node id='10' lat='53.9' lon='11.44'><tag k='highway' v='bus_stop'/></node></osm>"#;
    let outcome = import_text(&ground, "a.osm", osm, WATERS).await;
    assert_eq!(counted(outcome.counts), "3 new, 1 skipped", "{:?}", outcome.faulty);
    assert_eq!(
        told(&outcome),
        "OpenStreetMap data; 1 line (way that is not closed); 1 object deleted in the editor; 1 way or area whose nodes are not all in the file"
    );
    let mut kinds: Vec<(String, String)> = features(&ground, "water_sources")
        .iter()
        .map(|it| (it["properties"]["ref"].to_string(), it["geometry"]["type"].to_string()))
        .collect();
    kinds.sort();
    let expected = [("CLOSED", "Polygon"), ("NODE", "Point"), ("REL", "Polygon")];
    assert_eq!(kinds, expected.map(|(name, kind)| (format!("\"{name}\""), format!("\"{kind}\""))));
    // An id that is not OSM's yet is no key.
    let keys: Vec<bool> =
        features(&ground, "water_sources").iter().map(|it| !it["properties"]["external_ids"].is_null()).collect();
    assert_eq!(keys.iter().filter(|has| **has).count(), 1);
    // A collection of points says what else there was.
    let hydrants = How { collection: None, ..WATERS };
    assert!(told(&import_text(&ground, "a.osm", osm, hydrants).await).contains("2 area (closed way)"));
}

#[tokio::test]
async fn arcs_become_straight_pieces() {
    let folder = scratch();
    let csv = "wkt,kind\n\"CURVEPOLYGON(COMPOUNDCURVE(CIRCULARSTRING(254850 5985400,254860 5985410,254870 5985400),(254870 5985400,254850 5985400)))\",natural_pond\n";
    std::fs::write(folder.path().join("a.csv"), csv).expect("written");
    let arguments = ["-f", "GPKG", "a.gpkg", "a.csv", "-oo", "GEOM_POSSIBLE_NAMES=wkt", "-a_srs", "EPSG:25833"];
    assert!(Command::new("ogr2ogr").args(arguments).current_dir(folder.path()).status().expect("ogr2ogr").success());
    let ground = Ground::start().await;
    let outcome =
        imported(&ground, &folder.path().join("a.gpkg"), How { collection: Some("water_sources"), ..How::default() })
            .await;
    assert_eq!(counted(outcome.counts), "1 new", "{:?}", outcome.faulty);
    let ring = features(&ground, "water_sources")[0]["geometry"]["coordinates"][0].as_array().expect("a ring").len();
    assert!(ring > 20, "{ring}");
}

#[tokio::test]
async fn tracks_beside_waypoints_are_told_and_can_be_named() {
    let ground = Ground::start().await;
    let gpx = "<gpx version=\"1.1\" creator=\"x\" xmlns=\"http://www.topografix.com/GPX/1/1\"><wpt lat=\"53.89\" lon=\"11.46\"><name>7</name></wpt>\
               <trk><name>t</name><trkseg><trkpt lat=\"53.89\" lon=\"11.46\"/><trkpt lat=\"53.9\" lon=\"11.46\"/></trkseg></trk></gpx>";
    let outcome = import_text(&ground, "a.gpx", gpx, How::default()).await;
    assert_eq!(outcome.counts.rows, 1);
    assert!(told(&outcome).contains("tracks (rows: 1)"), "{}", told(&outcome));
    let tracks = import_text(&ground, "a.gpx", gpx, How { layer: Some("tracks"), ..How::default() }).await;
    assert_eq!(tracks.header.layer.as_deref(), Some("tracks"));
}
