//! The texts as they are read from files, and sentences made of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use minijinja::value::{Serde, ValueKind};
use minijinja::{Environment, Error, Output, State, UndefinedBehavior, Value};
use toml::Spanned;

use super::{Label, Language, Told, Vocabulary};

/// Bytes of a sentence.
const MOST_BYTES: usize = 1_000;

/// Every sentence the program can say, in both languages.
#[derive(Debug)]
pub struct Texts {
    folder: PathBuf,
    /// One template a sentence and language, named `de/file.entry`.
    templates: Environment<'static>,
    /// Where each stands.
    places: BTreeMap<String, TextFault>,
}

/// A mistake in a file of texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFault {
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    pub reason: String,
}

/// All of them; never empty.
#[derive(Debug)]
pub struct TextFaults(pub Vec<TextFault>);

impl Texts {
    /// Reads `faults/*.toml` below a folder. All mistakes of all files are reported at once.
    ///
    /// # Errors
    /// What cannot be read, with file and line.
    pub fn load(folder: &Path) -> Result<Self, TextFaults> {
        let folder = folder.join("faults");
        let mut texts = Self { folder: folder.clone(), templates: environment(), places: BTreeMap::new() };
        let mut faults = Vec::new();
        let mut paths: Vec<PathBuf> = match std::fs::read_dir(&folder) {
            Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
            Err(error) => return Err(TextFaults(vec![TextFault::new(&folder, 1, format!("cannot be read: {error}"))])),
        };
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
        paths.sort();
        for path in paths {
            texts.read(&path, &mut faults);
        }
        if faults.is_empty() { Ok(texts) } else { Err(TextFaults(faults)) }
    }

    fn read(&mut self, path: &Path, faults: &mut Vec<TextFault>) {
        let file = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => return faults.push(TextFault::new(path, 1, format!("cannot be read: {error}"))),
        };
        let entries: BTreeMap<String, Spanned<Label>> = match toml::from_str(&text) {
            Ok(entries) => entries,
            Err(error) => {
                let line = line_of(&text, &error.span().unwrap_or(0..0));
                return faults.push(TextFault::new(path, line, error.message().to_owned()));
            }
        };
        for (entry, label) in entries {
            let at = TextFault::new(path, line_of(&text, &label.span()), String::new());
            let Label { de, en } = label.into_inner();
            for (language, text) in [("de", de), ("en", en)] {
                if let Err(error) = self.templates.add_template_owned(format!("{language}/{file}.{entry}"), text) {
                    faults.push(TextFault { reason: format!("{entry}, {language}: {error}"), ..at.clone() });
                }
            }
            self.places.insert(format!("{file}.{entry}"), at);
        }
    }

    /// Checks that there is every sentence of the vocabularies and no other, and that each mentions what it is given.
    ///
    /// # Errors
    /// All mistakes, with file and line.
    pub fn check(&self, vocabularies: &[Vocabulary]) -> Result<(), TextFaults> {
        let mut faults = Vec::new();
        let mut wanted = BTreeSet::new();
        for vocabulary in vocabularies {
            for (name, mentions) in &vocabulary.sentences {
                let key = format!("{}.{name}", vocabulary.file);
                if let Some(place) = self.places.get(&key) {
                    let mistakes = self.mistakes(&key, mentions);
                    faults.extend(mistakes.map(|reason| TextFault { reason, ..place.clone() }));
                } else {
                    let file = self.folder.join(format!("{}.toml", vocabulary.file));
                    faults.push(TextFault::new(&file, 1, format!("[{name}] is missing")));
                }
                wanted.insert(key);
            }
        }
        let needless = self.places.iter().filter(|(key, _)| !wanted.contains(*key));
        faults.extend(
            needless.map(|(key, place)| TextFault { reason: format!("nothing says '{key}'"), ..place.clone() }),
        );
        if faults.is_empty() { Ok(()) } else { Err(TextFaults(faults)) }
    }

    /// What a sentence mentions and is not given, or is given and does not mention.
    fn mistakes(&self, key: &str, given: &BTreeSet<String>) -> impl Iterator<Item = String> {
        let of = |language: &'static str| {
            let template = self.templates.get_template(&format!("{language}/{key}")).ok();
            let mentioned: BTreeSet<String> =
                template.map(|template| template.undeclared_variables(false).into_iter().collect()).unwrap_or_default();
            (mentioned != *given).then(|| {
                let list = |names: &BTreeSet<String>| names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
                format!("{key}, {language}: mentions [{}], but is given [{}]", list(&mentioned), list(given))
            })
        };
        ["de", "en"].map(of).into_iter().flatten()
    }

    /// The sentence in both languages.
    pub fn label(&self, told: &Told) -> Label {
        Label::new(self.sentence(told, Language::De), self.sentence(told, Language::En))
    }

    /// The sentence in a language. One that is too long is cut.
    pub fn sentence(&self, told: &Told, language: Language) -> String {
        if let Some(ready) = told.ready(language) {
            return ready.to_owned();
        }
        let name = format!("{}/{}", language.tag(), told.sentence());
        let made = self.templates.get_template(&name).and_then(|template| template.render(Serde(told)));
        let mut text = made.unwrap_or_else(|error| {
            tracing::error!(%told, %error, "a sentence cannot be made");
            told.to_string()
        });
        if text.len() > MOST_BYTES {
            text.truncate(text.floor_char_boundary(MOST_BYTES));
            text.push('…');
        }
        text
    }
}

fn environment() -> Environment<'static> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.set_formatter(write);
    templates.add_filter("any", |state: &State<'_, '_>, words: Vec<Value>| listed(state, &words, ["oder", "or"]));
    templates.add_filter("all", |state: &State<'_, '_>, words: Vec<Value>| listed(state, &words, ["und", "and"]));
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
            let entries: Result<Vec<String>, Error> = value.try_iter()?.map(|entry| shown(state, &entry)).collect();
            entries?.join(", ")
        }
        ValueKind::Map => match value.get_attr(super::told::SAY)? {
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

/// `a, b or c`.
fn listed(state: &State<'_, '_>, words: &[Value], [german, english]: [&str; 2]) -> Result<String, Error> {
    let link = if language(state) == Language::De { german } else { english };
    let words: Result<Vec<String>, Error> = words.iter().map(|word| shown(state, word)).collect();
    Ok(match words?.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {link} {last}", first.join(", ")),
    })
}

fn line_of(text: &str, span: &Range<usize>) -> usize {
    1 + text.as_bytes()[..span.start.min(text.len())].iter().filter(|byte| **byte == b'\n').count()
}

impl TextFault {
    fn new(file: &Path, line: usize, reason: String) -> Self {
        Self { file: file.display().to_string(), line, reason }
    }
}

impl fmt::Display for TextFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.reason)
    }
}

impl fmt::Display for TextFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for TextFaults {}

/// What is said, in English and by the texts of this checkout.
#[cfg(test)]
pub fn english(told: impl Into<Told>) -> String {
    in_language(told, Language::En)
}

/// The same in a language.
#[cfg(test)]
pub fn in_language(told: impl Into<Told>, language: Language) -> String {
    use std::sync::LazyLock;

    static TEXTS: LazyLock<Texts> =
        LazyLock::new(|| Texts::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data/texts")).expect("the texts"));
    TEXTS.sentence(&told.into(), language)
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

    fn load(text: &str) -> Result<Texts, TextFaults> {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("faults")).expect("a folder");
        std::fs::write(folder.path().join("faults/matter.toml"), text).expect("a file");
        let texts = Texts::load(folder.path())?;
        texts.check(&[Vocabulary::of::<Matter>()])?;
        Ok(texts)
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
        assert!(both(&many)[1].len() < 1_010);
        let kept = Fault::new("/x", "code", &many).told.to_string().len();
        assert!(kept < 10_000, "{kept}");
    }

    #[test]
    fn every_mistake_of_the_texts_is_told_with_its_line() {
        let wrong = TEXTS.replace("[empty]\nde", "[emty]\nde").replace("{{ of }}: {{ words", "{{ off }}: {{ words");
        let faults = load(&wrong).expect_err("faults").0;
        let told: Vec<(usize, &str)> = faults.iter().map(|fault| (fault.line, fault.reason.as_str())).collect();
        assert_eq!(
            told,
            [
                (1, "[empty] is missing"),
                (5, "matter.one-of, de: mentions [off, words], but is given [of, words]"),
                (5, "matter.one-of, en: mentions [off, words], but is given [of, words]"),
                (11, "nothing says 'matter.emty'"),
            ]
        );
        assert!(load("[range]\nde = 'x'").expect_err("a fault").to_string().contains("missing field `en`"));
        let broken = TEXTS.replace("{% endif %} is", "{% endfi %} is").replace("darin: {{ reason }}", "{{ reason");
        assert!(load(&broken).expect_err("a fault").to_string().contains("inside, de: "));
    }
}
