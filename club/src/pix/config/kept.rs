//! The sandbox with its book in the tenant's database: each call takes the row, acts and writes it back, so that nodes
//! take turns and a restart forgets nothing. It is written as a whole each time, which is enough for a demonstration.

use super::is_missing;
use crate::{
    Ctx,
    pix::{
        Answer, Charge, EndToEndId, Hint, KeyOwner, NewCharge, NewPayout, Offers, PayoutId,
        PayoutStatus, PixKey, PixPage, PixProvider, PixRefund, ProviderError, ReceivedPix,
        RefundId, Txid, Webhook, Window,
        sandbox::{Book, Sandbox, Script},
    },
};
use kernel::{Money, Result as Outcome};
use sqlx::{Postgres, Transaction, types::Json};
use tenancy::{Clock, administrators::Permission};
use time::{Duration, OffsetDateTime};

/// The sandbox of a club.
pub(super) struct KeptSandbox {
    ctx: Ctx,
}

/// The sandbox while somebody has its row.
struct Open {
    tx: Transaction<'static, Postgres>,
    before: Option<Book>,
    sandbox: Sandbox,
}

impl Open {
    async fn take(ctx: &Ctx) -> Outcome<Self> {
        let tx = ctx.begin().await?;
        Self::within(tx, ctx, ctx.platform.clock.clone()).await
    }

    async fn within(
        mut tx: Transaction<'static, Postgres>,
        ctx: &Ctx,
        clock: Clock,
    ) -> Outcome<Self> {
        let before = sqlx::query_scalar!(
            r#"select book as "book: Json<Book>" from pix_sandbox for no key update"#
        )
        .fetch_one(&mut *tx)
        .await?
        .map(|Json(book)| book);
        let sandbox = match &before {
            Some(book) => Sandbox::resume(clock, book.clone()),
            None => Sandbox::new(clock, seed(ctx), Money::ZERO),
        };
        Ok(Self {
            tx,
            before,
            sandbox,
        })
    }

    async fn close(self) -> Outcome<()> {
        self.write().await?.commit().await?;
        Ok(())
    }

    async fn write(mut self) -> Outcome<Transaction<'static, Postgres>> {
        let after = self.sandbox.book();
        if self.before.as_ref() != Some(&after) {
            sqlx::query!("update pix_sandbox set book = $1", Json(after) as _)
                .execute(&mut *self.tx)
                .await?;
        }
        Ok(self.tx)
    }
}

/// Different for each club, so that no two have payments of one id.
fn seed(ctx: &Ctx) -> u64 {
    ctx.tenant.id.0.as_u64_pair().1
}

/// Tells the club's sandbox what to do. For demonstrations and tests.
pub async fn play(ctx: &Ctx, script: Script) -> Outcome<()> {
    ctx.require(Permission::ManageSettings)?;
    let open = Open::take(ctx).await?;
    open.sandbox.play(script)?;
    open.close().await
}

/// The book of the club's sandbox, after everything whose time has come.
pub async fn book(ctx: &Ctx) -> Outcome<Book> {
    ctx.require(Permission::ViewConsole)?;
    let open = Open::take(ctx).await?;
    let book = open.sandbox.book();
    open.close().await?;
    Ok(book)
}

/// The bodies of the sandbox's webhooks whose time has come, in the order in which they arrive. They are not given again.
pub async fn deliveries(ctx: &Ctx) -> Outcome<Vec<String>> {
    ctx.require(Permission::ManageSettings)?;
    let open = Open::take(ctx).await?;
    let bodies = open.sandbox.deliveries();
    open.close().await?;
    Ok(bodies)
}

/// The club's sandbox at a moment of the past, with its clock: for a demonstration with a history.
pub(crate) struct Rewound {
    open: Open,
    clock: Clock,
}

impl Rewound {
    /// Takes the sandbox back, in a transaction that goes on with [`keep`](Self::keep).
    pub(crate) async fn to(
        tx: Transaction<'static, Postgres>,
        ctx: &Ctx,
        from: OffsetDateTime,
    ) -> Outcome<Self> {
        let clock = Clock::fixed(from);
        let open = Open::within(tx, ctx, clock.clone()).await?;
        Ok(Self { open, clock })
    }

    /// The sandbox as of then.
    pub(crate) fn sandbox(&self) -> &Sandbox {
        &self.open.sandbox
    }

    /// Goes on to a later moment.
    pub(crate) fn go_on_to(&self, at: OffsetDateTime) {
        self.clock
            .advance((at - self.clock.now()).max(Duration::ZERO));
    }

    /// Writes the book down. Its webhooks were delivered long ago.
    pub(crate) async fn keep(self) -> Outcome<Transaction<'static, Postgres>> {
        self.open.sandbox.deliveries();
        self.open.write().await
    }
}

impl KeptSandbox {
    pub(super) fn new(ctx: &Ctx) -> Self {
        Self { ctx: ctx.clone() }
    }

    async fn open(&self) -> Result<Open, ProviderError> {
        let open = Open::take(&self.ctx).await;
        open.map_err(|error| ProviderError::Unreachable(error.to_string()))
    }

    /// Where clubs live, played money is neither taken nor sent.
    fn may_begin(&self) -> Result<(), ProviderError> {
        if is_missing(&self.ctx, self.name()) {
            return Err(ProviderError::not_offered());
        }
        Ok(())
    }
}

/// Writes the book back, whatever was answered: what was told to fail has failed, and a lost answer has its effect.
async fn close<T>(open: Open, answer: Result<T, ProviderError>) -> Result<T, ProviderError> {
    match open.close().await {
        Ok(()) => answer,
        Err(error) => Err(ProviderError::Unknown(error.to_string())),
    }
}

/// The calls that only pass through: open, ask the sandbox, write back.
macro_rules! calls {
    ($($name:ident($($arg:ident: $kind:ty),*) -> $answer:ty;)*) => {
        $(fn $name<'a>(&'a self, $($arg: $kind),*) -> Answer<'a, $answer> {
            Box::pin(async move {
                let open = self.open().await?;
                let answer = open.sandbox.$name($($arg),*).await;
                close(open, answer).await
            })
        })*
    };
}

impl PixProvider for KeptSandbox {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    fn offers(&self) -> Offers {
        Offers {
            payouts: self.may_begin().is_ok(),
            key_lookup: self.may_begin().is_ok(),
        }
    }

    calls! {
        get_charge(txid: &'a Txid) -> Option<Charge>;
        cancel_charge(txid: &'a Txid) -> Charge;
        get_pix(id: &'a EndToEndId) -> Option<ReceivedPix>;
        list_pix(window: &'a Window, page: u32) -> PixPage;
        refund(id: &'a EndToEndId, refund: &'a RefundId, amount: Money) -> PixRefund;
        get_refund(id: &'a EndToEndId, refund: &'a RefundId) -> Option<PixRefund>;
        lookup_key(key: &'a PixKey) -> Option<KeyOwner>;
        get_payout(id: &'a PayoutId) -> Option<PayoutStatus>;
        register_webhook(url: &'a str) -> ();
    }

    fn create_charge<'a>(&'a self, new: &'a NewCharge) -> Answer<'a, Charge> {
        Box::pin(async move {
            self.may_begin()?;
            let open = self.open().await?;
            let answer = open.sandbox.create_charge(new).await;
            close(open, answer).await
        })
    }

    fn send<'a>(&'a self, new: &'a NewPayout) -> Answer<'a, PayoutStatus> {
        Box::pin(async move {
            self.may_begin()?;
            let open = self.open().await?;
            let answer = open.sandbox.send(new).await;
            match close(open, answer).await {
                Err(ProviderError::Unknown(_)) => Ok(PayoutStatus::Unknown),
                answer => answer,
            }
        })
    }

    fn balance(&self) -> Answer<'_, Money> {
        Box::pin(async {
            let open = self.open().await?;
            let answer = open.sandbox.balance().await;
            close(open, answer).await
        })
    }

    fn parse_webhook(&self, webhook: &Webhook<'_>) -> Result<Vec<Hint>, ProviderError> {
        crate::pix::efi::hints(webhook.body)
    }
}
