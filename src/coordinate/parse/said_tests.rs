use super::tests::district;
use super::*;

fn at(text: &str) -> Result<(f64, f64, f64), ParseError> {
    let reading = parse(text, &district())?;
    let place = reading.position().ok_or(ParseError::Metres)?;
    Ok(((place.lon * 1e4).round() / 1e4, (place.lat * 1e4).round() / 1e4, reading.radius.round()))
}

fn projected(text: &str) -> Result<(u32, &'static [u32], f64), ParseError> {
    match parse(text, &district())?.place {
        Place::Projected(it) => Ok((it.epsg, it.alternatives, it.easting)),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn what_only_announces_a_coordinate_is_passed_over() {
    for text in [
        "Koordinaten: 53.8916, 11.4600",
        "Koordinaten 53,8916 11,4600",
        "GPS-Koordinaten: 53.8916 N 11.4600 E",
        "Koord.: N 53° 53,496' O 11° 27,600'",
        "Position: 53.8916/11.4600",
        "Standort 53.8916 11.4600",
        "coordinates=53.8916,11.4600",
        "Einsatzort: 33 U 267397 5977269",
        "Brand Scheune, Koordinaten: 53.8916 11.4600",
        "Lage: geo:53.8916,11.46",
    ] {
        let (lon, lat, _) = at(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!((lon, lat), (11.46, 53.8916), "{text}");
    }
    assert!(matches!(parse("Koordinaten: PE 61655 74265", &district()).map(|it| it.place), Ok(Place::Utmref(_))));
    assert_eq!(parse("Koordinaten", &district()), Err(ParseError::Word("KOORDINATEN".into())));
}

#[test]
fn a_system_that_is_said_is_taken_and_a_zone_may_stand_for_the_first_digit() {
    for text in [
        "42/83 4464624 5974134",
        "S42/83: 4464624 / 5974134",
        "4464624 5974134 (42/83)",
        "EPSG:2398 5974134 4464624",
        "epsg 2398 R 4464624 H 5974134",
        "EPSG:5674 4464624 5974134",
        "Pulkovo 1942(83) 4464624 5974134",
        "42/83 GK4 464624 5974134",
    ] {
        assert_eq!(projected(text), Ok((2398, &[][..], 4_464_624.0)), "{text}");
    }
    for text in
        ["DHDN 4464599 5973544", "EPSG:31468 4464599 5973544", "DHDN GK 4 4464599 5973544", "EPSG:5678 464599 5973544"]
    {
        assert_eq!(projected(text), Ok((31468, &[][..], 4_464_599.0)), "{text}");
    }
    for text in
        ["GK4 4464599 5973544", "GK 4: 464599 5973544", "Gauß-Krüger Zone 4 R 4464599 H 5973544", "GK: 4464599 5973544"]
    {
        assert_eq!(projected(text), Ok((31468, &[2398][..], 4_464_599.0)), "{text}");
    }
    assert_eq!(at("EPSG:25833 267397 5977269").map(|(lon, lat, _)| (lon, lat)), Ok((11.46, 53.8916)));
    assert_eq!(at("EPSG:5650 33267397 5977269").map(|(lon, lat, _)| (lon, lat)), Ok((11.46, 53.8916)));
    assert_eq!(at("EPSG:4326 53.8916 11.4600").map(|(lon, lat, _)| (lon, lat)), Ok((11.46, 53.8916)));
    for text in ["GK4 3500000 5600000", "GK5 4464599 5973544", "EPSG:2399 4464599 5973544"] {
        assert_eq!(projected(text), Err(ParseError::Metres), "{text}");
    }
    assert_eq!(projected("EPSG:21781 600000 5974134"), Err(ParseError::System(21_781)));
}

#[test]
fn a_link_leads_to_its_pin_then_to_what_it_asks_for_then_to_its_view() {
    for link in [
        "https://www.google.com/maps/place/X/@53.7,11.1,17z/data=!3m1!4b1!4m6!8m2!3d53.8916!4d11.46!16s",
        "https://maps.google.com/?q=53.8916,11.4600",
        "https://maps.google.de/maps?q=loc:53.8916+11.4600".replace('+', ",").as_str(),
        "https://www.google.com/maps/search/?api=1&query=53.8916%2C11.4600",
        "https://www.google.com/maps/dir/?api=1&destination=53.8916,11.4600",
        "https://www.google.com/maps/search/53.8916,+11.4600",
        "https://maps.apple.com/?ll=53.8916,11.4600&q=Scheune",
        "https://maps.apple.com/place?coordinate=53.8916,11.4600&name=X",
        "https://www.openstreetmap.org/?mlat=53.8916&mlon=11.4600#map=12/53.7/11.1",
        "https://waze.com/ul?ll=53.8916,11.4600&navigate=yes",
        "https://www.bing.com/maps?sp=point.53.8916_11.4600_Scheune",
        "https://share.here.com/l/53.8916,11.4600,Scheune",
        "www.google.com/maps?q=53.8916,11.4600",
        "Einsatzort: https://maps.google.com/?q=53.8916,11.4600",
    ] {
        assert_eq!(at(link), Ok((11.46, 53.8916, 6.0)), "{link}");
    }
    for (link, radius) in [
        ("https://www.openstreetmap.org/#map=17/53.89160/11.46000", 141.0),
        ("https://www.google.com/maps/@53.8916,11.4600,17z", 141.0),
        ("https://www.google.com/maps/@53.8916,11.4600,500m/data=!3m1!1e3", 250.0),
        ("https://www.bing.com/maps?cp=53.8916~11.4600", 563.0),
    ] {
        assert_eq!(at(link), Ok((11.46, 53.8916, radius)), "{link}");
    }
}

#[test]
fn a_link_to_an_address_names_it_and_one_that_hides_its_place_is_refused() {
    for link in [
        "https://maps.google.com/?q=Fasanengasse+7,+Gr%C3%BCrnitz",
        "https://www.google.com/maps/place/Fasanengasse+7,+Gr%C3%BCrnitz/@53.7,11.1,17z",
        "https://maps.apple.com/?address=Fasanengasse%207,%20Gr%C3%BCrnitz",
        "geo:0,0?q=Fasanengasse+7,+Gr%C3%BCrnitz",
    ] {
        assert_eq!(named_by_link(link).as_deref(), Some("Fasanengasse 7, Grürnitz"), "{link}");
    }
    for (text, fault) in [
        ("https://maps.app.goo.gl/AbCd123", ParseError::ShortLink),
        ("https://osm.org/go/0TrBk", ParseError::ShortLink),
        ("https://example.org/alarm/4711", ParseError::Link),
        ("///filled.count.soap", ParseError::What3Words),
        ("filled.count.soap", ParseError::What3Words),
        ("https://w3w.co/filled.count.soap", ParseError::What3Words),
    ] {
        assert_eq!(at(text), Err(fault), "{text}");
    }
}
