//! A demonstration, seen as its members see it.

use super::{money, seed};
use crate::{
    ledger, pix,
    purchases::tests::Member,
    testing::{Call, Club, Outcome, installation},
};
use serde_json::json;
use sqlx::PgPool;
use tenancy::Actor;
use time::OffsetDateTime;

const CPFS: [&str; 6] = [
    "11144477735",
    "52998224725",
    "12345678909",
    "39053344705",
    "98765432100",
    "15350946056",
];

/// How many movements happened before the one that stands above them in the same statement.
async fn out_of_order(database: &PgPool) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "select count(*) from (
             select t.happened_at, lag(t.happened_at) over (partition by e.account_id order by e.version) as before
             from ledger_entries e join ledger_transactions t on t.id = e.transaction_id) entry
         where happened_at < before",
    )
    .fetch_one(database)
    .await
}

/// How many members took money out and had money coming in after that.
async fn went_on(database: &PgPool) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "select count(distinct e.account_id)
         from ledger_entries e
         join ledger_transactions t on t.id = e.transaction_id and t.kind = 5
         join ledger_entries later on later.account_id = e.account_id and later.version > e.version
         join ledger_transactions came on came.id = later.transaction_id and came.kind in (1, 3)",
    )
    .fetch_one(database)
    .await
}

/// What was held back of each member, and what of it their wallet still says is blocked.
async fn held_back(database: &PgPool) -> sqlx::Result<Vec<(i64, i64)>> {
    sqlx::query_as(
        "select b.amount, a.balance from wallet_blocks b
         join ledger_accounts a on a.owner_id = b.user_id and a.kind = 11 and a.balance = b.amount - b.lifted
         order by b.amount",
    )
    .fetch_all(database)
    .await
}

/// How many notifications are older than a month, how many of those were never read, and how many of the last days wait.
async fn told(database: &PgPool, now: OffsetDateTime) -> sqlx::Result<(i64, i64, i64)> {
    sqlx::query_as(
        "select count(*) filter (where created_at < $1 - interval '30 days'),
                count(*) filter (where created_at < $1 - interval '30 days' and read_at is null),
                count(*) filter (where created_at >= $1 - interval '1 day' and read_at is null)
         from notifications",
    )
    .bind(now)
    .fetch_one(database)
    .await
}

/// What the approved withdrawals take, how many they are, what members owe, and how many reports found a difference.
async fn approved(database: &PgPool) -> sqlx::Result<(i64, i64, i64, i64)> {
    sqlx::query_as(
        "select (select sum(amount) from withdrawals where status = 'approved')::bigint,
                (select count(*) from withdrawals where status = 'approved'),
                (select -sum(balance) from ledger_accounts where kind = 12)::bigint,
                (select count(*) from pix_reconciliations
                 where difference <> 0 or provider_balance not between ledger_balance - on_its_way and ledger_balance)",
    )
    .fetch_one(database)
    .await
}

#[tokio::test]
async fn every_statement_reads_from_day_to_day() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    for (place, cpf) in CPFS.iter().enumerate() {
        let member = Member::new(&club, &format!("membro{place}"), "consumer", None).await;
        let call = Call::new("PATCH", "/api/profile").bearer(&member.token);
        let reply = club.send(call.json(&json!({ "cpf": cpf }))).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let shop = Member::new(&club, &format!("loja{place}"), "merchant", None).await;
        if place == 0 {
            let call = Call::new("PATCH", "/api/profile").bearer(&shop.token);
            let reply = club
                .send(call.json(&json!({ "cnpj": "11222333000181" })))
                .await;
            assert_eq!(reply.status, 200, "{}", reply.body);
        }
    }
    let ctx = club.ctx(Actor::Command);
    seed(&ctx).await?;
    let mut conn = ctx.conn().await?;
    ledger::fold(&mut conn).await?;
    assert_eq!(ledger::audit(&mut conn).await?, []);
    drop(conn);
    assert_eq!(out_of_order(club.database()).await?, 0);
    assert!(went_on(club.database()).await? > 3);
    assert_eq!(pix::book(&ctx).await?.check(), Ok(()));
    assert_eq!(
        held_back(club.database()).await?,
        [(60_00, 60_00), (85_00, 50_00)]
    );
    let (amount, waiting, owed, wrong) = approved(club.database()).await?;
    let held = pix::book(&ctx).await?.balance().centavos();
    assert_eq!((amount - held, waiting, wrong), (8_000_00, 1, 0));
    assert!(owed > 20_000_00, "{owed}");
    let (old, unread, new) = told(club.database(), ctx.now()).await?;
    assert!(old > 100 && new > 0, "{old} {new}");
    assert_eq!(unread, 0, "of {old}");

    let again = money(&ctx).await?;
    assert_eq!(
        [
            again.purchases,
            again.deposits,
            again.withdrawals,
            again.wallet_blocks
        ],
        [0; 4]
    );
    Ok(())
}
