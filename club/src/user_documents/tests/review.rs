//! Who reviews what users sent, and what comes of it.

use super::*;
use crate::user_documents::queue;

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
    let ids =
        |rows: &[ReviewedDocument]| -> Vec<_> { rows.iter().map(|it| it.document.id).collect() };
    assert_eq!(
        (ids(&first.data), rest.next_cursor),
        (sent[..2].to_vec(), None)
    );
    assert_eq!(ids(&rest.data), sent[2..]);
    assert_eq!(first.data[0].identity, ana.identity().await?);

    let forbidden = |outcome: Result<()>| outcome.map_err(|error| error.kind);
    for outcome in [
        read_content(&viewer, sent[0]).await.map(drop),
        ana.approved(&viewer, sent[0]).await.map(drop),
        refuse(&viewer, sent[0], "não").await.map(drop),
        ana.approved(&ana.ctx(), sent[0]).await.map(drop),
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
    let (here, there) = tokio::join!(
        ana.approved(&operator, front),
        refuse(&elsewhere, front, "não")
    );
    let again = Error::conflict("already_reviewed", "");
    match (here, there) {
        (Ok(_), Err(error)) | (Err(error), Ok(_)) => assert_eq!(error, again),
        both => panic!("one of them decides: {both:?}"),
    }
    let third = ana.approved(&operator, front).await;
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
    let ana = Sender::ana(&club).await;
    let shop = Sender::shop(&club, &json!({ "cpf": "52998224725" })).await;
    for (kind, level) in [
        (ProofOfAddress, 0),
        (IdentityFront, 0),
        (IdentityBack, 1),
        (IdentityBack, 1),
        (UserDocumentKind::Selfie, 2),
    ] {
        assert_eq!(ana.shows(&operator, kind).await?, level, "{kind:?}");
        assert_eq!(ana.level().await?, level);
    }
    // A newer one that is refused takes nothing away.
    let id = ana.submit(IdentityFront).await?;
    assert_eq!(refuse(&operator, id, "vencido").await?.kyc_level, 2);

    shop.shows(&operator, IdentityFront).await?;
    assert_eq!(shop.shows(&operator, IdentityBack).await?, 1);
    let change = Call::new("PATCH", "/api/profile").json(&json!({ "cnpj": "11222333000181" }));
    let company = shop.send(change).await;
    assert_eq!(company.body["kycLevel"], 0, "{}", company.body);
    assert_eq!(shop.level().await?, 0);
    assert_eq!(shop.shows(&operator, CompanyRegistration).await?, 1);
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
