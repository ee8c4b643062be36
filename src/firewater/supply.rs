//! Flow classes after DVGW W 405: how much of a demand a point can meet.

use crate::collection::Collection;
use crate::feature::{Row, Value};

/// Lower bounds of the classes in l/min, the greatest first: 192, 96, 48 and 24 m³/h (DVGW W 405, basic protection; a
/// single point counts from 24 m³/h).
const CLASSES: [(i64, &str); 5] = [(3200, "k192"), (1600, "k96"), (800, "k48"), (400, "k24"), (1, "k0")];

/// The class of a flow in l/min; `None` where the flow is not recorded.
pub fn flow_class(flow: Option<i64>) -> Option<&'static str> {
    let flow = flow.filter(|flow| *flow > 0)?;
    CLASSES.iter().find(|(least, _)| flow >= *least).map(|(_, class)| *class)
}

/// The flow of a feature in l/min: what a hydrant gives, or what a well or a suction point yields.
pub fn flow(collection: &Collection, row: Row<'_>) -> Option<i64> {
    ["flow_rate", "yield_rate"].iter().find_map(|name| match row.get(collection.position(name)?) {
        Value::Integer(flow) => Some(flow),
        Value::Number(flow) => Some(flow as i64),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flow_falls_into_the_greatest_class_it_reaches() {
        assert_eq!(flow_class(None), None);
        assert_eq!(flow_class(Some(0)), None);
        assert_eq!(flow_class(Some(399)), Some("k0"));
        assert_eq!(flow_class(Some(400)), Some("k24"));
        assert_eq!(flow_class(Some(800)), Some("k48"));
        assert_eq!(flow_class(Some(1599)), Some("k48"));
        assert_eq!(flow_class(Some(1600)), Some("k96"));
        assert_eq!(flow_class(Some(3200)), Some("k192"));
    }
}
