//! A name for every request, so that a caller's report finds its lines in the log.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, HeaderName};

/// The header that carries the id both ways.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

const LONGEST: usize = 64;

/// Tells the ids of this process from those of another node or of the run before.
static PROCESS: LazyLock<String> = LazyLock::new(|| format!("{:012x}-", rand::random::<u64>() & 0xffff_ffff_ffff));
static COUNTER: AtomicU64 = AtomicU64::new(0);

/// The id a proxy or client gave, if it is well formed, or a new one. What is not well formed is not repeated: it would
/// let a caller write into the log.
pub fn of(headers: &HeaderMap) -> String {
    match headers.get(HEADER).and_then(|value| value.to_str().ok()).filter(|text| is_well_formed(text)) {
        Some(given) => given.to_owned(),
        None => [&**PROCESS, itoa::Buffer::new().format(COUNTER.fetch_add(1, Ordering::Relaxed))].concat(),
    }
}

fn is_well_formed(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_well_formed_id_is_kept_and_any_other_replaced() {
        let given = |id: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HEADER, id.parse().expect("a header"));
            of(&headers)
        };
        assert_eq!(given("0190a5c2-7b1e:a.b_c"), "0190a5c2-7b1e:a.b_c");
        for bad in ["a b", "\"x\"", "<script>", &"x".repeat(65)] {
            assert_ne!(given(bad), bad);
        }
        assert_ne!(of(&HeaderMap::new()), of(&HeaderMap::new()));
    }
}
