//! Rights that follow from what a provider says.

use axum::http::Method;
use geokontor::editing::EditError;
use geokontor::identity::Caller;
use geokontor::identity::organisations::OrganisationKind;
use geokontor::identity::organisations::store::{NewOrganisation, create_membership, create_organisation};
use geokontor::identity::store::IDENTITY;
use geokontor::spine::Purpose;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::provider::Provider;
use super::{OPEN, office};
use crate::accounts::{Office, PASSWORD};
use crate::support::Reply;

const RULES: &str = "memberships = [\n\
    { claim = 'groups', value = '/geokontor/{organisation}/{role}' },\n\
    { claim = 'department', value = 'wasser', organisation = 'Amt Nord', role = 'reader' },\n]\n";

/// Makes an organisation that may edit, and somebody a member of it.
async fn organisation(office: &Office, name: &str, member: Option<(Uuid, &str)>) {
    let (spine, caller) = (&office.server.app.editor.spine, Caller::operator("test"));
    let purpose = Purpose { domain: IDENTITY, kind: "create-organisation", reason: "a test".to_owned(), undoes: None };
    let mut transaction = spine.begin(&caller, purpose).await.expect("a transaction");
    let new =
        NewOrganisation { name: name.to_owned(), kind: OrganisationKind::Amt, municipalities: None, outline: None };
    let made = create_organisation(&mut transaction, &new).await.expect("a database").expect("a name that is free");
    if let Some((account, role)) = member {
        create_membership(&mut transaction, (account, made.id, role)).await.expect("a database");
    }
    spine.commit::<EditError>(transaction).await.expect("it is kept");
}

/// Somebody signs in of whom the provider says this; gives what they may do.
async fn actions(office: &Office, provider: &Provider, claims: Json) -> Vec<String> {
    provider.script().claims = claims;
    let mut browser = office.browser();
    let arrived: Reply = browser.through(provider).await;
    assert_eq!(arrived.json()["state"], "signed_in", "{}", arrived.text());
    let account = browser.account().await;
    let actions = account["actions"].as_array().expect("actions").iter();
    actions.map(|action| action.as_str().expect("a word").to_owned()).collect()
}

#[tokio::test]
async fn memberships_follow_what_the_provider_says_and_end_when_it_says_so_no_more() {
    let provider = Provider::open().await;
    let office = office(&provider, &format!("{OPEN}{RULES}")).await;
    organisation(&office, "Amt Nord", None).await;
    assert_eq!(actions(&office, &provider, json!({})).await, [""; 0]);
    let editor = actions(&office, &provider, json!({ "groups": ["/other", "/geokontor/Amt Nord/editor"] })).await;
    assert!(editor.contains(&"edit".to_owned()), "{editor:?}");
    let again = actions(&office, &provider, json!({ "groups": "/geokontor/Amt Nord/editor" })).await;
    assert_eq!(again, editor);
    assert_eq!(office.server.count("SELECT count(*) FROM membership").await, 1, "nothing is given twice");
    assert_eq!(actions(&office, &provider, json!({ "department": "wasser" })).await, ["read"]);
    assert_eq!(actions(&office, &provider, json!({ "department": "bau" })).await, [""; 0]);
    assert_eq!(office.server.count("SELECT count(*) FROM membership WHERE ended_at IS NULL").await, 0);
}

#[tokio::test]
async fn organisations_and_roles_that_there_are_not_give_nothing() {
    let provider = Provider::open().await;
    let office = office(&provider, &format!("{OPEN}{RULES}")).await;
    organisation(&office, "Amt Nord", None).await;
    for group in [
        "/geokontor/Amt Süd/editor",
        "/geokontor/Amt Nord/king",
        "/geokontor/Amt Nord/Editor",
        // A role, but for organisations of another kind.
        "/geokontor/Amt Nord/crew",
        "/geokontor/Amt Nord/",
        "/geokontor//editor",
        "/geokontor/Amt Nord/editor/",
        "Amt Nord/editor",
    ] {
        assert_eq!(actions(&office, &provider, json!({ "groups": [group] })).await, [""; 0], "{group}");
    }
    assert_eq!(office.server.count("SELECT count(*) FROM membership").await, 0);
}

#[tokio::test]
async fn what_people_have_given_no_claim_takes_away() {
    let provider = Provider::open().await;
    let office = office(&provider, RULES).await;
    let mut ina = office.signed_in("ina@amt.example").await;
    ina.link(&provider, PASSWORD).await;
    let id = ina.account().await["id"].as_str().expect("an id").parse().expect("an id");
    organisation(&office, "Amt Nord", Some((id, "reader"))).await;
    let both = json!({ "groups": ["/geokontor/Amt Nord/reader", "/geokontor/Amt Nord/editor"] });
    let all = actions(&office, &provider, both.clone()).await;
    assert!(all.contains(&"edit".to_owned()), "{all:?}");
    assert_eq!(actions(&office, &provider, json!({})).await, ["read"]);

    actions(&office, &provider, both).await;
    ina.send(Method::DELETE, "/api/account/identities/kreis", None).await;
    assert_eq!(ina.account().await["actions"], json!(["read"]), "the link ends what came through it");
}
