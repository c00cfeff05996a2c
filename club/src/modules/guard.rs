//! The layer that keeps a group of routes for those who have its module.

use super::effective;
use crate::Ctx;
use axum::{
    extract::{FromRequestParts, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::{Error, Kind, Result};
use tenancy::modules::Module;

/// The state of [`require_module`]: which module.
#[derive(Clone, Copy, Debug)]
pub struct ModuleGuard(pub Module);

/// Lets a request through when its user has the module; else 403 as in section 6. Stands inside of the JWT layer:
///
/// ```ignore
/// router.layer(from_fn_with_state(ModuleGuard(Module::Marketplace), require_module))
/// ```
pub async fn require_module(
    State(ModuleGuard(module)): State<ModuleGuard>,
    request: Request,
    next: Next,
) -> Response {
    match admit(module, request).await {
        Ok(request) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

async fn admit(module: Module, request: Request) -> Result<Request> {
    let (mut parts, body) = request.into_parts();
    let ctx = Ctx::from_request_parts(&mut parts, &()).await?;
    require_module_of(&ctx, module).await?;
    Ok(Request::from_parts(parts, body))
}

/// The same for an operation of which only a part needs the module: refuses an acting user who does not have it.
pub async fn require_module_of(ctx: &Ctx, module: Module) -> Result<()> {
    if effective(ctx, ctx.user_id()?, module).await?.is_enabled {
        Ok(())
    } else {
        Err(module_disabled(module))
    }
}

fn module_disabled(module: Module) -> Error {
    Error::new(Kind::Forbidden, "module_disabled", "")
        .titled("Module disabled")
        .bare()
        .with("code", "module_disabled")
        .with("module", module.key())
}
