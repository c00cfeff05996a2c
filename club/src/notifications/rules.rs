//! Who is told what about an event. Pure; an event that tells nobody anything, or that cannot be read, is no news.

use super::NotificationKind;
use crate::{legal_documents::DocumentKind, purchases::Payment};
use kernel::{Money, Shares, UserId};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What somebody is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) to: Whom,
    /// The purchase, deposit, withdrawal or document.
    pub(super) subject: Option<Uuid>,
    pub(super) news: News,
}

/// Who is told something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whom {
    /// This one.
    User(UserId),
    /// Every user of the club.
    Everybody,
}

/// What there is to tell, with the amounts and reasons that its words need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum News {
    Welcome,
    CashbackReceived {
        amount: Money,
        is_pending: bool,
    },
    CashbackReleased {
        amount: Money,
    },
    CashbackTakenBack {
        amount: Money,
        debt: Money,
    },
    PurchaseRefunded {
        amount: Money,
        taken_back: Money,
        debt: Money,
    },
    SalePaid {
        price: Money,
        net: Money,
    },
    SaleRefunded {
        amount: Money,
        change: Money,
        is_by_club: bool,
    },
    DepositPaid {
        amount: Money,
    },
    DepositReturned {
        amount: Money,
        debt: Money,
    },
    WithdrawalRequested {
        amount: Money,
    },
    WithdrawalApproved {
        amount: Money,
    },
    WithdrawalRejected {
        amount: Money,
        reason: String,
    },
    WithdrawalPaid {
        amount: Money,
    },
    WithdrawalFailed {
        amount: Money,
    },
    WithdrawalReturned {
        amount: Money,
    },
    WalletBlocked {
        amount: Money,
    },
    WalletUnblocked {
        amount: Money,
        debt_paid: Money,
    },
    DebtForgiven {
        amount: Money,
        debt: Money,
    },
    PixKeyChanged {
        is_removed: bool,
    },
    UserDocumentSubmitted,
    UserDocumentApproved,
    UserDocumentRefused {
        reason: String,
    },
    UserDocumentsOutdated,
    DocumentPublished {
        kind: DocumentKind,
    },
    DocumentAccepted {
        kind: DocumentKind,
    },
}

impl News {
    pub(super) const fn kind(&self) -> NotificationKind {
        match self {
            Self::Welcome => NotificationKind::Welcome,
            Self::CashbackReceived { .. } => NotificationKind::CashbackReceived,
            Self::CashbackReleased { .. } => NotificationKind::CashbackReleased,
            Self::CashbackTakenBack { .. } => NotificationKind::CashbackTakenBack,
            Self::PurchaseRefunded { .. } => NotificationKind::PurchaseRefunded,
            Self::SalePaid { .. } => NotificationKind::SalePaid,
            Self::SaleRefunded { .. } => NotificationKind::SaleRefunded,
            Self::DepositPaid { .. } => NotificationKind::DepositPaid,
            Self::DepositReturned { .. } => NotificationKind::DepositReturned,
            Self::WithdrawalRequested { .. } => NotificationKind::WithdrawalRequested,
            Self::WithdrawalApproved { .. } => NotificationKind::WithdrawalApproved,
            Self::WithdrawalRejected { .. } => NotificationKind::WithdrawalRejected,
            Self::WithdrawalPaid { .. } => NotificationKind::WithdrawalPaid,
            Self::WithdrawalFailed { .. } => NotificationKind::WithdrawalFailed,
            Self::WithdrawalReturned { .. } => NotificationKind::WithdrawalReturned,
            Self::WalletBlocked { .. } => NotificationKind::WalletBlocked,
            Self::WalletUnblocked { .. } => NotificationKind::WalletUnblocked,
            Self::DebtForgiven { .. } => NotificationKind::DebtForgiven,
            Self::PixKeyChanged { .. } => NotificationKind::PixKeyChanged,
            Self::UserDocumentSubmitted => NotificationKind::UserDocumentSubmitted,
            Self::UserDocumentApproved => NotificationKind::UserDocumentApproved,
            Self::UserDocumentRefused { .. } => NotificationKind::UserDocumentRefused,
            Self::UserDocumentsOutdated => NotificationKind::UserDocumentsOutdated,
            Self::DocumentPublished { .. } => NotificationKind::DocumentPublished,
            Self::DocumentAccepted { .. } => NotificationKind::DocumentAccepted,
        }
    }
}

/// Everybody who is told something about an event, each of them once of each kind.
pub(super) fn news(kind: &str, payload: &Value) -> Vec<Told> {
    let event = Event(payload);
    let told = match kind {
        "purchase_recorded" => return recorded(&event).unwrap_or_default(),
        "purchase_refunded" => return refunded(&event).unwrap_or_default(),
        "user_registered" => event.tell(None, Some(News::Welcome)),
        "cashback_released" => event.tell(event.get("purchaseId"), cashback_released(&event)),
        "deposit_paid" => event.tell(event.get("depositId"), deposited(&event)),
        "deposit_returned" => event.tell(event.get("depositId"), deposit_returned(&event)),
        "wallet_blocked" => event.tell(event.get("walletBlockId"), blocked(&event)),
        "wallet_unblocked" => event.tell(event.get("walletBlockId"), unblocked(&event)),
        "debt_forgiven" => event.tell(None, forgiven(&event)),
        "pix_key_changed" => event.tell(None, Some(pix_key_changed(&event))),
        "user_document_submitted" => {
            let news = Some(News::UserDocumentSubmitted);
            event.tell(event.get("userDocumentId"), news)
        }
        "user_document_reviewed" => event.tell(event.get("userDocumentId"), reviewed(&event)),
        "user_documents_outdated" => event.tell(None, Some(News::UserDocumentsOutdated)),
        "document_published" => Event::tell_everybody(event.get("documentId"), published(&event)),
        "document_accepted" => event.tell(event.get("documentId"), accepted(&event)),
        _ => event.tell(event.get("withdrawalId"), withdrawal(kind, &event)),
    };
    told.into_iter().collect()
}

/// An event's payload: ids and amounts under the names that the JSON API has for them too.
struct Event<'a>(&'a Value);

impl Event<'_> {
    fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        T::deserialize(self.0.get(name)?).ok()
    }

    /// The reason that somebody gave, or nothing.
    fn reason(&self) -> String {
        self.get("reason").unwrap_or_default()
    }

    /// Tells the user whom the event is about.
    fn tell(&self, subject: Option<Uuid>, news: Option<News>) -> Option<Told> {
        let to = Whom::User(self.get("userId")?);
        news.map(|news| Told { to, subject, news })
    }

    /// Tells every user.
    fn tell_everybody(subject: Option<Uuid>, news: Option<News>) -> Option<Told> {
        let to = Whom::Everybody;
        news.map(|news| Told { to, subject, news })
    }
}

/// What each user has of these shares of a purchase; whoever has two has their sum.
fn of_users(event: &Event<'_>, shares: Shares) -> Option<BTreeMap<UserId, Money>> {
    let mut amounts = BTreeMap::<UserId, Money>::new();
    for (name, share) in [
        ("userId", shares.consumer),
        ("consumerReferrerId", shares.consumer_referrer),
        ("merchantReferrerId", shares.merchant_referrer),
    ] {
        if let (Some(user), true) = (event.get(name), share.is_positive()) {
            let amount = amounts.entry(user).or_default();
            *amount = amount.checked_add(share)?;
        }
    }
    Some(amounts)
}

/// Everybody who has a share in a purchase, and who was paid for it. Only its two sides may read it.
fn recorded(event: &Event<'_>) -> Option<Vec<Told>> {
    let (purchase, consumer) = (event.get("purchaseId"), event.get("userId"));
    let is_pending = event.get("isPending").unwrap_or(false);
    let cashback = of_users(event, event.get("shares")?)?.into_iter();
    let cashback = cashback.map(|(user, amount)| Told {
        to: Whom::User(user),
        subject: purchase.filter(|_| consumer == Some(user)),
        news: News::CashbackReceived { amount, is_pending },
    });
    Some(cashback.chain(sale_paid(event)).collect())
}

/// Who sells hears that a wallet paid: nothing else tells them at the till.
fn sale_paid(event: &Event<'_>) -> Option<Told> {
    let payment: Payment = event.get("payment")?;
    let (price, pool): (Money, Money) = (event.get("price")?, event.get("pool")?);
    let net = price.checked_sub(pool)?;
    let told = Told {
        to: Whom::User(event.get("merchantId")?),
        subject: event.get("purchaseId"),
        news: News::SalePaid { price, net },
    };
    (payment == Payment::Wallet).then_some(told)
}

/// Who bought, everybody whose cashback was taken back, and who sold.
fn refunded(event: &Event<'_>) -> Option<Vec<Told>> {
    let consumer: UserId = event.get("userId")?;
    let mut taken = of_users(event, event.get("takenBack").unwrap_or_default())?;
    let debts = of_users(event, event.get("debts").unwrap_or_default())?;
    let debt = |user: UserId| debts.get(&user).copied().unwrap_or_default();
    let bought = Told {
        to: Whom::User(consumer),
        subject: event.get("purchaseId"),
        news: News::PurchaseRefunded {
            amount: event.get("amount")?,
            taken_back: taken.remove(&consumer).unwrap_or_default(),
            debt: debt(consumer),
        },
    };
    let referrers = taken.into_iter().map(|(user, amount)| Told {
        to: Whom::User(user),
        subject: None,
        news: News::CashbackTakenBack {
            amount,
            debt: debt(user),
        },
    });
    let all = [bought].into_iter().chain(referrers);
    Some(all.chain(sale_refunded(event)).collect())
}

/// Who sold hears of what leaves their wallet, and of whatever the club does in their place.
fn sale_refunded(event: &Event<'_>) -> Option<Told> {
    let change: Money = event.get("merchantChange")?;
    let is_by_club = event.get("isByClub").unwrap_or(false);
    let told = Told {
        to: Whom::User(event.get("merchantId")?),
        subject: event.get("purchaseId"),
        news: News::SaleRefunded {
            amount: event.get("amount")?,
            change,
            is_by_club,
        },
    };
    (is_by_club || change.is_negative()).then_some(told)
}

fn cashback_released(event: &Event<'_>) -> Option<News> {
    let amount = event.get("amount")?;
    Some(News::CashbackReleased { amount })
}

fn deposited(event: &Event<'_>) -> Option<News> {
    let amount = event.get("amount")?;
    Some(News::DepositPaid { amount })
}

fn deposit_returned(event: &Event<'_>) -> Option<News> {
    Some(News::DepositReturned {
        amount: event.get("amount")?,
        debt: event.get("debt").unwrap_or_default(),
    })
}

fn blocked(event: &Event<'_>) -> Option<News> {
    let amount = event.get("amount")?;
    Some(News::WalletBlocked { amount })
}

fn unblocked(event: &Event<'_>) -> Option<News> {
    Some(News::WalletUnblocked {
        amount: event.get("amount")?,
        debt_paid: event.get("debtPaid").unwrap_or_default(),
    })
}

fn forgiven(event: &Event<'_>) -> Option<News> {
    Some(News::DebtForgiven {
        amount: event.get("amount")?,
        debt: event.get("debt").unwrap_or_default(),
    })
}

fn published(event: &Event<'_>) -> Option<News> {
    let kind = event.get("kind")?;
    Some(News::DocumentPublished { kind })
}

fn accepted(event: &Event<'_>) -> Option<News> {
    let kind = event.get("kind")?;
    Some(News::DocumentAccepted { kind })
}

/// What arrives is the net amount, what comes back is the gross one.
fn withdrawal(kind: &str, event: &Event<'_>) -> Option<News> {
    let gross: Money = event.get("amount")?;
    let net = event.get("netAmount").unwrap_or(gross);
    Some(match kind {
        "withdrawal_requested" => News::WithdrawalRequested { amount: gross },
        "withdrawal_approved" => News::WithdrawalApproved { amount: net },
        "withdrawal_rejected" => News::WithdrawalRejected {
            amount: gross,
            reason: event.reason(),
        },
        "withdrawal_paid" => News::WithdrawalPaid { amount: net },
        "withdrawal_failed" => News::WithdrawalFailed { amount: gross },
        "withdrawal_returned" => News::WithdrawalReturned { amount: gross },
        _ => return None,
    })
}

fn pix_key_changed(event: &Event<'_>) -> News {
    News::PixKeyChanged {
        is_removed: event.get("isRemoved").unwrap_or(false),
    }
}

fn reviewed(event: &Event<'_>) -> Option<News> {
    let status: String = event.get("status")?;
    Some(if status == "approved" {
        News::UserDocumentApproved
    } else {
        News::UserDocumentRefused {
            reason: event.reason(),
        }
    })
}
