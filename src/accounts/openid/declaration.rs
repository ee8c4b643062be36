//! The providers of a district, declared in a file, every fault with its line.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use openidconnect::url::{Host, Url};
use openidconnect::{ClientSecret, IssuerUrl};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::memberships::Rule;
use crate::collection::{DeclarationFault, DeclarationFaults};
use crate::texts::{Label, Reporter, Tell, Told};

/// A provider as it is declared.
#[derive(Debug, Clone)]
pub struct Declared {
    /// In addresses: small letters, digits and hyphens.
    pub name: String,
    /// On the button.
    pub label: Label,
    pub issuer: IssuerUrl,
    pub client_id: String,
    /// `None` for a public client, which PKCE alone protects. Neither shown nor logged.
    pub client_secret: Option<ClientSecret>,
    /// Beside `openid`.
    pub scopes: Vec<String>,
    pub claims: ClaimNames,
    /// Does a first sign-in make an account?
    pub creates_accounts: bool,
    /// Is an address that the provider has verified enough to find the account of it?
    pub trusts_mail: bool,
    /// Is the browser sent there to sign out as well?
    pub sign_out: bool,
    pub second_factor: SecondFactor,
    pub memberships: Vec<Rule>,
}

/// Which claims say what.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimNames {
    pub subject: String,
    pub mail: String,
    pub name: String,
}

/// By what a sign-in at the provider counts as one with two factors: a class (`acr`) or a method (`amr`, RFC 8176).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SecondFactor {
    pub acr: Vec<String>,
    pub amr: Vec<String>,
}

impl Default for ClaimNames {
    /// The names of OpenID Connect Core 1.0, 5.1.
    fn default() -> Self {
        Self { subject: "sub".to_owned(), mail: "email".to_owned(), name: "name".to_owned() }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(rename = "provider", default)]
    providers: Vec<RawProvider>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProvider {
    name: Spanned<String>,
    label: Label,
    issuer: Spanned<String>,
    client_id: Spanned<String>,
    client_secret_file: Option<Spanned<PathBuf>>,
    client_secret_variable: Option<Spanned<String>>,
    #[serde(default = "profile_and_mail")]
    scopes: Vec<String>,
    #[serde(default)]
    claims: ClaimNames,
    #[serde(default)]
    creates_accounts: bool,
    #[serde(default)]
    trusts_mail: bool,
    #[serde(default = "yes")]
    sign_out: bool,
    #[serde(default)]
    second_factor: SecondFactor,
    #[serde(default)]
    memberships: Vec<Spanned<Rule>>,
}

fn yes() -> bool {
    true
}

fn profile_and_mail() -> Vec<String> {
    vec!["profile".to_owned(), "email".to_owned()]
}

/// The providers of a file, in its order.
///
/// # Errors
/// Every mistake with its line, a secret that cannot be read among them.
pub fn load(path: &Path) -> Result<Vec<Declared>, DeclarationFaults> {
    let text = std::fs::read_to_string(path).map_err(|error| DeclarationFault::unreadable(path, &error))?;
    let file = path.display().to_string();
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut reader = Reader { reporter: Reporter::new(&file, &text), folder };
    let raw: RawFile = toml::from_str(&text).unwrap_or_else(|error| {
        reader.reporter.syntax(&error);
        RawFile { providers: Vec::new() }
    });
    reader.check_distinct(&raw.providers);
    let read: Vec<Declared> = raw.providers.into_iter().filter_map(|raw| reader.provider(raw)).collect();
    reader.reporter.end(Some(read))
}

/// What can be wrong with a provider.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "say", rename_all = "kebab-case")]
pub enum ProviderMistake {
    NameTaken,
    IssuerTaken,
    ProviderName,
    ClientIdEmpty,
    IssuerQuery,
    IssuerInsecure,
    MembershipIncomplete,
    SecretTwice,
    SecretUnreadable { why: Told },
    SecretVariable,
    SecretEmpty,
}

impl Tell for ProviderMistake {
    const FILE: &'static str = "declarations";
}

/// Reads providers and collects faults.
struct Reader<'a> {
    reporter: Reporter<'a>,
    folder: &'a Path,
}

impl Reader<'_> {
    fn fault(&mut self, span: Range<usize>, mistake: &ProviderMistake) {
        self.reporter.fault(span, mistake);
    }

    /// Accounts are linked by issuer, and addresses name providers: no two may have the same.
    fn check_distinct(&mut self, providers: &[RawProvider]) {
        let name = (|raw| &raw.name) as fn(&RawProvider) -> &Spanned<String>;
        for (mistake, of) in [(ProviderMistake::NameTaken, name), (ProviderMistake::IssuerTaken, |raw| &raw.issuer)] {
            let mut seen = BTreeSet::new();
            for value in providers.iter().map(of) {
                if !seen.insert(value.get_ref()) {
                    self.fault(value.span(), &mistake);
                }
            }
        }
    }

    fn provider(&mut self, raw: RawProvider) -> Option<Declared> {
        let faults = self.reporter.faults.len();
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let name = raw.name.get_ref();
        if !(1..=40).contains(&name.len()) || !name.chars().all(is_plain) {
            self.fault(raw.name.span(), &ProviderMistake::ProviderName);
        }
        if raw.client_id.get_ref().is_empty() {
            self.fault(raw.client_id.span(), &ProviderMistake::ClientIdEmpty);
        }
        if raw.issuer.get_ref().contains(['?', '#']) {
            self.fault(raw.issuer.span(), &ProviderMistake::IssuerQuery);
        }
        let issuer = IssuerUrl::new(raw.issuer.get_ref().clone());
        if !issuer.as_ref().is_ok_and(|issuer| is_secure(issuer.url())) {
            self.fault(raw.issuer.span(), &ProviderMistake::IssuerInsecure);
        }
        for rule in raw.memberships.iter().filter(|rule| !rule.get_ref().is_complete()) {
            self.fault(rule.span(), &ProviderMistake::MembershipIncomplete);
        }
        let client_secret = self.secret(raw.client_secret_file, raw.client_secret_variable);
        let issuer = issuer.ok().filter(|_| self.reporter.faults.len() == faults)?;
        Some(Declared {
            name: raw.name.into_inner(),
            label: raw.label,
            issuer,
            client_id: raw.client_id.into_inner(),
            client_secret,
            scopes: raw.scopes,
            claims: raw.claims,
            creates_accounts: raw.creates_accounts,
            trusts_mail: raw.trusts_mail,
            sign_out: raw.sign_out,
            second_factor: raw.second_factor,
            memberships: raw.memberships.into_iter().map(Spanned::into_inner).collect(),
        })
    }

    /// The secret never stands in the file itself, which is shown, copied and kept in version control.
    fn secret(&mut self, file: Option<Spanned<PathBuf>>, variable: Option<Spanned<String>>) -> Option<ClientSecret> {
        let (span, found) = match (file, variable) {
            (None, None) => return None,
            (Some(_), Some(variable)) => {
                self.fault(variable.span(), &ProviderMistake::SecretTwice);
                return None;
            }
            (Some(path), None) => {
                let read = std::fs::read_to_string(self.folder.join(path.get_ref()));
                (path.span(), read.map_err(|error| ProviderMistake::SecretUnreadable { why: Told::from(&error) }))
            }
            (None, Some(name)) => {
                let read = std::env::var(name.get_ref());
                (name.span(), read.map_err(|_| ProviderMistake::SecretVariable))
            }
        };
        match found.map(|secret| secret.trim().to_owned()) {
            Ok(secret) if secret.is_empty() => self.fault(span, &ProviderMistake::SecretEmpty),
            Ok(secret) => return Some(ClientSecret::new(secret)),
            Err(mistake) => self.fault(span, &mistake),
        }
        None
    }
}

/// May secrets be sent there: encrypted, or without leaving this machine?
pub fn is_secure(url: &Url) -> bool {
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" && url.has_host() || url.scheme() == "http" && is_here
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[[provider]]\nname = 'kreis'\nlabel = { de = 'Kreis', en = 'District' }\n\
                        issuer = 'https://sso.example/realms/kreis'\nclient_id = 'geokontor'\n";

    fn read(text: &str) -> Result<Vec<Declared>, String> {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("secret"), "hunter2\n").expect("a secret");
        let path = folder.path().join("openid.toml");
        std::fs::write(&path, text).expect("a file");
        load(&path).map_err(|faults| faults.to_string().replace(&path.display().to_string(), "FILE"))
    }

    #[test]
    fn what_is_not_said_is_the_cautious_choice() {
        let read = read(GOOD).expect("providers");
        let [kreis] = read.as_slice() else { panic!("{read:?}") };
        assert!(!kreis.creates_accounts && !kreis.trusts_mail && kreis.sign_out);
        assert!(kreis.client_secret.is_none() && kreis.second_factor.acr.is_empty());
        assert_eq!((kreis.claims.subject.as_str(), kreis.claims.mail.as_str()), ("sub", "email"));
        assert_eq!(kreis.scopes, ["profile", "email"]);
    }

    #[test]
    fn every_mistake_is_named_with_its_line() {
        let second = GOOD.replace("https://sso.example/", "http://sso.example/").replace("'kreis'", "'Der Kreis'");
        let faults = read(&format!("{GOOD}client_secret_file = 'nowhere'\n{second}")).expect_err("faults");
        let lines: Vec<&str> = faults.lines().map(|line| line.split(": ").next().unwrap_or_default()).collect();
        assert_eq!(lines, ["FILE:6", "FILE:8", "FILE:10"], "{faults}");
        let faults = read(&format!("{GOOD}{GOOD}")).expect_err("faults");
        assert!(faults.contains("another provider has this name") && faults.contains("this issuer"), "{faults}");
        let faults = read(&format!("{GOOD}client_secret = 'hunter2'\n")).expect_err("faults");
        assert!(faults.starts_with("FILE:6: unknown field") && !faults.contains("hunter2"), "{faults}");
    }

    #[test]
    fn the_secret_comes_from_a_file_and_is_shown_nowhere() {
        let read = read(&format!("{GOOD}client_secret_file = 'secret'\n")).expect("providers");
        let secret = read[0].client_secret.as_ref().map(|secret| secret.secret().as_str());
        assert_eq!(secret, Some("hunter2"));
        assert!(!format!("{read:?}").contains("hunter2"));
    }

    #[test]
    fn only_this_machine_is_spoken_to_without_encryption() {
        let secure = |text: &str| is_secure(&Url::parse(text).expect("an address"));
        for text in ["https://a.example", "http://localhost:8080/x", "http://127.0.0.1:1", "http://[::1]/"] {
            assert!(secure(text), "{text}");
        }
        for text in ["http://a.example", "http://localhost.evil.example", "http://10.0.0.1", "ftp://localhost"] {
            assert!(!secure(text), "{text}");
        }
    }
}
