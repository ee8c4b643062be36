use super::*;
use crate::filter::{DatetimeFilter, Sort, compile_parameters};

fn by_parameters(parameters: &[(&str, &str)], visible: Visibility) -> Result<Predicate, FilterError> {
    compile_parameters(parameters.iter().copied(), hydrants(), &plane(), visible)
}

#[test]
fn queryables_work_as_parameters() {
    let passing = |parameters: &[(&str, &str)]| {
        let predicate = by_parameters(parameters, Visibility::Staff).expect("a predicate");
        REGISTER.iter().filter(|h| predicate.matches(&h.subject())).count()
    };
    let counted = |test: fn(&Hydrant) -> bool| REGISTER.iter().filter(|h| test(h)).count();
    assert_eq!(passing(&[]), 400);
    assert_eq!(passing(&[("kind", "pillar")]), counted(|h| h.kind == Some(0)));
    assert_eq!(passing(&[("flow_rate", "800")]), counted(|h| h.flow_rate == Some(800)));
    assert_eq!(passing(&[("gate_valve", "false")]), counted(|h| h.gate_valve == Some(false)));
    assert_eq!(passing(&[("street", "Mühlen's Gang")]), counted(|h| h.street == Some("Mühlen's Gang")));
    assert_eq!(passing(&[("status_as_of", "2024-06-15")]), counted(|h| h.status_as_of == Some(date(2024, 6, 15))));
    assert_eq!(
        passing(&[("kind", "wall"), ("gate_valve", "true")]),
        counted(|h| h.kind == Some(2) && h.gate_valve == Some(true))
    );
    assert_eq!(passing(&[("id", &REGISTER[5].id.to_string())]), 1);
}

#[test]
fn a_parameter_that_does_not_fit_is_refused() {
    let refused = |name, value| english(&by_parameters(&[(name, value)], Visibility::Public).expect_err("a refusal"));
    assert_eq!(refused("flow_rate", "much"), "a whole number is expected, not 'much'");
    assert_eq!(refused("flow_rate", "0.5"), "a whole number is expected, not '0.5'");
    assert!(by_parameters(&[("flow_rate", "800.0")], Visibility::Public).is_ok());
    assert!(
        refused("kind", "lamp").starts_with("'lamp' is not in the code list 'hydrant_kind'; its codes are pillar, ")
    );
    assert_eq!(refused("status_as_of", "today"), "'today' is not a date such as 2024-05-31");
    assert!(refused("gate_valve", "true").starts_with("unknown property 'gate_valve'"));
    assert!(refused("geometry", "x").starts_with("geometry is not supported"));
}

#[test]
fn datetime_takes_moments_intervals_and_durations() {
    let matching = |text: &str| -> Vec<u32> {
        let filter: DatetimeFilter = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        (10..=16).filter(|day| filter.matches(Value::Date(date(2018, 2, *day)))).collect()
    };
    assert_eq!(matching("2018-02-12"), [12]);
    assert_eq!(matching("2018-02-12T23:20:50Z"), [12]);
    assert_eq!(matching("2018-02-12/2018-02-14"), [12, 13, 14]);
    assert_eq!(matching("2018-02-12T10:00:00Z/2018-02-14T00:00:00Z"), [12, 13, 14]);
    assert_eq!(matching("../2018-02-12"), [10, 11, 12]);
    assert_eq!(matching("/2018-02-12"), [10, 11, 12]);
    assert_eq!(matching("2018-02-15/.."), [15, 16]);
    assert_eq!(matching("2018-02-15/"), [15, 16]);
    assert_eq!(matching("").len(), 7);
    assert_eq!(matching("../..").len(), 7);
    assert_eq!(matching("2018-02-12/P2D"), [12, 13]);
    assert_eq!(matching("P2D/2018-02-12"), [11, 12]);
    assert_eq!(matching("2018-02-12T12:00:00Z/PT24H"), [12, 13]);
    assert_eq!(matching("2018-01-31/P1M"), [10, 11, 12, 13, 14, 15, 16]);
    assert_eq!(matching("2018-02-12T01:00:00+02:00"), [11]);
}

#[test]
fn datetime_looks_at_the_second_and_passes_what_has_no_time() {
    let filter: DatetimeFilter = "2018-02-12T10:00:00Z/2018-02-12T11:00:00Z".parse().expect("an interval");
    assert!(filter.matches(Value::Instant(instant("2018-02-12T11:00:00Z"))));
    assert!(!filter.matches(Value::Instant(instant("2018-02-12T11:00:01Z"))));
    assert!(filter.matches(Value::Null));
}

#[test]
fn a_datetime_that_means_nothing_is_refused() {
    for text in [
        "2018-02-14/2018-02-12",
        "yesterday",
        "2018-2-1",
        "2018-02-30",
        "P1D",
        "P1D/P1D",
        "../P1D",
        "2018-02-12/P",
        "2018-02-12/PT",
        "2018-02-12/P1H",
        "2018-02-12/P1D2D",
        "2018-02-12/P1",
        "a/b/c",
        "2018-02-12/P999999Y",
        "+02018-02-12",
        "2018-02-12T25:00:00Z",
        "2018-02-12Tö",
    ] {
        let error = english(&text.parse::<DatetimeFilter>().expect_err(text));
        assert!(!error.is_empty(), "{error}");
    }
}

#[test]
fn sorting_puts_what_is_missing_last_and_codes_in_the_order_of_their_list() {
    let sorted = |text: &str| -> Vec<&Hydrant> {
        let sort = Sort::parse(text, hydrants(), Visibility::Staff).expect("an order");
        let mut sorted: Vec<&Hydrant> = REGISTER.iter().rev().collect();
        sorted.sort_by(|a, b| sort.compare((a.id, Row::new(&a.row)), (b.id, Row::new(&b.row))));
        sorted
    };
    let expected = |key: fn(&Hydrant) -> (bool, i64)| {
        let mut expected: Vec<&Hydrant> = REGISTER.iter().collect();
        expected.sort_by_key(|h| (key(h), h.id));
        expected.iter().map(|h| h.id).collect::<Vec<_>>()
    };
    let ids = |text: &str| sorted(text).iter().map(|h| h.id).collect::<Vec<_>>();
    assert_eq!(ids("flow_rate"), expected(|h| (h.flow_rate.is_none(), h.flow_rate.unwrap_or(0))));
    assert_eq!(ids("-flow_rate"), expected(|h| (h.flow_rate.is_none(), -h.flow_rate.unwrap_or(0))));
    assert_eq!(ids(" kind"), expected(|h| (h.kind.is_none(), i64::from(h.kind.unwrap_or(0)))));
    assert_eq!(ids("+id"), expected(|_| (false, 0)));
    let two = sorted("+kind,-flow_rate");
    assert!(two.windows(2).all(|pair| pair[0].kind != pair[1].kind
        || pair[1].flow_rate.is_none()
        || pair[0].flow_rate >= pair[1].flow_rate));
    let streets: Vec<_> = sorted("street").iter().filter_map(|h| h.street).collect();
    assert!(streets.is_sorted_by_key(|street| STREETS_IN_ORDER.iter().position(|known| known == street)));
}

const STREETS_IN_ORDER: [&str; 7] =
    ["100% Weg", "Am Markt", "am markt", "Hinter_Hof", "LÜBSCHE STRASSE", "Lübsche Straße", "Mühlen's Gang"];

#[test]
fn an_order_that_means_nothing_is_refused() {
    for (text, start) in [
        ("", "a property is missing"),
        ("kind,,ref", "a property is missing"),
        ("kind,-kind", "'-kind' is named twice"),
        ("geometry", "'geometry' has no order"),
        ("couplings", "'couplings' has no order"),
        ("remark", "unknown property 'remark'"),
        ("nonsense", "unknown property 'nonsense'"),
    ] {
        let error = english(&Sort::parse(text, hydrants(), Visibility::Public).expect_err(text));
        assert!(error.starts_with(start), "{error}");
    }
}
