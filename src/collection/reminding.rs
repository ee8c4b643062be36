//! When people are reminded of what they have to do.

use serde::Deserialize;

use super::Mistake;

/// When the people of an organisation are reminded of defects that are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reminding {
    /// Days before a defect is due at which it is told of first.
    pub days_before: u64,
    /// Days after which they are told again, as long as something is due.
    pub every_days: u64,
    /// The hour of the day at which they are told.
    pub hour: u32,
}

impl Default for Reminding {
    fn default() -> Self {
        Self { days_before: 7, every_days: 7, hour: 6 }
    }
}

impl Reminding {
    /// What nobody can be reminded by.
    pub fn faults(&self) -> Vec<Mistake<'static>> {
        let all = [
            ("reminders.days_before", self.days_before, (0.0, 365.0)),
            ("reminders.every_days", self.every_days, (1.0, 365.0)),
            ("reminders.hour", u64::from(self.hour), (0.0, 23.0)),
        ];
        let outside = all.into_iter().filter(|(_, value, (least, most))| !(*least..=*most).contains(&(*value as f64)));
        outside.map(|(name, _, (least, most))| Mistake::Between { name, least, most, metres: false }).collect()
    }
}
