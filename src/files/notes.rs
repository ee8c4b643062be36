//! What is drawn on a photo: shapes over it, which leave the photo as it is, can be changed later on, and are sharp at any size.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Wrong;

/// Shapes on a photo, points of a line, and characters of a text: what a hand draws, and a page still shows.
pub const MOST_NOTES: usize = 40;
pub const MOST_POINTS: usize = 300;
pub const MOST_LETTERS: usize = 120;

/// A place on a photo, from its upper left corner: a part of its width and one of its height, 0 to 1.
pub type Place = [f64; 2];

/// A shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "shape", rename_all = "snake_case", deny_unknown_fields)]
#[schemars(rename = "PhotoNote")]
pub enum Note {
    /// Its point is at `to`.
    Arrow {
        from: Place,
        to: Place,
    },
    /// An ellipse in the box between two corners.
    Circle {
        from: Place,
        to: Place,
    },
    /// Drawn with a finger.
    Line {
        points: Vec<Place>,
    },
    Text {
        at: Place,
        text: String,
    },
}

impl Note {
    fn is_fit(&self) -> bool {
        let is_within = |place: &Place| place.iter().all(|part| (0.0..=1.0).contains(part));
        match self {
            Self::Arrow { from, to } | Self::Circle { from, to } => is_within(from) && is_within(to) && from != to,
            Self::Line { points } => (2..=MOST_POINTS).contains(&points.len()) && points.iter().all(is_within),
            Self::Text { at, text } => {
                let letters = text.trim().chars().count();
                is_within(at) && (1..=MOST_LETTERS).contains(&letters) && !text.chars().any(char::is_control)
            }
        }
    }
}

/// Reads what is sent.
///
/// # Errors
/// It is no list of shapes, or one of them is not on the photo.
pub fn read(sent: serde_json::Value) -> Result<Vec<Note>, Wrong> {
    let wrong = || Wrong::Notes { most: MOST_NOTES, points: MOST_POINTS, letters: MOST_LETTERS };
    let notes: Vec<Note> = serde_json::from_value(sent).map_err(|_| wrong())?;
    if notes.len() > MOST_NOTES || !notes.iter().all(Note::is_fit) {
        return Err(wrong());
    }
    Ok(notes)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn shapes_on_the_photo_are_taken_as_they_are() {
        let sent = json!([
            { "shape": "arrow", "from": [0, 0.25], "to": [1, 0.5] },
            { "shape": "circle", "from": [0.1, 0.1], "to": [0.2, 0.3] },
            { "shape": "line", "points": [[0.1, 0.1], [0.2, 0.2], [0.3, 0.1]] },
            { "shape": "text", "at": [0.5, 0.5], "text": "Schieber <hier>" },
        ]);
        let read = read(sent).expect("shapes");
        assert_eq!(read.len(), 4);
        assert_eq!(read[0], Note::Arrow { from: [0.0, 0.25], to: [1.0, 0.5] });
    }

    #[test]
    fn what_is_no_shape_or_not_on_the_photo_is_refused() {
        let arrow = json!({ "shape": "arrow", "from": [0, 0], "to": [1, 1] });
        for sent in [
            json!("a circle"),
            json!([{ "shape": "script" }]),
            json!([{ "shape": "arrow", "from": [0, 0], "to": [1, 1.01] }]),
            json!([{ "shape": "arrow", "from": [0.5, 0.5], "to": [0.5, 0.5] }]),
            json!([{ "shape": "arrow", "from": [0, 0], "to": [1, 1], "onclick": "x" }]),
            json!([{ "shape": "line", "points": [[0.5, 0.5]] }]),
            json!([{ "shape": "line", "points": vec![[0.5, 0.5]; MOST_POINTS + 1] }]),
            json!([{ "shape": "text", "at": [0, 0], "text": " " }]),
            json!([{ "shape": "text", "at": [0, 0], "text": "x".repeat(MOST_LETTERS + 1) }]),
            json!([{ "shape": "text", "at": [0, null], "text": "x" }]),
            json!(vec![arrow; MOST_NOTES + 1]),
        ] {
            assert!(read(sent.clone()).is_err(), "{sent}");
        }
    }
}
