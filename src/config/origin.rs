//! Origins (RFC 6454) as a setting names them: they are written into a header, so nothing else may pass.

/// The origins of a text, apart by spaces or commas, and the words that are none.
pub fn parse(text: &str) -> (Vec<String>, Vec<&str>) {
    let words = text.split([' ', ',']).filter(|word| !word.is_empty());
    let (origins, others): (Vec<&str>, Vec<&str>) = words.partition(|word| is_origin(word));
    (origins.into_iter().map(str::to_ascii_lowercase).collect(), others)
}

/// Scheme, host and perhaps a port. One label of a host may be `*`, as Content Security Policies understand it.
fn is_origin(word: &str) -> bool {
    let Some(rest) = word.strip_prefix("https://").or_else(|| word.strip_prefix("http://")) else { return false };
    let (host, port) = rest.rsplit_once(':').map_or((rest, None), |(host, port)| (host, Some(port)));
    let host = host.strip_prefix("*.").unwrap_or(host);
    let plain =
        |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    host.split('.').all(plain) && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_taken_and_everything_else_is_named() {
        let (origins, faults) = parse("https://www.Example.org, http://localhost:8080  https://*.example.org");
        assert_eq!(origins, ["https://www.example.org", "http://localhost:8080", "https://*.example.org"]);
        assert_eq!(faults, [""; 0]);
        for word in [
            "*",
            "www.example.org",
            "https://",
            "https://a/b",
            "https://a;script-src",
            "https://*",
            "ftp://a",
            "https://a:0",
            "'self'",
        ] {
            let (origins, faults) = parse(word);
            assert!(origins.is_empty() && faults.len() == 1, "{word}");
        }
        assert_eq!(parse(""), (Vec::new(), Vec::new()));
    }
}
