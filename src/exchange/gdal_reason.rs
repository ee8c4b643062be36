//! Why GDAL has failed, in words. It often has none; then its wrapper writes `Error msg: ''`, which tells nobody anything.

use gdal::errors::GdalError;

/// The reason; where GDAL gives none, what it was asked to do.
pub fn of(error: &GdalError) -> String {
    match error {
        GdalError::NullPointer { method_name, msg } if msg.trim().is_empty() => without(method_name),
        GdalError::CplError { number, msg, .. } if msg.trim().is_empty() => without(&format!("error {number}")),
        other => other.to_string(),
    }
}

fn without(what: &str) -> String {
    format!("GDAL gives no reason ({what})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_reason_is_never_shown() {
        let null = |msg: &str| of(&GdalError::NullPointer { method_name: "OGR_DS_CreateLayer", msg: msg.to_owned() });
        assert_eq!(null(""), "GDAL gives no reason (OGR_DS_CreateLayer)");
        assert!(null("disk full").contains("disk full"));
        for msg in ["", " "] {
            let told = of(&GdalError::CplError { class: 3, number: 1, msg: msg.to_owned() });
            assert!(!told.contains("''") && !told.trim_end().ends_with(':'), "{told}");
        }
    }
}
