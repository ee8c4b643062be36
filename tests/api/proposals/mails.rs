//! Who is written to about proposals, and what.

use axum::http::{Method, StatusCode};
use geokontor::mail::{Kind, Templates};
use geokontor::texts::Language;
use serde_json::{Value as Json, json};

use super::{District, HERE, THERE, address, approve, edit, item, moved, organisation, patch, waiting};
use crate::support::declarations;

/// The latest mail of a kind to somebody, as it is read.
async fn mail(district: &District, template: &str, to: &str) -> String {
    let sql = format!(
        "SELECT jsonb_build_object('params', params, 'language', language)::text FROM mail \
         WHERE template = '{template}' AND recipient = '{to}' ORDER BY created_at DESC, id DESC LIMIT 1"
    );
    let row: Json = serde_json::from_str(&district.office.server.text(&sql).await).expect("a mail");
    let language = if row["language"] == "en" { Language::En } else { Language::De };
    let templates = Templates::load(&declarations().join("texts")).expect("the texts");
    let text = templates.write(Kind::named(template).expect("a kind"), language, &row["params"]).expect("a mail");
    format!("{}\n\n{}", text.subject, text.body).replace(&district.here, "ID")
}

#[tokio::test]
async fn those_who_may_approve_are_written_to_and_the_author_learns_what_has_become_of_it() {
    let district = District::open().await;
    let (mut clerk, mut chief) = district.pair().await;
    let mut administrator = district.office.administrator("b@kreis.example").await.0;
    let here = organisation(&mut administrator, "Amt Lossow", "amt", Some(HERE)).await;
    let there = organisation(&mut administrator, "Amt Grürnitz", "amt", Some(THERE)).await;
    district.member(&mut administrator, "Ina Voss", &here, "administrator").await;
    district.member(&mut administrator, "Ole Thun", &there, "administrator").await;
    chief.send(Method::PATCH, "/api/account", Some(json!({ "language": "en" }))).await;
    let proposal = waiting(&patch(&mut clerk, &district.here, moved(), "steht <b>vor</b> Haus 4").await);
    let asked = async |who: &str| district.office.mails("proposal-made", who).await;
    assert_eq!((asked("ute.kern@example.org").await, asked("ina.voss@example.org").await), (1, 1));
    for other in ["ole.thun@example.org", "jens.ott@example.org", "a@kreis.example", "b@kreis.example"] {
        assert_eq!(asked(other).await, 0, "{other}");
    }
    insta::assert_snapshot!(mail(&district, "proposal-made", "ina.voss@example.org").await, @r#"
    Landkreis Nordwestmecklenburg: Änderung zur Freigabe – Hydranten: H1

    Guten Tag Ina Voss,

    Jens Ott schlägt eine Änderung vor, die eine zweite Person freigeben muss:

    Hydranten: H1
    Verschieben um 39 m
    Grund: steht <b>vor</b> Haus 4

    Ansehen, freigeben oder ablehnen können Sie sie hier:

    https://geo.example/desk/hydrants/ID

    Mit freundlichen Grüßen
    Landkreis Nordwestmecklenburg

    Diese E-Mail wurde automatisch versandt. Bitte antworten Sie nicht darauf.
    "#);
    insta::assert_snapshot!(mail(&district, "proposal-made", "ute.kern@example.org").await, @r#"
    Landkreis Nordwestmecklenburg: change to be approved – Hydrants: H1

    Hello Ute Kern,

    Jens Ott proposes a change that a second person has to approve:

    Hydrants: H1
    Move by 39 m
    Reason: steht <b>vor</b> Haus 4

    You can look at it, approve or refuse it here:

    https://geo.example/desk/hydrants/ID

    Kind regards
    Landkreis Nordwestmecklenburg

    This message was sent automatically. Please do not reply.
    "#);

    approve(&mut chief, &proposal).await;
    insta::assert_snapshot!(mail(&district, "proposal-approved", "jens.ott@example.org").await, @r#"
    Landkreis Nordwestmecklenburg: Ihr Änderungsvorschlag ist freigegeben – Hydranten: H1

    Guten Tag Jens Ott,

    Ute Kern hat Ihren Änderungsvorschlag freigegeben:

    Hydranten: H1
    Ihr Grund: steht <b>vor</b> Haus 4

    Die Änderung ist damit ausgeführt.

    https://geo.example/desk/hydrants/ID

    Mit freundlichen Grüßen
    Landkreis Nordwestmecklenburg

    Diese E-Mail wurde automatisch versandt. Bitte antworten Sie nicht darauf.
    "#);
    let deletion = waiting(&edit(&mut clerk, Method::DELETE, &item(&district.here), None, "=1+1").await);
    let because = json!({ "reason": "<script>alert(1)</script> wird gebraucht" });
    assert_eq!(chief.post(&address(&deletion, "/refuse"), because).await.status, StatusCode::OK);
    insta::assert_snapshot!(mail(&district, "proposal-refused", "jens.ott@example.org").await, @r#"
    Landkreis Nordwestmecklenburg: Ihr Änderungsvorschlag ist abgelehnt – Hydranten: H1

    Guten Tag Jens Ott,

    Ute Kern hat Ihren Änderungsvorschlag abgelehnt:

    Hydranten: H1
    Ihr Grund: =1+1
    Begründung: <script>alert(1)</script> wird gebraucht

    Am Objekt hat sich nichts geändert.

    https://geo.example/desk/hydrants/ID

    Mit freundlichen Grüßen
    Landkreis Nordwestmecklenburg

    Diese E-Mail wurde automatisch versandt. Bitte antworten Sie nicht darauf.
    "#);
}

#[tokio::test]
async fn a_withdrawal_is_told_to_nobody_and_where_nobody_has_the_right_the_administrators_are_asked() {
    let district = District::open().await;
    let mut administrator = district.administrator().await;
    let lossow = organisation(&mut administrator, "Gemeinde Lossow", "municipality", Some(HERE)).await;
    let mut clerk = district.member(&mut administrator, "Jens Ott", &lossow, "editor").await;
    let proposal = waiting(&patch(&mut clerk, &district.here, moved(), "steht woanders").await);
    assert_eq!(district.office.mails("proposal-made", "a@kreis.example").await, 1);
    clerk.post(&address(&proposal, "/withdraw"), json!({})).await;
    let sql = "SELECT count(*) FROM mail WHERE template IN ('proposal-approved', 'proposal-refused')";
    assert_eq!(district.office.server.count(sql).await, 0);
}
