//! From a draft to an acceptance, and what can never change.

use super::{
    DocumentKind, LegalText, LegalTexts, accept, by_id, discard, draft, publish, seed, versions,
};
use crate::testing::{Call, Club, Outcome, Reply, installation, text};
use kernel::{DocumentId, Error, Kind, Result, UserId};
use serde_json::{Value, json};
use tenancy::{Actor, administrators::Role};

fn texts(title: &str, english: Option<&str>) -> LegalTexts {
    let text = |title: &str| LegalText {
        title: title.to_owned(),
        body: format!("## {title}\n\nUm."),
    };
    LegalTexts {
        pt_br: text(title),
        en: english.map(text),
    }
}

async fn published(club: &Club, kind: DocumentKind, title: &str) -> Result<DocumentId> {
    let ctx = club.ctx_of(Role::Manager);
    let draft = draft(&ctx, kind, texts(title, Some("In English")), None).await?;
    publish(&ctx, draft.id, draft.drafted_at)
        .await
        .map(|document| document.id)
}

async fn get(club: &Club, token: &Value, path: &str) -> Reply {
    club.send(Call::get(path).bearer(text(token))).await
}

#[tokio::test]
async fn users_read_what_is_in_force_and_accept_it_once() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ana = club.register("ana@example.com").await;
    let token = &ana["accessToken"];
    let post = async |id: DocumentId| {
        let call = Call::post("/api/documents/acceptances").bearer(text(token));
        club.send(call.json(&json!({ "documentId": id }))).await
    };
    let nothing = get(&club, token, "/api/documents").await;
    assert_eq!(nothing.body, json!({ "data": [], "nextCursor": null }));

    let privacy = published(&club, DocumentKind::Privacy, "Privacidade").await?;
    let old = published(&club, DocumentKind::Terms, "Termos").await?;
    assert_eq!(post(old).await.status, 201);
    let terms = published(&club, DocumentKind::Terms, "Novos termos").await?;
    let listed = get(&club, token, "/api/documents").await.body["data"].clone();
    let document = |id, kind, version, title| {
        json!({
            "id": id, "kind": kind, "version": version, "locale": "pt-BR", "title": title,
            "publishedAt": "2026-06-01T12:00:00Z", "isInForce": true, "acceptedAt": null
        })
    };
    assert_eq!(
        listed,
        json!([
            document(terms, "terms", 2, "Novos termos"),
            document(privacy, "privacy", 1, "Privacidade")
        ])
    );

    let first = post(terms).await;
    assert_eq!(first.status, 201, "{}", first.body);
    assert_eq!(
        first.body,
        json!({
            "documentId": terms, "kind": "terms", "version": 2, "acceptedAt": "2026-06-01T12:00:00Z", "ip": null
        })
    );
    club.wait(time::Duration::minutes(1));
    let again = post(terms).await;
    assert_eq!((again.status, &again.body), (200, &first.body));
    assert_eq!(post(old).await.status, 200, "it was in force when accepted");
    let read = get(&club, token, &format!("/api/documents/{terms}?locale=en")).await;
    assert_eq!(read.body["acceptedAt"], "2026-06-01T12:00:00Z");
    assert_eq!(
        (text(&read.body["title"]), text(&read.body["locale"])),
        ("In English", "en")
    );
    assert_eq!(read.body["body"], "## In English\n\nUm.");

    let bia = club.register("bia@example.com").await;
    let bia: UserId = text(&bia["user"]["id"]).parse()?;
    let late = accept(&club.ctx(Actor::User(bia)), old).await;
    let refusal = Error::conflict("document_not_in_force", "");
    assert_eq!(late.map(drop), Err(refusal));
    let before = get(&club, token, &format!("/api/documents/{old}"))
        .await
        .body;
    assert_eq!(
        (&before["isInForce"], &before["version"]),
        (&json!(false), &json!(1))
    );
    let events = sqlx::query_scalar!(
        r#"select count(*) as "count!" from outbox where kind = 'document_accepted'"#
    )
    .fetch_one(club.database())
    .await?;
    assert_eq!(events, 2);
    Ok(())
}

#[tokio::test]
async fn a_draft_changes_until_it_is_published() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let other = Club::new(&home, "empresa-b").await;
    let manager = club.ctx_of(Role::Manager);
    let write =
        async |title, seen| draft(&manager, DocumentKind::Fees, texts(title, None), seen).await;
    let first = write("Um", None).await?;
    club.wait(time::Duration::minutes(1));
    let second = write("Dois", Some(first.drafted_at)).await?;
    assert_eq!(
        (first.id, second.texts.pt_br.title.as_str()),
        (second.id, "Dois")
    );
    let ana = club.register("ana@example.com").await;
    let path = format!("/api/documents/{}", first.id);
    let hidden = get(&club, &ana["accessToken"], &path).await;
    assert_eq!((hidden.status, hidden.code()), (404, "not_found"));
    let call = Call::post("/api/documents/acceptances").bearer(text(&ana["accessToken"]));
    let early = club
        .send(call.json(&json!({ "documentId": first.id })))
        .await;
    assert_eq!(early.status, 404);

    // Whoever had the first one before their eyes overwrites and publishes nothing.
    let changed = Error::conflict("draft_changed", "");
    for seen in [None, Some(first.drafted_at)] {
        assert_eq!(
            write("Dois e meio", seen).await.map(drop),
            Err(changed.clone())
        );
    }
    let unseen = publish(&manager, first.id, first.drafted_at).await;
    assert_eq!(unseen.map(drop), Err(changed.clone()));
    assert_eq!(by_id(&manager, first.id).await?, second);

    let done = publish(&manager, first.id, second.drafted_at).await?;
    assert_eq!((done.version, done.acceptances), (Some(1), 0));
    let again = Error::conflict("already_published", "");
    assert_eq!(
        publish(&manager, first.id, second.drafted_at)
            .await
            .map(drop),
        Err(again.clone())
    );
    assert_eq!(discard(&manager, first.id).await, Err(again));
    let gone = write("Três", Some(second.drafted_at)).await;
    assert_eq!(gone.map(drop), Err(changed.clone()), "it is published");
    // Of two who write a first draft at once, one is told of the other.
    let (three, four) = tokio::join!(write("Três", None), write("Quatro", None));
    let next = match (three, four) {
        (Ok(next), Err(error)) | (Err(error), Ok(next)) if error == changed => next,
        both => panic!("one of them writes it: {both:?}"),
    };
    let all = versions(&manager, Some(DocumentKind::Fees)).await?;
    let all: Vec<_> = all.iter().map(|it| (it.id, it.version)).collect();
    assert_eq!(all, [(next.id, None), (first.id, Some(1))]);
    discard(&manager, next.id).await?;
    assert_eq!(
        by_id(&manager, next.id).await.map(drop),
        Err(Error::not_found("document"))
    );
    let elsewhere = by_id(&other.ctx_of(Role::Owner), first.id).await;
    assert_eq!(elsewhere.map(drop), Err(Error::not_found("document")));
    let operator = club.ctx_of(Role::Operator);
    let refused = draft(&operator, DocumentKind::Fees, texts("Não", None), None).await;
    assert_eq!(
        refused.map_err(|error| error.kind).map(drop),
        Err(Kind::Forbidden)
    );
    Ok(())
}

/// Nobody accepts what is no longer in force, not even while the next version is being published.
#[tokio::test]
async fn accepting_and_publishing_at_once_come_one_after_the_other() -> Outcome {
    for accepts_first in [true, false] {
        let home = installation().await;
        let club = Club::new(&home, "clube-navi").await;
        let ana: UserId = text(&club.register("ana@example.com").await["user"]["id"]).parse()?;
        let (ana, manager) = (club.ctx(Actor::User(ana)), club.ctx_of(Role::Manager));
        let old = published(&club, DocumentKind::Terms, "Termos").await?;
        let new = draft(&manager, DocumentKind::Terms, texts("Novos", None), None).await?;
        // Both tell the outbox last.
        let mut holder = club.database().begin().await?;
        sqlx::query("lock table outbox in share mode")
            .execute(&mut *holder)
            .await?;
        let (first, second) = if accepts_first { (0, 1) } else { (1, 0) };
        let accepting = async {
            club.until_waiting(first).await;
            accept(&ana, old).await
        };
        let publishing = async {
            club.until_waiting(second).await;
            publish(&manager, new.id, new.drafted_at).await
        };
        let let_go = async {
            club.until_waiting(2).await;
            holder.commit().await
        };
        let (accepted, done, released) = tokio::join!(accepting, publishing, let_go);
        released?;
        assert_eq!(done?.version, Some(2));
        let told = sqlx::query_scalar!(
            "select kind from outbox where kind like 'document%' order by id offset 1"
        )
        .fetch_all(club.database())
        .await?;
        if accepts_first {
            assert!(accepted?.1);
            assert_eq!(told, ["document_accepted", "document_published"]);
        } else {
            let late = Error::conflict("document_not_in_force", "");
            assert_eq!(accepted.map(drop), Err(late));
            assert_eq!(told, ["document_published"]);
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_database_itself_keeps_what_was_published_and_accepted() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ana = club.register("ana@example.com").await;
    let ana: UserId = text(&ana["user"]["id"]).parse()?;
    let ctx = club.ctx(Actor::Command);
    assert_eq!((seed(&ctx).await?, seed(&ctx).await?), (4, 0));
    let terms = versions(&ctx, Some(DocumentKind::Terms)).await?;
    accept(&club.ctx(Actor::User(ana)), terms[0].id).await?;
    for change in [
        "update documents set texts = '{\"pt-BR\": {}}'",
        "update documents set version = version + 1",
        "delete from documents",
        "truncate documents cascade",
        "update document_acceptances set accepted_at = now()",
        "delete from document_acceptances",
    ] {
        let refused = sqlx::query(change).execute(club.database()).await;
        let refused = refused.expect_err(change).to_string();
        assert!(refused.contains("append-only"), "{change}: {refused}");
    }
    Ok(())
}
