//! Typed ids: a user's id never stands where a tenant's is expected.
//!
//! All are UUIDs (version 7, so they sort by time) drawn from the context. To add one, name it in the list below.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "ssr", derive(sqlx::Type, utoipa::ToSchema), sqlx(transparent))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = crate::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self).map_err(|_| crate::Error::invalid("id", "invalid"))
            }
        }
    )+};
}

ids! {
    /// A tenant (a club).
    TenantId,
    /// A user of one tenant: a consumer or a merchant.
    UserId,
    /// A tenant admin or a super admin.
    AdminId,
    /// A signed-in browser of an admin.
    SessionId,
    /// A tenant's custom domain.
    DomainId,
    /// An uploaded file.
    FileId,
    /// A version of a legal text.
    DocumentId,
    /// A document that a user sent to show who they are.
    UserDocumentId,
    /// A product of a merchant.
    ProductId,
    /// A purchase.
    PurchaseId,
    /// A part of a purchase that was given back.
    RefundId,
    /// A charge that a user pays by Pix to put money into the wallet.
    DepositId,
    /// A payment that came in by Pix.
    ReceivedPixId,
    /// Money that a user takes out of the club.
    WithdrawalId,
    /// A part of a wallet that was held back.
    WalletBlockId,
    /// A part of that which was freed.
    WalletLiftId,
    /// A part of what somebody owed that the club forgave.
    ForgivenessId,
    /// A chain of refresh tokens that began with one sign-in.
    FamilyId,
    /// Something a user was told.
    NotificationId,
    /// A phone or browser that a user is pushed to.
    DeviceId,
    /// A transaction of a tenant's ledger; whoever posts chooses it, and it never posts twice.
    TransactionId,
}
