//! What refunds take back, worked out without the code that is tested: in whole numbers, party by party.

use super::Known;
use kernel::{Money, Shares};

impl Known {
    /// Of each share, once this much of the price was given back.
    pub(super) fn taken_back(&self, refunded: i64) -> Shares {
        let (price, left) = (self.price.centavos(), self.price.centavos() - refunded);
        let [consumer, club, of_consumer, of_merchant] = [
            self.shares.consumer,
            self.shares.club,
            self.shares.consumer_referrer,
            self.shares.merchant_referrer,
        ]
        .map(Money::centavos);
        let users = [consumer, of_consumer, of_merchant].map(|share| share * left / price);
        // Of the pool the nearest centavo stays, of two the even one.
        let pool = (consumer + club + of_consumer + of_merchant) * left;
        let pool = match (pool / price, 2 * (pool % price)) {
            (even, twice) if twice < price || (twice == price && even % 2 == 0) => even,
            (below, _) => below + 1,
        };
        let kept_by_club = (pool - users.iter().sum::<i64>()).min(club);
        Shares {
            consumer: Money::from_centavos(consumer - users[0]),
            club: Money::from_centavos(club - kept_by_club),
            consumer_referrer: Money::from_centavos(of_consumer - users[1]),
            merchant_referrer: Money::from_centavos(of_merchant - users[2]),
        }
    }
}
