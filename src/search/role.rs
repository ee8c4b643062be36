//! What each word of a question is for: to be found, or to say what lies beside an address and is in no register.
//!
//! Alarms and letterheads say more than an address: floor, door, whose flat it is, county and country. Such words may fit
//! nothing and say nothing against a hit. A word that is known for nothing of the kind is missed.

use super::fold::{self, Token};

/// What a word is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Must be found; without it a hit is not exact.
    Needed,
    /// An article or a preposition: may be missing, but tells names apart.
    Light,
    /// Says nothing that is in a register.
    Beside,
}

/// Kinds of what is named, and of the numbers; the place itself needs none of them. Folded, as all words here.
const FREE: [&str; 25] = [
    "adrese",
    "amt",
    "anschrift",
    "brd",
    "bundesland",
    "bundesrepublik",
    "de",
    "deutschland",
    "gemeinde",
    "germany",
    "haus",
    "hausnumer",
    "hnr",
    "kreis",
    "landkreis",
    "lk",
    "lkr",
    "nr",
    "numer",
    "ort",
    "ortsteil",
    "ot",
    "plz",
    "stadt",
    "hsnr",
];
/// Where two streets meet.
const CROSSING: [&str; 6] = ["ecke", "kreuzung", "kreuzungsbereich", "einmundung", "abzweig", "abzweigung"];
/// Floors, sides and doors.
const WITHIN_HOUSE: [&str; 34] = [
    "anbau",
    "dachgeschos",
    "dg",
    "eg",
    "erdgeschos",
    "garage",
    "gartenhaus",
    "hh",
    "hinten",
    "hinterhaus",
    "hinterhof",
    "hochparterre",
    "hof",
    "hp",
    "keler",
    "kelergeschos",
    "kg",
    "li",
    "links",
    "mitte",
    "nebengebaude",
    "parterre",
    "re",
    "rechts",
    "ruckseite",
    "seitenflugel",
    "souterain",
    "treppenhaus",
    "ug",
    "untergeschos",
    "vh",
    "vorderhaus",
    "vorne",
    "zg",
];
/// Such words that go with a number before or behind them.
const COUNTED: [&str; 22] = [
    "apartment",
    "apartement",
    "app",
    "aufgang",
    "block",
    "eingang",
    "etage",
    "gebaude",
    "hale",
    "hauseingang",
    "klingel",
    "obergeschos",
    "og",
    "raum",
    "stock",
    "stockwerk",
    "tor",
    "tur",
    "we",
    "whg",
    "wohnung",
    "zimer",
];
/// What the names of people and firms follow.
const PEOPLE: [&str; 9] = ["familie", "fam", "firma", "fa", "herr", "herrn", "frau", "hd", "inh"];

/// A question cut into words with their roles. `within` are the names of what the district lies in.
pub fn words(text: &str, within: &[Vec<String>]) -> Vec<(Token, Role)> {
    // As a sign of its own, for the c would be taken for the letter of a house.
    let text = text.replace("c/o", ", Familie ").replace("C/O", ", Familie ");
    let mut words: Vec<(Token, Role)> = Vec::new();
    for segment in text.split([',', ';', '\n', '(', ')']) {
        let tokens = fold::tokens(segment);
        let has_number = words.iter().any(|(token, role)| token.number.is_some() && *role != Role::Beside);
        let roles = roles(&tokens, within, has_number);
        words.extend(tokens.into_iter().zip(roles));
    }
    // Where nothing else is asked for, these words are.
    if words.iter().all(|(_, role)| *role != Role::Needed) {
        words.iter_mut().for_each(|(_, role)| *role = Role::Needed);
    }
    words
}

fn roles(tokens: &[Token], within: &[Vec<String>], mut has_number: bool) -> Vec<Role> {
    let is_any = |at: usize, list: &[&str]| tokens.get(at).is_some_and(|token| list.contains(&token.text.as_str()));
    let mut roles = vec![Role::Needed; tokens.len()];
    for at in 0..tokens.len() {
        let token = &tokens[at];
        if is_any(at, &PEOPLE) && at + 1 < tokens.len() {
            roles[at..].fill(Role::Beside);
            break;
        }
        if is_any(at, &WITHIN_HOUSE) || is_any(at, &FREE) || is_any(at, &CROSSING) {
            roles[at] = Role::Beside;
        } else if is_any(at, &COUNTED) {
            roles[at] = Role::Beside;
            // "Aufgang B", "Wohnung 12"
            if tokens.get(at + 1).is_some_and(|next| next.number.is_some() || next.text.len() == 1) {
                roles[at + 1] = Role::Beside;
            }
        } else if fold::is_light(&token.text) && roles[at] == Role::Needed {
            roles[at] = Role::Light;
        }
        let counts_floor = is_any(at + 1, &COUNTED) || is_any(at + 1, &WITHIN_HOUSE);
        if token.number.is_some() && roles[at] == Role::Needed {
            if counts_floor && (token.dotted || has_number) {
                roles[at] = Role::Beside;
            } else {
                has_number = true;
            }
        }
    }
    for name in within.iter().filter(|name| !name.is_empty()) {
        for at in 0..tokens.len().saturating_sub(name.len() - 1) {
            if name.iter().zip(&tokens[at..]).all(|(word, token)| *word == token.text) {
                roles[at..at + name.len()].fill(Role::Beside);
            }
        }
    }
    roles
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words that are needed, and in brackets those that are light.
    fn needed(text: &str) -> String {
        let within = ["Nordwestmecklenburg", "Mecklenburg-Vorpommern", "M-V"];
        let within: Vec<Vec<String>> =
            within.map(|name| fold::tokens(name).into_iter().map(|token| token.text).collect()).into();
        let word = |(token, role): (Token, Role)| match role {
            Role::Needed => Some(token.text),
            Role::Light => Some(format!("({})", token.text)),
            Role::Beside => None,
        };
        words(text, &within).into_iter().filter_map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_lies_beside_an_address_is_not_needed() {
        for text in [
            "Dorfstraße 7, Lossow",
            "Dorfstr. 7 EG links, Lossow",
            "Dorfstraße 7, 2. OG, Lossow",
            "Dorfstraße 7 2. Obergeschoss rechts Lossow",
            "Dorfstraße 7, Whg. 12, Lossow",
            "Dorfstraße 7, Aufgang B, Lossow",
            "c/o Müller, Dorfstraße 7, Lossow",
            "Dorfstraße 7 c/o Erika Müller, Lossow",
            "Fam. Müller-Lüdenscheidt; Dorfstraße 7; Lossow",
            "Dorfstraße Nr. 7, Ortsteil Lossow, Landkreis Nordwestmecklenburg, Mecklenburg-Vorpommern, Deutschland",
            "Dorfstraße 7 (Hinterhaus, 3. Etage), Lossow M-V",
        ] {
            assert_eq!(needed(text), "dorfstrase 7 losow", "{text}");
        }
    }

    #[test]
    fn what_says_something_of_the_place_is_needed() {
        assert_eq!(needed("Dorfstraße 7 bei Hamburg"), "dorfstrase 7 (bei) hamburg");
        assert_eq!(needed("Am Hof 2 EG"), "(am) 2");
        assert_eq!(needed("Mitte"), "mitte");
        assert_eq!(needed("Straße des 17. Juni"), "strase (des) 17 juni");
    }
}
