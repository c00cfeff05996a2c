//! Numbers that the club corrects.

use super::*;
use crate::users::{NumbersPatch, correct_numbers};
use kernel::{Error, Kind};
use tenancy::administrators::Role;

const CPF: &str = "11144477735";
const OTHER: &str = "52998224725";

fn patch(phone: Option<&str>, cpf: Option<&str>) -> NumbersPatch {
    NumbersPatch {
        phone: phone.map(str::to_owned),
        cpf: cpf.map(str::to_owned),
        cnpj: None,
    }
}

fn id_of(reply: &Reply) -> UserId {
    assert_eq!(reply.status, 201, "{}", reply.body);
    text(&reply.body["user"]["id"]).parse().expect("an id")
}

#[tokio::test]
async fn a_number_that_is_somebody_elses_is_freed_for_them() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let numbers = json!({ "cpf": CPF, "phone": "+5511912345678" });
    let usurper = id_of(&register(&club, numbers.clone()).await);
    let mut owner = numbers;
    owner["email"] = json!("vera@example.com");
    let refused = register(&club, owner.clone()).await;
    let fields = json!({ "cpf": "taken" });
    assert_eq!((refused.status, &refused.body["fields"]), (422, &fields));

    let operator = club.ctx_of(Role::Operator);
    let freed = correct_numbers(&operator, usurper, &patch(Some(" "), Some("")), "Ligou").await?;
    assert_eq!((freed.phone, freed.cpf), (None, None));
    id_of(&register(&club, owner).await);

    let taken = correct_numbers(&operator, usurper, &patch(None, Some(CPF)), "x").await;
    assert_eq!(taken.map(drop), Err(Error::invalid("cpf", "taken")));
    let taken = patch(Some("(11) 91234-5678"), Some(OTHER));
    let taken = correct_numbers(&operator, usurper, &taken, "x").await;
    assert_eq!(taken.map(drop), Err(Error::invalid("phone", "taken")));
    let set = correct_numbers(
        &operator,
        usurper,
        &patch(None, Some("529.982.247-25")),
        "x",
    )
    .await?;
    assert_eq!(set.cpf.as_ref().map(kernel::Cpf::as_str), Some(OTHER));
    Ok(())
}

#[tokio::test]
async fn only_who_may_corrects_and_no_number_stands_in_the_audit_log() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ana = id_of(&register(&club, json!({ "cpf": CPF })).await);
    let [viewer, operator] = [Role::Viewer, Role::Operator].map(|role| club.ctx_of(role));
    let new = patch(None, Some(OTHER));
    let refused = correct_numbers(&viewer, ana, &new, "x").await;
    assert_eq!(
        refused.map_err(|error| error.kind).map(drop),
        Err(Kind::Forbidden)
    );
    let refused = correct_numbers(&operator, ana, &new, " ").await;
    assert_eq!(refused.map(drop), Err(Error::invalid("reason", "required")));
    let nobody = UserId(club.tenant.id.0);
    let refused = correct_numbers(&operator, nobody, &new, "x").await;
    assert_eq!(refused.map(drop), Err(Error::not_found("user")));
    let mut wrong = patch(Some("123"), Some("11144477736"));
    wrong.cnpj = Some("11222333000181".to_owned());
    let refused = correct_numbers(&operator, ana, &wrong, "x").await;
    let fields = Error::invalid("phone", "invalid");
    let fields = fields.and("cpf", "check_digits");
    assert_eq!(
        refused.map(drop),
        Err(fields.and("cnpj", "not_for_consumers"))
    );

    for _ in 0..2 {
        let same = correct_numbers(&operator, ana, &new, "Erro de digitação").await?;
        assert_eq!(same.cpf.as_ref().map(kernel::Cpf::as_str), Some(OTHER));
    }
    let audited: Vec<String> = sqlx::query_scalar(
        "select concat(before, after) from audit_log where action = 'user.correct_numbers'",
    )
    .fetch_all(club.database())
    .await?;
    let [once] = &audited[..] else {
        panic!("the same numbers again are no change: {audited:?}");
    };
    let once: Value = serde_json::from_str(once).expect("JSON");
    let expected = json!({ "changed": ["cpf"], "reason": "Erro de digitação" });
    assert_eq!(once, expected);
    Ok(())
}
