//! How the questions of operators are described.

use super::operating::{Liveness, Readiness};
use crate::http::spec::{Context, OPERATING, Spec, string};

/// `/health/live`
pub fn live(_: &Context<'_>) -> Spec {
    Spec::new(OPERATING, "Does the process run?").gives::<Liveness>("200", "It runs")
}

/// `/health/ready`
pub fn ready(_: &Context<'_>) -> Spec {
    Spec::new(OPERATING, "Are reads answered?")
        .gives::<Readiness>("200", "Reads are answered")
        .gives::<Readiness>("503", "The registers are being loaded")
}

/// `/metrics`
pub fn metrics(_: &Context<'_>) -> Spec {
    Spec::new(OPERATING, "Numbers for Prometheus").found("Numbers", "text/plain", &string())
}
