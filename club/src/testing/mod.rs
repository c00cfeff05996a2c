//! What this crate's tests share: a club with a real database, and a client of its JSON API.
//!
//! Requests go through the router as the server would send them, with the extensions that its middleware sets.

mod call;
mod dice;
pub(crate) mod qr;

pub(crate) use call::{Call, Reply, created};
pub(crate) use dice::Dice;

use crate::{Ctx, api, modules};
use axum::Router;
use kernel::{AdminId, Locale, Result, SessionId, UserId};
use serde_json::{Value, json};
use sqlx::{PgPool, postgres::PgPoolOptions};
use std::{sync::Arc, time::Duration};
use tenancy::{
    Actor, Clock, Origin, Platform,
    administrators::{AdminSession, Role},
    modules::Module,
    platform::{Environment, Parts, PublicAddress},
    resolution::Site,
    tenants::{DatabaseAddress, LiveTenant},
    testing::{Installation, server},
};
use time::macros::datetime;
use tower::ServiceExt;

/// A good password for whoever needs one.
pub(crate) const PASSWORD: &str = "capivara no lago 7";

/// A club with a database of its own.
pub(crate) struct Club {
    platform: Platform,
    pub(crate) tenant: Arc<LiveTenant>,
    database: PgPool,
    router: Router,
}

impl Club {
    /// A new club of this installation.
    pub(crate) async fn new(installation: &Installation, name: &str) -> Self {
        let tenant = installation.tenant(name).await;
        let options = server().database(&tenant.database.name);
        let database = PgPoolOptions::new()
            .max_connections(2)
            .connect_with(options)
            .await
            .expect("its database can be connected to");
        Self {
            platform: installation.platform.clone(),
            tenant,
            database,
            router: api::router().into(),
        }
    }

    /// The same club when its database cannot be reached.
    pub(crate) fn without_database(mut self) -> Self {
        let LiveTenant {
            tenant,
            database,
            token_key,
        } = &*self.tenant;
        self.tenant = Arc::new(LiveTenant {
            tenant: tenant.clone(),
            database: DatabaseAddress {
                port: 1,
                ..database.clone()
            },
            token_key: token_key.clone(),
        });
        self
    }

    /// The same club on an installation that is not a developer's machine.
    pub(crate) fn in_production(self) -> Self {
        let public = self.platform.public.clone();
        self.installed(Environment::Production, public)
    }

    /// The same club on an installation that is reached over HTTPS.
    pub(crate) fn over_https(self) -> Self {
        let environment = self.platform.environment;
        let public = PublicAddress {
            scheme: "https".to_owned(),
            ..self.platform.public.clone()
        };
        self.installed(environment, public)
    }

    fn installed(mut self, environment: Environment, public: PublicAddress) -> Self {
        let parts = &*self.platform;
        self.platform = Platform::new(Parts {
            master: parts.master.clone(),
            resolver: parts.resolver.clone(),
            pools: parts.pools.clone(),
            keyring: parts.keyring.clone(),
            passwords: parts.passwords.clone(),
            dns: parts.dns,
            files: parts.files.clone(),
            mailer: parts.mailer.clone(),
            throttle: parts.throttle.clone(),
            clock: parts.clock.clone(),
            public,
            environment,
            background: parts.background.clone(),
        });
        self
    }

    /// The club's database, as a superuser sees it.
    pub(crate) const fn database(&self) -> &PgPool {
        &self.database
    }

    /// The same club with these routes instead of the API's.
    pub(crate) fn with_routes(mut self, router: Router) -> Self {
        self.router = router;
        self
    }

    /// A context of somebody at this club.
    pub(crate) fn ctx(&self, actor: Actor) -> Ctx {
        Ctx::new(
            self.platform.clone(),
            Arc::clone(&self.tenant),
            actor,
            Origin::default(),
        )
    }

    /// A context of an administrator of this club.
    pub(crate) fn ctx_of(&self, role: Role) -> Ctx {
        let clock = &self.platform.clock;
        self.ctx(Actor::Admin(Arc::new(AdminSession {
            id: SessionId(clock.new_id()),
            administrator_id: AdminId(clock.new_id()),
            tenant_id: Some(self.tenant.id),
            name: "Rita".to_owned(),
            email: "rita@example.com".to_owned(),
            role,
            locale: Locale::PtBr,
            has_totp: false,
        })))
    }

    /// A user loses a module.
    pub(crate) async fn switch_off(&self, user: UserId, module: Module) {
        let operator = self.ctx_of(Role::Operator);
        modules::set_for_user(&operator, user, module, false, "pediu")
            .await
            .expect("an operator may");
    }

    /// Sends a request as the server would, and reads the answer.
    pub(crate) async fn send(&self, call: Call) -> Reply {
        let mut request = call.into_request();
        let extensions = request.extensions_mut();
        let origin = extensions.get_or_insert_default::<Origin>().clone();
        extensions.insert(self.platform.clone());
        extensions.insert(Site::Tenant(Arc::clone(&self.tenant)));
        let mut ctx = self.ctx(Actor::Anonymous);
        ctx.origin = origin;
        extensions.insert(ctx);
        Reply::of(answer(&self.router, request).await).await
    }

    /// Sends a request as it arrives on the platform's own host.
    pub(crate) async fn send_to_platform(&self, call: Call) -> Reply {
        let mut request = call.into_request();
        request.extensions_mut().insert(self.platform.clone());
        request.extensions_mut().insert(Site::Platform);
        Reply::of(answer(&self.router, request).await).await
    }

    /// Registers a consumer with this e-mail and returns the answer's body.
    pub(crate) async fn register(&self, email: &str) -> Value {
        let reply = self
            .send(Call::post("/api/auth/register").json(&newcomer(email)))
            .await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.body
    }

    pub(crate) async fn login(&self, email: &str, password: &str) -> Reply {
        let credentials = json!({ "email": email, "password": password });
        self.send(Call::post("/api/auth/login").json(&credentials))
            .await
    }

    pub(crate) async fn refresh(&self, token: &Value) -> Reply {
        self.send(Call::post("/api/auth/refresh").json(&json!({ "refreshToken": token })))
            .await
    }

    /// Who the access token is, as the API sees it: the status of `me`.
    pub(crate) async fn me(&self, access_token: &Value) -> Reply {
        self.send(Call::get("/api/users/me").bearer(text(access_token)))
            .await
    }

    /// Waits until this many of the club's connections wait for what another one has locked.
    pub(crate) async fn until_waiting(&self, connections: i64) {
        let waiting = "select count(*) from pg_stat_activity
                       where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0";
        let wait = async {
            while sqlx::query_scalar::<_, i64>(waiting)
                .fetch_one(&self.database)
                .await
                .expect("a number")
                < connections
            {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), wait)
            .await
            .expect("they wait within 20 seconds");
    }

    /// Moves the installation's clock on.
    pub(crate) fn wait(&self, by: time::Duration) {
        self.platform.clock.advance(by);
    }
}

/// A registration that is right.
pub(crate) fn newcomer(email: &str) -> Value {
    json!({
        "firstName": "Ana", "lastName": "Souza", "email": email, "password": PASSWORD, "userType": "consumer"
    })
}

/// The text of a JSON value that is text.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

/// Waits until the condition holds.
pub(crate) async fn eventually<T>(mut condition: impl FnMut() -> Option<T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            if let Some(found) = condition() {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("it happens within 20 seconds")
}

async fn answer(router: &Router, request: axum::extract::Request) -> axum::response::Response {
    router
        .clone()
        .oneshot(request)
        .await
        .expect("a router does not fail")
}

/// An installation whose clock stands still until a test moves it.
pub(crate) async fn installation() -> Installation {
    Installation::at(Clock::fixed(datetime!(2026-06-01 12:00 UTC))).await
}

/// For tests that use `?`.
pub(crate) type Outcome = Result<()>;
