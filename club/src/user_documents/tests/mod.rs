//! What users send, what is refused, and what is left when they leave.

mod numbers;
mod review;

use super::{
    ReviewedDocument, TaxNumbers,
    UserDocumentKind::{self, CompanyRegistration, IdentityBack, IdentityFront, ProofOfAddress},
    UserDocumentStatus, approve, content, of_user, read_content, refuse, submit, waiting,
};
use crate::{
    Ctx,
    files::{
        self, Encryption, FileKind, LARGEST,
        tests::{empty_png, photo, with_exif},
    },
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

    /// An administrator approves it, having seen the numbers that the account has now.
    async fn approved(&self, operator: &Ctx, id: UserDocumentId) -> Result<ReviewedDocument> {
        approve(operator, id, &self.numbers().await?).await
    }

    /// They send one of this kind and it is approved; their level afterwards.
    async fn shows(&self, operator: &Ctx, kind: UserDocumentKind) -> Result<i16> {
        let id = self.submit(kind).await?;
        let document = self.approved(operator, id).await?;
        Ok(document.kyc_level)
    }

    async fn numbers(&self) -> Result<TaxNumbers> {
        let user = users::me(&self.ctx()).await?;
        Ok(TaxNumbers {
            cpf: user.cpf,
            cnpj: user.cnpj,
        })
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
async fn a_member_sends_one_and_reads_it_back_and_nobody_else_does() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let other_club = Club::new(&home, "empresa-b").await;
    let ana = Sender::ana(&club).await;
    let bia = Sender::new(&club, &with_cpf("bia@example.com", "52998224725")).await;
    let namesake = Sender::ana(&other_club).await;
    let jpeg = with_exif(&photo(ImageFormat::Jpeg, 64, 32));
    let sent = ana
        .upload(&[("kind", b"identity_front"), ("file", &jpeg)])
        .await;
    assert_eq!(sent.status, 201, "{}", sent.body);
    assert_eq!(
        sent.body,
        json!({
            "id": sent.body["id"], "kind": "identity_front", "status": "pending", "mediaType": "image/jpeg",
            "size": sent.body["size"], "submittedAt": "2026-06-01T12:00:00Z", "reviewedAt": null, "reason": null
        })
    );
    let path = format!("/api/user-documents/{}", text(&sent.body["id"]));
    assert_eq!(ana.get(&path).await.body, sent.body);
    let listed = ana.get("/api/user-documents").await.body;
    assert_eq!(listed, json!({ "data": [sent.body], "nextCursor": null }));

    let file = ana.get(&format!("{path}/content")).await;
    assert_eq!(file.status, 200);
    for (header, value) in [
        ("content-type", "image/jpeg"),
        ("content-disposition", "attachment"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "private, no-store"),
    ] {
        assert_eq!(file.header(header), value);
    }
    let id: UserDocumentId = text(&sent.body["id"]).parse()?;
    let kept = content(&ana.ctx(), id).await?.bytes;
    let tells = |what: &[u8]| kept.windows(what.len()).any(|it| it == what);
    assert!(!tells(b"Exif") && !tells(b"GPS"));
    assert!(kept != jpeg && kept.starts_with(b"\xff\xd8\xff"));

    for stranger in [&bia, &namesake] {
        for path in [path.clone(), format!("{path}/content")] {
            let reply = stranger.get(&path).await;
            assert_eq!((reply.status, reply.code()), (404, "not_found"), "{path}");
        }
        let listed = stranger.get("/api/user-documents").await.body;
        assert_eq!(listed["data"], json!([]));
    }
    let foreign = other_club.send(Call::get(&path).bearer(&ana.token)).await;
    assert_eq!(foreign.status, 401);
    let foreign = read_content(&other_club.ctx_of(Role::Owner), id).await;
    assert_eq!(foreign.map(drop), Err(Error::not_found("user document")));
    Ok(())
}

#[tokio::test]
async fn what_is_refused_leaves_nothing() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ana = Sender::ana(&club).await;
    let nobody = Sender::new(&club, &newcomer("bia@example.com")).await;
    let png = photo(ImageFormat::Png, 8, 8);
    let refused = nobody.upload(&[("kind", b"selfie"), ("file", &png)]).await;
    assert_eq!(
        (refused.status, refused.code()),
        (409, "tax_number_required")
    );

    let pdf = b"%PDF-1.7\n%%EOF".as_slice();
    let jpeg = photo(ImageFormat::Jpeg, 64, 64);
    let bomb = empty_png(30_000, 30_000);
    let cut = &jpeg[..100];
    let front = ("kind", b"identity_front".as_slice());
    for (parts, field, reason) in [
        (vec![("file", &png[..])], "kind", "required"),
        (
            vec![("kind", b"passport"), ("file", &png)],
            "kind",
            "invalid",
        ),
        (vec![front], "file", "required"),
        (vec![front, ("file", b"")], "file", "required"),
        (
            vec![front, ("file", &png), ("level", b"2")],
            "level",
            "unknown",
        ),
        (
            vec![front, ("file", &png), ("file", &png)],
            "file",
            "duplicate",
        ),
        (
            vec![("kind", b"selfie"), ("file", pdf)],
            "file",
            "unsupported_type",
        ),
        (
            vec![front, ("file", b"<svg onload='x()'/>")],
            "file",
            "unsupported_type",
        ),
        (
            vec![front, ("file", b"GIF89a/*")],
            "file",
            "unsupported_type",
        ),
        (
            vec![front, ("file", b"<html>%PDF-1.7 %%EOF")],
            "file",
            "unsupported_type",
        ),
        (
            vec![front, ("file", b"PK\x03\x04%PDF-1.7 %%EOF")],
            "file",
            "unsupported_type",
        ),
        (vec![front, ("file", cut)], "file", "unreadable"),
        (vec![front, ("file", &bomb)], "file", "too_many_pixels"),
    ] {
        let reply = ana.upload(&parts).await;
        assert_eq!(
            (reply.status, &reply.body["fields"]),
            (422, &json!({ field: reason })),
            "{field} {reason}"
        );
    }
    for size in [LARGEST + 1, LARGEST + 1_000_000] {
        let reply = ana.upload(&[front, ("file", &vec![0; size])]).await;
        assert_eq!((reply.status, reply.code()), (413, "payload_too_large"));
        assert_eq!(reply.body["fields"], json!({ "file": "too_large" }));
    }
    let as_json = Call::post("/api/user-documents").json(&json!({ "kind": "selfie" }));
    assert_eq!(ana.send(as_json).await.status, 415);
    assert_eq!(stored(&club).await?, 0);
    assert_eq!(ana.get("/api/user-documents").await.body["data"], json!([]));
    Ok(())
}

#[tokio::test]
async fn what_hides_behind_an_image_is_gone_and_its_content_counts() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ana = Sender::ana(&club).await;
    let payload = b"PK\x03\x04<?php system($_GET[0]); ?><script>alert(1)</script>";
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let polyglot: Bytes = [&photo(format, 16, 16)[..], payload].concat().into();
        let document = submit(&ana.ctx(), IdentityFront, polyglot).await?;
        let kept = content(&ana.ctx(), document.id).await?.bytes;
        assert!(!kept.windows(6).any(|it| it == b"script"), "{format:?}");
    }
    // The form says PNG of everything; it is what it is.
    let pdf = b"%PDF-1.7\n1 0 obj\n%%EOF\n";
    let sent = ana
        .upload(&[("kind", b"proof_of_address"), ("file", pdf)])
        .await;
    assert_eq!(sent.body["mediaType"], "application/pdf");
    assert_eq!(sent.body["size"], pdf.len());
    Ok(())
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
