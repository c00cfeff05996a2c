//! An installation for one test: a master database of its own on a real PostgreSQL, and nodes that serve it on real sockets.

use reqwest::{Client, Method, RequestBuilder, Response, header};
use secrecy::SecretString;
use server::{
    serve::{self, Leaving},
    settings::{Cli, Settings},
    site::SiteFiles,
    start::{self, Started},
};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::{env, fs, net::SocketAddr, time::Duration};
use tempfile::TempDir;
use tenancy::{
    Actor, Origin, Platform,
    provisioning::{self, NewTenant, NewTenantFields},
};
use tokio::{net::TcpListener, task::JoinHandle, time::sleep};

/// How long a condition may take to hold, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Of each tenant's first administrator.
pub(crate) const PASSWORD: &str = "uma senha bem comprida";

pub(crate) type Outcome = Result<(), Box<dyn std::error::Error>>;

/// A master database and its tenants, named so that tests beside each other do not meet.
pub(crate) struct Installation {
    pub(crate) name: String,
    folder: TempDir,
}

/// A node that serves the installation.
pub(crate) struct Node {
    pub(crate) address: SocketAddr,
    pub(crate) platform: Platform,
    pub(crate) leaving: Leaving,
    serving: JoinHandle<bool>,
    started: Started,
    client: Client,
}

/// The address of the server for tests, and another database on it.
fn database_url(database: &str) -> String {
    let server = env::var("CLUBE_TEST_POSTGRES_URL")
        .expect("CLUBE_TEST_POSTGRES_URL names a PostgreSQL server for tests");
    let (place, _) = server
        .rsplit_once('/')
        .expect("the address ends with a database");
    format!("{place}/{database}")
}

/// Runs a statement on the server for tests, as its superuser.
pub(crate) async fn sql(database: &str, statement: String) {
    let mut conn = PgConnection::connect(&database_url(database))
        .await
        .expect("the server for tests");
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(&mut conn)
        .await
        .expect("a statement of the test");
}

impl Installation {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let package = folder.path().join("site/pkg");
        fs::create_dir_all(&package).expect("a folder");
        fs::write(package.join("clube.abc.js"), "export default 1;").expect("a file");
        fs::write(package.join("clube.def.wasm"), "wasm").expect("a file");
        fs::write(package.join("clube.ghi.css"), "body{}").expect("a file");
        fs::write(
            folder.path().join("hash.txt"),
            "js:abc\nwasm:def\ncss:ghi\n",
        )
        .expect("a file");
        let random: [u8; 6] = tenancy::secrets::random();
        let name = random
            .iter()
            .fold("t".to_owned(), |name, byte| format!("{name}{byte:02x}"));
        Self { name, folder }
    }

    /// The slug of one of this installation's tenants.
    pub(crate) fn slug(&self, which: &str) -> String {
        format!("{which}-{}", self.name)
    }

    fn master(&self) -> String {
        format!("clube_master_{}", self.name)
    }

    pub(crate) fn settings(&self, more: &[&str]) -> Settings {
        let folder = self.folder.path();
        let (data, site) = (folder.join("data"), folder.join("site"));
        let url = database_url(&self.master());
        let arguments = [
            "clube",
            "--data-dir",
            &data.to_string_lossy(),
            "--site-dir",
            &site.to_string_lossy(),
            "--master-database-url",
            &url,
        ]
        .into_iter()
        .chain(more.iter().copied())
        .map(str::to_owned)
        .collect::<Vec<_>>();
        Cli::read(arguments).expect("settings").settings
    }

    /// One more node of this installation.
    pub(crate) async fn node(&self, more: &[&str]) -> Node {
        let mut settings = self.settings(more);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        settings.addr = address;
        let site = SiteFiles::find(&settings).expect("the site's files");
        let started = start::platform(&settings)
            .await
            .expect("the platform starts");
        let (platform, leaving) = (started.platform.clone(), Leaving::default());
        let serving = {
            let (platform, leaving) = (platform.clone(), leaving.clone());
            tokio::spawn(async move {
                serve::until(leaving, &platform, &settings, &site, listener)
                    .await
                    .expect("it serves")
            })
        };
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        Node {
            address,
            platform,
            leaving,
            serving,
            started,
            client,
        }
    }

    /// Makes the tenant `<which>-<installation>`.
    pub(crate) async fn tenant(&self, node: &Node, which: &str) -> String {
        let slug = self.slug(which);
        let new = NewTenant::parse(NewTenantFields {
            slug: slug.clone(),
            name: format!("Clube {which}"),
            email: format!("{which}@example.com"),
            document: "11222333000181".to_owned(),
            phone: "+5511987654321".to_owned(),
            plan: "PRO".to_owned(),
            admin_password: Some(SecretString::from(PASSWORD)),
        })
        .expect("a tenant");
        let ctx = node.platform.ctx(Actor::Command, Origin::default());
        provisioning::create(&ctx, new)
            .await
            .expect("the tenant is made");
        slug
    }

    /// Changes a tenant behind the server's back; the trigger tells every node.
    pub(crate) async fn set(&self, slug: &str, change: &str) {
        sql(
            &self.master(),
            format!("update tenants set {change} where slug = '{slug}'"),
        )
        .await;
    }

    pub(crate) async fn domain(&self, slug: &str, domain: &str, verified: bool) {
        let verified = if verified { "now()" } else { "null" };
        let statement = format!(
            "insert into tenant_domains (id, tenant_id, domain, token, verified_at, created_at)
             select gen_random_uuid(), id, '{domain}', 'token', {verified}, now() from tenants where slug = '{slug}'"
        );
        sql(&self.master(), statement).await;
    }

    /// Makes a database unreachable, or reachable again.
    pub(crate) async fn open(&self, database: &str, open: bool) {
        let statement = format!("alter database {database} allow_connections {open}");
        sql("postgres", statement).await;
        if !open {
            // In a statement of its own: until the door is shut for good, whoever is put out comes in again.
            let ended = "select pg_terminate_backend(pid) from pg_stat_activity where datname =";
            sql("postgres", format!("{ended} '{database}'")).await;
        }
    }

    pub(crate) async fn open_master(&self, open: bool) {
        self.open(&self.master(), open).await;
    }

    /// Ends a node and forgets the databases.
    pub(crate) async fn end(self, nodes: impl IntoIterator<Item = Node>) {
        for node in nodes {
            node.end().await;
        }
        let mut conn = PgConnection::connect(&database_url("postgres"))
            .await
            .expect("the server for tests");
        for (kind, names) in [
            (
                "database",
                "select datname::text from pg_database where datname like '%' || $1",
            ),
            (
                "role",
                "select rolname::text from pg_roles where rolname like '%' || $1",
            ),
        ] {
            let left: Vec<String> = sqlx::query_scalar(names)
                .bind(&self.name)
                .fetch_all(&mut conn)
                .await
                .expect("a list of what the test has made");
            let force = if kind == "database" {
                "with (force)"
            } else {
                ""
            };
            for name in left {
                sql("postgres", format!("drop {kind} {name} {force}")).await;
            }
        }
    }
}

impl Node {
    /// A request to this node as if it were the host. No redirect is followed.
    pub(crate) fn ask(&self, method: Method, host: &str, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("http://{}{path}", self.address))
            .header(header::HOST, host)
    }

    pub(crate) async fn get(&self, host: &str, path: &str) -> Response {
        self.ask(Method::GET, host, path)
            .send()
            .await
            .expect("an answer")
    }

    /// Waits until a GET is answered with this status.
    pub(crate) async fn until_status(&self, host: &str, path: &str, status: u16) -> Response {
        let waited = tokio::time::timeout(PATIENCE, async {
            loop {
                let answer = self.get(host, path).await;
                if answer.status() == status {
                    return answer;
                }
                sleep(Duration::from_millis(20)).await;
            }
        });
        waited
            .await
            .unwrap_or_else(|_| panic!("{host}{path} is never answered with {status}"))
    }

    /// Ends it as SIGTERM would; whether all requests were finished.
    pub(crate) async fn end(self) -> bool {
        self.leaving.announced.cancel();
        self.leaving.closing.cancel();
        let finished = self.serving.await.expect("serving does not panic");
        self.started.stop().await;
        finished
    }
}
