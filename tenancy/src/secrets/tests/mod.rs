//! Sealed values and master keys, on a real database.

mod rotation;

use super::{Keyring, MasterKeys, Place, hmac_sha256, master_key, random, random_token, sha256};
use crate::{
    Clock,
    testing::{self, TestDatabase},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{Result, TenantId};
use secrecy::{ExposeSecret, SecretSlice};
use sqlx::PgPool;
use std::{error, os::unix::fs::PermissionsExt, thread};
use uuid::Uuid;

fn key(byte: u8) -> SecretSlice<u8> {
    vec![byte; 32].into()
}

async fn keyring(database: &TestDatabase) -> Result<Keyring> {
    Keyring::open(database.pool.clone(), key(1), Clock::system()).await
}

/// A tenant that is only registered, on a server of its own; nothing of it exists elsewhere.
pub(crate) async fn tenant(pool: &PgPool, keyring: &Keyring, slug: &str) -> Result<TenantId> {
    let clock = Clock::system();
    let id = TenantId(clock.new_id());
    let place = |column| Place {
        tenant: Some(id),
        column,
        row: id.0,
    };
    let mut transaction = pool.begin().await?;
    let password = keyring
        .seal_in(
            &mut transaction,
            place("tenants.database_password"),
            b"senha",
        )
        .await?;
    let token_key = keyring
        .seal_in(&mut transaction, place("tenants.token_key"), &[7; 32])
        .await?;
    let server = clock.new_id();
    sqlx::query(
        "insert into database_servers
             (id, name, host, port, provisioning_user, provisioning_password, created_at)
         values ($1, $2, $2, 5432, 'p', $3, now())",
    )
    .bind(server)
    .bind(slug)
    .bind(
        keyring
            .seal(
                Place {
                    tenant: None,
                    column: "database_servers.provisioning_password",
                    row: server,
                },
                b"senha do servidor",
            )
            .await?,
    )
    .execute(&mut *transaction)
    .await?;
    sqlx::query(
        "insert into tenants (id, slug, company_name, document, email, phone, subscription_plan, server_id,
             database_name, database_user, database_password, token_key, created_at, updated_at)
         values ($1, $2, $2, '1', 'a@b.co', '1', 'PRO', $3, $2, $2, $4, $5, now(), now())",
    )
    .bind(id)
    .bind(slug)
    .bind(server)
    .bind(password)
    .bind(token_key)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(id)
}

#[tokio::test]
async fn a_sealed_value_opens_in_its_own_place_only() -> Result<()> {
    let database = testing::master().await;
    let keyring = keyring(&database).await?;
    let navi = tenant(&database.pool, &keyring, "clube-navi").await?;
    let other = tenant(&database.pool, &keyring, "empresa-b").await?;
    let place = Place {
        tenant: Some(navi),
        column: "users.private_key",
        row: Uuid::from_u128(1),
    };
    let sealed = keyring.seal(place, b"chave").await?;
    assert!(sealed.starts_with("v1.") && !sealed.contains("chave"));
    assert_eq!(
        keyring.unseal_text(place, &sealed).await?.expose_secret(),
        "chave"
    );
    assert_ne!(
        sealed,
        keyring.seal(place, b"chave").await?,
        "each has its own nonce"
    );

    let row = Uuid::from_u128(2);
    for elsewhere in [
        Place {
            tenant: Some(other),
            ..place
        },
        Place {
            tenant: None,
            ..place
        },
        Place {
            column: "users.public_key",
            ..place
        },
        Place { row, ..place },
    ] {
        let refusal = keyring
            .unseal(elsewhere, &sealed)
            .await
            .expect_err("another place");
        assert_eq!(refusal.code, "internal", "{elsewhere:?}");
    }

    // The other tenant's key in front of this tenant's ciphertext.
    let others = keyring
        .seal(
            Place {
                tenant: Some(other),
                ..place
            },
            b"chave",
        )
        .await?;
    let swapped = format!("{}.{}", &others[..39], &sealed[40..]);
    for broken in [
        swapped.as_str(),
        &sealed[..sealed.len() - 2],
        "v1.x.y",
        "chave",
        "",
        "v1.",
    ] {
        assert!(keyring.unseal(place, broken).await.is_err(), "{broken}");
    }
    Ok(())
}

#[tokio::test]
async fn another_master_key_is_refused() -> Result<()> {
    let database = testing::master().await;
    let sealed = keyring(&database)
        .await?
        .seal(platform_place(), b"segredo")
        .await?;
    let refusal = Keyring::open(database.pool.clone(), key(2), Clock::system())
        .await
        .expect_err("another key");
    assert_eq!(refusal.code, "wrong_master_key");
    assert!(
        refusal.message.contains("CLUBE_MASTER_KEY"),
        "{}",
        refusal.message
    );
    let again = keyring(&database).await?;
    assert_eq!(
        again
            .unseal(platform_place(), &sealed)
            .await?
            .expose_secret(),
        b"segredo"
    );
    let both = MasterKeys::new(&key(2), Some(&key(1)))?;
    let changing = Keyring::open_with(database.pool.clone(), both, Clock::system()).await?;
    assert_eq!(
        changing
            .unseal(platform_place(), &sealed)
            .await?
            .expose_secret(),
        b"segredo"
    );
    Ok(())
}

fn platform_place() -> Place {
    Place {
        tenant: None,
        column: "test.secret",
        row: Uuid::nil(),
    }
}

#[tokio::test]
async fn nodes_that_start_at_once_make_one_data_key() -> Result<()> {
    let database = testing::master().await;
    let nodes = futures::future::join_all((0..5).map(|_| keyring(&database))).await;
    let mut sealed = Vec::new();
    for node in &nodes {
        let node = node.as_ref().map_err(Clone::clone)?;
        sealed.push(node.seal(platform_place(), b"segredo").await?);
    }
    let keys: i64 = sqlx::query_scalar("select count(*) from data_keys")
        .fetch_one(&database.pool)
        .await?;
    assert_eq!(keys, 1);
    Ok(())
}

#[tokio::test]
async fn a_data_key_goes_with_the_transaction_that_made_it() -> Result<()> {
    let database = testing::master().await;
    let keyring = keyring(&database).await?;
    let place = Place {
        tenant: Some(TenantId(Uuid::from_u128(5))),
        ..platform_place()
    };
    let mut transaction = database.pool.begin().await?;
    keyring.seal_in(&mut transaction, place, b"segredo").await?;
    assert!(
        transaction.commit().await.is_err(),
        "nobody inserted the tenant"
    );
    let keys: i64 =
        sqlx::query_scalar("select count(*) from data_keys where tenant_id is not null")
            .fetch_one(&database.pool)
            .await?;
    assert_eq!(keys, 0);
    Ok(())
}

#[test]
fn the_key_file_is_made_once_and_for_its_owner_only() -> Result<(), Box<dyn error::Error>> {
    let folder = tempfile::tempdir()?;
    let data_dir = folder.path().join("new");
    let keys: Vec<SecretSlice<u8>> = thread::scope(|scope| {
        let starts: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| master_key(None, &data_dir)))
            .collect();
        starts
            .into_iter()
            .map(|start| start.join().expect("no panic"))
            .collect::<Result<_>>()
    })?;
    assert!(
        keys.iter()
            .all(|key| key.expose_secret() == keys[0].expose_secret())
    );
    let files: Vec<_> = data_dir.read_dir()?.collect::<Result<_, _>>()?;
    assert_eq!(files.len(), 1, "nothing is left aside");
    assert_eq!(files[0].metadata()?.permissions().mode() & 0o777, 0o600);

    std::fs::write(data_dir.join("master.key"), "curta")?;
    let refusal = master_key(None, &data_dir).expect_err("not a key");
    assert!(
        refusal.message.contains("master.key"),
        "{}",
        refusal.message
    );
    Ok(())
}

#[test]
fn a_wrong_setting_is_named_and_not_repeated() -> Result<()> {
    let folder = std::path::Path::new("/nonexistent");
    let good = STANDARD.encode([3; 32]);
    let taken = master_key(Some(&format!(" {good}\n").into()), folder)?;
    assert_eq!(taken.expose_secret(), [3; 32]);
    for wrong in [
        "",
        "não é base64",
        &STANDARD.encode([3; 31]),
        &STANDARD.encode([3; 33]),
    ] {
        let refusal = master_key(Some(&wrong.into()), folder).expect_err("not a key");
        assert_eq!(
            refusal.message,
            "CLUBE_MASTER_KEY must be base64 of 32 bytes."
        );
    }
    Ok(())
}

#[tokio::test]
async fn debug_and_errors_show_no_secret() -> Result<()> {
    let database = testing::master().await;
    let secret = STANDARD.encode([1; 32]);
    let keyring = keyring(&database).await?;
    let shown = format!("{keyring:?}");
    assert!(shown.starts_with("Keyring { master_key: \""), "{shown}");
    assert!(
        !shown.contains(&secret) && !shown.contains("[1, 1"),
        "{shown}"
    );
    let token = random_token();
    assert_eq!(token.expose_secret().len(), 43);
    assert!(!format!("{token:?}").contains(token.expose_secret()));
    let refusal = keyring
        .unseal(platform_place(), "segredo")
        .await
        .expect_err("not sealed");
    assert!(!refusal.cause().unwrap_or_default().contains("segredo"));
    assert!(
        refusal
            .cause()
            .is_some_and(|cause| cause.contains("test.secret"))
    );
    Ok(())
}

#[test]
fn digests_are_the_known_ones() {
    assert_eq!(
        STANDARD.encode(sha256(b"abc")),
        "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
    );
    assert_eq!(
        STANDARD.encode(hmac_sha256(b"Jefe", b"what do ya want for nothing?")),
        "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="
    );
    assert_ne!(random::<32>(), random::<32>());
}
