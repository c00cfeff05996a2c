//! Documents for a demonstration: a few that wait for review, some that were reviewed.

use super::{
    Identity,
    UserDocumentKind::{
        self, CompanyRegistration, IdentityBack, IdentityFront, ProofOfAddress, Selfie,
    },
    approve, refuse, submit,
};
use crate::{Ctx, users::UserType};
use axum::body::Bytes;
use image::{ImageFormat, Rgb, RgbImage};
use kernel::{Error, Result, UserId};
use std::io::Cursor;
use tenancy::Actor;

/// What happens to a document of the demonstration.
#[derive(Clone, Copy)]
enum Fate {
    Waits,
    Approved,
    Refused,
}

/// What the first consumers of a club sent.
const SENT: [&[(UserDocumentKind, Fate)]; 4] = [
    &[
        (IdentityFront, Fate::Approved),
        (IdentityBack, Fate::Approved),
        (Selfie, Fate::Waits),
    ],
    &[(IdentityFront, Fate::Waits), (IdentityBack, Fate::Waits)],
    &[(IdentityFront, Fate::Refused)],
    &[(ProofOfAddress, Fate::Waits)],
];

/// What its merchants sent, so that the club gives them credit.
const OF_COMPANIES: &[(UserDocumentKind, Fate)] = &[(CompanyRegistration, Fate::Approved)];

/// Sends documents of the first consumers and of the merchants where nobody has sent any, and says how many. Safe to run
/// again.
pub(crate) async fn seed(ctx: &Ctx) -> Result<usize> {
    let mut conn = ctx.conn().await?;
    let members = sqlx::query!(
        r#"select id, user_type, concat_ws(' ', first_name, last_name) as "name!", cpf, cnpj from users
         where status = 'active' and case user_type when 'consumer' then cpf is not null else cnpj is not null end
           and not exists (select from user_documents) order by id"#,
    )
    .fetch_all(&mut *conn)
    .await?;
    drop(conn);
    let mut made = 0;
    let mut of_consumers = SENT.into_iter();
    for member in members {
        let documents = match member.user_type {
            UserType::Consumer => of_consumers.next().unwrap_or_default(),
            UserType::Merchant => OF_COMPANIES,
        };
        let identity = Identity {
            name: member.name,
            cpf: member.cpf,
            cnpj: member.cnpj,
        };
        for (kind, fate) in documents {
            send(ctx, member.id, &identity, *kind, *fate).await?;
            made += 1;
        }
    }
    Ok(made)
}

async fn send(
    ctx: &Ctx,
    user: UserId,
    identity: &Identity,
    kind: UserDocumentKind,
    fate: Fate,
) -> Result<()> {
    let sender = ctx.acting_as(Actor::User(user));
    let document = submit(&sender, kind, picture(kind)?).await?;
    match fate {
        Fate::Waits => {}
        Fate::Approved => drop(approve(ctx, document.id, identity).await?),
        Fate::Refused => drop(refuse(ctx, document.id, "A foto está fora de foco.").await?),
    }
    Ok(())
}

/// A card with a portrait and some lines, or a sheet of lines: enough to see that something is there.
fn picture(kind: UserDocumentKind) -> Result<Bytes> {
    let has_portrait = matches!(kind, IdentityFront | Selfie);
    let image = RgbImage::from_fn(640, 400, |x, y| {
        let is_portrait = has_portrait && (40..220).contains(&x) && (80..320).contains(&y);
        let is_line = x > 260 && x < 580 && y > 80 && y < 320 && y % 40 < 12;
        let is_edge = x < 12 || y < 12 || x >= 628 || y >= 388;
        Rgb(match (is_portrait, is_line, is_edge) {
            (true, _, _) => [148, 163, 184],
            (_, true, _) => [71, 85, 105],
            (_, _, true) => [22, 101, 52],
            _ => [236, 253, 245],
        })
    });
    let mut bytes = Cursor::new(Vec::new());
    image
        .write_to(&mut bytes, ImageFormat::Png)
        .map_err(Error::internal)?;
    Ok(bytes.into_inner().into())
}
