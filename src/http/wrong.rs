//! What can be wrong with a parameter, in the language of the reader.

use crate::collection::Language;

/// A fault of a parameter. Names and words that programs send are the same in every language.
#[derive(Debug, Clone, PartialEq)]
pub enum Wrong<'a> {
    /// More parameters than are read.
    TooMany {
        most: usize,
    },
    Repeated,
    NotUtf8,
    /// Nobody reads a parameter of this name; those that are read.
    Unknown {
        name: &'a str,
        known: &'a [&'a str],
    },
    /// A number between two others.
    Number {
        minimum: f64,
        maximum: f64,
    },
    /// A whole number from one on; no more than the maximum are given.
    Count {
        minimum: usize,
        maximum: usize,
    },
    /// A whole number of pixels.
    Pixels {
        maximum: u32,
    },
    /// One of some words.
    Choice(&'a [&'a str]),
    /// Some of some words.
    Some(&'a [&'a str]),
    /// A word that is none of those offered.
    NotOffered {
        word: &'a str,
        offered: &'a [&'a str],
    },
    /// Both or none.
    Together(&'a [&'a str]),
    /// One, and not several.
    Either(&'a [&'a str]),
    /// One of them is needed.
    Missing(&'a [&'a str]),
    /// Nothing says where.
    NoPlace,
    /// Nothing says what is looked for.
    NoQuestion,
    /// The place has no coordinates in the CRS of the district.
    TooFar,
    /// A text of more characters.
    TooLong {
        most: usize,
    },
    /// A text of more words and numbers.
    TooManyWords {
        most: usize,
    },
    /// More of something than is drawn.
    MoreThan {
        count: usize,
        most: usize,
    },
    /// An image of more pixels than is drawn.
    TooLarge {
        across: u32,
        down: u32,
        most: u64,
    },
    /// Longitude and latitude, with a comma.
    LonLat,
    /// Longitude and latitude with a label behind.
    Marker,
    /// West, south, east, north.
    Box {
        crs: Option<&'a str>,
    },
    /// A box leaves no scale to be chosen.
    BoxHasScale,
    /// Only a format that loses something has a quality.
    NoQuality,
}

impl Wrong<'_> {
    /// What is wrong and what would be right.
    pub fn message(&self, language: Language) -> String {
        match language {
            Language::De => self.german(),
            Language::En => self.english(),
        }
    }

    fn german(&self) -> String {
        match self {
            Self::TooMany { most } => format!("mehr als {most} Parameter"),
            Self::Repeated => "mehrfach angegeben".into(),
            Self::NotUtf8 => "der Wert ist nicht in UTF-8 kodiert".into(),
            Self::Unknown { name, known: [] } => format!("„{name}“ ist hier kein Parameter; es gibt keine"),
            Self::Unknown { name, known } => {
                format!("„{name}“ ist hier kein Parameter; bekannt sind {}", known.join(", "))
            }
            Self::Number { minimum, maximum } => {
                format!("erwartet wird eine Zahl von {minimum} bis {maximum}, mit Dezimalpunkt")
            }
            Self::Count { minimum, maximum } => {
                format!("erwartet wird eine ganze Zahl ab {minimum}; mehr als {maximum} gibt es nicht auf einmal")
            }
            Self::Pixels { maximum } => format!("erwartet wird eine ganze Zahl von Pixeln von 1 bis {maximum}"),
            Self::Choice(words) => format!("erwartet wird {}", listed(words, "oder")),
            Self::Some(words) => format!("erwartet werden none, all oder einige von {}", words.join(", ")),
            Self::NotOffered { word, offered } => format!("„{word}“ gibt es nicht; es gibt {}", offered.join(", ")),
            Self::Together(names) => format!("{} gehören zusammen", listed(names, "und")),
            Self::Either(names) => format!("nur eines angeben: {}", listed(names, "oder")),
            Self::Missing(names) => format!("nötig ist eines von {}", listed(names, "oder")),
            Self::NoPlace => {
                "Ort fehlt: lon und lat in Grad, oder at mit einer Koordinate in beliebiger Schreibweise oder einer Adresse"
                    .into()
            }
            Self::NoQuestion => "Suchtext fehlt: Adresse, Name, Nummer oder Koordinate".into(),
            Self::TooFar => "um diesen Ort kann nicht gesucht werden: Er liegt zu weit vom Kreisgebiet".into(),
            Self::TooLong { most } => format!("höchstens {most} Zeichen"),
            Self::TooManyWords { most } => format!("höchstens {most} Wörter und Zahlen"),
            Self::MoreThan { count, most } => format!("{count} angegeben; höchstens {most} werden gezeichnet"),
            Self::TooLarge { across, down, most } => {
                format!("{across} × {down} Pixel mit der Pixeldichte; höchstens {most} werden gezeichnet")
            }
            Self::LonLat => "erwartet wird Länge,Breite in Grad, etwa 11.4,53.6".into(),
            Self::Marker => "erwartet wird Länge,Breite oder Länge,Breite,Beschriftung".into(),
            Self::Box { crs: None } => "erwartet werden vier Zahlen: West, Süd, Ost, Nord in Grad".into(),
            Self::Box { crs: Some(crs) } => {
                format!("erwartet werden West,Süd,Ost,Nord in den Einheiten von {crs}, die kleineren Zahlen zuerst")
            }
            Self::BoxHasScale => "bbox bestimmt den Maßstab selbst; stattdessen center oder at angeben".into(),
            Self::NoQuality => "nur image.jpg hat eine Qualität".into(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::TooMany { most } => format!("more than {most} parameters"),
            Self::Repeated => "given more than once".into(),
            Self::NotUtf8 => "the value is not UTF-8".into(),
            Self::Unknown { name, known: [] } => {
                format!("'{name}' is not a parameter of this resource; there are none")
            }
            Self::Unknown { name, known } => {
                format!("'{name}' is not a parameter of this resource; known are {}", known.join(", "))
            }
            Self::Number { minimum, maximum } => format!("a number between {minimum} and {maximum} is expected"),
            Self::Count { minimum, maximum } => {
                format!("a whole number from {minimum} is expected; more than {maximum} are not given at once")
            }
            Self::Pixels { maximum } => format!("a whole number of pixels from 1 to {maximum} is expected"),
            Self::Choice(words) => format!("{} is expected", listed(words, "or")),
            Self::Some(words) => format!("none, all, or some of {} are expected", words.join(", ")),
            Self::NotOffered { word, offered } => format!("there is no '{word}'; there are {}", offered.join(", ")),
            Self::Together(names) => format!("{} go together", listed(names, "and")),
            Self::Either(names) => format!("give one only: {}", listed(names, "or")),
            Self::Missing(names) => format!("one of {} is needed", listed(names, "or")),
            Self::NoPlace => "say where: lon and lat in degrees, or at with any coordinate or an address".into(),
            Self::NoQuestion => "say what is looked for: an address, a name, a number or a coordinate".into(),
            Self::TooFar => "the place cannot be searched around: it is too far from the district".into(),
            Self::TooLong { most } => format!("at most {most} characters"),
            Self::TooManyWords { most } => format!("at most {most} words and numbers"),
            Self::MoreThan { count, most } => format!("{count} are given; at most {most} are drawn"),
            Self::TooLarge { across, down, most } => {
                format!("{across} × {down} pixels with the ratio; at most {most} are drawn")
            }
            Self::LonLat => "longitude,latitude in degrees is expected, as in 11.4,53.6".into(),
            Self::Marker => "longitude,latitude or longitude,latitude,label is expected".into(),
            Self::Box { crs: None } => "four numbers are expected: west, south, east, north in degrees".into(),
            Self::Box { crs: Some(crs) } => {
                format!("west,south,east,north in the units of {crs} is expected, the lesser numbers first")
            }
            Self::BoxHasScale => "a box has its scale; give center or at instead of bbox".into(),
            Self::NoQuality => "only image.jpg has a quality".into(),
        }
    }
}

/// `a, b or c`.
fn listed(words: &[&str], link: &str) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} {link} {last}", first.join(", ")),
    }
}
