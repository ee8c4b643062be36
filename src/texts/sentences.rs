//! The texts as they are read from files, and sentences made of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use minijinja::value::{Serde, ValueKind};
use minijinja::{Environment, Error, Output, State, UndefinedBehavior, Value};
use rust_embed::RustEmbed;
use toml::Spanned;

use super::declared::{line_of, toml_files};
use super::told::MORE;
use super::{DeclarationFault, DeclarationFaults, Label, Language, Reporter, TextMistake, Told, Vocabulary};

/// The texts this program was built with.
#[derive(RustEmbed)]
#[folder = "data/texts/faults"]
struct BuiltIn;

/// Bytes of a sentence.
const MOST_BYTES: usize = 1_000;

/// Bytes of each list in a sentence that would be longer, tried one after the other.
const LISTS: [usize; 3] = [600, 300, 100];

/// Every sentence the program can say, in both languages.
#[derive(Debug)]
pub struct Texts {
    folder: PathBuf,
    /// One template a sentence and language, named `de/file.entry`.
    templates: Environment<'static>,
    /// Where each stands: file and line.
    places: BTreeMap<String, (String, usize)>,
}

impl Texts {
    /// Reads `faults/*.toml` below a folder. All mistakes of all files are reported at once.
    ///
    /// # Errors
    /// What cannot be read, with file and line.
    pub fn load(folder: &Path) -> Result<Self, DeclarationFaults> {
        let mut texts = Self::empty(folder.join("faults"));
        let mut faults = Vec::new();
        for (file, name, text) in toml_files(&texts.folder, &mut faults) {
            faults.append(&mut texts.read(&file, &name, &text));
        }
        if faults.is_empty() { Ok(texts) } else { Err(DeclarationFaults(faults)) }
    }

    /// The texts this program was built with: what is spoken as long as a district's own cannot be read, and what logs
    /// are written in.
    pub fn built_in() -> Arc<Self> {
        static BUILT_IN: LazyLock<Arc<Texts>> = LazyLock::new(|| {
            let mut texts = Texts::empty(PathBuf::from("data/texts/faults"));
            for file in BuiltIn::iter() {
                let Some(content) = BuiltIn::get(&file) else { continue };
                let name = file.strip_suffix(".toml").unwrap_or(&file);
                // They are without mistakes, as a test holds: here nobody could be told of any.
                texts.read(&file, name, &String::from_utf8_lossy(&content.data));
            }
            Arc::new(texts)
        });
        BUILT_IN.clone()
    }

    fn empty(folder: PathBuf) -> Self {
        Self { folder, templates: environment(), places: BTreeMap::new() }
    }

    fn read(&mut self, file: &str, name: &str, text: &str) -> Vec<DeclarationFault> {
        let mut reporter = Reporter::new(file, text);
        let entries: BTreeMap<String, Spanned<Label>> = match toml::from_str(text) {
            Ok(entries) => entries,
            Err(error) => {
                reporter.syntax(&error);
                return reporter.faults;
            }
        };
        for (entry, label) in entries {
            let span = label.span();
            let Label { de, en } = label.into_inner();
            for (language, text) in [("de", de), ("en", en)] {
                if let Err(error) = self.templates.add_template_owned(format!("{language}/{name}.{entry}"), text) {
                    let error = error.to_string();
                    reporter.fault(span.clone(), &TextMistake::Template { entry: &entry, language, error: &error });
                }
            }
            self.places.insert(format!("{name}.{entry}"), (file.to_owned(), line_of(text, span.start)));
        }
        reporter.faults
    }

    /// Checks that there is every sentence of the vocabularies, and that each mentions what it is given.
    ///
    /// # Errors
    /// All mistakes, with file and line.
    pub fn check(&self, vocabularies: &[Vocabulary]) -> Result<(), DeclarationFaults> {
        let mut faults = Vec::new();
        for vocabulary in vocabularies {
            for (name, mentions) in &vocabulary.sentences {
                let key = format!("{}.{name}", vocabulary.file);
                if let Some(place) = self.places.get(&key) {
                    faults.extend(self.mistakes(&key, mentions).map(|told| fault_at(place, told)));
                } else {
                    let file = self.folder.join(format!("{}.toml", vocabulary.file));
                    faults.push(DeclarationFault::of_file(&file, &TextMistake::Missing { name }));
                }
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(DeclarationFaults(faults)) }
    }

    /// The sentences that none of the vocabularies has.
    pub fn needless(&self, vocabularies: &[Vocabulary]) -> Vec<DeclarationFault> {
        let keys = |vocabulary: &Vocabulary| {
            let file = vocabulary.file;
            vocabulary.sentences.keys().map(|name| format!("{file}.{name}")).collect::<Vec<_>>()
        };
        let wanted: BTreeSet<String> = vocabularies.iter().flat_map(keys).collect();
        let needless = self.places.iter().filter(|(key, _)| !wanted.contains(*key));
        needless.map(|(key, place)| fault_at(place, Told::of(&TextMistake::Needless { key }))).collect()
    }

    /// What a sentence mentions and is not given, or is given and does not mention.
    fn mistakes(&self, key: &str, given: &BTreeSet<String>) -> impl Iterator<Item = Told> {
        let of = |language: &'static str| {
            let template = self.templates.get_template(&format!("{language}/{key}")).ok();
            let mentioned: BTreeSet<String> =
                template.map(|template| template.undeclared_variables(false).into_iter().collect()).unwrap_or_default();
            let list = |names: &BTreeSet<String>| names.iter().cloned().collect();
            let (mentioned, given) = (&mentioned, given);
            let differ = mentioned != given;
            differ.then(|| {
                Told::of(&TextMistake::Mentions { key, language, mentioned: list(mentioned), given: list(given) })
            })
        };
        ["de", "en"].map(of).into_iter().flatten()
    }

    /// The sentence in both languages.
    pub fn label(&self, told: &Told) -> Label {
        Label::new(self.sentence(told, Language::De), self.sentence(told, Language::En))
    }

    /// The sentence in a language. Of one that is too long the lists are shortened, and say how many more there are; if that
    /// does not do, the end is cut.
    pub fn sentence(&self, told: &Told, language: Language) -> String {
        if let Some(ready) = told.ready(language) {
            return ready.to_owned();
        }
        let whole = self.rendered(told, language);
        if whole.len() <= MOST_BYTES {
            return whole;
        }
        let shorter = LISTS.into_iter().map(|most| self.rendered(&told.shortened(most), language));
        let mut text = shorter.into_iter().find(|text| text.len() <= MOST_BYTES).unwrap_or(whole);
        if text.len() > MOST_BYTES {
            text.truncate(text.floor_char_boundary(MOST_BYTES));
            text.push('…');
        }
        text
    }

    fn rendered(&self, told: &Told, language: Language) -> String {
        let name = format!("{}/{}", language.tag(), told.sentence());
        let made = self.templates.get_template(&name).and_then(|template| template.render(Serde(told)));
        made.unwrap_or_else(|error| {
            tracing::error!(%told, %error, "a sentence cannot be made");
            told.to_string()
        })
    }
}

fn fault_at((file, line): &(String, usize), told: Told) -> DeclarationFault {
    DeclarationFault { file: file.clone(), line: *line, told }
}

fn environment() -> Environment<'static> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.set_formatter(write);
    templates.add_filter("any", |state: &State<'_, '_>, words: Vec<Value>| listed(state, &words, Some(["oder", "or"])));
    templates.add_filter("all", |state: &State<'_, '_>, words: Vec<Value>| listed(state, &words, Some(["und", "and"])));
    templates.add_filter("raw", |number: f64| number.to_string());
    templates
}

fn language(state: &State<'_, '_>) -> Language {
    if state.name().starts_with("de/") { Language::De } else { Language::En }
}

/// Writes what a sentence mentions: numbers as the language has them, lists with commas, words in two languages in one of
/// them, and sentences as such.
fn write(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    out.write_str(&shown(state, value)?).map_err(Error::from)
}

fn shown(state: &State<'_, '_>, value: &Value) -> Result<String, Error> {
    let language = language(state);
    Ok(match value.kind() {
        ValueKind::Number if value.is_integer() => value.to_string(),
        ValueKind::Number => {
            let text = f64::try_from(value.clone())?.to_string();
            if language == Language::De { text.replace('.', ",") } else { text }
        }
        ValueKind::Seq => {
            let entries: Vec<Value> = value.try_iter()?.collect();
            listed(state, &entries, None)?
        }
        ValueKind::Map => match value.get_attr(super::told::SAY)? {
            label if label.is_undefined() && !value.get_attr(MORE)?.is_undefined() => more(language, value)?,
            label if label.is_undefined() => value.get_attr(language.tag())?.to_string(),
            name if name.as_str() == Some("") => match value.get_attr(super::told::READY)? {
                label if label.kind() == ValueKind::Map => label.get_attr(language.tag())?.to_string(),
                verbatim => verbatim.to_string(),
            },
            name => state.env().get_template(&format!("{}/{name}", language.tag()))?.render(value.clone())?,
        },
        _ => value.to_string(),
    })
}

/// `a, b or c`, or `a, b, c` without a link; of a list that was shortened `a, b and 37 more`.
fn listed(state: &State<'_, '_>, words: &[Value], link: Option<[&str; 2]>) -> Result<String, Error> {
    let language = language(state);
    if let [first @ .., last] = words
        && last.kind() == ValueKind::Map
        && !last.get_attr(MORE)?.is_undefined()
    {
        return Ok(format!("{} {}", listed(state, first, None)?, more(language, last)?));
    }
    let link = link.map(|[german, english]| if language == Language::De { german } else { english });
    let words: Result<Vec<String>, Error> = words.iter().map(|word| shown(state, word)).collect();
    Ok(match words?.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => match link {
            Some(link) => format!("{} {link} {last}", first.join(", ")),
            None => format!("{}, {last}", first.join(", ")),
        },
    })
}

/// How many entries a list lacks.
fn more(language: Language, entry: &Value) -> Result<String, Error> {
    let count = entry.get_attr(MORE)?;
    Ok(match language {
        Language::De => format!("und {count} weitere"),
        Language::En => format!("and {count} more"),
    })
}

/// What is said, in English and by the texts of this checkout.
#[cfg(test)]
pub fn english(told: impl Into<Told>) -> String {
    in_language(told, Language::En)
}

/// The same in a language.
#[cfg(test)]
pub fn in_language(told: impl Into<Told>, language: Language) -> String {
    Texts::built_in().sentence(&told.into(), language)
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use serde::Serialize;

    use super::super::{Fault, Tell};
    use super::*;

    #[derive(Serialize, JsonSchema)]
    #[serde(tag = "say", rename_all = "kebab-case")]
    enum Matter {
        Range { least: f64, most: i64, unit: Option<&'static str> },
        OneOf { words: Vec<String>, of: Label },
        Inside { reason: Told },
        Empty,
    }

    impl Tell for Matter {
        const FILE: &'static str = "matter";
    }

    const TEXTS: &str = r#"
[range]
de = "von {{ least }} bis {{ most }}{% if unit %} {{ unit }}{% endif %}; gesendet wird {{ least | raw }}"
en = "from {{ least }} to {{ most }}{% if unit %} {{ unit }}{% endif %}; {{ least | raw }} is sent"
[one-of]
de = "{{ of }}: {{ words | any }}"
en = "{{ of }}: {{ words | any }}"
[inside]
de = "darin: {{ reason }}"
en = "inside: {{ reason }}"
[empty]
de = "leer"
en = "empty"
"#;

    fn load(text: &str) -> Result<Texts, DeclarationFaults> {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("faults")).expect("a folder");
        std::fs::write(folder.path().join("faults/matter.toml"), text).expect("a file");
        let texts = Texts::load(folder.path())?;
        let mut faults = texts.check(&[Vocabulary::of::<Matter>()]).err().map(|faults| faults.0).unwrap_or_default();
        faults.extend(texts.needless(&[Vocabulary::of::<Matter>()]));
        if faults.is_empty() { Ok(texts) } else { Err(DeclarationFaults(faults)) }
    }

    fn both(matter: &Matter) -> [String; 2] {
        let (texts, told) = (load(TEXTS).expect("texts"), Told::of(matter));
        [Language::De, Language::En].map(|language| texts.sentence(&told, language))
    }

    #[test]
    fn a_sentence_is_made_in_the_language_of_the_reader() {
        let range = Matter::Range { least: 0.5, most: 20, unit: Some("km") };
        assert_eq!(both(&range), ["von 0,5 bis 20 km; gesendet wird 0.5", "from 0.5 to 20 km; 0.5 is sent"]);
        let whole = Matter::Range { least: 3.0, most: 20, unit: None };
        assert_eq!(both(&whole), ["von 3 bis 20; gesendet wird 3", "from 3 to 20; 3 is sent"]);
        let words = ["a", "b", "c"].map(str::to_owned).to_vec();
        let inside = Matter::Inside { reason: Told::of(&Matter::OneOf { words, of: Label::new("Art", "kind") }) };
        assert_eq!(both(&inside), ["darin: Art: a, b oder c", "inside: kind: a, b or c"]);
        assert_eq!(both(&Matter::Empty), ["leer", "empty"]);
    }

    #[test]
    fn what_is_mentioned_is_text_and_no_template_and_is_cut() {
        let words = vec!["{{ of }}<b>".to_owned(), "ß".repeat(5_000)];
        let [german, _] = both(&Matter::OneOf { words, of: Label::new("Art", "kind") });
        assert!(german.starts_with("Art: {{ of }}<b> oder ßß") && german.ends_with('…'), "{german}");
        let many = Matter::OneOf { words: vec!["x".repeat(90); 200_000], of: Label::new("", "") };
        assert!(both(&many).iter().all(|text| text.len() <= MOST_BYTES));
        let kept = Fault::new("/x", "code", &many).told.to_string().len();
        assert!(kept < 10_000, "{kept}");
    }

    #[test]
    fn a_list_that_is_too_long_says_how_many_more_there_are_also_in_a_sentence_that_is_mentioned() {
        let of = Label::new("Art", "kind");
        let list = |count: usize| {
            let words = (0..count).map(|nth| format!("Spalte {nth:03}")).collect();
            Matter::OneOf { words, of: of.clone() }
        };
        let [german, english] = both(&list(70));
        assert!(german.ends_with("oder Spalte 069") && english.ends_with("or Spalte 069"), "{german}");
        let counted = |text: &str| text.matches("Spalte").count();
        // Kept as a hundred; and a sentence has no room for so many.
        for count in [90, 101, 5_000] {
            let inside = Matter::Inside { reason: Told::of(&list(count)) };
            for [german, english] in [both(&list(count)), both(&inside)] {
                let more = count - counted(&german);
                assert!(german.ends_with(&format!(" und {more} weitere")) && german.len() <= MOST_BYTES, "{german}");
                assert!(english.ends_with(&format!(" and {more} more")) && counted(&english) > 40, "{english}");
            }
        }
    }

    #[test]
    fn every_mistake_of_the_texts_is_told_with_its_line() {
        let wrong = TEXTS.replace("[empty]\nde", "[emty]\nde").replace("{{ of }}: {{ words", "{{ off }}: {{ words");
        let faults = load(&wrong).expect_err("faults").0;
        let told: Vec<String> =
            faults.iter().map(|fault| format!("{}: {}", fault.line, english(fault.told.clone()))).collect();
        assert_eq!(
            told,
            [
                "1: [empty] is missing",
                "5: matter.one-of, de: mentions [off, words], but is given [of, words]",
                "5: matter.one-of, en: mentions [off, words], but is given [of, words]",
                "11: nothing says 'matter.emty'",
            ]
        );
        assert!(load("[range]\nde = 'x'").expect_err("a fault").to_string().contains("missing field `en`"));
        let broken = TEXTS.replace("{% endif %} is", "{% endfi %} is").replace("darin: {{ reason }}", "{{ reason");
        assert!(load(&broken).expect_err("a fault").to_string().contains("inside, de: "));
    }
}
