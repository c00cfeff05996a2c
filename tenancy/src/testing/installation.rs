//! A whole installation for tests: master database, registered server, and tenants made as in production.

use super::{TestDatabase, run, server};
use crate::{
    Actor, Clock, Origin, Platform, PlatformCtx,
    administrators::{AdminSession, Role},
    domains::Dns,
    files::Files,
    mail::{MailSettings, Mailer},
    passwords::Passwords,
    platform::{Environment, Parts, PublicAddress},
    pools::{PoolLimits, Pools},
    provisioning::{self, CreatedTenant, NewTenant, NewTenantFields},
    resolution::{Resolver, Site},
    secrets::{Keyring, random},
    servers,
    tenants::LiveTenant,
    throttle::{Limits, Throttle},
};
use kernel::{AdminId, Email, Locale, SessionId, Slug, TenantId};
use secrecy::SecretSlice;
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool};
use std::{env, path::PathBuf, sync::Arc, thread};
use tokio_util::task::TaskTracker;

/// A platform on a master database of its own. Dropped, its tenants' databases and roles are gone too.
pub struct Installation {
    /// The platform.
    pub platform: Platform,
    /// Its master database.
    pub master: TestDatabase,
    /// Keeps its names apart from those of other tests on the same server.
    mark: String,
    key: SecretSlice<u8>,
}

impl Installation {
    /// A platform without tenants, by the machine's clock.
    ///
    /// # Panics
    /// When the server cannot do it: the test cannot go on.
    pub async fn new() -> Self {
        Self::at(Clock::system()).await
    }

    /// A platform by this clock.
    ///
    /// # Panics
    /// When the server cannot do it: the test cannot go on.
    pub async fn at(clock: Clock) -> Self {
        let master = super::master().await;
        let key: SecretSlice<u8> = random::<32>().to_vec().into();
        let mark = format!("{:08x}", u32::from_le_bytes(random()));
        let platform = node(
            master.pool.clone(),
            Files::memory(),
            key.clone(),
            clock,
            &mark,
        )
        .await;
        servers::register_default(&master.pool, &platform.keyring, &platform.clock)
            .await
            .expect("a superuser may set up the server");
        Self {
            platform,
            master,
            mark,
            key,
        }
    }

    /// Another node on the same master database, with connections and caches of its own.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn another_node(&self) -> Platform {
        let pool = super::connected(self.master.name()).await;
        let files = self.platform.files.clone();
        node(
            pool,
            files,
            self.key.clone(),
            self.platform.clock.clone(),
            &self.mark,
        )
        .await
    }

    /// A context in which everything is allowed.
    pub fn ctx(&self) -> PlatformCtx {
        self.platform.ctx(Actor::Command, Origin::default())
    }

    /// Ana, with a role in a tenant's realm or the platform's.
    pub fn ana(&self, tenant_id: Option<TenantId>, role: Role) -> PlatformCtx {
        let clock = &self.platform.clock;
        let session = AdminSession {
            id: SessionId(clock.new_id()),
            administrator_id: AdminId(clock.new_id()),
            tenant_id,
            name: "Ana".to_owned(),
            email: "ana@example.com".to_owned(),
            role,
            locale: Locale::PtBr,
            has_totp: false,
        };
        let actor = Actor::Admin(Arc::new(session));
        self.platform.ctx(actor, Origin::default())
    }

    /// A slug that begins with this name and that no other test has.
    ///
    /// # Panics
    /// When the name is no part of a slug.
    pub fn slug(&self, name: &str) -> Slug {
        Slug::parse(&format!("{name}-{}", self.mark)).expect("part of a slug")
    }

    /// What a tenant of this name could be asked for with.
    ///
    /// # Panics
    /// When the name is no part of a slug.
    pub fn new_tenant(&self, name: &str) -> NewTenant {
        NewTenant::parse(NewTenantFields {
            slug: self.slug(name).to_string(),
            name: format!("Empresa {name}"),
            email: format!("dona@{name}.example.com"),
            document: "11.222.333/0001-81".to_owned(),
            phone: "+55 11 98765-4321".to_owned(),
            plan: "PRO".to_owned(),
            admin_password: None,
        })
        .expect("all of it is right")
    }

    /// Makes a tenant.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn create(&self, name: &str) -> CreatedTenant {
        provisioning::create(&self.ctx(), self.new_tenant(name))
            .await
            .expect("the tenant can be made")
    }

    /// A tenant as requests find it.
    ///
    /// # Panics
    /// When it is not found.
    pub async fn live(&self, slug: &Slug) -> Arc<LiveTenant> {
        let site = self
            .platform
            .resolver
            .resolve(Some(slug.as_str()), "localhost");
        match site.await.expect("the tenant is found") {
            Site::Tenant(tenant) => tenant,
            Site::Platform => panic!("a header with a slug names a tenant"),
        }
    }

    /// The folder in which its e-mails are left.
    pub fn outbox(&self) -> PathBuf {
        env::temp_dir().join(format!("clube-outbox-{}", self.mark))
    }

    /// Makes a tenant and finds it.
    ///
    /// # Panics
    /// When either fails.
    pub async fn tenant(&self, name: &str) -> Arc<LiveTenant> {
        let created = self.create(name).await;
        self.live(&created.slug).await
    }
}

async fn node(
    master: PgPool,
    files: Files,
    key: SecretSlice<u8>,
    clock: Clock,
    mark: &str,
) -> Platform {
    let keyring = Keyring::open(master.clone(), key, clock.clone())
        .await
        .expect("the key opens what is stored");
    let outbox = env::temp_dir().join(format!("clube-outbox-{mark}"));
    let from = Email::parse("clube@clube.test").expect("an address");
    Platform::new(Parts {
        resolver: Resolver::new(
            master.clone(),
            keyring.clone(),
            vec!["localhost".to_owned()],
            clock.clone(),
        ),
        pools: Pools::new(PoolLimits::default(), clock.clone()),
        passwords: Passwords::new(2),
        dns: Dns::default(),
        files,
        mailer: Mailer::new(MailSettings::Outbox(outbox), from).expect("an outbox"),
        throttle: Throttle::new(Limits::default(), master.clone()),
        public: PublicAddress {
            scheme: "http".to_owned(),
            base_domain: "localhost".to_owned(),
            port: Some(8033),
        },
        environment: Environment::Development,
        background: TaskTracker::new(),
        master,
        keyring,
        clock,
    })
}

/// On a thread of its own: the test's runtime may be ending.
impl Drop for Installation {
    fn drop(&mut self) {
        let suffix = format!("%\\_{}", self.mark);
        let master = self.master.name().to_owned();
        let cleaning = thread::spawn(|| {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime")
                .block_on(clean(suffix, master));
        });
        // A failed clean-up must not hide what the test said.
        drop(cleaning.join());
    }
}

async fn clean(suffix: String, master: String) {
    let mut conn = PgConnection::connect_with(&server())
        .await
        .expect("the server for tests can be connected to");
    let provisioner = servers::provisioner_name(&master);
    let databases: Vec<String> = sqlx::query_scalar(
        "select datname::text from pg_database where datname like $1 or pg_get_userbyid(datdba) = $2",
    )
    .bind(&suffix)
    .bind(&provisioner)
    .fetch_all(&mut conn)
    .await
    .expect("a superuser sees all databases");
    for name in databases {
        run(format!("alter database {name} is_template false")).await;
        run(format!("drop database if exists {name} with (force)")).await;
    }
    let roles: Vec<String> = sqlx::query_scalar(
        "select rolname::text from pg_roles where rolname like $1 or rolname = $2",
    )
    .bind(&suffix)
    .bind(&provisioner)
    .fetch_all(&mut conn)
    .await
    .expect("a superuser sees all roles");
    for name in roles {
        let _ = sqlx::raw_sql(AssertSqlSafe(format!(
            "drop owned by {name}; drop role {name}"
        )))
        .execute(&mut conn)
        .await;
    }
}
