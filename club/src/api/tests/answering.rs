//! The router and the document are the same list.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

/// Method and path of every route that answers, as the router prints itself: it tells them in no other way.
fn answering() -> BTreeSet<(String, String)> {
    let printed = format!("{:?}", router().split_for_parts().0);
    let printed = printed.split(" fallback_router: ").next();
    let (routes, paths) = printed
        .and_then(|printed| printed.split_once(" node: "))
        .expect("routes, and the path of each");
    let by_id = |text: &str| -> BTreeMap<String, String> {
        let entries = text.split("RouteId(").skip(1);
        let entries = entries.filter_map(|entry| entry.split_once("): "));
        entries
            .map(|(id, entry)| (id.to_owned(), entry.to_owned()))
            .collect()
    };
    let (routes, paths) = (by_id(routes), by_id(paths));
    assert_eq!(routes.len(), paths.len());
    let answering = routes.iter().flat_map(|(id, route)| {
        let path = paths[id].split('"').nth(1).expect("a path");
        let methods = [
            "get", "head", "delete", "options", "patch", "post", "put", "trace", "connect",
        ];
        let methods = methods.into_iter().filter(move |method| {
            let answers = route.split(&format!(" {method}: ")).nth(1);
            !answers.expect("each method is told of").starts_with("None")
        });
        methods.map(move |method| (method.to_owned(), path.to_owned()))
    });
    answering.collect()
}

/// A route that is added beside the document answers, and nobody is told of it.
#[test]
fn the_document_has_every_route_and_no_other() {
    let told: BTreeSet<_> = routes(&document())
        .into_iter()
        .map(|(method, path, _)| (method, path))
        .collect();
    assert_eq!(answering(), told);
}
