//! Which of the layers, sheets, folders or files of one file are read.

use super::ReadError;
use crate::collection::{Label, Part};
use crate::exchange::frame::OfferedLayer;

/// The word of `--layer` for all of them.
pub const ALL: &str = "all";

/// Something that could be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    pub name: String,
    pub standing: Standing,
}

/// What speaks for reading it, or against.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// It is a table of its own: of several one must be named.
    Table,
    /// It is read with the other parts of its file, unless one is named.
    Part,
    /// It is read only when it is named, for this reason.
    Aside(Label),
}

impl Offer {
    pub fn table(name: impl Into<String>) -> Self {
        Self { name: name.into(), standing: Standing::Table }
    }

    pub fn part(name: impl Into<String>) -> Self {
        Self { name: name.into(), standing: Standing::Part }
    }

    pub fn aside(name: impl Into<String>, reason: Label) -> Self {
        Self { name: name.into(), standing: Standing::Aside(reason) }
    }
}

/// All that several files offer, as people choose from it.
pub fn all(files: &[Vec<Offer>]) -> Vec<OfferedLayer> {
    let told = |offer: &Offer| OfferedLayer {
        name: offer.name.clone(),
        aside: match &offer.standing {
            Standing::Aside(reason) => Some(reason.clone()),
            Standing::Table | Standing::Part => None,
        },
    };
    files.iter().flatten().map(told).collect()
}

/// For each of several files which of its offers are read.
pub fn choose(files: &[Vec<Offer>], wanted: Option<&str>) -> Result<Vec<Vec<usize>>, ReadError> {
    if let Some(wanted) = wanted {
        let named = named(files, |name| name == wanted);
        let named = if is_empty(&named) {
            self::named(files, |name| name.to_lowercase() == wanted.to_lowercase())
        } else {
            named
        };
        if !is_empty(&named) {
            return Ok(named);
        }
        if !wanted.eq_ignore_ascii_case(ALL) {
            let names = listed(files);
            return Err(ReadError::refused(
                format!("Es gibt keine Ebene „{wanted}“; es gibt {}", names.de),
                format!("there is no layer '{wanted}'; there are {}", names.en),
            ));
        }
    }
    let meant = meant(files);
    let choices: usize = files
        .iter()
        .zip(&meant)
        .map(|(offers, meant)| {
            let tables = meant.iter().filter(|k| offers[**k].standing == Standing::Table).count();
            tables + usize::from(tables < meant.len())
        })
        .sum();
    let names = files.iter().zip(&meant).flat_map(|(offers, meant)| meant.iter().map(|k| offers[*k].name.as_str()));
    if are_parts(names) {
        return Ok(meant);
    }
    match (choices, wanted) {
        (0, _) => Err(ReadError::refused(
            format!("Die Datei hat keine Zeilen: {}", listed(files).de),
            format!("the file has no rows: {}", listed(files).en),
        )),
        (1, _) | (_, Some(_)) => Ok(meant),
        _ => {
            let Label { de, en } = listed(files);
            Err(ReadError::refused(
                format!("Die Datei hat mehrere Ebenen: {de}; wählen Sie eine mit --layer, oder alle mit --layer all"),
                format!("the file has several layers: {en}; choose one with --layer, or all of them with --layer all"),
            ))
        }
    }
}

/// True for the layers of one collection, of which each holds one kind of geometry, as our Shapefiles call them.
fn are_parts<'n>(names: impl Iterator<Item = &'n str>) -> bool {
    let of = |name: &'n str| Part::ALL.into_iter().find_map(|part| name.strip_suffix(part.ending())?.strip_suffix('_'));
    let mut wholes = names.map(of);
    let first = wholes.next().flatten();
    first.is_some() && wholes.all(|whole| whole == first)
}

fn named(files: &[Vec<Offer>], is_it: impl Fn(&str) -> bool) -> Vec<Vec<usize>> {
    let in_file = |offers: &Vec<Offer>| (0..offers.len()).filter(|k| is_it(&offers[*k].name)).collect();
    files.iter().map(in_file).collect()
}

fn meant(files: &[Vec<Offer>]) -> Vec<Vec<usize>> {
    let is_meant = |offer: &Offer| !matches!(offer.standing, Standing::Aside(_));
    files.iter().map(|offers| (0..offers.len()).filter(|k| is_meant(&offers[*k])).collect()).collect()
}

fn is_empty(chosen: &[Vec<usize>]) -> bool {
    chosen.iter().all(Vec::is_empty)
}

/// The names, with what speaks against one.
fn listed(files: &[Vec<Offer>]) -> Label {
    let offers: Vec<&Offer> = files.iter().flatten().collect();
    named_with_reasons(&offers)
}

fn named_with_reasons(offers: &[&Offer]) -> Label {
    let list = |reason_of: fn(&Label) -> &str| {
        let one = |offer: &&Offer| match &offer.standing {
            Standing::Aside(reason) => format!("{} ({})", offer.name, reason_of(reason)),
            _ => offer.name.clone(),
        };
        offers.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    Label::new(list(|reason| &reason.de), list(|reason| &reason.en))
}

/// What is not read though it has rows or is hidden, for people.
pub fn left(files: &[Vec<Offer>], chosen: &[Vec<usize>]) -> Option<Label> {
    let mut names = Vec::new();
    for (offers, chosen) in files.iter().zip(chosen) {
        names.extend((0..offers.len()).filter(|k| !chosen.contains(k)).map(|k| &offers[k]));
    }
    let list = named_with_reasons(&names);
    let told = Label::new(format!("Nicht gelesen: {}", list.de), format!("not read: {}", list.en));
    (!names.is_empty()).then_some(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(files: &[Vec<Offer>], wanted: Option<&str>) -> Result<Vec<String>, String> {
        let chosen = choose(files, wanted).map_err(|error| error.to_string())?;
        let of = |(offers, chosen): (&Vec<Offer>, &Vec<usize>)| -> Vec<String> {
            chosen.iter().map(|k| offers[*k].name.clone()).collect()
        };
        Ok(files.iter().zip(&chosen).flat_map(of).collect())
    }

    #[test]
    fn one_table_is_read_of_several_one_is_asked_for_and_all_takes_them() {
        let empty = || Offer::aside("Tabelle2", Label::new("leer", "empty"));
        assert_eq!(names(&[vec![Offer::table("a"), empty()]], None), Ok(vec!["a".to_owned()]));
        let two = [vec![Offer::table("Nord")], vec![Offer::table("Süd"), empty()]];
        let error = names(&two, None).expect_err("two");
        assert!(error.contains("Nord, Süd, Tabelle2 (empty)") && error.contains("--layer all"), "{error}");
        assert_eq!(names(&two, Some("süd")), Ok(vec!["Süd".to_owned()]));
        assert_eq!(names(&two, Some("all")), Ok(vec!["Nord".to_owned(), "Süd".to_owned()]));
        assert!(names(&two, Some("West")).expect_err("none").contains("there are Nord"));
        assert_eq!(names(&two, Some("Tabelle2")), Ok(vec!["Tabelle2".to_owned()]));
    }

    #[test]
    fn the_parts_of_a_file_are_read_together_unless_one_is_named() {
        let folders = [vec![Offer::part("Nord"), Offer::part("Süd")]];
        assert_eq!(names(&folders, None).map(|names| names.len()), Ok(2));
        assert_eq!(names(&folders, Some("Nord")), Ok(vec!["Nord".to_owned()]));
    }
}
