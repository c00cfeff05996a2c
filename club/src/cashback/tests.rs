//! The tenant's rules about money.

use super::{MoneySettings, MoneySettingsPatch, change_settings, settings};
use crate::testing::{Club, Outcome, installation};
use kernel::{Error, Money};
use tenancy::administrators::Role;

#[tokio::test]
async fn rules_about_money_are_changed_by_managers_and_written_down() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let manager = club.ctx_of(Role::Manager);
    let begin = MoneySettings {
        release_days: 0,
        merchant_credit_limit: Money::ZERO,
        merchant_credit_level: 2,
    };
    assert_eq!(settings(&club.ctx_of(Role::Viewer)).await, Ok(begin));
    let patch = MoneySettingsPatch {
        release_days: Some(30),
        ..MoneySettingsPatch::default()
    };
    let refused = change_settings(&club.ctx_of(Role::Operator), patch).await;
    assert_eq!(refused, Err(Error::forbidden()));
    let changed = change_settings(&manager, patch).await?;
    assert_eq!(
        (changed.release_days, changed.merchant_credit_limit),
        (30, Money::ZERO)
    );
    for (days, level) in [(-1, -1), (366, 3)] {
        let patch = MoneySettingsPatch {
            release_days: Some(days),
            merchant_credit_limit: Some(Money::from_centavos(-1)),
            merchant_credit_level: Some(level),
        };
        let refused = change_settings(&manager, patch).await;
        let expected = Error::invalid("releaseDays", "out_of_range")
            .and("merchantCreditLimit", "out_of_range")
            .and("merchantCreditLevel", "out_of_range");
        assert_eq!(refused, Err(expected));
    }
    let actions = sqlx::query_scalar!("select action from audit_log")
        .fetch_all(club.database())
        .await?;
    assert_eq!(actions, ["money_settings.change"]);
    Ok(())
}
