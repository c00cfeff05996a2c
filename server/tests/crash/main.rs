//! The program and its PostgreSQL are killed again and again while people buy, sell and move money. What was answered
//! has happened, once; what was not is asked for again under its key, and happens once.
//!
//! `CLUBE_TEST_SEED` repeats the choices of a run. One more operation is one more arm in `load.rs` and its effect in
//! `book.rs`.

mod books;
mod client;
mod dice;
mod load;
mod machine;
mod releases;

use books::Books;
use client::{Club, Journal};
use dice::Dice;
use machine::Machine;
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// How often the program is killed, …
const PROGRAM: usize = 100;
/// … and how often its PostgreSQL.
const POSTGRES: usize = 10;
/// Of so many starts, one is on the next day: what waits for its day is released when it comes, and killed meanwhile.
const STARTS_A_DAY: u64 = 3;
/// A kill comes at most so many milliseconds after the first answer that followed the one before.
const PAUSE: u64 = 300;

#[derive(Clone, Copy)]
enum Victim {
    Program,
    Postgres,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_it_loses_nothing_and_does_nothing_twice() {
    let seed = Dice::seed();
    println!("CLUBE_TEST_SEED={seed}");
    let mut dice = Dice::new(seed);
    let mut machine = Machine::start().await;
    let club = Arc::new(Club::found(&machine).await);
    let journal = Arc::new(Journal::default());
    // What the operator has said holds from the next start on.
    machine.kill_program().await;

    load::begin_with_money(&club, &journal).await;
    let stop = CancellationToken::new();
    let people = load::begin(&club, &journal, &mut dice, &stop);
    for victim in victims(&mut dice) {
        journal.wait_for_another_answer().await;
        // The moment itself is what chance decides.
        sleep(Duration::from_millis(dice.below(PAUSE))).await;
        match victim {
            Victim::Program if dice.below(STARTS_A_DAY) == 0 => {
                machine.kill_program_for_a_day().await;
            }
            Victim::Program => machine.kill_program().await,
            Victim::Postgres => machine.kill_postgres().await,
        }
    }
    stop.cancel();
    people.await;

    let books = Books::of(&club, &journal);
    println!("{}", books.summary());
    releases::check_some(&machine).await;
    // What could not be released between two kills has its day by now; what was sold today waits for tomorrow.
    machine.kill_program().await;
    books.wait_until_settled(&machine).await;
    books.check_answers().await;
    books.check_wallets(&machine).await;
    machine.kill_program_for_a_day().await;
    books.wait_until_settled(&machine).await;
    books.check_wallets(&machine).await;
    releases::check_told(&machine).await;
    machine.program_stops();
    machine.audit();
    books.check_provider(&machine).await;
}

/// Who dies, in which order.
fn victims(dice: &mut Dice) -> Vec<Victim> {
    let mut victims = vec![Victim::Program; PROGRAM];
    for _ in 0..POSTGRES {
        let place = dice.place(victims.len());
        victims.insert(place, Victim::Postgres);
    }
    victims
}
