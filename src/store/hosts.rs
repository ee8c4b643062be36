//! Which hosts a database URL names. libpq takes several, and so do we; the client library takes one.
//!
//! Understood are `postgres://user@a:5432,b:5433/db?…`, `postgres:///db?host=a,b&port=5432,5433&…` with names or folders of
//! sockets, and libpq's `host=a,b dbname=db …` (PostgreSQL documentation, 34.1.1).

use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;

use super::StoreError;

/// One of the hosts on which the database may be.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// For people; holds no password.
    pub name: String,
    pub options: PgConnectOptions,
    /// The same for programs of PostgreSQL's, as variables of their environment: arguments are seen by everybody on the
    /// machine.
    pub environment: Vec<(&'static str, String)>,
}

/// Every host of a URL, in its order.
///
/// # Errors
/// [`StoreError::Url`].
pub fn candidates(url: &str) -> Result<Vec<Candidate>, StoreError> {
    let url = if url.contains("://") { url.to_owned() } else { from_words(url)? };
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, hosts) = authority.rsplit_once('@').map_or((None, authority), |(user, hosts)| (Some(user), hosts));
    let password = user.and_then(|user| user.split_once(':')).map(|(_, password)| decoded(password));
    let user = user.map_or(String::new(), |user| format!("{user}@"));
    let (mut in_query, mut ports, mut others) = (String::new(), String::new(), Vec::new());
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        match &*key {
            "host" => in_query = value.into_owned(),
            "port" => ports = value.into_owned(),
            "target_session_attrs" if ["read-write", "primary", "any"].contains(&&*value) => {}
            "target_session_attrs" => {
                return Err(fault("target_session_attrs: only a database that takes writes will do"));
            }
            _ => others.push((key.into_owned(), value.into_owned())),
        }
    }
    let hosts = if in_query.is_empty() { hosts } else { &in_query };
    let hosts: Vec<&str> = hosts.split(',').collect();
    let ports: Vec<&str> = ports.split(',').collect();
    if ports.len() > 1 && ports.len() != hosts.len() {
        return Err(fault(&format!("{} hosts and {} ports", hosts.len(), ports.len())));
    }
    let port_of = |nth: usize| ports.get(nth).or(ports.first()).copied().unwrap_or_default();
    hosts
        .iter()
        .enumerate()
        .map(|(nth, host)| {
            let (host, own) = split_port(host);
            let port = own.unwrap_or_else(|| port_of(nth));
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs([("host", host), ("port", port)].iter().filter(|(_, value)| !value.is_empty()));
            query.extend_pairs(&others);
            let options = PgConnectOptions::from_str(&format!("{scheme}://{user}localhost/{path}?{}", query.finish()));
            let options = options.map_err(|error| StoreError::Url(error.to_string()))?;
            let options = if host.is_empty() { local(options, &url)? } else { options };
            let name = [host, port].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(":");
            let environment = environment(&options, password.as_deref(), &others);
            Ok(Candidate { name, options, environment })
        })
        .collect()
}

/// Without any host it is the one that `psql` finds, which the client library knows.
fn local(options: PgConnectOptions, url: &str) -> Result<PgConnectOptions, StoreError> {
    let usual = PgConnectOptions::from_str(url).map_err(|error| StoreError::Url(error.to_string()))?;
    Ok(match usual.get_socket() {
        Some(folder) => options.socket(folder),
        None => options.host(usual.get_host()),
    })
}

/// What libpq is told by variables (PostgreSQL documentation, 34.15).
fn environment(
    options: &PgConnectOptions,
    password: Option<&str>,
    others: &[(String, String)],
) -> Vec<(&'static str, String)> {
    let host = match options.get_socket() {
        Some(folder) => folder.display().to_string(),
        None => options.get_host().trim_matches(['[', ']']).to_owned(),
    };
    let user = options.get_username().to_owned();
    let database = options.get_database().map_or_else(|| user.clone(), str::to_owned);
    let mut all = vec![("PGHOST", host), ("PGPORT", options.get_port().to_string())];
    all.extend([("PGUSER", user), ("PGDATABASE", database)]);
    all.extend(password.map(|password| ("PGPASSWORD", password.to_owned())));
    for (variable, key) in [
        ("PGPASSWORD", "password"),
        ("PGSSLMODE", "sslmode"),
        ("PGSSLROOTCERT", "sslrootcert"),
        ("PGSSLCERT", "sslcert"),
        ("PGSSLKEY", "sslkey"),
    ] {
        all.extend(others.iter().filter(|(known, _)| known == key).map(|(_, value)| (variable, value.clone())));
    }
    all
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A host and its own port; a colon within brackets is part of an address.
fn split_port(host: &str) -> (&str, Option<&str>) {
    match host.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => (host, Some(port)),
        _ => (host, None),
    }
}

/// A URL of `key=value` words; a value with spaces stands in quotes, in which a backslash escapes.
fn from_words(text: &str) -> Result<String, StoreError> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=').ok_or_else(|| fault("neither a URL nor words like host=a dbname=b"))?;
        let after = after.trim_start();
        let mut value = String::new();
        let mut letters = after.char_indices();
        let quoted = after.starts_with('\'');
        if quoted {
            letters.next();
        }
        let mut end = after.len();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\\' => value.extend(letters.next().map(|(_, letter)| letter)),
                '\'' if quoted => {
                    end = at + 1;
                    break;
                }
                letter if !quoted && letter.is_whitespace() => {
                    end = at;
                    break;
                }
                letter => value.push(letter),
            }
        }
        query.append_pair(key.trim(), &value);
        rest = after[end..].trim_start();
    }
    Ok(format!("postgres:///?{}", query.finish()))
}

fn fault(reason: &str) -> StoreError {
    StoreError::Url(reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(url: &str) -> Vec<(String, u16, Option<String>)> {
        let place = |options: &PgConnectOptions| match options.get_socket() {
            Some(folder) => folder.display().to_string(),
            None => options.get_host().to_owned(),
        };
        let candidates = candidates(url).expect("candidates").into_iter().map(|candidate| candidate.options);
        candidates.map(|of| (place(&of), of.get_port(), of.get_database().map(str::to_owned))).collect()
    }

    fn expected(places: &[(&str, u16)]) -> Vec<(String, u16, Option<String>)> {
        places.iter().map(|(host, port)| ((*host).to_owned(), *port, Some("geo".to_owned()))).collect()
    }

    #[test]
    fn every_host_is_found_however_they_are_written() {
        let two = expected(&[("a", 5432), ("b", 5433)]);
        assert_eq!(found("postgres://gk:s%40cret@a:5432,b:5433/geo?target_session_attrs=read-write"), two);
        assert_eq!(found("postgresql:///geo?host=a,b&port=5432,5433&user=gk"), two);
        assert_eq!(found("host=a,b port=5432,5433 dbname=geo user=gk password='it\\'s' "), two);
        assert_eq!(found("postgres://gk@a,b/geo?port=6432"), expected(&[("a", 6432), ("b", 6432)]));
        let folders = expected(&[("/run/one", 5432), ("/run/two", 5432)]);
        assert_eq!(found("postgres:///geo?host=%2Frun%2Fone,/run/two&port=5432&user=gk"), folders);
        assert_eq!(found("postgres://gk@[::1]:5434/geo"), expected(&[("[::1]", 5434)]));
    }

    #[test]
    fn what_names_no_place_that_takes_writes_is_refused() {
        for url in ["postgres://a,b/geo?port=1,2,3", "postgres://a/geo?target_session_attrs=standby", "nonsense"] {
            assert!(matches!(candidates(url), Err(StoreError::Url(_))), "{url}");
        }
    }

    #[test]
    fn the_name_of_a_candidate_holds_no_password() {
        let candidates = candidates("postgres://gk:hunter2@a:5432,b/geo?password=hunter2").expect("candidates");
        let names: Vec<&str> = candidates.iter().map(|candidate| candidate.name.as_str()).collect();
        assert_eq!(names, ["a:5432", "b"]);
        let told =
            |key| candidates[1].environment.iter().rfind(|(name, _)| *name == key).map(|(_, value)| value.as_str());
        assert_eq!((told("PGHOST"), told("PGPASSWORD"), told("PGDATABASE")), (Some("b"), Some("hunter2"), Some("geo")));
    }
}
