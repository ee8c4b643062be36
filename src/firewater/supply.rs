//! How much of a demand a point can meet: flow classes after DVGW W 405.

use crate::collection::{CodeList, Collection};
use crate::feature::{Row, Value};

/// The class of a flow in l/min, by the bounds that the code list declares; the class `unknown`, if the list has it, where
/// the flow is not recorded.
pub fn flow_class(classes: &CodeList, flow: Option<i64>) -> Option<u16> {
    let class = flow.filter(|flow| *flow > 0).and_then(|flow| classes.class_of(flow));
    classes.position(class.unwrap_or("unknown"))
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
    use crate::collection::Catalogue;

    #[test]
    fn a_flow_falls_into_the_greatest_step_of_w_405_it_reaches() {
        let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        let catalogue = Catalogue::load(&data).expect("the declarations");
        let hydrants = catalogue.get("hydrants").expect("hydrants");
        let classes = hydrants.property("flow_class").and_then(|property| property.codes()).expect("classes");
        let class = |flow| flow_class(classes, flow).map(|position| classes.code(position));
        let cases = [(1, "k0"), (399, "k0"), (400, "k24"), (800, "k48"), (1599, "k48"), (1600, "k96"), (3200, "k192")];
        for (flow, expected) in cases {
            assert_eq!(class(Some(flow)), Some(expected), "{flow} l/min");
        }
        assert_eq!(class(None), Some("unknown"));
        assert_eq!(class(Some(0)), Some("unknown"), "nothing is not recorded as a flow");
    }
}
