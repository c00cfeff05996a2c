//! Money that is held back and freed: each time at two nodes at once, under one id.

use super::*;
use crate::wallet_blocks::{self, NewWalletBlock, NewWalletLift};
use kernel::WalletLiftId;

impl Run {
    fn operators(&self) -> [Ctx; 2] {
        self.nodes(self.market.club.ctx_of(Role::Operator).actor.clone())
    }

    /// Sometimes more than there is.
    pub(super) async fn block(&mut self) {
        let user = self.somebody();
        let available = self.model.get(Account::Wallet(user));
        let amount = self.dice.upto(available.max(20_00) + 5_00);
        let [here, there] = self.operators();
        let new = NewWalletBlock {
            id: WalletBlockId(here.new_id()),
            user_id: user,
            amount: Money::from_centavos(amount),
            reason: "dados".into(),
        };
        let (one, other) = tokio::join!(
            wallet_blocks::block(&here, &new),
            wallet_blocks::block(&there, &new)
        );
        let seed = self.seed;
        if amount > available {
            for refused in [one, other] {
                let refused = refused.expect_err("more than there is");
                assert!(
                    refused.fields.contains_key("amount"),
                    "seed {seed}: {refused:?}"
                );
            }
            return;
        }
        let (one, other) = (one.expect("blocked"), other.expect("the same"));
        assert_eq!(one, other, "seed {seed}");
        self.model.add(Account::Wallet(user), -amount);
        self.model.add(Account::Blocked(user), amount);
        self.model.blocks.push((new.id, user, amount));
    }

    /// In parts, or the whole; a debt is paid first.
    pub(super) async fn lift(&mut self) {
        let count = i64::try_from(self.model.blocks.len()).expect("few");
        if count == 0 {
            return;
        }
        let nth = usize::try_from(self.dice.upto(count) - 1).expect("few");
        let (block_id, user, left) = self.model.blocks[nth];
        let amount = self.dice.upto(left);
        let amount = self.dice.pick(&[left, amount]);
        let [here, there] = self.operators();
        let new = NewWalletLift {
            id: WalletLiftId(here.new_id()),
            block_id,
            amount: Money::from_centavos(amount),
            reason: "dados".into(),
        };
        let (one, other) = tokio::join!(
            wallet_blocks::lift(&here, &new),
            wallet_blocks::lift(&there, &new)
        );
        let (one, other) = (one.expect("freed"), other.expect("the same"));
        assert_eq!(one, other, "seed {}", self.seed);
        assert_eq!(one.left.centavos(), left - amount, "seed {}", self.seed);
        self.model.add(Account::Blocked(user), -amount);
        self.model.cashback(user, amount);
        self.model.blocks[nth].2 -= amount;
        self.model.blocks.retain(|(_, _, left)| *left > 0);
    }
}
