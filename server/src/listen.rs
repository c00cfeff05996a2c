//! Takes connections, and lets them go without losing a request.

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// Who does not send a request's head in this time is disconnected.
const HEAD: Duration = Duration::from_secs(15);

/// A connection that was just taken gets this long to bring its first request before it counts as unused.
const FIRST_REQUEST: Duration = Duration::from_millis(250);

/// Serves until `closing`, then finishes what is under way, for `drain` at most. Whether all of it was finished.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    closing: CancellationToken,
    drain: Duration,
) -> bool {
    let connections = GracefulShutdown::new();
    loop {
        // Who already waits in the queue is still served, even when we are told to close.
        let accepted = tokio::select! {
            biased;
            accepted = listener.accept() => accepted,
            () = closing.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => connect(stream, peer, &router, &connections),
            // Out of file descriptors, or the client is gone already: the next try may be better.
            Err(error) => {
                tracing::warn!(%error, "cannot take a connection");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
    // Of who came last the runtime may not have heard yet: the system itself is asked, or it would turn them away.
    if let Ok(listener) = listener.into_std() {
        while let Ok((stream, peer)) = listener.accept() {
            let stream = stream
                .set_nonblocking(true)
                .and_then(|()| TcpStream::from_std(stream));
            if let Ok(stream) = stream {
                connect(stream, peer, &router, &connections);
            }
        }
    }
    sleep(FIRST_REQUEST).await;
    timeout(drain, connections.shutdown()).await.is_ok()
}

fn connect(stream: TcpStream, peer: SocketAddr, router: &Router, connections: &GracefulShutdown) {
    // Only latency is lost without it.
    let _ = stream.set_nodelay(true);
    let service = router
        .clone()
        .map_request(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            request.map(Body::new)
        });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "connection ended");
        }
    });
}
