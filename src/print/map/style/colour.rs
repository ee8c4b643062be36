//! Colours as styles write them: `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa`, `rgb()`, `rgba()`, `hsl()`, `hsla()` and the
//! few names that styles use.

use std::str::FromStr;

/// Red, green, blue and opacity from 0 to 1; not multiplied by the opacity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Colour(pub [f32; 4]);

/// A text that is no colour.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a colour: #rgb, #rrggbb, rgb(), rgba(), hsl(), hsla() or a basic name is expected")]
pub struct NotAColour(String);

impl Colour {
    pub const BLACK: Self = Self([0.0, 0.0, 0.0, 1.0]);
    pub const NONE: Self = Self([0.0; 4]);

    /// The colour with its opacity multiplied.
    #[must_use]
    pub fn faded(self, opacity: f32) -> Self {
        let Self([red, green, blue, alpha]) = self;
        Self([red, green, blue, alpha * opacity.clamp(0.0, 1.0)])
    }

    /// True if nothing of it would be seen.
    pub fn is_invisible(self) -> bool {
        self.0[3] < 1.0 / 512.0
    }

    /// The colour a part of the way to another; mixed as MapLibre does, multiplied by opacity.
    #[must_use]
    pub fn towards(self, other: Self, part: f32) -> Self {
        let ([.., from], [.., to]) = (self.0, other.0);
        let alpha = from + (to - from) * part;
        if alpha <= 0.0 {
            return Self::NONE;
        }
        let mixed = |k: usize| (self.0[k] * from * (1.0 - part) + other.0[k] * to * part) / alpha;
        Self([mixed(0), mixed(1), mixed(2), alpha])
    }

    /// The colour as bytes, for keys that must compare exactly.
    pub fn bytes(self) -> [u8; 4] {
        self.0.map(|part| (part.clamp(0.0, 1.0) * 255.0).round() as u8)
    }
}

impl FromStr for Colour {
    type Err = NotAColour;

    fn from_str(text: &str) -> Result<Self, NotAColour> {
        let fault = || NotAColour(text.to_owned());
        let lower = text.trim().to_ascii_lowercase();
        if let Some(digits) = lower.strip_prefix('#') {
            return hexadecimal(digits).ok_or_else(fault);
        }
        if let Some((name, rest)) = lower.split_once('(') {
            return function(name.trim(), rest.strip_suffix(')').ok_or_else(fault)?).ok_or_else(fault);
        }
        let digits = match lower.as_str() {
            "transparent" => "0000",
            "black" => "000",
            "white" => "fff",
            "gray" | "grey" => "808080",
            "red" => "f00",
            "green" => "008000",
            "blue" => "00f",
            "yellow" => "ff0",
            "orange" => "ffa500",
            _ => return Err(fault()),
        };
        hexadecimal(digits).ok_or_else(fault)
    }
}

fn hexadecimal(digits: &str) -> Option<Colour> {
    let digits: Vec<f32> =
        digits.chars().map(|digit| digit.to_digit(16).map(|value| value as f32)).collect::<Option<_>>()?;
    let parts: Vec<f32> = match digits.len() {
        3 | 4 => digits.iter().map(|digit| digit / 15.0).collect(),
        6 | 8 => digits.chunks(2).map(|pair| (pair[0] * 16.0 + pair[1]) / 255.0).collect(),
        _ => return None,
    };
    Some(Colour([parts[0], parts[1], parts[2], parts.get(3).copied().unwrap_or(1.0)]))
}

fn function(name: &str, arguments: &str) -> Option<Colour> {
    let parts: Vec<&str> = arguments.split([',', '/', ' ']).map(str::trim).filter(|part| !part.is_empty()).collect();
    if !(3..=4).contains(&parts.len()) {
        return None;
    }
    let alpha = parts.get(3).map_or(Some(1.0), |part| portion(part, 1.0))?.clamp(0.0, 1.0);
    match name {
        "rgb" | "rgba" => {
            let mut colour = [0.0, 0.0, 0.0, alpha];
            for (part, text) in colour.iter_mut().zip(&parts[..3]) {
                *part = portion(text, 255.0)?.clamp(0.0, 1.0);
            }
            Some(Colour(colour))
        }
        "hsl" | "hsla" => {
            let hue = parts[0].trim_end_matches("deg").parse::<f32>().ok()?;
            let [saturation, lightness] = [portion(parts[1], 100.0)?, portion(parts[2], 100.0)?];
            let reach = saturation * lightness.min(1.0 - lightness);
            // CSS Color 4, 7.1.
            let part = |offset: f32| {
                let k = (offset + hue / 30.0).rem_euclid(12.0);
                lightness - reach * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0)
            };
            Some(Colour([part(0.0), part(8.0), part(4.0), alpha]))
        }
        _ => None,
    }
}

/// A number of a whole, or a percentage.
fn portion(text: &str, whole: f32) -> Option<f32> {
    let (number, whole) = text.strip_suffix('%').map_or((text, whole), |number| (number, 100.0));
    number.parse::<f32>().ok().filter(|number| number.is_finite()).map(|number| number / whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_notations_of_a_colour_mean_the_same() {
        for text in ["#f80", "#ff8800", "#FF8800FF", "rgb(255, 136, 0)", "rgba(255,136,0,1)", "hsl(32, 100%, 50%)"] {
            assert_eq!(text.parse::<Colour>().map(Colour::bytes), Ok([255, 136, 0, 255]), "{text}");
        }
        assert_eq!("rgba(0,0,0,.5)".parse::<Colour>().map(Colour::bytes), Ok([0, 0, 0, 128]));
        for text in ["", "#12", "#ggg", "rgb(1,2)", "rgb(1,2,3", "blurple", "@water"] {
            assert!(text.parse::<Colour>().is_err(), "{text}");
        }
    }

    #[test]
    fn half_way_to_nothing_a_colour_keeps_its_hue() {
        let red = Colour([1.0, 0.0, 0.0, 1.0]);
        assert_eq!(red.towards(Colour::NONE, 0.5), Colour([1.0, 0.0, 0.0, 0.5]));
    }
}
