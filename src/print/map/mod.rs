//! Map images.

pub mod style;
