//! Notifications: what the club tells its users, stored for each of them, in their language.
//!
//! They are made from what happened: the relay hands every event of the outbox to `tell`, which knows by
//! [`news`](rules::news) who is to be told what, and writes the rows in the relay's transaction. Push, SMS and WhatsApp will
//! begin at the same place: a notification names its event, and [`Device`] says where a push goes.
//!
//! One more kind of notification is a variant of [`NotificationKind`] and of [`News`](rules::News), the event it is read
//! from in `rules.rs`, and its words in `texts`, in both languages.

#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
mod devices;
#[cfg(feature = "ssr")]
mod operations;
#[cfg(feature = "ssr")]
mod rules;
#[cfg(feature = "ssr")]
mod seed;
#[cfg(feature = "ssr")]
mod tell;
#[cfg(all(test, feature = "ssr"))]
mod tests;
#[cfg(feature = "ssr")]
mod texts;

#[cfg(feature = "ssr")]
pub(crate) use api::router;
#[cfg(feature = "ssr")]
pub(crate) use devices::devices;
#[cfg(feature = "ssr")]
pub use devices::{register_device, remove_device};
#[cfg(feature = "ssr")]
pub(crate) use operations::{all, forget};
#[cfg(feature = "ssr")]
pub use operations::{list, mark, mark_all_read, unread};
#[cfg(feature = "ssr")]
pub(crate) use seed::seed;
#[cfg(feature = "ssr")]
pub(crate) use tell::{hold_readers, tell};

use kernel::{DeviceId, Locale, NotificationId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// What a notification tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum NotificationKind {
    /// They joined the club.
    Welcome,
    /// A purchase brought them cashback, their own or by somebody they brought into the club.
    CashbackReceived,
    /// Cashback that was pending can be spent.
    CashbackReleased,
    /// A purchase that had brought them cashback by somebody they brought into the club was refunded.
    CashbackTakenBack,
    /// A purchase of theirs was refunded, in whole or in part.
    PurchaseRefunded,
    /// A sale of theirs was paid from the buyer's wallet.
    SalePaid,
    /// A sale of theirs was refunded by the club, or money left their wallet for a refund.
    SaleRefunded,
    /// Money came in by Pix.
    DepositPaid,
    /// Money that had come in by Pix went back to who had paid it.
    DepositReturned,
    /// A withdrawal was asked for.
    WithdrawalRequested,
    /// A withdrawal will be paid.
    WithdrawalApproved,
    /// A withdrawal was refused, and the money is back in the wallet.
    WithdrawalRejected,
    /// A withdrawal has arrived.
    WithdrawalPaid,
    /// A withdrawal could not be paid, and the money is back in the wallet.
    WithdrawalFailed,
    /// A withdrawal had arrived and came back, and the money is in the wallet again.
    WithdrawalReturned,
    /// A part of their wallet is held back.
    WalletBlocked,
    /// What was held back of their wallet is free again, in whole or in part.
    WalletUnblocked,
    /// The club forgave what they owed it, in whole or in part.
    DebtForgiven,
    /// The Pix key that they are paid to is another, or gone.
    PixKeyChanged,
    /// A document that they sent has arrived and will be reviewed.
    UserDocumentSubmitted,
    /// A document was approved.
    UserDocumentApproved,
    /// A document was refused.
    UserDocumentRefused,
    /// Approved documents vouch no more, because the account has another name or tax number.
    UserDocumentsOutdated,
    /// A legal text has a new version; everybody is told.
    DocumentPublished,
    /// They accepted a legal text.
    DocumentAccepted,
}

/// Something the club told a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Notification {
    /// Its id.
    pub id: NotificationId,
    /// What it tells of.
    pub kind: NotificationKind,
    /// The purchase, deposit, withdrawal or document it is about; which one the kind says. Absent where it is not theirs to
    /// read.
    pub subject_id: Option<Uuid>,
    /// A few words.
    #[cfg_attr(feature = "ssr", schema(example = "Você recebeu cashback"))]
    pub title: String,
    /// A sentence or two.
    #[cfg_attr(
        feature = "ssr",
        schema(example = "R$ 1,66 de cashback já estão na sua carteira.")
    )]
    pub body: String,
    /// Whether the user has read it.
    pub is_read: bool,
    /// When what it tells of happened.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

/// Which notifications a list shows, and which page of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NotificationFilter {
    /// Only read or only unread ones; all when absent.
    pub is_read: Option<bool>,
    /// How many rows, 1 to 100; 25 when absent.
    pub limit: Option<u16>,
    /// The `nextCursor` of the page before.
    pub cursor: Option<Uuid>,
}

/// A change of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NotificationPatch {
    /// Whether the user has read it.
    pub is_read: bool,
}

/// How many notifications wait to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Unread {
    /// The number for the badge.
    #[cfg_attr(feature = "ssr", schema(example = 3))]
    pub unread: i64,
}

/// What kind of app a device runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum DevicePlatform {
    /// An iPhone or iPad.
    Ios,
    /// An Android phone or tablet.
    Android,
    /// A browser.
    Web,
}

/// A device to register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewDevice {
    /// What the app runs on.
    pub platform: DevicePlatform,
    /// Where the platform's push service finds the app.
    #[cfg_attr(
        feature = "ssr",
        schema(example = "ExponentPushToken[xxxxxxxxxxxxxxxxxxxxxx]")
    )]
    pub push_token: String,
    /// The app's language; from now on the club writes to the user in it.
    pub locale: Option<Locale>,
}

/// A registered device. Its push token is for the server only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// Its id, to remove it by.
    pub id: DeviceId,
    /// What it runs on.
    pub platform: DevicePlatform,
    /// When it was registered last.
    #[serde(with = "time::serde::rfc3339")]
    pub registered_at: OffsetDateTime,
}
