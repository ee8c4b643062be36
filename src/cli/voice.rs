//! How a command speaks: in the language of whoever called it, and by the texts of the district where these can be read.

use std::path::Path;
use std::sync::Arc;

use super::vocabulary;
use crate::texts::{Language, Texts, Told};

/// Texts and a language. What is printed is made of [`Told`]s here and nowhere else; logs are in English.
#[derive(Debug, Clone)]
pub struct Voice {
    pub texts: Arc<Texts>,
    pub language: Language,
}

impl Voice {
    /// The texts this program was built with: nothing has been read yet, and perhaps nothing can be.
    pub fn built_in(language: Language) -> Self {
        Self { texts: Texts::built_in(), language }
    }

    /// By the texts below a folder of declarations, if they are whole; whether they are `geokontor check` says.
    #[must_use]
    pub fn reading(self, data: &Path) -> Self {
        match vocabulary::texts(data) {
            Ok(texts) => Self { texts: Arc::new(texts), ..self },
            Err(_) => self,
        }
    }

    /// The same in another language.
    #[must_use]
    pub fn speaking(&self, language: Language) -> Self {
        Self { texts: self.texts.clone(), language }
    }

    /// The sentence.
    pub fn sentence(&self, told: impl Into<Told>) -> String {
        self.texts.sentence(&told.into(), self.language)
    }

    /// A line of the command's answer, on standard output.
    pub fn tell(&self, told: impl Into<Told>) {
        super::tell(format_args!("{}", self.sentence(told)));
    }

    /// A line beside the answer, on standard error: progress, advice.
    pub fn note(&self, told: impl Into<Told>) {
        eprintln!("{}", self.sentence(told));
    }
}
