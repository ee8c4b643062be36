//! The time, as something that is passed in.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

/// Tells the time. Rules take a day or an instant; only the outermost layer holds a clock, so that tests can hold another.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Arc::new(Utc::now))
    }

    /// A clock that stands.
    pub fn standing_at(instant: DateTime<Utc>) -> Self {
        Self(Arc::new(move || instant))
    }

    /// Now.
    pub fn now(&self) -> DateTime<Utc> {
        (self.0)()
    }

    /// Today, in UTC: the registers' dates are days of record, an hour either way decides nothing.
    pub fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}
