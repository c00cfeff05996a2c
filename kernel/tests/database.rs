//! Every word goes to PostgreSQL and comes back, alone and in arrays, and describes itself to OpenAPI.

use axum::response::IntoResponse;
use kernel::{
    CashbackSplit, Cnpj, Colour, Cpf, Document, Email, Error, Money, Percent, Phone, Slug,
};
use sqlx::{
    Connection, Decode, Encode, PgConnection, Postgres, Type,
    postgres::{PgHasArrayType, PgTypeInfo},
};
use std::fmt::Debug;
use utoipa::PartialSchema;

type Outcome = Result<(), Box<dyn std::error::Error>>;

async fn connection() -> Result<PgConnection, Box<dyn std::error::Error>> {
    let url = std::env::var("CLUBE_TEST_POSTGRES_URL")
        .map_err(|_| "CLUBE_TEST_POSTGRES_URL must name a PostgreSQL server")?;
    Ok(PgConnection::connect(&url).await?)
}

/// Sends the value as this column type, compares it with the literal there, and reads the literal back.
async fn goes_there_and_back<T>(
    connection: &mut PgConnection,
    value: T,
    column: &str,
    literal: &str,
) -> Outcome
where
    T: Clone + PartialEq + Debug + Send + Sync + Unpin + Type<Postgres> + PgHasArrayType,
    T: for<'q> Encode<'q, Postgres> + for<'r> Decode<'r, Postgres>,
    Vec<T>: Type<Postgres>,
{
    let query = format!(
        "select $1 = '{literal}'::{column}, '{literal}'::{column}, array['{literal}'::{column}]::{column}[] = $2"
    );
    let (same, back, same_in_array): (bool, T, bool) = sqlx::query_as(sqlx::AssertSqlSafe(query))
        .bind(value.clone())
        .bind(vec![value.clone()])
        .fetch_one(connection)
        .await?;
    assert!(
        same && same_in_array,
        "{value:?} is not {literal} in PostgreSQL"
    );
    assert_eq!(back, value);
    Ok(())
}

#[tokio::test]
async fn every_word_goes_there_and_back() -> Outcome {
    let db = &mut connection().await?;
    goes_there_and_back(
        db,
        Money::from_centavos(i64::MIN),
        "bigint",
        "-9223372036854775808",
    )
    .await?;
    goes_there_and_back(db, Percent::parse("12.5")?, "numeric(7,4)", "12.5").await?;
    goes_there_and_back(db, Percent::HUNDRED, "numeric(7,4)", "100").await?;
    goes_there_and_back(db, Slug::parse("clube-navi")?, "text", "clube-navi").await?;
    goes_there_and_back(
        db,
        Email::parse("Ana@example.com")?,
        "text",
        "Ana@example.com",
    )
    .await?;
    goes_there_and_back(db, Phone::parse("11 91234-5678")?, "text", "+5511912345678").await?;
    goes_there_and_back(db, Cpf::parse("111.444.777-35")?, "text", "11144477735").await?;
    goes_there_and_back(db, Cnpj::parse("12abc34501de35")?, "text", "12ABC34501DE35").await?;
    goes_there_and_back(db, Document::parse("11144477735")?, "text", "11144477735").await?;
    goes_there_and_back(db, Colour::parse("#0F766E")?, "text", "#0f766e").await?;
    Ok(())
}

#[tokio::test]
async fn a_percentage_keeps_its_value_whatever_the_scale_of_the_column() -> Outcome {
    let (percent,): (Percent,) = sqlx::query_as("select 12.50000::numeric(9,5)")
        .fetch_one(&mut connection().await?)
        .await?;
    assert_eq!(percent.ten_thousandths(), 125_000);
    assert_eq!(percent.to_string(), "12.5");
    Ok(())
}

#[tokio::test]
async fn whoever_sends_what_no_text_can_hold_is_told_so() -> Outcome {
    let db = &mut connection().await?;
    let text = sqlx::query("select $1::text").bind("a\0b");
    let json = sqlx::query("select $1::jsonb").bind(serde_json::json!({ "reason": "a\0b" }));
    for refused in [text.execute(&mut *db).await, json.execute(&mut *db).await] {
        let error = Error::from(refused.expect_err("U+0000"));
        assert_eq!(error, Error::invalid("body", "invalid"));
        assert_eq!(error.into_response().status(), 422);
    }
    Ok(())
}

#[tokio::test]
async fn nothing_but_a_colour_is_read_as_one() -> Outcome {
    let read: Result<(Colour,), _> = sqlx::query_as("select 'red;}body{display:none'")
        .fetch_one(&mut connection().await?)
        .await;
    assert!(
        matches!(read, Err(sqlx::Error::ColumnDecode { .. })),
        "{read:?}"
    );
    Ok(())
}

#[test]
fn a_case_insensitive_column_is_an_email_too() {
    assert!(<Email as Type<Postgres>>::compatible(
        &PgTypeInfo::with_name("citext")
    ));
}

#[test]
fn openapi_knows_them_as_strings() -> serde_json::Result<()> {
    let schemas = [
        ("Money", Money::schema()),
        ("Percent", Percent::schema()),
        ("Slug", Slug::schema()),
        ("Email", Email::schema()),
        ("Phone", Phone::schema()),
        ("Cpf", Cpf::schema()),
        ("Cnpj", Cnpj::schema()),
        ("Document", Document::schema()),
        ("Colour", Colour::schema()),
    ];
    for (name, schema) in schemas {
        let schema = serde_json::to_value(schema)?;
        assert_eq!(schema["type"], "string", "{name}: {schema}");
        assert!(schema["example"].is_string(), "{name}: {schema}");
        assert!(
            schema["pattern"].is_string() || schema["format"].is_string(),
            "{name}: {schema}"
        );
    }
    let split = serde_json::to_value(CashbackSplit::schema())?;
    assert!(
        split["properties"]["consumerReferrerPercent"].is_object(),
        "{split}"
    );
    Ok(())
}
