//! The server: start, serve, drain, stop.

use crate::{
    commands::{self, Outcome, Serve},
    docs, health, jobs, layers, listen,
    node::{Node, Parts},
    pages,
    settings::Settings,
    site::SiteFiles,
    start,
};
use axum::Router;
use kernel::{Error, Kind, Result};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use serde_json::json;
use std::{process, time::Duration};
use tenancy::{Actor, Origin, Platform, provisioning, servers};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Upper bounds of the buckets for requests, in seconds.
const BUCKETS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// A second signal this soon after the first is the same wish.
const ECHO: Duration = Duration::from_secs(1);

/// Serves until it is told to stop.
pub async fn run(arguments: Serve, mut settings: Settings, json: bool) -> Result<()> {
    let site = SiteFiles::find(&settings)?;
    let listener = bind(&settings).await?;
    // Port 0 lets the system choose one.
    settings.addr = listener.local_addr().map_err(Error::internal)?;

    let started = tokio::select! {
        started = start::platform(&settings) => started?,
        () = told_to_stop() => return Ok(()),
    };
    let served = match announced(arguments, &settings, &started.platform, json).await {
        Ok(true) => serve(&settings, &site, listener, &started.platform).await,
        outcome => outcome.map(drop),
    };
    started.stop().await;
    tracing::info!("stopped");
    served
}

/// Fills in the demo if that is wanted and says where it serves; false when it was told to stop meanwhile.
async fn announced(
    arguments: Serve,
    settings: &Settings,
    platform: &Platform,
    json: bool,
) -> Result<bool> {
    let demo = if arguments.demo {
        let ctx = platform.ctx(Actor::Command, Origin::default());
        tokio::select! {
            seeded = commands::seed_demo(&ctx, settings) => Some(seeded?),
            () = told_to_stop() => return Ok(false),
        }
    } else {
        None
    };
    announce(platform, settings, demo, json);
    Ok(true)
}

async fn serve(
    settings: &Settings,
    site: &SiteFiles,
    listener: TcpListener,
    platform: &Platform,
) -> Result<()> {
    let leaving = Leaving::default();
    tokio::spawn(leave(leaving.clone(), settings.drain_pause()));
    until(leaving, platform, settings, site, listener)
        .await
        .map(drop)
}

/// How a node is told to stop, in two steps.
#[derive(Clone, Debug, Default)]
pub struct Leaving {
    /// It still serves, and says that it will not for long.
    pub announced: CancellationToken,
    /// It takes no more connections and finishes what is under way.
    pub closing: CancellationToken,
}

/// Serves a platform on a listener until it is told to close. Whether all requests were finished.
pub async fn until(
    leaving: Leaving,
    platform: &Platform,
    settings: &Settings,
    site: &SiteFiles,
    listener: TcpListener,
) -> Result<bool> {
    let node = Node::new(Parts {
        platform: platform.clone(),
        proxies: settings.trusted_proxies.clone(),
        request_time: settings.request_time(),
        leaving: leaving.announced,
        metrics: recorder()?,
    });
    let tasks = background(platform, &leaving.closing);
    let router = router(&node, settings, site);
    let all_finished = listen::serve(listener, router, leaving.closing, settings.drain()).await;
    tasks.close();
    if timeout(Duration::from_secs(5), tasks.wait()).await.is_err() {
        tracing::warn!("background work did not end in time");
    }
    if !all_finished {
        tracing::warn!(
            seconds = settings.drain().as_secs(),
            "requests were cut off: they did not finish in time"
        );
    }
    Ok(all_finished)
}

/// Everything that is served: pages and API of a site, and what belongs to no site.
fn router(node: &Node, settings: &Settings, site: &SiteFiles) -> Router {
    let (api, description) = club::api::router().split_for_parts();
    let of_a_site = pages::router(site.options(settings)).merge(api);
    let everything = layers::around_site(of_a_site, node)
        .merge(site.router())
        .merge(health::router(node))
        .merge(docs::router(description));
    layers::around_all(everything, node)
}

/// The work that is always under way, until closing.
fn background(platform: &Platform, closing: &CancellationToken) -> TaskTracker {
    let tasks = TaskTracker::new();
    let (listening, until) = (platform.clone(), closing.clone());
    tasks.spawn(async move { listening.resolver.listen(until).await });
    let (sweeping, until) = (platform.clone(), closing.clone());
    tasks.spawn(async move { sweeping.pools.keep_swept(until).await });
    let (closing_doors, until) = (platform.clone(), closing.clone());
    tasks.spawn(async move { servers::keep_closed(&closing_doors, until).await });
    tasks.spawn(jobs::keep_working(platform.clone(), closing.clone()));
    let (resuming, until) = (platform.clone(), closing.clone());
    tasks.spawn(async move {
        tokio::select! {
            resumed = provisioning::resume_all(&resuming) => if let Err(error) = resumed {
                tracing::error!(cause = error.cause().unwrap_or(&error.message), "half-made tenants could not be resumed");
            },
            () = until.cancelled() => {}
        }
    });
    tasks
}

async fn bind(settings: &Settings) -> Result<TcpListener> {
    TcpListener::bind(settings.addr).await.map_err(|error| {
        let sentence = match error.kind() {
            std::io::ErrorKind::AddrInUse => format!(
                "{} is in use; choose another with CLUBE_ADDR (--addr)",
                settings.addr
            ),
            _ => format!(
                "CLUBE_ADDR (--addr) is {}, where this machine cannot listen: {error}",
                settings.addr
            ),
        };
        Error::new(Kind::Internal, "cannot_listen", sentence)
    })
}

/// Measuring begins once in a process; several nodes in one process share what is measured.
fn recorder() -> Result<PrometheusHandle> {
    static RECORDER: std::sync::OnceLock<Option<PrometheusHandle>> = std::sync::OnceLock::new();
    RECORDER
        .get_or_init(|| {
            let suffix = Matcher::Suffix("_seconds".to_owned());
            PrometheusBuilder::new()
                .set_buckets_for_metric(suffix, &BUCKETS)
                .ok()?
                .install_recorder()
                .ok()
        })
        .clone()
        .ok_or_else(|| Error::internal("measuring cannot begin"))
}

fn announce(platform: &Platform, settings: &Settings, demo: Option<Outcome>, json: bool) {
    let (url, listens) = (platform.public.url(None), settings.addr);
    tracing::info!(%listens, address = %url, "ready");
    let mut ready = Outcome {
        text: format!("Clube Digital serves {url} (listening on {listens})"),
        json: json!({ "url": url, "listens": listens }),
        failed: false,
    };
    if let Some(demo) = demo {
        ready.text = format!("{}\n{}", ready.text, demo.text);
        ready.json["demo"] = demo.json;
    }
    // It serves, whether anybody reads that or not.
    let _ = ready.say(json);
}

/// Waits for the first signal, says for a while that we leave, then closes. A second signal, when it is
/// not the echo of the first, ends the process at once.
async fn leave(leaving: Leaving, pause: Duration) {
    told_to_stop().await;
    tracing::info!("leaving: no new connections soon, requests under way are finished");
    leaving.announced.cancel();
    tokio::spawn(async {
        // One wish to stop often arrives twice: from the terminal, and from whoever started us.
        sleep(ECHO).await;
        told_to_stop().await;
        tracing::warn!("told twice: ending at once");
        process::exit(1);
    });
    sleep(pause).await;
    leaving.closing.cancel();
}

/// SIGTERM from a supervisor, SIGINT from a keyboard.
pub(crate) async fn told_to_stop() {
    let (Ok(mut term), Ok(mut int)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
}
