//! `geokontor export`.
