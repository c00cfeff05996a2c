//! What clients say when.

use super::*;

/// Path and name of every query parameter that is a moment.
fn moments(document: &Value) -> Vec<(String, String)> {
    let parameters = |(_, path, operation): (String, String, Value)| {
        let parameters = operation["parameters"].as_array().cloned();
        let moments = parameters.unwrap_or_default().into_iter();
        let moments = moments.filter(|it| it["schema"]["format"] == "date-time");
        moments
            .map(move |it| (path.clone(), text(&it["name"]).to_owned()))
            .collect::<Vec<_>>()
    };
    routes(document).into_iter().flat_map(parameters).collect()
}

/// The last day of all years is longer in the west than in UTC, and a database has only UTC.
#[tokio::test]
async fn a_moment_that_no_database_has_is_refused_by_its_name() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ana = club.register("ana@example.com").await;
    let moments = moments(&document());
    assert_eq!(moments.len(), 10, "a moment is gone or new: {moments:?}");
    for (path, name) in moments {
        let ask = |at: &str| {
            let path = format!("{path}?{name}={at}");
            let call = Call::get(&path).bearer(text(&ana["accessToken"]));
            club.send(call)
        };
        let (late, wrong) = (
            ask("9999-12-31T23:59:59-01:00").await,
            ask("yesterday").await,
        );
        assert_eq!(late.status, 422, "{path} {name}: {}", late.body);
        assert_eq!(
            late.body["fields"],
            json!({ &name: "out_of_range" }),
            "{path}"
        );
        assert_eq!(wrong.body["fields"], json!({ &name: "invalid" }), "{path}");
        for good in ["9999-12-31T23:59:59Z", "0000-01-01T00:00:00%2B01:00"] {
            assert_eq!(ask(good).await.status, 200, "{path} {name} {good}");
        }
    }
}
