//! The commands of the program: what they print, and how they end.

use std::path::Path;
use std::process::{Command, Output};

use super::process::{Server, command, geokontor};
use crate::support::Database;

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

const NOWHERE: &str = "postgres:///nowhere?host=/nonexistent&port=5432&user=geokontor&password=hunter2";

#[test]
fn a_faulty_configuration_is_told_with_its_line_and_ends_with_2() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("geokontor.toml");
    std::fs::write(&file, "listen = \"127.0.0.1:0\"\n\nbody_limt = 3\n").expect("a file");
    let file = file.display().to_string();
    let output = geokontor(NOWHERE, &["--config", &file, "migrate"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains(&format!("{file}:3: unknown field `body_limt`")), "{}", said(&output));
    let output = geokontor(NOWHERE, &["--config", &file, "check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).starts_with("FAULT  configuration"), "{}", said(&output));
}

#[test]
fn faulty_declarations_are_told_all_at_once_with_file_and_line() {
    let folder = tempfile::tempdir().expect("a folder");
    for sub in ["collections", "codelists"] {
        std::fs::create_dir(folder.path().join(sub)).expect("a folder");
    }
    std::fs::write(folder.path().join("codelists/a.toml"), "codes = 3\n").expect("a file");
    std::fs::write(folder.path().join("collections/b.toml"), "\n\nnonsense\n").expect("a file");
    std::fs::write(folder.path().join("district.toml"), "name = \"X\"\ncolour = 1\n").expect("a file");
    let output = command(NOWHERE, &["migrate"]).env("GEOKONTOR_DATA", folder.path()).output().expect("the program");
    assert_eq!(output.status.code(), Some(2));
    for place in ["codelists/a.toml:1: ", "collections/b.toml:3: ", "district.toml:2: unknown field `colour`"] {
        assert!(said(&output).contains(place), "{place} is missing in {}", said(&output));
    }
}

/// What a command of somebody says whose locale is German.
fn in_german(command: &mut Command) -> Output {
    command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", "de_DE.UTF-8").output().expect("the program")
}

#[test]
fn the_check_tells_every_fault_of_declarations_in_the_language_of_the_locale() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data"), folder.path());
    let write = |name: &str, change: &dyn Fn(String) -> String| {
        let file = folder.path().join(name);
        let text = std::fs::read_to_string(&file).expect("a file");
        std::fs::write(file, change(text)).expect("a file");
    };
    write("district.toml", &|text| text.replace("crs = \"EPSG:25833\"", "crs = \"EPSG:4326\""));
    write("codelists/road_class.toml", &|text| {
        text.replace("codes = [", "codes = [{ code = \"Odd\", de = \"x\", en = \"x\" },")
    });
    write("collections/hydrants.toml", &|text| format!("colour = 1\n{text}"));
    let lines = |output: &Output| {
        let said = said(output).replace(&folder.path().display().to_string(), "DATA");
        said.lines().filter(|line| line.contains("DATA/")).map(str::to_owned).collect::<Vec<_>>().join("\n")
    };
    let check = || {
        let mut check = command(NOWHERE, &["check"]);
        check.env("GEOKONTOR_DATA", folder.path());
        check
    };
    let german = in_german(&mut check());
    assert_eq!(german.status.code(), Some(1));
    insta::assert_snapshot!(lines(&german), @r#"
    FEHLER Kreis: DATA/district.toml:13: der Kreis braucht ein projiziertes Koordinatensystem in Metern – bitte die Datei berichtigen; wie Register deklariert werden, steht in docs/data.md
    FEHLER Deklarationen: DATA/codelists/road_class.toml:3: „Odd“ ist kein Name in Kleinbuchstaben, Ziffern und Unterstrichen – bitte die Datei berichtigen; wie Register deklariert werden, steht in docs/data.md
    FEHLER Deklarationen: DATA/collections/hydrants.toml:1: das Feld „colour“ ist nicht bekannt; möglich: title, description, visibility, owner, geometry, geometry_required, zooms, reference, temporal, reference_layer, metadata_url, order, properties, groups, timers, approval, photos oder documents – bitte die Datei berichtigen; wie Register deklariert werden, steht in docs/data.md
    FEHLER Deklarationen: DATA/collections/roads.toml:30: eine Werteliste „road_class“ gibt es nicht – bitte die Datei berichtigen; wie Register deklariert werden, steht in docs/data.md
    "#);
    insta::assert_snapshot!(lines(&check().output().expect("the program")), @r#"
    FAULT  district: DATA/district.toml:13: the district needs a projected CRS in metres – correct the file; docs/data.md says how registers are declared
    FAULT  declarations: DATA/codelists/road_class.toml:3: 'Odd' is not a snake_case name – correct the file; docs/data.md says how registers are declared
    FAULT  declarations: DATA/collections/hydrants.toml:1: unknown field `colour`, expected title, description, visibility, owner, geometry, geometry_required, zooms, reference, temporal, reference_layer, metadata_url, order, properties, groups, timers, approval, photos or documents – correct the file; docs/data.md says how registers are declared
    FAULT  declarations: DATA/collections/roads.toml:30: there is no code list 'road_class' – correct the file; docs/data.md says how registers are declared
    "#);
}

#[test]
fn whoever_has_broken_texts_is_told_so_by_those_the_program_was_built_with() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data"), folder.path());
    let check = || {
        let mut check = command(NOWHERE, &["check"]);
        check.env("GEOKONTOR_DATA", folder.path());
        check
    };
    let file = folder.path().join("texts/faults/values.toml");
    std::fs::write(&file, "[too-long]\nde = \"zu lang\"\n").expect("a file");
    let told = said(&in_german(&mut check()));
    assert!(told.contains("FEHLER Texte: ") && told.contains("values.toml:1: das Feld „en“ fehlt"), "{told}");
    std::fs::remove_dir_all(folder.path().join("texts")).expect("a folder");
    let told = said(&in_german(&mut check()));
    assert!(told.contains("FEHLER Texte: ") && told.contains("Datei oder Ordner nicht gefunden"), "{told}");
}

#[test]
fn a_faulty_configuration_is_told_in_german_where_the_locale_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("geokontor.toml");
    std::fs::write(&file, "body_limit = 0\nlog_format = \"xml\"\nmail_url = \"smtp://mail.example.org\"\n")
        .expect("a file");
    let output = in_german(&mut command(NOWHERE, &["--config", &file.display().to_string(), "migrate"]));
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(said(&output).replace(&file.display().to_string(), "FILE"), @r#"
    geokontor: Die Konfiguration hat Fehler:
    FILE:1: body_limit ist mindestens 1
    mail_from: wird zu mail_url gebraucht: die Adresse, in deren Namen E-Mails verschickt werden
    FILE:2: „xml“ ist kein Format für Protokolle; möglich: text oder json
    "#);
}

#[tokio::test]
async fn imports_exports_and_tokens_speak_german_where_the_locale_is() {
    let database = Database::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rows.csv");
    std::fs::write(&file, "Nummer;Bauart;lon;lat\nB;Springbrunnen;11.46;53.9\n").expect("a file");
    let file = file.display().to_string();
    let call = |arguments: &[&str]| in_german(&mut command(&database.url, arguments));
    let told: Vec<String> = [
        &["import", &file, "--collection", "hydrant"][..],
        &["import", &file, "--collection", "hydrants", "--mapping", "nobody"],
        &["import", "/nowhere.csv", "--collection", "hydrants"],
        &["import", &file, "--collection", "hydrants", "--strict"],
        &["export", "--collection", "hydrants", "--format", "dxf"],
        &["export", "--collection", "hydrants", "--format", "shp"],
        &["token", "create", "--name", "amt", "--role", "king"],
        &["token", "revoke", "--name", "nobody"],
        &["account", "disable", "nobody@example.org"],
        &["account", "create", "nobody", "--name", "N"],
        &["restore", "/nowhere.dump"],
        &["tiles", "export", "nothing", "--out", "/tmp/x"],
        &["migrate"],
    ]
    .iter()
    .map(|arguments| {
        let output = call(arguments);
        let said = said(&output);
        // Wrong calls are told with how to call, imports with their summary, and the database has versions.
        let line = said.lines().find(|line| line.starts_with("geokontor:")).or(said.lines().last()).unwrap_or_default();
        let line = line.split(" (PostgreSQL").next().unwrap_or_default();
        format!("{} {line}", output.status.code().unwrap_or(-1))
    })
    .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    2 geokontor: Eine Sammlung „hydrant“ gibt es nicht; vorhanden: hydrants, water_sources, suction_points, hydrant_signs, municipalities, addresses, roads, buildings
    2 geokontor: eine Zuordnung „nobody“ für „hydrants“ gibt es nicht; vorhanden: hauskoordinaten, identity, kirchzarten, osm, osm_suction_points, osm_water_sources
    1 geokontor: /nowhere.csv lässt sich nicht lesen: Datei oder Ordner nicht gefunden
    4 geokontor: 1 Zeile ist fehlerhaft, und der Import ist streng (--strict): nichts übernommen
    2 geokontor: „dxf“ ist kein Format, das geschrieben wird; möglich: geojson, gpkg, shp, csv, kml, gpx, osm oder alamos
    1 geokontor: Dieses Format wird nur in eine Datei geschrieben: wohin, sagt --out
    2 geokontor: Eine Rolle „king“ gibt es nicht; vorhanden: administrator, crew, editor, maintainer, reader, utility, warden
    1 geokontor: Ein gültiges Token „nobody“ gibt es nicht
    1 geokontor: Dieses Konto gibt es nicht.
    2 geokontor: <MAIL>: Eine E-Mail-Adresse sieht aus wie name@example.org.
    1 geokontor: Das Manifest /nowhere.dump.json ist nicht lesbar: Datei oder Ordner nicht gefunden
    2 geokontor: Einen Kachelsatz „nothing“ gibt es nicht; vorhanden: firewater, base, hydrants, water_sources, suction_points, hydrant_signs, municipalities, addresses, roads, buildings
    0 Die Datenbank ist auf dem neuesten Stand
    "#);
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir(&target).expect("a folder");
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a file");
        }
    }
}

#[test]
fn a_database_that_is_not_there_is_told_without_its_password() {
    let output = command(NOWHERE, &["migrate"]).env("GEOKONTOR_DATABASE_PATIENCE", "1").output().expect("the program");
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("the database is not available"), "{}", said(&output));
    let checked = geokontor(NOWHERE, &["check"]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(said(&checked).contains("FAULT  database"), "{}", said(&checked));
    assert!(!said(&output).contains("hunter2") && !said(&checked).contains("hunter2"));
}

#[tokio::test]
async fn a_sound_installation_passes_the_check_and_a_newer_schema_does_not() {
    let database = Database::new().await;
    assert_eq!(geokontor(&database.url, &["migrate"]).status.code(), Some(0));
    let output = geokontor(&database.url, &["check"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    database
        .execute(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             VALUES (29991231000000, 'future', true, '', 0)",
        )
        .await;
    let output = geokontor(&database.url, &["check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("FAULT  schema"), "{}", said(&output));
}

#[tokio::test]
async fn an_import_says_by_its_exit_code_whether_rows_were_refused_and_whether_any_could_be_taken() {
    let database = Database::new().await;
    assert_eq!(geokontor(&database.url, &["migrate"]).status.code(), Some(0));
    let folder = tempfile::tempdir().expect("a folder");
    let (good, bad) = ("A;Unterflurhydrant;11.45;53.9\n", "B;Springbrunnen;11.46;53.9\n");
    for (rows, code) in [(good.to_owned(), 0), (format!("{good}{bad}"), 3), (bad.to_owned(), 4)] {
        let file = folder.path().join(format!("{code}.csv"));
        std::fs::write(&file, format!("Nummer;Bauart;lon;lat\n{rows}")).expect("a file");
        let file = file.display().to_string();
        let output = geokontor(&database.url, &["import", &file, "--collection", "hydrants", "--dry-run"]);
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
    }
}

#[tokio::test]
async fn two_servers_that_start_together_on_an_empty_database_load_the_district_once() {
    let database = Database::new().await;
    let servers: Vec<Server> = (0..2).map(|_| Server::start(&database.url, &["--demo-if-empty"])).collect();
    for server in &servers {
        server.ready().await;
    }
    assert_eq!(database.count("SELECT count(*) FROM changeset WHERE kind = 'demo'").await, 1);
    assert_eq!(database.count("SELECT count(*) FROM register.hydrants").await, 4000);
    let again = geokontor(&database.url, &["demo", "--scale", "10"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(said(&again).contains("not empty"), "{}", said(&again));
}

#[tokio::test]
async fn told_to_stop_a_server_ends_with_0() {
    let database = Database::new().await;
    for signal in ["-TERM", "-INT"] {
        let mut server = Server::start(&database.url, &[]);
        server.ready().await;
        server.signal(signal);
        assert_eq!(server.end().await, Some(0), "{signal}");
    }
}

#[tokio::test]
async fn a_load_that_is_killed_half_way_leaves_nothing() {
    let database = Database::new().await;
    assert!(geokontor(&database.url, &["migrate"]).status.success());
    let mut loading = command(&database.url, &["demo"]).spawn().expect("the program");
    let writing = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%'";
    crate::support::until("the load is under way", async || database.count(writing).await > 0).await;
    loading.kill().expect("a process");
    loading.wait().expect("an end");
    let holding =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    crate::support::until("its connections are gone", async || database.count(holding).await == 0).await;
    assert_eq!(database.count("SELECT count(*) FROM change").await, 0);
    assert_eq!(database.count("SELECT count(*) FROM changeset").await, 0);
    assert!(geokontor(&database.url, &["demo", "--scale", "10"]).status.success(), "and it can be loaded anew");
}
