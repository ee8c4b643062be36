//! The texts of mails: a file a kind and language, whose first line is the subject.

use std::collections::BTreeSet;
use std::path::Path;

use minijinja::{Environment, UndefinedBehavior};
use serde_json::Value as Json;

use super::kind::Kind;
use crate::texts::{DeclarationFault, DeclarationFaults, Language, TextMistake, Told};

/// The texts of all mails in both languages.
#[derive(Debug)]
pub struct Templates {
    /// Named `subject/de/NAME` and `body/de/NAME`.
    texts: Environment<'static>,
}

/// A mail as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// One line.
    pub subject: String,
    pub body: String,
}

/// A mail cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum Unwritable {
    #[error("the text cannot be made: {0}")]
    Template(#[from] minijinja::Error),
    #[error("the subject would be more than one line")]
    Subject,
}

impl Templates {
    /// Reads `mail/*.txt` below a folder: the texts of every kind in both languages, and no others.
    ///
    /// # Errors
    /// Every mistake with file and line.
    pub fn load(folder: &Path) -> Result<Self, DeclarationFaults> {
        let folder = folder.join("mail");
        let mut texts = Environment::new();
        texts.set_undefined_behavior(UndefinedBehavior::Strict);
        // Plain text: nothing is escaped.
        texts.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        let mut templates = Self { texts };
        let (mut faults, mut known) = (Vec::new(), BTreeSet::new());
        for kind in Kind::ALL {
            for language in [Language::De, Language::En] {
                let name = format!("{}.{}.txt", kind.name, language.tag());
                templates.read(&folder.join(&name), &kind, language, &mut faults);
                known.insert(name);
            }
        }
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        let strange = entries.filter(|entry| !known.contains(&*entry.file_name().to_string_lossy()));
        faults.extend(strange.map(|entry| DeclarationFault::of_file(&entry.path(), &TextMistake::NoSuchMail)));
        if faults.is_empty() { Ok(templates) } else { Err(DeclarationFaults(faults)) }
    }

    fn read(&mut self, path: &Path, kind: &Kind, language: Language, faults: &mut Vec<DeclarationFault>) {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => return faults.push(DeclarationFault::unreadable(path, &error)),
        };
        let (subject, body) = text.split_once('\n').unwrap_or((&text, ""));
        if subject.trim().is_empty() || body.trim().is_empty() {
            faults.push(DeclarationFault::of_file(path, &TextMistake::SubjectFirst));
        }
        for (part, text, before) in [("subject", subject.trim_end(), 0), ("body", body.trim_start(), 1)] {
            let name = format!("{part}/{}/{}", language.tag(), kind.name);
            if let Err(error) = self.texts.add_template_owned(name.clone(), text.to_owned()) {
                faults.push(fault(path, before + error.line().unwrap_or(1), Told::verbatim(error.to_string())));
                continue;
            }
            let Ok(template) = self.texts.get_template(&name) else { continue };
            for mentioned in template.undeclared_variables(false) {
                if !kind.mentions.contains(&mentioned.as_str()) {
                    let mistake = TextMistake::NobodyGives { name: &mentioned, known: kind.mentions.to_vec() };
                    let line = text.lines().position(|line| line.contains(&mentioned)).unwrap_or(0);
                    faults.push(fault(path, 1 + before + line, Told::of(&mistake)));
                }
            }
        }
    }

    /// Writes a mail.
    ///
    /// # Errors
    /// What is mentioned and not given, and a subject that would be several lines: headers must not be made of parameters.
    pub fn write(&self, kind: &Kind, language: Language, params: &Json) -> Result<Text, Unwritable> {
        let part = |part: &str| {
            let name = format!("{part}/{}/{}", language.tag(), kind.name);
            self.texts.get_template(&name)?.render(minijinja::value::Serde(params))
        };
        let text = Text { subject: part("subject")?, body: part("body")? };
        if text.subject.chars().any(char::is_control) { Err(Unwritable::Subject) } else { Ok(text) }
    }
}

fn fault(file: &Path, line: usize, told: Told) -> DeclarationFault {
    DeclarationFault { line, ..DeclarationFault::of_file(file, told) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ours() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("data/texts")
    }

    fn params() -> Json {
        json!({
            "name": "Erika Meier", "organisation": "Amt Lossow", "district": "Landkreis Nordwestmecklenburg",
            "link": "https://geo.example/i/1", "hours": 72, "address": "meier@amt-lossow.example",
            "object": "Hydranten H1", "count": 3, "deletes": 0, "metres": 40, "values": "", "author": "Jens Ott",
            "by": "Ute Kern", "reason": "steht woanders", "answer": "geprüft", "overdue": 1,
            "defects": "H1: Undicht (20.6.2026)",
        })
    }

    /// The texts of this checkout with one file written anew; what is wrong with it.
    fn faults_of(file: &str, text: &str) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let mails = folder.path().join("mail");
        std::fs::create_dir(&mails).expect("a folder");
        for entry in std::fs::read_dir(ours().join("mail")).expect("mails").flatten() {
            std::fs::copy(entry.path(), mails.join(entry.file_name())).expect("a copy");
        }
        std::fs::write(mails.join(file), text).expect("a file");
        let faults = Templates::load(folder.path()).expect_err("faults").to_string();
        faults.replace(&format!("{}/", mails.display()), "")
    }

    #[test]
    fn every_mail_can_be_written_in_both_languages() {
        let templates = Templates::load(&ours()).expect("the texts");
        for kind in Kind::ALL {
            for language in [Language::De, Language::En] {
                let text = templates.write(&kind, language, &params()).expect("a mail");
                assert!(text.body.contains("https://geo.example/i/1"), "{text:?}");
                assert_eq!(text.body.contains("Erika Meier"), kind.mentions.contains(&"name"), "{text:?}");
                assert!(!text.subject.is_empty() && !text.body.contains("{{"), "{text:?}");
            }
        }
    }

    #[test]
    fn what_a_text_mentions_and_nobody_gives_is_a_fault_with_its_line() {
        let text = "Hallo\n\nGuten Tag {{ name }},\n{{ nmae }} …\n{{ link }}\n";
        assert_eq!(
            faults_of("password-reset.de.txt", text),
            "password-reset.de.txt:3: mentions 'nmae', which nobody gives; there are district, hours, link, name"
        );
        let faults = faults_of("invitation.en.txt", "Subject\n\n{% if %}\n");
        assert!(faults.starts_with("invitation.en.txt:2: syntax error"), "{faults}");
        assert_eq!(
            faults_of("invitation.en.txt", "\n\n"),
            "invitation.en.txt:1: the first line is the subject, and below it stands the mail"
        );
        assert_eq!(faults_of("invite.de.txt", "x"), "invite.de.txt:1: no mail has this name");
    }

    #[test]
    fn a_subject_never_becomes_two_lines() {
        let templates = Templates::load(&ours()).expect("the texts");
        let mut params = params();
        params["district"] = json!("Kreis\r\nBcc: all@example.org");
        let written = templates.write(Kind::named("invitation").expect("a kind"), Language::De, &params);
        assert!(matches!(written, Err(Unwritable::Subject)), "{written:?}");
    }

    #[test]
    fn what_is_not_given_is_no_empty_place_in_a_mail() {
        let templates = Templates::load(&ours()).expect("the texts");
        let kind = Kind::named("invitation").expect("a kind");
        assert!(matches!(templates.write(kind, Language::En, &json!({})), Err(Unwritable::Template(_))));
    }
}
