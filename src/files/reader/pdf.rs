//! Documents: PDF (ISO 32000-2) that begins and ends as one.

/// Bytes at the end in which the mark of the end must stand, as readers take it.
const TAIL: usize = 1_024;

/// Whether a PDF ends as one: cut off it does not, nor where an archive or a page follows it.
pub fn is_whole(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(TAIL)..];
    let Some(mark) = tail.windows(5).rposition(|window| window == b"%%EOF") else { return false };
    // Some programs fill up with zeros.
    tail[mark + 5..].iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_something_else_follows_is_none() {
        let document = b"%PDF-1.7\n1 0 obj\nendobj\nstartxref\n9\n%%EOF\n";
        assert!(is_whole(document));
        assert!(!is_whole(&document[..20]));
        assert!(!is_whole(&[&document[..], b"PK\x05\x06"].concat()));
        assert!(!is_whole(&[&document[..], b"<script>"].concat()));
    }
}
