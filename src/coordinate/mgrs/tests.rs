use super::*;

fn at(lat: f64, lon: f64, precision: Precision) -> String {
    Utmref::at(LonLat { lon, lat }, precision).unwrap().to_string()
}

fn read(text: &str) -> Result<String, UtmrefError> {
    text.parse::<Utmref>().map(|found| found.to_string())
}

#[test]
fn control_points_are_written_exactly() {
    assert_eq!(at(53.8916, 11.4600, Precision::M1), "32U PE 61655 74265");
    assert_eq!(at(53.8640, 11.1875, Precision::M1), "32U PE 43845 70608");
    assert_eq!(at(53.8420, 10.9220, Precision::M1), "32U PE 26455 67655");
    assert_eq!(at(53.6200, 11.4730, Precision::M1), "32U PE 63561 44086");
}

#[test]
fn coarser_references_are_cut_off_not_rounded() {
    let all = Precision::ALL.map(|precision| at(53.8916, 11.4600, precision));
    let expected = ["32U PE", "32U PE 6 7", "32U PE 61 74", "32U PE 616 742", "32U PE 6165 7426", "32U PE 61655 74265"];
    assert_eq!(all, expected);
}

#[test]
fn known_places_around_the_world_are_written_exactly() {
    // The first is the example in the manual of GeographicLib's GeoConvert.
    assert_eq!(at(33.3, 44.4, Precision::M1), "38S MB 44140 84706");
    assert_eq!(at(60.3913, 5.3221, Precision::Km100), "32V KN", "Bergen lies in the widened zone 32");
    assert_eq!(at(78.2232, 15.6267, Precision::Km100), "33X WG", "Longyearbyen lies in the widened zone 33");
    assert_eq!(&at(-33.8568, 151.2153, Precision::M10)[..3], "56H");
    assert_eq!(&at(84.0, 0.0, Precision::M10)[..3], "31X");
    assert_eq!(&at(0.0, -180.0, Precision::M10)[..2], "1N");
}

#[test]
fn natural_zones_know_norway_and_svalbard() {
    for (lat, lon, zone) in [
        (53.9, 11.99, 32),
        (53.9, 12.0, 33),
        (60.0, 2.9, 31),
        (60.0, 3.0, 32),
        (60.0, 12.0, 33),
        (75.0, 8.9, 31),
        (75.0, 9.0, 33),
        (75.0, 20.9, 33),
        (75.0, 21.0, 35),
        (75.0, 33.0, 37),
        (0.0, 180.0, 1),
        (0.0, -180.0, 1),
    ] {
        assert_eq!(natural_zone(LonLat { lon, lat }), zone, "{lat} {lon}");
    }
}

#[test]
fn every_way_of_writing_it_is_read() {
    for text in [
        "32U PE 6165 7426",
        "32UPE61657426",
        "32 U PE 6165 7426",
        "32upe 6165 7426",
        "UTMREF 32U PE 6165 7426",
        "mgrs: 32U PE 61657426",
        "UTM-REF 32 U PE 6165-7426",
        "  32U PE 61 65 74 26 ",
        "32U PE 6165,7426",
    ] {
        assert_eq!(read(text).as_deref(), Ok("32U PE 6165 7426"), "{text}");
    }
}

#[test]
fn a_reference_names_a_cell_and_its_middle_is_the_position() {
    let found: Utmref = "32U PE 6165 7426".parse().unwrap();
    assert_eq!(found.corner_m(), (661_650.0, 5_974_260.0));
    assert_eq!((found.precision().cell_m(), found.zone(), found.band()), (10, 32, 'U'));
    let (east, north) = TransverseMercator::utm(32).forward(found.position());
    assert!((east - 661_655.0).abs() < 1e-6 && (north - 5_974_265.0).abs() < 1e-6);
    assert!(found.corner().lat < found.position().lat && found.corner().lon < found.position().lon);
}

#[test]
fn a_missing_grid_zone_is_completed_from_a_place_nearby() {
    let wismar = LonLat { lon: 11.46, lat: 53.8916 };
    let complete = |text| Utmref::parse(text, Some(wismar)).map(|found| found.to_string());
    assert_eq!(complete("PE 61655 74265").as_deref(), Ok("32U PE 61655 74265"));
    assert_eq!(complete("pe6165 7426").as_deref(), Ok("32U PE 6165 7426"));
    assert_eq!(complete("32 PE 6165 7426").as_deref(), Ok("32U PE 6165 7426"));
    assert_eq!(complete("UV 1234 5678").as_deref(), Ok("33U UV 1234 5678"), "the next zone's squares are near too");
    assert_eq!(complete("PE 616 7426"), Err(UtmrefError::UnequalDigits { easting: 3, northing: 4 }));
    assert_eq!(complete("OE 616 742"), Err(UtmrefError::SquareLetter('O')));
    assert_eq!(read("PE 61655 74265"), Err(UtmrefError::ZoneMissing { square: "PE".into() }));
}

#[test]
fn each_fault_is_named() {
    use UtmrefError::*;
    for (text, fault) in [
        ("32U PE 6165 742", UnequalDigits { easting: 4, northing: 3 }),
        ("32U PE 6165742", OddDigits(7)),
        ("32U PE 616551 742651", TooManyDigits(12)),
        ("32U IE 6165 7426", SquareLetter('I')),
        ("32U PO 6165 7426", SquareLetter('O')),
        ("32I PE 6165 7426", Band('I')),
        ("32Y PE 6165 7426", Band('Y')),
        ("61U PE 6165 7426", ZoneNumber(61)),
        ("0U PE 6165 7426", ZoneNumber(0)),
        ("32U TE 6165 7426", Column { column: 'T', zone: 32, allowed: "JKLMNPQR" }),
        ("32U PW 6165 7426", Row('W')),
        ("32U PM 6165 7426", NoSuchSquare { square: "PM".into(), zone: 32, band: 'U' }),
        ("32X NF 6165 7426", NoSuchZone { zone: 32, band: 'X' }),
        ("32U", Malformed("32U".into())),
        ("MGRS", Malformed("MGRS".into())),
        ("Käse", Malformed("Käse".into())),
    ] {
        assert_eq!(read(text), Err(fault), "{text}");
    }
    assert_eq!(Utmref::at(LonLat { lon: 0.0, lat: 84.1 }, Precision::M1), Err(Polar(84.1)));
    assert!(matches!(Utmref::in_zone(LonLat { lon: 11.46, lat: 53.9 }, 35, Precision::M1), Err(FarFromZone { .. })));
    assert!(matches!(Utmref::at(LonLat { lon: 0.0, lat: f64::NAN }, Precision::M1), Err(Polar(_))));
}

#[test]
fn what_is_written_is_read_back_all_over_germany_and_in_neighbouring_zones() {
    for east in 0..=83 {
        for north in 0..=83 {
            let place = LonLat { lon: 5.871 + f64::from(east) * 0.1103, lat: 47.273 + f64::from(north) * 0.0937 };
            for (zone, precision) in
                [(None, Precision::M1), (None, Precision::M10), (Some(32), Precision::M1), (Some(33), Precision::M10)]
            {
                let zone = zone.unwrap_or_else(|| natural_zone(place));
                let Ok(first) = Utmref::in_zone(place, zone, precision) else {
                    assert_ne!(zone, natural_zone(place), "{place:?}");
                    continue;
                };
                let read: Utmref = first.to_string().parse().unwrap();
                assert_eq!(read, first, "{place:?}");
                let again = Utmref::in_zone(read.position(), zone, precision).unwrap();
                assert_eq!(again.to_string(), first.to_string(), "{place:?}");
                let off = crate::coordinate::geodesic_distance_m(place, read.position());
                assert!(off <= f64::from(precision.cell_m()) * 0.71, "{place:?} {off}");
            }
        }
    }
}

#[test]
fn every_square_of_the_world_reads_back_to_its_own_place() {
    for lat in (-79..84).step_by(2) {
        for lon in (-179..180).step_by(3) {
            let place = LonLat { lon: f64::from(lon) + 0.3, lat: f64::from(lat) + 0.7 };
            let written = Utmref::at(place, Precision::M1).unwrap();
            assert_eq!(written.to_string().parse(), Ok(written), "{place:?}");
        }
    }
}
