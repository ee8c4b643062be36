//! Which edits of a collection take a second person. Whether an edit is one of them, and for whom, says
//! `editing::approval`.

use crate::feature::Value;

/// The edits that wait for an approval, unless their author holds the right to approve them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Approval {
    /// Taking a feature out of the collection.
    pub delete: bool,
    /// Moving one farther than this, metres.
    pub move_over: Option<f64>,
    /// Giving a property one of some values: codes and booleans alone.
    pub set: Vec<(usize, Vec<Value<'static>>)>,
}

impl Approval {
    /// True where every edit is made at once.
    pub fn is_empty(&self) -> bool {
        !self.delete && self.move_over.is_none() && self.set.is_empty()
    }
}
