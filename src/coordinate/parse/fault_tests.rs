use super::tests::{anywhere, district};
use super::*;

fn fault(text: &str) -> ParseError {
    match parse(text, &district()) {
        Err(error) => error,
        Ok(reading) => panic!("{text}: {reading:?}"),
    }
}

#[test]
fn each_fault_is_named_with_an_accepted_form() {
    use ParseError::*;
    for (text, expected) in [
        ("  ", Empty),
        ("53.8916", Count(1)),
        ("53,8916", Count(1)),
        ("53,11", Count(1)),
        ("53 53 29 11 27", Count(5)),
        ("53.8916 N 11.46", Directions),
        ("53.8916 N 11.46 N", SameAxis("latitude")),
        ("11 E 12 O", SameAxis("longitude")),
        ("-53.8916 N 11.46 E", Sign),
        ("53° 60.5' N 11° 27' E", Sixty { unit: "minutes", value: 60.5 }),
        ("53° 5' 61\" N 11° 27' 3\" E", Sixty { unit: "seconds", value: 61.0 }),
        ("53.5° 5' N 11° 27' E", Fraction),
        ("53' 5° N 11° 27' E", Marks),
        ("93.1 N 11 E", OutOfRange { axis: "latitude", value: 93.1 }),
        ("53 N 191 E", OutOfRange { axis: "longitude", value: 191.0 }),
        ("53,8,11", Commas("53,8,11".into())),
        ("53.89-11.46", Character('-')),
        ("53.89 @ 11.46", Character('@')),
        ("Dorfstraße 5", Word("DORFSTRASSE".into())),
        ("61 267397 5977269", Zone(61.0)),
        ("33C 267397 5977269", Band { band: "C".into(), northing: 5_977_269.0 }),
        ("1234 5678", Metres),
        ("33 267397 9977269", Metres),
        ("32U PE 616 7426", Utmref(UtmrefError::UnequalDigits { easting: 3, northing: 4 })),
        ("32U OE 6165 7426", Utmref(UtmrefError::SquareLetter('O'))),
    ] {
        assert_eq!(fault(text), expected, "{text}");
        assert!(fault(text).to_string().contains("for example") || fault(text).to_string().contains(": "), "{text}");
    }
    assert_eq!(fault(&"5".repeat(501)), TooLong);
}

#[test]
fn what_leaves_a_kilometre_open_is_no_place_and_the_fault_says_what_to_give() {
    for (text, width) in [("32U PE", 100), ("32U PE 6 7", 10), ("32U PE 61 74", 1), ("PE 61 74", 1)] {
        let fault = fault(text);
        assert!(matches!(fault, ParseError::CoarseSquare { cell_m, .. } if cell_m == width * 1_000), "{text}: {fault}");
        assert!(fault.to_string().contains("at least three digits each"), "{fault}");
    }
    for text in [
        "54, 11.5",
        "53.89 11.46",
        "53,89 N 11,4 O",
        "53° 53' N 11° 27' E",
        "N 53 53 E 11 27",
        "geo:53.89,11.46",
        "POINT(11.4 53.8)",
    ] {
        assert_eq!(fault(text), ParseError::Coarse, "{text}");
    }
    for text in ["32U PE 616 742", "53.892, 11.46", "53° 53.5' N 11° 27' E", "53 53 29 N 11 27 36 E", "geo:53.892,11"]
    {
        assert!(parse(text, &district()).is_ok(), "{text}");
    }
}

#[test]
fn rubbish_never_panics() {
    let seeds = [
        "53° 53,496' N 11° 27,600' O",
        "33 U 267397 5977269",
        "32U PE 6165 7426",
        "geo:53.8916,11.46;u=3",
        "53,8916; 11,46",
        "POINT(11.46 53.8916)",
        "Rechtswert 4464599 Hochwert 5973544",
        "5.977.269,58 33.267.397,36",
        "PE 61655 74265",
    ];
    let odd: Vec<char> = "0123456789.,;:-+°'\"′″ NSEWOÖßIUXYZ\u{0}\u{feff}\u{1f692}é٣()=eE∞".chars().collect();
    // A small linear congruential generator (Knuth's MMIX) keeps the run the same every time.
    let mut state = 20_250_101_u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for round in 0..60_000 {
        let mut text: Vec<char> = seeds[round % seeds.len()].chars().collect();
        for _ in 0..=next(6) {
            let at = next(text.len() + 1);
            match next(4) {
                0 if at < text.len() => drop(text.remove(at)),
                1 if at < text.len() => text[at] = odd[next(odd.len())],
                2 => text.truncate(at.max(1)),
                _ => text.insert(at, odd[next(odd.len())]),
            }
        }
        let text: String = text.into_iter().collect();
        for context in [district(), anywhere()] {
            if let Ok(reading) = parse(&text, &context)
                && let Some(place) = reading.position()
            {
                assert!(place.lat.abs() <= 90.0 && place.lon.abs() <= 180.0, "{text}: {place:?}");
            }
        }
    }
}
