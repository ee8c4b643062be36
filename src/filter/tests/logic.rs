use super::*;

/// The truth tables of SQL: 'gate_valve' stands for every truth value once it is recorded true, false or not at all.
#[test]
fn and_or_and_not_follow_the_truth_tables_of_sql() {
    let and = |a: Option<bool>, b: Option<bool>| match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    };
    let or = |a: Option<bool>, b: Option<bool>| match (a, b) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    };
    let large = |h: &Hydrant| h.flow_rate.map(|v| v > 800);
    holds("flow_rate > 800 AND gate_valve = TRUE", |h| and(large(h), h.gate_valve));
    holds("flow_rate > 800 OR gate_valve = TRUE", |h| or(large(h), h.gate_valve));
    holds("NOT flow_rate > 800", |h| large(h).map(|v| !v));
    holds("NOT NOT flow_rate > 800", large);
    let pairs: std::collections::HashSet<_> = REGISTER.iter().map(|h| (large(h), h.gate_valve)).collect();
    assert_eq!(pairs.len(), 9, "the register has every pair of truth values");
}

#[test]
fn and_binds_tighter_than_or_and_not_tighter_than_both() {
    let (a, b, c) = ("flow_rate > 800", "gate_valve = TRUE", "kind = 'pillar'");
    let same = |x: String, y: String| {
        let (x, y) = (compiled(&x).expect("a filter"), compiled(&y).expect("a filter"));
        assert!(REGISTER.iter().all(|h| x.matches(&h.subject()) == y.matches(&h.subject())));
    };
    same(format!("{a} OR {b} AND {c}"), format!("{a} OR ({b} AND {c})"));
    same(format!("{a} AND {b} OR {c}"), format!("({a} AND {b}) OR {c}"));
    same(format!("NOT {a} AND {b}"), format!("(NOT {a}) AND {b}"));
    same(format!("NOT {a} OR {b}"), format!("(NOT ({a})) OR {b}"));
    same(format!("{a} and {b} And {c}"), format!("({a} AND {b}) AND {c}"));
}
