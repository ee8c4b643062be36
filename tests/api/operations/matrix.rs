//! Who may do what: every kind of caller, at every address, with every method. What is not expressly allowed is refused,
//! and what is refused has changed nothing.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use geokontor::http::{Needs, Operation};
use geokontor::identity::organisations::OrganisationKind;
use geokontor::identity::organisations::store::NewOrganisation;
use geokontor::identity::store::NewToken;
use geokontor::identity::{Action, Caller, Secret};
use serde_json::json;

use super::filled::{Filled, Form, Target};
use crate::accounts::{Office, PASSWORD};
use crate::files::photo;
use crate::support::{NOW, TestServer, Token, hydrant, keep_token};

/// The methods that are tried at every address, declared there or not. `HEAD` goes with `GET`, and `OPTIONS` tells only.
const METHODS: [Method; 6] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE];

/// What of the house is open to a caller.
enum Standing {
    /// Somebody without a token, or on the way in.
    Anonymous,
    /// Somebody whose token or session is none, or none any more.
    Unknown,
    /// The holder of a token with rights everywhere.
    Holder(Vec<Action>),
    /// The same in a collection that no request is about.
    OfAnotherCollection(Vec<Action>),
    /// The same in a municipality that no request is about; reading is not limited by it.
    OfAnotherArea(Vec<Action>),
    /// Somebody who has signed in, with rights everywhere.
    Person(Vec<Action>),
    /// The same, whose browser shows a page of somebody else, and that sends the request.
    Lured(Vec<Action>),
    /// A tablet, which reads where a token of its role does, in front of such a page.
    LuredTablet(Vec<Action>),
}

struct Kind {
    name: &'static str,
    /// What shows who asks.
    headers: Vec<(&'static str, String)>,
    standing: Standing,
}

impl Kind {
    fn of_token(name: &'static str, token: &str, standing: Standing) -> Self {
        Self { name, headers: vec![("authorization", format!("Bearer {token}"))], standing }
    }

    fn of_session(name: &'static str, session: &str, site: &str, standing: Standing) -> Self {
        let cookie = ("cookie", format!("__Host-geokontor={session}"));
        Self { name, headers: vec![cookie, ("sec-fetch-site", site.to_owned())], standing }
    }
}

impl Kind {
    fn of_tablet(name: &'static str, secret: &str, site: &str, standing: Standing) -> Self {
        let cookie = ("cookie", format!("__Host-geokontor-device={secret}"));
        Self { name, headers: vec![cookie, ("sec-fetch-site", site.to_owned())], standing }
    }
}

/// What a caller must be answered.
#[derive(Debug, PartialEq)]
enum Answer {
    Admitted,
    Unauthenticated,
    Forbidden,
    /// By either, or by what is public: nothing is at stake.
    Any,
}

/// The rights of the roles: said here once more, as a role that gets more than it should is what this test is for.
fn rights(role: &str) -> Vec<Action> {
    use Action::{Administer, Approve, Block, Create, Delete, Edit, Import, Inspect, Read};
    match role {
        "reader" | "crew" => vec![Read],
        "editor" => vec![Read, Create, Edit, Delete, Inspect, Block, Import, Approve],
        "administrator" => vec![Read, Create, Edit, Delete, Inspect, Block, Import, Approve, Administer],
        other => panic!("{other} has no rights here"),
    }
}

async fn kinds(office: &Office) -> Vec<Kind> {
    let mut kinds = vec![Kind { name: "anonymous", headers: vec![], standing: Standing::Anonymous }];
    kinds.extend(tokens(&office.server).await);
    kinds.extend(sessions(office).await);
    kinds
}

/// Tablets of a fire service: one that is enrolled, one that waits and is no caller, and one that was revoked.
async fn tablets(office: &Office, fire_service: &str) -> (Vec<Kind>, String) {
    const OWN: &str = "same-origin";
    let (mut administrator, _) = office.administrator("devices@amt.example").await;
    let mut secrets = Vec::new();
    let mut ids = Vec::new();
    for name in ["LF 10", "TLF", "ELW"] {
        let wanted = json!({ "name": name, "organisation": fire_service });
        let made = administrator.post("/api/devices", wanted).await.json();
        let mut tablet = office.browser();
        if name != "ELW" {
            let enrolment = json!({ "code": made["code"], "pin": "4711" });
            assert_eq!(tablet.post("/api/enrolment", enrolment).await.status, StatusCode::CREATED);
            secrets.push(tablet.cookies["__Host-geokontor-device"].clone());
        }
        ids.push(made["id"].as_str().expect("an id").to_owned());
    }
    let revoked = administrator.send(Method::DELETE, &format!("/api/devices/{}", ids[1]), None).await;
    assert_eq!(revoked.status, StatusCode::NO_CONTENT);
    // Of the past, which shows what is for staff, it sees nothing in any collection.
    let reads = || Standing::OfAnotherCollection(rights("crew"));
    let kinds = vec![
        Kind::of_tablet("device", &secrets[0], OWN, reads()),
        Kind::of_tablet("device on a foreign page", &secrets[0], "cross-site", Standing::LuredTablet(rights("crew"))),
        Kind::of_tablet("revoked device", &secrets[1], OWN, Standing::Unknown),
    ];
    (kinds, ids.swap_remove(2))
}

async fn tokens(server: &TestServer) -> Vec<Kind> {
    let of_role =
        async |name| Kind::of_token(name, &server.token(name, None, None).await, Standing::Holder(rights(name)));
    let all = || rights("administrator");
    let revoked = server.token("administrator", None, None).await;
    let name = server.app.directory.caller(&revoked.parse().expect("a secret"), NOW.parse().expect("now"));
    revoke(server, name.expect("a caller").name()).await;
    vec![
        of_role("reader").await,
        of_role("editor").await,
        of_role("administrator").await,
        Kind::of_token(
            "administrator of another collection",
            &server.token("administrator", Some(&["roads"]), None).await,
            Standing::OfAnotherCollection(all()),
        ),
        Kind::of_token(
            "administrator of another area",
            &server.token("administrator", None, Some(&["13074012"])).await,
            Standing::OfAnotherArea(all()),
        ),
        // Of the past, which shows what is for staff, crews see nothing in any collection.
        Kind::of_token("crew", &server.token("crew", None, None).await, Standing::OfAnotherCollection(rights("crew"))),
        Kind::of_token("token of an unknown role", &server.token("captain", None, None).await, Standing::Unknown),
        Kind::of_token("revoked token", &revoked, Standing::Unknown),
        Kind::of_token("expired token", &expired(server).await, Standing::Unknown),
        Kind::of_token("garbage", "gk_garbage", Standing::Unknown),
    ]
}

async fn sessions(office: &Office) -> Vec<Kind> {
    const OWN: &str = "same-origin";
    let all = || rights("administrator");
    let person = office.signed_in("person@amt.example").await;
    let mut left = office.browser();
    left.sign_in("person@amt.example", PASSWORD).await;
    let ended = left.session().to_owned();
    left.post("/api/sign-out", json!({})).await;
    let (administrator, _) = office.administrator("administrator@amt.example").await;
    let mut half = office.browser();
    assert_eq!(half.sign_in("administrator@amt.example", PASSWORD).await.json()["state"], "second_factor");
    let administrator = administrator.session();
    vec![
        Kind::of_session("account", person.session(), OWN, Standing::Person(vec![])),
        Kind::of_session("administrator's account", administrator, OWN, Standing::Person(all())),
        Kind::of_session(
            "administrator's account on a foreign page",
            administrator,
            "cross-site",
            Standing::Lured(all()),
        ),
        Kind::of_session("administrator without the second factor", half.session(), OWN, Standing::Anonymous),
        Kind::of_session("ended session", &ended, OWN, Standing::Unknown),
    ]
}

/// Ends a token.
pub async fn revoke(server: &TestServer, name: &str) {
    use geokontor::editing::EditError;
    use geokontor::identity::store::{IDENTITY, revoke_token};
    use geokontor::spine::Purpose;
    let spine = &server.app.editor.spine;
    let purpose = Purpose { domain: IDENTITY, kind: "revoke-token", reason: "a test".to_owned(), undoes: None };
    let mut transaction = spine.begin(&Caller::operator("test"), purpose).await.expect("a transaction");
    assert!(revoke_token(&mut transaction, name).await.expect("a database"));
    spine.commit::<EditError>(transaction).await.expect("a token is revoked");
}

/// Makes an organisation for the whole district; its id.
pub async fn organisation(server: &TestServer, name: &str, kind: OrganisationKind) -> String {
    let new = NewOrganisation { name: name.to_owned(), kind, municipalities: None, outline: None };
    let made = server.app.organisations.create(&Caller::operator("test"), &new).await.expect("an organisation");
    made.id.to_string()
}

/// A defect and an outage of a hydrant.
async fn records(server: &TestServer, hydrant: &str) -> (String, String) {
    let token = server.token("administrator", None, None).await;
    let (defect, outage) = (uuid::Uuid::now_v7().to_string(), uuid::Uuid::now_v7().to_string());
    let day = &NOW[..10];
    let of = |id: &str| json!({ "id": id, "collection": "hydrants", "object": hydrant });
    let mut wanted = [("/api/defects", of(&defect)), ("/api/outages", of(&outage))];
    let leaking = json!({ "kind": "leaking", "severity": "minor", "effect": "none", "found_on": day });
    let frost = json!({ "cause": "frost", "begins_on": day });
    for ((path, body), more) in wanted.iter_mut().zip([leaking, frost]) {
        body.as_object_mut().expect("an object").extend(more.as_object().expect("members").clone());
        let headers = [("content-type", "application/json")];
        let made = server.send(Method::POST, path, Token::Secret(&token), &headers, Some(body)).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    }
    (defect, outage)
}

/// A photo of a hydrant.
async fn file(server: &TestServer, hydrant: &str) -> String {
    let token = server.token("administrator", None, None).await;
    let id = uuid::Uuid::now_v7().to_string();
    let path = format!("/api/files?collection=hydrants&object={hydrant}&id={id}");
    let made = server.send_bytes(Method::POST, &path, Token::Secret(&token), &[], photo(64, 64, 1)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    id
}

/// What a program of somebody who may not approve it proposes: to give a hydrant another place.
async fn proposal(server: &TestServer, feature: &str) -> String {
    let token = server.token("maintainer", None, None).await;
    let headers = [("if-match", "*"), ("content-type", "application/merge-patch+json")];
    let moved = json!({ "geometry": { "type": "Point", "coordinates": [11.402, 53.89] } });
    let path = format!("/ogc/collections/hydrants/items/{feature}");
    let waits = server.send(Method::PATCH, &path, Token::Secret(&token), &headers, Some(&moved)).await;
    assert_eq!(waits.status, StatusCode::ACCEPTED, "{}", waits.text());
    waits.json()["id"].as_str().expect("an id").to_owned()
}

async fn expired(server: &TestServer) -> String {
    let secret = Secret::random();
    let now: chrono::DateTime<chrono::Utc> = NOW.parse().expect("now");
    let token = NewToken {
        name: "expired".to_owned(),
        hash: secret.hash(),
        role: "administrator".to_owned(),
        expires_at: Some(now - TimeDelta::hours(1)),
        ..NewToken::default()
    };
    keep_token(&server.app, &token).await;
    secret.reveal()
}

fn expected(kind: &Kind, operation: &Operation) -> Answer {
    let is_safe = operation.method == Method::GET;
    let needed: &[Action] = match &operation.needs {
        Needs::Nothing if !is_safe || matches!(kind.standing, Standing::Unknown) => return Answer::Any,
        Needs::Nothing => return Answer::Admitted,
        Needs::Account => &[],
        Needs::Action(action) | Needs::District(action) | Needs::AccountFor(action) => std::slice::from_ref(action),
        Needs::OneOf(actions) => actions,
    };
    let is_for_persons = matches!(operation.needs, Needs::Account | Needs::AccountFor(_));
    let reads = needed == [Action::Read] && !matches!(operation.needs, Needs::District(_));
    let has = |rights: &[Action]| needed.is_empty() || needed.iter().any(|action| rights.contains(action));
    let is_admitted = match &kind.standing {
        Standing::Anonymous | Standing::Unknown => return Answer::Unauthenticated,
        Standing::Person(rights) => has(rights),
        Standing::Lured(rights) => is_safe && has(rights),
        Standing::LuredTablet(_) if !is_safe => false,
        _ if is_for_persons => return Answer::Unauthenticated,
        Standing::Holder(rights) => has(rights),
        Standing::OfAnotherCollection(rights) | Standing::LuredTablet(rights) => {
            // Where water is missing is told to those who read the hydrants as staff.
            let of_one = ["{collection}", "/api/supply"].iter().any(|part| operation.address.contains(part));
            has(rights) && reads && !of_one
        }
        // What is checked out is read; where it may be changed is asked when it comes back.
        Standing::OfAnotherArea(rights) => has(rights) && (reads || operation.id == "checkout"),
    };
    if is_admitted { Answer::Admitted } else { Answer::Forbidden }
}

fn is_right(expected: &Answer, status: StatusCode) -> bool {
    match expected {
        Answer::Admitted => {
            status != StatusCode::UNAUTHORIZED
                && status != StatusCode::FORBIDDEN
                && status != StatusCode::METHOD_NOT_ALLOWED
                && status != StatusCode::INTERNAL_SERVER_ERROR
        }
        Answer::Unauthenticated => status == StatusCode::UNAUTHORIZED,
        Answer::Forbidden => status == StatusCode::FORBIDDEN,
        Answer::Any => status != StatusCode::INTERNAL_SERVER_ERROR,
    }
}

async fn send(server: &TestServer, kind: &Kind, request: &Filled) -> StatusCode {
    let told = request.headers.iter().map(|(name, value)| (&**name, &**value));
    let headers: Vec<(&str, &str)> = told.chain(kind.headers.iter().map(|(name, value)| (*name, &**value))).collect();
    server.status(request.method.clone(), &request.path, Token::Nobody, &headers, request.body.clone()).await
}

/// How far the journal has come.
async fn journal(server: &TestServer) -> i64 {
    let sums = ["changeset", "change", "record_change"].map(|table| format!("(SELECT count(*) FROM {table})"));
    server.count(&format!("SELECT {}", sums.join(" + "))).await
}

/// What is sent, and what of it was not answered as it must be.
struct Trial<'a> {
    server: &'a TestServer,
    sent: usize,
    leaks: Vec<String>,
}

impl Trial<'_> {
    async fn send(&mut self, kind: &Kind, request: &Filled, is_right: impl Fn(StatusCode) -> bool) {
        self.sent += 1;
        let status = send(self.server, kind, request).await;
        if !is_right(status) {
            self.leaks.push(format!("{} {} as {}: {status}", request.method, request.path, kind.name));
        }
    }
}

#[tokio::test]
async fn nobody_does_by_any_method_at_any_address_what_they_may_not() {
    let office = Office::open().await;
    let server = &office.server;
    let feature = server.seed("hydrants", vec![hydrant(11.4, 53.89, json!({ "ref": "H1" }))]).await[0].to_string();
    let changeset = server.count("SELECT max(id) FROM changeset").await;
    let fire_service = organisation(server, "FF Lossow", OrganisationKind::FireService).await;
    let (tablets, device) = tablets(&office, &fire_service).await;
    let kinds: Vec<Kind> = kinds(&office).await.into_iter().chain(tablets).collect();
    let account = office.signed_in("target@amt.example").await.get("/api/account").await.json()["id"].clone();
    let account = account.as_str().expect("an id").to_owned();
    let organisation = organisation(server, "Amt Lossow", OrganisationKind::Amt).await;
    let (defect, outage) = records(server, &feature).await;
    let proposal = proposal(server, &feature).await;
    let file = file(server, &feature).await;
    let target =
        Target { feature, changeset, account, organisation, fire_service, device, defect, outage, file, proposal };
    let form = Form::new(server, target).await;
    let routes = geokontor::server::routes(&server.app);
    let operations = || routes.operations().iter().filter(|operation| operation.method != Method::OPTIONS);
    let (before, mut trial) = (journal(server).await, Trial { server, sent: 0, leaks: Vec::new() });
    let (mut admitted, mut at_stake_for_nobody) = (Vec::new(), Vec::new());
    // First everything that is to be refused, while all is there that it is about.
    for operation in operations() {
        for request in form.requests(operation) {
            for kind in &kinds {
                match expected(kind, operation) {
                    Answer::Admitted => admitted.push((request.clone(), kind)),
                    Answer::Any => at_stake_for_nobody.push((request.clone(), kind)),
                    refused => trial.send(kind, &request, |status| is_right(&refused, status)).await,
                }
            }
        }
        assert_eq!(journal(server).await, before, "{} by somebody who may not has changed something", operation.id);
    }
    let mut addresses = BTreeMap::<&str, (String, BTreeSet<&str>)>::new();
    for operation in routes.operations() {
        let path = form.requests(operation).swap_remove(0).path;
        addresses.entry(operation.address).or_insert((path, BTreeSet::new())).1.insert(operation.method.as_str());
    }
    for (path, declared) in addresses.values() {
        for method in METHODS.iter().filter(|method| !declared.contains(method.as_str())) {
            let request = Filled { method: method.clone(), path: path.clone(), headers: vec![], body: vec![] };
            for kind in &kinds {
                trial.send(kind, &request, |status| status == StatusCode::METHOD_NOT_ALLOWED).await;
            }
        }
    }
    assert_eq!(journal(server).await, before, "a method that is not declared has changed something");
    for (request, kind) in &admitted {
        trial.send(kind, request, |status| is_right(&Answer::Admitted, status)).await;
    }
    assert!(journal(server).await > before, "what is allowed is done");
    // Last, as it ends sessions.
    for (request, kind) in &at_stake_for_nobody {
        trial.send(kind, request, |status| is_right(&Answer::Any, status)).await;
    }
    let (callers, routes, methods) = (kinds.len(), addresses.len(), METHODS.len());
    let leaks = trial.leaks.len();
    println!("{callers} callers × {routes} routes × {methods} methods: {} requests, {leaks} leaks", trial.sent);
    assert_eq!(trial.leaks, Vec::<String>::new());
}
