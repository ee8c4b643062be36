//! What of a tileset's layers somebody gets: what makes their tiles differ from those of others.

use crate::collection::Visibility;

/// By layer, two bits each: 0 for a layer the caller does not know of, else one more than the class of its properties. A
/// tileset has at most 64 layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Seen(u128);

impl Seen {
    /// What is seen of a layer, by its place in the tileset.
    pub fn layer(self, nth: usize) -> Option<Visibility> {
        let class = (self.0 >> (2 * nth)) & 0b11;
        Visibility::ALL.get((class as usize).checked_sub(1)?).copied()
    }

    /// Of no layer anything.
    pub const NOTHING: Self = Self(0);

    /// True if no layer is seen at all.
    pub fn is_nothing(self) -> bool {
        self == Self::NOTHING
    }
}

impl FromIterator<Option<Visibility>> for Seen {
    fn from_iter<I: IntoIterator<Item = Option<Visibility>>>(layers: I) -> Self {
        let class = |seen: Option<Visibility>| seen.map_or(0, |class| 1 + class as u128);
        Self(layers.into_iter().enumerate().fold(0, |bits, (nth, seen)| bits | class(seen) << (2 * nth)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_64_layers_keeps_its_class() {
        let classes = [None, Some(Visibility::Public), Some(Visibility::Crew), Some(Visibility::Staff)];
        let layers: Vec<_> = (0..64).map(|nth| classes[(nth * 7 + nth / 3) % 4]).collect();
        let seen: Seen = layers.iter().copied().collect();
        assert!((0..64).all(|nth| seen.layer(nth) == layers[nth]));
        assert!(!seen.is_nothing() && [None, None].into_iter().collect::<Seen>().is_nothing());
    }
}
