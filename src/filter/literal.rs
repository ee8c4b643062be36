//! Literals that look like functions. What is wrong with one is told in words; the caller knows the place.

use super::FilterError;
use super::ast::Node;
use super::time::{read_date, read_instant, read_moment};

/// DATE, TIMESTAMP, INTERVAL or BBOX with what stands in its brackets.
pub(super) fn special(name: &str, operands: Vec<Node>) -> Result<Node, String> {
    let said = |error: FilterError| error.to_string();
    match (name.to_ascii_lowercase().as_str(), operands.as_slice()) {
        ("date", [Node::Text(text)]) => read_date(text).map(Node::Date).map_err(said),
        ("date", _) => Err("DATE takes one date in quotes, such as DATE('2024-05-31')".to_owned()),
        ("timestamp", [Node::Text(text)]) => read_instant(text).map(Node::Timestamp).map_err(said),
        ("timestamp", _) => {
            Err("TIMESTAMP takes one point in time in quotes, such as TIMESTAMP('2024-05-31T12:00:00Z')".to_owned())
        }
        ("interval", [_, _]) => {
            let ends: Result<Vec<Node>, String> = operands.into_iter().map(interval_end).collect();
            let ends: Result<[Node; 2], _> = ends?.try_into();
            ends.map(|ends| Node::Interval(Box::new(ends))).map_err(|_| String::new())
        }
        ("interval", _) => Err("INTERVAL takes a start and an end, such as INTERVAL('2024-01-01', '..')".to_owned()),
        _ => {
            let numbers: Option<Vec<f64>> =
                operands.iter().map(|node| if let Node::Number(n) = node { Some(*n) } else { None }).collect();
            numbers
                .filter(|numbers| matches!(numbers.len(), 4 | 6))
                .map(Node::Bbox)
                .ok_or_else(|| "BBOX takes 4 or 6 numbers, such as BBOX(11.2, 53.8, 11.6, 54.0)".to_owned())
        }
    }
}

/// One end of an interval as it may stand in either encoding.
pub(super) fn interval_end(node: Node) -> Result<Node, String> {
    match node {
        Node::Text(text) if text == ".." => Ok(Node::Open),
        Node::Text(text) => read_moment(&text).map(Node::from).map_err(|error| error.to_string()),
        Node::Date(_) | Node::Timestamp(_) | Node::Property(_) => Ok(node),
        _ => Err("an end of an INTERVAL is a date or point in time in quotes, '..' or a property".to_owned()),
    }
}
