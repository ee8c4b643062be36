use std::path::Path;
use std::sync::LazyLock;

use super::*;
use crate::collection::Catalogue;
use crate::identity::roles::Holder;
use crate::identity::{Area, Fields, Roles};
use crate::texts::{Label, Language, in_language};

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::load(data()).expect("the declarations"));
static ROLES: LazyLock<Roles> = LazyLock::new(|| Roles::load(data(), &CATALOGUE).expect("the roles"));

fn data() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data"))
}

fn collection(name: &str) -> &'static Collection {
    CATALOGUE.get(name).expect("a collection")
}

fn power(role: &str, collections: Option<&[&str]>, area: Option<&[&str]>) -> Arc<Power> {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let collections = collections.map(owned);
    let area = area.map(|keys| Arc::new(Area::new(owned(keys), None)));
    let holder = Holder { collections: collections.as_deref(), area, kind: None };
    Arc::new(ROLES.power(ROLES.get(role).expect("a role"), &holder, &CATALOGUE))
}

fn token(role: &str, collections: Option<&[&str]>, area: Option<&[&str]>) -> Caller {
    Caller::with_token("amt".into(), Actor::Known(1), vec![power(role, collections, area)])
}

fn person(power: Option<Arc<Power>>) -> Caller {
    Caller::of_account(Person { account: Uuid::from_u128(1), actor: 7, session: None }, power)
}

fn may(caller: &Caller, action: Action, collection: &Collection) -> Result<(), Denied> {
    caller.may(action, &Subject::of(collection))
}

fn may_in(caller: &Caller, action: Action, municipality: Option<&str>) -> bool {
    let spot = municipality.map_or_else(Spot::default, Spot::municipality);
    caller.may(action, &Subject::of(collection("hydrants")).at(&spot)).is_ok()
}

#[test]
fn without_a_token_only_what_is_public_is_seen_and_nothing_is_done() {
    let caller = Caller::anonymous();
    assert_eq!(caller.sees(collection("hydrants")), Some(Visibility::Public));
    for action in Action::ALL {
        assert_eq!(may(&caller, action, collection("hydrants")), Err(Denied::Anonymous), "{action}");
        assert_eq!(caller.could(action), Err(Denied::Anonymous), "{action}");
    }
}

#[test]
fn a_token_for_one_collection_sees_and_writes_only_there() {
    let caller = token("editor", Some(&["hydrants"]), None);
    assert_eq!(caller.sees(collection("hydrants")), Some(Visibility::Staff));
    assert_eq!(caller.sees(collection("roads")), Some(Visibility::Public));
    assert_eq!(may(&caller, Action::Edit, collection("hydrants")), Ok(()));
    assert!(matches!(may(&caller, Action::Edit, collection("roads")), Err(Denied::Collection { .. })));
    assert!(caller.may_read_past(collection("roads")).is_err());
}

#[test]
fn a_token_for_an_area_writes_only_there_and_never_where_no_municipality_is() {
    let caller = token("editor", None, Some(&["13074012", "1307405"]));
    assert!(may_in(&caller, Action::Edit, Some("13074012")) && may_in(&caller, Action::Delete, Some("13074056")));
    assert!(!may_in(&caller, Action::Edit, Some("13074013")) && !may_in(&caller, Action::Edit, None));
    let everywhere = caller.may(Action::Edit, &Subject::of(collection("hydrants")).everywhere());
    assert!(matches!(everywhere, Err(Denied::District { .. })));
    let administrator = token("administrator", None, Some(&["13074012"]));
    assert!(may_in(&administrator, Action::Import, Some("13074012")));
    assert!(administrator.may(Action::Import, &Subject::of(collection("hydrants")).everywhere()).is_err());
}

#[test]
fn whoever_may_do_something_somewhere_could_do_it() {
    let somewhere = token("editor", Some(&["hydrants"]), Some(&["13074012"]));
    for action in [Action::Read, Action::Create, Action::Edit, Action::Delete, Action::Import] {
        assert_eq!(somewhere.could(action), Ok(()), "{action}");
    }
    assert!(somewhere.could(Action::Administer).is_err());
    for (collections, area) in [(Some(&["hydrants"][..]), None), (None, Some(&["13074012"][..]))] {
        assert!(token("editor", collections, area).could_everywhere(Action::Edit).is_err(), "{collections:?} {area:?}");
    }
    assert_eq!(token("editor", None, None).could_everywhere(Action::Edit), Ok(()));
    let reader = token("reader", None, None);
    assert_eq!(reader.may_read_past(collection("hydrants")), Ok(()));
    assert!(may(&reader, Action::Edit, collection("hydrants")).is_err());
}

#[test]
fn whoever_records_inspections_changes_the_fields_of_these_and_no_place() {
    let warden = token("warden", None, Some(&["13074012"]));
    let spot = Spot::municipality("13074012");
    let hydrants = collection("hydrants");
    let changing = |fields: &[&str], geometry| {
        let bits = fields.iter().map(|field| 1 << hydrants.position(field).expect("a property"));
        let fields = Fields { properties: bits.fold(0, |all, bit: u64| all | bit), geometry };
        warden.may(Action::Edit, &Subject::of(hydrants).at(&spot).changing(fields))
    };
    assert_eq!(changing(&["operational_status", "remark"], false), Ok(()));
    let denied = changing(&["remark", "ref"], true).expect_err("a refusal");
    let fields = vec!["ref".to_owned(), "geometry".to_owned()];
    assert_eq!(denied, Denied::Fields { token: Some("amt".to_owned()), collection: "hydrants".to_owned(), fields });
    assert!(warden.could(Action::Create).is_err());
}

#[test]
fn crews_see_what_helps_them_and_not_what_is_for_staff() {
    let crew = token("crew", None, None);
    assert_eq!(crew.sees(collection("hydrants")), Some(Visibility::Crew));
    assert!(crew.could(Action::Read).is_ok() && crew.could(Action::Edit).is_err());
    assert!(crew.may_read_past(collection("hydrants")).is_err());
}

#[test]
fn a_token_holds_no_more_than_both_its_role_and_its_owner_allow() {
    let powers = vec![power("administrator", None, None), power("maintainer", None, Some(&["13074012"]))];
    let caller = Caller::with_token("amt".into(), Actor::Known(1), powers);
    assert!(may_in(&caller, Action::Edit, Some("13074012")) && !may_in(&caller, Action::Edit, Some("13074013")));
    assert!(caller.could(Action::Administer).is_err());
    assert_eq!(caller.sees(collection("roads")), Some(Visibility::Public));
    let nothing = Caller::with_token("amt".into(), Actor::Known(1), vec![power("editor", None, None), Arc::default()]);
    assert!(nothing.could(Action::Read).is_err());
    assert_eq!(nothing.sees(collection("hydrants")), Some(Visibility::Public));
}

#[test]
fn several_roles_add_up_each_in_its_area() {
    let powers = [power("maintainer", None, Some(&["13074012"])), power("crew", None, None)];
    let caller = person(Some(Arc::new(Power::sum(powers.iter().map(Arc::as_ref)))));
    assert!(may_in(&caller, Action::Edit, Some("13074012")) && !may_in(&caller, Action::Edit, Some("13074013")));
    assert_eq!(caller.sees(collection("hydrants")), Some(Visibility::Staff));
    assert_eq!(caller.sees(collection("roads")), Some(Visibility::Crew));
}

#[test]
fn an_account_without_a_role_is_known_and_may_nothing() {
    for caller in [person(None), person(Some(Arc::default()))] {
        assert_eq!(caller.could(Action::Read), Err(Denied::NoRole));
        assert!(caller.is_anonymous() && caller.signed_in().is_ok());
    }
    let administrator = Caller::administrator(Person { account: Uuid::from_u128(1), actor: 7, session: None });
    assert!(Action::ALL.into_iter().all(|action| administrator.could(action).is_ok()));
    assert_eq!(Caller::operator("somebody").signed_in(), Err(Denied::NotSignedIn));
}

#[test]
fn nobody_gives_away_more_than_they_have() {
    let amt = person(Some(power("administrator", None, Some(&["1307401"]))));
    assert!(amt.holds(&power("maintainer", None, Some(&["13074012"]))));
    assert!(amt.holds(&power("warden", None, Some(&["13074012"]))), "some fields of all");
    assert!(!amt.holds(&power("maintainer", None, Some(&["13074020"]))), "another area");
    assert!(!amt.holds(&power("maintainer", None, None)), "the whole district");
    let warden = person(Some(power("warden", None, None)));
    assert!(!warden.holds(&power("maintainer", None, None)), "more actions, and more fields");
    assert!(!warden.holds(&power("reader", None, None)), "more collections");
    assert!(!person(Some(power("crew", None, None))).holds(&power("reader", None, None)), "a higher class");
    assert!(Caller::operator("somebody").holds(&power("administrator", None, None)));
    assert!(Caller::anonymous().holds(&Power::default()) && !Caller::anonymous().holds(&power("crew", None, None)));
}

#[test]
fn what_another_domain_owns_is_edited_by_nobody_and_a_hidden_collection_is_seen_by_those_it_is_for() {
    let mut closures = Collection::clone(collection("hydrants"));
    (closures.owner, closures.visibility) = ("roadworks".to_owned(), Visibility::Staff);
    assert_eq!(Caller::anonymous().sees(&closures), None);
    let operator = Caller::operator("somebody");
    assert_eq!(operator.sees(&closures), Some(Visibility::Staff));
    let denied = may(&operator, Action::Edit, &closures).expect_err("a refusal");
    assert_eq!(denied.to_string(), "'hydrants' is written by roadworks alone; change it there");
    assert!(may(&operator, Action::Import, &closures).is_err());
    assert!(operator.may_read_past(&closures).is_ok());
}

#[test]
fn a_refusal_says_what_is_missing_and_who_has_it() {
    let both = |denied: &Denied| [Language::De, Language::En].map(|language| in_language(denied, language));
    let denied = may(&token("reader", None, None), Action::Administer, collection("hydrants")).expect_err("a refusal");
    assert_eq!(
        both(&denied),
        [
            "das Token „amt“ hat die Rolle Lesen; nötig ist Verwaltung",
            "the token 'amt' has the role Reader; this needs Administrator",
        ]
    );
    let caller = person(Some(power("editor", None, Some(&["13074012", "13074013"]))));
    let spot = Spot::municipality("13074020");
    let denied = caller.may(Action::Edit, &Subject::of(collection("hydrants")).at(&spot)).expect_err("a refusal");
    assert_eq!(
        both(&denied),
        [
            "Ihr Konto gilt nur für die Gemeinden 13074012, 13074013; hier geht es um die Gemeinde 13074020",
            "your account is limited to municipalities 13074012, 13074013; this concerns municipality 13074020",
        ]
    );
    let roles = vec![Label::new("Löschwasserwart", "Fire-water warden")];
    let denied = Denied::Role { token: None, roles, may: Vec::new() };
    assert_eq!(both(&denied)[0], "Ihr Konto hat die Rolle Löschwasserwart; keine Rolle erlaubt das");
}
