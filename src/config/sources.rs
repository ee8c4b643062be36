//! Where settings come from.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use toml::Spanned;

use super::settings::File;
use super::{Config, ConfigFault, ConfigFaults, ConfigMistake, LogFormat, SecondFactor, origin};
use crate::blobs::{Bucket, BucketSettings};
use crate::http::{Limit, network};
use crate::mail::Relay;
use crate::texts::{Foreign, Told, line_of};
use crate::tiles::style::GroundConfig;
use crate::tls::Authorities;

/// What the command line overrides.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--config`.
    pub file: Option<PathBuf>,
    /// `--listen`.
    pub listen: Option<String>,
}

impl Config {
    /// The configuration of this process. A program that a package has installed finds the package's file by itself.
    ///
    /// # Errors
    /// Every fault of file and environment, each with its place.
    pub fn load(overrides: &Overrides) -> Result<Self, ConfigFaults> {
        let environment = std::env::vars().filter(|(name, _)| name.starts_with("GEOKONTOR_") || name == "DATABASE_URL");
        let environment: HashMap<String, String> = environment.collect();
        let mut overrides = overrides.clone();
        if overrides.file.is_none() && !environment.contains_key("GEOKONTOR_CONFIG") {
            overrides.file = packaged_file();
        }
        Self::from_sources(&overrides, environment)
    }

    /// The same with a given environment.
    ///
    /// # Errors
    /// As for [`Config::load`].
    pub fn from_sources(overrides: &Overrides, environment: HashMap<String, String>) -> Result<Self, ConfigFaults> {
        let path = overrides.file.clone().or_else(|| environment.get("GEOKONTOR_CONFIG").map(PathBuf::from));
        let mut reader = Reader { environment, file: String::new(), text: String::new(), faults: Vec::new() };
        let file = path.map(|path| reader.read_file(&path)).unwrap_or_default();
        let config = reader.assemble(file, overrides);
        if reader.faults.is_empty() { Ok(config) } else { Err(ConfigFaults(reader.faults)) }
    }
}

/// Reads settings and collects faults.
struct Reader {
    environment: HashMap<String, String>,
    file: String,
    text: String,
    faults: Vec<ConfigFault>,
}

impl Reader {
    fn fault(&mut self, place: impl Into<String>, told: impl Into<Told>) {
        self.faults.push(ConfigFault { place: place.into(), told: told.into() });
    }

    fn line(&self, offset: usize) -> String {
        format!("{}:{}", self.file, line_of(&self.text, offset))
    }

    fn read_file(&mut self, path: &Path) -> File {
        self.file = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => self.text = text,
            Err(error) => {
                self.fault(self.file.clone(), &Foreign::Unreadable { why: Told::from(&error) });
                return File::default();
            }
        }
        toml::from_str(&self.text).unwrap_or_else(|error| {
            let place = self.line(error.span().map_or(0, |span| span.start));
            self.fault(place, &error);
            File::default()
        })
    }

    fn assemble(&mut self, file: File, overrides: &Overrides) -> Config {
        let mut config = Config::default();
        // Both names in the environment win over the file: whoever points a command at another database means it.
        let url = self.variable("database_url").1.or_else(|| self.environment.get("DATABASE_URL").cloned());
        let url = url.or_else(|| file.database_url.map(Spanned::into_inner));
        config.database_url = url.unwrap_or(config.database_url);
        self.seconds("database_patience", file.database_patience, &mut config.database_patience);
        self.seconds("request_timeout", file.request_timeout, &mut config.request_timeout);
        self.seconds("write_timeout", file.write_timeout, &mut config.write_timeout);
        self.seconds("sheet_patience", file.sheet_patience, &mut config.sheet_patience);
        self.seconds("stop_patience", file.stop_patience, &mut config.stop_patience);
        self.number("maximum_streams", file.maximum_streams, &mut config.maximum_streams);
        self.number("answer_memory", file.answer_memory, &mut config.answer_memory);
        self.whole("tile_cache", file.tile_cache, &mut config.tile_cache);
        self.number("body_limit", file.body_limit, &mut config.body_limit);
        self.number("file_limit", file.file_limit, &mut config.file_limit);
        self.seconds("removed_file_lifetime", file.removed_file_lifetime, &mut config.removed_file_lifetime);
        self.number("maximum_requests", file.maximum_requests, &mut config.maximum_requests);
        self.number("default_limit", file.default_limit, &mut config.default_limit);
        self.number("maximum_limit", file.maximum_limit, &mut config.maximum_limit);
        let limits = [
            file.limit_sign_in,
            file.limit_search,
            file.limit_image,
            file.limit_sheet,
            file.limit_export,
            file.limit_write,
        ];
        for (limit, given) in Limit::ALL.into_iter().zip(limits) {
            let a_minute = &mut config.allowances.a_minute[limit as usize];
            self.whole(&format!("limit_{}", limit.name()), given, a_minute);
        }
        self.number("limit_address_factor", file.limit_address_factor, &mut config.allowances.address_factor);
        if let Some(listen) = overrides.listen.clone().or_else(|| self.text_of("listen", file.listen)) {
            config.listen = listen;
        }
        config.public_url = self.text_of("public_url", file.public_url).map(|url| url.trim_end_matches('/').to_owned());
        if config.public_url.as_ref().is_some_and(|url| !url.starts_with("http://") && !url.starts_with("https://")) {
            self.fault("public_url", &ConfigMistake::PublicUrl);
        }
        config.map_ground = GroundConfig {
            day: self.text_of("map_ground", file.map_ground),
            night: self.text_of("map_ground_night", file.map_ground_night),
            attribution: self.text_of("map_ground_attribution", file.map_ground_attribution),
        };
        let origins = self.text_of("embed_origins", file.embed_origins).unwrap_or_default();
        let (origins, others) = origin::parse(&origins);
        others.into_iter().for_each(|word| self.fault("embed_origins", &ConfigMistake::NoOrigin { word }));
        config.embed_origins = origins;
        config.mail = self.mail(file.mail_url, file.mail_from, file.mail_ca);
        let endpoint = self.text_of("files_endpoint", file.files_endpoint);
        let region = self.text_of("files_region", file.files_region);
        let authorities = self.authorities("files_ca", file.files_ca);
        let store = (endpoint, region, authorities);
        config.files = self.files(file.files_url, store, (file.files_key, file.files_secret));
        if let Some(text) = self.text_of("trusted_proxies", file.trusted_proxies) {
            let (networks, others) = network::parse(&text);
            others.into_iter().for_each(|word| self.fault("trusted_proxies", &ConfigMistake::NoNetwork { word }));
            config.trusted_proxies = networks;
        }
        config.data = self.path("data", file.data).unwrap_or_else(|| find("data", "collections"));
        config.tiles = self.path("tiles", file.tiles).unwrap_or_else(|| find("tiles", "tilesets.toml"));
        config.district = self.path("district", file.district).unwrap_or_else(|| config.data.join("district.toml"));
        config.log = self.text_of("log", file.log).unwrap_or(config.log);
        let place = file.log_format.as_ref().map(|value| self.line(value.span().start));
        match self.text_of("log_format", file.log_format).as_deref() {
            None | Some("text") => {}
            Some("json") => config.log_format = LogFormat::Json,
            Some(word) => {
                let place = place.unwrap_or_else(|| "GEOKONTOR_LOG_FORMAT".to_owned());
                self.fault(place, &ConfigMistake::NoLogFormat { word });
            }
        }
        self.seconds("imports_kept", file.imports_kept, &mut config.imports_kept);
        self.seconds("session_idle", file.session_idle, &mut config.session_idle);
        self.seconds("session_longest", file.session_longest, &mut config.session_longest);
        self.seconds("device_code_lifetime", file.device_code_lifetime, &mut config.device_code_lifetime);
        self.seconds("device_lifetime", file.device_lifetime, &mut config.device_lifetime);
        self.passwords(file.password_memory, file.password_rounds, &mut config);
        match self.text_of("second_factor", file.second_factor).as_deref() {
            None | Some("administrators") => {}
            Some("everybody") => config.second_factor = SecondFactor::Everybody,
            Some(word) => self.fault("second_factor", &ConfigMistake::SecondFactor { word }),
        }
        config.openid_providers = self.path("openid_providers", file.openid_providers);
        if config.default_limit > config.maximum_limit {
            self.fault("default_limit", &ConfigMistake::DefaultAboveMaximum);
        }
        config
    }

    /// No weaker than what is recommended.
    fn passwords(&mut self, memory: Option<Spanned<u32>>, rounds: Option<Spanned<u32>>, config: &mut Config) {
        let floor = (config.password_memory, config.password_rounds);
        self.number("password_memory", memory, &mut config.password_memory);
        self.number("password_rounds", rounds, &mut config.password_rounds);
        if config.password_memory < floor.0 || config.password_rounds < floor.1 {
            let (memory, rounds) = floor;
            self.fault("password_memory", &ConfigMistake::HashingTooWeak { memory, rounds });
        }
        // A mistyped number must not take all memory of the machine.
        let (memory, rounds) = (1 << 21, 100);
        if config.password_memory > memory || config.password_rounds > rounds {
            self.fault("password_memory", &ConfigMistake::HashingTooCostly { memory, rounds });
        }
    }

    /// The mail server, which needs a sender.
    fn mail(
        &mut self,
        url: Option<Spanned<String>>,
        from: Option<Spanned<String>>,
        authorities: Option<Spanned<PathBuf>>,
    ) -> Option<Relay> {
        let authorities = self.authorities("mail_ca", authorities);
        let url = self.text_of("mail_url", url)?;
        let Some(from) = self.text_of("mail_from", from) else {
            self.fault("mail_from", &ConfigMistake::SenderMissing);
            return None;
        };
        Relay::new(&url, &from, authorities.as_ref()).map_err(|fault| self.fault("mail_url, mail_from", &fault)).ok()
    }

    /// The bucket, which is opened with a key and its secret.
    fn files(
        &mut self,
        url: Option<Spanned<String>>,
        (endpoint, region, authorities): (Option<String>, Option<String>, Option<Authorities>),
        (key, secret): (Option<Spanned<String>>, Option<Spanned<String>>),
    ) -> Option<BucketSettings> {
        let url = self.text_of("files_url", url)?;
        let (key, secret) = (self.text_of("files_key", key), self.text_of("files_secret", secret));
        let (Some(key), Some(secret)) = (key, secret) else {
            self.fault("files_url", &ConfigMistake::KeysMissing);
            return None;
        };
        let settings = BucketSettings { url, endpoint, region, key, secret, authorities };
        Bucket::of(&settings).map_err(|fault| self.fault("files_url", &fault)).ok()?;
        Some(settings)
    }

    /// The authorities of a file.
    fn authorities(&mut self, key: &str, in_file: Option<Spanned<PathBuf>>) -> Option<Authorities> {
        let path = self.path(key, in_file)?;
        Authorities::read(&path).map_err(|fault| self.fault(key, &fault)).ok()
    }

    fn variable(&self, key: &str) -> (String, Option<String>) {
        let name = format!("GEOKONTOR_{}", key.to_uppercase());
        let value = self.environment.get(&name).filter(|value| !value.is_empty()).cloned();
        (name, value)
    }

    fn text_of(&self, key: &str, in_file: Option<Spanned<String>>) -> Option<String> {
        self.variable(key).1.or_else(|| in_file.map(Spanned::into_inner))
    }

    /// A path in the file counts from the folder of the file, one in the environment from the working directory.
    fn path(&self, key: &str, in_file: Option<Spanned<PathBuf>>) -> Option<PathBuf> {
        let beside = Path::new(&self.file).parent().unwrap_or(Path::new(""));
        self.variable(key).1.map(PathBuf::from).or_else(|| in_file.map(|path| beside.join(path.into_inner())))
    }

    fn seconds(&mut self, key: &str, in_file: Option<Spanned<u64>>, into: &mut Duration) {
        let mut seconds = into.as_secs();
        self.number(key, in_file, &mut seconds);
        *into = Duration::from_secs(seconds);
    }

    /// A number above 0.
    fn number<N: FromStr + PartialEq + Default + Copy>(&mut self, key: &str, given: Option<Spanned<N>>, into: &mut N) {
        let mut number = *into;
        let place = self.whole(key, given, &mut number);
        match place {
            Some(place) if number == N::default() => self.fault(place, &ConfigMistake::AtLeastOne { key }),
            _ => *into = number,
        }
    }

    /// A whole number, and where it was given.
    fn whole<N: FromStr>(&mut self, key: &str, in_file: Option<Spanned<N>>, into: &mut N) -> Option<String> {
        let (place, number) = match (self.variable(key), in_file) {
            ((name, Some(text)), _) => match text.parse() {
                Ok(number) => (name, number),
                Err(_) => {
                    self.fault(name, &ConfigMistake::NotAWholeNumber { text: &text });
                    return None;
                }
            },
            (_, Some(value)) => (self.line(value.span().start), value.into_inner()),
            _ => return None,
        };
        *into = number;
        Some(place)
    }
}

/// What the distribution's package configures. Only a program at the package's own place reads it unasked: a build in a
/// checkout on the same machine must not find the district's database.
fn packaged_file() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let file = Path::new("/etc/geokontor/geokontor.toml");
    (program.parent() == Some(Path::new("/usr/bin")) && file.exists()).then(|| file.to_path_buf())
}

/// A folder of declarations, known by what it holds: that of a checkout, that beside the program, that of an
/// installation.
fn find(folder: &str, holds: &str) -> PathBuf {
    let beside = std::env::current_exe().ok().and_then(|program| program.parent().map(Path::to_path_buf));
    let installed =
        beside.iter().flat_map(|beside| [beside.join(folder), beside.join("../share/geokontor").join(folder)]);
    std::iter::once(PathBuf::from(folder))
        .chain(installed)
        .find(|path| path.join(holds).exists())
        .unwrap_or_else(|| PathBuf::from(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(file: &str, environment: &[(&str, &str)], listen: Option<&str>) -> Result<Config, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("geokontor.toml");
        std::fs::write(&path, file).expect("a file");
        let overrides = Overrides { file: Some(path.clone()), listen: listen.map(str::to_owned) };
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Config::from_sources(&overrides, environment)
            .map_err(|faults| faults.to_string().replace(&path.display().to_string(), "FILE"))
    }

    #[test]
    fn flags_win_over_the_environment_the_environment_over_the_file_the_file_over_defaults() {
        let file = "listen = \"0.0.0.0:1\"\nbody_limit = 7\nrequest_timeout = 9\n";
        let environment = [("GEOKONTOR_LISTEN", "0.0.0.0:2"), ("GEOKONTOR_BODY_LIMIT", "8")];
        let config = load(file, &environment, Some("0.0.0.0:3")).expect("a configuration");
        assert_eq!((config.listen.as_str(), config.body_limit), ("0.0.0.0:3", 8));
        assert_eq!(config.request_timeout, Duration::from_secs(9));
        assert_eq!(config.maximum_limit, Config::default().maximum_limit);
    }

    #[test]
    fn a_database_named_in_the_environment_wins_over_the_one_in_the_file() {
        let file = "database_url = \"postgres:///register\"\n";
        let url = |environment: &[_]| load(file, environment, None).expect("a configuration").database_url;
        assert_eq!(url(&[]), "postgres:///register");
        assert_eq!(url(&[("DATABASE_URL", "postgres:///copy")]), "postgres:///copy");
        let both = [("DATABASE_URL", "postgres:///copy"), ("GEOKONTOR_DATABASE_URL", "postgres:///third")];
        assert_eq!(url(&both), "postgres:///third");
    }

    #[test]
    fn an_unknown_key_and_a_wrong_value_are_named_with_their_line() {
        let fault = load("\n\nlistenn = \"x\"\n", &[], None).expect_err("a fault");
        assert!(fault.starts_with("FILE:3: unknown field `listenn`"), "{fault}");
        let fault = load("\nbody_limit = 0\nlog_format = \"xml\"\n", &[], None).expect_err("faults");
        assert_eq!(fault, "FILE:2: body_limit is at least 1\nFILE:3: 'xml' is not a log format; it is text or json");
        let fault = load("", &[("GEOKONTOR_BODY_LIMIT", "much")], None).expect_err("a fault");
        assert_eq!(fault, "GEOKONTOR_BODY_LIMIT: 'much' is not a whole number");
    }

    #[test]
    fn a_mail_server_needs_a_sender_and_shows_no_password() {
        let url = ("GEOKONTOR_MAIL_URL", "smtps://gk:hunter2@mail.example.org");
        let fault = load("", &[url], None).expect_err("a fault");
        assert!(fault.starts_with("mail_from: is needed"), "{fault}");
        let config = load("mail_from = 'geo@example.org'", &[url], None).expect("a configuration");
        let shown = format!("{config:?}");
        assert!(shown.contains("mail.example.org") && !shown.contains("hunter2"), "{shown}");
        let fault =
            load("mail_from = 'geo@example.org'\nmail_url = 'ftp://gk:hunter2@x'", &[], None).expect_err("a fault");
        assert!(!fault.contains("hunter2"), "{fault}");
    }

    #[test]
    fn a_file_of_authorities_that_is_none_or_would_not_be_used_is_a_fault() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("district.pem");
        let place = file.display().to_string();
        let fault = |url| {
            let mail = [("GEOKONTOR_MAIL_URL", url), ("GEOKONTOR_MAIL_FROM", "geo@example.org")];
            let all: Vec<_> = mail.into_iter().chain([("GEOKONTOR_MAIL_CA", place.as_str())]).collect();
            load("", &all, None).expect_err("a fault")
        };
        let url = "smtps://mail.example.org";
        assert!(fault(url).starts_with(&format!("mail_ca: {place} cannot be read:")), "{}", fault(url));
        std::fs::write(&file, "nothing").expect("a file");
        assert_eq!(fault(url), format!("mail_ca: there is no certificate in {place}"));
        std::fs::write(&file, "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n").expect("a file");
        assert!(
            fault(url).starts_with("mail_url, mail_from: the certificates in mail_ca are of no use:"),
            "{}",
            fault(url)
        );
        assert!(fault("smtp://127.0.0.1?tls=none").contains("with ?tls=none nothing is encrypted"));
    }

    #[test]
    fn no_debug_output_shows_the_password() {
        let config = load("", &[("DATABASE_URL", "postgres://gk:hunter2@db/x")], None).expect("a configuration");
        assert!(!format!("{config:?}").contains("hunter2"));
    }
}
