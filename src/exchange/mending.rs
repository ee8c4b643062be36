//! What a person has made of single rows of a file before it is imported: cells put right, and decisions that the importer leaves
//! to people.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::frame::RawRow;

/// What is to become of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// It is left out.
    Leave,
    /// Though it lies on an object, it is another one.
    New,
    /// It is the object on which it lies.
    Same,
    /// Where both sides have changed something, the register stays as it is.
    Ours,
    /// Where both sides have changed something, the file is right.
    Theirs,
}

/// What was made of one row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mending {
    /// What cells hold instead, by column.
    #[serde(default)]
    pub cells: Map<String, Json>,
    pub decision: Option<Decision>,
}

impl Mending {
    /// The row with the cells that were put right.
    pub fn mended(&self, raw: &RawRow) -> RawRow {
        let mut row = raw.clone();
        if self.cells.is_empty() {
            return row;
        }
        let mut cells: Map<String, Json> = serde_json::from_slice(&row.attributes).unwrap_or_default();
        cells.extend(self.cells.clone());
        row.attributes = Json::Object(cells).to_string().into_bytes();
        row
    }
}

/// What was made of the rows of a file, by layer (where several are read) and line.
#[derive(Debug, Clone, Default)]
pub struct Mended(HashMap<Option<String>, HashMap<u64, Mending>>);

impl Mended {
    pub fn add(&mut self, layer: Option<String>, line: u64, mending: Mending) {
        self.0.entry(layer).or_default().insert(line, mending);
    }

    /// What was made of a row.
    pub fn of(&self, layer: Option<&str>, line: u64) -> Option<&Mending> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&layer.map(str::to_owned))?.get(&line)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cell_that_was_put_right_stands_in_the_row_and_the_others_stay() {
        let row = RawRow { line: 7, attributes: br#"{"DN":"8O","Nr":"12"}"#.to_vec(), ..RawRow::default() };
        let cells = Map::from_iter([("DN".to_owned(), json!("80"))]);
        let mended = Mending { cells, decision: None }.mended(&row);
        let cells: Json = serde_json::from_slice(&mended.attributes).expect("JSON");
        assert_eq!(cells, json!({ "DN": "80", "Nr": "12" }));
        assert_eq!(mended.line, 7);
    }

    #[test]
    fn a_line_is_meant_in_its_own_layer_alone() {
        let mut mended = Mended::default();
        let leave = Mending { decision: Some(Decision::Leave), ..Mending::default() };
        mended.add(Some("Nord".to_owned()), 3, leave.clone());
        assert_eq!(mended.of(Some("Nord"), 3), Some(&leave));
        assert_eq!(mended.of(Some("Süd"), 3), None);
        assert_eq!(mended.of(None, 3), None);
    }
}
