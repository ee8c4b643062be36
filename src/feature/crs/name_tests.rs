use std::collections::HashSet;

use geo_types::coord;

use super::tests::{LATITUDE, LONGITUDE, epsg};
use super::*;

#[test]
fn axis_order_is_the_authoritys() {
    for code in [25832, 25833, 4647, 5650, 3857, 5678, 5679] {
        assert_eq!(epsg(code).axis_order(), AxisOrder::EastNorth, "{code}");
    }
    for code in [4326, 4258, 31466, 31467, 31468, 31469, 2398, 2399, 5652, 3068, 3035] {
        assert_eq!(epsg(code).axis_order(), AxisOrder::NorthEast, "{code}");
    }
    let pair = coord! { x: LONGITUDE, y: LATITUDE };
    assert_eq!(Crs::WGS84.reorder(pair), coord! { x: LATITUDE, y: LONGITUDE });
    assert_eq!(Crs::CRS84.reorder(pair), pair);
}

#[test]
fn constants_say_what_proj_says() {
    for known in [Crs::CRS84, Crs::WGS84, Crs::ETRS89, Crs::UTM32, Crs::UTM33, Crs::WEB_MERCATOR] {
        assert_eq!(facts(known.code).unwrap().crs, known);
    }
    assert_eq!((Crs::UTM33.decimals(), Crs::ETRS89.decimals()), (3, 8));
    assert_eq!(Crs::UTM33.title(), "ETRS89 / UTM zone 33N");
}

#[test]
fn every_usual_spelling_is_read() {
    for text in [
        "http://www.opengis.net/def/crs/EPSG/0/25832",
        "https://www.opengis.net/def/crs/EPSG/9.9.1/25832",
        "urn:ogc:def:crs:EPSG::25832",
        "urn:ogc:def:crs:EPSG:6.9:25832",
        "EPSG:25832",
        "epsg:25832",
        "[EPSG:25832]",
        " EPSG:25832 ",
    ] {
        assert_eq!(text.parse(), Ok(Crs::UTM32), "{text}");
    }
    for text in [
        "CRS84",
        "OGC:CRS84",
        "CRS:84",
        "[OGC:CRS84]",
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "urn:ogc:def:crs:OGC::CRS84",
    ] {
        assert_eq!(text.parse(), Ok(Crs::CRS84), "{text}");
    }
    assert_eq!("EPSG:325833".parse(), Ok(epsg(5650)));
}

#[test]
fn names_read_back_what_they_write() {
    for crs in [Crs::CRS84, Crs::WGS84, Crs::UTM33, epsg(31468)] {
        assert_eq!(crs.uri().parse(), Ok(crs));
        assert_eq!(crs.to_string().parse(), Ok(crs));
    }
    assert_eq!(Crs::UTM32.uri(), "http://www.opengis.net/def/crs/EPSG/0/25832");
    assert_eq!((Crs::UTM32.epsg(), Crs::CRS84.epsg()), (Some(25832), None));
    assert_eq!(HashSet::from([Crs::UTM32, epsg(25832), Crs::UTM33]).len(), 2);
}

#[test]
fn what_is_not_a_usable_crs_is_refused_by_name() {
    assert_eq!("EPSG:99999".parse::<Crs>(), Err(CrsError::Unknown("EPSG:99999".into())));
    assert_eq!("ESRI:102100".parse::<Crs>(), Err(CrsError::Unknown("ESRI:102100".into())));
    for text in ["EPSG:7837", "EPSG:4979", "EPSG:4978", "EPSG:5513", "EPSG:9518"] {
        let refused = text.parse::<Crs>();
        assert!(matches!(refused, Err(CrsError::NotHorizontal { ref name, .. }) if name == text), "{refused:?}");
    }
    for text in [
        "",
        "25832",
        "EPSG:",
        "EPSG:abc",
        "EPSG:0",
        "EPSG:-1",
        "EPSG:25832;DROP",
        "EPSG:99999999999",
        "[EPSG:25832",
        "+proj=longlat",
        "http://www.opengis.net/def/crs/EPSG/25832",
        "EPSG:4326+5773",
        "EPSG\0:4326",
        "ÄÖ:1",
    ] {
        assert!(matches!(text.parse::<Crs>(), Err(CrsError::Malformed(_))), "{text}");
    }
}
