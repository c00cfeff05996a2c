//! Leaving loses no request.

use crate::installation::{Installation, Outcome};
use reqwest::Client;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::task::JoinSet;

/// Clients that keep asking, half of them on one connection and half on a new one each time, until the node takes none.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_request_fails_while_a_node_leaves() -> Outcome {
    let installation = Installation::new();
    let node = installation.node(&[]).await;
    let slug = installation.tenant(&node, "navi").await;
    let answered = Arc::new(AtomicUsize::new(0));
    let mut clients = JoinSet::new();
    for keeps in [true, false, true, false, true, false, true, false] {
        let client = Client::builder()
            .pool_max_idle_per_host(usize::from(keeps))
            .build()?;
        let request = client
            .get(format!("http://{}/api/tenant-info", node.address))
            .header("host", format!("{slug}.localhost"));
        let answered = Arc::clone(&answered);
        clients.spawn(async move {
            loop {
                match request.try_clone().expect("it has no body").send().await {
                    Ok(answer) if answer.status() == 200 => {
                        answer.bytes().await.expect("the whole answer");
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok(answer) => return Err(format!("answered {}", answer.status())),
                    Err(error) if error.is_connect() => return Ok(()),
                    Err(error) => return Err(format!("{error:?}")),
                }
            }
        });
    }
    let wait_for = |count: usize| {
        let answered = Arc::clone(&answered);
        async move {
            while answered.load(Ordering::Relaxed) < count {
                tokio::task::yield_now().await;
            }
        }
    };
    wait_for(200).await;
    node.leaving.announced.cancel();
    wait_for(answered.load(Ordering::Relaxed) + 100).await;
    assert!(node.end().await, "all requests were finished");
    while let Some(client) = clients.join_next().await {
        client??;
    }
    installation.end([]).await;
    Ok(())
}
