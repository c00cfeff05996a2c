//! What users send, what is refused, and what is left when they leave.

mod identity;
mod review;
mod sending;

use super::{
    Identity, ReviewedDocument,
    UserDocumentKind::{self, CompanyRegistration, IdentityBack, IdentityFront, ProofOfAddress},
    UserDocumentStatus, approve, content, of_user, read_content, refuse, submit, waiting,
};
use crate::{
    Ctx,
    files::{self, Encryption, FileKind, tests::photo},
    testing::{Call, Club, Outcome, PASSWORD, Reply, installation, newcomer, text},
    users,
};
use axum::body::Bytes;
use image::ImageFormat;
use kernel::{Error, Kind, PageRequest, Result, UserDocumentId, UserId};
use serde_json::{Value, json};
use std::sync::Arc;
use tenancy::{Actor, Origin, administrators::Role};

/// Somebody with a tax number who is signed in.
struct Sender<'a> {
    club: &'a Club,
    id: UserId,
    token: String,
}

impl<'a> Sender<'a> {
    async fn new(club: &'a Club, new: &Value) -> Self {
        let reply = club.send(Call::post("/api/auth/register").json(new)).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        Self {
            club,
            id: text(&reply.body["user"]["id"]).parse().expect("an id"),
            token: text(&reply.body["accessToken"]).to_owned(),
        }
    }

    async fn shop(club: &'a Club, numbers: &Value) -> Self {
        let mut shop = newcomer("loja@example.com");
        shop["userType"] = json!("merchant");
        for (name, number) in numbers.as_object().expect("an object") {
            shop[name] = number.clone();
        }
        Self::new(club, &shop).await
    }

    async fn ana(club: &'a Club) -> Self {
        Self::new(club, &with_cpf("ana@example.com", "11144477735")).await
    }

    fn ctx(&self) -> Ctx {
        self.club.ctx(Actor::User(self.id))
    }

    async fn send(&self, call: Call) -> Reply {
        self.club.send(call.bearer(&self.token)).await
    }

    async fn get(&self, path: &str) -> Reply {
        self.send(Call::get(path)).await
    }

    async fn upload(&self, parts: &[(&str, &[u8])]) -> Reply {
        let call = Call::post("/api/user-documents").multipart(parts);
        self.send(call).await
    }

    async fn submit(&self, kind: UserDocumentKind) -> Result<UserDocumentId> {
        let picture = photo(ImageFormat::Png, 8, 8);
        submit(&self.ctx(), kind, picture).await.map(|it| it.id)
    }

    /// An administrator approves it, having seen what the account says now.
    async fn approved(&self, operator: &Ctx, id: UserDocumentId) -> Result<ReviewedDocument> {
        approve(operator, id, &self.identity().await?).await
    }

    /// They send one of this kind and it is approved; their level afterwards.
    async fn shows(&self, operator: &Ctx, kind: UserDocumentKind) -> Result<i16> {
        let id = self.submit(kind).await?;
        let document = self.approved(operator, id).await?;
        Ok(document.kyc_level)
    }

    async fn identity(&self) -> Result<Identity> {
        let user = users::me(&self.ctx()).await?;
        Ok(Identity::of(&user))
    }

    async fn level(&self) -> Result<i16> {
        users::me(&self.ctx()).await.map(|user| user.kyc_level)
    }
}

fn with_cpf(email: &str, cpf: &str) -> Value {
    let mut new = newcomer(email);
    new["cpf"] = json!(cpf);
    new
}

async fn stored(club: &Club) -> Result<usize> {
    let ctx = club.ctx(Actor::Command);
    let stored = ctx.platform.files.list(ctx.tenant.id).await?;
    Ok(stored.len())
}

#[tokio::test]
async fn sending_again_replaces_what_waits() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let operator = club.ctx_of(Role::Operator);
    let ana = Sender::ana(&club).await;
    let first = ana.submit(IdentityFront).await?;
    let second = ana.submit(IdentityFront).await?;
    assert_eq!((stored(&club).await?, waiting(&operator).await?), (1, 1));
    let gone = ana.approved(&operator, first).await;
    assert_eq!(gone.map(drop), Err(Error::not_found("user document")));
    refuse(&operator, second, "fora de foco").await?;
    let third = ana.submit(IdentityFront).await?;
    let all = of_user(&operator, ana.id, PageRequest::default()).await?;
    let all: Vec<_> = all
        .data
        .iter()
        .map(|it| (it.document.id, it.document.status))
        .collect();
    assert_eq!(
        all,
        [
            (third, UserDocumentStatus::Pending),
            (second, UserDocumentStatus::Refused)
        ]
    );
    // Many at once: one waits, and no file is left over.
    let ctx = ana.ctx();
    let send = || submit(&ctx, IdentityFront, photo(ImageFormat::Png, 8, 8));
    let (a, b, c) = tokio::join!(send(), send(), send());
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    assert_eq!((stored(&club).await?, waiting(&operator).await?), (2, 1));
    Ok(())
}

#[tokio::test]
async fn who_leaves_takes_the_files_along() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let operator = club.ctx_of(Role::Operator);
    let ana = Sender::ana(&club).await;
    let bia = Sender::new(&club, &with_cpf("bia@example.com", "52998224725")).await;
    let approved = ana.submit(IdentityFront).await?;
    ana.approved(&operator, approved).await?;
    ana.submit(IdentityBack).await?;
    bia.submit(IdentityFront).await?;
    // A node died between the bytes and the row.
    let picture = photo(ImageFormat::Png, 8, 8);
    let ctx = ana.ctx();
    files::put(&ctx, FileKind::UserDocument, picture, Encryption::Sealed).await?;
    assert_eq!(stored(&club).await?, 4);

    let call = Call::new("DELETE", "/api/profile").json(&json!({ "password": PASSWORD }));
    assert_eq!(ana.send(call).await.status, 204);
    assert_eq!(stored(&club).await?, 2);
    let late = submit(&ctx, IdentityFront, photo(ImageFormat::Png, 8, 8)).await;
    assert_eq!(late.map(drop), Err(Error::unauthenticated()));

    let listed = ctx.platform.files.list(ctx.tenant.id).await?;
    let youngest = listed.iter().map(|file| file.written_at).max();
    let ahead = youngest.expect("two files") - ctx.now();
    club.wait(ahead + time::Duration::hours(25));
    assert_eq!(files::sweep(&club.ctx(Actor::Job("purge"))).await?, 1);
    assert_eq!((stored(&club).await?, waiting(&operator).await?), (1, 1));
    Ok(())
}

#[tokio::test]
async fn a_demonstration_has_some_to_review() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ana = Sender::ana(&club).await;
    Sender::new(&club, &with_cpf("bia@example.com", "52998224725")).await;
    let ctx = club.ctx(Actor::Command);
    assert_eq!((super::seed(&ctx).await?, super::seed(&ctx).await?), (5, 0));
    assert_eq!((waiting(&ctx).await?, ana.level().await?), (3, 1));
    Ok(())
}
