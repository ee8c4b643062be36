//! The addresses that are searched, and what people type to find them. The same count gives the same addresses.

use geo_types::{Coord, coord};
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use serde_json::json;

/// Houses of a street and streets of a settlement.
const HOUSES: usize = 10;
const STREETS: usize = 8;

const BEGINNINGS: [&str; 20] = [
    "Alt", "Barn", "Bös", "Dam", "Dass", "Gade", "Gram", "Grev", "Klütz", "Kröp", "Lüb", "Mühl", "Ney", "Pök", "Rehn",
    "Roggen", "Schön", "Vell", "War", "Zier",
];
const MIDDLES: [&str; 8] = ["", "en", "er", "els", "ow", "in", "ers", "ing"];
const ENDS: [&str; 12] =
    ["busch", "berg", "dorf", "hagen", "hof", "kow", "mühlen", "ow", "see", "stein", "tin", "winkel"];
const STEMS: [&str; 24] = [
    "Haupt",
    "Dorf",
    "Linden",
    "Schul",
    "Kirch",
    "Garten",
    "Mühlen",
    "Bahnhof",
    "Feld",
    "Wiesen",
    "Birken",
    "Rosen",
    "Ring",
    "Müller",
    "Großen",
    "Lübecker ",
    "Wismarsche ",
    "Schweriner ",
    "Karl-Marx-",
    "August-Bebel-",
    "Dr.-Leber-",
    "Goethe",
    "Fichten",
    "Hafen",
];
const KINDS: [&str; 5] = ["straße", "weg", "allee", "platz", "straße"];

/// An invented address.
#[derive(Debug, Clone)]
pub struct Address {
    /// In EPSG:25833.
    pub place: Coord,
    pub street: String,
    pub number: String,
    pub postcode: String,
    pub town: String,
}

impl Address {
    /// A JSON object of its properties.
    pub fn properties(&self) -> String {
        let Self { street, number, postcode, town, .. } = self;
        json!({ "street": street, "house_number": number, "postcode": postcode, "post_town": town, "place": town })
            .to_string()
    }
}

/// So many addresses.
pub fn addresses(count: usize) -> impl Iterator<Item = Address> {
    let mut dice = Pcg64::seed_from_u64(count as u64);
    (0..count.div_ceil(HOUSES * STREETS)).flat_map(move |settlement| {
        let (beginning, rest) = (settlement % BEGINNINGS.len(), settlement / BEGINNINGS.len());
        let end = ENDS[rest % ENDS.len()];
        let middle = MIDDLES[rest / ENDS.len() % MIDDLES.len()];
        let (town, postcode) = (format!("{}{middle}{end}", BEGINNINGS[beginning]), format!("192{:02}", settlement % 90));
        let centre =
            coord! { x: 230_000.0 + dice.random_range(0.0..50_000.0), y: 5_942_000.0 + dice.random_range(0.0..42_000.0) };
        let mut all = Vec::new();
        for nth in 0..STREETS {
            let stem = STEMS[(settlement + 3 * nth) % STEMS.len()];
            let kind = KINDS[nth % KINDS.len()];
            let joined = stem.ends_with(char::is_alphabetic);
            let kind = if joined { kind.to_owned() } else { format!("S{}", &KINDS[0][1..]) };
            for house in 0..HOUSES {
                let place = centre + coord! { x: 20.0 * house as f64, y: 80.0 * nth as f64 };
                let letter = if house % 7 == 6 { "a" } else { "" };
                let (street, number) = (format!("{stem}{kind}"), format!("{}{letter}", house + 1));
                all.push(Address { place, street, number, postcode: postcode.clone(), town: town.clone() });
            }
        }
        all
    })
}

/// What people type: three in five an address with a slip, the others a beginning, a street, a number, a coordinate.
pub fn questions(addresses: &[Address], count: usize) -> Vec<String> {
    let mut dice = Pcg64::seed_from_u64(77);
    let question = |nth: usize| {
        let address = addresses.choose(&mut dice)?;
        let Address { street, number, postcode, town, .. } = address;
        let whole = match dice.random_range(0..3) {
            0 => format!("{street} {number}, {postcode} {town}"),
            1 => format!("{} {number} {town}", street.replace("straße", "str.").to_lowercase()),
            _ => format!("{town}, {} {number}", street.replace('ß', "ss").replace('ü', "ue")),
        };
        Some(match nth % 10 {
            0..6 => slipped(&whole, &mut dice),
            6 | 7 => whole.chars().take(dice.random_range(2..14)).collect(),
            8 => street.clone(),
            _ if nth.is_multiple_of(20) => format!("H{}", dice.random_range(1..90_000)),
            _ => "53° 53,496' N 11° 27,600' O".to_owned(),
        })
    };
    (0..count).filter_map(question).collect()
}

fn slipped(text: &str, dice: &mut Pcg64) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let places: Vec<usize> = (1..letters.len()).filter(|nth| letters[*nth].is_alphabetic()).collect();
    let Some(place) = places.choose(dice).copied() else { return text.to_owned() };
    match dice.random_range(0..4) {
        0 => letters[place] = 'x',
        1 => letters.insert(place, 'e'),
        2 => letters.swap(place, place - 1),
        _ => drop(letters.remove(place)),
    }
    letters.into_iter().collect()
}
