//! What the money settings' pages ask and change.

use super::{PixView, provider::NewProvider};
use crate::Refusal;
use club::pix::ProviderSettings;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::{HERE, of_pix};
#[cfg(feature = "ssr")]
use crate::{form, visit};
#[cfg(feature = "ssr")]
use club::{
    cashback::{self, MoneySettings, MoneySettingsPatch},
    deposits::{self, DepositLimits},
    kyc::{self, KycLimits},
    pix::{
        self, PixKey, ProviderChoice, ProviderName,
        bcb::{BcbSettings, Patience},
    },
    withdrawals,
};
#[cfg(feature = "ssr")]
use kernel::{Error, Money, Percent, Result as Outcome};
#[cfg(feature = "ssr")]
use secrecy::SecretString;
#[cfg(feature = "ssr")]
use tenancy::{passwords, tenants::WithdrawalConfig};

/// All that holds now.
#[server(endpoint = "admin/pix")]
pub(crate) async fn read_pix() -> Result<PixView, Refusal> {
    let ctx = visit::tenant()?;
    Ok(PixView {
        provider: pix::provider_settings(&ctx).await?,
        deposits: deposits::limits(&ctx).await?,
        withdrawals: withdrawals::settings(&ctx)?,
        levels: kyc::limits(&ctx).await?,
        cashback: cashback::settings(&ctx).await?,
    })
}

/// Which institution the club has.
#[server(endpoint = "admin/pix/provider")]
pub(crate) async fn read_provider() -> Result<ProviderSettings, Refusal> {
    Ok(pix::provider_settings(&visit::tenant()?).await?)
}

/// Chooses it.
#[server(endpoint = "admin/pix/choose")]
pub(crate) async fn choose_provider(new: NewProvider) -> Result<(), Refusal> {
    // What is secret is not kept, nor what may be too long for a cookie.
    let kept = [
        ("new[provider]", new.provider.as_str()),
        ("new[baseUrl]", &new.base_url),
        ("new[tokenUrl]", &new.token_url),
        ("new[clientId]", &new.client_id),
        ("new[key]", &new.key),
        ("new[name]", &new.name),
        ("new[city]", &new.city),
        ("new[scope]", &new.scope),
        ("new[proxyChecksWebhook]", &new.proxy_checks_webhook),
    ];
    form::settle(of_pix::PROVIDER, &kept, choose(&new).await)?;
    form::done(of_pix::PROVIDER, "provider_chosen", Some(HERE));
    Ok(())
}

/// Has the institution call the club, once more.
#[server(endpoint = "admin/pix/webhook")]
pub(crate) async fn register_webhook() -> Result<(), Refusal> {
    let registered = pix::register_webhook(&visit::tenant()?).await;
    form::settle(of_pix::WEBHOOK, &[], registered)?;
    form::done(of_pix::WEBHOOK, "webhook_registered", None);
    Ok(())
}

/// Changes what may be deposited.
#[server(endpoint = "admin/pix/deposits")]
pub(crate) async fn change_deposit_limits(
    minimum: String,
    maximum: String,
    #[server(rename = "mostWaiting")] most_waiting: String,
) -> Result<(), Refusal> {
    let kept = [
        ("minimum", minimum.as_str()),
        ("maximum", &maximum),
        ("mostWaiting", &most_waiting),
    ];
    let changed = limit_deposits(&minimum, &maximum, &most_waiting).await;
    form::settle(of_pix::DEPOSITS, &kept, changed)?;
    form::done(of_pix::DEPOSITS, "limits_changed", None);
    Ok(())
}

/// Changes what may be withdrawn, and what it costs.
#[server(endpoint = "admin/pix/withdrawals")]
pub(crate) async fn change_withdrawal_rules(
    #[server(rename = "feePercent")] fee_percent: String,
    #[server(rename = "minAmount")] min_amount: String,
    #[server(rename = "dailyLimit")] daily_limit: String,
    #[server(rename = "automaticApprovalLimit")] automatic_approval_limit: String,
) -> Result<(), Refusal> {
    let kept = [
        ("feePercent", fee_percent.as_str()),
        ("minAmount", &min_amount),
        ("dailyLimit", &daily_limit),
        ("automaticApprovalLimit", &automatic_approval_limit),
    ];
    let changed = rule_withdrawals(kept.map(|(_, text)| text)).await;
    form::settle(of_pix::WITHDRAWALS, &kept, changed)?;
    form::done(of_pix::WITHDRAWALS, "limits_changed", None);
    Ok(())
}

/// Changes what a member may withdraw on one day, by how far the club knows them.
#[server(endpoint = "admin/pix/levels")]
pub(crate) async fn change_level_limits(
    level0: String,
    level1: String,
    level2: String,
) -> Result<(), Refusal> {
    let kept = [
        ("level0", level0.as_str()),
        ("level1", &level1),
        ("level2", &level2),
    ];
    let changed = limit_levels(kept.map(|(_, text)| text)).await;
    form::settle(of_pix::LEVELS, &kept, changed)?;
    form::done(of_pix::LEVELS, "limits_changed", None);
    Ok(())
}

/// Changes when cashback can be spent, and how much of it a merchant may owe.
#[server(endpoint = "admin/pix/cashback")]
pub(crate) async fn change_cashback_rules(
    #[server(rename = "releaseDays")] release_days: String,
    #[server(rename = "merchantCreditLimit")] merchant_credit_limit: String,
    #[server(rename = "merchantCreditLevel")] merchant_credit_level: String,
) -> Result<(), Refusal> {
    let kept = [
        ("releaseDays", release_days.as_str()),
        ("merchantCreditLimit", &merchant_credit_limit),
        ("merchantCreditLevel", &merchant_credit_level),
    ];
    let texts = [
        &release_days,
        &merchant_credit_limit,
        &merchant_credit_level,
    ];
    let changed = rule_cashback(texts.map(String::as_str)).await;
    form::settle(of_pix::CASHBACK, &kept, changed)?;
    form::done(of_pix::CASHBACK, "limits_changed", None);
    Ok(())
}

#[cfg(feature = "ssr")]
async fn choose(new: &NewProvider) -> Outcome<ProviderSettings> {
    let ctx = visit::tenant()?;
    let choice = match new.provider.as_str() {
        name if name == ProviderName::Sandbox.as_str() => ProviderChoice::Sandbox,
        name if name == ProviderName::Efi.as_str() => ProviderChoice::Efi(account(new)?),
        name if name == ProviderName::Bcb.as_str() => ProviderChoice::Bcb(account(new)?),
        _ => return Err(Error::invalid("provider", "required")),
    };
    pix::choose_provider(&ctx, choice).await
}

#[cfg(feature = "ssr")]
fn account(new: &NewProvider) -> Outcome<Box<BcbSettings>> {
    let text = |text: &str| text.trim().to_owned();
    let some = |given: &str| Some(text(given)).filter(|text| !text.is_empty());
    let proxy_checks_webhook = new.proxy_checks_webhook == "true";
    // Nobody has to remember it: whoever thinks of none gets one drawn.
    let webhook_token = some(&new.webhook_token).map(SecretString::from);
    let drawn = || (!proxy_checks_webhook).then(passwords::generate);
    Ok(Box::new(BcbSettings {
        base_url: text(&new.base_url),
        token_url: text(&new.token_url),
        client_id: text(&new.client_id),
        client_secret: text(&new.client_secret).into(),
        scope: some(&new.scope),
        identity: some(&new.identity).map(SecretString::from),
        authorities: some(&new.authorities),
        key: PixKey::guess(&new.key).map_err(|reason| Error::invalid("key", reason))?,
        name: text(&new.name),
        city: text(&new.city),
        webhook_token: webhook_token.or_else(drawn),
        proxy_checks_webhook,
        only_outside: true,
        patience: Patience::default(),
    }))
}

#[cfg(feature = "ssr")]
async fn limit_deposits(
    minimum: &str,
    maximum: &str,
    most_waiting: &str,
) -> Outcome<DepositLimits> {
    let ctx = visit::tenant()?;
    let count = most_waiting.trim().parse().map_err(|_| "invalid");
    let read = (amount(minimum), amount(maximum), count);
    let (Ok(minimum), Ok(maximum), Ok(most_waiting)) = read else {
        return Err(unread([
            ("minimum", read.0.err()),
            ("maximum", read.1.err()),
            ("mostWaiting", read.2.err()),
        ]));
    };
    let limits = DepositLimits {
        minimum,
        maximum,
        most_waiting,
    };
    deposits::change_limits(&ctx, limits).await
}

#[cfg(feature = "ssr")]
async fn rule_withdrawals([fee, least, daily, automatic]: [&str; 4]) -> Outcome<()> {
    let ctx = visit::tenant()?;
    let read = (
        Percent::parse_typed(fee),
        amount(least),
        limit(daily),
        amount(automatic),
    );
    let (Ok(fee_percent), Ok(min_amount), Ok(daily_limit), Ok(automatic_approval_limit)) = read
    else {
        return Err(unread([
            ("feePercent", read.0.err()),
            ("minAmount", read.1.err()),
            ("dailyLimit", read.2.err()),
            ("automaticApprovalLimit", read.3.err()),
        ]));
    };
    let rules = WithdrawalConfig {
        fee_percent,
        min_amount,
        daily_limit,
        automatic_approval_limit,
    };
    withdrawals::change_settings(&ctx, rules).await
}

#[cfg(feature = "ssr")]
async fn limit_levels(texts: [&str; 3]) -> Outcome<KycLimits> {
    let ctx = visit::tenant()?;
    let [level0, level1, level2] = texts.map(limit);
    let (Ok(level0), Ok(level1), Ok(level2)) = (level0, level1, level2) else {
        return Err(unread([
            ("level0", level0.err()),
            ("level1", level1.err()),
            ("level2", level2.err()),
        ]));
    };
    let limits = KycLimits {
        level0,
        level1,
        level2,
    };
    kyc::change_limits(&ctx, limits).await
}

#[cfg(feature = "ssr")]
async fn rule_cashback([days, credit, level]: [&str; 3]) -> Outcome<MoneySettings> {
    let ctx = visit::tenant()?;
    let count = |text: &str| text.trim().parse().map_err(|_| "invalid");
    let read = (count(days), amount(credit), count(level));
    let (Ok(days), Ok(credit), Ok(level)) = read else {
        return Err(unread([
            ("releaseDays", read.0.err()),
            ("merchantCreditLimit", read.1.err()),
            ("merchantCreditLevel", read.2.err()),
        ]));
    };
    let patch = MoneySettingsPatch {
        release_days: Some(days),
        merchant_credit_limit: Some(credit),
        merchant_credit_level: Some(level),
    };
    cashback::change_settings(&ctx, patch).await
}

/// An amount as either language types it.
#[cfg(feature = "ssr")]
pub(crate) fn amount(text: &str) -> Result<Money, &'static str> {
    Money::parse_brazilian(text).or_else(|reason| Money::parse(text.trim()).map_err(|_| reason))
}

/// An amount, or none.
#[cfg(feature = "ssr")]
fn limit(text: &str) -> Result<Option<Money>, &'static str> {
    let is_given = !text.trim().is_empty();
    is_given.then(|| amount(text)).transpose()
}

/// Names each field that could not be read.
#[cfg(feature = "ssr")]
fn unread<const N: usize>(fields: [(&'static str, Option<&'static str>); N]) -> Error {
    let refused = fields.map(|(name, reason)| (name, reason.is_none(), reason.unwrap_or_default()));
    Error::check(refused).expect_err("a field that could not be read")
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_either_language_writes_them() {
        let centavos = |text| amount(text).map(Money::centavos);
        for text in ["1.234,56", "1234,56", "R$ 1.234,56", " 1234.56 "] {
            assert_eq!(centavos(text), Ok(1_234_56), "{text}");
        }
        assert_eq!(centavos("abc"), Err("invalid"));
        assert_eq!(centavos(" "), Err("required"));
        assert_eq!(limit(" "), Ok(None));
        assert_eq!(limit("5"), Ok(Some(Money::from_centavos(5_00))));
    }
}
