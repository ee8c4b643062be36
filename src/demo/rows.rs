//! The properties of one object while they are filled in.

use chrono::{Days, NaiveDate};
use serde_json::{Map, Value};

use super::dice::Dice;

/// Properties in the order they were set; what is not known is left out, never null.
pub(super) struct Row(Map<String, Value>);

impl Row {
    pub(super) fn new() -> Self {
        Row(Map::with_capacity(16))
    }

    pub(super) fn set(&mut self, name: &'static str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// Sets a property with the given probability: registers have gaps. The value is only made
    /// when it is needed.
    pub(super) fn maybe<V: Into<Value>>(
        &mut self,
        dice: &mut Dice,
        chance: f64,
        name: &'static str,
        value: impl FnOnce(&mut Dice) -> V,
    ) {
        if dice.chance(chance) {
            let value = value(dice);
            self.set(name, value);
        }
    }

    pub(super) fn done(self) -> Map<String, Value> {
        self.0
    }
}

/// A day up to `years` before today, recent days likelier.
pub(super) fn day_before(dice: &mut Dice, today: NaiveDate, years: f64) -> String {
    let days = (dice.unit().powf(1.4) * years * 365.0) as u64;
    let day = today.checked_sub_days(Days::new(days)).unwrap_or(today);
    day.format("%Y-%m-%d").to_string()
}

/// One decimal, as the declarations ask for.
pub(super) fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// A number as people read it off a scale: to a multiple of `step`, at least one step.
pub(super) fn stepped(value: f64, step: i64) -> i64 {
    ((value / step as f64).round() as i64 * step).max(step)
}
