//! Units of measure as people write them: in cells, in the heads of columns, in a line below the head.

use crate::collection::Property;

/// A unit's plain name, and what else is written for it, in small letters and as [`plain`] squeezes it.
const UNITS: [(&str, &[&str]); 22] = [
    ("l/min", &["l/min.", "l/m", "lpm", "lmin", "ltr/min", "liter/min", "liter/minute", "l/minute", "litres/minute"]),
    ("l/s", &["l/sec", "l/sek", "l/sek.", "l/sekunde", "liter/sekunde", "liter/s", "lps"]),
    ("l/h", &["l/std", "l/std.", "liter/h", "liter/stunde"]),
    (
        "m3/h",
        &[
            "cbm/h",
            "cbm/std",
            "cbm/std.",
            "m3/std",
            "m3/std.",
            "m3/stunde",
            "cbm/stunde",
            "kubikmeter/stunde",
            "m3h",
            "qm3/h",
        ],
    ),
    ("m3/min", &["cbm/min", "m3/minute"]),
    ("m3/s", &["cbm/s", "m3/sek", "m3/sekunde"]),
    ("dn", &["er", "ø", "⌀", "nw"]),
    ("mm", &["millimeter"]),
    ("cm", &["zentimeter"]),
    ("dm", &[]),
    ("m", &["meter", "mtr", "mtr.", "metres"]),
    ("km", &["kilometer"]),
    ("in", &["zoll", "\"", "''", "″", "inch", "inches"]),
    ("bar", &[]),
    ("mbar", &["millibar", "hpa"]),
    ("kpa", &[]),
    ("mpa", &[]),
    ("mws", &["m ws", "mwassersäule", "mh2o"]),
    ("m3", &["cbm", "kubikmeter", "m^3"]),
    ("l", &["liter", "ltr", "ltr.", "litres"]),
    ("t", &["tonnen", "to"]),
    ("kg", &["kilogramm"]),
];

/// Further units, which only stand for themselves or are rare.
const RARE: [(&str, &[&str]); 10] = [
    ("h", &["std", "std.", "stunden", "stunde"]),
    ("min", &["min.", "minuten"]),
    ("km/h", &["kmh", "km/std"]),
    ("km2", &["qkm"]),
    ("m2", &["qm", "quadratmeter"]),
    ("ha", &["hektar"]),
    ("deg", &["°", "grad", "dezimalgrad"]),
    // A count is one without being a unit.
    ("1", &["stück", "stk", "stk.", "st.", "st", "anzahl", "pcs"]),
    ("year", &["jahr", "jahre", "a", "jjjj", "yyyy"]),
    ("hl", &["hektoliter"]),
];

/// The plain name of a unit: `m³/h`, `cbm/Std.` and `m3 / h` are `m3/h`. `None` for what is no unit known here.
pub fn plain(written: &str) -> Option<&'static str> {
    let mut squeezed: String = written.trim().to_lowercase();
    for (from, to) in [("³", "3"), ("²", "2"), ("^", ""), (" pro ", "/"), (" per ", "/"), ("\\", "/")] {
        squeezed = squeezed.replace(from, to);
    }
    squeezed.retain(|c| !c.is_whitespace());
    let is_meant = |(name, others): &&(&'static str, &[&str])| *name == squeezed || others.contains(&squeezed.as_str());
    UNITS.iter().chain(&RARE).find(is_meant).map(|(name, _)| *name)
}

/// True for a unit of measure that is hardly anything else. What counts things or years is left out: `1`, `St` and `a` may
/// as well be numbers or words of a row.
pub fn is_measure(written: &str) -> bool {
    plain(written).is_some_and(|unit| !matches!(unit, "1" | "year"))
}

/// By what a number in `given` is multiplied to be one in `wanted`; `None` if nothing is known of it.
pub fn factor(given: &str, wanted: Option<&str>) -> Option<f64> {
    let given = plain(given)?;
    let wanted = wanted.map(|unit| plain(unit).unwrap_or(unit));
    if Some(given) == wanted {
        return Some(1.0);
    }
    let Some(wanted) = wanted else { return matches!(given, "1" | "year").then_some(1.0) };
    Some(match (given, wanted) {
        ("m3/h", "l/min") => 1000.0 / 60.0,
        ("m3/min", "l/min") => 1000.0,
        ("m3/s", "l/min") => 60_000.0,
        ("l/s", "l/min") => 60.0,
        ("l/h", "l/min") => 1.0 / 60.0,
        ("l/min", "m3/h") => 0.06,
        ("dn", "mm") => 1.0,
        ("cm", "mm") => 10.0,
        ("dm", "mm") => 100.0,
        ("m", "mm") => 1000.0,
        ("in", "mm") => 25.4,
        ("mbar", "bar") => 0.001,
        ("kpa", "bar") => 0.01,
        ("mpa", "bar") => 10.0,
        ("mws", "bar") => 0.098_066_5,
        ("l", "m3") => 0.001,
        ("hl", "m3") => 0.1,
        ("mm", "m") => 0.001,
        ("cm", "m") => 0.01,
        ("dm", "m") => 0.1,
        ("km", "m") => 1000.0,
        ("kg", "t") => 0.001,
        ("min", "h") => 1.0 / 60.0,
        ("m2", "km2") => 1e-6,
        ("ha", "km2") => 0.01,
        _ => return None,
    })
}

/// The name and the unit of a head that has both: `Durchfluss (m³/h)`, `Durchfluss [m³/h]`, `Durchfluss in m³/h`,
/// `Durchfluss / m³/h`, `Durchfluss m³/h`, `durchfluss_m3h`.
pub fn of_head(head: &str) -> Option<(&str, &str)> {
    let head = head.trim();
    let bracketed = |open: char, close: char| {
        let (name, unit) = head.strip_suffix(close)?.rsplit_once(open)?;
        Some((name, unit.trim().trim_start_matches("in ")))
    };
    if let Some((name, unit)) = bracketed('(', ')').or_else(|| bracketed('[', ']')) {
        // `Durchfluss / (m³/h)` is how a standard writes it.
        let name = name.trim_end().trim_end_matches(['/', ':', ',']).trim_end();
        return (!name.is_empty() && plain(unit).is_some()).then(|| (name, unit.trim()));
    }
    // `NENNWEITE_1` is the second of two columns, and `LAGE_DES_H` a name cut to ten characters.
    let is_meant = |mark: char, unit: &str| match mark {
        '_' => is_measure(unit) && !["h", "t"].contains(&unit.to_lowercase().as_str()),
        _ => unit != "1" && plain(unit).is_some(),
    };
    // The longest unit at the end: `m³ / h` before `h`.
    let cuts = head.char_indices().filter(|(_, c)| c.is_whitespace() || matches!(c, '_' | '/' | ','));
    for (at, mark) in cuts {
        let (name, unit) = (&head[..at], head[at + mark.len_utf8()..].trim());
        if is_meant(mark, unit) {
            let name = name.trim_end().trim_end_matches(['/', ':', ',', '_']).trim_end();
            let name = name.strip_suffix(" in").or_else(|| name.strip_suffix("_in")).unwrap_or(name).trim_end();
            return (!name.is_empty()).then_some((name, unit));
        }
    }
    None
}

/// A number of a property in another unit; `None` where nothing is known of that.
pub fn in_unit(number: f64, unit: &str, property: &Property) -> Option<f64> {
    let factor = factor(unit, property.unit.as_deref())?;
    Some((number / factor * 1000.0).round() / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_may_hold_its_unit_in_any_of_the_usual_ways() {
        for head in [
            "Durchfluss (m³/h)",
            "Durchfluss [m³/h]",
            "Durchfluss in m³/h",
            "Durchfluss m³/h",
            "Durchfluss / m³/h",
            "Durchfluss / (m³/h)",
            "Durchfluss, m3/h",
            "Durchfluss (in cbm/h)",
            "Durchfluss_m3h",
            "Durchfluss m³ / h",
        ] {
            let (name, unit) = of_head(head).expect(head);
            assert_eq!((name, plain(unit)), ("Durchfluss", Some("m3/h")), "{head}");
        }
        for head in [
            "Durchfluss",
            "Durchfluss (geschätzt)",
            "(m³/h)",
            "Straße",
            "Zustand geprüft am",
            "NENNWEITE_1",
            "LAGE_DES_H",
            "Abgang 1",
        ] {
            assert_eq!(of_head(head), None, "{head}");
        }
        assert_eq!(of_head("Nennweite Leitung DN"), Some(("Nennweite Leitung", "DN")));
    }

    #[test]
    fn units_are_turned_into_one_another_and_never_guessed() {
        assert_eq!(factor("m³/h", Some("l/min")), Some(1000.0 / 60.0));
        assert_eq!(factor("Zoll", Some("mm")), Some(25.4));
        assert_eq!(factor("l/min", Some("l/min")), Some(1.0));
        for (given, wanted) in [("gpm", Some("l/min")), ("bar", Some("l/min")), ("l", Some("l/min")), ("mm", None)] {
            assert_eq!(factor(given, wanted), None, "{given}");
        }
    }
}
