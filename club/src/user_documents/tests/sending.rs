//! What is sent: who reads it, what is refused, what is left of it.

use super::*;
use crate::files::{
    LARGEST,
    tests::{empty_png, with_exif},
};

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
