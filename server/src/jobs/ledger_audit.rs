//! Whether a tenant's ledger ties out, looked at and written down.

use club::{
    Ctx,
    ledger::{self, Finding},
};
use kernel::Result;
use tenancy::audits;

/// Audits the tenant's ledger and keeps the result for the platform; a finding is the worst news there is, and is logged
/// as such each time.
pub(crate) async fn audit(ctx: &Ctx) -> Result<Vec<Finding>> {
    let findings = ledger::audit(&mut *ctx.conn().await?).await?;
    if let Some(first) = findings.first() {
        tracing::error!(
            tenant = %ctx.tenant.slug,
            findings = findings.len(),
            first = first.finding,
            subject = first.subject,
            "the ledger does not tie out"
        );
    }
    audits::keep(&ctx.platform, ctx.tenant.id, &findings).await?;
    Ok(findings)
}
