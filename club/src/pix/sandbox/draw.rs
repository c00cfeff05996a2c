//! Chance that a seed decides: the same seed and the same calls give the same ids and the same order.

use crate::pix::{EndToEndId, ReturnId};
use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, UtcOffset};

/// The number of the sandbox as an institution; no real one has it.
const ISPB: &str = "99999999";

/// A stream of numbers from a seed (`SplitMix64`). Not for secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Draw(u64);

impl Draw {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A place below `count`, which is not 0.
    fn below(&mut self, count: usize) -> usize {
        let count = u64::try_from(count).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.number() % count).unwrap_or(0)
    }

    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for place in (1..list.len()).rev() {
            list.swap(place, self.below(place + 1));
        }
    }

    pub(super) fn end_to_end_id(&mut self, at: OffsetDateTime) -> EndToEndId {
        EndToEndId::parse(&self.id('E', at)).expect("it is made to the pattern")
    }

    pub(super) fn return_id(&mut self, at: OffsetDateTime) -> ReturnId {
        ReturnId::parse(&self.id('D', at)).expect("it is made to the pattern")
    }

    fn id(&mut self, first: char, at: OffsetDateTime) -> String {
        const ALPHABET: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
        let at = at.to_offset(UtcOffset::UTC);
        let tail: String = (0..11)
            .map(|_| char::from(ALPHABET[self.below(ALPHABET.len())]))
            .collect();
        format!(
            "{first}{ISPB}{:04}{:02}{:02}{:02}{:02}{tail}",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute()
        )
    }
}
