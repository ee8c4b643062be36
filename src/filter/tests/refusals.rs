use super::*;

#[test]
fn a_property_nobody_may_query_cannot_be_told_from_one_that_does_not_exist() {
    let refused = |text: &str| {
        let filter = Filter::parse(Language::Text, text).expect("a filter");
        english(&filter.compile(hydrants(), Crs::CRS84, &plane(), Visibility::Public).expect_err("a refusal"))
    };
    let (hidden, unknown) = (refused("gate_valve = TRUE"), refused("gate_nonsense = TRUE"));
    assert_eq!(hidden.replace("gate_valve", "x"), unknown.replace("gate_nonsense", "x"));
    for text in ["remark IS NULL", "CASEI(remark) = 'x'", "model LIKE '%'", "kind = model", "inner_diameter + 1 > 2"] {
        assert!(refused(text).starts_with("unknown property"), "{text}");
    }
}

#[test]
fn a_refusal_says_what_would_be_right() {
    for (text, expected) in [
        (
            "flow_rate = '800'",
            "=: a number and a text cannot be compared; numbers stand without quotes, texts in single ones",
        ),
        ("kind = 800", "=: a code and a number cannot be compared; numbers stand without quotes, texts in single ones"),
        ("flow_rate = DATE('2024-01-01')", "=: a number and a date cannot be compared"),
        ("status_as_of > 'soon'", "'soon' is not a date such as 2024-05-31"),
        (
            "status_as_of > DATE('2024-02-30')",
            "the filter cannot be read at character 21: '2024-02-30' is not a date such as 2024-05-31",
        ),
        ("flow_rate LIKE '8%'", "like: only texts have patterns, not a number"),
        ("street LIKE ref", "like: the pattern is a text in quotes, CASEI and ACCENTI around it at most"),
        ("street + 1 > 2", "+: a number is expected, not street"),
        ("CASEI(flow_rate) = 'x'", "casei: a text is expected, not flow_rate"),
        ("couplings = 'B'", "couplings: a list can only be tested with IS NULL"),
        (
            "A_CONTAINS(couplings, ('B'))",
            "a_contains is not supported: no queryable is an array of single values; lists can only be tested with IS NULL",
        ),
        (
            "pg_sleep(10) = 1",
            "the function 'pg_sleep' is not supported: only the operators and functions that CQL2 itself defines are offered",
        ),
        (
            "S_WITHIN(geometry, Buffer(geometry, 10))",
            "the function 'Buffer' is not supported: only the operators and functions that CQL2 itself defines are offered",
        ),
        (
            "S_INTERSECTS(kind, POINT(1 1))",
            "s_intersects: 'kind' is not a geometry; the geometry of a feature is 'geometry'",
        ),
        (
            "S_INTERSECTS(geometry, 'POINT(1 1)')",
            "s_intersects: 'POINT(1 1)' is not a geometry; write 'geometry', WKT or BBOX",
        ),
        ("S_INTERSECTS(geometry)", "s_intersects: it takes 2 operands, not 1"),
        (
            "S_INTERSECTS(geometry, BBOX(1, 9, 2, 8))",
            "BBOX in s_intersects: 9 lies north of 8; the south comes before the north",
        ),
        ("geometry = 'x'", "geometry: a geometry is tested with S_INTERSECTS and its like, or IS NULL"),
        (
            "T_AFTER(kind, DATE('2024-01-01'))",
            "kind: a date, a point in time or an INTERVAL is expected here, such as DATE('2024-05-31')",
        ),
        ("T_DURING(status_as_of, INTERVAL('2024-02-01', '2024-01-01'))", "INTERVAL: it ends before it starts"),
        ("flow_rate", "flow_rate: it is not true or false by itself; compare it with something"),
        ("flow_rate + 1", "+: its result is not true or false; compare it with something"),
        ("'pillar'", "'pillar': a filter is a comparison or another test that is true or false"),
        (
            "kind = NULL",
            "the filter cannot be read at character 8: NULL cannot be compared; write IS NULL or IS NOT NULL",
        ),
        (
            "flow_rate > ",
            "the filter cannot be read at character 13: a property, a value or a function is expected here, not the end of the filter",
        ),
        (
            "flow_rate > 1 kind",
            "the filter cannot be read at character 15: an operator or the end of the filter is expected here, not 'kind'",
        ),
        (
            "1 < flow_rate < 3",
            "the filter cannot be read at character 15: comparisons cannot be chained; join them with AND",
        ),
        (
            "kind = 'pillar",
            "the filter cannot be read at character 8: the text that starts here has no closing quote (')",
        ),
        ("kind = 'a' AND ; DROP", "the filter cannot be read at character 16: ';' has no meaning in CQL2"),
        (
            "kind IN ()",
            "the filter cannot be read at character 10: a property, a value or a function is expected here, not ')'",
        ),
        (
            "S_INTERSECTS(geometry, POINT EMPTY)",
            "the filter cannot be read at character 24: an empty geometry has no relation to anything; give it coordinates",
        ),
    ] {
        assert_eq!(refusal(text), expected, "{text}");
    }
    assert!(
        refusal("kind = 'lamp'")
            .starts_with("'lamp' is not in the code list 'hydrant_kind'; its codes are pillar, underground,")
    );
    assert!(refusal("kind IN ('pillar', 'lamp')").starts_with("'lamp' is not in the code list"));
    let bow_tie = "S_WITHIN(geometry, POLYGON((0 0, 2 2, 2 0, 0 2, 0 0)))";
    assert!(refusal(bow_tie).starts_with("s_within: the geometry is not valid"));
}

#[test]
fn a_fault_in_json_is_named_with_its_pointer() {
    for (json, start) in [
        ("", "the filter cannot be read at '': EOF"),
        ("null", "the filter cannot be read at '': null cannot be compared; use isNull"),
        (r#"{"op":"and"}"#, "the filter cannot be read at '/args': 'and' needs 'args', an array"),
        (r#"{"op":"=","args":[1,{}]}"#, "the filter cannot be read at '/args/1': an object has 'op', "),
        (r#"{"op":"=","args":[1,2],"x":3}"#, "the filter cannot be read at '': 'x' has no meaning beside 'op'"),
        (
            r#"{"op":"=","args":[{"date":"2024-13-01"},2]}"#,
            "the filter cannot be read at '/args/0/date': '2024-13-01' is not",
        ),
        (
            r#"{"interval":["2024-01-01"]}"#,
            "the filter cannot be read at '/interval': an interval is a start and an end",
        ),
        (r#"{"bbox":[1,2,3]}"#, "the filter cannot be read at '/bbox': a bbox is an array of 4 or 6 numbers"),
        (
            r#"{"type":"Point","coordinates":[1]}"#,
            "the filter cannot be read at '/coordinates': a position is an array",
        ),
    ] {
        let error = english(&Filter::parse(Language::Json, json).expect_err(json));
        assert!(error.starts_with(start), "{error}");
    }
}

#[test]
fn what_is_too_large_is_refused_at_once() {
    let too_large = |language, text: &str| {
        let error = Filter::parse(language, text).expect_err("a refusal");
        assert!(matches!(error, FilterError::TooLarge { .. }), "{error}");
    };
    too_large(Language::Text, &format!("ref = '{}'", "x".repeat(33_000)));
    too_large(Language::Text, &format!("ref IN ({})", vec!["'x'"; 1_001].join(",")));
    too_large(Language::Text, &vec!["a=1"; 2_000].join(" OR "));
    for (open, close) in
        [("(", ")"), ("NOT ", ""), ("-", ""), ("f(", ")"), ("a=(", ")"), ("1+", ""), ("(1,", ")"), ("2^", "")]
    {
        for depth in [51, 1_000, 32_000 / (open.len() + close.len()) - 10] {
            let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let error = Filter::parse(Language::Text, &text).expect_err("a refusal");
            assert!(matches!(error, FilterError::TooLarge { .. } | FilterError::Syntax { .. }), "{error}");
        }
    }
    for depth in [51, 60, 2_000] {
        let json = format!(r#"{}true{}"#, r#"{"op":"not","args":["#.repeat(depth), "]}".repeat(depth));
        assert!(Filter::parse(Language::Json, &json).is_err());
        assert!(Filter::parse(Language::Json, &format!("{}{}", "[".repeat(depth), "]".repeat(depth))).is_err());
    }
    assert!(compiled(&format!("{}kind = 'wall'{}", "(".repeat(40), ")".repeat(40))).is_ok());
    assert!(compiled(&format!("ref IN ({})", vec!["'x'"; 1_000].join(","))).is_ok());
    assert!(compiled(&vec!["kind = 'wall'"; 600].join(" OR ")).is_ok());
}

#[test]
fn quotes_and_backslashes_are_read_as_the_standard_has_it() {
    let text = |filter: &str| format!("{:?}", Filter::parse(Language::Text, filter).expect("a filter"));
    assert_eq!(text(r"a = 'it''s'"), text(r"a = 'it\'s'"));
    assert_eq!(
        text(r"a LIKE '50\%'"),
        format!(
            "{:?}",
            Filter::parse(Language::Json, r#"{"op":"like","args":[{"property":"a"},"50\\%"]}"#).expect("a filter")
        )
    );
    assert!(text(r"a LIKE 'x\\' AND b = 'y'").contains("And"), "the second of two backslashes escapes nothing");
    assert!(text(r#""we""ird" = 1"#).contains(r#"we\"ird"#));
    assert!(text("\"not\" = 1").contains("Property(\"not\")"));
    assert!(text("a\u{3000}=\u{85}1").contains("Compare(Equal)"), "all white space of the grammar");
    assert!(text("notes = 1 AND order = 2").contains("Property(\"notes\")"), "a keyword ends where a name would");
}

/// Filters to start from; every operator is among them.
const SEEDS: [&str; 12] = [
    "flow_rate > 800 AND kind = 'pillar'",
    "NOT (street LIKE '%a\\%_b%' OR CASEI(ACCENTI(ref)) IN ('x', 'y'))",
    "flow_rate NOT BETWEEN 1 AND 2e3 AND static_pressure IS NOT NULL",
    "S_INTERSECTS(geometry, POLYGON((11 53, 12 53, 12 54, 11 54, 11 53), (11.2 53.2, 11.4 53.2, 11.4 53.4, 11.2 53.2)))",
    "S_WITHIN(geometry, BBOX(-180, -90, 180, 90)) OR S_CROSSES(LINESTRING(1 2, 3 4), geometry)",
    "S_EQUALS(geometry, GEOMETRYCOLLECTION(POINT Z (1 2 3), MULTIPOINT((1 2), (3 4)))) AND S_TOUCHES(geom, MULTILINESTRING((1 2, 3 4)))",
    "T_DURING(updated_at, INTERVAL('2024-01-01', '..')) OR T_AFTER(status_as_of, DATE('2024-01-01'))",
    "updated_at = TIMESTAMP('2024-01-01T00:00:00.5Z') AND gate_valve = TRUE",
    "-flow_rate / 2 + 3 * (static_pressure - 1) ^ 2 % 5 div 2 <> 0",
    r#"{"op":"and","args":[{"op":"=","args":[{"property":"kind"},"pillar"]},{"op":"in","args":[{"property":"flow_rate"},[1,2,3]]}]}"#,
    r#"{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Polygon","coordinates":[[[11,53],[12,53],[12,54],[11,53]]]}]}"#,
    r#"{"op":"t_intersects","args":[{"property":"updated_at"},{"interval":["2024-01-01T00:00:00Z",".."]}]}"#,
];

/// A seed with a few places cut, doubled, overwritten or filled with pieces of syntax.
fn mutated(random: &mut Pcg64Mcg) -> String {
    let pieces = [
        "'",
        "\"",
        "\\",
        "(",
        ")",
        ",",
        "NOT ",
        " AND ",
        "-",
        "9e999",
        "POINT(",
        "BBOX(",
        "NULL",
        "ö",
        "\u{0}",
        "1e308",
        "..",
        "[",
        "{",
        "}",
        ":",
        "S_WITHIN(",
        "DATE('",
        "%",
    ];
    let mut chars: Vec<char> = SEEDS[random.random_range(0..SEEDS.len())].chars().collect();
    for _ in 0..random.random_range(1..6) {
        let at = random.random_range(0..=chars.len());
        let end = (at + random.random_range(0..6)).min(chars.len());
        match random.random_range(0..4) {
            0 => drop(chars.drain(at..end)),
            1 => drop(chars.splice(at..at, pieces[random.random_range(0..pieces.len())].chars())),
            2 => drop(chars.splice(at..end, std::iter::once(char::from(random.random_range(32..127_u8))))),
            _ => {
                let copy: Vec<char> = chars[at..end].to_vec();
                drop(chars.splice(at..at, copy));
            }
        }
    }
    chars.into_iter().collect()
}

#[test]
fn rubbish_is_answered_without_a_panic() {
    let mut random = Pcg64Mcg::seed_from_u64(42);
    let (mut read, mut passed) = (0, 0);
    let area = geo_types::Rect::new(coord! { x: 245_000.0, y: 5_970_000.0 }, coord! { x: 250_000.0, y: 5_980_000.0 });
    let area = Shape::from(Some(area.to_polygon().into()));
    for _ in 0..30_000 {
        let text = mutated(&mut random);
        for language in [Language::Text, Language::Json] {
            let Ok(filter) = Filter::parse(language, &text) else { continue };
            read += 1;
            if let Ok(predicate) = filter.compile(hydrants(), Crs::CRS84, &plane(), Visibility::Staff) {
                passed += REGISTER.iter().take(3).filter(|h| predicate.matches(&h.subject())).count();
                passed += usize::from(predicate.matches(&Subject { shape: &area, ..REGISTER[9].subject() }));
            }
        }
    }
    assert!(read > 1_000 && passed > 100, "{read} read, {passed} passed: the mutations are not all noise");
}
