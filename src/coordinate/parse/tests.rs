use super::*;
use crate::coordinate::geodesic_distance_m;

/// The control point: 53.8916 N 11.4600 E.
const HERE: LonLat = LonLat { lon: 11.46, lat: 53.8916 };

pub(super) fn district() -> Context {
    Context { district: Some(Rect::new((10.76, 53.5), (11.9, 54.1))), reference: None }
}

pub(super) fn anywhere() -> Context {
    Context::default()
}

#[track_caller]
fn assert_reads(texts: &[&str], context: &Context, place: LonLat, tolerance_m: f64, notes: &[Note]) {
    for text in texts {
        let reading = parse(text, context).unwrap_or_else(|error| panic!("{text}: {error}"));
        let found = reading.position().unwrap_or_else(|| panic!("{text}: {reading:?}"));
        let off = geodesic_distance_m(place, found);
        assert!(off <= tolerance_m, "{text}: {found:?} is {off} m off");
        assert_eq!(reading.notes, notes, "{text}");
    }
}

fn projected(text: &str, context: &Context) -> (u32, f64, f64) {
    match parse(text, context).map(|reading| reading.place) {
        Ok(Place::Projected(found)) => (found.epsg, found.easting, found.northing),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn decimal_degrees_with_letters_are_read_in_either_order() {
    let texts = [
        "53.8916 N 11.4600 E",
        "53.8916N 11.4600E",
        "53.8916° N, 11.4600° E",
        "N 53.8916 E 11.4600",
        "N53.8916 O11.4600",
        "11.4600 E 53.8916 N",
        "E 11.46, N 53.8916",
        "53,8916 N 11,4600 O",
        "53,8916°N 11,46°O",
        "53,8916° N; 11,46° Ost",
        "Nord 53,8916 Ost 11,46",
        "lat 53.8916 lon 11.46",
        "lon=11.46&lat=53.8916",
        "Breite: 53,8916 Länge: 11,46",
        "53,8916° n. Br. 11,46° ö. L.",
        "53,8916° nördlicher Breite, 11,46° östlicher Länge",
        "WGS84: 53.8916N 11.46E",
        "53.8916 n / 11.46 e",
        "(53.8916 N, 11.46 E)",
        "53.8916\u{a0}N\u{2009}11.46\u{a0}E",
        "POINT(11.46 53.8916)",
        "53.8916 Grad N 11.46 Grad O",
    ];
    assert_reads(&texts, &anywhere(), HERE, 0.001, &[]);
    assert_reads(&["43,11945°N 5,9°E"], &anywhere(), LonLat { lon: 5.9, lat: 43.11945 }, 0.001, &[]);
    assert_reads(
        &["33.512 S 70.6 W", "S33,512 W70,6", "lat -33.512 lon -70.6"],
        &anywhere(),
        LonLat { lon: -70.6, lat: -33.512 },
        0.001,
        &[],
    );
}

#[test]
fn degrees_and_minutes_are_read() {
    let texts = [
        "53° 53,496' N 11° 27,600' O",
        "53° 53.496' N 11° 27.600' E",
        "N53 53.496 E011 27.600",
        "N 53° 53.496 E 011° 27.600",
        "53°53.496′N 11°27.600′E",
        "53° 53,496’ N; 11° 27,600’ O",
        "53 53.496 N 11 27.600 E",
        "E 11 27.6 N 53 53.496",
        "53º53,496´N, 11º27,6´O",
        "53 Grad 53,496 min Nord 11 Grad 27,6 min Ost",
    ];
    assert_reads(&texts, &anywhere(), HERE, 0.001, &[]);
    assert_reads(
        &["53° 53.496' 11° 27.600'", "53 53,496 11 27,600", "53 53,496; 11 27,600"],
        &district(),
        HERE,
        0.001,
        &[],
    );
}

#[test]
fn degrees_minutes_and_seconds_are_read() {
    let texts = [
        "53° 53' 29.76\" N 11° 27' 36.0\" E",
        "53°53′29,76″N 11°27′36,0″O",
        "53° 53’ 29.76” N, 11° 27’ 36” E",
        "53°53'29.76''N 11°27'36''E",
        "N 53 53 29.76 E 11 27 36",
        "53:53:29.76 N 11:27:36 E",
    ];
    assert_reads(&texts, &anywhere(), HERE, 0.01, &[]);
    assert_reads(&["53 53 29,76 11 27 36,0", "53° 53' 29.76\", 11° 27' 36\""], &district(), HERE, 0.01, &[]);
}

#[test]
fn bare_numbers_take_the_order_that_lies_in_the_district() {
    let usual = [
        "53.8916, 11.4600",
        "53.8916,11.4600",
        "53.8916 11.4600",
        "53,8916 11,4600",
        "53,8916; 11,46",
        "53,8916, 11,4600",
        "53,8916,11,4600",
        "53,8916/11,46",
        "53.8916 - 11.46",
        "[53.8916, 11.46]",
        "53.8916\t11.46",
        "53.8916°, 11.46°",
    ];
    assert_reads(&usual, &district(), HERE, 0.001, &[]);
    assert_reads(&["11.4600, 53.8916", "11,46 53,8916"], &district(), HERE, 0.001, &[Note::LongitudeFirst]);
    assert_reads(&["53.8916, 11.46"], &anywhere(), HERE, 0.001, &[Note::OrderAssumed]);
}

#[test]
fn bare_numbers_far_from_the_district_are_latitude_first_with_a_note() {
    let sydney = LonLat { lon: 151.2, lat: -33.901 };
    assert_reads(
        &["-33.901, 151.2", "-33,901 151,2"],
        &district(),
        sydney,
        0.001,
        &[Note::OrderAssumed, Note::OutsideDistrict],
    );
    let swapped = LonLat { lon: 48.123, lat: 9.0 };
    assert_reads(&["9.0, 48.123"], &district(), swapped, 0.001, &[Note::OrderAssumed, Note::OutsideDistrict]);
    let luebeck = LonLat { lon: 10.69, lat: 53.871 };
    assert_reads(&["53.871, 10.69"], &district(), luebeck, 0.001, &[Note::OutsideDistrict]);
    assert_eq!(parse("151.2, -33.9", &district()), Err(ParseError::OutOfRange { axis: "latitude", value: 151.2 }));
}

#[test]
fn bare_numbers_that_fit_in_both_orders_are_refused() {
    let equator = Context { district: Some(Rect::new((-5.0, -5.0), (5.0, 5.0))), reference: None };
    assert_eq!(parse("1.501, 2.501", &equator), Err(ParseError::Order));
    assert!(parse("2.501, 2.501", &equator).is_ok());
}

#[test]
fn utm_with_a_zone_is_read() {
    for text in [
        "33 U 267397 5977269",
        "33U 267397 5977269",
        "33N 267397 5977269",
        "33 267397 5977269",
        "UTM 33 267397 5977269",
        "UTM Zone 33 U E 267397 N 5977269",
        "33U 267397mE 5977269mN",
        "33 U 5977269 N 267397 E",
        "33 U 267397,0 5977269,0",
        "33U 267397,5977269",
        "33 U 267.397 5.977.269",
        "33u 267397 m O 5977269 m N",
    ] {
        assert_eq!(projected(text, &anywhere()), (25833, 267_397.0, 5_977_269.0), "{text}");
        assert_reads(&[text], &anywhere(), HERE, 1.0, &[]);
    }
    assert_reads(&["32 661655 5974265"], &district(), HERE, 1.0, &[]);
    assert_eq!(projected("56 S 334000 6252000", &anywhere()).0, 32756);
    assert_eq!(projected("56H 334000 6252000", &anywhere()).0, 32756);
    assert_eq!(projected("38S 444140 3684706", &anywhere()).0, 32638, "band S of the northern hemisphere");
}

#[test]
fn an_easting_with_the_zone_before_it_is_read() {
    assert_eq!(projected("33267397 5977269", &anywhere()), (5650, 33_267_397.0, 5_977_269.0));
    assert_eq!(projected("5977269 33267397", &anywhere()), (5650, 33_267_397.0, 5_977_269.0));
    assert_eq!(projected("33.267.397,36 5.977.269,58", &anywhere()), (5650, 33_267_397.36, 5_977_269.58));
    assert_eq!(projected("33267397,5977269", &anywhere()), (5650, 33_267_397.0, 5_977_269.0));
    assert_reads(&["33267397.361 5977269.578", "32661655,37 5974265,57"], &district(), HERE, 0.1, &[]);
}

#[test]
fn utm_without_a_zone_is_completed_by_the_district_only() {
    assert_reads(
        &["267397 5977269", "5977269 267397", "661655 5974265"],
        &district(),
        HERE,
        1.0,
        &[Note::ZoneCompleted],
    );
    assert_eq!(parse("267397 5977269", &anywhere()), Err(ParseError::ZoneMissing));
}

#[test]
fn gauss_krueger_is_handed_on_with_its_code() {
    let reading = parse("4464599 5973544", &district()).unwrap();
    assert_eq!(reading.position(), None);
    assert_eq!(reading.notes, []);
    let expected =
        Projected { epsg: 31468, alternatives: &[2398], easting: 4_464_599.0, northing: 5_973_544.0, position: None };
    assert_eq!(reading.place, Place::Projected(expected));
    for text in
        ["5973544 4464599", "Rechtswert 4464599 Hochwert 5973544", "GK: H 5973544 R 4464599", "4464599,2 5973544,6"]
    {
        assert_eq!(projected(text, &district()).0, 31468, "{text}");
    }
    assert_eq!(projected("3500000 5600000", &anywhere()).0, 31467);
}

#[test]
fn gauss_krueger_that_fits_in_both_orders_is_settled_by_the_district_or_by_letters() {
    let west = Context { district: Some(Rect::new((13.5, 48.5), (14.0, 49.5))), reference: None };
    let east = Context { district: Some(Rect::new((14.1, 48.5), (14.6, 49.5))), reference: None };
    let both = Context { district: Some(Rect::new((13.5, 48.5), (14.6, 49.5))), reference: None };
    assert_eq!(projected("5421000 5440000", &west), (31469, 5_421_000.0, 5_440_000.0));
    assert_eq!(projected("5421000 5440000", &east), (31469, 5_440_000.0, 5_421_000.0));
    assert_eq!(projected("R 5421000 H 5440000", &both), (31469, 5_421_000.0, 5_440_000.0));
    for context in [both, anywhere()] {
        assert_eq!(parse("5421000 5440000", &context), Err(ParseError::Order));
    }
}

#[test]
fn utmref_is_read_and_completed() {
    for text in ["32U PE 61655 74265", "32UPE6165574265", "utmref 32 u pe 61655 74265"] {
        assert_reads(&[text], &anywhere(), HERE, 1.0, &[]);
    }
    assert_reads(&["32U PE 6165 7426"], &district(), HERE, 10.0, &[]);
    assert_reads(&["PE 61655 74265", "PE6165574265"], &district(), HERE, 1.0, &[Note::ZoneCompleted]);
    let nearby = Context { district: None, reference: Some(HERE) };
    assert_reads(&["PE 61655 74265"], &nearby, HERE, 1.0, &[Note::ZoneCompleted]);
    let missing = UtmrefError::ZoneMissing { square: "PE".into() };
    assert_eq!(parse("PE 61655 74265", &anywhere()), Err(ParseError::Utmref(missing)));
}

#[test]
fn geo_addresses_are_read() {
    let texts = [
        "geo:53.8916,11.46",
        "GEO:53.8916,11.46,12.5",
        "geo:53.8916,11.46;crs=wgs84;u=35",
        "geo:53.8916,11.46?z=17",
        "geo:0,0?q=53.8916,11.46(Hydrant)",
    ];
    assert_reads(&texts, &anywhere(), HERE, 0.001, &[]);
    for text in ["geo:", "geo:53.8916", "geo:153,11", "geo:53,11;crs=EPSG:25833", "geo:nan,11"] {
        assert!(matches!(parse(text, &district()), Err(ParseError::GeoUri(_))), "{text}");
    }
}
