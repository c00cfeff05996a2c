//! Limits are the club's to set, and the withdrawals' to read.

use super::{KycLimits, change_limits, daily_limit, limits};
use crate::testing::{Club, Outcome, installation};
use kernel::{Error, Kind, Money};
use tenancy::administrators::Role;

const fn reais(reais: i64) -> Money {
    Money::from_centavos(reais * 100)
}

#[tokio::test]
async fn each_level_has_its_limit() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let manager = club.ctx_of(Role::Manager);
    assert_eq!(limits(&manager).await?, KycLimits::default());
    let set = KycLimits {
        level0: Some(reais(0)),
        level1: Some(reais(500)),
        level2: None,
    };
    let operator = club.ctx_of(Role::Operator);
    let refused = change_limits(&operator, set).await;
    assert_eq!(refused.map_err(|error| error.kind), Err(Kind::Forbidden));
    for _ in 0..2 {
        assert_eq!(change_limits(&manager, set).await?, set);
    }
    assert_eq!(limits(&club.ctx_of(Role::Viewer)).await?, set);
    let mut conn = manager.conn().await?;
    for (level, limit) in [(0, Some(reais(0))), (1, Some(reais(500))), (2, None)] {
        assert_eq!(daily_limit(&mut conn, level).await?, limit, "{level}");
    }
    let audited = sqlx::query_scalar!(
        r#"select count(*) as "count!" from audit_log where action = 'kyc_limits.change'"#
    )
    .fetch_one(club.database())
    .await?;
    assert_eq!(audited, 1, "the same again is no change");
    Ok(())
}

#[test]
fn who_is_known_better_may_take_out_no_less() {
    let set = |level0, level1, level2| KycLimits {
        level0,
        level1,
        level2,
    };
    for good in [
        set(None, None, None),
        set(Some(reais(1)), Some(reais(1)), None),
        set(Some(reais(0)), None, None),
        set(Some(reais(0)), Some(reais(1)), Some(reais(2))),
    ] {
        assert_eq!(good.check(), Ok(()));
    }
    for (bad, field, reason) in [
        (set(Some(reais(-1)), None, None), "level0", "out_of_range"),
        (
            set(Some(reais(2)), Some(reais(1)), None),
            "level1",
            "out_of_order",
        ),
        (
            set(Some(reais(0)), None, Some(reais(9))),
            "level2",
            "out_of_order",
        ),
        (set(None, Some(reais(1)), None), "level1", "out_of_order"),
    ] {
        assert_eq!(bad.check(), Err(Error::invalid(field, reason)));
    }
}
