//! Members as the administrators of their club see them.

use super::*;
use crate::{
    testing::PASSWORD,
    users::{
        self, NewUser, User, UserFilter, UserStatus, UserType, block, by_id, count, list, unblock,
    },
};
use kernel::{Error, Kind, PageRequest, Result};
use tenancy::administrators::Role;
use time::Duration;

/// The last of ten is a merchant.
fn member(number: u8) -> NewUser {
    NewUser {
        first_name: if number == 4 { "Elisa" } else { "Ana" }.to_owned(),
        last_name: "Esteves".to_owned(),
        email: format!("membro{number}@example.com"),
        password: PASSWORD.into(),
        user_type: if number == 9 {
            UserType::Merchant
        } else {
            UserType::Consumer
        },
        phone: Some(format!("+551199000000{number}")),
        cpf: None,
        cnpj: None,
        referred_by: None,
    }
}

async fn register_directly(club: &Club, new: NewUser) -> Result<User> {
    users::register(&club.ctx(Actor::Command), new).await
}

#[tokio::test]
async fn administrators_search_and_page() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ctx = club.ctx_of(Role::Viewer);
    for number in 0..10 {
        let new = member(number);
        assert_eq!(
            register_directly(&club, new).await?.status,
            UserStatus::Active
        );
    }
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = PageRequest {
            limit: Some(4),
            cursor,
        };
        let page = list(&ctx, UserFilter::default(), page).await?;
        assert!(page.data.len() <= 4);
        seen.extend(page.data.iter().map(|user| user.id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 10);
    assert!(seen.is_sorted_by(|a, b| a > b), "newest first, none twice");

    let find = |search: &str| UserFilter {
        search: Some(search.to_owned()),
        ..UserFilter::default()
    };
    for (filter, expected) in [
        (UserFilter::default(), 10),
        (find("MEMBRO3@"), 1),
        (find(" elisa esteves "), 1),
        (find("119900000"), 10),
        (find("+55 (11) 9900-000"), 10),
        (find("%"), 0),
        (
            UserFilter {
                user_type: Some(UserType::Merchant),
                ..UserFilter::default()
            },
            1,
        ),
        (
            UserFilter {
                status: Some(UserStatus::Deleted),
                ..UserFilter::default()
            },
            0,
        ),
    ] {
        assert_eq!(count(&ctx, filter.clone()).await?, expected, "{filter:?}");
        let page = list(&ctx, filter, PageRequest::default()).await?;
        assert_eq!(i64::try_from(page.data.len()), Ok(expected));
    }
    assert_eq!(by_id(&ctx, seen[0]).await?.id, seen[0]);
    assert_eq!(
        by_id(&ctx, UserId(club.tenant.id.0))
            .await
            .map(|user| user.id),
        Err(Error::not_found("user"))
    );
    let too_many = PageRequest {
        limit: Some(101),
        cursor: None,
    };
    assert_eq!(
        list(&ctx, UserFilter::default(), too_many)
            .await
            .map(|page| page.data.len()),
        Err(Error::invalid("limit", "out_of_range"))
    );
    Ok(())
}

#[tokio::test]
async fn only_administrators_of_this_club_see_its_members() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let other = Club::new(&home, "empresa-b").await;
    let signed_in = club.register("ana@example.com").await;
    let ana: UserId = text(&signed_in["user"]["id"]).parse().expect("an id");
    let foreign = other.ctx_of(Role::Owner).actor;
    for (actor, kind) in [
        (Actor::Anonymous, Kind::Unauthenticated),
        (Actor::User(ana), Kind::Forbidden),
        (foreign, Kind::Forbidden),
    ] {
        let ctx = club.ctx(actor);
        let refusals = [
            list(&ctx, UserFilter::default(), PageRequest::default())
                .await
                .map(drop),
            count(&ctx, UserFilter::default()).await.map(drop),
            by_id(&ctx, ana).await.map(drop),
        ];
        for refusal in refusals {
            assert_eq!(
                refusal.map_err(|error| error.kind),
                Err(kind),
                "{:?}",
                ctx.actor
            );
        }
    }
}

#[tokio::test]
async fn names_are_found_however_they_are_written() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ctx = club.ctx_of(Role::Viewer);
    let jose = NewUser {
        first_name: "José".to_owned(),
        last_name: "D\u{2019}Ávila Conceic\u{0327}a\u{0303}o".to_owned(),
        ..member(1)
    };
    register_directly(&club, jose).await?;
    register_directly(&club, member(2)).await?;
    for search in [
        "jose",
        "JOSÉ",
        "jo",
        "avila",
        "conceição",
        "CONCEICAO",
        "Jose\u{0301}",
    ] {
        let filter = UserFilter {
            search: Some(search.to_owned()),
            ..UserFilter::default()
        };
        let found = list(&ctx, filter, PageRequest::default()).await?.data;
        assert_eq!(found.len(), 1, "{search}");
        assert_eq!(found[0].first_name, "José", "{search}");
    }
    Ok(())
}

#[tokio::test]
async fn a_blocked_member_is_out_until_somebody_lets_them_in() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let signed_in = club.register("ana@example.com").await;
    let ana: UserId = text(&signed_in["user"]["id"]).parse().expect("an id");
    let token = text(&signed_in["accessToken"]);
    let operator = club.ctx_of(Role::Operator);
    let me = async || {
        club.send(Call::get("/api/users/me").bearer(token))
            .await
            .status
    };
    let login = async || {
        let body = json!({ "email": "ana@example.com", "password": PASSWORD });
        club.send(Call::post("/api/auth/login").json(&body))
            .await
            .status
    };
    let viewer = block(&club.ctx_of(Role::Viewer), ana, "Fraude").await;
    assert_eq!(viewer.map_err(|error| error.kind), Err(Kind::Forbidden));
    for (reason, why) in [(" ".to_owned(), "required"), ("a".repeat(501), "too_long")] {
        let refused = block(&operator, ana, &reason).await;
        assert_eq!(refused, Err(Error::invalid("reason", why)));
    }
    assert_eq!(me().await, 200);
    block(&operator, ana, " Fraude ").await?;
    block(&operator, ana, "Fraude outra vez").await?;
    assert_eq!((me().await, login().await), (401, 401));
    assert_eq!(by_id(&operator, ana).await?.status, UserStatus::Blocked);
    unblock(&operator, ana, "Engano").await?;
    assert_eq!((me().await, login().await), (401, 200));

    let mut conn = operator.conn().await?;
    let log: Vec<String> = sqlx::query_scalar(
        "select action || ' ' || (after ->> 'reason') from audit_log where action like 'user.%block' order by id",
    )
    .fetch_all(&mut *conn)
    .await?;
    assert_eq!(log, ["user.block Fraude", "user.unblock Engano"]);
    let nobody = block(&operator, UserId(club.tenant.id.0), "Fraude").await;
    assert_eq!(nobody, Err(Error::not_found("user")));
    Ok(())
}

#[tokio::test]
async fn a_demonstrations_members_came_one_after_another() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ctx = club.ctx(Actor::Command);
    for number in 0..10 {
        register_directly(&club, member(number)).await?;
    }
    let since = |days| UserFilter {
        joined_since: Some(ctx.now() - Duration::days(days)),
        ..UserFilter::default()
    };
    for _ in 0..2 {
        users::seed(&ctx).await?;
        assert_eq!(count(&ctx, since(96)).await?, 10);
        assert_eq!(
            count(&ctx, since(90)).await?,
            8,
            "one of each kind was first"
        );
        assert_eq!(count(&ctx, since(48)).await?, 4);
        let blocked = UserFilter {
            status: Some(UserStatus::Blocked),
            ..UserFilter::default()
        };
        assert_eq!(count(&ctx, blocked).await?, 1);
    }
    Ok(())
}
