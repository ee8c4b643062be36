//! Fire water: what a crew needs to know about hydrants, ponds, tanks and wells.
//!
//! [`supply`] turns flows into the classes of DVGW W 405.

pub mod supply;
