//! What finding the tenant adds to a request: reading the name, and the whole way through the cache to the gate.
//!
//! `cargo bench -p tenancy --features testing`, with a PostgreSQL in `CLUBE_TEST_POSTGRES_URL`. The database is asked once,
//! before anything is measured.

use criterion::{Criterion, criterion_group, criterion_main};
use kernel::{Error, Result, Slug};
use std::{
    hint::black_box,
    time::{Duration, Instant},
};
use tenancy::{
    resolution::{Site, identify},
    testing::Installation,
};
use tokio::runtime::Runtime;

const HOST: &str = "clube-navi.localhost:8033";

fn name(criterion: &mut Criterion) {
    let bases = ["localhost".to_owned(), "api.clubedigital.com.br".to_owned()];
    let mut group = criterion.benchmark_group("name");
    for (what, header, host) in [
        ("header", Some("clube-navi"), HOST),
        ("subdomain", None, HOST),
        ("custom domain", None, "www.clubenavi.com.br"),
        ("international domain", None, "pão-de-açúcar.com.br"),
    ] {
        group.bench_function(what, |bencher| {
            bencher.iter(|| identify(black_box(header), black_box(host), &bases));
        });
    }
    group.finish();
}

/// Name, cache and gate: everything between a request's head and the tenant it is served for.
fn cached(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let installation = runtime.block_on(async {
        let installation = Installation::new().await;
        installation.register_without_database("clube-navi").await;
        installation
            .live(&Slug::parse("clube-navi").expect("a slug"))
            .await;
        installation
    });
    let platform = &installation.platform;
    let admitted = async || -> Result<()> {
        match platform
            .resolver
            .resolve(black_box(None), black_box(HOST))
            .await?
        {
            Site::Tenant(tenant) => tenant.admit(platform.clock.now()),
            Site::Platform => Err(Error::not_found("tenant")),
        }
    };
    criterion.bench_function("name, cache and gate", |bencher| {
        bencher.iter_custom(|times| {
            runtime.block_on(async {
                admitted().await.expect("it is known");
                let start = Instant::now();
                for _ in 0..times {
                    black_box(admitted().await).expect("it is served");
                }
                Duration::max(start.elapsed(), Duration::from_nanos(1))
            })
        });
    });
    runtime.block_on(async { drop(installation) });
}

criterion_group!(benches, name, cached);
criterion_main!(benches);
