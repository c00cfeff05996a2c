//! The two levels, as the routes and the guard see them.

use super::{ModuleGuard, clear_for_user, require_module, set_for_user};
use crate::{
    auth,
    testing::{Call, Club, Outcome, installation, text},
};
use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
    routing::get,
};
use kernel::{Error, Kind, UserId};
use serde_json::{Value, json};
use tenancy::{Actor, administrators::Role, modules::Module};

async fn mine(club: &Club, token: &str, module: &str) -> Value {
    let reply = club
        .send(Call::get("/api/users/me/modules").bearer(token))
        .await;
    assert_eq!(
        (reply.status, &reply.body["nextCursor"]),
        (200, &Value::Null)
    );
    let modules = reply.body["data"].as_array().expect("a list").clone();
    modules
        .into_iter()
        .find(|it| it["moduleKey"] == module)
        .expect("the module")
}

#[tokio::test]
async fn the_explanation_names_the_level_that_decided() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let signed_in = club.register("ana@example.com").await;
    let (token, id) = (
        text(&signed_in["accessToken"]),
        text(&signed_in["user"]["id"]).parse()?,
    );
    let marketplace = mine(&club, token, "marketplace").await;
    assert_eq!(
        (&marketplace["isEnabled"], &marketplace["level"]),
        (&json!(true), &json!("default"))
    );
    assert_eq!(marketplace["setBy"], "command");

    let operator = club.ctx_of(Role::Operator);
    set_for_user(
        &operator,
        id,
        Module::Marketplace,
        false,
        " pediu para sair ",
    )
    .await?;
    let marketplace = mine(&club, token, "marketplace").await;
    assert_eq!(
        marketplace,
        json!({
            "moduleKey": "marketplace", "displayName": "Marketplace", "isEnabled": false, "level": "user",
            "setBy": "admin:rita@example.com", "setAt": "2026-06-01T12:00:00Z", "reason": "pediu para sair"
        })
    );
    assert_eq!(mine(&club, token, "cashback").await["level"], "default");

    clear_for_user(&operator, id, Module::Marketplace).await?;
    clear_for_user(&operator, id, Module::Marketplace).await?;
    assert_eq!(mine(&club, token, "marketplace").await["level"], "default");
    let actions = sqlx::query_scalar!("select action from audit_log order by id")
        .fetch_all(club.database())
        .await?;
    assert_eq!(
        actions,
        ["user.register", "user_module.set", "user_module.clear"]
    );
    Ok(())
}

#[tokio::test]
async fn the_guard_answers_exactly_as_specified() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let signed_in = club.register("ana@example.com").await;
    let (token, id) = (
        text(&signed_in["accessToken"]),
        text(&signed_in["user"]["id"]).parse()?,
    );
    let guarded = Router::new()
        .route("/api/products", get(async || "[]"))
        .layer(from_fn_with_state(
            ModuleGuard(Module::Marketplace),
            require_module,
        ))
        .layer(from_fn(auth::require_user));
    let club = club.with_routes(guarded);
    let visit = async || club.send(Call::get("/api/products").bearer(token)).await;

    assert_eq!(visit().await.status, 200);
    club.switch_off(id, Module::Marketplace).await;
    let refused = visit().await;
    assert_eq!(refused.status, 403);
    assert_eq!(
        refused.body,
        json!({ "error": "Module disabled", "code": "module_disabled", "module": "marketplace" })
    );
    assert_eq!(
        club.send(Call::get("/api/products")).await.status,
        401,
        "strangers learn nothing"
    );
    Ok(())
}

#[tokio::test]
async fn only_those_who_manage_members_set_modules() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let id: UserId = text(&club.register("ana@example.com").await["user"]["id"]).parse()?;
    let anybody = [
        Actor::Anonymous,
        Actor::User(id),
        club.ctx_of(Role::Viewer).actor,
    ];
    let kinds = [Kind::Unauthenticated, Kind::Forbidden, Kind::Forbidden];
    for (actor, kind) in anybody.into_iter().zip(kinds) {
        let ctx = club.ctx(actor);
        let set = set_for_user(&ctx, id, Module::Cashback, false, "x").await;
        assert_eq!(set.map_err(|error| error.kind), Err(kind));
        let clear = clear_for_user(&ctx, id, Module::Cashback).await;
        assert_eq!(clear.map_err(|error| error.kind), Err(kind));
    }
    let operator = club.ctx_of(Role::Operator);
    assert_eq!(
        set_for_user(&operator, id, Module::Cashback, false, " ").await,
        Err(Error::invalid("reason", "required"))
    );
    let nobody = UserId(club.tenant.id.0);
    assert_eq!(
        set_for_user(&operator, nobody, Module::Cashback, false, "x").await,
        Err(Error::not_found("user"))
    );
    Ok(())
}

#[tokio::test]
async fn modules_are_a_list_by_cursor() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let signed_in = club.register("ana@example.com").await;
    let token = text(&signed_in["accessToken"]);
    let page = async |query: &str| {
        let path = format!("/api/users/me/modules{query}");
        club.send(Call::get(&path).bearer(token)).await
    };
    let whole = page("").await.body["data"].clone();
    let whole = whole.as_array().expect("a list");
    let (mut seen, mut query) = (Vec::new(), "?limit=1".to_owned());
    while seen.len() <= whole.len() {
        let reply = page(&query).await;
        assert_eq!(reply.status, 200, "{query}");
        seen.extend(reply.body["data"].as_array().expect("a list").clone());
        let Some(cursor) = reply.body["nextCursor"].as_str() else {
            break;
        };
        query = format!("?limit=1&cursor={cursor}");
    }
    assert_eq!(&seen, whole);
    for (query, field) in [
        ("?limit=0", "limit"),
        ("?cursor=00000000-0000-0000-0000-000000000000", "cursor"),
    ] {
        let refused = page(query).await;
        assert_eq!(refused.status, 422, "{query}");
        assert!(refused.body["fields"][field].is_string(), "{query}");
    }
    Ok(())
}
