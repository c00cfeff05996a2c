//! Randomness that a seed repeats.

use kernel::Money;

/// Small reproducible randomness (`SplitMix64`).
pub(crate) struct Dice(u64);

impl Dice {
    /// A new seed, or the one in `CLUBE_TEST_SEED`.
    pub(crate) fn seed() -> u64 {
        match std::env::var("CLUBE_TEST_SEED") {
            Ok(seed) => seed.parse().expect("CLUBE_TEST_SEED is a number"),
            Err(_) => u64::from_ne_bytes(tenancy::secrets::random()) >> 1,
        }
    }

    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 0 to one less than `count`.
    pub(crate) fn below(&mut self, count: u64) -> u64 {
        self.number() % count
    }

    /// A place in something of this length.
    pub(crate) fn place(&mut self, length: usize) -> usize {
        let length = u64::try_from(length).expect("a length");
        usize::try_from(self.below(length)).expect("a place")
    }

    /// An amount between these, in centavos.
    pub(crate) fn money(&mut self, least: u64, most: u64) -> Money {
        let centavos = least + self.below(most - least + 1);
        Money::from_centavos(i64::try_from(centavos).expect("little"))
    }
}
