//! Rotation: stopped, repeated, with a new master key, with a tenant that fails.

use super::{key, tenant};
use crate::{
    Actor, Clock, Origin, Platform, PlatformCtx,
    domains::Dns,
    files::Files,
    mail::{MailSettings, Mailer},
    passwords::Passwords,
    platform::{Environment, Parts, PublicAddress},
    pools::{PoolLimits, Pools},
    resolution::Resolver,
    secrets::{Keyring, MasterKeys, Place, Rotation, rotate},
    testing::{self, TestDatabase},
    throttle::{Limits, Throttle},
};
use kernel::{Email, Error, Result, TenantId};
use secrecy::ExposeSecret;
use std::sync::atomic::{AtomicU32, Ordering};
use time::{Duration, macros::datetime};
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

/// A master database with one tenant, and a node with the first master key, by a clock that stands still.
struct World {
    database: TestDatabase,
    ctx: PlatformCtx,
    tenant: TenantId,
}

impl World {
    async fn new() -> Result<Self> {
        let database = testing::master().await;
        let clock = Clock::fixed(datetime!(2026-06-01 12:00 UTC));
        let keyring = Keyring::open(database.pool.clone(), key(1), clock.clone()).await?;
        let tenant = tenant(&database.pool, &keyring, "clube-navi").await?;
        let ctx = ctx(&database, keyring, clock);
        Ok(Self {
            database,
            ctx,
            tenant,
        })
    }

    fn clock(&self) -> &Clock {
        &self.ctx.platform.clock
    }

    /// The keyring of a node that has just started.
    async fn another(&self, keys: MasterKeys) -> Result<Keyring> {
        Keyring::open_with(self.database.pool.clone(), keys, self.clock().clone()).await
    }

    /// What is stored as the tenant's database password.
    async fn stored(&self) -> Result<String> {
        Ok(sqlx::query_scalar!(
            "select database_password from tenants where id = $1",
            self.tenant.0
        )
        .fetch_one(&self.database.pool)
        .await?)
    }

    async fn data_keys(&self) -> Result<i64> {
        Ok(
            sqlx::query_scalar!(r#"select count(*) as "keys!" from data_keys"#)
                .fetch_one(&self.database.pool)
                .await?,
        )
    }
}

fn ctx(database: &TestDatabase, keyring: Keyring, clock: Clock) -> PlatformCtx {
    let master = database.pool.clone();
    let from = Email::parse("clube@example.com").expect("an address");
    let platform = Platform::new(Parts {
        resolver: Resolver::new(master.clone(), keyring.clone(), Vec::new(), clock.clone()),
        pools: Pools::new(PoolLimits::default(), clock.clone()),
        passwords: Passwords::new(1),
        dns: Dns::default(),
        files: Files::memory(),
        mailer: Mailer::new(MailSettings::Outbox("/nonexistent".into()), from).expect("a mailer"),
        throttle: Throttle::new(Limits::default(), master.clone()),
        public: PublicAddress {
            scheme: "http".to_owned(),
            base_domain: "localhost".to_owned(),
            port: None,
        },
        environment: Environment::Development,
        background: TaskTracker::new(),
        master,
        keyring,
        clock,
    });
    platform.ctx(Actor::Command, Origin::default())
}

async fn whole(ctx: &PlatformCtx) -> Result<Rotation> {
    let rotation = rotate(ctx, |_| async { Ok(0) }).await?;
    assert!(rotation.is_whole(), "{rotation:?}");
    Ok(rotation)
}

fn place(tenant: TenantId) -> Place {
    Place {
        tenant: Some(tenant),
        column: "tenants.database_password",
        row: tenant.0,
    }
}

#[tokio::test]
async fn everything_is_sealed_again_and_old_keys_go_later() -> Result<()> {
    let world = World::new().await?;
    let (ctx, tenant) = (&world.ctx, world.tenant);
    let old = world.stored().await?;
    // As a user's key in the tenant's own database, or one still on its way there.
    let own = Place {
        column: "users.private_key",
        ..place(tenant)
    };
    let keyring = &ctx.platform.keyring;
    let on_its_way = keyring.seal(own, b"chave").await?;

    let rotation = whole(ctx).await?;
    assert_eq!(rotation.realms[0].slug, None);
    assert_eq!(rotation.realms[0].resealed, 1);
    let realm = &rotation.realms[1];
    assert_eq!(realm.slug.as_deref(), Some("clube-navi"));
    assert_eq!(
        (realm.resealed, realm.keys_removed, realm.keys_kept),
        (2, 0, 1)
    );
    let new = world.stored().await?;
    assert_ne!(old[..39], new[..39], "another data key");
    for sealed in [&old, &new] {
        let password = keyring.unseal_text(place(tenant), sealed).await?;
        assert_eq!(password.expose_secret(), "senha");
    }
    let resealed = keyring.reseal(own, &on_its_way).await?.expect("an old key");
    assert_eq!(
        keyring.reseal(own, &resealed).await?,
        None,
        "the newest already"
    );
    assert_eq!(
        keyring.unseal(own, &on_its_way).await?.expose_secret(),
        b"chave"
    );

    world.clock().advance(Duration::hours(2));
    let rotation = whole(ctx).await?;
    let realm = &rotation.realms[1];
    assert_eq!(
        (realm.resealed, realm.keys_removed, realm.keys_kept),
        (2, 1, 1)
    );
    let node = world.another(MasterKeys::new(&key(1), None)?).await?;
    assert!(
        node.unseal(place(tenant), &old).await.is_err(),
        "its key is gone"
    );
    assert!(node.unseal(own, &resealed).await.is_ok());
    let sealed = world.stored().await?;
    node.unseal(place(tenant), &sealed).await?;
    Ok(())
}

#[tokio::test]
async fn a_stopped_rotation_loses_nothing_and_is_run_again() -> Result<()> {
    let world = World::new().await?;
    let (ctx, tenant) = (&world.ctx, world.tenant);
    // The new keys are there, the registry is sealed with them, and the tenant's own secrets are next.
    let next = Notify::new();
    let never = |_| async {
        next.notify_one();
        std::future::pending::<Result<u64>>().await
    };
    let stopped = rotate(ctx, never);
    tokio::select! {
        _ = stopped => panic!("it waits for the tenant's own secrets for ever"),
        () = next.notified() => {}
    }
    assert_eq!(world.data_keys().await?, 4, "one new, of each");
    let sealed = world.stored().await?;
    ctx.platform.keyring.unseal(place(tenant), &sealed).await?;

    world.clock().advance(Duration::hours(2));
    whole(ctx).await?;
    world.clock().advance(Duration::hours(2));
    whole(ctx).await?;
    assert_eq!(
        world.data_keys().await?,
        4,
        "the newest and the one before, of each"
    );
    let node = world.another(MasterKeys::new(&key(1), None)?).await?;
    let sealed = world.stored().await?;
    node.unseal(place(tenant), &sealed).await?;
    Ok(())
}

#[tokio::test]
async fn a_tenant_that_fails_keeps_its_keys_and_holds_nobody_up() -> Result<()> {
    let world = World::new().await?;
    let (ctx, navi) = (&world.ctx, world.tenant);
    tenant(&world.database.pool, &ctx.platform.keyring, "empresa-b").await?;
    whole(ctx).await?;
    world.clock().advance(Duration::hours(2));
    let asked = AtomicU32::new(0);
    let rotation = rotate(ctx, |tenant| {
        asked.fetch_add(1, Ordering::Relaxed);
        async move {
            if tenant == navi {
                return Err(Error::internal("its database is away"));
            }
            Ok(3)
        }
    })
    .await?;
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    assert!(!rotation.is_whole());
    assert_eq!(
        rotation.realms[1].error.as_deref(),
        Some("its database is away")
    );
    assert_eq!(
        (
            rotation.realms[1].keys_removed,
            rotation.realms[1].keys_kept
        ),
        (0, 2)
    );
    assert_eq!(
        (rotation.realms[2].resealed, rotation.realms[2].keys_removed),
        (5, 1)
    );
    Ok(())
}

#[tokio::test]
async fn a_new_master_key_takes_over() -> Result<()> {
    let world = World::new().await?;
    let (old, new) = (key(1), key(2));
    let open = async |current, previous| world.another(MasterKeys::new(current, previous)?).await;
    assert!(open(&new, None).await.is_err());
    let changing = open(&new, Some(&old)).await?;
    let changing = ctx(&world.database, changing, world.clock().clone());
    let rotation = whole(&changing).await?;
    assert_eq!(rotation.rewrapped, 2);
    assert_eq!(rotation.realms.len(), 2);

    assert!(open(&old, None).await.is_err(), "the old one opens nothing");
    let sealed = world.stored().await?;
    let password = open(&new, None)
        .await?
        .unseal_text(place(world.tenant), &sealed)
        .await?;
    assert_eq!(password.expose_secret(), "senha");
    Ok(())
}
