//! Cashback that waited for its day, as the club's database has it.

use crate::machine::Machine;
use std::collections::BTreeSet;
use uuid::Uuid;

const RELEASED: &str = "select count(*) from purchases where released_at is not null and pool > 0";
/// A share is told of when it is released, and nobody has two in one purchase here.
const TOLD_TWICE: &str = "select count(*) from (select from outbox where kind = 'cashback_released'
    group by payload ->> 'userId', payload ->> 'purchaseId' having count(*) > 1) told";

/// The job had something to do while it was killed again and again.
pub(crate) async fn check_some(machine: &Machine) {
    let released = count(machine, RELEASED).await;
    println!("the cashback of {released} purchases was released");
    assert!(released > 0);
}

/// Nobody was told of a share twice.
pub(crate) async fn check_told(machine: &Machine) {
    assert_eq!(count(machine, TOLD_TWICE).await, 0);
}

/// The purchases whose cashback still waits.
pub(crate) async fn waiting(machine: &Machine) -> BTreeSet<Uuid> {
    let waiting = sqlx::query_scalar("select id from purchases where released_at is null");
    let waiting = waiting.fetch_all(&mut machine.database().await).await;
    let waiting: BTreeSet<_> = waiting.expect("purchases").into_iter().collect();
    println!("that of {} waits for its day", waiting.len());
    waiting
}

async fn count(machine: &Machine, question: &'static str) -> i64 {
    let count = sqlx::query_scalar(question);
    let count = count.fetch_one(&mut machine.database().await).await;
    count.expect("a number")
}
