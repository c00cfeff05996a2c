//! Documents vouch for the name and the tax numbers that they were compared with, and for no others.

use super::*;
use crate::outbox;

/// Gives the account another name, or one more tax number; the answer.
async fn given(who: &Sender<'_>, change: &Value) -> Reply {
    let change = Call::new("PATCH", "/api/profile").json(change);
    let reply = who.send(change).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply
}

async fn statuses(who: &Sender<'_>) -> Vec<(String, String)> {
    let listed = who.get("/api/user-documents").await.body;
    let listed = listed["data"].as_array().expect("a list").iter();
    let told = |it: &Value| (text(&it["kind"]).into(), text(&it["status"]).into());
    listed.map(told).collect()
}

#[tokio::test]
async fn a_number_that_nobody_compared_takes_back_what_vouched_for_another() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let operator = club.ctx_of(Role::Operator);
    let shop = Sender::shop(&club, &json!({ "cnpj": "11222333000181" })).await;
    for kind in UserDocumentKind::ALL {
        shop.shows(&operator, kind).await?;
    }
    let waits = shop.submit(IdentityBack).await?;
    assert_eq!(shop.level().await?, 2);

    let reply = given(&shop, &json!({ "cpf": "52998224725" })).await;
    assert_eq!(
        reply.body["kycLevel"], 1,
        "the company is as known as before"
    );
    assert_eq!(shop.level().await?, 1);
    let pair = |kind: &str, status: &str| (kind.to_owned(), status.to_owned());
    assert_eq!(
        statuses(&shop).await,
        [
            pair("identity_back", "pending"),
            pair("company_registration", "approved"),
            pair("proof_of_address", "outdated"),
            pair("selfie", "outdated"),
            pair("identity_back", "outdated"),
            pair("identity_front", "outdated"),
        ]
    );
    let audited = sqlx::query_scalar!(
        r#"select count(*) as "count!" from audit_log where action = 'user_document.outdate'"#
    )
    .fetch_one(club.database())
    .await?;
    assert_eq!(audited, 4);
    outbox::relay(&club.ctx(Actor::Job("outbox_relay"))).await?;
    let told = shop.get("/api/notifications?limit=1").await.body;
    assert_eq!(told["data"][0]["kind"], "user_documents_outdated");

    // Sent again, they count again.
    shop.approved(&operator, waits).await?;
    for kind in &UserDocumentKind::ALL[..4] {
        shop.shows(&operator, *kind).await?;
    }
    assert_eq!(shop.level().await?, 2);
    Ok(())
}

#[tokio::test]
async fn what_was_approved_of_a_person_stays_when_they_found_a_company() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let operator = club.ctx_of(Role::Operator);
    let shop = Sender::shop(&club, &json!({ "cpf": "52998224725" })).await;
    for kind in &UserDocumentKind::ALL[..4] {
        shop.shows(&operator, *kind).await?;
    }
    assert_eq!(shop.level().await?, 2);
    let reply = given(&shop, &json!({ "cnpj": "11222333000181" })).await;
    assert_eq!(reply.body["kycLevel"], 0, "nobody saw the company's number");
    assert_eq!(shop.shows(&operator, CompanyRegistration).await?, 2);
    Ok(())
}

#[tokio::test]
async fn a_companys_registration_needs_a_companys_number() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let operator = club.ctx_of(Role::Operator);
    let shop = Sender::shop(&club, &json!({ "cpf": "52998224725" })).await;
    let picture = photo(ImageFormat::Png, 8, 8);
    let refused = shop
        .upload(&[("kind", b"company_registration"), ("file", &picture)])
        .await;
    assert_eq!((refused.status, refused.code()), (409, "cnpj_required"));
    assert_eq!(stored(&club).await?, 0);

    // One that was sent before this was asked for cannot be approved either, and vouches for no number that comes later.
    let old = shop.submit(ProofOfAddress).await?;
    for status in ["pending", "approved"] {
        sqlx::query(
            "update user_documents set kind = 'company_registration', status = $2,
                    reviewed_at = case $2 when 'approved' then now() end,
                    reviewed_by = case $2 when 'approved' then 'admin:rita@example.com' end where id = $1",
        )
        .bind(old.0)
        .bind(status)
        .execute(club.database())
        .await?;
        let refused = shop.approved(&operator, old).await;
        let code = if status == "pending" {
            "cnpj_required"
        } else {
            "already_reviewed"
        };
        assert_eq!(refused.map(drop), Err(Error::conflict(code, "")));
    }
    let reply = given(&shop, &json!({ "cnpj": "11222333000181" })).await;
    assert_eq!(reply.body["kycLevel"], 0);
    assert_eq!(statuses(&shop).await[0].1, "outdated");
    Ok(())
}

#[tokio::test]
async fn a_name_that_nobody_compared_takes_back_everything() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let operator = club.ctx_of(Role::Operator);
    let shop = Sender::shop(
        &club,
        &json!({ "cnpj": "11222333000181", "lastName": "Maria Souza" }),
    )
    .await;
    for kind in UserDocumentKind::ALL {
        shop.shows(&operator, kind).await?;
    }
    // The same name, sent again or cut elsewhere, is the same name.
    for same in [
        json!({ "firstName": " Ana " }),
        json!({ "firstName": "Ana Maria", "lastName": "Souza" }),
    ] {
        assert_eq!(given(&shop, &same).await.body["kycLevel"], 2, "{same}");
    }
    let reply = given(&shop, &json!({ "lastName": "Silva" })).await;
    assert_eq!(
        (&reply.body["kycLevel"], shop.level().await?),
        (&json!(0), 0)
    );
    let approved = statuses(&shop).await;
    let approved = approved.iter().filter(|(_, status)| status == "approved");
    assert_eq!(approved.count(), 0);
    // The old name again is a name that nobody compared now: what is outdated stays so.
    let reply = given(&shop, &json!({ "lastName": "Souza" })).await;
    assert_eq!(reply.body["kycLevel"], 0);
    Ok(())
}

#[tokio::test]
async fn who_approves_has_seen_what_the_account_says() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let operator = club.ctx_of(Role::Operator);
    let shop = Sender::shop(&club, &json!({ "cpf": "52998224725" })).await;
    let id = shop.submit(IdentityFront).await?;
    for change in [
        json!({ "cnpj": "11222333000181" }),
        json!({ "firstName": "Outra" }),
        json!({ "lastName": "Pessoa" }),
    ] {
        let seen = of_user(&operator, shop.id, PageRequest::default()).await?;
        let seen = seen.data[0].identity.clone();
        assert_eq!(seen, shop.identity().await?);
        given(&shop, &change).await;
        let late = approve(&operator, id, &seen).await;
        assert_eq!(
            late.map(drop),
            Err(Error::conflict("identity_changed", "")),
            "{change}"
        );
    }
    assert_eq!(waiting(&operator).await?, 1, "it still waits");
    let reviewed = shop.approved(&operator, id).await?;
    assert_eq!(reviewed.document.status, UserDocumentStatus::Approved);
    assert_eq!(reviewed.identity, shop.identity().await?);
    assert_eq!(reviewed.identity.name, "Outra Pessoa");
    Ok(())
}

#[tokio::test]
async fn a_number_that_the_club_corrects_takes_back_what_vouched_for_it() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let operator = club.ctx_of(Role::Operator);
    let ana = Sender::ana(&club).await;
    for kind in &UserDocumentKind::ALL[..4] {
        ana.shows(&operator, *kind).await?;
    }
    let patch = |cpf: &str| users::NumbersPatch {
        phone: Some("+5511987654321".to_owned()),
        cpf: Some(cpf.to_owned()),
        cnpj: None,
    };
    let same = users::correct_numbers(&operator, ana.id, &patch("11144477735"), "x").await?;
    assert_eq!(same.kyc_level, 2, "no document shows a telephone");
    let other = users::correct_numbers(&operator, ana.id, &patch("52998224725"), "x").await?;
    assert_eq!((other.kyc_level, ana.level().await?), (0, 0));
    let statuses = statuses(&ana).await;
    assert!(statuses.iter().all(|(_, status)| status == "outdated"));
    Ok(())
}
