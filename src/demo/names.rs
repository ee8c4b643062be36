//! Names as the country between Lübeck and Wismar might have them, all made up from syllables.
//!
//! Streets are named after trees, trades and what lies at their end, never after a person.

use std::collections::HashSet;

use super::dice::Dice;

#[rustfmt::skip] // A word a line would hide the file behind its lists.
const ONSETS: &[&str] = &[
    "B", "Br", "D", "Dr", "F", "G", "Gl", "Gr", "K", "Kl", "Kr", "L", "M", "N", "P", "Pl", "Pr", "R", "S", "Schl",
    "Schm", "Schw", "St", "T", "Tr", "W", "Wr", "Z", "Zw",
];
#[rustfmt::skip] // A word a line would hide the file behind its lists.
const VOWELS: &[&str] = &[
    "a", "a", "e", "e", "i", "o", "o", "u", "ü", "ö", "ie",
];
#[rustfmt::skip] // A word a line would hide the file behind its lists.
const CODAS: &[&str] = &[
    "bb", "d", "ld", "lm", "lsk", "mm", "nd", "nk", "rb", "rk", "rm", "rn", "sk", "st", "ll", "lz", "rz", "dd",
    "gg", "pp", "rg", "lv", "ss", "r", "b", "n",
];
/// Slavic endings join a stem directly, …
const SLAVIC: &[(f64, &str)] = &[(3.0, "ow"), (3.0, "in"), (2.0, "itz"), (1.0, "entin"), (0.6, "ekow"), (0.5, "anz")];
/// … German ones with a joint.
const GERMAN: &[(f64, &str)] =
    &[(3.0, "hagen"), (3.0, "dorf"), (0.8, "beck"), (0.8, "felde"), (0.6, "horst"), (0.5, "hof"), (0.5, "mühlen")];
const TOWN: &[&str] = &["burg", "münde", "ow", "itz", "busch", "berg"];
const PREFIXES: &[(&str, &str)] = &[("Groß", "Klein"), ("Alt", "Neu"), ("Hohen", "Nieder"), ("Kirch", "Hof")];

#[rustfmt::skip] // A word a line would hide the file behind its lists.
/// Real places that the syllables could spell.
const REAL: &[&str] = &[
    "Grambow", "Dambeck", "Roggow", "Roggendorf", "Schlagsdorf", "Dassow", "Selmsdorf", "Lüdersdorf", "Bobitz",
    "Bibow", "Warin", "Zurow", "Züsow", "Passee", "Barnekow", "Gägelow", "Krusenhagen", "Lübow", "Metelsdorf",
    "Dorf Mecklenburg", "Ventschow", "Lübberstorf", "Neukloster", "Blowatz", "Boiensdorf", "Hornstorf", "Neuburg",
    "Testorf", "Upahl", "Rüting", "Plüschow", "Mallentin", "Papenhusen", "Kalkhorst", "Damshagen", "Klütz",
    "Zierow", "Hohenkirchen", "Schönberg", "Carlow", "Rehna", "Gadebusch", "Lützow", "Pokrent", "Renzow",
    "Brüsewitz", "Mühlen Eichsen", "Dragun", "Vitense", "Kneese", "Krembz", "Holdorf", "Wedendorf", "Köchelstorf",
    "Nesow", "Demern", "Dechow", "Thandorf", "Malchow", "Teterow", "Güstrow", "Sternberg", "Brüel", "Bützow",
    "Rerik", "Kröpelin", "Satow", "Schwaan", "Tessin", "Gnoien", "Laage", "Krakow", "Plau", "Lübz", "Goldberg",
    "Dobbertin", "Parchim", "Crivitz", "Hagenow", "Wittenburg", "Zarrentin", "Boizenburg", "Stralendorf", "Banzkow",
    "Rastow", "Gresse", "Wismar", "Poel", "Schwerin", "Rostock", "Wustrow", "Prerow", "Zingst", "Barth", "Ribnitz",
    "Marlow", "Stralsund", "Greifswald", "Anklam", "Pasewalk", "Penzlin", "Waren", "Röbel", "Malchin", "Demmin",
    "Berlin", "Stettin", "Ratzeburg", "Lübeck", "Mölln", "Schlutup", "Drewitz", "Grabow", "Sülze", "Strasburg",
    "Bergen",
];

/// What parts of a village are called after it.
const PARTS: [&str; 6] = ["Ausbau", "Hof", "Siedlung", "Mühle", "Dorf", "Forsthof"];
#[rustfmt::skip] // A word a line would hide the file behind its lists.
const PONDS: &[&str] = &[
    "Dorfteich", "Dorfteich", "Mühlenteich", "Pfarrteich", "Ententeich", "Gutsteich", "Schmiedeteich", "Schulteich",
];
#[rustfmt::skip] // A word a line would hide the file behind its lists.
const HOLES: &[&str] = &["Krebssoll", "Poggensoll", "Schilfsoll", "Rohrsoll", "Wolfssoll", "Kranichsoll", "Torfkuhle"];

/// A pond in a village, or the hole that the ice left in a field (Soll).
pub(super) fn pond(dice: &mut Dice, in_a_village: bool) -> &'static str {
    dice.pick(if in_a_village { PONDS } else { HOLES })
}

/// Gives every place a name of its own.
pub(super) struct PlaceNames {
    dice: Dice,
    taken: HashSet<String>,
}

impl PlaceNames {
    pub(super) fn new(dice: Dice) -> Self {
        PlaceNames { dice, taken: REAL.iter().map(|name| (*name).to_owned()).collect() }
    }

    /// A bare village name such as "Priskow" or "Kladdenhagen".
    pub(super) fn village(&mut self) -> String {
        self.unused(|dice| {
            let stem = stem(dice);
            if dice.chance(0.62) {
                format!("{stem}{}", dice.weighted(SLAVIC))
            } else {
                format!("{stem}{}{}", dice.pick(&["en", "er", "ens", "s"]), dice.weighted(GERMAN))
            }
        })
    }

    /// A town name.
    pub(super) fn town(&mut self) -> String {
        self.unused(|dice| {
            let ending = dice.pick(TOWN);
            let joint = if matches!(ending, "ow" | "itz") { "" } else { "e" };
            format!("{}{joint}{ending}", stem(dice))
        })
    }

    /// A village and its sister: ("Groß Priskow", "Klein Priskow").
    pub(super) fn pair(&mut self) -> (String, String) {
        let name = self.village();
        let (first, second) = self.dice.pick(PREFIXES);
        (format!("{first} {name}"), format!("{second} {name}"))
    }

    /// A part of a known village: "Priskow Hof", "Priskow Ausbau".
    pub(super) fn part_of(&mut self, village: &str) -> String {
        let bare = village.split(' ').next_back().unwrap_or(village).to_owned();
        for ending in PARTS {
            let name = format!("{bare} {ending}");
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
        self.village()
    }

    fn unused(&mut self, make: impl Fn(&mut Dice) -> String) -> String {
        loop {
            let name = make(&mut self.dice);
            let letters: Vec<char> = name.to_lowercase().chars().collect();
            let speakable = letters.len() <= 14 && !letters.windows(3).any(|w| w[0] == w[1] && w[1] == w[2]);
            if speakable && self.taken.insert(name.clone()) {
                return name;
            }
        }
    }
}

fn stem(dice: &mut Dice) -> String {
    format!("{}{}{}", dice.pick(ONSETS), dice.pick(VOWELS), dice.pick(CODAS))
}

/// Three capitals that stand for a municipality in object numbers; no two the same.
pub(super) fn short_form(name: &str, taken: &mut HashSet<String>) -> String {
    let letters: Vec<char> = name
        .split(' ')
        .next_back()
        .unwrap_or(name)
        .to_uppercase()
        .chars()
        .map(|c| match c {
            'Ä' => 'A',
            'Ö' => 'O',
            'Ü' => 'U',
            'ß' => 'S',
            other => other,
        })
        .filter(char::is_ascii_alphabetic)
        .collect();
    let letter = |i: usize| letters.get(i).copied().unwrap_or('X');
    let of_name = (1..letters.len()).flat_map(|i| (i + 1..letters.len()).map(move |j| (i, j)));
    let from_name = of_name.map(|(i, j)| [letter(0), letter(i), letter(j)].iter().collect::<String>());
    // Numbers do not run out.
    let numbered = (1_u32..).map(|n| format!("{}{}{n}", letter(0), letter(1)));
    from_name.chain(numbered).find(|form| taken.insert(form.clone())).unwrap_or_default()
}

/// The village that a place is a part of: "Priskow Ausbau" → "Priskow".
pub(super) fn whole(name: &str) -> &str {
    name.rsplit_once(' ').filter(|(_, part)| PARTS.contains(part)).map_or(name, |(village, _)| village)
}

/// "Priskow" → "Priskower", as in "Priskower Weg".
pub(super) fn of_place(name: &str) -> String {
    let bare = name.split(' ').next_back().unwrap_or(name);
    match bare.strip_suffix('e') {
        Some(shorter) => format!("{shorter}er"),
        None if bare.ends_with("en") && !bare.ends_with("hagen") => format!("{bare}er"),
        None => format!("{bare}er"),
    }
}

#[rustfmt::skip] // A word a line would hide the file behind its lists.
const TREES: &[&str] = &[
    "Linden", "Birken", "Eichen", "Buchen", "Kastanien", "Ahorn", "Ulmen", "Eschen", "Erlen", "Pappel", "Weiden",
    "Kiefern", "Tannen", "Flieder", "Holunder", "Schlehen", "Hasel", "Rosen", "Nelken", "Tulpen", "Amsel",
    "Drossel", "Lerchen", "Schwalben", "Storchen", "Kranich", "Fasanen", "Reiher", "Möwen", "Apfel", "Kirsch",
    "Birnen", "Pflaumen", "Quitten",
];
#[rustfmt::skip] // A word a line would hide the file behind its lists.
const TRADES: &[&str] = &[
    "Mühlen", "Schmiede", "Böttcher", "Gerber", "Fischer", "Schuster", "Bäcker", "Weber", "Töpfer", "Seiler",
    "Gärtner", "Ziegelei", "Molkerei", "Speicher", "Wasser", "Brunnen", "Kirch", "Schul", "Bahnhof", "Hafen",
    "Wall", "Turm", "Kloster", "Burg", "Garten", "Wiesen", "Feld", "Koppel", "Anger", "Graben", "Teich", "See",
    "Berg", "Sand", "Stein", "Lehm", "Torf", "Heide", "Wald", "Park",
];
#[rustfmt::skip] // A word a line would hide the file behind its lists.
const TOWN_ENDINGS: &[&str] = &[
    "straße", "straße", "straße", "weg", "weg", "ring", "gasse", "stieg", "allee",
];
#[rustfmt::skip] // A word a line would hide the file behind its lists.
const TOWN_FIXED: &[&str] = &[
    "Große Straße", "Lange Straße", "Kurze Straße", "Neue Straße", "Hinterstraße", "Am Wall", "Am Hafen",
    "Wasserstraße", "Mühlenstraße", "Kirchplatz", "Bleicherweg", "Am Stadtpark", "Stadtwiese", "Bahnhofstraße",
    "Schulstraße", "Gartenstraße", "Feldstraße", "Bergstraße", "Querstraße",
];
#[rustfmt::skip] // A word a line would hide the file behind its lists.
const VILLAGE_FIXED: &[&str] = &[
    "Mühlenweg", "Am Teich", "Feldweg", "Gartenweg", "Schulweg", "Kirchsteig", "Am Sportplatz", "Neue Reihe",
    "Büdnerweg", "Häuslerreihe", "Zur Koppel", "Am Wiesengrund", "Schmiedeberg", "Backofenweg", "Birkenweg",
    "Kastanienweg", "Ahornweg", "Siedlung", "Am Park", "Bergstraße", "Am Mühlenteich", "Zum Bruch", "Kleine Reihe",
    "Am Dorfplatz", "Lindenweg", "Zum Mühlenberg", "Steinweg", "Am Wald", "Waldweg", "Wiesenweg",
];

fn street_stem(dice: &mut Dice) -> &'static str {
    let of = if dice.chance(0.5) { TREES } else { TRADES };
    dice.pick(of)
}

/// Hands out street names, no name twice in a settlement.
#[derive(Default)]
pub(super) struct StreetNames(HashSet<String>);

impl StreetNames {
    /// The wanted name, or another one where it is taken.
    pub(super) fn wanted(&mut self, dice: &mut Dice, name: &str, town: bool) -> String {
        if self.0.insert(name.to_owned()) { name.to_owned() } else { self.any(dice, town) }
    }

    /// Any name not used yet.
    pub(super) fn any(&mut self, dice: &mut Dice, town: bool) -> String {
        for attempt in 0..400 {
            let name = match (town, attempt) {
                (false, 0..12) => dice.pick(VILLAGE_FIXED).to_owned(),
                (true, 0..2) => dice.pick(TOWN_FIXED).to_owned(),
                (_, 0..60) => {
                    let ending = dice.pick(TOWN_ENDINGS);
                    format!("{}{ending}", street_stem(dice))
                }
                _ => {
                    let before =
                        dice.pick(&["Alte", "Neue", "Kleine", "Obere", "Untere", "Hintere", "Vordere", "Lange"]);
                    let stem = street_stem(dice);
                    format!("{before} {stem}{}", dice.pick(&["straße", "gasse", "reihe", "allee"]))
                }
            };
            if self.0.insert(name.clone()) {
                return name;
            }
        }
        // Only quarters far beyond a district's towns get here; they number their streets.
        let name = format!("Planstraße {}", self.0.len());
        self.0.insert(name.clone());
        name
    }
}
