//! Encodings told by their bytes.

use std::io::Read;

use super::*;

fn found(bytes: &[u8]) -> (String, String) {
    let found = Census::of(bytes).expect("bytes").decide(None);
    let mut text = String::new();
    Utf8Reader::new(bytes, found).read_to_string(&mut text).expect("text");
    (found.name(), text)
}

fn written(text: &str, encoding: Encoding) -> Vec<u8> {
    let byte = |c: char| (0..=255).find(|byte| encoding.decode(&[*byte]).chars().eq([c])).expect("a letter of it");
    text.chars().map(byte).collect()
}

#[test]
fn german_words_show_in_which_encoding_they_were_written() {
    let words = "Gägelow, Überflurhydrant, Hauptstraße / Mühlenweg, 48 m²";
    for (encoding, name) in [(WINDOWS_1252, "Windows-1252"), (Encoding::Cp850, "CP850")] {
        assert_eq!(found(&written(words, encoding)), (name.to_owned(), words.to_owned()));
    }
    let mac = "Überflurhydrant, Hauptstraße, Mühlenweg, Öde Höfe";
    assert_eq!(found(&written(mac, MACINTOSH)), ("Macintosh".to_owned(), mac.to_owned()));
    assert_eq!(found(words.as_bytes()).0, "UTF-8");
    assert_eq!(found(b"Hauptstra\xE1e").1, "Hauptstraße");
    assert_eq!(found(b"\x9Aberflur").1, "Überflur");
}

#[test]
fn a_file_glued_from_two_encodings_keeps_the_letters_of_both() {
    let glued = [" Mühle Größe Übergang ".as_bytes(), b"M\xFChle"].concat();
    assert_eq!(found(&glued), ("UTF-8, Windows-1252".to_owned(), " Mühle Größe Übergang Mühle".to_owned()));
}

#[test]
fn a_wrong_declaration_is_not_believed_and_a_right_one_decides_what_is_unclear() {
    let census = |bytes: &[u8]| Census::of(bytes).expect("bytes");
    assert_eq!(census(b"M\xFChlenweg").decide(Some(Encoding::Utf8)).encoding, WINDOWS_1252);
    assert_eq!(census("Mühlenweg".as_bytes()).decide(Some(WINDOWS_1252)).encoding, Encoding::Utf8);
    assert_eq!(census(b"Caf\xE9").decide(Some(WINDOWS_1252)).encoding, WINDOWS_1252);
    assert_eq!(census(b"M\x81hlenweg").decide(Some(WINDOWS_1252)).encoding, Encoding::Cp850);
}

#[test]
fn encodings_are_known_by_the_names_people_and_programs_use() {
    for (name, encoding) in [
        ("utf-8", Encoding::Utf8),
        ("ANSI 1252", WINDOWS_1252),
        ("ISO-8859-1", WINDOWS_1252),
        ("88591", WINDOWS_1252),
        ("cp850", Encoding::Cp850),
        ("OEM 437", Encoding::Cp437),
        ("65001", Encoding::Utf8),
    ] {
        assert_eq!(Encoding::named(name), Some(encoding), "{name}");
    }
    assert_eq!(Encoding::named("klingon"), None);
}
