//! Literals that look like functions. What is wrong with one is told in words; the caller knows the place.

use super::ast::Node;
use super::time::{read_date, read_instant, read_moment};
use super::{FilterError, Matter};
use crate::texts::Told;

/// DATE, TIMESTAMP, INTERVAL or BBOX with what stands in its brackets.
pub(super) fn special(name: &str, operands: Vec<Node>) -> Result<Node, Told> {
    let said = |error: FilterError| Told::of(&error);
    let matter = |matter: Matter<'_>| Told::of(&matter);
    match (name.to_ascii_lowercase().as_str(), operands.as_slice()) {
        ("date", [Node::Text(text)]) => read_date(text).map(Node::Date).map_err(said),
        ("date", _) => Err(matter(Matter::DateTakes)),
        ("timestamp", [Node::Text(text)]) => read_instant(text).map(Node::Timestamp).map_err(said),
        ("timestamp", _) => Err(matter(Matter::TimestampTakes)),
        ("interval", [_, _]) => {
            let ends: Result<Vec<Node>, Told> = operands.into_iter().map(interval_end).collect();
            let ends: Result<[Node; 2], _> = ends?.try_into();
            ends.map(|ends| Node::Interval(Box::new(ends))).map_err(|_| matter(Matter::IntervalTakes))
        }
        ("interval", _) => Err(matter(Matter::IntervalTakes)),
        _ => {
            let numbers: Option<Vec<f64>> =
                operands.iter().map(|node| if let Node::Number(n) = node { Some(*n) } else { None }).collect();
            numbers
                .filter(|numbers| matches!(numbers.len(), 4 | 6))
                .map(Node::Bbox)
                .ok_or_else(|| matter(Matter::BboxTakes))
        }
    }
}

/// One end of an interval as it may stand in either encoding.
pub(super) fn interval_end(node: Node) -> Result<Node, Told> {
    match node {
        Node::Text(text) if text == ".." => Ok(Node::Open),
        Node::Text(text) => read_moment(&text).map(Node::from).map_err(|error| Told::of(&error)),
        Node::Date(_) | Node::Timestamp(_) | Node::Property(_) => Ok(node),
        _ => Err(Told::of(&Matter::IntervalEnd)),
    }
}
