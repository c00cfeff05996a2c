//! The members of a demo club: consumers and merchants with names, documents and telephones, many of them brought by
//! another. They register as everybody does.

use super::{PASSWORD, clubs::Club};
use club::{
    Ctx,
    users::{self, NewUser, User, UserFilter, UserType},
};
use kernel::{Error, PageRequest, Result};
use tenancy::{Actor, Origin, PlatformCtx, resolution::Site, tenants::Tenant};

/// The first consumer of each club.
pub(super) const CONSUMER: &str = "ana@example.com";
/// The first merchant of each club.
pub(super) const MERCHANT: &str = "padaria@example.com";

const CONSUMERS: [&str; 28] = [
    "Ana Souza",
    "Bruno Lima",
    "Carla Mendes",
    "Diego Rocha",
    "Elisa Prado",
    "Fábio Nunes",
    "Gabriela Reis",
    "Heitor Campos",
    "Isabela Duarte",
    "João Teixeira",
    "Karina Lopes",
    "Leandro Barros",
    "Mariana Freitas",
    "Nelson Araújo",
    "Olívia Castro",
    "Paulo Vieira",
    "Quitéria Melo",
    "Rafael Moura",
    "Sabrina Pires",
    "Tiago Farias",
    "Úrsula Peixoto",
    "Vitor Sales",
    "Wagner Cunha",
    "Ximena Torres",
    "Yara Guimarães",
    "Zeca Antunes",
    "Beatriz Ramos",
    "Caio Batista",
];

const MERCHANTS: [&str; 10] = [
    "Padaria Central",
    "Farmácia Boa Hora",
    "Mercado Estrela",
    "Pet Amigo",
    "Ótica Clara",
    "Livraria Cais",
    "Restaurante Raiz",
    "Academia Norte",
    "Posto Avenida",
    "Flora Jardim",
];

/// Registers whom the club does not have yet, and fills in what they do.
pub(super) async fn fill(ctx: &PlatformCtx, club: &Club, tenant: &Tenant) -> Result<()> {
    let site = ctx.platform.resolver.resolve(Some(club.slug), "").await?;
    let Site::Tenant(live) = site else {
        return Err(Error::not_found("tenant"));
    };
    debug_assert_eq!(live.id, tenant.id);
    let ctx = Ctx::new(
        ctx.platform.clone(),
        live,
        Actor::Command,
        Origin::default(),
    );
    register(&ctx, club).await?;
    ::club::seed(&ctx).await
}

async fn register(ctx: &Ctx, club: &Club) -> Result<()> {
    let all = i64::try_from(CONSUMERS.len() + MERCHANTS.len()).map_err(Error::internal)?;
    if users::count(ctx, UserFilter::default()).await? >= all {
        return Ok(());
    }
    let mut codes: Vec<String> = Vec::new();
    for (number, name) in (0_u32..).zip(MERCHANTS.iter().chain(&CONSUMERS)) {
        let is_merchant = codes.len() < MERCHANTS.len();
        // Two of three were brought by somebody who was there.
        let referrer = match codes.len() {
            0 => None,
            there if there % 3 == 0 => None,
            there => codes.get(there * 7 / 11),
        };
        let user = member(ctx, name, number, is_merchant, referrer.cloned()).await?;
        codes.push(user.referral_id);
    }
    tracing::info!(
        tenant = club.slug,
        members = codes.len(),
        "demo members registered"
    );
    Ok(())
}

async fn member(
    ctx: &Ctx,
    name: &str,
    number: u32,
    is_merchant: bool,
    referred_by: Option<String>,
) -> Result<User> {
    let (first_name, last_name) = name.split_once(' ').unwrap_or((name, "Silva"));
    let email = format!("{}@example.com", plain(first_name));
    if let Some(user) = find(ctx, &email).await? {
        return Ok(user);
    }
    let new = NewUser {
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        email,
        password: PASSWORD.into(),
        user_type: if is_merchant {
            UserType::Merchant
        } else {
            UserType::Consumer
        },
        phone: Some(format!("+55119880{:05}", 10_000 + number)),
        cpf: (!is_merchant).then(|| cpf(700_100_200 + number * 137)),
        cnpj: is_merchant.then(|| cnpj(900_300_000 + number * 1_013)),
        referred_by,
    };
    users::register(ctx, new).await
}

async fn find(ctx: &Ctx, email: &str) -> Result<Option<User>> {
    let filter = UserFilter {
        search: Some(email.to_owned()),
        ..UserFilter::default()
    };
    let found = users::list(ctx, filter, PageRequest::default()).await?;
    Ok(found
        .data
        .into_iter()
        .find(|user| user.email.as_str() == email))
}

/// A first name as the front of an address.
fn plain(name: &str) -> String {
    name.chars()
        .map(|letter| match letter {
            'á' | 'ã' | 'â' => 'a',
            'é' | 'ê' => 'e',
            'í' => 'i',
            'ó' | 'õ' | 'Ó' => 'o',
            'ú' | 'Ú' => 'u',
            other => other.to_ascii_lowercase(),
        })
        .collect()
}

/// The CPF of these nine digits.
fn cpf(base: u32) -> String {
    let first = [10, 9, 8, 7, 6, 5, 4, 3, 2];
    let second = [11, 10, 9, 8, 7, 6, 5, 4, 3, 2];
    with_check_digits(format!("{base:09}"), &[&first, &second])
}

/// The CNPJ of the first branch of a company of these eight or nine digits.
fn cnpj(base: u32) -> String {
    let first = [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
    let second = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
    with_check_digits(format!("{:08}0001", base / 10), &[&first, &second])
}

fn with_check_digits(mut digits: String, weights: &[&[u32]]) -> String {
    for weights in weights {
        let sum: u32 = digits
            .chars()
            .zip(*weights)
            .filter_map(|(digit, weight)| Some(digit.to_digit(10)? * weight))
            .sum();
        let check = match sum % 11 {
            0 | 1 => 0,
            rest => 11 - rest,
        };
        digits.push(char::from_digit(check, 10).unwrap_or('0'));
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Cnpj, Cpf, Email};
    use std::collections::BTreeSet;

    #[test]
    fn documents_and_addresses_are_right_and_nobodys_twice() {
        let mut seen = BTreeSet::new();
        for (number, name) in (0..).zip(MERCHANTS.iter().chain(&CONSUMERS)) {
            let email = format!(
                "{}@example.com",
                plain(name.split(' ').next().unwrap_or(name))
            );
            assert!(Email::parse(&email).is_ok(), "{email}");
            assert!(seen.insert(email));
            let (cpf, cnpj) = (
                cpf(700_100_200 + number * 137),
                cnpj(900_300_000 + number * 1_013),
            );
            assert!(Cpf::parse(&cpf).is_ok(), "{cpf}");
            assert!(Cnpj::parse(&cnpj).is_ok(), "{cnpj}");
            assert!(seen.insert(cpf) && seen.insert(cnpj));
        }
        assert!(seen.contains(CONSUMER) && seen.contains(MERCHANT));
    }
}
