//! `clube add-server`.

use super::outcome::Outcome;
use clap::Args;
use kernel::Result;
use secrecy::SecretString;
use serde_json::json;
use tenancy::{
    PlatformCtx,
    servers::{self, NewServer},
};

/// Options of `add-server`.
#[derive(Debug, Args)]
pub struct AddServer {
    /// What it is called; the same name again changes its address, its provisioner's password and its capacity
    #[arg(long)]
    name: String,
    /// A superuser there, `postgres://user:password@host:port/postgres`: used once, and not kept. Tenants are served by
    /// the same host and port
    #[arg(long)]
    url: SecretString,
    /// How many tenants it may hold; 0 takes no more
    #[arg(long, value_name = "N", default_value_t = 1000)]
    capacity: u32,
}

pub(super) async fn run(ctx: &PlatformCtx, arguments: AddServer) -> Result<Outcome> {
    let new = NewServer {
        name: arguments.name,
        url: arguments.url,
        capacity: arguments.capacity,
    };
    let added = servers::add(ctx, new).await?;
    let (host, port) = (&added.host, added.port);
    Ok(Outcome {
        text: format!(
            "Server          {}\nAddress         {host}:{port}\nRole            {}\nCapacity        {} tenants",
            added.name, added.user, added.capacity
        ),
        json: json!({
            "name": added.name,
            "host": host,
            "port": port,
            "user": added.user,
            "capacity": added.capacity,
        }),
        failed: false,
    })
}
