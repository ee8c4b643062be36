//! Water over a distance: friction loss in hoses, and where pumps stand.
//!
//! Friction of the B hose (75 mm) after the table German fire services are trained with, in bar a 100 m; between its rows
//! and beyond them loss follows the square of the flow. Other hoses by the fifth power of the diameter. Height costs
//! 0.1 bar a metre. Estimates for planning on site, not for design. The crew map reckons the same in TypeScript;
//! `tests/fixtures/relay.json` holds both to it.

/// Flow in l/min and loss in bar a 100 m of one B hose.
pub const FRICTION: [(f64, f64); 8] =
    [(0.0, 0.0), (200.0, 0.1), (400.0, 0.3), (600.0, 0.6), (800.0, 1.0), (1000.0, 1.4), (1200.0, 2.0), (1600.0, 4.0)];
/// Inner diameter of the hose the table is for, mm.
pub const TABLE_DIAMETER: f64 = 75.0;
/// Hoses with their inner diameter, mm.
pub const HOSES: [(&str, f64); 6] =
    [("F152", 152.0), ("A110", 110.0), ("B75", 75.0), ("C52", 52.0), ("C42", 42.0), ("D25", 25.0)];
/// Outlet pressure of every pump, bar.
pub const OUTLET: f64 = 8.0;
/// What has to be left at the inlet of the next pump, bar.
pub const INLET: f64 = 1.5;
/// Bar a metre of height.
pub const BAR_PER_METRE: f64 = 0.1;
/// More pumps than this is no line that a district can lay.
const MOST_PUMPS: f64 = 50.0;

/// Loss in bar a 100 m at a flow in l/min through one hose of an inner diameter in mm.
pub fn friction(flow: f64, diameter: f64) -> f64 {
    loss_of_b(flow) * (TABLE_DIAMETER / diameter).powi(5)
}

fn loss_of_b(flow: f64) -> f64 {
    if flow <= 0.0 {
        return 0.0;
    }
    let above = FRICTION.partition_point(|(row, _)| *row < flow);
    match FRICTION.get(above) {
        None => FRICTION.last().map_or(0.0, |(row, loss)| loss * (flow / row).powi(2)),
        Some((high, high_loss)) => {
            let (low, low_loss) = FRICTION[above - 1];
            low_loss + (high_loss - low_loss) * (flow * flow - low * low) / (high * high - low * low)
        }
    }
}

/// What a line shall do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// l/min at the end.
    pub flow: f64,
    /// Inner diameter, mm.
    pub diameter: f64,
    /// Lines laid side by side, which share the flow.
    pub lines: u32,
    /// Metres.
    pub length: f64,
    /// Metres the incident lies above the water, negative below; taken as an even slope.
    pub height: f64,
}

/// What it takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Relay {
    /// Bar lost to friction over the whole length.
    pub friction: f64,
    /// Bar lost to height; negative downhill.
    pub height: f64,
    /// Metres from the water at which pumps stand; the first is 0, at the water.
    pub pumps: Vec<f64>,
    /// Longest stretch between two pumps, metres.
    pub spacing: f64,
    /// Pressure that arrives at the incident's pump, bar.
    pub arrives: f64,
}

/// Why there is no relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RelayFault {
    #[error("nothing flows")]
    NothingFlows,
    #[error("it takes more pumps than anybody has")]
    TooManyPumps,
}

/// Plans the pumps of a line. The engine at the incident is one more pump and wants [`INLET`] bar.
///
/// # Errors
/// See [`RelayFault`].
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most as many pumps as there may be")]
pub fn relay(line: &Line) -> Result<Relay, RelayFault> {
    // Written so that what is no number is refused, too.
    let flows = line.flow > 0.0 && line.length > 0.0 && line.diameter > 0.0 && line.lines > 0;
    if !flows || !line.height.is_finite() {
        return Err(RelayFault::NothingFlows);
    }
    let friction = friction(line.flow / f64::from(line.lines), line.diameter) * line.length / 100.0;
    let height = BAR_PER_METRE * line.height;
    let (loss, usable) = (friction + height, OUTLET - INLET);
    if loss > usable * MOST_PUMPS {
        return Err(RelayFault::TooManyPumps);
    }
    let stretches = (loss / usable - 1e-9).ceil().max(1.0) as u32;
    let spacing = if loss > 0.0 { line.length.min(line.length * usable / loss) } else { line.length };
    // Each pump as far out as the pressure carries: fewer metres are left for the last stretch, so the most arrives.
    let pumps: Vec<f64> = (0..stretches).map(|nth| f64::from(nth) * spacing).collect();
    let last = (line.length - f64::from(stretches - 1) * spacing) / line.length;
    Ok(Relay { friction, height, pumps, spacing, arrives: OUTLET - loss * last })
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::*;

    fn number(value: &Json) -> f64 {
        value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
    }

    fn vectors() -> Json {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/relay.json");
        serde_json::from_str(&std::fs::read_to_string(file).expect("the vectors")).expect("JSON")
    }

    #[test]
    fn friction_is_what_the_shared_vectors_say() {
        for vector in vectors()["friction"].as_array().expect("a list") {
            let hose = vector["hose"].as_str().expect("a hose");
            let diameter = HOSES.iter().find(|(name, _)| *name == hose).expect("a known hose").1;
            let found = friction(number(&vector["flow"]), diameter);
            let expected = number(&vector["loss"]);
            assert!((found - expected).abs() <= expected.abs() * 1e-6 + 1e-9, "{vector}: {found}");
        }
    }

    #[test]
    fn pumps_stand_where_the_shared_vectors_say() {
        for vector in vectors()["relay"].as_array().expect("a list") {
            let hose = vector["hose"].as_str().expect("a hose");
            let line = Line {
                flow: number(&vector["flow"]),
                diameter: HOSES.iter().find(|(name, _)| *name == hose).expect("a known hose").1,
                lines: vector["lines"].as_u64().and_then(|lines| u32::try_from(lines).ok()).expect("a number of lines"),
                length: number(&vector["length"]),
                height: number(&vector["height"]),
            };
            match relay(&line) {
                Err(fault) => assert_eq!(
                    vector["fault"].as_str(),
                    Some(if fault == RelayFault::NothingFlows { "nothing-flows" } else { "too-many-pumps" }),
                    "{vector}"
                ),
                Ok(relay) => {
                    let expected: Vec<f64> = vector["pumps"].as_array().expect("pumps").iter().map(number).collect();
                    assert_eq!(relay.pumps.len(), expected.len(), "{vector}: {relay:?}");
                    let close = |found: f64, expected: f64| (found - expected).abs() < 1e-6;
                    assert!(relay.pumps.iter().zip(&expected).all(|(a, b)| close(*a, *b)), "{vector}: {relay:?}");
                    assert!(close(relay.arrives, number(&vector["arrives"])), "{vector}: {relay:?}");
                }
            }
        }
    }

    #[test]
    fn every_stretch_leaves_what_the_next_pump_wants() {
        for flow in [200.0, 800.0, 1600.0] {
            for length in [20.0, 649.9, 650.0, 650.1, 4_000.0] {
                let line = Line { flow, diameter: 75.0, lines: 1, length, height: 12.0 };
                let Ok(found) = relay(&line) else { continue };
                let loss = (found.friction + found.height) / length;
                let ends = found.pumps.iter().skip(1).copied().chain([length]);
                for (from, to) in found.pumps.iter().zip(ends) {
                    assert!(OUTLET - loss * (to - from) >= INLET - 1e-6, "{line:?}: {found:?}");
                }
                assert!(found.arrives >= INLET - 1e-6);
            }
        }
    }
}
