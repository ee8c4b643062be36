//! Plots: how wide the next one is along a street, and what stands on it.

use geo_types::Coord;

use super::dice::Dice;
use super::layout::{Build, Street};
use super::plane::{Line, left};

/// A house as a street's plots want it.
pub(super) struct House {
    pub(super) plot: f64,
    pub(super) width: f64,
    pub(super) depth: f64,
    pub(super) setback: f64,
    pub(super) function: &'static str,
    pub(super) storeys: i64,
    /// Share of plots left empty.
    pub(super) gaps: f64,
}

/// An L: the rectangle with a shallower part at one end.
pub(super) fn with_wing(dice: &mut Dice, centre: Coord<f64>, forward: Coord<f64>, house: &House, side: f64) -> Line {
    let (w, d) = (house.width / 2.0, house.depth / 2.0);
    let (cut, shallow) = (house.width * dice.range(0.35, 0.55), house.depth * dice.range(0.25, 0.4));
    // The notch is at the back, where the garden is.
    let back = side;
    let local = [(-w, -d), (w, -d), (w, d - shallow), (w - cut, d - shallow), (w - cut, d), (-w, d)];
    let mut ring: Line = local.iter().map(|(f, a)| centre + forward * *f + left(forward) * (*a * back)).collect();
    if back < 0.0 {
        ring.reverse();
    }
    ring
}

/// What the next plot of a street holds.
pub(super) fn next_house(dice: &mut Dice, street: &Street, base_setback: f64) -> House {
    let kerb = street.width() / 2.0;
    let (plot, width, depth, setback, function, storeys, gaps) = match street.build {
        Build::Core => {
            let plot = dice.range(8.0, 15.0);
            let function = dice.weighted(&[
                (6.0, "residential"),
                (2.0, "retail"),
                (2.0, "apartments"),
                (0.4, "office"),
                (0.2, "hotel"),
            ]);
            (plot, plot - dice.range(0.0, 0.5), dice.range(9.5, 13.0), 2.4, function, dice.between(2, 3), 0.07)
        }
        Build::Detached => {
            let width = dice.range(9.0, 13.5);
            (
                width + dice.range(5.5, 11.0),
                width,
                dice.range(8.0, 10.5),
                base_setback + 1.5,
                "residential",
                dice.between(1, 2),
                0.1,
            )
        }
        Build::Blocks => {
            let width = dice.range(34.0, 58.0);
            (width + dice.range(12.0, 22.0), width, 11.5, 9.0, "apartments", dice.between(3, 5), 0.1)
        }
        Build::Trade => {
            let width = dice.range(20.0, 52.0);
            let function =
                dice.weighted(&[(3.0, "commercial"), (2.0, "warehouse"), (1.5, "retail"), (1.2, "industrial")]);
            (
                width + dice.range(14.0, 32.0),
                width,
                dice.range(16.0, 28.0),
                dice.range(6.0, 11.0),
                function,
                dice.between(1, 2),
                0.22,
            )
        }
        Build::Rural if dice.chance(0.25) => {
            let width = dice.range(15.0, 21.0);
            (width + dice.range(14.0, 26.0), width, dice.range(9.0, 11.5), base_setback + 3.0, "farmhouse", 1, 0.16)
        }
        Build::Rural | Build::Bare => {
            let width = dice.range(9.5, 14.0);
            (
                width + dice.range(7.0, 15.0),
                width,
                dice.range(7.5, 9.5),
                base_setback + dice.range(0.0, 3.0),
                "residential",
                dice.between(1, 2),
                0.16,
            )
        }
        Build::Holiday => {
            let width = dice.range(6.0, 8.5);
            (width + dice.range(6.0, 9.0), width, dice.range(6.0, 9.0), base_setback, "holiday_home", 1, 0.12)
        }
    };
    House { plot, width, depth, setback: kerb + setback, function, storeys, gaps }
}
