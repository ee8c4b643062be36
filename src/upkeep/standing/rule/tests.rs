use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Map;

use super::*;
use crate::clock::{Clock, beginning_of};
use crate::collection::{Catalogue, District, Label};
use crate::texts::{Language, Texts};
use crate::upkeep::Checklists;
use crate::upkeep::inspections::{Answer, Answered, Word};

fn data() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
}

fn words() -> Words {
    let catalogue = Arc::new(Catalogue::load(&data()).expect("the declarations"));
    let checklists = Arc::new(Checklists::load(&data(), &catalogue).expect("the check lists"));
    let district = District::load(&data().join("district.toml")).expect("the district");
    Words::new(catalogue, checklists, &district, None)
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn said(status: &str, as_of: Option<&str>, until: Option<&str>) -> Statement {
    let reason = (status == "out_of_service").then(|| "Rohrbruch".to_owned());
    Statement { status: status.to_owned(), reason, until: until.map(day), as_of: as_of.map(day), noticed_at: None }
}

fn nothing() -> Facts {
    let statement = said("unknown", None, None);
    Facts { begun: None, statement, inspections: Vec::new(), defects: Vec::new(), outages: Vec::new() }
}

fn check(made_on: &str) -> Inspection {
    Inspection {
        id: Uuid::now_v7(),
        collection: "hydrants".to_owned(),
        object: Uuid::nil(),
        checklist: "hydrant_service".to_owned(),
        checklist_version: 1,
        made_on: day(made_on),
        outcome: Outcome::Checked,
        complete: true,
        answers: Vec::new(),
        measured: Map::new(),
        remark: None,
        recorded_at: at(&format!("{made_on}T12:00:00Z")),
    }
}

fn failed(item: &str, effect: Effect, defect: Option<Uuid>) -> Answered {
    let label = Label::new(item, item);
    let answer = Answer::Word(Word::Failed);
    Answered { item: item.to_owned(), label, unit: None, answer, failed: true, effect, defect }
}

fn defect(kind: &str, effect: Effect, found_on: &str) -> Defect {
    Defect {
        id: Uuid::now_v7(),
        version: 1,
        collection: "hydrants".to_owned(),
        object: Uuid::nil(),
        kind: kind.to_owned(),
        severity: "major".to_owned(),
        effect,
        found_on: day(found_on),
        inspection: None,
        remark: None,
        organisation: None,
        due_on: None,
        recorded_at: at(&format!("{found_on}T12:00:00Z")),
        resolved: None,
    }
}

fn outage(begins_on: &str, ends_on: Option<&str>) -> Outage {
    Outage {
        id: Uuid::now_v7(),
        version: 1,
        collection: "hydrants".to_owned(),
        object: Uuid::nil(),
        effect: Effect::OutOfService,
        cause: "construction".to_owned(),
        begins_on: day(begins_on),
        ends_on: ends_on.map(day),
        remark: None,
        recorded_at: at("2026-01-01T12:00:00Z"),
        ended_at: None,
    }
}

fn standing(facts: &Facts, today: &str) -> Standing {
    facts.standing(Terms { today: day(today), words: &words() })
}

fn status(facts: &Facts, today: &str) -> Status {
    standing(facts, today).status
}

/// Status and reasons as they are told.
fn told(facts: &Facts, today: &str) -> [String; 2] {
    let standing = standing(facts, today);
    [Language::De, Language::En].map(|language| {
        let sentence = |reason: &Reason| Texts::built_in().sentence(&(&reason.why).into(), language);
        let reasons: Vec<String> = standing.reasons.iter().map(sentence).collect();
        format!("{}: {}", standing.status.name(), reasons.join("; "))
    })
}

#[test]
fn an_object_of_which_nothing_is_recorded_is_unknown() {
    assert_eq!(told(&nothing(), "2026-11-30"), ["unknown: noch nie geprüft", "unknown: never checked"]);
}

#[test]
fn a_complete_check_in_which_all_is_in_order_makes_ready() {
    let facts = Facts { inspections: vec![check("2026-11-03")], ..nothing() };
    let standing = standing(&facts, "2026-11-30");
    assert_eq!((standing.status, standing.as_of), (Status::Ready, Some(day("2026-11-03"))));
    let expected = [
        "ready: geprüft am 3.11.2026 (Funktionsprüfung Hydrant)",
        "ready: checked on 3 November 2026 (Function check of a hydrant)",
    ];
    assert_eq!(told(&facts, "2026-11-30"), expected);
}

#[test]
fn the_worst_of_all_reasons_counts_and_all_are_told() {
    let facts = Facts {
        inspections: vec![check("2026-11-03")],
        defects: vec![
            defect("sign_missing", Effect::None, "2026-11-01"),
            Defect { due_on: Some(day("2026-12-01")), ..defect("coupling_damaged", Effect::Restricted, "2026-11-03") },
        ],
        outages: vec![outage("2026-11-20", Some("2026-12-05"))],
        ..nothing()
    };
    insta::assert_debug_snapshot!(told(&facts, "2026-11-30"), @r#"
    [
        "out_of_service: Baustelle, 20.11.2026 bis 5.12.2026; Abgang oder Kupplung defekt, gemeldet 3.11.2026, bis 1.12.2026; Hinweisschild fehlt, gemeldet 1.11.2026",
        "out_of_service: Construction site, 20 November 2026 to 5 December 2026; Outlet or coupling damaged, reported 3 November 2026, by 1 December 2026; Sign missing, reported 1 November 2026",
    ]
    "#);
    assert_eq!(standing(&facts, "2026-11-30").until, Some(day("2026-12-05")));
    assert_eq!(status(&facts, "2026-12-06"), Status::Restricted, "what the outage hid comes out again");
    assert_eq!(standing(&facts, "2026-12-06").until, None, "a defect has no end");
}

#[test]
fn an_open_defect_without_water_is_out_of_service_until_it_is_resolved() {
    let facts = Facts {
        inspections: vec![check("2026-11-03")],
        defects: vec![defect("no_water", Effect::OutOfService, "2026-11-10")],
        ..nothing()
    };
    assert_eq!(status(&facts, "2026-11-30"), Status::OutOfService);
    let resolved = Facts { defects: Vec::new(), ..facts };
    assert_eq!(status(&resolved, "2026-11-30"), Status::Ready);
}

#[test]
fn what_failed_and_opened_a_defect_counts_as_long_as_that_is_open_and_no_longer() {
    let opened = defect("leaking", Effect::Restricted, "2026-11-03");
    let answers = vec![failed("closes", Effect::Restricted, Some(opened.id))];
    let facts =
        Facts { inspections: vec![Inspection { answers, ..check("2026-11-03") }], defects: vec![opened], ..nothing() };
    assert_eq!(status(&facts, "2026-11-30"), Status::Restricted);
    assert_eq!(standing(&facts, "2026-11-30").reasons.len(), 1, "told once");
    let resolved = Facts { defects: Vec::new(), ..facts };
    assert_eq!(
        (status(&resolved, "2026-11-30"), standing(&resolved, "2026-11-30").as_of),
        (Status::Ready, Some(day("2026-11-03")))
    );
}

#[test]
fn what_failed_without_a_defect_counts_until_the_list_is_gone_through_again() {
    let answers = vec![failed("cover_free", Effect::Restricted, None)];
    let bad = Inspection { answers, checklist: "hydrant_winter".to_owned(), ..check("2026-11-10") };
    let facts = Facts { inspections: vec![bad.clone(), check("2026-11-20")], ..nothing() };
    assert_eq!(status(&facts, "2026-11-30"), Status::Restricted, "another list has not looked at it");
    let again = Inspection { checklist: "hydrant_winter".to_owned(), ..check("2026-11-25") };
    let facts = Facts { inspections: vec![bad, check("2026-11-20"), again], ..nothing() };
    assert_eq!(status(&facts, "2026-11-30"), Status::Ready);
}

#[test]
fn neither_half_a_check_nor_a_list_that_confirms_nothing_makes_ready() {
    let half = Inspection { complete: false, ..check("2026-11-20") };
    let winter = Inspection { checklist: "hydrant_winter".to_owned(), ..check("2026-11-20") };
    for inspection in [half, winter] {
        let facts = Facts { inspections: vec![inspection], ..nothing() };
        assert_eq!(status(&facts, "2026-11-30"), Status::Unknown);
    }
}

#[test]
fn who_did_not_find_it_says_that_nobody_knows_until_somebody_finds_it() {
    let lost = Inspection { outcome: Outcome::NotFound, complete: false, ..check("2026-11-20") };
    let facts = Facts { inspections: vec![check("2026-11-03"), lost.clone()], ..nothing() };
    assert_eq!(told(&facts, "2026-11-30")[0], "unknown: bei der Prüfung am 20.11.2026 nicht gefunden");
    let found = Facts { inspections: vec![lost, check("2026-11-21")], ..nothing() };
    assert_eq!(status(&found, "2026-11-30"), Status::Ready);
    let parked = Inspection { outcome: Outcome::NotCheckable, complete: false, ..check("2026-11-25") };
    let facts = Facts { inspections: vec![check("2026-11-03"), parked], ..nothing() };
    assert_eq!(status(&facts, "2026-11-30"), Status::Ready, "a parked car says nothing");
}

#[test]
fn an_outage_that_was_announced_begins_with_its_first_day_and_ends_with_its_last() {
    let facts = Facts {
        inspections: vec![check("2026-01-10")],
        outages: vec![outage("2026-03-28", Some("2026-03-29"))],
        ..nothing()
    };
    let on = |today: &str| (status(&facts, today), standing(&facts, today).changes_on.map(|day| day.to_string()));
    assert_eq!(on("2026-03-27"), (Status::Ready, Some("2026-03-28".to_owned())));
    assert_eq!(on("2026-03-28"), (Status::OutOfService, Some("2026-03-30".to_owned())));
    assert_eq!(on("2026-03-29"), (Status::OutOfService, Some("2026-03-30".to_owned())));
    assert_eq!(on("2026-03-30"), (Status::Ready, None));
    assert_eq!(standing(&facts, "2026-03-27").announced.len(), 1);
    assert!(standing(&facts, "2026-03-28").announced.is_empty());
}

#[test]
fn days_are_the_districts_also_in_the_nights_in_which_clocks_change() {
    let facts = Facts { outages: vec![outage("2026-10-25", Some("2026-10-25"))], ..nothing() };
    let zone = chrono_tz::Tz::Europe__Berlin;
    let status_at = |instant: &str| {
        let today = Clock::standing_at(at(instant)).in_zone(zone).today();
        facts.standing(Terms { today, words: &words() }).status
    };
    // The day of 25 hours begins at 22:00 and ends at 23:00 of the next day, by Greenwich.
    assert_eq!(status_at("2026-10-24T21:59:59Z"), Status::Unknown);
    assert_eq!(status_at("2026-10-24T22:00:00Z"), Status::OutOfService);
    assert_eq!(status_at("2026-10-25T22:59:59Z"), Status::OutOfService);
    assert_eq!(status_at("2026-10-25T23:00:00Z"), Status::Unknown);
    let next = standing(&facts, "2026-10-25").changes_on.expect("a day");
    assert_eq!(beginning_of(next, zone), at("2026-10-25T23:00:00Z"), "the timer");
}

#[test]
fn a_check_that_counts_for_less_than_the_district_asks_ends_by_itself() {
    let well =
        Inspection { collection: "water_sources".to_owned(), checklist: "well".to_owned(), ..check("2026-02-28") };
    let facts = Facts { inspections: vec![well], ..nothing() };
    let told_on = |today: &str| (status(&facts, today), standing(&facts, today).until.map(|day| day.to_string()));
    assert_eq!(told_on("2026-06-28"), (Status::Ready, Some("2026-06-28".to_owned())));
    assert_eq!(standing(&facts, "2026-06-28").changes_on, Some(day("2026-06-29")));
    assert_eq!(told_on("2026-06-29"), (Status::Unknown, None));
    let sentence = "unknown: die letzte Prüfung am 28.2.2026 (Probelauf Löschwasserbrunnen) ist zu lange her";
    assert_eq!(told(&facts, "2026-06-29")[0], sentence);
}

#[test]
fn what_somebody_has_typed_in_is_the_least_that_is_told() {
    let closed = Facts { statement: said("out_of_service", None, None), ..nothing() };
    assert_eq!(told(&closed, "2026-11-30")[0], "out_of_service: so eingetragen: Rohrbruch");
    let restricted = Facts { statement: said("restricted", Some("2026-11-01"), None), ..nothing() };
    assert_eq!(told(&restricted, "2026-11-30")[0], "restricted: so eingetragen am 1.11.2026");
    let with_defect = Facts { defects: vec![defect("no_water", Effect::OutOfService, "2026-11-10")], ..restricted };
    assert_eq!(status(&with_defect, "2026-11-30"), Status::OutOfService);
    let ready = Facts { statement: said("ready", Some("2026-11-01"), None), ..nothing() };
    assert_eq!(told(&ready, "2026-11-30")[0], "ready: bestätigt am 1.11.2026");
}

#[test]
fn a_complete_check_ends_what_was_typed_in_without_an_end_before_it() {
    let statement = said("out_of_service", Some("2026-11-10"), None);
    let before = Facts { statement: statement.clone(), inspections: vec![check("2026-11-09")], ..nothing() };
    assert_eq!(status(&before, "2026-11-30"), Status::OutOfService);
    let after = Facts { inspections: vec![check("2026-11-11")], ..before };
    assert_eq!(status(&after, "2026-11-30"), Status::Ready);
    // Typed in after the check was recorded, on the same day.
    let noticed_at = Some(at("2026-11-11T15:00:00Z"));
    let statement = Statement { as_of: None, noticed_at, ..statement };
    let edited = Facts { statement, ..after };
    assert_eq!(status(&edited, "2026-11-30"), Status::OutOfService);
}

#[test]
fn what_was_typed_in_with_an_end_holds_until_then_whatever_is_checked_and_no_longer() {
    let statement = said("out_of_service", Some("2026-11-10"), Some("2026-12-05"));
    let facts = Facts { statement, inspections: vec![check("2026-11-11")], ..nothing() };
    assert_eq!(standing(&facts, "2026-12-05").until, Some(day("2026-12-05")));
    assert_eq!(standing(&facts, "2026-12-05").changes_on, Some(day("2026-12-06")));
    assert_eq!(status(&facts, "2026-12-06"), Status::Ready);
    let unchecked = Facts { inspections: Vec::new(), ..facts };
    assert_eq!(status(&unchecked, "2026-12-06"), Status::Unknown);
}

#[test]
fn a_day_that_the_register_shows_has_begun_has_begun() {
    let outages = vec![outage("2026-11-01", Some("2026-11-29"))];
    let facts = Facts { outages, inspections: vec![check("2026-10-01")], ..nothing() };
    assert_eq!(status(&facts, "2026-11-29"), Status::OutOfService);
    let begun = Facts { begun: Some(day("2026-11-30")), ..facts };
    assert_eq!(status(&begun, "2026-11-29"), Status::Ready);
}

#[test]
fn the_order_in_which_records_are_read_does_not_matter() {
    let opened = defect("leaking", Effect::Restricted, "2026-11-03");
    let mut facts = Facts {
        inspections: vec![
            check("2026-05-01"),
            check("2026-11-03"),
            Inspection { outcome: Outcome::NotFound, ..check("2026-08-01") },
        ],
        defects: vec![opened, defect("sign_missing", Effect::None, "2026-01-02")],
        outages: vec![outage("2026-12-01", None), outage("2026-10-01", Some("2026-10-02"))],
        ..nothing()
    };
    let first = standing(&facts, "2026-11-30");
    facts.inspections.reverse();
    facts.defects.reverse();
    facts.outages.reverse();
    assert_eq!(standing(&facts, "2026-11-30"), first);
}
