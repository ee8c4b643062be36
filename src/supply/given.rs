//! What a point gives for as long as it is asked for, and how far that is counted on.
//!
//! Two numbers say it: what it surely gives and what it may give. A flow that nobody has recorded is no flow that is surely
//! there, and may be any. So "not recorded" makes a building neither supplied nor unsupplied, but unknown.

use serde::Serialize;

use super::settings::{Counts, Settings};

/// Stands for a flow that may be any.
pub const ANY: u32 = u32::MAX;

/// What a point gives, litres a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    /// What is surely there.
    pub sure: u32,
    /// What may be there at most; [`ANY`] where nobody knows.
    pub possible: u32,
    pub because: Grounds,
}

/// Why a point is counted on so far and no farther.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "SupplyGrounds")]
pub enum Grounds {
    /// It is counted on.
    Sure,
    /// Nobody has recorded what it gives.
    NotRecorded,
    /// Nobody has confirmed its state, or not for long.
    NotVerified,
    /// Its flow was found out in a way that is not relied on.
    RoughFlow,
    /// It may be dry at times.
    Seasonal,
    /// It gives less than a point has to.
    TooLittle,
    OutOfService,
}

impl Grounds {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Sure,
        Self::NotRecorded,
        Self::NotVerified,
        Self::RoughFlow,
        Self::Seasonal,
        Self::TooLittle,
        Self::OutOfService,
    ];

    /// The word in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sure => "sure",
            Self::NotRecorded => "not_recorded",
            Self::NotVerified => "not_verified",
            Self::RoughFlow => "rough_flow",
            Self::Seasonal => "seasonal",
            Self::TooLittle => "too_little",
            Self::OutOfService => "out_of_service",
        }
    }
}

/// How far each thing that is recorded of a point lets it be counted on.
#[derive(Debug, Clone, Copy)]
pub struct Trust {
    pub status: Counts,
    pub method: Counts,
    pub season: Counts,
}

impl Trust {
    /// Nothing speaks against it.
    pub const FULL: Self = Self { status: Counts::Yes, method: Counts::Yes, season: Counts::Yes };

    /// What two say that are both needed: the place where a pump stands, and the water.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            status: self.status.min(other.status),
            method: self.method.min(other.method),
            season: self.season.min(other.season),
        }
    }

    fn worst(self) -> (Counts, Grounds) {
        let all = [
            (self.status, if self.status == Counts::No { Grounds::OutOfService } else { Grounds::NotVerified }),
            (self.season, Grounds::Seasonal),
            (self.method, Grounds::RoughFlow),
        ];
        let worst = all.into_iter().min_by_key(|(counts, _)| *counts);
        worst.filter(|(counts, _)| *counts != Counts::Yes).unwrap_or((Counts::Yes, Grounds::Sure))
    }
}

impl Given {
    /// What a point of this flow (`None` if that is not recorded) is good for.
    pub fn of(flow: Option<u32>, trust: Trust, settings: &Settings) -> Self {
        let least = settings.terms.least;
        let (counts, because) = trust.worst();
        let given = |sure, possible, because| Self { sure, possible, because };
        match (counts, flow) {
            (Counts::No, _) => given(0, 0, because),
            (_, Some(flow)) if flow < least || flow == 0 => given(0, 0, Grounds::TooLittle),
            (Counts::Maybe, flow) => given(0, flow.unwrap_or(ANY), because),
            (Counts::Yes, None) => given(0, ANY, Grounds::NotRecorded),
            (Counts::Yes, Some(flow)) => given(flow, flow, because),
        }
    }
}

/// What is recorded of a stock of water, litres a minute, cubic metres and hours.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stock {
    pub yield_rate: Option<f64>,
    pub yield_hours: Option<f64>,
    pub usable_volume: Option<f64>,
    pub refill_rate: Option<f64>,
    pub inexhaustible: bool,
}

impl Stock {
    /// Litres a minute that it gives for as long as is asked for; `None` where nothing is recorded that would say so. The
    /// whole volume of a tank does not: what can be drawn of it is another number.
    ///
    /// A yield that does not last long enough is spread over the time; a volume is, too, and what flows in meanwhile is added.
    /// Where both are recorded, each is certainly there, so the greater counts.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "no flow comes near the limit")]
    pub fn flow(self, settings: &Settings) -> Option<u32> {
        let hours = settings.terms.hours;
        let whole = |flow: f64| (flow + 1e-6).floor().clamp(0.0, 1e9) as u32;
        let yields = self.yield_rate.filter(|flow| *flow > 0.0);
        let by_yield = yields.map(|flow| whole(flow * self.yield_hours.map_or(1.0, |lasts| (lasts / hours).min(1.0))));
        let by_volume = self
            .usable_volume
            .map(|volume| settings.sustained(volume).saturating_add(whole(self.refill_rate.unwrap_or_default())));
        let endless = self.inexhaustible.then_some(settings.inexhaustible).filter(|_| by_yield.is_none());
        [by_yield, by_volume, endless].into_iter().flatten().max()
    }
}
