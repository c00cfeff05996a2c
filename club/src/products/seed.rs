//! Products for a demonstration.

use super::{NewProduct, create};
use crate::Ctx;
use kernel::{Error, Money, Percent, Result, UserId};
use tenancy::{Actor, administrators::Permission};

/// Name, description, price in centavos, cashback in hundredths of a percent.
type Offer = (&'static str, &'static str, i64, i64);

/// One set a merchant, over and over.
const OFFERS: [[Offer; 5]; 4] = [
    [
        (
            "Café torrado em grãos, 1 kg",
            "Arábica do sul de Minas, torra média.",
            59_90,
            10_00,
        ),
        (
            "Café moído, 500 g",
            "Para coador e cafeteira italiana.",
            32_50,
            8_00,
        ),
        (
            "Kit barista iniciante",
            "Prensa francesa, balança e moedor manual.",
            289_00,
            12_50,
        ),
        ("Xícara de cerâmica", "Feita à mão, 180 ml.", 48_00, 6_00),
        (
            "Assinatura mensal",
            "Dois pacotes de 500 g por mês, em casa.",
            99_90,
            15_00,
        ),
    ],
    [
        (
            "Pão de fermentação natural",
            "800 g, assado todo dia às 7 h.",
            24_00,
            5_00,
        ),
        (
            "Cesta de café da manhã",
            "Pães, geleia, queijo e suco para duas pessoas.",
            119_00,
            10_00,
        ),
        ("Bolo de fubá com goiabada", "Inteiro, 1,2 kg.", 42_00, 7_50),
        (
            "Pão de queijo congelado, 1 kg",
            "Com queijo da Canastra.",
            38_90,
            5_00,
        ),
        ("Brigadeiros, caixa com 12", "Chocolate 50 %.", 45_00, 8_00),
    ],
    [
        (
            "Ração para cães adultos, 15 kg",
            "Frango e arroz.",
            189_90,
            4_00,
        ),
        (
            "Banho e tosa",
            "Cães de até 15 kg, com hora marcada.",
            85_00,
            10_00,
        ),
        ("Cama para gatos", "Lavável, 50 cm.", 129_00, 9_00),
        (
            "Coleira com placa gravada",
            "Nome e telefone.",
            49_90,
            12_00,
        ),
        ("Areia sanitária, 4 kg", "Sem perfume.", 27_90, 3_50),
    ],
    [
        ("Tênis de corrida", "Do 34 ao 44.", 349_00, 6_00),
        ("Camiseta com proteção UV", "Seca rápido.", 99_00, 8_00),
        (
            "Garrafa térmica, 750 ml",
            "Doze horas gelada.",
            119_90,
            10_00,
        ),
        ("Mochila de hidratação", "Com bolsa de 2 l.", 229_00, 7_00),
        (
            "Avaliação de pisada",
            "Com hora marcada, 40 minutos.",
            150_00,
            20_00,
        ),
    ],
];

/// Gives products to every merchant who has none, and says how many it made. Safe to run again.
pub async fn seed(ctx: &Ctx) -> Result<usize> {
    ctx.require(Permission::ManageMembers)?;
    let mut conn = ctx.conn().await?;
    let merchants = sqlx::query!(
        r#"select m.id, row_number() over (order by m.id) as "place!",
                  exists (select from products p where p.merchant_id = m.id) as "has_products!"
           from users m where m.user_type = 'merchant' and m.status = 'active' order by m.id"#
    )
    .fetch_all(&mut *conn)
    .await?;
    drop(conn);
    let mut made = 0;
    for merchant in merchants.into_iter().filter(|it| !it.has_products) {
        let place = usize::try_from(merchant.place).map_err(Error::internal)?;
        made += offer(ctx, merchant.id, &OFFERS[place % OFFERS.len()]).await?;
    }
    Ok(made)
}

async fn offer(ctx: &Ctx, merchant: UserId, offers: &[Offer]) -> Result<usize> {
    let ctx = ctx.acting_as(Actor::User(merchant));
    for (name, description, price, percent) in offers {
        let percent = Percent::from_ten_thousandths(percent * 100);
        let new = NewProduct {
            name: (*name).to_owned(),
            description: (*description).to_owned(),
            price: Money::from_centavos(*price),
            cashback_percent: percent.ok_or_else(|| Error::internal("not a percentage"))?,
        };
        create(&ctx, new).await?;
    }
    Ok(offers.len())
}
