//! The language in which commands speak to the person who called them.

use std::env;

use crate::collection::Language;

/// A language as it is named on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Lang {
    De,
    En,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::De => Self::De,
            Lang::En => Self::En,
        }
    }
}

/// The language of the locale this process was started in: German for `de…`, English for any other.
pub fn of_process() -> Language {
    of_locale(["LC_ALL", "LC_MESSAGES", "LANG"].map(|name| env::var(name).ok()))
}

/// The first that is set decides, as POSIX has it.
fn of_locale(settings: [Option<String>; 3]) -> Language {
    let locale = settings.into_iter().flatten().find(|locale| !locale.is_empty()).unwrap_or_default();
    let language = locale.split(['_', '.', '@']).next().unwrap_or_default();
    if language.eq_ignore_ascii_case("de") { Language::De } else { Language::En }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_locale_that_is_set_decides() {
        let of =
            |all: &str, messages: &str, lang: &str| of_locale([all, messages, lang].map(|text| Some(text.to_owned())));
        assert_eq!(of("", "", "de_DE.UTF-8"), Language::De);
        assert_eq!(of("", "en_GB.UTF-8", "de_DE.UTF-8"), Language::En);
        assert_eq!(of("C.UTF-8", "", "de_DE.UTF-8"), Language::En);
        assert_eq!(of_locale([None, None, Some("de".to_owned())]), Language::De);
        assert_eq!(of_locale([None, None, None]), Language::En);
    }
}
