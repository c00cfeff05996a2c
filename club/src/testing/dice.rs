//! Randomness that a seed repeats.

use tenancy::Clock;

/// Small reproducible randomness (`SplitMix64`).
pub(crate) struct Dice(u64);

impl Dice {
    /// A new seed, or the one in `CLUBE_TEST_SEED`.
    pub(crate) fn seed() -> u64 {
        match std::env::var("CLUBE_TEST_SEED") {
            Ok(seed) => seed.parse().expect("CLUBE_TEST_SEED is a number"),
            Err(_) => Clock::system().new_id().as_u64_pair().1 >> 2,
        }
    }

    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 1 to `most`.
    pub(crate) fn upto(&mut self, most: i64) -> i64 {
        let most = most.unsigned_abs();
        i64::try_from(self.next() % most).expect("below an i64") + 1
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let most = i64::try_from(from.len()).expect("a short list");
        from[usize::try_from(self.upto(most) - 1).expect("not negative")]
    }
}
