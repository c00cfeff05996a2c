//! What users send, what is refused, and what comes of a review.

use super::{
    UserDocumentKind::{self, CompanyRegistration, IdentityBack, IdentityFront, ProofOfAddress},
    UserDocumentStatus, approve, content, of_user, queue, read_content, refuse, submit, waiting,
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
    let gone = approve(&operator, first).await;
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
async fn the_queue_is_worked_off_once_by_whoever_may() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ana = Sender::ana(&club).await;
    let bia = Sender::new(&club, &with_cpf("bia@example.com", "52998224725")).await;
    let sent = [
        ana.submit(IdentityFront).await?,
        bia.submit(IdentityFront).await?,
        ana.submit(IdentityBack).await?,
    ];
    let (viewer, operator) = (club.ctx_of(Role::Viewer), club.ctx_of(Role::Operator));
    let mut page = PageRequest {
        limit: Some(2),
        cursor: None,
    };
    let first = queue(&viewer, page.clone()).await?;
    page.cursor = first.next_cursor;
    let rest = queue(&viewer, page).await?;
    let ids = |rows: &[super::ReviewedDocument]| -> Vec<_> {
        rows.iter().map(|it| it.document.id).collect()
    };
    assert_eq!(
        (ids(&first.data), rest.next_cursor),
        (sent[..2].to_vec(), None)
    );
    assert_eq!(ids(&rest.data), sent[2..]);
    assert_eq!(first.data[0].tax_number.as_deref(), Some("11144477735"));

    let forbidden = |outcome: Result<()>| outcome.map_err(|error| error.kind);
    for outcome in [
        read_content(&viewer, sent[0]).await.map(drop),
        approve(&viewer, sent[0]).await.map(drop),
        refuse(&viewer, sent[0], "não").await.map(drop),
        approve(&ana.ctx(), sent[0]).await.map(drop),
    ] {
        assert_eq!(forbidden(outcome), Err(Kind::Forbidden));
    }
    assert!(!read_content(&operator, sent[0]).await?.bytes.is_empty());
    for (reason, code) in [(" ", "required"), (&"é".repeat(501), "too_long")] {
        let refused = refuse(&operator, sent[1], reason).await;
        assert_eq!(refused.map(drop), Err(Error::invalid("reason", code)));
    }
    let refused = refuse(&operator, sent[1], " Cortado. ").await?;
    assert_eq!(refused.document.reason.as_deref(), Some("Cortado."));
    assert_eq!(bia.level().await?, 0);
    let told = bia
        .get(&format!("/api/user-documents/{}", sent[1]))
        .await
        .body;
    assert_eq!(
        (text(&told["status"]), text(&told["reason"])),
        ("refused", "Cortado.")
    );
    assert_eq!(told.get("reviewedBy"), None);

    let audited = sqlx::query_scalar!(
        r#"select count(*) as "count!" from audit_log where action = 'user_document.read' and actor like 'admin:%'"#
    )
    .fetch_one(club.database())
    .await?;
    assert_eq!(audited, 1);
    let events = sqlx::query_scalar!(
        "select payload from outbox where kind = 'user_document_reviewed' order by id"
    )
    .fetch_all(club.database())
    .await?;
    assert_eq!(
        events,
        [
            json!({ "userId": bia.id, "userDocumentId": sent[1], "status": "refused", "reason": "Cortado." })
        ]
    );
    Ok(())
}

#[tokio::test]
async fn two_nodes_store_read_and_decide_as_one() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ana = Sender::ana(&club).await;
    let (front, back) = (
        ana.submit(IdentityFront).await?,
        ana.submit(IdentityBack).await?,
    );
    let operator = club.ctx_of(Role::Operator);
    let elsewhere = Ctx::new(
        home.another_node().await,
        Arc::clone(&club.tenant),
        operator.actor.clone(),
        Origin::default(),
    );
    let (here, there) = tokio::join!(approve(&operator, front), refuse(&elsewhere, front, "não"));
    let again = Error::conflict("already_reviewed", "");
    match (here, there) {
        (Ok(_), Err(error)) | (Err(error), Ok(_)) => assert_eq!(error, again),
        both => panic!("one of them decides: {both:?}"),
    }
    let third = approve(&operator, front).await;
    assert_eq!(third.map(drop), Err(again));
    let events = sqlx::query_scalar!(
        r#"select count(*) as "count!" from outbox where kind = 'user_document_reviewed'"#
    )
    .fetch_one(club.database())
    .await?;
    assert_eq!(events, 1);
    let read = read_content(&elsewhere, back).await?.bytes;
    assert_eq!(read, content(&ana.ctx(), back).await?.bytes);
    Ok(())
}

#[tokio::test]
async fn the_level_follows_the_documents() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let operator = club.ctx_of(Role::Operator);
    let mut shop = with_cpf("loja@example.com", "52998224725");
    shop["userType"] = json!("merchant");
    let (ana, shop) = (Sender::ana(&club).await, Sender::new(&club, &shop).await);
    let accepted = async |who: &Sender<'_>, kind| {
        let id = who.submit(kind).await?;
        approve(&operator, id).await.map(|it| it.kyc_level)
    };
    for (kind, level) in [
        (ProofOfAddress, 0),
        (IdentityFront, 0),
        (IdentityBack, 1),
        (IdentityBack, 1),
        (UserDocumentKind::Selfie, 2),
    ] {
        assert_eq!(accepted(&ana, kind).await?, level, "{kind:?}");
        assert_eq!(ana.level().await?, level);
    }
    // A newer one that is refused takes nothing away.
    let id = ana.submit(IdentityFront).await?;
    assert_eq!(refuse(&operator, id, "vencido").await?.kyc_level, 2);

    accepted(&shop, IdentityFront).await?;
    assert_eq!(accepted(&shop, IdentityBack).await?, 1);
    let change = Call::new("PATCH", "/api/profile").json(&json!({ "cnpj": "11222333000181" }));
    let company = shop.send(change).await;
    assert_eq!(company.body["kycLevel"], 0, "{}", company.body);
    assert_eq!(shop.level().await?, 0);
    assert_eq!(accepted(&shop, CompanyRegistration).await?, 1);
    let changes = sqlx::query!(
        "select before, after from audit_log where action = 'user.kyc_level' and subject = $1 order by id",
        format!("user:{}", shop.id),
    )
    .fetch_all(club.database())
    .await?;
    let changes: Vec<_> = changes
        .into_iter()
        .filter_map(|row| {
            Some((
                row.before?["kycLevel"].as_i64()?,
                row.after?["kycLevel"].as_i64()?,
            ))
        })
        .collect();
    assert_eq!(changes, [(0, 1), (1, 0), (0, 1)]);
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
    approve(&operator, approved).await?;
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
