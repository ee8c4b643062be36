//! Passwords stay out of logs and messages.

/// A database URL without its password, whether it stands before the host or among the parameters.
pub fn redacted(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return "…".to_owned() };
    let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
    // A password may hold any character that its author forgot to escape: only the last @ ends it.
    let rest = match rest.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split_once(':').map_or(user.to_owned(), |(name, _)| format!("{name}:…"));
            format!("{user}@{host}")
        }
        None => rest.to_owned(),
    };
    let Some(query) = query else { return format!("{scheme}://{rest}") };
    let shown: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) if name.to_ascii_lowercase().contains("password") => format!("{name}=…"),
            _ => pair.to_owned(),
        })
        .collect();
    format!("{scheme}://{rest}?{}", shown.join("&"))
}

#[cfg(test)]
mod tests {
    use super::redacted;

    #[test]
    fn a_password_is_hidden_wherever_it_stands() {
        let hidden = "postgres://gk:…@db/geokontor";
        assert_eq!(redacted("postgres://gk:secret@db/geokontor"), hidden);
        assert_eq!(redacted("postgres://gk:se@cr:et@db/geokontor"), hidden);
        assert_eq!(redacted("postgres:///a?user=b&password=secret&host=/x"), "postgres:///a?user=b&password=…&host=/x");
        assert_eq!(redacted("postgres://gk@db/geokontor"), "postgres://gk@db/geokontor");
        assert_eq!(redacted("secret"), "…");
    }
}
