//! Chance that can be repeated: every drawing starts from the seed and the place it is used at.
//!
//! A street, a settlement or a hydrant gets its own `Dice`, made from the seed, a subject and its
//! number. What is drawn for one of them therefore does not shift when another one changes, and a
//! pass over the district can be made again (addresses after buildings, signs after hydrants).

use rand::Rng;
use rand_pcg::Pcg64Mcg;

/// What a `Dice` is thrown for; keeps the streams of two subjects with the same number apart.
#[derive(Clone, Copy)]
pub(super) enum Subject {
    Site = 1,
    Border,
    Name,
    Settlement,
    Layout,
    Road,
    Track,
    Lake,
    Water,
    Building,
    Hydrant,
    HydrantRow,
    Sign,
}

/// A small stream of random numbers.
pub(super) struct Dice(Pcg64Mcg);

impl Dice {
    /// The stream of one object: the same three numbers always give the same throws.
    pub(super) fn new(seed: u64, subject: Subject, number: u64) -> Self {
        let state = mix(seed ^ mix((subject as u64) << 56 ^ number));
        Dice(Pcg64Mcg::new(u128::from(state) << 64 | u128::from(mix(state))))
    }

    /// Evenly in `0.0..1.0`.
    pub(super) fn unit(&mut self) -> f64 {
        // 53 bits are what an f64 holds.
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Evenly between two numbers.
    pub(super) fn range(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Around zero, mostly within ±1, never beyond ±2.
    pub(super) fn bell(&mut self) -> f64 {
        self.range(-0.5, 0.5) + self.range(-0.5, 0.5) + self.range(-0.5, 0.5) + self.range(-0.5, 0.5)
    }

    /// A whole number in `0..below`; 0 when there is nothing to choose from.
    pub(super) fn below(&mut self, below: usize) -> usize {
        ((self.unit() * below as f64) as usize).min(below.saturating_sub(1))
    }

    /// A whole number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as usize) as i64
    }

    /// True with the given probability.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// +1 or −1.
    pub(super) fn sign(&mut self) -> f64 {
        if self.chance(0.5) { 1.0 } else { -1.0 }
    }

    /// One of a non-empty list.
    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// One of a non-empty list in which every entry has its weight.
    pub(super) fn weighted<T: Copy>(&mut self, of: &[(f64, T)]) -> T {
        let total: f64 = of.iter().map(|entry| entry.0).sum();
        let mut left = self.unit() * total;
        for (weight, value) in of {
            left -= weight;
            if left < 0.0 {
                return *value;
            }
        }
        of[of.len() - 1].1
    }
}

/// SplitMix64's finalizer: neighbouring numbers come out unrelated.
fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
